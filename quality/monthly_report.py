"""What a report says: its sections, figures and computed sentences, in both languages. Questions, no deeds.

Figures come from kept measurements; what none holds (channels, causes, themes, actions, checks) is counted here with the keys of its
rows. Sentences about figures are computed; what people think of them is theirs and only taken in. A part of the product that has
nothing to say in the period gives no section.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from django.conf import settings
from django.db.models import Prefetch, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bureau import reference
from bureau.small_numbers import hidden_groups
from bureau.templatetags.formats import day, month, number
from complaints.models import Complaint
from feedback.models import OpenAnswerCause
from quality import data_quality, indicator_charts, indicator_words, passports, period_values
from quality.control_chart_kinds import Assurance
from quality.dashboard import code_fingerprint
from quality.dashboard_words import listing, person_name
from quality.indicator_chart import IndicatorChart
from quality.indicators import Span, incoming, open_at_end
from quality.measurement_values import percentile
from quality.models import Improvement, Indicator, Measurement, MeasurementRows, Passport, Report, ReportComment
from quality.period_values import PeriodValue
from quality.periods import month_start, months_back
from quality.report_content import (
    Block,
    Cell,
    Chart,
    Column,
    Comment,
    Content,
    Edition,
    Heading,
    Items,
    Paragraph,
    Quote,
    Section,
    Series,
    Table,
)
from quality.report_figures import LANGUAGES, CountedRows, FigureBook, mark_of
from quality.signals_found import CONCERNS

MONTHS_OF_CHART = 24
CAUSES_SHOWN = 5
THEMES_SHOWN = 5
QUOTES_SHOWN = 3
ACTIONS_SHOWN = 12
FEWEST = 5
# What each later section speaks of; the matrix holds them all.
VOLUMES = ("contacts", "cases_registered", "calls_offered", "complaints_per_thousand")
COMPLAINTS = (
    "complaints_per_thousand", "complaints_acknowledged", "complaints_stage_1", "complaints_stage_2", "complaints_upheld", "praise",
)  # fmt: skip
CLIENTS = (
    "satisfaction",
    "effort",
    "recommendation",
    "complaint_handling_satisfaction",
    "response_rate",
    "bad_answers_contacted",
)
WORK = (
    "cases_registered",
    "open_cases",
    "late_open",
    "open_work_hours",
    "days_to_answer",
    "days_to_answer_p85",
    "unassigned_share",
)
CALLS = ("calls_offered", "calls_in_time", "calls_abandoned", "calls_wait", "calls_handling")


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

    def words(self, value: float | None) -> str:
        return indicator_words.value_words(value, self.passport.unit, self.passport.decimals)


@dataclass
class Material:
    """All that a report is made of, asked for once and told in two languages."""

    report: Report
    cut_off: datetime
    unit_id: int | None = None
    book: FigureBook = field(default_factory=FigureBook)

    @property
    def span(self) -> Span:
        return Span(self.report.first_day, self.report.last_day)

    @property
    def year_ago(self) -> Span:
        return Span(months_back(self.report.first_day, 12), self.report.first_day - timedelta(days=1) if self.report.period == Report.Period.YEAR else months_back(self.report.last_day, 12))  # fmt: skip

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
        found = Measurement.objects.latest().filter(
            period=Measurement.Period.MONTH, unit_id=self.unit_id, first_day__range=(first, self.report.last_day)
        ).order_by("first_day")  # fmt: skip
        if self.report.period != Report.Period.MONTH:
            # A quarter is computed from the rows of its months; those of older months are not needed.
            needed = Prefetch(
                "counted", MeasurementRows.objects.filter(measurement__first_day__gte=self.year_ago.first)
            )
            found = found.prefetch_related(needed)
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

    # --- What no measurement holds --------------------------------------------------------------------------------
    @cached_property
    def by_channel(self) -> list[tuple[int, list[int], int]]:
        """Channel, keys of its contacts in the period, how many a year before; the busiest first."""
        keys: dict[int, list[int]] = defaultdict(list)
        for channel_id, pk in self.within(incoming(self.span)).order_by().values_list("channel_id", "pk"):
            keys[channel_id].append(pk)
        before: dict[int, int] = defaultdict(int)
        for channel_id in self.within(incoming(self.year_ago)).order_by().values_list("channel_id", flat=True):
            before[channel_id] += 1
        return sorted(((channel_id, found, before[channel_id]) for channel_id, found in keys.items()), key=lambda row: (-len(row[1]), row[0]))  # fmt: skip

    @cached_property
    def causes(self) -> dict[int | None, list[int]]:
        """Cases of complaints decided in the period, by root cause."""
        decided = Complaint.objects.filter(decided_on__range=self.span.days).exclude(outcome="")
        found: dict[int | None, list[int]] = defaultdict(list)
        for cause_id, case_id in self.within(decided, "case__unit_id").order_by().values_list("cause_id", "case_id"):
            found[cause_id].append(case_id)
        return found

    @cached_property
    def themes(self) -> dict[int, list[int]]:
        """Answers of the period by the theme that their words were coded with; keys as evidence keeps them."""
        coded = OpenAnswerCause.objects.filter(
            open_answer__response__answered_on__range=self.span.days, open_answer__response__is_test=False
        )
        found: dict[int, set[int]] = defaultdict(set)
        rows = self.within(coded, "open_answer__response__unit_id").order_by()
        for cause_id, response_id in rows.values_list("cause_id", "open_answer__response_id"):
            found[cause_id].add(response_id.int >> 65)
        return {cause_id: sorted(keys) for cause_id, keys in found.items()}

    @cached_property
    def open_ages(self) -> list[int]:
        registered = self.within(open_at_end(self.span)).order_by().values_list("registered_on", flat=True)
        return sorted((self.report.last_day - one).days for one in registered)

    @cached_property
    def actions(self) -> list[Improvement]:
        """Those open at the cut-off, and those that began or ended in the period; the overdue first."""
        span = self.span.days
        found = self.within(
            Improvement.objects.filter(Q(closed_on__isnull=True) | Q(closed_on__range=span) | Q(created_on__range=span))
            .filter(created_on__lte=self.cut_off_day).exclude(Q(state=Improvement.State.DROPPED) & ~Q(closed_on__range=span))
        )  # fmt: skip
        return sorted(found.select_related("owner", "cause", "unit"), key=lambda one: (not self.is_overdue(one), not one.is_open, one.due_on, one.pk))  # fmt: skip

    @property
    def cut_off_day(self) -> date:
        return timezone.localdate(self.cut_off)

    def is_overdue(self, action: Improvement) -> bool:
        return action.is_open and action.due_on < self.cut_off_day

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


# --- Content ----------------------------------------------------------------------------------------------------------
def content_of(report: Report, *, issue: int = 0, cut_off: datetime | None = None, unit_id: int | None = None, corrects: str = "", reason: str = "") -> tuple[Content, list[CountedRows]]:  # fmt: skip
    """What the report would say now, and the rows of the figures that no measurement holds. `issue` 0 is a draft."""
    material = Material(report, cut_off or timezone.now(), unit_id)
    collect(material)
    editions = {}
    for language in LANGUAGES:
        with translation.override(language):
            editions[language] = edition(material, language, corrects=corrects, reason=reason)
    book = material.book
    content = Content(
        report.number, issue, report.period, report.first_day.isoformat(), report.last_day.isoformat(),
        timezone.localtime(material.cut_off).isoformat(timespec="seconds"), code_fingerprint(),
        reference.units()[unit_id].code if unit_id else "", dict(book.figures), editions, definitions(material),
        tuple(material.restated), tuple({"code": one.check.code, "count": len(one.keys), "of": one.of} for one in material.checks), corrects,
    )  # fmt: skip
    return content, book.rows


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
    for channel_id, keys, _before in shown_channels(material):
        book.count(f"contacts.{reference.channels()[channel_id].code}", "contact", keys)
    collect_groups(material, "cause", "case", material.causes, reference.causes())
    collect_groups(material, "theme", "response", material.themes, reference.causes())
    for one in material.checks:
        book.count(f"check.{one.check.code}", one.check.kind, one.keys)
    for name, chosen in action_groups(material).items():
        book.count(f"actions.{name}", "improvement", [one.pk for one in chosen])
    ages = material.open_ages
    if len(ages) >= FEWEST:
        for name, share in (("p50", 0.5), ("p85", 0.85), ("p95", 0.95)):
            value = percentile(ages, share)
            book.computed(f"open_age.{name}", value, lambda value=value: number(value, 0), rows=len(ages), measurements=keys_of(material, "open_cases"))  # fmt: skip


def keys_of(material: Material, code: str) -> tuple[int, ...]:
    known = material.known.get(code)
    return known.value.measurements if known and known.value else ()


def collect_groups(material: Material, name: str, kind: str, found, entries) -> None:
    """Groups of few are hidden, and so is the next smallest beside a single one."""
    hidden = hidden_groups({key: len(keys) for key, keys in found.items()}, smallest=FEWEST)
    for key, keys in found.items():
        if key in hidden or (key is not None and key not in entries):
            continue
        material.book.count(f"{name}.{entries[key].code if key is not None else 'none'}", kind, keys)


def shown_channels(material: Material) -> list[tuple[int, list[int], int]]:
    """Channels of few are left out together; the total less the others must not tell them."""
    hidden = hidden_groups({channel: len(keys) for channel, keys, _before in material.by_channel}, smallest=FEWEST)
    return [row for row in material.by_channel if row[0] not in hidden]


def action_groups(material: Material) -> dict[str, list[Improvement]]:
    first, last = material.span.days
    actions = material.actions
    return {
        "new": [one for one in actions if first <= one.created_on <= last],
        "open": [one for one in actions if one.is_open],
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


# --- An edition -------------------------------------------------------------------------------------------------------
def edition(material: Material, language: str, *, corrects: str, reason: str) -> Edition:
    report = material.report
    unit = reference.units()[material.unit_id].name if material.unit_id else ""
    makers: list[Callable[[Material], Section | None]] = [
        summary, indicators, volumes, complaints, clients, work, actions, annex,
    ]  # fmt: skip
    sections = [section for make in makers if (section := make(material)) is not None]
    if reason:
        told = Paragraph(
            _("This issue corrects issue %(issue)s: %(reason)s") % {"issue": corrects, "reason": reason}, True
        )
        first = sections[0]
        sections[0] = Section(first.code, first.title, (told, *first.blocks))
    return Edition(language, unit_title(report, unit), subtitle(report), tuple(sections))


def unit_title(report: Report, unit: str) -> str:
    title = period_words(report)
    return f"{title}: {unit}" if unit else title


def period_words(report: Report) -> str:
    """Oktoober 2026; 3. kvartal 2026; 2026. aasta"""
    if report.period == Report.Period.QUARTER:
        return _("Quarter %(quarter)s of %(year)s") % {
            "quarter": (report.first_day.month + 2) // 3,
            "year": report.first_day.year,
        }
    if report.period == Report.Period.YEAR:
        return _("The year %(year)s") % {"year": report.first_day.year}
    words = month(report.first_day)
    return words[:1].upper() + words[1:]


def subtitle(report: Report) -> str:
    kind = {
        Report.Period.MONTH: _("Monthly report"), Report.Period.QUARTER: _("Quarterly report"), Report.Period.YEAR: _("Yearly report"),
    }[Report.Period(report.period)]  # fmt: skip
    return f"{kind} · {settings.BUREAU_NAME if hasattr(settings, 'BUREAU_NAME') else _('Customer-service bureau')}"


# --- 1 Summary --------------------------------------------------------------------------------------------------------
def summary(material: Material) -> Section:
    sentences = [words for make in SENTENCES if (words := make(material))]
    blocks: list[Block] = (
        [Items(tuple(sentences))] if sentences else [Paragraph(_("Nothing was recorded in this period."))]
    )
    asks = list(material.report.asks.all()) if material.unit_id is None else []
    if asks:
        english = translation.get_language() == "en"
        blocks += [
            Heading(_("Decisions asked")),
            Items(tuple(one.text_en if english and one.text_en else one.text for one in asks)),
        ]
    return Section("summary", _("Summary"), tuple(blocks))


def of_time(material: Material) -> str:
    known = material.known.get("answered_on_time")
    if known is None or known.value is None or not known.value.denominator:
        return ""
    facts = {"count": number(known.value.denominator, 0), "share": material.book.text("answered_on_time")}
    said = ngettext("We answered %(count)s case, %(share)s of them in time", "We answered %(count)s cases, %(share)s of them in time", int(known.value.denominator)) % facts  # fmt: skip
    return f"{said}; {variation_words(known)}."


def variation_words(known: Known) -> str:
    """What the control chart says, within a sentence."""
    chart = known.chart
    if chart is None or chart.last.point.rule is None:
        return _("as usual")
    since = chart.since
    worse = chart.variation in CONCERNS
    what = (
        _("worse than usual")
        if worse
        else _("better than usual")
        if "improvement" in str(chart.variation)
        else _("unlike the usual")
    )
    if since is not None and since.period.first != chart.last.period.first:
        return _("%(what)s since %(month)s, and not by chance") % {"what": what, "month": month(since.period.first)}
    return _("%(what)s, and not by chance") % {"what": what}


def of_complaints(material: Material) -> str:
    known = material.known.get("complaints_per_thousand")
    if known is None or known.value is None or known.value.value is None:
        return ""
    count = int(known.value.numerator or 0)
    said = ngettext("There was %(count)s complaint, %(rate)s contacts (%(variation)s)", "There were %(count)s complaints, %(rate)s contacts (%(variation)s)", count) % {
        "count": number(count), "rate": material.book.text("complaints_per_thousand"), "variation": variation_words(known),
    }  # fmt: skip
    top = top_groups(material, "cause", material.causes, 2)
    if not top:
        return f"{said}."
    return _("%(said)s; of those decided the most frequent causes were: %(causes)s.") % {
        "said": said,
        "causes": listing(top),
    }


def top_groups(material: Material, name: str, found, count: int) -> list[str]:
    causes = reference.causes()
    named = [
        (len(keys), causes[key].name) for key, keys in found.items()
        if key in causes and f"{name}.{causes[key].code}" in material.book.figures
    ]  # fmt: skip
    return [words for _n, words in sorted(named, key=lambda row: (-row[0], row[1]))[:count]]


def of_clients(material: Material) -> str:
    known = material.known.get("satisfaction")
    if known is None or known.value is None or known.value.value is None:
        return ""
    return _("Satisfaction was %(value)s (%(low)s to %(high)s, %(count)s answers), %(variation)s.") % {
        "value": material.book.text("satisfaction"), "low": known.words(known.value.lower), "high": known.words(known.value.upper),
        "count": number(known.value.rows), "variation": variation_words(known),
    }  # fmt: skip


def of_calls(material: Material) -> str:
    known = material.known.get("calls_in_time")
    if known is None or known.value is None or known.value.value is None:
        return ""
    return _("Of %(count)s calls %(share)s were answered within the promised time; %(variation)s.") % {
        "count": number(known.value.denominator, 0), "share": material.book.text("calls_in_time"), "variation": variation_words(known),
    }  # fmt: skip


def of_work(material: Material) -> str:
    known = material.known.get("open_cases")
    if known is None or known.value is None or known.value.value is None:
        return ""
    late = material.known.get("late_open")
    words = _("At the end %(count)s cases were open") % {"count": material.book.text("open_cases")}
    if late and late.value and late.value.numerator is not None and not late.value.is_hidden:
        words += _(", %(late)s of them late") % {"late": number(late.value.numerator, 0)}
    groups = action_groups(material)
    if groups["open"]:
        words += "; " + _("of %(open)s improvement actions %(overdue)s are overdue and %(closed)s were closed") % {
            name: number(len(found)) for name, found in groups.items()
        }  # fmt: skip
    return f"{words}."


SENTENCES = (of_time, of_complaints, of_clients, of_calls, of_work)


# --- 2 Indicators -----------------------------------------------------------------------------------------------------
def indicators(material: Material) -> Section | None:
    told = [one for one in material.known.values() if material.is_told(one)]
    if not told:
        return None
    exceptions = [one for one in told if one.needs_comment]
    blocks: list[Block] = [matrix(material, told)]
    for known in exceptions:
        blocks += exception(material, known)
    # What is unusual without worrying is commented only when somebody wished to.
    for known in told:
        if not known.needs_comment and (known.code in material.comments or material.unit_comments.get(known.code)):
            blocks += [Heading(known.passport.name), *said(material, known, is_needed=False)]
    return Section("indicators", _("Indicators"), tuple(blocks))


def matrix(material: Material, told: Sequence[Known]) -> Table:
    book, rows = material.book, []
    marks = set()
    for known in told:
        value = known.value
        mark = mark_of(value.status) if value else ""
        marks |= {mark}
        variation = indicator_words.variation_verdict(known.chart.variation) if known.chart else None
        assurance = indicator_words.assurance_verdict(known.chart.assurance) if known.chart else None
        before = f"{known.code}.year_ago"
        rows.append(
            (
                Cell(known.passport.name), book.cell(known.code, mark=mark), Cell(interval_words(known)),
                Cell(known.words(known.target) if known.target is not None else "–", known.target),
                Cell(variation.word, tone=variation.tone, icon=variation.icon) if variation else Cell("–"),
                Cell(assurance.word, tone=assurance.tone, icon=assurance.icon) if assurance else Cell("–"),
                book.cell(before, mark=mark_of(known.year_ago.status)) if known.year_ago else Cell("–"),
                Cell(quality_word(known)),
            )
        )  # fmt: skip
    notes = []
    if "p" in marks:
        notes.append(_("p: provisional until the day that the definition names; restated values stand in the annex."))
    if any(one.value and one.value.is_hidden for one in told):
        notes.append(_("Too few: fewer rows than may be shown, or the value could be found by subtraction."))
    return Table(
        _("Indicators of the period"),
        (
            Column(_("Indicator")), Column(_("Value"), True), Column(_("95% interval"), True), Column(_("Target"), True), Column(_("Variation")),
            Column(_("Assurance")), Column(_("A year before"), True), Column(_("Data")),
        ),
        tuple(rows), tuple(notes),
    )  # fmt: skip


def interval_words(known: Known) -> str:
    value = known.value
    if value is None or value.is_hidden or value.lower is None:
        return "–"
    decimals = known.passport.decimals
    return f"{number(value.lower, decimals)}–{number(value.upper, decimals)}"


def quality_word(known: Known) -> str:
    """Mark of the data's quality: agreed or only proposed, and whether the computation is still the agreed one."""
    if known.passport.state != Passport.State.AGREED:
        return _("not agreed yet")
    if passports.computation_changed(known.passport):
        return _("computed anew")
    return _("agreed")


def exception(material: Material, known: Known) -> list[Block]:
    return [Heading(known.passport.name), drawn(known), *said(material, known, is_needed=True)]


def drawn(known: Known) -> Chart:
    chart, passport = known.chart, known.passport
    assert chart is not None  # noqa: S101 - only what has a chart is drawn
    marks = chart.marks[-MONTHS_OF_CHART:]
    words = {"unit": passport.unit, "decimals": passport.decimals, "run_length": passport.run_length}
    series = [
        Series(_("Value"), tuple(one.period.value for one in marks)),
        Series(_("Mean"), tuple(finite(one.band.mean) for one in marks)),
        Series(_("Upper limit"), tuple(finite(one.band.upper) for one in marks), True),
        Series(_("Lower limit"), tuple(finite(one.band.lower) for one in marks), True),
    ]
    if chart.target is not None:
        series.append(Series(pgettext("of an indicator", "Target"), (chart.target,) * len(marks), True))
    return Chart(
        passport.name, indicator_words.sentence(chart, **words), str(indicator_words.drawing(chart, **words)), "control",
        tuple(f"{one.period.first:%m.%Y}" for one in marks), tuple(series), str(indicator_words.UNITS.get(passport.unit, "")),
    )  # fmt: skip


def finite(value: float) -> float | None:
    return value if abs(value) != float("inf") else None


def said(material: Material, known: Known, *, is_needed: bool) -> list[Block]:
    own = material.comments.get(known.code)
    blocks: list[Block] = [comment_block(own, known.code)] if own else []
    if own is None and is_needed:
        blocks.append(Comment(known.code, "", "", "", "", "", "", True))
    blocks += [comment_block(one, known.code) for one in material.unit_comments.get(known.code, ())]
    return blocks


def comment_block(comment: ReportComment, about: str) -> Comment:
    author = comment.written_by.get_full_name()
    if comment.unit_id:
        author = f"{author}, {reference.units()[comment.unit_id].name}"
    owner = comment.owner.get_full_name() if comment.owner else ""
    return Comment(about, comment.what, comment.why, comment.action, owner, day(comment.due_on), author)


# --- 3 Volumes --------------------------------------------------------------------------------------------------------
def volumes(material: Material) -> Section | None:
    told = material.has("contacts", "cases_registered", "calls_offered")
    if not told:
        return None
    book = material.book

    def cell(name: str) -> Cell:
        return book.cell(name) if name in book.figures else Cell("–")

    rows = [
        (Cell(one.passport.name), cell(one.code), cell(f"{one.code}.year_ago"), cell(f"{one.code}.ytd"), cell(f"{one.code}.ytd_before"), Cell(change_words(material, one.code)))
        for one in told
    ]  # fmt: skip
    blocks: list[Block] = [
        Table(
            _("Volumes"),
            (
                Column(_("What")), Column(_("Period"), True), Column(_("A year before"), True), Column(_("Year to date"), True),
                Column(_("Year to date, a year before"), True), Column(_("Change"), True),
            ),
            tuple(rows),
        )
    ]  # fmt: skip
    per_day = material.has("contacts_per_working_day")
    if per_day:
        blocks.append(Paragraph(_("Contacts a working day: %(value)s, a year before %(before)s.") % {
            "value": book.text("contacts_per_working_day"),
            "before": book.text("contacts_per_working_day.year_ago") if "contacts_per_working_day.year_ago" in book.figures else "–",
        }, figures=("contacts_per_working_day",)))  # fmt: skip
    channels = shown_channels(material)
    if channels:
        whole = sum(len(keys) for _channel, keys, _before in material.by_channel)
        blocks.append(
            Table(
                _("Contacts by channel"),
                (Column(_("Channel")), Column(_("Contacts"), True), Column(_("Share"), True), Column(_("A year before"), True)),
                tuple(
                    (
                        Cell(reference.channels()[channel_id].name), book.cell(f"contacts.{reference.channels()[channel_id].code}"),
                        Cell(percent_words(len(keys), whole), 100 * len(keys) / whole),
                        Cell(number(before) if before >= FEWEST else "–", float(before) if before >= FEWEST else None),
                    )
                    for channel_id, keys, before in channels
                ),
                (_("Channels with fewer than five contacts are left out."),) if len(channels) < len(material.by_channel) else (),
            )
        )  # fmt: skip
    contacts = material.known.get("contacts")
    if contacts and contacts.chart is not None and material.unit_id is None and not contacts.needs_comment:
        blocks.append(drawn(contacts))
    return Section("volumes", _("Volumes and channels"), tuple(blocks))


def percent_words(part: float, whole: float) -> str:
    return indicator_words.value_words(100 * part / whole, "percent", 1) if whole else "–"


def change_words(material: Material, code: str) -> str:
    """Year to date against the year before."""
    figures = material.book.figures
    now, before = figures.get(f"{code}.ytd"), figures.get(f"{code}.ytd_before")
    if now is None or before is None or not before.value or now.value is None:
        return "–"
    change = 100 * (now.value - before.value) / before.value
    return ("+" if change > 0 else "") + indicator_words.value_words(change, "percent", 1)


# --- 4 Complaints -----------------------------------------------------------------------------------------------------
def compared(material: Material, told: Sequence[Known], caption: str) -> Table:
    book = material.book
    return Table(
        caption,
        (Column(_("Indicator")), Column(_("Value"), True), Column(_("Of"), True), Column(_("95% interval"), True), Column(_("A year before"), True)),
        tuple(
            (
                Cell(one.passport.name), book.cell(one.code),
                Cell(number(one.value.denominator, 0) if one.value and one.value.denominator and not one.value.is_hidden else "–", one.value.denominator if one.value else None),
                Cell(interval_words(one)),
                book.cell(f"{one.code}.year_ago") if one.year_ago is not None else Cell("–"),
            )
            for one in told
        ),
    )  # fmt: skip


def complaints(material: Material) -> Section | None:
    told = material.has(*COMPLAINTS)
    if not told and not material.causes:
        return None
    blocks: list[Block] = [compared(material, told, _("Complaints and how they were settled"))] if told else []
    blocks += groups_table(
        material,
        "cause",
        material.causes,
        _("Root causes of complaints decided"),
        _("Cause"),
        _("Complaints"),
        CAUSES_SHOWN,
    )
    return Section("complaints", _("Complaints"), tuple(blocks))


def groups_table(
    material: Material, name: str, found, caption: str, label: str, counted: str, most: int
) -> list[Block]:
    """The most frequent first; groups of few are told together."""
    book, causes = material.book, reference.causes()
    shown = [
        (f"{name}.{causes[key].code}" if key is not None else f"{name}.none", causes[key].name if key is not None else _("not said"), len(keys))
        for key, keys in found.items() if key is None or key in causes
    ]  # fmt: skip
    listed = sorted((row for row in shown if row[0] in book.figures), key=lambda row: (-row[2], row[1]))[:most]
    if not listed:
        return []
    notes = (_("Groups of fewer than five, and what is rarer, are left out."),) if len(listed) < len(found) else ()
    return [
        Table(
            caption, (Column(label), Column(counted, True)),
            tuple((Cell(words), book.cell(figure)) for figure, words, _n in listed), notes,
        )
    ]  # fmt: skip


# --- 5 Clients --------------------------------------------------------------------------------------------------------
def clients(material: Material) -> Section | None:
    told = material.has(*CLIENTS)
    if not told:
        return None
    blocks: list[Block] = [compared(material, told, _("What clients say"))]
    blocks += groups_table(
        material, "theme", material.themes, _("Themes of what clients wrote"), _("Theme"), _("Answers"), THEMES_SHOWN
    )
    if material.unit_id is None:
        quotes = list(material.report.quotes.all()[:QUOTES_SHOWN])
        if quotes:
            blocks.append(Heading(_("In clients' words")))
            blocks += [Quote(one.text, _("from a survey")) for one in quotes]
    return Section("clients", _("Satisfaction"), tuple(blocks))


# --- 6 Work -----------------------------------------------------------------------------------------------------------
def work(material: Material) -> Section | None:
    told = material.has(*WORK)
    if not told:
        return None
    book = material.book
    blocks: list[Block] = [compared(material, told, _("Work"))]
    if "open_age.p50" in book.figures:
        blocks.append(
            Table(
                _("Age of open cases at the end, days"),
                (Column(_("Cases")), Column(_("half up to"), True), Column(_("85 % up to"), True), Column(_("95 % up to"), True)),
                ((Cell(_("Open cases")), *(book.cell(f"open_age.{name}") for name in ("p50", "p85", "p95"))),),
            )
        )  # fmt: skip
    calls = material.has(*CALLS) if material.unit_id is None else []
    if calls:
        blocks.append(compared(material, calls, _("Telephone")))
    return Section("work", _("Workload and telephone"), tuple(blocks))


# --- 7 Actions --------------------------------------------------------------------------------------------------------
def actions(material: Material) -> Section | None:
    found = material.actions
    if not found:
        return None
    book = material.book
    names = {
        "new": _("Begun in the period"),
        "open": _("Open"),
        "overdue": _("Overdue"),
        "closed": _("Closed in the period"),
    }
    counts = Table(
        _("Improvement actions"), (Column(_("What")), Column(_("Actions"), True)),
        tuple((Cell(words), book.cell(f"actions.{name}")) for name, words in names.items()),
    )  # fmt: skip
    listed = Table(
        _("Register of actions"),
        (Column(_("Action")), Column(_("Owner")), Column(_("Due")), Column(_("State")), Column(_("Effect"))),
        tuple(
            (
                Cell(f"{one.number} {one.title}"), Cell(person_name(one.owner_id)),
                Cell(day(one.due_on), tone="bad" if material.is_overdue(one) else "", icon="clock" if material.is_overdue(one) else ""),
                Cell(str(one.get_state_display())), Cell(str(Improvement.Effect(one.effect).label)),
            )
            for one in found[:ACTIONS_SHOWN]
        ),
        (_("The first %(shown)s of %(count)s; the rest stand in the register.") % {"shown": ACTIONS_SHOWN, "count": len(found)},) if len(found) > ACTIONS_SHOWN else (),
    )  # fmt: skip
    return Section("actions", _("Improvement actions"), (counts, listed))


# --- Annex ------------------------------------------------------------------------------------------------------------
def annex(material: Material) -> Section:
    blocks: list[Block] = []
    if material.restated:
        blocks.append(
            Table(
                _("Restated values"),
                (Column(_("Indicator")), Column(_("Month")), Column(_("Before"), True), Column(_("Now"), True), Column(_("Reason"))),
                tuple(
                    (
                        Cell(material.known[one["indicator"]].passport.name), Cell(month(date.fromisoformat(one["first_day"]))),
                        Cell(material.known[one["indicator"]].words(one["old"]), one["old"]), Cell(material.known[one["indicator"]].words(one["new"]), one["new"], mark="r"),
                        Cell(one["reason"]),
                    )
                    for one in material.restated
                ),
            )
        )  # fmt: skip
    if material.checks:
        blocks.append(
            Table(
                _("Quality of the data"), (Column(_("Check")), Column(_("Rows"), True), Column(_("Of"), True), Column(_("Share"), True)),
                tuple(
                    (Cell(str(one.check.words)), material.book.cell(f"check.{one.check.code}"), Cell(number(one.of), float(one.of)), Cell(percent_words(len(one.keys), one.of)))
                    for one in material.checks
                ),
            )
        )  # fmt: skip
    hidden = sum(one.is_hidden for one in material.book.figures.values())
    english = translation.get_language() == "en"
    blocks.append(
        Items(
            (
                _("Figures as of %(moment)s.") % {"moment": f"{timezone.localtime(material.cut_off):%d.%m.%Y %H.%M}"},
                ngettext("%(count)s figure is hidden because it counts too few.", "%(count)s figures are hidden because they count too few.", hidden) % {"count": hidden},
                _("Intervals: Wilson for shares, Byar for rates, 95 %. Variation and assurance are judged by control charts (methods of NHS England, Making Data Count)."),
            )
        )
    )  # fmt: skip
    told = [one for one in material.known.values() if material.is_told(one)]
    blocks.append(
        Table(
            _("Definitions"), (Column(_("Indicator")), Column(_("Numerator")), Column(_("Denominator")), Column(_("Known limits of the data"))),
            tuple(
                (
                    Cell(one.passport.name), Cell(one.passport.numerator_en if english else one.passport.numerator_et),
                    Cell((one.passport.denominator_en if english else one.passport.denominator_et) or "–"),
                    Cell((one.passport.quality_note_en if english else one.passport.quality_note_et) or "–"),
                )
                for one in told
            ),
        )
    )  # fmt: skip
    return Section("annex", _("Annex"), tuple(blocks))
