"""The demo's indicators: agreed by the head of department, and measured for every month that the demo holds.

What charts must find is in the rows already: late replies and calls answered too late since some months (a lasting shift), calls that
take longer and longer (a slow trend), callers who hang up (noise, which must stay silent).
"""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from bureau.models import Notification, RoleHolding
from bureau.working_calendar import TALLINN
from quality import measurements, signals_found
from quality.indicators import INDICATORS
from quality.models import Measurement, Passport, Signal
from quality.periods import month_start, months_back

# More cases than this are measured by the timetable or the command: a load of a million must end in minutes.
MOST_CASES = 50_000
NIGHT = time(2, 20)
DAYS_TO_TALK, DAYS_OF_FRESH_SIGNALS = 8, 45
TALKED_OVER = "Vaadatud üle büroo kuukoosolekul; mida teeme, on kirjas parendustegevustes ja kuuaruandes."
NOT_AGREED_YET = {"actions_effective", "open_work_hours"}


def store_figures(*, first_day: date, now: datetime, cases: int, is_measured: bool = True) -> None:
    today = timezone.localdate(now)
    agree_passports(first_day)
    if not is_measured or cases > MOST_CASES or Measurement.objects.exists():
        return
    month = months_back(month_start(today), 1)
    first = months_back(month_start(first_day), -1)  # the first whole month
    months = []
    while month >= first:
        months.append(month)
        month = months_back(month, 1)

    def night_after(last_provisional: date) -> datetime:
        """Each value has the moment at which the night would have made it final; what is provisional was measured last night."""
        return min(night(last_provisional + timedelta(days=1)), night(today))

    for month in reversed(months):
        measurements.measure_month(month, today=today, moment=night_after)
        signals_found.look(month, today=today)
        found_when_measured(month, today)
    measurements.measure_month(month_start(today), today=today, moment=night_after)
    measurements.measure_day(today - timedelta(days=1), today=today, moment=night_after)


def night(day: date) -> datetime:
    return datetime.combine(day, NIGHT, TALLINN)


def found_when_measured(month: date, today: date) -> None:
    """Signals of a month were told on the second night of the next, and the older ones have been talked over since."""
    found = Signal.objects.filter(first_day=month, period=Measurement.Period.MONTH)
    at = min(night(months_back(month, -1) + timedelta(days=1)), night(today))
    keys = [f"signal-{pk}" for pk in found.values_list("pk", flat=True)]
    found.update(found_at=at)
    Notification.objects.filter(once_key__in=keys).update(at=at)
    head = RoleHolding.objects.in_force(today).filter(role="head_of_bureau").first()
    talked_over = at + timedelta(days=DAYS_TO_TALK)
    if head is not None and talked_over < night(today) - timedelta(days=DAYS_OF_FRESH_SIGNALS):
        found.update(comment=TALKED_OVER, commented_by=head.user_id, commented_at=talked_over)


def agree_passports(on: date) -> None:
    """By whoever heads the department in the demo, when the desk began; two wait, so that agreeing can be tried."""
    head = RoleHolding.objects.in_force(on).filter(role="head_of_department").select_related("user").first()
    for passport in Passport.objects.filter(state=Passport.State.PROPOSED).select_related("indicator"):
        code = passport.indicator.code
        if head is not None and code in INDICATORS and code not in NOT_AGREED_YET:
            passport.state, passport.agreed_by, passport.agreed_at = Passport.State.AGREED, head.user, night(on)
            passport.query_hash = INDICATORS[code].query_hash
            passport.save(update_fields=["state", "agreed_by", "agreed_at", "query_hash"])
        else:
            proposed_at = timezone.now() - timedelta(days=9)
            Passport.objects.filter(pk=passport.pk).update(proposed_at=proposed_at)
