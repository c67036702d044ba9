"""Thin tasks of quality; the work is in the rule modules and safe to be done twice."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from bureau.calendar_store import working_calendar
from complaints.deadline_warnings import is_working_time
from quality import improvements, measurements, own_reports, report_delivery, reports, signals_found
from quality.periods import month_start, months_back


@shared_task
def measure_yesterday() -> None:
    today = timezone.localdate()
    measurements.measure_day(today - timedelta(days=1), today=today)


@shared_task
def measure_months() -> None:
    """This month so far and the two before: provisional ones are taken anew, those past their day become final."""
    today = timezone.localdate()
    for back in (2, 1, 0):
        first = months_back(month_start(today), back)
        measurements.measure_month(first, today=today)
        if back:
            signals_found.look(first, today=today)


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
