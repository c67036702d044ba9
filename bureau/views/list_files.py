"""A list from a file: bring it, look at what would change, take it in. The same pages for every list."""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST

from bureau.audit import record_reading
from bureau.body_limits import takes_files
from bureau.foreign_tables import UnreadableTable
from bureau.forms.list_files import ListFileForm, MarkForm
from bureau.list_files import registry, taking_in
from bureau.models import Job, JobRow
from bureau.roles import Permission
from bureau.toasts import toast

# Who keeps some list; which one, each page asks for itself.
KEEPERS = (
    Permission.PARTY_CHANGE, Permission.STRUCTURE_EDIT, Permission.PEOPLE_EDIT, Permission.INDICATOR_EDIT, Permission.STAFFING_EDIT,
)  # fmt: skip
ROWS_SHOWN = 200


def of_list(view):
    """Gives the view the list that its address names, to who may change it."""

    @wraps(view)
    def guarded(request, code, *args, **kwargs):
        user, found = request.user, registry.known().get(code)
        if found is None:
            if not any(user.may(permission) for permission in KEEPERS):
                raise PermissionDenied
            raise Http404
        if not user.may(found.permission):
            raise PermissionDenied
        user.acting_for_id = user.rights.behalf_for(found.permission)
        return view(request, found, *args, **kwargs)

    return guarded


@takes_files(taking_in.LARGEST_BYTES, *KEEPERS)
@of_list
@require_http_methods(["GET", "POST"])
def list_file_new(request, list_file):
    form = ListFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = taking_in.bring(list_file=list_file, file=file, file_name=file.name, by=request.user, today=request.today)  # fmt: skip
        except UnreadableTable as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("bureau:list_file", code=list_file.code, public_id=job.public_id)
    resource = list_file.resource(user=request.user, today=request.today)
    context = {
        "list_file": list_file, "form": form, "columns": resource.columns.values(), "most_rows": registry.MOST_ROWS,
        "trail": [(str(list_file.title), list_file.back_url)],
        "waiting": taking_in.files_of(request.user, list_file).filter(state=Job.State.PREPARED)[:10],
    }  # fmt: skip
    return render(request, "bureau/list_file_new.html", context, status=422 if request.method == "POST" else 200)


@of_list
@require_http_methods(["GET", "POST"])
def list_file(request, list_file, public_id):
    """The look, and the button that takes the file in; afterwards what came of it."""
    job = get_object_or_404(taking_in.files_of(request.user, list_file), public_id=public_id)
    if job.state == Job.State.CANCELLED:
        toast(request, _("This file was thrown away."), tone="warning")
        return redirect("bureau:list_file_new", code=list_file.code)
    if job.state == Job.State.DONE:
        return done(request, list_file, job)
    is_old, form = False, MarkForm(request.POST or None)
    try:
        if request.method == "POST" and form.is_valid():
            try:
                taking_in.take_in(job=job, list_file=list_file, by=request.user, today=request.today, mark=form.cleaned_data["mark"])  # fmt: skip
            except taking_in.LookIsOld as old:
                is_old, look = True, old.look
            else:
                toast(request, _("The file is taken in."))
                return redirect("bureau:list_file", code=list_file.code, public_id=job.public_id)
        else:
            look = taking_in.look_at(job=job, list_file=list_file, user=request.user, today=request.today)
    except UnreadableTable as refusal:
        return page(request, list_file, {"job": job, "refusal": str(refusal)}, status=422)
    record_reading(
        user=request.user, way="view", on=job, label=str(list_file.title), list=list_file.code, rows=sum(look.counts.values()),
    )  # fmt: skip
    parts = [
        (pgettext("rows", "Changed"), look.changed[:ROWS_SHOWN], len(look.changed), False),
        (pgettext("rows", "New"), look.new[:ROWS_SHOWN], len(look.new), True),
    ]
    context = {"job": job, "look": look, "parts": parts, "refused": look.refused[:ROWS_SHOWN], "mark": look.mark, "is_old": is_old, "shown": ROWS_SHOWN}  # fmt: skip
    return page(request, list_file, context, status=409 if is_old else 422 if request.method == "POST" else 200)


def done(request, list_file, job):
    refused = JobRow.objects.filter(job=job).order_by("row_number")[:ROWS_SHOWN]
    return page(request, list_file, {"job": job, "counts": job.result, "refused": [{"line": row.row_number, "reasons": [row.reason]} for row in refused]})  # fmt: skip


def page(request, list_file, context, status=200):
    trail = [
        (str(list_file.title), list_file.back_url),
        (pgettext("list", "From a file"), reverse("bureau:list_file_new", args=[list_file.code])),
    ]
    return render(request, "bureau/list_file.html", {"list_file": list_file, "trail": trail, **context}, status=status)


@of_list
@require_POST
def list_file_discard(request, list_file, public_id):
    job = get_object_or_404(taking_in.files_of(request.user, list_file), public_id=public_id)
    taking_in.discard(job=job, list_file=list_file, by=request.user)
    toast(request, _("The file is thrown away; nothing was taken in."))
    return redirect("bureau:list_file_new", code=list_file.code)
