"""Answers by telephone: whom to call, and the form filled in for the client by somebody without a part in the matter."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.audit import record
from bureau.refusals import DeedRefused
from bureau.roles import Permission
from feedback import responses
from feedback.models import Anonymity, Declined, Invitation, Response, Survey
from feedback.responses import Door

WAITING = (Invitation.State.PLANNED, Invitation.State.SENT)
# After so many calls that nobody took the person is left in peace.
MOST_TRIES = 4


def to_call(user, *, on: date) -> QuerySet[Invitation]:
    """Invitations by telephone that wait for a call. Anonymous surveys have none: the caller would know who answered.

    One's own are among them, so that it is seen that somebody else must call; `refuse_entry` holds the door. Those of a
    case that does not exist for the person are not.
    """
    if not user.rights.grants(Permission.SURVEY_ANSWER_FOR):
        return Invitation.objects.none()
    running = Survey.objects.visible_to(user).running(on).exclude(anonymity=Anonymity.ANONYMOUS)
    return Invitation.objects.visible_to(user).filter(
        way=Invitation.Way.PHONE,
        state__in=WAITING,
        send_at__lte=timezone.now(),
        expires_on__gte=on,
        survey__in=running,
    )


def held_for_call(invitation: Invitation, by) -> Invitation:
    """The row, locked, where this person may still call; raises `DeedRefused` otherwise."""
    door_for(invitation, by)
    held = Invitation.objects.select_for_update(of=("self",)).select_related("survey").get(pk=invitation.pk)
    if held.state not in WAITING:
        raise DeedRefused(_("This call is settled already: %(state)s.") % {"state": held.get_state_display()})
    return held


@transaction.atomic
def not_reached(*, invitation: Invitation, by, now: datetime) -> Invitation:
    """A call that nobody took; after the fourth the invitation is over as "not reached"."""
    held = held_for_call(invitation, by)
    held.tries, held.last_try_at = held.tries + 1, now
    if held.tries >= MOST_TRIES:
        held.state = Invitation.State.UNREACHED
    held.save(update_fields=["tries", "last_try_at", "state"])
    record("survey.call_in_vain", by=by, on=held.survey, label=held.survey.title_et, invitation=held.pk, tries=held.tries)  # fmt: skip
    return held


@transaction.atomic
def declined(*, invitation: Invitation, by, now: datetime, never_again: bool = False) -> Invitation:
    """The person does not want to answer; `never_again`: nor to be asked by any survey."""
    held = held_for_call(invitation, by)
    held.state, held.last_try_at = Invitation.State.DECLINED, now
    held.save(update_fields=["state", "last_try_at"])
    if never_again:
        Declined.objects.get_or_create(
            person_hash=responses.person_hash(held.phone), defaults={"declined_on": timezone.localdate(now)}
        )
    record("survey.call_declined", by=by, on=held.survey, label=held.survey.title_et, invitation=held.pk, never_again=never_again)  # fmt: skip
    return held


def is_own(invitation: Invitation, user) -> bool:
    """Whether the client would speak of this person, or of somebody this person acts for."""
    specialist = invitation.specialist_id
    return specialist is not None and (specialist == user.pk or specialist in user.rights.acting_for)


def door_for(invitation: Invitation, by) -> Door:
    """Raises `DeedRefused` with the reason where this person must not fill it in."""
    door = Door(
        survey=invitation.survey, way=Response.Way.PHONE, key_hash=responses.unfinished_key(f"i{invitation.pk}"),
        invitation=invitation, entered_by=by,
    )  # fmt: skip
    responses.refuse_entry(door)
    return door
