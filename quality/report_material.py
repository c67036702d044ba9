"""What a report is made of, asked for once and told in two languages: indicators with their charts, and what no measurement holds, with
the keys of its rows. Questions, no deeds."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import BigIntegerField, F, Func, Model, Prefetch, Q

from bureau import reference
from bureau.small_numbers import hidden_groups
from bureau.templatetags.formats import number
from complaints.models import Case, Complaint, Contact
from feedback.models import OpenAnswerCause
from quality import data_quality, indicator_charts, indicator_words, passports, period_values
from quality.control_chart_kinds import Assurance
from quality.indicator_chart import IndicatorChart
from quality.indicators import Span, incoming, open_at_end
from quality.measurement_values import percentile
from quality.measurements import key_of
from quality.models import (
    Improvement,
    Indicator,
    Measurement,
    MeasurementRows,
    Passport,
    Report,
    ReportAsk,
    ReportComment,
)
from quality.period_values import PeriodValue
from quality.periods import month_start, months_back
from quality.report_figures import LANGUAGES, FigureBook
from quality.signals_found import CONCERNS

FEWEST = 5


@dataclass(frozen=True)
class Known:
    """One indicator as the report sees it."""

    indicator: Indicator
    passport: Passport
    months: list[Measurement]
    value: PeriodValue | None
    year_ago: PeriodValue | None
    chart: IndicatorChart | None
    target: float | None

    @property
    def code(self) -> str:
        return self.indicator.code

    @property
    def needs_comment(self) -> bool:
        """A special cause that worries, or a target missed each time as things are."""
        chart = self.chart
        return chart is not None and (chart.variation in CONCERNS or chart.assurance is Assurance.FAIL)

    @property
    def worry(self) -> int:
        """What matters first: worse and missing its target, worse, missing its target, the rest as the catalogue has them."""
        if self.chart is None:
            return 4
        is_worse, misses = self.chart.variation in CONCERNS, self.chart.assurance is Assurance.FAIL
        return 0 if is_worse and misses else 1 if is_worse else 2 if misses else 3

    def words(self, value: float | None) -> str:
        return indicator_words.value_words(value, self.passport.unit, self.passport.decimals)


@dataclass
class Material:
    """All that a report is made of, asked for once and told in two languages."""

    report: Report
    cut_off: datetime
    unit_id: int | None = None
    book: FigureBook = field(default_factory=FigureBook)
    # Counts by group of each month of the period; `grouped` fills it, `hidden` reads it.
    by_month: dict[str, list[dict[Any, int]]] = field(default_factory=dict)

    @property
    def span(self) -> Span:
        return Span(self.report.first_day, self.report.last_day)

    @property
    def year_ago(self) -> Span:
        return Span(months_back(self.report.first_day, 12), self.report.first_day - timedelta(days=1) if self.report.period == Report.Period.YEAR else months_back(self.report.last_day, 12))  # fmt: skip

    @cached_property
    def asks(self) -> list[ReportAsk]:
        """Decisions asked; of the whole bureau alone."""
        return list(self.report.asks.all()) if self.unit_id is None else []

    @cached_property
    def unit_ids(self) -> frozenset[int] | None:
        return reference.unit_subtree_ids(self.unit_id) if self.unit_id else None

    def within(self, rows, path: str = "unit_id"):
        return rows if self.unit_ids is None else rows.filter(**{f"{path}__in": sorted(self.unit_ids)})

    @cached_property
    def known(self) -> dict[str, Known]:
        """By code, in the order of the catalogue, those measured in the period. Five statements."""
        in_force = passports.passports_in_force()
        first = months_back(month_start(self.report.last_day), 59)
        series: dict[int, list[Measurement]] = defaultdict(list)
        # Sealed are the rows of the period; a quarter is computed from those of its months, a year ago too.
        needed = self.report.first_day if self.report.period == Report.Period.MONTH else self.year_ago.first
        found = Measurement.objects.latest().filter(
            period=Measurement.Period.MONTH, unit_id=self.unit_id, first_day__range=(first, self.report.last_day)
        ).order_by("first_day").prefetch_related(
            Prefetch("counted", MeasurementRows.objects.filter(measurement__first_day__gte=needed))
        )  # fmt: skip
        for one in found:
            series[one.indicator_id].append(one)
        listed = Indicator.objects.filter(is_in_use=True).prefetch_related("targets", "rebases")
        return {
            one.code: self.known_of(one, in_force[one.pk], series[one.pk])
            for one in listed
            if one.pk in in_force and period_values.months_of(*self.span.days, series[one.pk])
        }

    def known_of(self, indicator: Indicator, passport: Passport, months: list[Measurement]) -> Known:
        whole = [one for one in months if indicator_charts.is_whole(one)]
        target = passports.target_on(indicator.targets.all(), self.report.last_day)
        return Known(
            indicator, passport, months,
            period_values.together(indicator.code, period_values.months_of(*self.span.days, months), fewest=passport.fewest, with_hash=True),
            period_values.together(indicator.code, period_values.months_of(*self.year_ago.days, months), fewest=passport.fewest),
            indicator_charts.chart_from(whole, indicator, passport), float(target.value) if target else None,
        )  # fmt: skip

    @property
    def worst_first(self) -> list[Known]:
        return sorted(self.known.values(), key=lambda one: one.worry)

    def is_uncommented(self, known: Known) -> bool:
        return known.needs_comment and known.code not in self.comments

    def value(self, code: str) -> float | None:
        known = self.known.get(code)
        return known.value.value if known and known.value else None

    def has(self, *codes: str) -> list[Known]:
        """Those of the codes that were measured and counted anything."""
        return [self.known[code] for code in codes if code in self.known and self.is_told(self.known[code])]

    @staticmethod
    def is_told(known: Known) -> bool:
        return known.value is not None and (known.value.value is not None or known.value.is_hidden)

    def year_to_date(self, code: str, last: date) -> PeriodValue | None:
        """From the first of January to the end of the period; needs the rows of its months only where it is not a count."""
        known = self.known[code]
        found = period_values.months_of(date(last.year, 1, 1), last, known.months)
        if not found or len(found) < last.month or any(one.value is None for one in found):
            return None
        total = sum(one.value or 0.0 for one in found)
        return PeriodValue(total, total, None, None, None, sum(one.rows for one in found), tuple(one.pk for one in found), period_values.status_of(found))  # fmt: skip

    # --- What stands behind a measurement -----------------------------------------------------------------------------
    def counted_rows(
        self, value: PeriodValue | None, model: type[Model], *fields: str, key: str = "pk"
    ) -> list[tuple] | None:
        """Fields of the rows that a measured value counted, as they stood when it was measured; None of nothing measured.

        What breaks a total down in an issue is counted of the same rows as the total, so that the parts make it up, in a correction
        too: a contact that was taken back since, or moved to another channel, stays what it was until the value is restated.
        """
        if value is None or not value.measurements or value.is_hidden:
            return None
        found: list[tuple] = []
        for one in Measurement.objects.filter(pk__in=value.measurements).order_by("first_day"):
            kept = MeasurementRows.objects.filter(measurement=one).exclude(side=MeasurementRows.Side.DENOMINATOR)
            keys = kept.annotate(row=Func(F("keys"), function="unnest", output_field=BigIntegerField())).values("row")
            rows = {
                row[0]: row
                for row in model._default_manager.filter(**{f"{key}__in": keys}).order_by().values_list("pk", *fields)
            }
            version = model.versions.rel.related_model  # kept by the database (`bureau.history`)
            later = version.objects.filter(pgh_obj_id__in=list(rows), pgh_created_at__gt=one.computed_at)
            for was in (
                later.order_by("pgh_obj_id", "pgh_created_at", "pgh_id")
                .distinct("pgh_obj_id")
                .values_list("pgh_obj_id", *fields)
            ):
                rows[was[0]] = was
            found += rows.values()
        return found

    def value_of(self, code: str, *, year_ago: bool = False) -> PeriodValue | None:
        known = self.known.get(code)
        return None if known is None else known.year_ago if year_ago else known.value

    # --- What no measurement holds --------------------------------------------------------------------------------
    @cached_property
    def by_channel(self) -> list[tuple[int, list[int], int]]:
        """Channel, keys of its contacts in the period, how many a year before; the busiest first."""
        keys = self.grouped("channel", self.contacts_counted(self.span, year_ago=False))
        return sorted(((channel_id, found, self.channels_before.get(channel_id, 0)) for channel_id, found in keys.items()), key=lambda row: (-len(row[1]), row[0]))  # fmt: skip

    @cached_property
    def channels_before(self) -> dict[int, int]:
        """Contacts a year before by channel."""
        found = self.grouped("channel_before", self.contacts_counted(self.year_ago, year_ago=True))
        return {channel_id: len(keys) for channel_id, keys in found.items()}

    def contacts_counted(self, span: Span, *, year_ago: bool) -> list[tuple]:
        """Channel, key and day of the contacts that were measured; of those that stand there now, where none were."""
        counted = self.counted_rows(self.value_of("contacts", year_ago=year_ago), Contact, "channel_id", "on")
        if counted is not None:
            return [(channel_id, pk, on) for pk, channel_id, on in counted]
        return list(self.within(incoming(span)).order_by().values_list("channel_id", "pk", "on"))

    def grouped(self, name: str, rows: Iterable[tuple]) -> dict[Any, list[int]]:
        """Keys of the rows (group, key, day) by group, each once. How many each month has of each is kept under `name` for `hidden`."""
        found: dict[Any, set[int]] = defaultdict(set)
        months: dict[int, dict[Any, set[int]]] = defaultdict(lambda: defaultdict(set))
        for of, row, on in rows:
            row = key_of(row)
            found[of].add(row)
            months[on.month][of].add(row)
        self.by_month[name] = [{of: len(keys) for of, keys in month.items()} for month in months.values()]
        return {of: sorted(keys) for of, keys in found.items()}

    def hidden(self, name: str, counts: Mapping[Any, int]) -> set[Any]:
        """Groups that are not told: few in the period, or in one of its months, whose report would else be undone by this one."""
        found = set(hidden_groups(counts, smallest=FEWEST))
        if self.report.period != Report.Period.MONTH:
            for month in self.by_month[name]:
                found |= hidden_groups(month, smallest=FEWEST)
        shown = sorted((count, str(key), key) for key, count in counts.items() if count and key not in found)
        if len(found & {key for key, count in counts.items() if count}) == 1 and shown:
            found.add(shown[0][2])  # one alone would be the total less the others
        return found

    def is_told_at_all(self, code: str) -> bool:
        """Whether the total may be told; where it may not, no part of it is."""
        known = self.known.get(code)
        return not (known and known.value and known.value.is_hidden)

    @cached_property
    def causes(self) -> dict[int | None, list[int]]:
        """Cases of complaints decided in the period, by root cause."""
        counted = self.counted_rows(
            self.value_of("complaints_upheld"), Complaint, "cause_id", "decided_on", "outcome", key="case_id"
        )
        if counted is None:
            decided = Complaint.objects.filter(decided_on__range=self.span.days)
            counted = list(
                self.within(decided, "case__unit_id").values_list("case_id", "cause_id", "decided_on", "outcome")
            )
        return self.grouped("cause", [(cause_id, pk, on) for pk, cause_id, on, outcome in counted if outcome and on])

    @cached_property
    def themes(self) -> dict[int, list[int]]:
        """Answers of the period by the theme that their words were coded with; keys as evidence keeps them."""
        coded = OpenAnswerCause.objects.filter(
            open_answer__response__answered_on__range=self.span.days, open_answer__response__is_test=False
        )
        rows = self.within(coded, "open_answer__response__unit_id").order_by()
        return self.grouped(
            "theme", rows.values_list("cause_id", "open_answer__response_id", "open_answer__response__answered_on")
        )

    @cached_property
    def open_ages(self) -> list[int]:
        counted = self.counted_rows(self.value_of("open_cases"), Case, "registered_on")
        if counted is None:
            counted = list(self.within(open_at_end(self.span)).order_by().values_list("pk", "registered_on"))
        return sorted((self.report.last_day - registered_on).days for _pk, registered_on in counted)

    @cached_property
    def actions(self) -> list[Improvement]:
        """Those open at the end of the period, and those that began or ended in it; the overdue first."""
        lasted = Q(closed_on__isnull=True) | Q(closed_on__gte=self.report.first_day)
        found = self.within(Improvement.objects.filter(lasted, created_on__lte=self.report.last_day))
        return sorted(found.with_closed_case().select_related("owner", "cause", "unit"), key=lambda one: (not self.is_overdue(one), not self.was_open(one), one.due_on, one.pk))  # fmt: skip

    @cached_property
    def overdue_counted(self) -> frozenset[int] | None:
        """Actions that the measured share counted as overdue."""
        value = self.value_of("actions_overdue")
        if value is None or not value.measurements:
            return None
        kept = MeasurementRows.objects.filter(measurement_id=value.measurements[-1]).first()
        return (
            frozenset(key for key, amount in zip(kept.keys, kept.amounts or (), strict=False) if amount)
            if kept
            else None
        )

    def is_overdue(self, action: Improvement) -> bool:
        if self.overdue_counted is not None:
            return action.pk in self.overdue_counted
        return self.was_open(action) and action.due_on < self.report.last_day

    @cached_property
    def measured_between(self) -> tuple[datetime, datetime] | None:
        """When the values of the period were taken, first and last."""
        found = [
            one.computed_at
            for known in self.known.values()
            for one in period_values.months_of(*self.span.days, known.months)
        ]
        return (min(found), max(found)) if found else None

    def was_open(self, action: Improvement) -> bool:
        """At the end of the period, whatever became of it since."""
        return action.closed_on is None or action.closed_on > self.report.last_day

    @cached_property
    def checks(self) -> list[data_quality.Found]:
        return data_quality.checks_of(self.span) if self.unit_id is None else []

    @cached_property
    def comments(self) -> dict[str, ReportComment]:
        found = self.report.comments.filter(unit_id=self.unit_id).select_related("owner", "written_by")
        return {one.about: one for one in found}

    @cached_property
    def unit_comments(self) -> dict[str, list[ReportComment]]:
        """What units say of figures, shown in the whole report under the bureau's own words."""
        found: dict[str, list[ReportComment]] = defaultdict(list)
        if self.unit_id is None:
            for one in self.report.comments.filter(unit__isnull=False).select_related("owner", "written_by", "unit"):
                found[one.about].append(one)
        return found

    @cached_property
    def restated(self) -> list[dict]:
        """Values of months that were restated since the previous report of this kind was issued, or in the year before the first."""
        from quality.models import ReportIssue

        before = ReportIssue.objects.filter(
            report__period=self.report.period, report__first_day__lt=self.report.first_day
        )
        since = before.order_by("-issued_at").values_list("issued_at", flat=True).first()
        found = Measurement.objects.latest().filter(
            status=Measurement.Status.RESTATED, period=Measurement.Period.MONTH, unit_id=self.unit_id, computed_at__lte=self.cut_off,
            first_day__lt=self.report.last_day,
        )  # fmt: skip
        if since is not None:
            found = found.filter(computed_at__gt=since)
        told = []
        for one in found.select_related("indicator", "supersedes", "approved_by").order_by(
            "first_day", "indicator__position"
        ):
            if one.indicator.code in self.known:
                old = one.supersedes
                told.append(
                    {
                        "indicator": one.indicator.code, "first_day": one.first_day.isoformat(), "measurement": one.pk,
                        "old": old.value if old else None, "new": one.value, "reason": one.reason,
                        "approved_by": str(one.approved_by or ""),
                    }
                )  # fmt: skip
        return told


# --- Figures ------------------------------------------------------------------------------------------------------------
def collect(material: Material) -> None:
    """Every figure, once."""
    book = material.book
    for known in material.known.values():
        if known.value is None:
            continue
        book.measured(known.code, known.value, known.passport)
        if known.year_ago is not None:
            book.measured(f"{known.code}.year_ago", known.year_ago, known.passport)
    for code in ("contacts", "cases_registered", "calls_offered"):
        if code in material.known:
            for name, last in (("ytd", material.report.last_day), ("ytd_before", material.year_ago.last)):
                total = material.year_to_date(code, last)
                if total is not None:
                    book.measured(f"{code}.{name}", total, material.known[code].passport)
    channels = shown_channels(material)
    for channel_id, keys, _before in channels:
        book.count(f"contacts.{reference.channels()[channel_id].code}", "contact", keys)
    if channels and (rest := other_channels(material)):
        book.computed(
            "contacts.other_channels",
            float(rest),
            lambda: number(rest),
            rows=rest,
            measurements=keys_of(material, "contacts"),
        )
    collect_groups(material, "cause", "case", material.causes, reference.causes())
    collect_groups(material, "theme", "response", material.themes, reference.causes())
    for one in material.checks:
        book.count(f"check.{one.check.code}", one.check.kind, one.keys)
    for name, chosen in action_groups(material).items():
        book.count(f"actions.{name}", "improvement", [one.pk for one in chosen])
    ages = material.open_ages
    if len(ages) >= FEWEST and material.is_told_at_all("open_cases"):
        for name, share in (("p50", 0.5), ("p85", 0.85), ("p95", 0.95)):
            value = percentile(ages, share)
            book.computed(f"open_age.{name}", value, lambda value=value: number(value, 0), rows=len(ages), measurements=keys_of(material, "open_cases"))  # fmt: skip


def keys_of(material: Material, code: str) -> tuple[int, ...]:
    known = material.known.get(code)
    return known.value.measurements if known and known.value else ()


def collect_groups(material: Material, name: str, kind: str, found, entries) -> None:
    """Groups of few are hidden, and so is the next smallest beside a single one."""
    hidden = material.hidden(name, {key: len(keys) for key, keys in found.items()})
    for key, keys in found.items():
        if key in hidden or (key is not None and key not in entries):
            continue
        material.book.count(f"{name}.{entries[key].code if key is not None else 'none'}", kind, keys)


def shown_channels(material: Material) -> list[tuple[int, list[int], int]]:
    """Channels of few are left out together; the total less the others must not tell them. Without the total none is told."""
    if not material.is_told_at_all("contacts"):
        return []
    hidden = material.hidden("channel", {channel: len(keys) for channel, keys, _before in material.by_channel})
    return [row for row in material.by_channel if row[0] not in hidden]


def other_channels(material: Material) -> int:
    """Contacts of the channels that are not told one by one: the total less the others, which is no secret beside it."""
    value = material.value("contacts")
    whole = int(value) if value is not None else sum(len(keys) for _channel, keys, _before in material.by_channel)
    return whole - sum(len(keys) for _channel, keys, _before in shown_channels(material))


def action_groups(material: Material) -> dict[str, list[Improvement]]:
    first, last = material.span.days
    actions = material.actions
    return {
        "new": [one for one in actions if first <= one.created_on <= last],
        "open": [one for one in actions if material.was_open(one)],
        "overdue": [one for one in actions if material.is_overdue(one)],
        "closed": [one for one in actions if one.state == Improvement.State.CLOSED and one.closed_on and first <= one.closed_on <= last],
    }  # fmt: skip


def definitions(material: Material) -> tuple[dict, ...]:
    return tuple(
        {
            "code": one.code, "version": one.passport.version, "agreed": one.passport.state == Passport.State.AGREED,
            **{
                f"{name}_{language}": getattr(one.passport, f"{name}_{language}")
                for name in ("name", "numerator", "denominator", "exclusions", "quality_note", "source") for language in LANGUAGES
            },
        }
        for one in material.known.values()
    )  # fmt: skip
