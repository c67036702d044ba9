"""What the pages of staffing say: sentences and charts."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bureau.chart_kinds import SeriesData, Step, steps_and_band
from bureau.charts import draw
from bureau.templatetags.formats import moment, number, percent
from staff.models import Forecast
from staff.staffing import MOST_PEOPLE, Promise, Served
from staff.staffing_plan import DayPlan


def served_words(found: Served, promise: Promise) -> str:
    """How callers fare with so many people."""
    if found.load == 0:
        return _("Nobody calls.")
    if found.grows:
        return _("With so few people the queue grows as long as this lasts: work comes faster than it can be done.")
    words = _("%(share)s of calls are answered within %(within)s s; a caller waits %(wait)s s on average, people are busy %(busy)s of their time.") % {
        "share": percent(found.share, 1), "within": number(promise.within, 0), "wait": number(found.mean_wait, 1), "busy": percent(found.occupancy),
    }  # fmt: skip
    if promise.patience:
        words += " " + _("%(gone)s hang up.") % {"gone": percent(found.abandoned, 1)}
    return words


def need_words(need: Served | None, rostered: int | None) -> str:
    """How many are needed."""
    if need is None or rostered is None:
        return _("No number of people up to %(most)s keeps this promise: ask for less, or expect fewer or shorter calls.") % {"most": number(MOST_PEOPLE)}  # fmt: skip
    if need.load == 0:
        return _("Nobody is needed while nobody calls.")
    people = ngettext("%(count)s person is needed on the line", "%(count)s people are needed on the line", need.people) % {"count": number(need.people)}  # fmt: skip
    return _("%(people)s, %(rostered)s on the roster.") % {"people": people, "rostered": number(rostered)}


def plan_words(plan: DayPlan) -> str:
    if not plan.slots:
        return _("Nothing is forecast for this day and nobody is on the line.")
    if plan.forecast is None:
        return _("There is no forecast for this day; what is shown is who is on the line.")
    if plan.without_answer:
        return _("At %(times)s no number of people up to %(most)s keeps the promise: look at the forecast, at how long calls take and at what the queue promises.") % {
            "times": ", ".join(one.starts for one in plan.without_answer[:3]), "most": number(MOST_PEOPLE),
        }  # fmt: skip
    if plan.lacking_hours == 0:
        return _("The shifts cover the need of the whole day; %(spare)s hours are to spare.") % {"spare": number(plan.spare_hours, 1)}  # fmt: skip
    worst = max(plan.slots, key=lambda one: one.lacking)
    return _("%(hours)s hours are lacking; most of all at %(time)s, where %(need)s are needed and %(there)s are there.") % {
        "hours": number(plan.lacking_hours, 1), "time": worst.starts, "need": number(worst.need.people if worst.need else None), "there": number(worst.there),
    }  # fmt: skip


def against_repetition(relative_mae: float | None) -> str:
    """By how much a method erred less or more, in the backtest, than repeating the week before."""
    if relative_mae is None:
        return ""
    less = round(100 * (1 - relative_mae))
    if less == 0:
        return _("errs as much as repeating the week before")
    words = (
        _("errs %(share)s less than repeating the week before")
        if less > 0
        else _("errs %(share)s more than repeating the week before")
    )
    return words % {"share": percent(abs(less) / 100)}


def forecast_words(forecast: Forecast, method: str) -> str:
    words = _("Forecast of %(made)s: %(method)s") % {"made": moment(forecast.made_at), "method": method}
    against = against_repetition(forecast.relative_mae)
    return f"{words}; {against}." if against else f"{words}."


def plan_chart(plan: DayPlan):
    """Presence as the ground, need as a line over it."""
    there, need = _("There"), _("Needed")
    steps = tuple(
        Step(one.starts, name, value)
        for one in plan.slots
        for name, value in ((there, one.there), (need, one.need.people if one.need else None))
        if value is not None
    )
    return draw(steps_and_band, SeriesData(steps, (there, need), _("people"), room=9))


def plan_table(plan: DayPlan) -> tuple[list[str], list[list[str]]]:
    columns = [
        _("Half hour"),
        _("Calls expected"),
        _("Range"),
        _("Needed"),
        _("There"),
        _("Answered in time with those there"),
    ]
    rows = [
        [
            one.starts, number(one.expected, 1), f"{number(one.lower, 0)}–{number(one.upper, 0)}", number(one.need.people) if one.need else _("over %(most)s") % {"most": number(MOST_PEOPLE)}, number(one.there),
            _("queue grows") if one.served.grows else percent(one.served.share) if one.served.share is not None else "–",
        ]
        for one in plan.slots
    ]  # fmt: skip
    return columns, rows
