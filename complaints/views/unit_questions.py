"""What an investigation asks of a unit: the list of its head, and one question with what belongs to it."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from bureau import reference
from bureau.audit import record_reading
from bureau.key_paging import key, newest_first
from bureau.permissions import requires
from bureau.refusals import DeedRefused, show_in
from bureau.roles import Permission
from bureau.substitution import act_for
from bureau.toasts import toast
from complaints import unit_questions
from complaints.complaint_investigation import answer_for_unit
from complaints.forms.complaints import UnitAnswerForm
from complaints.models import Case
from complaints.reference import kinds
from complaints.views.cases import posted


@requires(Permission.UNIT_QUESTION_ANSWER)
@require_GET
@vary_on_headers("HX-Request")
def unit_question_list(request):
    state = "all" if request.GET.get("state") == "all" else "waiting"
    find = unit_questions.asked_of if state == "all" else unit_questions.waiting_of
    page = newest_first(
        find(request.user).select_related("complaint__case"), after=key(request.GET.get("after")), before=key(request.GET.get("before"))
    )  # fmt: skip
    context = {
        "page": page, "state": state, "states": [("waiting", _("Waiting for an answer")), ("all", _("All"))],
        "today": request.today, "planned_at": unit_questions.PLANNED_AT,
    }  # fmt: skip
    return render(request, "complaints/unit_question_list.html" + ("#rows" if request.htmx else ""), context)


@requires(Permission.UNIT_QUESTION_ANSWER)
@require_http_methods(["GET", "POST"])
def unit_question(request, pk):
    """The question, what was written beside it and what of the case was chosen to be shown; the answer in words."""
    found = unit_questions.asked_of(request.user).select_related("complaint__case", "unit")
    task = get_object_or_404(found, pk=pk)
    case = task.complaint.case
    act_for(request.user, unit_questions.asked_people(request.user, task))
    form = UnitAnswerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            answer_for_unit(task=task, answer=form.cleaned_data["answer"], by=request.user)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("The answer is with who asked."))
            return redirect(task)
    words = unit_questions.words_shown(task)
    if words or case.is_restricted:
        record_reading(user=request.user, way="view", on=case, restricted=case.is_restricted, question=task.pk)
    context = {
        "task": task, "case": case, "form": form, "words": words, "today": request.today,
        "kind": kinds()[case.kind_id], "topic": reference.topics().get(case.topic_id) if case.topic_id else None,
        "service": reference.services().get(case.service_id) if case.service_id else None,
        "waits": task.done_on is None and task.complaint.stage in unit_questions.PLANNED_AT,
        "sees_case": Case.objects.visible_to(request.user).filter(pk=case.pk).exists(),
    }  # fmt: skip
    return render(request, "complaints/unit_question.html", context, status=422 if request.method == "POST" else 200)
