"""Columns of the lists of surveys, calls to make and follow-ups as files."""

from datetime import date

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from bureau import gates, reference
from bureau.exports import Column, Listing, named, register
from bureau.models import User
from bureau.roles import Permission as P
from feedback import follow_ups, telephone
from feedback.forms.surveys import SurveyFilterForm
from feedback.models import Anonymity, FollowUp, Invitation, Survey

SEES = (P.SURVEY_EDIT, P.SURVEY_RESULTS, P.SURVEY_ANSWER_FOR)
SURVEY_COLUMNS = (
    Column(_("Survey"), "title", width=40),
    Column(_("Purpose"), of=lambda one: one.get_purpose_display(), width=24),
    Column(_("State"), of=lambda one: one.get_state_display()),
    Column(_("Anonymity"), of=lambda one: one.get_anonymity_display(), width=20),
    Column(_("Owner"), of=lambda one: named(reference.people(), one.owner_id), width=24),
    Column(_("Published"), "published_at"),
)
CALL_COLUMNS = (
    Column(_("Telephone"), "phone"),
    Column(_("Name"), "name", width=28),
    Column(_("Survey"), of=lambda one: one.survey.title, width=40),
    Column(_("Unit"), of=lambda one: named(reference.units(), one.unit_id), width=28),
    Column(_("Call by"), "expires_on", width=12),
)
FOLLOW_UP_COLUMNS = (
    Column(_("Number"), "pk"),
    Column(_("Survey"), of=lambda one: one.survey.title, width=40),
    Column(_("Why"), of=lambda one: one.get_why_display(), width=24),
    Column(_("Unit"), of=lambda one: named(reference.units(), one.unit_id), width=28),
    Column(_("Owner"), of=lambda one: named(reference.people(), one.owner_id), width=24),
    Column(_("Contact by"), "due_on", width=12),
    Column(_("State"), of=lambda one: one.get_state_display()),
)
INVITATION_COLUMNS = (
    Column(_("To"), of=lambda one: (one.address or one.phone) if is_named(one) else "", width=28),
    Column(_("Case"), of=lambda one: one.case.number if one.case_id and is_named(one) else ""),
    Column(_("Leaves"), of=lambda one: one.sent_at or one.send_at),
    Column(_("State"), of=lambda one: one.get_state_display()),
)


def is_named(invitation: Invitation) -> bool:
    return invitation.survey.anonymity != Anonymity.ANONYMOUS


def invitation_rows(user: User, query: QueryDict, today: date) -> QuerySet:
    """Of one survey; without names where it is anonymous."""
    surveys = Survey.objects.visible_to(user).filter(code=query.get("survey", ""))
    found = Invitation.objects.visible_to(user).filter(survey__in=surveys).select_related("survey", "case")
    state = query.get("state", "")
    return (found.filter(state=state) if state in Invitation.State.values else found).order_by("-pk")


def survey_rows(user: User, query: QueryDict, today: date) -> QuerySet:
    form = SurveyFilterForm(query)
    asked = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    return Survey.objects.visible_to(user).filter(**asked).order_by("-pk")


def call_rows(user: User, query: QueryDict, today: date) -> QuerySet:
    return telephone.to_call(user, on=today).select_related("survey").order_by("-pk")


def follow_up_rows(user: User, query: QueryDict, today: date) -> QuerySet:
    state, seen = query.get("state", "open"), follow_ups.visible_to(user)
    found = seen.filter(state="new", due_on__lt=today) if state == "late" else follow_ups.in_state(state, user)
    return found.select_related("survey").order_by("-pk")


gates.register_apart("feedback.survey", lambda user: Survey.objects.visible_to(user))
gates.register_apart("feedback.invitation", lambda user: Invitation.objects.visible_to(user))
for _listing in (
    Listing("surveys", _("Surveys"), Survey, SEES, lambda user: SURVEY_COLUMNS, survey_rows, page="feedback:survey_list"),
    Listing("invitations", _("Invitations"), Invitation, P.SURVEY_SEND, lambda user: INVITATION_COLUMNS, invitation_rows, page="feedback:invitation_list", page_by={"code": "survey"}),
    Listing("calls-to-make", _("Answers by telephone"), Invitation, P.SURVEY_ANSWER_FOR, lambda user: CALL_COLUMNS, call_rows, page="feedback:phone_list"),
    Listing("follow-ups", _("Follow-ups"), FollowUp, P.FOLLOW_UP, lambda user: FOLLOW_UP_COLUMNS, follow_up_rows, page="feedback:follow_up_list"),
):  # fmt: skip
    register(_listing)
