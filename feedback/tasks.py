"""Thin tasks of feedback; the work is in the rule modules and safe to be done twice."""

from celery import shared_task
from django.utils import timezone

from feedback import invitations, responses


@shared_task
def decide_event(*, kind: str, pk: int) -> None:
    invitations.decide_event(kind=kind, pk=pk)


@shared_task
def send_invitations() -> None:
    invitations.do_round(now=timezone.now())


@shared_task
def mix_spent_tokens() -> None:
    responses.mix_spent_tokens()
