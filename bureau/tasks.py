"""Thin tasks of the kernel; the work is in the rule modules."""

from celery import shared_task
from django.utils import timezone

from bureau import digest, heartbeat, jobs, outbox, outbox_keeping, sealing, submissions


@shared_task
def note_beat() -> None:
    heartbeat.note_beat()


@shared_task
def run_job(*, job_id: int) -> None:
    jobs.run(job_id=job_id)


@shared_task
def sweep_jobs() -> None:
    jobs.sweep()


@shared_task
def send_digests() -> None:
    digest.send_digests(now=timezone.now())


@shared_task
def send_outgoing_mail() -> None:
    outbox.send_due()


@shared_task
def sweep_outgoing_mail() -> None:
    outbox.sweep()


@shared_task
def forget_sent_texts() -> None:
    outbox_keeping.forget_sent_texts(now=timezone.now())


@shared_task
def seal_history() -> None:
    sealing.seal()


@shared_task
def forget_old_submissions() -> None:
    submissions.forget_old(now=timezone.now())
