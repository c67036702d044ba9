"""What feedback hears of: cases closed and complaints decided. A worker decides; a lost signal is found by the round."""

from typing import Any

from bureau.broker import order_task
from complaints.signals import case_closed, complaint_decided
from feedback.models import InvitationRule


def connect() -> None:
    case_closed.connect(on_case_closed, dispatch_uid="feedback.case_closed")
    complaint_decided.connect(on_complaint_decided, dispatch_uid="feedback.complaint_decided")


def on_case_closed(*, case_id: int, **_signal: Any) -> None:
    order_decision(InvitationRule.Event.CASE_CLOSED, case_id)


def on_complaint_decided(*, case_id: int, **_signal: Any) -> None:
    order_decision(InvitationRule.Event.COMPLAINT_DECIDED, case_id)


def order_decision(kind: str, case_id: int) -> None:
    """Only where some rule asks: most desks ask after few kinds of events."""
    if InvitationRule.objects.filter(event=kind, is_active=True).exists():
        order_task("feedback.tasks.decide_event", kind=str(kind), case_id=case_id)
