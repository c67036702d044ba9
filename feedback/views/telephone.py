"""Filling in for a client on the telephone: whom to call, and the form as the client would see it."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from bureau.audit import record_reading
from bureau.key_paging import key, newest_first
from bureau.permissions import requires
from bureau.refusals import DeedRefused
from bureau.roles import Permission
from bureau.submissions import may_be_repeated
from bureau.toasts import toast
from feedback import responses, telephone
from feedback.responses import AlreadyAnswered, NotOpen
from feedback.surveys import latest_questionnaire
from feedback.views.answering import Filling, Visit, closed_door


class TelephoneFilling(Filling):
    """Goes on under the address of the call, and ends at the list of calls."""

    def at(self, section: str):
        return redirect("feedback:phone_answer", pk=self.door.invitation.pk)

    def finished(self, key, form):
        try:
            responses.submit(
                door=self.door, questionnaire=self.questionnaire, submission_key=key, answers=self.answers, texts=self.texts,
                language=self.language, seconds=self.seconds(form),
            )  # fmt: skip
        except (AlreadyAnswered, NotOpen) as refusal:
            toast(self.request, str(refusal), tone="bad")
            return redirect("feedback:phone_list")
        return self.done(None)

    def done(self, response):
        toast(self.request, _("The client's answers are saved."))
        return redirect("feedback:phone_list")


@requires(Permission.SURVEY_ANSWER_FOR)
@require_GET
@vary_on_headers("HX-Request")
def phone_list(request):
    found = telephone.to_call(request.user, on=request.today).select_related("survey", "unit")
    page = newest_first(found, after=key(request.GET.get("after")), before=key(request.GET.get("before")))
    for one in page:
        one.is_own = telephone.is_own(one, request.user)
    return render(request, "feedback/phone_list.html" + ("#rows" if request.htmx else ""), {"page": page})


@requires(Permission.SURVEY_ANSWER_FOR)
@require_http_methods(["GET", "POST"])
@may_be_repeated  # as the client's own answer
def phone_answer(request, pk):
    found = telephone.to_call(request.user, on=request.today).select_related("survey")
    invitation = get_object_or_404(found, pk=pk)
    try:
        door = telephone.door_for(invitation, request.user)
    except DeedRefused as refusal:
        return render(request, "feedback/phone_refused.html", {"invitation": invitation, "reason": str(refusal)}, status=403)  # fmt: skip
    questionnaire = latest_questionnaire(invitation.survey)
    if questionnaire is None:
        return closed_door(request)
    record_reading(
        user=request.user, way="view", on=invitation.survey, label=invitation.survey.title_et, invitation=pk
    )
    filling = TelephoneFilling(request, door, questionnaire, Visit("", invitation.language))
    return filling.sent() if request.method == "POST" else filling.asked()


@requires(Permission.SURVEY_ANSWER_FOR)
@require_POST
def phone_outcome(request, pk):
    """What came of a call without an answer: nobody took it, or the person does not want to answer."""
    found = telephone.to_call(request.user, on=request.today).select_related("survey")
    invitation = get_object_or_404(found, pk=pk)
    outcome, now = request.POST.get("outcome"), timezone.now()
    try:
        if outcome == "not_reached":
            held = telephone.not_reached(invitation=invitation, by=request.user, now=now)
            is_over = held.state == held.State.UNREACHED
            words = _("Noted. The person is not called any more.") if is_over else _("Noted. The call stays in the list for another try.")  # fmt: skip
        elif outcome in ("declined", "never_again"):
            telephone.declined(invitation=invitation, by=request.user, now=now, never_again=outcome == "never_again")
            words = _("Noted. The person is not called any more.")
        else:
            toast(request, _("Choose what came of the call."), tone="bad")
            return redirect("feedback:phone_list")
    except DeedRefused as refusal:
        toast(request, str(refusal), tone="bad")
    else:
        toast(request, words)
    return redirect("feedback:phone_list")
