"""The desk of a specialist, and taking the next case from the queue."""

from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bureau.duty_list import waiting_for
from bureau.permissions import requires
from bureau.roles import Permission
from bureau.toasts import toast
from complaints.assignment import NothingToTake, take_next
from complaints.desk import desk_of, register_unfinished
from complaints.hand_registration import NEW_DRAFT

register_unfinished(NEW_DRAFT, lambda draft: _("New case"), lambda draft: reverse("complaints:case_new"))


@requires(Permission.CASE_HANDLE)
@require_GET
def desk(request):
    return render(
        request, "complaints/desk.html",
        {
            "desk": desk_of(request.user, today=request.today, language=get_language()), "today": request.today,
            "waiting": waiting_for(request.user, today=request.today),
        },
    )  # fmt: skip


@requires(Permission.CASE_HANDLE)
@require_POST
def desk_take(request):
    try:
        case = take_next(by=request.user, today=request.today)
    except NothingToTake as nothing:
        toast(request, str(nothing), tone="info")
        return redirect("complaints:desk")
    toast(request, _("%(number)s is yours.") % {"number": case.number})
    return redirect(case)
