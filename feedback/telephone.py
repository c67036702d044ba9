"""Answers by telephone: whom to call, and the form filled in for the client by somebody without a part in the matter."""

from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from bureau.roles import Permission
from feedback import responses
from feedback.models import Anonymity, Invitation, Response, Survey
from feedback.responses import Door

WAITING = (Invitation.State.PLANNED, Invitation.State.SENT)


def to_call(user, *, on: date) -> QuerySet[Invitation]:
    """Invitations by telephone that wait for a call. Anonymous surveys have none: the caller would know who answered.

    One's own are among them, so that it is seen that somebody else must call; `refuse_entry` holds the door.
    """
    if not user.rights.grants(Permission.SURVEY_ANSWER_FOR):
        return Invitation.objects.none()
    running = Survey.objects.visible_to(user).running(on).exclude(anonymity=Anonymity.ANONYMOUS)
    return Invitation.objects.filter(
        way=Invitation.Way.PHONE,
        state__in=WAITING,
        send_at__lte=timezone.now(),
        expires_on__gte=on,
        survey__in=running,
    )


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
