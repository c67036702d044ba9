"""The gates of this app by type of object, for rows elsewhere that lead here: notices, deeds, letters."""

from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast

from bureau import gates
from bureau.models import User
from complaints.gates import cases_closed_to, cases_hidden_from
from feedback import follow_ups
from feedback.models import FollowUp, Invitation, Response

gates.register("feedback.followup", follow_ups.visible_to)
gates.register_address("feedback.followup", r"^/follow-ups/([0-9]{1,18})/", "pk")


def invitations_hidden_from(user: User) -> QuerySet:
    hidden = cases_hidden_from(user)
    return Invitation.objects.filter(Q(case_id__in=hidden) | Q(contact__case_id__in=hidden)).values("pk")


def invitations_closed_to(user: User) -> QuerySet:
    closed = cases_closed_to(user).values("pk")
    return Invitation.objects.filter(Q(case_id__in=closed) | Q(contact__case_id__in=closed))


def responses_hidden_from(user: User) -> QuerySet:
    hidden = invitations_hidden_from(user)
    led = Q(invitation_id__in=hidden) | Q(confidential_link__invitation_id__in=hidden)
    return Response.objects.filter(led).values("pk")


def follow_ups_hidden_from(user: User) -> QuerySet:
    """Also those of answers about the person's own work."""
    of_hidden = Q(response_id__in=responses_hidden_from(user))
    return FollowUp.objects.filter(of_hidden | follow_ups.speaks_of(user.pk)).values("pk")


def as_text(rows: QuerySet) -> QuerySet:
    return rows.annotate(text=Cast("pk", CharField())).values("text")


gates.hide("feedback.invitation", invitations_hidden_from)
gates.close("feedback.invitation", invitations_closed_to)
gates.hide("feedback.followup", follow_ups_hidden_from)
# Deeds and readings of a survey name the invitation, the answer or the follow-up that they were about.
gates.hide_in_data("invitation", lambda user: as_text(invitations_hidden_from(user)))
gates.hide_in_data("response", lambda user: as_text(responses_hidden_from(user)))
gates.hide_in_data("follow_up", lambda user: as_text(follow_ups_hidden_from(user)))
