"""Forecasts made and kept: what was counted becomes a series, the best method is chosen, and what came is held against it."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import fmean
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import jobs
from bureau.audit import record
from bureau.calendar_store import working_calendar
from bureau.models import Channel, Job
from bureau.working_calendar import TALLINN
from complaints.models import DayCount
from staff import forecasting
from staff.forecasting import Past
from staff.models import Forecast, ForecastValue, LoadEvent, PhoneQueue, QueueInterval

KIND = "make_forecast"
WEEKS_LEARNT = 26
DAYS_AHEAD = 14
MONTHS_AHEAD = 3
MONTHS_LEARNT = 48
# A shortened day ends three hours earlier.
SHORTENED_OPENNESS = 0.6
LAST_SLOT_OF_SHORTENED = 27  # until 13.30

METHOD_WORDS = {
    "seasonal_naive": gettext_lazy("the same half hour or day a week before"),
    "naive_trend": gettext_lazy("a week before, with the trend"),
    "profile": gettext_lazy("profile of weekday and hour"),
    "holt_winters_additive": gettext_lazy("Holt–Winters, additive"),
    "holt_winters_multiplicative": gettext_lazy("Holt–Winters, multiplicative"),
    "combined": gettext_lazy("mean of profile and Holt–Winters"),
}


@dataclass(frozen=True)
class Series:
    """A past with the days and half hours that its steps stand for; `ahead` the steps to be forecast."""

    past: Past
    ahead: tuple[tuple[date, int | None], ...]
    first: date
    last: date

    @property
    def is_enough(self) -> bool:
        return len(self.past.values) >= 3 * self.past.season and any(self.past.values)


def openness(day: date, slot: int | None = None) -> float:
    """How much of a usual day, or half hour, is open. For years that the calendar does not hold, Monday to Friday."""
    calendar = working_calendar()
    if not calendar.first_day <= day <= calendar.last_day:
        return 1.0 if day.weekday() < 5 else 0.0
    if not calendar.is_working_day(day):
        return 0.0
    if calendar.is_shortened(day):
        return SHORTENED_OPENNESS if slot is None else float(slot < LAST_SLOT_OF_SHORTENED)
    return 1.0


def days_between(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def left_out_days(*, channel_id: int | None, first: date, last: date) -> set[date]:
    """Days of events that nobody is to learn from."""
    found: set[date] = set()
    rows = LoadEvent.objects.filter(starts_on__lte=last, ends_on__gte=first, is_left_out_of_learning=True)
    for starts, ends, of in rows.values_list("starts_on", "ends_on", "channel_id"):
        if of is None or of == channel_id:
            found.update(days_between(max(starts, first), min(ends, last)))
    return found


def factors(*, channel_id: int | None, first: date, last: date) -> dict[date, float]:
    """Expected load against the usual on days of events to come that have a factor; several multiply."""
    found: dict[date, float] = {}
    rows = LoadEvent.objects.filter(starts_on__lte=last, ends_on__gte=first, factor__isnull=False)
    for starts, ends, of, factor in rows.values_list("starts_on", "ends_on", "channel_id", "factor"):
        if of is None or of == channel_id:
            for day in days_between(max(starts, first), min(ends, last)):
                found[day] = found.get(day, 1.0) * float(factor)
    return found


def half_hour_series(queue: PhoneQueue, *, until: date, days_ahead: int = DAYS_AHEAD) -> Series | None:
    """Half hours of whole weeks up to and with `until`, between the first and the last half hour in which anybody calls."""
    newest = (
        QueueInterval.objects.filter(queue=queue, day__lte=until)
        .order_by("-day")
        .values_list("day", flat=True)
        .first()
    )
    if newest is None:
        return None
    last = newest
    first = last - timedelta(weeks=WEEKS_LEARNT) + timedelta(days=1)
    rows = list(QueueInterval.objects.filter(queue=queue, day__range=(first, last)).order_by().values_list("day", "slot", "offered"))  # fmt: skip
    calls = {(day, slot): offered for day, slot, offered in rows}
    counted = {day for day, _slot, _offered in rows}
    first = max(first, min(counted))
    slots = sorted({slot for _day, slot, offered in rows if offered})
    if not slots:
        return None
    span = range(slots[0], slots[-1] + 1)
    left_out = left_out_days(channel_id=queue.channel_id, first=first, last=last)
    days = days_between(first, last)
    values = [float(calls.get((day, slot), 0)) for day in days for slot in span]
    # A working day without any row was not counted, which is not the same as nobody calling.
    openings = [openness(day, slot) if day in counted else 0.0 for day in days for slot in span]
    ahead_days = days_between(last + timedelta(days=1), last + timedelta(days=days_ahead))
    openings += [openness(day, slot) for day in ahead_days for slot in span]
    skipped = frozenset(at * len(span) + place for at, day in enumerate(days) if day in left_out for place in range(len(span)))  # fmt: skip
    return Series(
        Past(values, 7 * len(span), openings, skipped), tuple((day, slot) for day in ahead_days for slot in span), first, last
    )  # fmt: skip


def day_series(channel: Channel, *, until: date, days_ahead: int = DAYS_AHEAD) -> Series | None:
    """Contacts of a channel by day."""
    first = until - timedelta(weeks=WEEKS_LEARNT) + timedelta(days=1)
    rows = dict(
        DayCount.objects.filter(channel=channel, day__range=(first, until)).order_by().values_list("day").annotate(n=Sum("contacts"))
    )  # fmt: skip
    counted = [day for day, n in rows.items() if n]
    if not counted:
        return None
    first = max(first, min(counted))
    left_out = left_out_days(channel_id=channel.pk, first=first, last=until)
    days, ahead = (
        days_between(first, until),
        days_between(until + timedelta(days=1), until + timedelta(days=days_ahead)),
    )
    return Series(
        Past(
            [float(rows.get(day) or 0) for day in days], 7, [openness(day) for day in [*days, *ahead]],
            frozenset(at for at, day in enumerate(days) if day in left_out),
        ),
        tuple((day, None) for day in ahead), first, until,
    )  # fmt: skip


def month_series(channel: Channel, *, until: date, months_ahead: int = MONTHS_AHEAD) -> Series | None:
    """Contacts of a channel by whole month, per working day and times the working days of the month to come."""
    rows: dict[date, int] = {}
    for day, n in DayCount.objects.filter(channel=channel, day__lte=until).order_by().values_list("day").annotate(n=Sum("contacts")):  # fmt: skip
        rows[day.replace(day=1)] = rows.get(day.replace(day=1), 0) + n
    this_month = until.replace(day=1)
    whole = sorted(month for month, n in rows.items() if n and month < this_month)[-MONTHS_LEARNT:]
    if not whole:
        return None
    months = months_from(whole[0], this_month)[:-1]
    ahead = months_from(this_month, later(this_month, months_ahead))[:-1]
    usual = 21.0
    return Series(
        Past([float(rows.get(month, 0)) for month in months], 12, [working_days_of(month) / usual for month in [*months, *ahead]]),
        tuple((month, None) for month in ahead), months[0], months[-1],
    )  # fmt: skip


def later(month: date, months: int) -> date:
    year, at = divmod(month.year * 12 + month.month - 1 + months, 12)
    return date(year, at + 1, 1)


def months_from(first: date, last: date) -> list[date]:
    found = [first]
    while found[-1] < last:
        found.append(later(found[-1], 1))
    return found


def working_days_of(month: date) -> float:
    return sum(openness(day) for day in days_between(month, later(month, 1) - timedelta(days=1)))


def series_of(*, queue: PhoneQueue | None, channel: Channel | None, step: str, until: date) -> Series | None:
    if queue is not None:
        return half_hour_series(queue, until=until)
    if channel is None:
        raise ValueError("A forecast is of a queue or of a channel.")
    return month_series(channel, until=until) if step == Forecast.Step.MONTH else day_series(channel, until=until)


@transaction.atomic
def make(*, queue: PhoneQueue | None = None, channel: Channel | None = None, step: str, until: date, by=None) -> Forecast | None:  # fmt: skip
    """A forecast from what was counted until that day; None where there is too little to learn from."""
    series = series_of(queue=queue, channel=channel, step=step, until=until)
    if series is None or not series.is_enough:
        return None
    found = forecasting.forecast(series.past, len(series.ahead))
    first, last = series.ahead[0][0], series.ahead[-1][0]
    expected = factors(
        channel_id=queue.channel_id if queue else channel.pk if channel else None, first=first, last=last
    )
    made = Forecast.objects.create(
        made_by=by, queue=queue, channel=channel, step=step, first_day=first, last_day=last, learnt_from=series.first,
        learnt_until=series.last, method=found.method, relative_mae=found.relative_mae,
        tried={name: {"mae": round(one.mae, 3), "relative_mae": round(one.relative_mae, 4)} for name, one in found.tried.items()},
    )  # fmt: skip
    ForecastValue.objects.bulk_create(
        ForecastValue(
            forecast=made, day=day, slot=slot, expected=round(found.values[at] * expected.get(day, 1.0), 3),
            lower=round(found.lower[at] * expected.get(day, 1.0), 3), upper=round(found.upper[at] * expected.get(day, 1.0), 3),
        )
        for at, (day, slot) in enumerate(series.ahead)
    )  # fmt: skip
    record(
        "forecast.made",
        by=by,
        on=made,
        label=str(queue or channel),
        method=found.method,
        relative_mae=found.relative_mae,
    )
    return made


def wanted_series(until: date) -> list[dict[str, Any]]:
    """Half hours of every queue, days and months of every channel."""
    wanted: list[dict[str, Any]] = [{"queue": queue, "step": Forecast.Step.HALF_HOUR} for queue in PhoneQueue.objects.in_use(until)]  # fmt: skip
    for channel in Channel.objects.in_use(until):
        wanted += [{"channel": channel, "step": step} for step in (Forecast.Step.DAY, Forecast.Step.MONTH)]
    return wanted


def make_missed(*, today: date) -> int:
    """What no night has forecast since Monday; how many were made. Nothing where this week's forecasts are there."""
    monday = datetime.combine(today - timedelta(days=today.weekday()), time(), TALLINN)
    this_week = Forecast.objects.filter(made_at__gte=monday)
    made = 0
    for one in wanted_series(today - timedelta(days=1)):
        if not this_week.filter(**one).exists():
            made += make(**one, until=today - timedelta(days=1)) is not None
    return made


def make_all(*, until: date, by=None, progress: jobs.Progress | None = None) -> dict[str, int]:
    wanted = wanted_series(until)
    made = 0
    for one in wanted:
        with progress.owned() if progress else nullcontext():
            made += make(**one, until=until, by=by) is not None
        if progress:
            progress.add()
    return {"made": made, "too_little": len(wanted) - made}


@jobs.register(KIND, page=jobs.ResultPage(words=gettext_lazy("Forecasts"), template="staff/forecast_result.html"))
def run(job: Job, progress: jobs.Progress) -> dict[str, int]:
    return make_all(until=date.fromisoformat(job.parameters["until"]), by=job.owner, progress=progress)


def order(*, until: date, by) -> Job:
    return jobs.order(kind=KIND, title=_("Forecasts"), by=by, parameters={"until": str(until)})


def latest(*, queue: PhoneQueue | None = None, channel: Channel | None = None, step: str, day: date | None = None) -> Forecast | None:  # fmt: skip
    """The newest forecast that speaks of this day."""
    found = Forecast.objects.filter(queue=queue, channel=channel, step=step)
    if day is not None:
        found = found.filter(first_day__lte=day, last_day__gte=day)
    return found.order_by("-made_at", "-pk").first()


# --- How good they were ----------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Accuracy:
    """Of the steps that have come: mean error as a share of what came, bias (above 0: too low), share within the range."""

    steps: int
    error_share: float | None
    bias_share: float | None
    within: float | None


def actual(forecast: Forecast, values: Sequence[ForecastValue], *, until: date) -> list[tuple[ForecastValue, float]]:
    """Values whose day is over, with what came then. A day that was not counted tells nothing."""
    over = [one for one in values if one.day <= until and openness(one.day, one.slot) > 0]
    if not over:
        return []
    first, last = over[0].day, over[-1].day
    if forecast.queue_id:
        rows = QueueInterval.objects.filter(queue_id=forecast.queue_id, day__range=(first, last)).order_by()
        came: dict[tuple[date, int | None], float] = {(day, slot): n for day, slot, n in rows.values_list("day", "slot", "offered")}  # fmt: skip
        counted = {day for day, _slot in came}
        return [(one, came.get((one.day, one.slot), 0.0)) for one in over if one.day in counted]
    until_day = last if forecast.step == Forecast.Step.DAY else later(last, 1) - timedelta(days=1)
    if forecast.step == Forecast.Step.MONTH:
        over = [one for one in over if later(one.day, 1) <= until]
    sums: dict[date, float] = {}
    for day, n in DayCount.objects.filter(channel_id=forecast.channel_id, day__range=(first, until_day)).order_by().values_list("day").annotate(n=Sum("contacts")):  # fmt: skip
        key = day if forecast.step == Forecast.Step.DAY else day.replace(day=1)
        sums[key] = sums.get(key, 0.0) + n
    return [(one, sums.get(one.day, 0.0)) for one in over if one.day in sums]


def accuracy(forecast: Forecast, *, until: date) -> Accuracy:
    """What is over so far, up to the day before today."""
    pairs = actual(forecast, list(forecast.values.all()), until=until)
    if not pairs:
        return Accuracy(0, None, None, None)
    whole = sum(came for _one, came in pairs)
    errors = sum(abs(came - one.expected) for one, came in pairs)
    bias = sum(came - one.expected for one, came in pairs)
    within = fmean(one.lower <= came <= one.upper for one, came in pairs)
    return Accuracy(len(pairs), errors / whole if whole else None, bias / whole if whole else None, within)
