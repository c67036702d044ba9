"""The register of complaints: figures that open their rows, and the rows as a file."""

from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from bureau.permissions import requires
from bureau.roles import Permission
from bureau.views.exports import list_export
from complaints.complaint_register import filter_of, register_of
from complaints.forms.complaint_register import RegisterFilterForm


@requires(Permission.COMPLAINT_VIEW)
@require_GET
def complaint_register(request):
    kept = filter_of(request.GET)
    context = {
        "register": register_of(request.GET, user=request.user, today=request.today),
        "form": RegisterFilterForm(request.GET, today=request.today),
        "clear_url": reverse("complaints:complaint_register") if kept else "",
        "export_url": f"{reverse('complaints:complaint_export')}?{urlencode(kept)}" if request.user.may(Permission.CASE_EXPORT) else "",
    }  # fmt: skip
    return render(request, "complaints/complaint_register.html", context)


@requires(Permission.CASE_EXPORT)
@require_http_methods(["GET", "POST"])
def complaint_export(request):
    return list_export(request, code="complaints", back="complaints:complaint_register")
