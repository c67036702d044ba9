"""Who handles a case: assign one, take it, return it, assign many at once."""

from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bureau.job_rows import rows_in_order
from bureau.models import Job, User
from bureau.permissions import requires
from bureau.refusals import DeedRefused
from bureau.roles import Permission
from bureau.toasts import toast
from complaints import (
    assignment,
    bulk,
)  # fmt: skip
from complaints.filters import CaseFilter
from complaints.forms import cases as forms
from complaints.forms.case_assignment import AssignForm, BulkForm
from complaints.models import Case
from complaints.views.case_deeds import deed, pressed
from complaints.views.cases import back_to_list, posted, seen_case


@requires(Permission.CASE_ASSIGN)
@require_http_methods(["GET", "POST"])
def case_assign(request, number):
    case = seen_case(request, number)
    proposals = assignment.proposals_for(case, request.today)
    form = AssignForm(posted(request), case=case, proposals=proposals)

    def do(data):
        to = User.objects.get(pk=data["to"])
        assignment.assign_case(
            case=case, to=to, by=request.user, reason=data["reason"], seen_version=form.seen_version
        )

    return deed(
        request, case, form, template="case_assign", title=_("Assign the case"), action=_("Assign"), done=_("The case is assigned."),
        do=do,
    )  # fmt: skip


@requires(Permission.CASE_HANDLE)
@require_POST
def case_take(request, number):
    """Take an unassigned case to oneself; another's case is assigned by who may."""

    def do(case, seen):
        if case.assignee_id and case.assignee_id != request.user.pk:
            raise DeedRefused(_("Somebody has taken it already."))
        assignment.assign_case(case=case, to=request.user, by=request.user, seen_version=seen, way="taken")

    return pressed(request, number, do, _("The case is yours."))


@requires(Permission.CASE_HANDLE, Permission.CASE_ASSIGN)
@require_http_methods(["GET", "POST"])
def case_unassign(request, number):
    case = seen_case(request, number)
    form = forms.OptionalReasonForm(posted(request), case=case)

    def do(data):
        if case.assignee_id != request.user.pk and not request.user.may(Permission.CASE_ASSIGN):
            raise DeedRefused(_("It is not yours to give back."))
        if case.assignee_id != request.user.pk and not request.user.acting_for_id:
            request.user.acting_for_id = request.user.rights.behalf_for(Permission.CASE_ASSIGN)
        assignment.unassign_case(case=case, by=request.user, reason=data["reason"], seen_version=form.seen_version)

    return deed(
        request, case, form, title=_("Return to the queue"), action=_("Return to the queue"), done=_("The case is in the queue again."), do=do,
    )  # fmt: skip


@requires(Permission.CASE_ASSIGN)
@require_POST
def case_bulk_assign(request):
    """First what would happen, then the deed."""
    form = BulkForm(request.POST, people=assignment.people_who_handle(request.today))
    form.is_valid()
    numbers = form.numbers()
    if form.cleaned_data.get("everything"):
        numbers = bulk.numbers_of(narrowed_to(request, form.cleaned_data["everything"]).qs)
    if not numbers:
        toast(request, _("Mark the cases first."), tone="info")
        return back_to_list(request)
    to = User.objects.filter(pk=form.cleaned_data.get("to")).first() if form.cleaned_data.get("to") else None
    if to and form.cleaned_data.get("confirmed"):
        job = bulk.order(numbers=numbers, to=to, by=request.user)
        return redirect("complaints:case_bulk", public_id=job.public_id)
    context = {
        "form": form, "numbers": numbers, "to": to, "preview": bulk.preview(numbers=numbers, to=to, by=request.user) if to else None,
        "is_capped": len(numbers) >= bulk.MOST_IN_A_JOB,
    }  # fmt: skip
    return render(request, "complaints/case_bulk_assign.html", context)


def narrowed_to(request, query: str) -> CaseFilter:
    return CaseFilter(QueryDict(query), Case.objects.visible_to(request.user), request=request)


@requires(Permission.CASE_ASSIGN)
@require_http_methods(["GET"])
def case_bulk(request, public_id):
    """What came of it, row by row, and the way back."""
    job = get_object_or_404(
        Job.objects.visible_to(request.user).filter(kind__in=[*bulk.KINDS, bulk.UNDO_KIND]), public_id=public_id
    )
    rows = list(rows_in_order(job, request.user)[:500])
    may_undo = (
        job.kind in bulk.KINDS and job.is_finished and bool(job.result.get("moved")) and not job.result.get("undone")
    )
    context = {
        "job": job,
        "rows": rows,
        "may_undo": may_undo,
        "moved": len(job.result.get("moved", ())) or job.result.get("back", 0),
    }
    response = render(request, "complaints/case_bulk.html" + ("#progress" if request.htmx else ""), context)
    if request.htmx and job.is_finished:
        response["HX-Refresh"] = "true"  # the result stands on the page, not in the bar
    return response


@requires(Permission.CASE_ASSIGN)
@require_POST
def case_bulk_undo(request, public_id):
    job = get_object_or_404(Job.objects.visible_to(request.user).filter(kind__in=bulk.KINDS), public_id=public_id)
    try:
        back = bulk.undo(job=job, by=request.user)
    except DeedRefused as refusal:
        toast(request, str(refusal), tone="bad")
        return redirect("complaints:case_bulk", public_id=job.public_id)
    return redirect("complaints:case_bulk", public_id=back.public_id)
