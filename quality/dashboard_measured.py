"""What the dashboard shows beside its counts of cases and contacts: last whole month's satisfaction and telephone, complaints, load,
actions overdue, next week's staffing, and signals of control charts. Kept for a minute; a statement or two each.

Only what the reader may see is asked for. Figures of a channel, a topic or a service alone are not measured, so they are left out there.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.cache import cache
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bureau.roles import Permission as P
from bureau.templatetags.components import sparkline
from bureau.templatetags.formats import day_short, month, number, percent
from complaints.models import Complaint, Feedback
from quality import indicator_charts, indicator_words, passports
from quality.dashboard import Filters, code_fingerprint
from quality.dashboard_tiles import Tile, against_target
from quality.dashboard_words import Notice
from quality.models import Improvement, Indicator, Measurement, Passport, Signal, Target
from quality.periods import month_start, months_back
from quality.signals_found import CONCERNS
from staff import staffing_plan
from staff.models import PhoneQueue
from staff.workload import team_load

KEPT_SECONDS = 60
KEPT_PLAN_SECONDS = 600
SIGNALS_SHOWN = 3
# Older ones among them are passed over when a later month is known.
SIGNALS_READ = 20
MONTHS_OF_SIGNALS = 2
# A week's work for a week is all there is room for; under half of it more can be taken.
LOAD_LOW, LOAD_HIGH = 0.5, 1.0
# Tiles that speak of calls as the exchange counts them.
OF_CALLS = {"calls_in_time", "next-week"}
ON_TIME = "answered_on_time"
MEASURED = ("satisfaction", "calls_in_time", "complaints_per_thousand", "first_contact_resolution")


@dataclass(frozen=True)
class Extra:
    tiles: tuple[Tile, ...]
    notices: tuple[Notice, ...]
    # The target of replies in time, in percent.
    on_time_target: float | None = None


def extra(*, user, filters: Filters, today: date) -> Extra:
    """Tiles and signals for this reader; nothing where the page is narrowed to a channel, a topic or a service."""
    if filters.channel_id or filters.topic_id or filters.service_id:
        return Extra((), ())
    unit_id = filters.unit_id or own_unit(user)
    # The same for all with the same rights over the same unit.
    rights = ",".join(str(one) for one in (P.INDICATOR_VIEW, P.WORKLOAD_TEAM, P.STAFFING_VIEW, P.IMPROVEMENT_VIEW_ALL, P.COMPLAINT_VIEW) if user.may(one))  # fmt: skip
    key = f"dashboard-extra:{code_fingerprint()}:{user.pk}:{unit_id}:{rights}:{today}:{get_language()}"
    kept = cache.get(key)
    if kept is None:
        kept = Extra(tuple(tiles(user, unit_id, today)), tuple(notices(user, unit_id, today)), on_time_target(today))
        cache.set(key, kept, KEPT_SECONDS)
    return kept


def own_unit(user) -> int | None:
    """Of who sees units alone, the first of them."""
    if user.may(P.INDICATOR_VIEW) or user.may(P.DASHBOARD_VIEW):
        return None
    return min(user.rights.units_for(P.INDICATOR_VIEW_UNIT) or (), default=None)


def tiles(user, unit_id: int | None, today: date) -> list[Tile]:
    made: list[Tile | None] = []
    if user.may(P.COMPLAINT_VIEW):
        made.append(complaints_tile(user, unit_id))
    made += measured_tiles(user, unit_id, today)
    if user.may(P.IMPROVEMENT_VIEW_ALL):
        made.append(actions_tile(user, unit_id, today))
    if unit_id is None:
        if user.may(P.WORKLOAD_TEAM):
            made.append(load_tile(today))
        if user.may(P.STAFFING_VIEW):
            made.append(next_week_tile(today))
    return [one for one in made if one is not None]


def on_time_target(today: date) -> float | None:
    targets = Target.objects.filter(indicator__code=ON_TIME)
    found = passports.target_on(targets, today)
    return float(found.value) if found else None


def complaints_tile(user, unit_id: int | None) -> Tile:
    from bureau import reference

    found = Complaint.objects.filter(feedback=Feedback.COMPLAINT, closed_on__isnull=True, case__in=seen_cases(user))
    query = "?feedback=complaint"
    if unit_id:
        found = found.filter(case__unit_id__in=sorted(reference.unit_subtree_ids(unit_id)))
        query += f"&unit={reference.units()[unit_id].code}"
    return Tile(
        "complaints", _("Open complaints"), number(found.count()), reverse("complaints:complaint_list") + query,
        is_of_now=True,
    )  # fmt: skip


def seen_cases(user):
    from complaints.models import Case

    return Case.objects.visible_to(user).order_by().values("pk")


def measured_tiles(user, unit_id: int | None, today: date) -> list[Tile]:
    """The last whole month of each, its target, whether it is unusual, and the months before as a line. Four statements."""
    found: dict[int, list[Measurement]] = {}
    since = months_back(month_start(today), 24)
    rows = Measurement.objects.latest().visible_to(user).filter(
        period=Measurement.Period.MONTH, unit_id=unit_id, indicator__code__in=MEASURED, first_day__gte=since
    )  # fmt: skip
    for one in rows.order_by("first_day"):
        if indicator_charts.is_whole(one):
            found.setdefault(one.indicator_id, []).append(one)
    if not found:
        return []
    in_force = passports.passports_in_force()
    listed = {one.pk: one for one in Indicator.objects.filter(pk__in=found).prefetch_related("targets", "rebases")}
    ordered = sorted(found, key=lambda pk: MEASURED.index(listed[pk].code))
    return [measured_tile(listed[pk], in_force[pk], found[pk], unit_id) for pk in ordered if pk in in_force]


def measured_tile(indicator: Indicator, passport, found: list[Measurement], unit_id: int | None) -> Tile:
    from bureau import reference

    last = found[-1]
    chart = indicator_charts.chart_from(found, indicator, passport)
    target = passports.target_on(indicator.targets.all(), last.first_day)

    def words(value: float | None) -> str:
        return indicator_words.value_words(value, passport.unit, passport.decimals)

    judged, judged_tone = "", ""
    if target and last.value is not None:
        better = {Passport.Direction.INCREASE: True, Passport.Direction.DECREASE: False}.get(passport.direction)
        sign = str(indicator_words.UNITS.get(passport.unit, ""))
        judged, judged_tone = against_target(
            last.value,
            float(target.value),
            decimals=passport.decimals,
            in_points=sign == "%",
            more_is_better=better,
            unit=sign,
        )
    before = found[-2] if len(found) > 1 and found[-2].first_day == months_back(last.first_day, 1) else None
    change = ""
    if before is not None and before.value is not None and last.value is not None:
        change = _("%(value)s the month before") % {"value": words(before.value)}
    variation = chart.variation if chart else None
    is_bad = variation in CONCERNS
    verdict = indicator_words.variation_verdict(variation) if variation is not None and chart and chart.last.point.rule else None  # fmt: skip
    url = reverse("quality:indicator_detail", args=[indicator.code]) + (f"?unit={reference.units()[unit_id].code}" if unit_id else "")  # fmt: skip
    return Tile(
        indicator.code, passport.name, words(last.value), url, note=month(last.first_day), judged=judged, judged_tone=judged_tone,
        target=words(float(target.value)) if target else "", change=change, tone="bad" if is_bad else "",
        signal=verdict.word if verdict else "", sparkline=sparkline([one.value for one in found][-12:]),
    )  # fmt: skip


def actions_tile(user, unit_id: int | None, today: date) -> Tile:
    from bureau import reference

    found = Improvement.objects.visible_to(user).open()
    query = "?state=overdue"
    if unit_id:
        found = found.filter(unit_id__in=sorted(reference.unit_subtree_ids(unit_id)))
        query += f"&unit={reference.units()[unit_id].code}"
    late = found.filter(due_on__lt=today).count()
    return Tile(
        "actions", _("Actions overdue"), number(late), reverse("quality:improvement_list") + query, note=_("%(count)s open") % {"count": number(found.count())},
        tone="warning" if late else "", is_of_now=True,
    )  # fmt: skip


def load_tile(today: date) -> Tile | None:
    """Hours of open work against the hours there are for it; whose they are stands on the page of load."""
    load = team_load(today)
    if not load.is_enough_for_figures or not load.available_hours:
        return None
    share = round(float(load.hours / load.available_hours), 2)  # judged as it is shown
    return Tile(
        "load", _("Share of hours open work takes"), percent(share), reverse("staff:team_workload"), tone="warning" if share > LOAD_HIGH else "",
        signal=load_words(share), is_of_now=True,
        note=_("%(hours)s h of work in %(available)s h of the next five working days") % {"hours": number(float(load.hours), 0), "available": number(float(load.available_hours), 0)},
    )  # fmt: skip


def load_words(share: float) -> str:
    """A percentage alone reads as idleness: half the week's hours taken before anything new comes in is a usual week."""
    if share > LOAD_HIGH:
        return _("high load")
    return _("low load") if share < LOAD_LOW else _("normal load")


def next_week_tile(today: date) -> Tile | None:
    """Hours lacking on the first line in the next week, by its forecast and shifts."""
    queue = PhoneQueue.objects.in_use(today).first()
    if queue is None:
        return None
    monday = today - timedelta(days=today.weekday()) + timedelta(days=7)
    key = f"dashboard-next-week:{queue.pk}:{monday}:{today}"
    week = cache.get(key)
    if week is None:
        week = staffing_plan.week_of(queue, monday, today=today)
        cache.set(key, week, KEPT_PLAN_SECONDS)
    calls, lacking = sum(one.calls for one in week), sum(one.lacking_hours for one in week)
    if not calls:
        return None
    is_beyond = any(one.most_needed is None for one in week)
    return Tile(
        "next-week", _("Hours lacking next week"), "–" if is_beyond else number(lacking, 0), f"{reverse('staff:staffing')}?day={monday}", tone="bad" if is_beyond else "warning" if lacking >= 1 else "",
        signal=_("no number is enough") if is_beyond else "",
        note=_("%(calls)s calls expected from %(day)s") % {"calls": number(calls, 0), "day": day_short(monday)},
    )  # fmt: skip


def notices(user, unit_id: int | None, today: date) -> list[Notice]:
    """Signals that worry and that nobody has commented yet, the latest first."""
    if not user.may(P.INDICATOR_VIEW) or unit_id is not None:
        return []
    found = Signal.objects.filter(
        is_concern=True, comment="", unit__isnull=True, first_day__gte=months_back(month_start(today), MONTHS_OF_SIGNALS)
    ).select_related("indicator").prefetch_related("indicator__targets", "indicator__rebases")[:SIGNALS_READ]  # fmt: skip
    in_force = passports.passports_in_force() if found else {}
    # A signal of an older month says nothing when a later one is known: the chart tells the rest.
    last = dict(
        Measurement.objects.latest().filter(
            indicator_id__in={one.indicator_id for one in found}, period=Measurement.Period.MONTH, unit__isnull=True,
            first_day__lt=month_start(today),
        ).values_list("indicator_id").annotate(Max("first_day"))
    )  # fmt: skip
    return [
        notice_of(one, in_force[one.indicator_id])
        for one in found
        if one.indicator_id in in_force and one.first_day >= last.get(one.indicator_id, one.first_day)
    ][:SIGNALS_SHOWN]


def notice_of(signal: Signal, passport) -> Notice:
    chart = indicator_charts.chart_for(signal.indicator, passport, until=signal.first_day)
    text = indicator_charts.sentence_of(chart, passport) if chart else month(signal.first_day)
    return Notice(
        title=f"{passport.name}:", text=text.partition(". ")[0] + ".", tone="bad", url=reverse("quality:indicator_detail", args=[signal.indicator.code]),
        link=_("Open the chart"),
    )  # fmt: skip


# --- Own arrangement --------------------------------------------------------------------------------------------------
HIDDEN = "-"


def arranged(found: list[Tile], wanted: list[str]) -> list[Tile]:
    """In the order that the person chose; what is marked hidden is left out, what is new stands at the end."""
    by_id = {one.id: one for one in found}
    order = [code for code in wanted if code in by_id]
    hidden = {code.removeprefix(HIDDEN) for code in wanted if code.startswith(HIDDEN)}
    return [by_id[code] for code in order] + [one for one in found if one.id not in order and one.id not in hidden]
