"""The figures in whole sentences: signals first, then one sentence for each chart. Made in the reader's language.

Names of topics, channels and kinds stand in the sentences as they are, so a sentence is built to need no other case.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bureau import reference
from bureau.templatetags.formats import clock_time, day, day_short, is_english, month, number, percent
from complaints.reference import kinds
from quality.backlog import waiting_before
from quality.control_charts import RUN_LENGTH, Limits, Rule
from quality.dashboard import CountRow, Figures, SignalKind, late_rise
from quality.periods import Period
from quality.row_links import RowLinks


@dataclass(frozen=True)
class Notice:
    title: str
    text: str
    tone: str
    url: str = ""
    link: str = ""


# --- Names ------------------------------------------------------------------------------------------------------------
def kind_name(kind_id: int | None) -> str:
    return kinds()[kind_id].name if kind_id in kinds() else _("kind not known")


def channel_name(channel_id: int) -> str:
    return reference.channels()[channel_id].name


def topic_name(row: CountRow) -> str:
    if not row.ids:
        return _("without a topic")
    if row.is_rest:
        return ngettext("%(count)s other topic", "%(count)s other topics", len(row.ids)) % {"count": len(row.ids)}
    return reference.topics()[row.ids[0]].name


def person_name(user_id: int) -> str:
    """K. Saar"""
    first, _space, last = reference.people().get(user_id, "").partition(" ")
    return f"{first[:1]}. {last}" if last else first


def weekday_name(weekday: int) -> str:
    """As it stands within a sentence."""
    name = str(WEEKDAYS[weekday])
    return name if is_english() else name.lower()


def usual_weekday(weekday: int) -> str:
    """Whole phrases, for Estonian inflects the weekday."""
    return [
        _("on a usual Monday"), _("on a usual Tuesday"), _("on a usual Wednesday"), _("on a usual Thursday"), _("on a usual Friday"),
        _("on a usual Saturday"), _("on a usual Sunday"),
    ][weekday]  # fmt: skip


def span(limits: Limits | None) -> str:
    """96–138"""
    return f"{number(max(0, limits.lower), 0)}–{number(limits.upper, 0)}" if limits else ""


def share_span(limits: Limits) -> str:
    """90–96%"""
    return f"{number(limits.lower, 0)}–{percent(limits.upper / 100)}"


def hour_words(hour: int) -> str:
    return f"{hour}.00"


# --- Signals ----------------------------------------------------------------------------------------------------------
def notices(figures: Figures, links: RowLinks) -> list[Notice]:
    made = {
        SignalKind.LATE_RISES: late_rises, SignalKind.INTAKE_ABOVE: intake_unusual, SignalKind.INTAKE_BELOW: intake_unusual,
        SignalKind.REPLIES_WORSE: replies_unusual, SignalKind.REPLIES_BETTER: replies_unusual,
        SignalKind.NOBODY_TAKES: nobody_takes, SignalKind.ABSENT_HOLD: absent_hold,
    }  # fmt: skip
    return [made[signal.kind](figures, links) for signal in figures.signals]


def late_rises(figures: Figures, links: RowLinks) -> Notice:
    late, rise = figures.backlog.late, late_rise(figures) or 0
    return Notice(
        title=_("Late cases grow:"),
        text=ngettext("%(late)s case is late, %(rise)s more than a week ago.", "%(late)s cases are late, %(rise)s more than a week ago.", late)
        % {"late": number(late), "rise": number(rise)},
        tone="bad",
        url=links.late(),
        link=ngettext("Open %(count)s late case", "Open %(count)s late cases", late) % {"count": number(late)},
    )  # fmt: skip


def intake_unusual(figures: Figures, links: RowLinks) -> Notice:
    intake, weekday = figures.intake, figures.today.weekday()
    today = Period(figures.today, figures.today)
    above = intake.is_above
    facts = {"count": number(intake.contacts), "usual": usual_weekday(weekday), "span": span(intake.usual)}
    if above and intake.usual and intake.contacts > intake.usual.upper:
        text = _("%(count)s contacts; %(usual)s there are %(span)s.") % facts
    else:
        facts |= {
            "count": number(intake.until_now),
            "hour": hour_words(intake.until_hour),
            "span": span(intake.usual_until_now),
        }
        text = _("%(count)s contacts by %(hour)s; %(usual)s there are %(span)s by then.") % facts
    return Notice(
        title=_("Today's intake is above the usual:") if above else _("Today's intake is below the usual:"),
        text=text,
        tone="bad" if above else "warning",
        url=links.contacts(today),
        link=_("Open today's contacts"),
    )


def replies_unusual(figures: Figures, links: RowLinks) -> Notice:
    """The last month judged is unusual: what was seen, against which range, since when."""
    last = figures.timeliness.last_judged
    if last is None:
        raise LookupError("No month is judged, so none is unusual.")
    days = Period(last.first, last.last)
    late = last.replies.rest
    return Notice(
        title=_("Replies in time are above the usual:") if last.is_high else _("Replies in time are below the usual:"),
        text=timeliness_sentence(figures),
        tone="good" if last.is_high else "bad",
        url=links.answered(days, on_time=last.is_high),
        link=_("Open replies in time")
        if last.is_high
        else ngettext("Open %(count)s late reply", "Open %(count)s late replies", late) % {"count": number(late)},
    )


def nobody_takes(figures: Figures, links: RowLinks) -> Notice:
    count = figures.backlog.unassigned_waiting
    return Notice(
        title=_("Nobody has taken:"),
        text=ngettext(
            "%(count)s case has waited for a handler for more than a working day.",
            "%(count)s cases have waited for a handler for more than a working day.",
            count,
        )
        % {"count": number(count)},
        tone="warning",
        url=links.unassigned(before=waiting_before(figures.today)),
        link=_("Open and give out"),
    )


def absent_hold(figures: Figures, links: RowLinks) -> Notice:
    count = figures.backlog.soon_of_absent
    return Notice(
        title=_("With those away:"),
        text=ngettext(
            "%(count)s case is due within three working days and its handler is away today.",
            "%(count)s cases are due within three working days and their handlers are away today.",
            count,
        )
        % {"count": number(count)},
        tone="warning",
        url=links.due_soon(tuple(one.user_id for one in figures.away)),
        link=_("Open and give to others"),
    )


def calm_words(figures: Figures) -> Notice:
    """Said when there is no signal, so that silence is not taken for a fault."""
    return Notice(
        title=_("Nothing unusual."), text=_("Intake, replies and open cases are as they usually are."), tone="good"
    )


# --- One sentence for each chart --------------------------------------------------------------------------------------
def contacts_sentence(figures: Figures) -> str:
    unusual = [point for point in figures.days if point.is_unusual and not point.is_unfinished]
    if not any(point.upper is not None for point in figures.days):
        return _("Too few days have been counted to tell what is usual.")
    if figures.is_by_week:
        what = ngettext(
            "%(count)s week was outside the usual range.",
            "%(count)s weeks were outside the usual range.",
            len(unusual),
        )
    else:
        what = ngettext(
            "%(count)s day was outside the usual range.", "%(count)s days were outside the usual range.", len(unusual)
        )
    rest = what % {"count": number(len(unusual))} if unusual else _("All that are over were within the usual range.")
    if not figures.period.holds(figures.today) or not figures.intake.usual or figures.is_by_week:
        return rest
    intake = figures.intake
    facts = {
        "count": number(intake.contacts),
        "usual": usual_weekday(figures.today.weekday()),
        "span": span(intake.usual),
    }
    now = ngettext(
        "Today %(count)s contact so far, %(usual)s %(span)s in all.", "Today %(count)s contacts so far, %(usual)s %(span)s in all.", intake.contacts
    )  # fmt: skip
    return f"{now % facts} {rest}"


def timeliness_sentence(figures: Figures) -> str:
    last, limits = figures.timeliness.last_judged, figures.timeliness.limits
    if last is None:
        return _("The last months have fewer than thirty replies each: too few to judge.")
    facts: dict[str, Any] = {
        "month": month(last.first),
        "share": percent(last.replies.value),
        "count": number(last.replies.whole),
    }
    if limits is None:
        return _(
            "%(month)s: %(share)s of %(count)s replies in time. Six months are needed to tell what is usual."
        ) % capped_month(facts)
    facts |= {"span": share_span(limits), "mean": percent(limits.mean / 100), "run": figures.timeliness.run}
    if last.rule is None and limits.is_trial:
        return _(
            "%(month)s: %(share)s of %(count)s replies in time; so far usual are %(span)s, few months are counted yet."
        ) % capped_month(facts)
    if last.rule is None:
        return _(
            "%(month)s: %(share)s of %(count)s replies in time, within the usual range of %(span)s."
        ) % capped_month(facts)
    if last.rule is Rule.TREND:
        sentence = (
            _("%(month)s: %(share)s of %(count)s replies in time; the share has risen seven months in a row.")
            if last.is_high
            else _("%(month)s: %(share)s of %(count)s replies in time; the share has fallen seven months in a row.")
        )
        return sentence % capped_month(facts)
    if last.rule is Rule.ONE_SIDE:
        sentence = (
            _(
                "%(month)s: %(share)s in time; %(run)s months in a row above the mean of %(mean)s. The change is not chance."
            )
            if last.is_high
            else _(
                "%(month)s: %(share)s in time; %(run)s months in a row below the mean of %(mean)s. The change is not chance."
            )
        )
        return sentence % capped_month(facts)
    sentence = (
        _("%(month)s: %(share)s of %(count)s replies in time, above the usual range of %(span)s.")
        if last.is_high
        else _("%(month)s: %(share)s of %(count)s replies in time, below the usual range of %(span)s.")
    )
    if last.rule is Rule.NEAR_LIMIT:
        sentence = _(
            "%(month)s: %(share)s of %(count)s replies in time; two of three months lie near the edge of the usual %(span)s."
        )
    return f"{sentence % capped_month(facts)}{lasting(facts, last.is_high)}"


def lasting(facts: dict, is_high: bool) -> str:
    """Said besides, when the months before were on the same side too."""
    if facts["run"] < RUN_LENGTH:
        return ""
    words = (
        _("%(run)s months in a row above the mean of %(mean)s.")
        if is_high
        else _("%(run)s months in a row below the mean of %(mean)s.")
    )
    return f" {words % facts}"


def capped_month(facts: dict) -> dict:
    return facts | {"month": capfirst(facts["month"])}


def kinds_sentence(figures: Figures) -> str:
    ranked = [row for row in figures.kinds if not row.replies.is_of_few]
    if not figures.kinds:
        return _("No replies were given in this period.")
    if not ranked:
        return _("No kind has thirty replies in this period: too few to compare.")
    worst = min(ranked, key=lambda row: row.replies.value or 0)
    if not worst.replies.rest:
        return f"{_('Every kind with thirty replies or more was answered in time.')} {few_words(figures)}".strip()
    facts = {
        "kind": kind_name(worst.kind_id),
        "share": percent(worst.replies.value),
        "late": number(worst.replies.rest),
    }
    said = ngettext(
        "Least in time of kinds with thirty replies or more: %(kind)s, %(share)s; %(late)s late reply.",
        "Least in time of kinds with thirty replies or more: %(kind)s, %(share)s; %(late)s late replies.", worst.replies.rest,
    ) % facts  # fmt: skip
    return f"{said} {few_words(figures)}".strip()


def few_words(figures: Figures) -> str:
    """Kinds with too few replies to compare, and less in time than the worst of the others: named with their counts."""
    few = [
        row for row in figures.kinds if row.replies.is_of_few and row.replies.value is not None and row.replies.rest
    ]
    if not few:
        return ""
    worst = sorted(few, key=lambda row: row.replies.value or 0)[:3]
    named = [f"{kind_name(row.kind_id)} {number(row.replies.part)}/{number(row.replies.whole)}" for row in worst]
    return _("Of few replies, not compared: %(kinds)s.") % {"kinds": ", ".join(named)}


def channels_sentence(figures: Figures) -> str:
    if not figures.channels:
        return _("No contacts were logged in this period.")
    first, whole = figures.channels[0], sum(row.contacts for row in figures.channels)
    share = first.contacts / whole
    facts = {"channel": capfirst(channel_name(first.ids[0])), "share": percent(share)}
    before = figures.former_totals.contacts if figures.former_totals else 0
    if first.former is None or before < 30:
        return _("%(channel)s brings %(share)s of the contacts.") % facts
    return _("%(channel)s brings %(share)s of the contacts, in the former period %(before)s.") % (
        facts | {"before": percent(first.former / before)}
    )


def topics_sentence(figures: Figures) -> str:
    named = [row for row in figures.topics if row.ids and not row.is_rest]
    whole = sum(row.contacts for row in figures.topics)
    if not named:
        return _("No contacts with a topic were logged in this period.")
    top = named[:3]
    facts = {
        "share": percent(sum(row.contacts for row in top) / whole),
        "topics": listing([topic_name(row) for row in top]),
    }
    return (
        ngettext(
            "One topic brings %(share)s of the contacts: %(topics)s.",
            "Most asked about, %(share)s together: %(topics)s.",
            len(top),
        )
        % facts
    )


def listing(names: list[str]) -> str:
    """a, b ja c"""
    if len(names) < 2:
        return "".join(names)
    return _("%(some)s and %(last)s") % {"some": ", ".join(names[:-1]), "last": names[-1]}


def backlog_sentence(figures: Figures) -> str:
    backlog = figures.backlog
    if not backlog.open:
        return _("No case is open.")
    old, days = backlog.by_age[-1].count, backlog.median_age or 0
    median = ngettext(
        "Half of the open cases are up to %(days)s day old.",
        "Half of the open cases are up to %(days)s days old.",
        days,
    )
    if old:
        rest = ngettext("%(count)s is older than 30 days.", "%(count)s are older than 30 days.", old) % {
            "count": number(old)
        }
    else:
        rest = _("None is older than 30 days.")
    return f"{median % {'days': number(days)}} {rest}"


def hours_sentence(figures: Figures) -> str:
    hours = figures.hours
    if hours is None or hours.busiest is None:
        return _("No contacts were logged in these weeks.")
    weekday, hour = hours.busiest
    return _("Busiest: %(weekday)s %(from)s–%(to)s, %(mean)s contacts an hour. Days %(days)s.") % {
        "weekday": weekday_name(weekday), "from": hour_words(hour), "to": hour_words(hour + 1),
        "mean": number(hours.mean(weekday, hour), 1), "days": f"{day_short(hours.period.first)}–{day(hours.period.last)}",
    }  # fmt: skip


def age_words(from_days: int, to_days: int | None) -> str:
    if to_days is None:
        return _("over %(days)s days") % {"days": from_days - 1}
    return _("%(from)s–%(to)s days") % {"from": from_days, "to": to_days}


def away_words(figures: Figures) -> str:
    """täna ära: 2 (K. Saar, L. Mets)"""
    if not figures.away:
        return _("everybody is here today")
    names = ", ".join(person_name(one.user_id) for one in figures.away[:4])
    more = f" +{len(figures.away) - 4}" if len(figures.away) > 4 else ""
    return _("away today: %(count)s (%(names)s)") % {"count": len(figures.away), "names": names + more}


def counted_words(figures: Figures) -> str:
    """andmed kuni 14.05"""
    return _("figures as of %(time)s") % {"time": clock_time(figures.counted_at)}
