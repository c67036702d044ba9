"""Thin tasks of quality; the work is in the rule modules and safe to be done twice."""

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from bureau.calendar_store import working_calendar
from complaints.deadline_warnings import is_working_time
from quality import improvements, measurements, own_reports, report_delivery, reports, signals_found
from quality.periods import month_start

DAY_SECONDS = 24 * 60 * 60


@shared_task
def measure_yesterday() -> None:
    """Yesterday, and days before it on which no night ran; nothing on days that were measured."""
    today = timezone.localdate()
    for day in measurements.missed_days(today):
        measurements.measure_day(day, today=today)


@shared_task
def measure_months() -> None:
    """This month so far and the two before, and earlier ones that were missed: provisional ones are taken anew, those past their
    day become final."""
    today = timezone.localdate()
    for first in measurements.unfinished_months(today):
        measurements.measure_month(first, today=today)
        if first < month_start(today):
            signals_found.look(first, today=today)
    cache.set(f"months-measured:{today}", True, DAY_SECONDS)


@shared_task
def measure_missed() -> None:
    """In the day, for a desk that stood still at night: only what the night would have done and did not."""
    today = timezone.localdate()
    measure_yesterday()
    if not cache.get(f"months-measured:{today}"):
        measure_months()


@shared_task
def remind_of_improvements() -> None:
    """In working hours only."""
    if is_working_time(timezone.now(), working_calendar()):
        improvements.remind(today=timezone.localdate())


@shared_task
def carry_reports_on() -> None:
    """Drafts of what ended, units whose time is over, readers who have not read: each once."""
    today = timezone.localdate()
    reports.begin_due(today)
    reports.move_due(today)
    if is_working_time(timezone.now(), working_calendar()):
        report_delivery.remind(today)
        own_reports.send_due(today)
