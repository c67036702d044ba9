"""Questions of one's own over indicators: the same content as a report, so that page, paper, workbook and data come of themselves.

Every value comes from kept measurements through the reader's gate; what is hidden for fewness is hidden here alike, and a report
that a colleague shared shows the reader's figures, not the colleague's.
"""

from collections import defaultdict
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import notice_texts, reference
from bureau.audit import record
from bureau.calendar_store import working_calendar
from bureau.chart_kinds import SeriesData, Step, lines
from bureau.charts import draw
from bureau.notifications import notify
from bureau.outbox import About, queue_mail, register_purpose
from quality import indicator_charts, passports, report_sections
from quality.dashboard import code_fingerprint
from quality.dashboard_words import listing
from quality.models import Indicator, Measurement, OwnReport, Passport
from quality.period_values import is_hidden
from quality.periods import month_end, month_start, months_back
from quality.report_content import Block, Cell, Chart, Column, Content, Edition, Paragraph, Section, Series, Table
from quality.report_figures import LANGUAGES, FigureBook, mark_of
from quality.report_material import Known

# As many lines as can be told apart in one drawing.
MOST_INDICATORS = 4
MOST_UNITS = 24

register_purpose("report.own", gettext_lazy("Own report on its day"))
notice_texts.register("report.own", gettext_lazy("Your report “%(name)s” has new figures"))


@transaction.atomic
def keep(*, own: OwnReport, by) -> OwnReport:
    is_new = own.pk is None
    if is_new:
        own.owner = by
    own.save()
    record("own_report.made" if is_new else "own_report.changed", by=by, on=own, label=own.name)
    return own


@transaction.atomic
def remove(*, own: OwnReport, by) -> None:
    record("own_report.removed", by=by, on=own, label=own.name)
    own.delete()


# --- Content ----------------------------------------------------------------------------------------------------------
def content_of(own: OwnReport, *, user, today: date) -> Content:
    """What it says to this reader now. Six statements, whatever the number of months."""
    last = months_back(month_start(today), 1)
    first = months_back(last, own.months - 1)
    found: dict[tuple[str, int | None], list[Measurement]] = defaultdict(list)
    rows = Measurement.objects.latest().visible_to(user).filter(
        period=Measurement.Period.MONTH, indicator__code__in=own.indicators, first_day__range=(months_back(last, 59), last)
    )  # fmt: skip
    if own.breakdown == OwnReport.Breakdown.NONE:
        rows = rows.filter(unit_id=whose(user))
    for one in rows.select_related("indicator").order_by("first_day"):
        if indicator_charts.is_whole(one):
            found[one.indicator.code, one.unit_id].append(one)
    in_force = passports.passports_in_force()
    listed = {
        one.code: one
        for one in Indicator.objects.filter(code__in=own.indicators, is_in_use=True).prefetch_related(
            "targets", "rebases"
        )
    }
    months = [months_back(last, back) for back in range(own.months - 1, -1, -1)]
    book, editions = FigureBook(), {}
    for language in LANGUAGES:
        with translation.override(language):
            sections = [
                section_of(own, listed[code], in_force[listed[code].pk], found, months, book)
                for code in own.indicators if code in listed and listed[code].pk in in_force
            ]  # fmt: skip
            if own.chart == OwnReport.Chart.LINES and own.breakdown == OwnReport.Breakdown.NONE and len(sections) > 1:
                sections.insert(0, together(own, listed, in_force, found, months, user))
            subtitle = f"{_('Own report')} · {settings.AGENCY_NAME}"
            editions[language] = Edition(language, own.name, subtitle, tuple(sections) or (Section("empty", own.name, (Paragraph(_("Nothing was measured yet, or nothing that you may see.")),)),))  # fmt: skip
    return Content(
        str(own.pk), 0, "own", first.isoformat(), month_end(last).isoformat(), timezone.localtime().isoformat(timespec="seconds"), code_fingerprint(),
        "", dict(book.figures), editions,
    )  # fmt: skip


def whose(user) -> int | None:
    """The bureau for who sees it; the first own unit for a unit head."""
    from bureau.roles import Permission

    if user.may(Permission.INDICATOR_VIEW):
        return None
    return min(user.rights.units_for(Permission.INDICATOR_VIEW_UNIT) or (0,))


def section_of(own: OwnReport, indicator: Indicator, passport, found, months: list[date], book: FigureBook) -> Section:
    """One indicator: its chart and its months, or its units down and its months across."""
    code = indicator.code
    series = {unit_id: rows for (name, unit_id), rows in found.items() if name == code}
    blocks: list[Block] = []
    if own.breakdown == OwnReport.Breakdown.UNIT:
        blocks.append(by_unit(indicator, passport, series, months, book))
    else:
        rows = next(iter(series.values()), [])
        known = Known(
            indicator, passport, rows, None, None, indicator_charts.chart_from(rows, indicator, passport), None
        )
        if own.chart == OwnReport.Chart.CONTROL and known.chart is not None:
            blocks.append(report_sections.drawn(known, months=own.months))
        blocks.append(by_month(known, months, book))
    return Section(code, passport.name, tuple(blocks))


def put(book: FigureBook, one: Measurement, passport, name: str) -> str:
    from quality.period_values import of_one

    book.measured(name, of_one(one, fewest=passport.fewest), passport)
    return name


def by_month(known: Known, months: list[date], book: FigureBook) -> Table:
    passport, at = known.passport, {one.first_day: one for one in known.months}
    rows = []
    for first in reversed(months):
        one = at.get(first)
        if one is None:
            continue
        name = put(book, one, passport, f"{known.code}.{first:%Y-%m}")
        hidden = is_hidden(one, fewest=passport.fewest)
        interval = "–" if one.lower is None else f"{known.words(one.lower)} … {known.words(one.upper)}"
        rows.append(
            (
                Cell(f"{first:%m.%Y}"),
                book.cell(name, mark=mark_of(one.status)),
                Cell(interval),
                # How many too few are would tell of them.
                Cell("–") if hidden else Cell(str(one.rows), float(one.rows)),
            )
        )
    return Table(passport.name, (Column(_("Month")), Column(_("Value"), True), Column(_("95% interval"), True), Column(_("Rows"), True)), tuple(rows))  # fmt: skip


def by_unit(indicator: Indicator, passport, series, months: list[date], book: FigureBook) -> Table:
    units = reference.units()
    named = [(unit_id, units[unit_id].name if unit_id in units else _("The whole bureau")) for unit_id in series][
        :MOST_UNITS
    ]
    shown = months[-6:]
    rows = []
    for unit_id, name in sorted(named, key=lambda row: (row[0] is not None, row[1])):
        at = {one.first_day: one for one in series[unit_id]}
        cells = [Cell(name)]
        for first in shown:
            one = at.get(first)
            code = units[unit_id].code if unit_id in units else "all"
            cells.append(
                book.cell(put(book, one, passport, f"{indicator.code}.{code}.{first:%Y-%m}"), mark=mark_of(one.status))
                if one
                else Cell("–")
            )
        rows.append(tuple(cells))
    hidden = any(is_hidden(one, fewest=passport.fewest) for found in series.values() for one in found)
    notes = (
        (_("Too few: fewer rows than may be shown, or the value could be found by subtraction."),) if hidden else ()
    )
    return Table(
        passport.name, (Column(_("Unit")), *(Column(f"{first:%m.%Y}", True) for first in shown)), tuple(rows), notes
    )


def together(own: OwnReport, listed, in_force, found, months: list[date], user) -> Section:
    """Indicators in one drawing where they share a unit of measure, else one drawing for each unit: percent and counts on one axis
    would make a steady line of whatever is small. Their numbers stand in the table of each."""
    by_unit: dict[str, list[Series]] = defaultdict(list)
    for code in own.indicators:
        if code in listed and listed[code].pk in in_force:
            passport = in_force[listed[code].pk]
            at = {one.first_day: one.value for one in found.get((code, whose(user)), [])}
            values = tuple(at.get(first) for first in months)
            if any(value is not None for value in values):
                by_unit[passport.unit].append(Series(passport.name, values))
    if not by_unit:
        return Section("together", _("Together"), (Paragraph(_("Nothing is measured in these months.")),))
    blocks: list[Block] = [
        lines_of(own, unit, told, months, is_only=len(by_unit) == 1) for unit, told in by_unit.items()
    ]
    if len(by_unit) > 1:
        blocks.insert(0, Paragraph(_("Each unit of measure has a drawing and an axis of its own.")))
    return Section("together", _("Together"), tuple(blocks))


def lines_of(own: OwnReport, unit: str, told: list[Series], months: list[date], *, is_only: bool) -> Chart:
    labels = tuple(f"{first:%m.%Y}" for first in months)
    steps = tuple(
        Step(label, one.name, value, f"{one.name}, {label}")
        for one in told for label, value in zip(labels, one.values, strict=True) if value is not None
    )  # fmt: skip
    measure = str(Passport.Unit(unit).label)
    sentence = _("%(names)s, the last %(months)s months.") % {
        "names": listing([one.name for one in told]),
        "months": own.months,
    }
    svg = str(draw(lines, SeriesData(steps, tuple(one.name for one in told), measure)))
    return Chart(
        own.name if is_only else f"{own.name}: {measure}", sentence, svg, "line", labels, tuple(told), measure
    )


# --- On its day -------------------------------------------------------------------------------------------------------
def day_of(own: OwnReport, today: date) -> date | None:
    """The last day, up to today, on which it was to be sent."""
    if own.schedule == OwnReport.Schedule.WEEKLY:
        return today - timedelta(days=today.weekday())
    if own.schedule == OwnReport.Schedule.MONTHLY:
        day = first_working_day(month_start(today))
        return day if day <= today else first_working_day(months_back(month_start(today), 1))
    return None


def first_working_day(month: date) -> date:
    return working_calendar().add_working_days(month - timedelta(days=1), 1)


def asked_since(own: OwnReport) -> date:
    """Since when it is to be sent as it is now: what was asked for later is not made up for."""
    former = own.versions.exclude(schedule=own.schedule).order_by("-pgh_id").first()
    return timezone.localdate(former.pgh_created_at if former else own.created_at)


def send_due(today: date) -> int:
    """A notice and a link to whoever asked for it; the figures stay at the desk. Once for each day on which it is due, however often
    this is called; a day on which nothing ran, or that was no working day, is made up for on the next."""
    sent = 0
    due = (
        OwnReport.objects.exclude(schedule=OwnReport.Schedule.NONE)
        .filter(owner__is_active=True)
        .select_related("owner")
    )
    for own in due:
        day = day_of(own, today)
        if day is not None and (day == today or asked_since(own) < day):
            sent += send_one(own, day)
    return sent


@transaction.atomic
def send_one(own: OwnReport, day: date) -> int:
    url = reverse("quality:own_report", args=[own.pk])
    key = f"own-report-{own.pk}-{day}"
    is_new = notify(users=[own.owner], kind="report.own", url=url, once_key=key, name=own.name)
    if is_new and own.owner.email:
        with translation.override(own.owner.language or "et"):
            queue_mail(
                to=own.owner.email, subject=_("Report: %(name)s") % {"name": " ".join(own.name.split())},
                text=_("Your report “%(name)s” has new figures:\n\n%(url)s") % {"name": own.name, "url": settings.SITE_URL.rstrip("/") + url},
                purpose="report.own", about=About(OwnReport._meta.label_lower, own.pk, own.name), once_key=key,
            )  # fmt: skip
    return is_new
