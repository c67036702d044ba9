"""Thin tasks of contacts and cases; the work is in the rule modules and safe to be done twice."""

from celery import shared_task
from django.utils import timezone

from bureau import jobs
from complaints import address_claims, complaint_escalation, deadline_warnings, rollups, verification


@shared_task
def run_import(*, job_id: int) -> None:
    jobs.run(job_id=job_id)


@shared_task
def count_changed_days() -> None:
    rollups.count_changed_days()


@shared_task
def forget_address_claims() -> None:
    address_claims.forget(now=timezone.now())


@shared_task
def check_deadlines() -> None:
    verification.check_nightly()


@shared_task
def warn_of_deadlines() -> None:
    deadline_warnings.warn_of_deadlines(now=timezone.now())


@shared_task
def warn_of_ending_restrictions() -> None:
    deadline_warnings.warn_of_ending_restrictions(today=timezone.localdate())


@shared_task
def escalate_late_complaints() -> None:
    complaint_escalation.escalate_late(now=timezone.now())
    complaint_escalation.remind_of_left_open(now=timezone.now())
