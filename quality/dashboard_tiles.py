"""The dashboard's tiles and small tables. Every number opens its rows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bureau import reference
from bureau.templatetags.components import sparkline
from bureau.templatetags.formats import day, day_short, number, percent, signed
from quality import dashboard_words as words
from quality.dashboard import Figures, SignalKind
from quality.filters import shown_days
from quality.periods import Period
from quality.row_links import RowLinks, linked


@dataclass(frozen=True)
class Tile:
    """A number that opens its rows, with its target and how far it is from it. `change_direction`: up, down or same. `is_of_now`: it counts what stands open this minute, whatever
    period is chosen; `when`: said beside its name where that could be mistaken."""

    id: str
    label: str
    value: str
    url: str
    note: str = ""
    target: str = ""
    judged: str = ""
    judged_tone: str = ""
    change: str = ""
    change_direction: str = ""
    change_tone: str = ""
    tone: str = ""
    signal: str = ""
    sparkline: SafeString | str = ""
    is_of_now: bool = False
    when: str = ""


@dataclass(frozen=True)
class Compared:
    """One line of the table that holds the period against the former one."""

    label: str
    value: object
    former: object
    change: str


@dataclass(frozen=True)
class AwayLine:
    name: str
    until: str
    substitute: str


# The six that a person finds first who has arranged none: what burns, then how well it is done.
SIX = 6
USUAL = ("late", "soon", "unassigned", "on-time", "satisfaction", "calls_in_time")
USUAL_OF_THE_MONTH = ("on-time", "satisfaction", "complaints_per_thousand", "calls_in_time", "late", "actions")


def usual_first(found: Iterable[Tile], usual: tuple[str, ...]) -> list[Tile]:
    return sorted(found, key=lambda one: usual.index(one.id) if one.id in usual else len(usual))


def against_target(
    value: float,
    target: float,
    *,
    decimals: int = 0,
    in_points: bool = True,
    more_is_better: bool | None = True,
    unit: str = "",
) -> tuple[str, str]:
    """How far a value is from its target, both as they are shown, and whether that is good. `in_points`: both are percentages."""
    gap = round(round(value, decimals) - round(target, decimals), decimals)
    if not gap:
        return _("on the target"), "good"
    size = f"{number(abs(gap), decimals)}{unit if unit in {'', '‰'} else ' ' + unit}"
    facts = {"count": number(abs(gap), decimals), "gap": size}
    if in_points and gap > 0:
        words = ngettext(
            "%(count)s percentage point above the target",
            "%(count)s percentage points above the target",
            plural_of(gap),
        )
    elif in_points:
        words = ngettext(
            "%(count)s percentage point below the target",
            "%(count)s percentage points below the target",
            plural_of(gap),
        )
    else:
        words = _("%(gap)s above the target") if gap > 0 else _("%(gap)s below the target")
    tone = "" if more_is_better is None else "good" if (gap > 0) is more_is_better else "bad"
    return words % facts, tone


def plural_of(gap: float) -> int:
    """A fraction is spoken of as of many."""
    return 1 if abs(gap) == 1 else 2


def tiles(figures: Figures, links: RowLinks, on_time_target: float | None = None) -> list[Tile]:
    kinds = {signal.kind for signal in figures.signals}
    return [
        late_tile(figures, links),
        soon_tile(figures, links),
        unassigned_tile(figures, links),
        timeliness_tile(figures, links, kinds, on_time_target),
        open_tile(figures, links),
        contacts_tile(figures, links, kinds),
    ]


def dated(found: Iterable[Tile], figures: Figures) -> list[Tile]:
    """Where the chosen period is over, tiles that stand at today say so, for all around them speaks of the period."""
    if figures.period.holds(figures.today):
        return list(found)
    return [replace(one, when=_("today")) if one.is_of_now else one for one in found]


def in_a_week(figures: Figures, what: str, now: int) -> tuple[str, str, int | None]:
    """Words, direction and size of the change since a week ago."""
    before = figures.history.on_or_before(figures.today - timedelta(days=7), what)
    if before is None:
        return "", "", None
    change = now - before
    if not change:
        return _("as many as a week ago"), "same", 0
    words = _("%(count)s more than a week ago") if change > 0 else _("%(count)s fewer than a week ago")
    return words % {"count": number(abs(change))}, "up" if change > 0 else "down", change


def change_tone(change: int | float | None, *, more_is_worse: bool) -> str:
    if not change:
        return ""
    return "bad" if (change > 0) is more_is_worse else "good"


def late_tile(figures: Figures, links: RowLinks) -> Tile:
    late = figures.backlog.late
    text, direction, change = in_a_week(figures, "late", late)
    return Tile(
        "late", _("Late"), number(late), links.late(), target=number(0), change=text, change_direction=direction,
        change_tone=change_tone(change, more_is_worse=True), tone="bad" if late else "",
        sparkline=sparkline([*figures.history.late, late]), is_of_now=True,
    )  # fmt: skip


def soon_tile(figures: Figures, links: RowLinks) -> Tile:
    backlog = figures.backlog
    note = _("%(count)s of them today") % {"count": number(backlog.due_today)} if backlog.due_today else ""
    text, direction, _change = in_a_week(figures, "due_soon", backlog.due_soon)
    return Tile(
        "soon", _("Due in three working days"), number(backlog.due_soon), links.due_soon(), note=note,
        change=text, change_direction=direction,
        sparkline=sparkline([*figures.history.due_soon, backlog.due_soon]), is_of_now=True,
    )  # fmt: skip


def unassigned_tile(figures: Figures, links: RowLinks) -> Tile:
    backlog = figures.backlog
    note = _("oldest from %(day)s") % {"day": day_short(backlog.unassigned_since)} if backlog.unassigned_since else ""
    return Tile(
        "unassigned", _("Unassigned"), number(backlog.unassigned), links.unassigned(), note=note,
        tone="warning" if backlog.unassigned_waiting else "", is_of_now=True,
    )  # fmt: skip


def open_tile(figures: Figures, links: RowLinks) -> Tile:
    backlog = figures.backlog
    text, direction, _change = in_a_week(figures, "open", backlog.open)
    return Tile(
        "open", _("Open cases"), number(backlog.open), links.open_cases(), change=text, change_direction=direction,
        sparkline=sparkline([*figures.history.open, backlog.open]), is_of_now=True,
    )  # fmt: skip


def timeliness_tile(figures: Figures, links: RowLinks, kinds: set[SignalKind], target: float | None = None) -> Tile:
    """Of the replies given in the period; the target in percent."""
    totals, former = figures.totals, figures.former_totals
    share = totals.replies_in_time
    before = former.replies_in_time.value if former else None
    change = points_between(share.value, before)
    worse = SignalKind.REPLIES_WORSE in kinds and share.value is not None
    judged, judged_tone = "", ""
    if target is not None and share.value is not None:
        judged, judged_tone = against_target(100 * share.value, target)
    return Tile(
        "on-time", _("Replies in time"), percent(share.value) if share.value is not None else "–", links.judged(figures.period),
        note=ngettext("%(count)s reply", "%(count)s replies", share.whole) % {"count": number(share.whole)},
        target=percent(target / 100) if target is not None else "", judged=judged, judged_tone=judged_tone,
        change=_("%(former)s in the former period") % {"former": percent(before)} if before is not None else "",
        change_direction=direction_of(change),
        change_tone=change_tone(change, more_is_worse=False), tone="bad" if worse else "",
        signal=_("below the usual") if worse else "",
        sparkline=sparkline([point.replies.value for point in figures.timeliness.months[-12:]]),
    )  # fmt: skip


def direction_of(change: float | None) -> str:
    return "" if change is None else "same" if not change else "up" if change > 0 else "down"


def points_between(now: float | None, before: float | None) -> int | None:
    """Whole percentage points, as both are shown."""
    return None if now is None or before is None else round(100 * now) - round(100 * before)


def contacts_tile(figures: Figures, links: RowLinks, kinds: set[SignalKind]) -> Tile:
    intake = figures.intake
    tone, signal, note = "", "", ""
    if not intake.is_working_day:
        note = _("a day off")
    elif intake.usual_until_now is not None and 8 < intake.until_hour < 18:
        note = _("usually %(span)s by %(hour)s") % {
            "span": words.span(intake.usual_until_now),
            "hour": words.hour_words(intake.until_hour),
        }
    elif intake.usual is not None:
        note = _("usually %(span)s a day") % {"span": words.span(intake.usual)}
    if SignalKind.INTAKE_ABOVE in kinds:
        tone, signal = "bad", _("above the usual")
    elif SignalKind.INTAKE_BELOW in kinds:
        tone, signal = "warning", _("below the usual")
    return Tile(
        "contacts", _("Contacts today"), number(intake.contacts), links.contacts(Period(figures.today, figures.today)),
        note=note, tone=tone, signal=signal,
        sparkline=sparkline([*(contacts for _day, contacts in figures.working_day_contacts), intake.contacts]),
    )  # fmt: skip


def calm_tiles(figures: Figures, links: RowLinks, on_time_target: float | None = None) -> list[Tile]:
    """For a reader of the month: how we did, not what to do next."""
    kinds = {signal.kind for signal in figures.signals}
    period, totals = figures.period, figures.totals
    return [
        timeliness_tile(figures, links, kinds, on_time_target),
        of_period(figures, "answered", _("Replies"), totals.answered, links.answered(period)),
        of_period(figures, "contacts", _("Contacts"), totals.contacts, links.contacts(period)),
        of_period(figures, "registered", _("New cases"), totals.registered, links.registered(period)),
        late_tile(figures, links),
        open_tile(figures, links),
    ]


def of_period(figures: Figures, what: str, label: str, count: int, url: str) -> Tile:
    if figures.former_totals is None:
        return Tile(what, label, number(count), url)
    before = getattr(figures.former_totals, what)
    return Tile(
        what, label, number(count), url, change=_("%(former)s in the former period") % {"former": number(before)}, change_direction=direction_of(count - before)
    )  # fmt: skip


def relative(now: int, before: int) -> float | None:
    """Growth as a share of the former; not of fewer than five, where one more is already a fifth."""
    return (now - before) / before if before >= 5 else None


# --- Small tables -----------------------------------------------------------------------------------------------------
def compared(figures: Figures, links: RowLinks) -> list[Compared]:
    """The period's totals beside those it is compared with."""
    former, now, before = figures.former, figures.totals, figures.former_totals
    lines: list[tuple[str, str, Callable[[Period], str]]] = [
        (_("Contacts"), "contacts", links.contacts),
        (_("New cases"), "registered", links.registered),
        (_("Replies"), "answered", links.answered),
    ]
    shown = []
    for label, what, url_of in lines:
        count, then = getattr(now, what), getattr(before, what) if before else None
        growth = relative(count, then) if then is not None else None
        shown.append(
            Compared(
                label, linked(url_of(figures.period), number(count)), linked(url_of(former), number(then)) if former else "",
                signed_percent(growth),
            )
        )  # fmt: skip
    late_now, late_then = now.late, before.late if before else None
    change = signed(late_now - late_then) if late_then is not None else ""
    shown.append(
        Compared(
            _("Late replies"), linked(links.answered(figures.period, on_time=False), number(late_now)),
            linked(links.answered(former, on_time=False), number(late_then)) if former else "", change,
        )
    )  # fmt: skip
    return shown


def signed_percent(growth: float | None) -> str:
    if growth is None:
        return ""
    whole = round(100 * growth)
    return f"{'+' if whole > 0 else ''}{percent(whole / 100)}"


def compared_heads(figures: Figures) -> tuple[str, str]:
    return shown_days(figures.period, figures.today), shown_days(
        figures.former, figures.today
    ) if figures.former else ""


def away_lines(figures: Figures) -> list[AwayLine]:
    people = reference.people()
    return [
        AwayLine(
            people.get(one.user_id, ""), day(one.until), people.get(one.substitute_id, "") if one.substitute_id else ""
        )
        for one in figures.away
    ]
