"""The team's load and the flow of its work, put into figures, charts and sentences for the page."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from bureau.calendar_store import working_calendar
from bureau.chart_kinds import SeriesData, Step, lines
from bureau.charts import draw_all
from bureau.templatetags.formats import day_short, number
from complaints.models import Case
from staff.fairness import Spread, spread
from staff.flow import Ages, DayFlow, LittlesLaw, ages, backlog_days, cumulative, day_flows, littles_law, percentile
from staff.models import WorkKind
from staff.workload import TeamLoad

DAYS_SHOWN = 56
DAYS_OF_PACE = 20


@dataclass(frozen=True)
class Chart:
    title: str
    sentence: str
    svg: SafeString
    columns: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class TeamFigures:
    spread: Spread | None
    load: float | None
    sentence: str


@dataclass(frozen=True)
class Flow:
    """`cycle_p50`, `cycle_p85`: working days from registration to the end, of what ended in the days shown."""

    ages: Ages
    arrived: int
    ended: int
    reopened_share: float | None
    touches: float | None
    cycle_p50: float | None
    cycle_p85: float | None
    backlog_days: float | None
    little: LittlesLaw | None
    days: tuple[DayFlow, ...]
    charts: tuple[Chart, ...]

    @property
    def net(self) -> int:
        return self.arrived - self.ended


def of_team(load: TeamLoad) -> TeamFigures:
    found = spread(load.loads)
    hours = load.available_hours
    whole = float(load.hours / hours) if hours else None
    return TeamFigures(found, whole, spread_words(found))


def spread_words(found: Spread | None) -> str:
    if found is None:
        return _("Fewer than five people have hours now; nothing is said of how evenly work is spread.")
    facts = {
        "gini": number(found.gini, 2), "highest": number(found.highest_gini, 2), "n": number(found.n),
        "ratio": number(found.highest_to_middle, 1) if found.highest_to_middle else "–",
    }  # fmt: skip
    gini = round(found.gini, 2)  # judged as it is shown
    if gini < 0.15:
        return _("Work is spread evenly over %(n)s people: Gini %(gini)s (0 is even, %(highest)s the most uneven there can be); the most loaded has %(ratio)s times the load of the middle one.") % facts  # fmt: skip
    if gini < 0.3:
        return _("Work is spread somewhat unevenly over %(n)s people: Gini %(gini)s (0 is even, %(highest)s the most uneven there can be); the most loaded has %(ratio)s times the load of the middle one.") % facts  # fmt: skip
    return _("Work is spread unevenly over %(n)s people: Gini %(gini)s (0 is even, %(highest)s the most uneven there can be); the most loaded has %(ratio)s times the load of the middle one.") % facts  # fmt: skip


def flow_of(today: date, load: TeamLoad) -> Flow:
    """Eight weeks back. Five statements; rows are grouped in the database."""
    calendar = working_calendar()
    first = today - timedelta(days=DAYS_SHOWN - 1)
    days = [first + timedelta(days=at) for at in range(DAYS_SHOWN)]
    kept = Case.objects.kept().order_by()
    arrived = counts(
        kept.filter(registered_on__range=(first, today)).values_list("registered_on").annotate(n=Count("pk"))
    )
    ended_rows = list(
        kept.filter(ended_on__range=(first, today)).values_list("ended_on", "registered_on", "kind").annotate(
            n=Count("pk"), again=Count("pk", filter=Q(reopened_count__gt=0)),
        )
    )  # fmt: skip
    open_rows = counts(kept.open().values_list("registered_on").annotate(n=Count("pk")))
    touched = kept.filter(closed_on__range=(first, today)).aggregate(
        cases=Count("pk", distinct=True), contacts=Count("contacts", filter=Q(contacts__undone_at__isnull=True))
    )
    ended: dict[date, int] = {}
    minutes: dict[date, float] = {}
    times: list[float] = []
    again = 0
    for end, registered, kind_id, n, reopened in ended_rows:
        ended[end] = ended.get(end, 0) + n
        minutes[end] = minutes.get(end, 0.0) + float(load.weights[kind_id].minutes) * n
        times += [calendar.working_days_between(registered, end)] * n
        again += reopened
    open_ages = [
        calendar.working_days_between(registered, today) for registered, n in open_rows.items() for _each in range(n)
    ]
    flows = day_flows(arrived, ended, days=days, open_now=sum(open_rows.values()))
    working = [flow for flow in flows if calendar.is_working_day(flow.day)]
    pace = [minutes.get(flow.day, 0.0) for flow in working][-DAYS_OF_PACE:]
    total_ended = sum(ended.values())
    return Flow(
        ages=ages(open_ages), arrived=sum(arrived.values()), ended=total_ended,
        reopened_share=again / total_ended if total_ended else None,
        touches=touched["contacts"] / touched["cases"] if touched["cases"] else None,
        cycle_p50=percentile(times, 0.5), cycle_p85=percentile(times, 0.85),
        backlog_days=backlog_days(float(load.hours) * 60, pace), little=littles_law(working, times), days=tuple(flows),
        charts=drawn(flows, arrived, ended, days, calendar),
    )  # fmt: skip


def counts(rows) -> dict[date, int]:
    return {day: n for day, n in rows if day is not None}


def drawn(flows: list[DayFlow], arrived, ended, days: list[date], calendar) -> tuple[Chart, ...]:
    """Arrivals and ends by week, and the cumulative flow diagram."""
    weeks: dict[date, list[int]] = {}
    for flow in flows:
        monday = flow.day - timedelta(days=flow.day.weekday())
        sums = weeks.setdefault(monday, [0, 0])
        sums[0] += flow.arrived
        sums[1] += flow.ended
    came, went = _("Came in"), _("Ended")
    by_week = SeriesData(
        steps=tuple(
            Step(day_short(monday), name, value)
            for monday, sums in weeks.items()
            for name, value in zip((came, went), sums, strict=True)
        ),
        names=(came, went), unit=_("cases a week"),
    )  # fmt: skip
    start_open = flows[0].open_at_end - flows[0].net if flows else 0
    registered_line, ended_line = cumulative(
        {"registered": arrived, "ended": ended}, days=days, before={"registered": start_open, "ended": 0}
    )
    reached, left = _("Registered"), _("Ended")
    cfd = SeriesData(
        steps=tuple(
            Step(day_short(one), name, value)
            for at, one in enumerate(days)
            for name, value in ((reached, registered_line.totals[at]), (left, ended_line.totals[at]))
        ),
        names=(reached, left), unit=_("cases"), room=8,
    )  # fmt: skip
    svg = draw_all({"weeks": (lines, by_week), "flow": (lines, cfd)})
    now, then = (flows[-1].open_at_end, start_open) if flows else (0, 0)
    return (
        Chart(
            _("Coming in and ending"), net_words(sum(arrived.values()), sum(ended.values())), svg["weeks"],
            [_("Week from"), came, went, _("Net")],
            [[day_short(monday), number(a), number(b), number(a - b)] for monday, (a, b) in weeks.items()],
        ),
        Chart(
            _("Cumulative flow"),
            _("The distance between the lines is what was open: %(then)s eight weeks ago, %(now)s today.") % {"then": number(then), "now": number(now)},
            svg["flow"], [_("Day"), reached, left, _("Open")],
            [[day_short(flow.day), number(registered_line.totals[at]), number(ended_line.totals[at]), number(flow.open_at_end)] for at, flow in enumerate(flows) if calendar.is_working_day(flow.day)],
        ),
    )  # fmt: skip


def net_words(arrived: int, ended: int) -> str:
    facts = {"arrived": number(arrived), "ended": number(ended), "net": number(abs(arrived - ended))}
    if arrived > ended:
        return _("Cases in eight weeks: %(arrived)s came in, %(ended)s ended; open work grew by %(net)s.") % facts
    if arrived < ended:
        return _("Cases in eight weeks: %(arrived)s came in, %(ended)s ended; open work shrank by %(net)s.") % facts
    return _("Cases in eight weeks: %(arrived)s came in, and as many ended.") % facts


def sums_in_words(minutes: dict[int | None, int]) -> list[tuple[str, float]]:
    """Hours by the name of the kind, cases first, the longest next."""
    names = {kind.pk: kind.name for kind in WorkKind.objects.filter(pk__in=[pk for pk in minutes if pk])}
    rows = [(names[pk], spent / 60) for pk, spent in minutes.items() if pk]
    on_cases = [(_("Cases"), minutes[None] / 60)] if None in minutes else []
    return on_cases + sorted(rows, key=lambda row: (-row[1], row[0]))
