"""Taking a list out as a file: first what it holds, then the file. The same two steps for every list."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bureau.exports import (
    CSV,
    ROWS_OF_A_WORKBOOK_AT_ONCE,
    Export,
    as_csv,
    as_workbook,
    listing_of,
    listings,
    order_workbook,
)
from bureau.forms.exports import ExportForm
from bureau.permissions import requires
from bureau.roles import Permission
from bureau.toasts import toast

COUNTED_TO = 10_000
NOT_FILTER = ("after", "before", "sort", "csrfmiddlewaretoken", "format")


def filter_of(query: QueryDict) -> QueryDict:
    """What narrows the list, without the place on the page and its order."""
    kept = query.copy()
    for name in NOT_FILTER:
        kept.pop(name, None)
    return kept


def list_export(request, *, code: str, back: str = ""):
    """The caller guards with the list's own permission; asked here again, since an address is quickly copied."""
    listing = listing_of(code)
    if not listing.may_be_taken_by(request.user):
        raise PermissionDenied
    export = Export(listing, request.user, filter_of(request.GET), request.today)
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return exported(request, export, form.cleaned_data["format"])
    count = export.count(COUNTED_TO)
    address = reverse(back) if back else listing.page_url(export.query)
    context = {
        "form": form, "listing": listing, "columns": export.header, "count": count, "is_more": count > COUNTED_TO,
        "capped": min(count, COUNTED_TO), "query": export.query.urlencode(), "at_once": ROWS_OF_A_WORKBOOK_AT_ONCE,
        "is_long": count > ROWS_OF_A_WORKBOOK_AT_ONCE,
        "back_url": f"{address}?{export.query.urlencode()}" if export.query else address,
    }  # fmt: skip
    return render(request, "bureau/list_export.html", context, status=422 if request.method == "POST" else 200)


def exported(request, export: Export, form: str):
    if form == CSV:
        return as_csv(export)
    if export.count(ROWS_OF_A_WORKBOOK_AT_ONCE) <= ROWS_OF_A_WORKBOOK_AT_ONCE:
        return as_workbook(export)
    job = order_workbook(export)
    toast(request, _("The workbook is long; it is made in the background. You will get a notice."), tone="info")
    return redirect("bureau:job_detail", public_id=job.public_id)


@requires(Permission.AUDIT_VIEW)
@require_http_methods(["GET", "POST"])
def deed_export(request):
    return list_export(request, code="deeds", back="bureau:audit")


@require_http_methods(["GET", "POST"])
def listing_export(request, code):
    """Any list by its name; who may not take any out is not told which there are."""
    listing = listings().get(code)
    if listing is None or not listing.page or any(not request.GET.get(by) for by in listing.page_by.values()):
        raise Http404
    return requires(*listing.permissions)(list_export)(request, code=code)
