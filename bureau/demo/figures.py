"""The demo's indicators: agreed by the head of department, and measured for every month that the demo holds.

What charts must find is in the rows already: late replies and calls answered too late since some months (a lasting shift), calls that
take longer and longer (a slow trend), callers who hang up (noise, which must stay silent).
"""

from datetime import date, datetime, time, timedelta

from django.db.models import F
from django.utils import timezone

from bureau.models import RoleHolding
from quality import measurements, signals_found
from quality.indicators import INDICATORS
from quality.models import Measurement, Passport, Signal
from quality.periods import month_start, months_back

# More cases than this are measured by the timetable or the command: a load of a million must end in minutes.
MOST_CASES = 50_000
NOT_AGREED_YET = {"actions_effective", "open_work_hours"}


def store_figures(*, first_day: date, today: date, cases: int, is_measured: bool = True) -> None:
    agree_passports(today)
    if not is_measured or cases > MOST_CASES or Measurement.objects.exists():
        return
    month = months_back(month_start(today), 1)
    first = months_back(month_start(first_day), -1)  # the first whole month
    months = []
    while month >= first:
        months.append(month)
        month = months_back(month, 1)
    for month in reversed(months):
        measurements.measure_month(month, today=today)
        signals_found.look(month, today=today)
        # Found when the month had been measured, not when the demo was made.
        found_at = timezone.make_aware(datetime.combine(months_back(month, -1) + timedelta(days=8), time(8, 5)))
        Signal.objects.filter(first_day=month).update(found_at=min(found_at, timezone.now()))
    comment_old_signals(today)
    measurements.measure_month(month_start(today), today=today)
    measurements.measure_day(today - timedelta(days=1), today=today)


def comment_old_signals(today: date) -> None:
    """By the head of the bureau, in the report of their month; those of the last three months wait for a word."""
    head = RoleHolding.objects.in_force(today).filter(role="head_of_bureau").select_related("user").first()
    if head is not None:
        old = Signal.objects.filter(comment="", first_day__lt=months_back(month_start(today), 3))
        old.update(comment="Selgitatud selle kuu aruandes.", commented_by=head.user, commented_at=F("found_at"))


def agree_passports(today: date) -> None:
    """By whoever heads the department in the demo; two wait, so that agreeing can be tried."""
    head = RoleHolding.objects.in_force(today).filter(role="head_of_department").select_related("user").first()
    for passport in Passport.objects.filter(state=Passport.State.PROPOSED).select_related("indicator"):
        code = passport.indicator.code
        if head is not None and code in INDICATORS and code not in NOT_AGREED_YET:
            passport.state, passport.agreed_by, passport.agreed_at = Passport.State.AGREED, head.user, timezone.now()
            passport.query_hash = INDICATORS[code].query_hash
            passport.save(update_fields=["state", "agreed_by", "agreed_at", "query_hash"])
        else:
            proposed_at = timezone.now() - timedelta(days=9)
            Passport.objects.filter(pk=passport.pk).update(proposed_at=proposed_at)
