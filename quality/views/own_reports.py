"""Own reports: what one keeps and what colleagues share, one with its figures, and its forms as files."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bureau.audit import record_reading
from bureau.key_paging import key, newest_first
from bureau.permissions import requires
from bureau.roles import Permission as P
from bureau.toasts import toast
from quality import own_reports, report_forms
from quality.models import OwnReport
from quality.report_writing_forms import OwnReportForm

SEES = (P.INDICATOR_VIEW, P.INDICATOR_VIEW_UNIT)


@requires(*SEES)
@require_GET
def own_report_list(request):
    found = OwnReport.objects.visible_to(request.user).select_related("owner")
    page = newest_first(found, after=key(request.GET.get("after")), before=key(request.GET.get("before")))
    return render(request, "quality/own_report_list.html", {"page": page, "me": request.user.pk})


@requires(*SEES)
@require_http_methods(["GET", "POST"])
def own_report_edit(request, pk=None):
    """A new one, or a change of one's own."""
    own = get_object_or_404(OwnReport, pk=pk, owner=request.user) if pk else OwnReport()
    form = OwnReportForm(request.POST or None, instance=own)
    if request.method == "POST" and form.is_valid():
        kept = own_reports.keep(own=form.save(commit=False), by=request.user)
        toast(request, _("The report is kept."))
        return redirect("quality:own_report", pk=kept.pk)
    context = {
        "form": form, "title": _("Change the report") if pk else _("A report of your own"), "action": _("Keep and show"),
        "back": reverse("quality:own_report_list"),
    }  # fmt: skip
    return render(request, "quality/report_form.html", context, status=422 if request.method == "POST" else 200)


def seen(request, pk) -> OwnReport:
    return get_object_or_404(OwnReport.objects.visible_to(request.user).select_related("owner"), pk=pk)


@requires(*SEES)
@require_GET
def own_report(request, pk):
    own = seen(request, pk)
    told = own_reports.content_of(own, user=request.user, today=request.today)
    context = {
        "own": own, "edition": told.edition(translation.get_language() or "et"), "forms": report_forms.FORMS, "is_mine": own.owner_id == request.user.pk,
    }  # fmt: skip
    return render(request, "quality/own_report.html", context)


@requires(*SEES)
@require_GET
def own_report_file(request, pk, form):
    own, chosen = seen(request, pk), report_forms.FORMS.get(form)
    if chosen is None:
        raise Http404
    told = own_reports.content_of(own, user=request.user, today=request.today)
    record_reading(user=request.user, way="export", on=own, label=f"{own.name} {form}"[:200])
    response = HttpResponse(chosen.write(told, translation.get_language() or "et"), content_type=chosen.content_type)
    response["Content-Disposition"] = f'attachment; filename="aruanne-{own.pk}.{chosen.suffix}"'
    return response


@requires(*SEES)
@require_POST
def own_report_remove(request, pk):
    own_reports.remove(own=get_object_or_404(OwnReport, pk=pk, owner=request.user), by=request.user)
    toast(request, _("The report was removed."))
    return redirect("quality:own_report_list")
