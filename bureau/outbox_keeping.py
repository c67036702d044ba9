"""Keeping the outgoing mail: what a person does with letters that did not leave, how the whole fares, what is forgotten."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.models import OutgoingMail
from bureau.outbox import keep, mark_sent, note, order_on_commit, tell_settled, wipe_secret
from bureau.refusals import DeedRefused

State = OutgoingMail.State

MEANS_STUCK = timedelta(minutes=15)
COPIES_KEPT = timedelta(days=90)
MOST_COUNTED = 100


# --- Deeds --------------------------------------------------------------------------------------------------------------
@transaction.atomic
def retry_mail(*, mail: OutgoingMail, by: Any) -> OutgoingMail:
    """Send again what did not leave, or perhaps did: the person has weighed that it may arrive twice."""
    mail = locked(mail, State.FAILED, State.UNCERTAIN)
    old, mail.state, mail.attempts, mail.due_at = mail.state, State.QUEUED, 0, timezone.now()
    keep(mail)
    note("retried", mail, by=by, old=old)
    order_on_commit()
    return mail


@transaction.atomic
def cancel_mail(*, mail: OutgoingMail, by: Any, reason: str = "") -> OutgoingMail:
    """A letter that waits or did not leave will not be sent."""
    mail = locked(mail, State.QUEUED, State.FAILED)
    old, mail.state = mail.state, State.CANCELLED
    wipe_secret(mail)
    keep(mail)
    note("cancelled", mail, by=by, reason=reason, old=old)
    tell_settled(mail)
    return mail


@transaction.atomic
def confirm_arrival(*, mail: OutgoingMail, by: Any) -> OutgoingMail:
    """Somebody found out that an uncertain letter did arrive."""
    mail = locked(mail, State.UNCERTAIN)
    mark_sent(mail, timezone.now())
    keep(mail)
    note("confirmed", mail, by=by)
    tell_settled(mail)
    return mail


def locked(mail: OutgoingMail, *states: str) -> OutgoingMail:
    mail = OutgoingMail.objects.select_for_update(of=("self",)).get(pk=mail.pk)
    if mail.state not in states:
        raise DeedRefused(_("The letter is no longer in that state: %(state)s.") % {"state": mail.get_state_display()})
    return mail


def forget_sent_texts(*, now: datetime) -> int:
    """Wipe the copies of letters that left or were cancelled long ago; the letter itself stands where it was written.

    Domain, purpose and journal stay: they tell that it left. How many were wiped.
    """
    over = OutgoingMail.objects.filter(state__in=[State.SENT, State.CANCELLED], created_at__lt=now - COPIES_KEPT)
    return over.exclude(text="", html="").update(text="", html="", reply_to="", headers={})


# --- Questions ----------------------------------------------------------------------------------------------------------
def oldest_unsent(now: datetime) -> OutgoingMail | None:
    """The letter that has been due for longest; put-off letters count from their next attempt."""
    return (
        OutgoingMail.objects.filter(state__in=[State.QUEUED, State.SENDING], due_at__lte=now)
        .order_by("due_at")
        .first()
    )


def count_that_need_a_person(user: Any) -> int:
    """Letters that did not leave, or perhaps did, up to a cap."""
    return OutgoingMail.objects.visible_to(user).that_need_a_person().order_by()[:MOST_COUNTED].count()


def need_a_person_url() -> str:
    return f"{reverse('bureau:outgoing_mail_list')}?state=attention"


@dataclass(frozen=True)
class MailState:
    """How the outgoing mail fares as a whole, for the page of the system's state and for `/readyz`."""

    waiting: int
    need_a_person: int
    oldest_at: datetime | None
    is_stuck: bool

    @property
    def need_a_person_url(self) -> str:
        return need_a_person_url()


def mail_state(now: datetime) -> MailState:
    """Two statements. A letter due for longer than a slow server explains means that letters do not leave."""
    unsettled = OutgoingMail.objects.filter(state__in=[State.QUEUED, State.SENDING, *OutgoingMail.NEED_A_PERSON])
    counts = unsettled.aggregate(
        waiting=Count("pk", filter=Q(state__in=[State.QUEUED, State.SENDING])),
        need_a_person=Count("pk", filter=Q(state__in=OutgoingMail.NEED_A_PERSON)),
    )
    oldest = oldest_unsent(now)
    oldest_at = oldest.due_at if oldest else None
    return MailState(**counts, oldest_at=oldest_at, is_stuck=oldest_at is not None and now - oldest_at > MEANS_STUCK)
