"""What feedback hears of: cases closed, complaints decided, visits and chats ended. A worker decides; a lost signal is found by the round."""

from typing import Any

from django.utils import timezone

from bureau.broker import order_task
from complaints.signals import case_closed, case_hidden_from_some, complaint_decided, contact_logged
from feedback import follow_ups
from feedback.invitations import CHANNELS_ASKED
from feedback.models import InvitationRule


def connect() -> None:
    case_closed.connect(on_case_closed, dispatch_uid="feedback.case_closed")
    complaint_decided.connect(on_complaint_decided, dispatch_uid="feedback.complaint_decided")
    contact_logged.connect(on_contact_logged, dispatch_uid="feedback.contact_logged")
    case_hidden_from_some.connect(on_case_hidden_from_some, dispatch_uid="feedback.case_hidden_from_some")


def on_case_hidden_from_some(*, case_id: int, **_signal: Any) -> None:
    """What somebody followed up and may no longer see goes to whoever may."""
    follow_ups.take_from_unseeing_owners(case_id=case_id, today=timezone.localdate())


def on_case_closed(*, case_id: int, **_signal: Any) -> None:
    order_decision(InvitationRule.Event.CASE_CLOSED, case_id)


def on_complaint_decided(*, case_id: int, **_signal: Any) -> None:
    order_decision(InvitationRule.Event.COMPLAINT_DECIDED, case_id)


def on_contact_logged(*, contact_id: int, channel: str, **_signal: Any) -> None:
    """Most contacts are calls and ask nothing of the database here."""
    for kind, asked in CHANNELS_ASKED.items():
        if channel == asked:
            order_decision(kind, contact_id)


def order_decision(kind: str, pk: int) -> None:
    """Only where some rule asks: most desks ask after few kinds of events."""
    if InvitationRule.objects.filter(event=kind, is_active=True).exists():
        order_task("feedback.tasks.decide_event", kind=str(kind), pk=pk)
