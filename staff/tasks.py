"""Thin tasks of staffing; the work is in the rule modules and safe to be done twice."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from staff import forecasts


@shared_task
def make_forecasts() -> None:
    forecasts.make_all(until=timezone.localdate() - timedelta(days=1))


@shared_task
def make_missed_forecasts() -> None:
    """In the day, for a desk that stood still in Monday's night: only what the night would have made and did not."""
    forecasts.make_missed(today=timezone.localdate())
