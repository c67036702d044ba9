"""Long work as its owner sees it: how far it is, what came of it, the rows it refused, and the file it made."""

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRefresh

from bureau import jobs
from bureau.audit import record_reading
from bureau.exports import may_take_file
from bureau.forms.jobs import RowsForm
from bureau.job_rows import as_file, may_see_rows, page_of_rows, rows_in_order
from bureau.key_paging import key, newest_first
from bureau.models import Job, JobRow, ReadingRecord
from bureau.permissions import requires
from bureau.roles import Permission
from bureau.toasts import toast


def seen_job(request, public_id) -> Job:
    return get_object_or_404(Job.objects.visible_to(request.user).select_related("owner"), public_id=public_id)


@requires(*jobs.SEES_JOBS)
@require_GET
def job_list(request):
    page = newest_first(
        Job.objects.visible_to(request.user).exclude(state=Job.State.PREPARED).select_related("owner"),
        after=key(request.GET.get("after")),
        before=key(request.GET.get("before")),
    )
    rows = [{"job": job, "kind": jobs.page_of(job).words, "tone": jobs.TONES[job.state]} for job in page]
    context = {"page": page, "rows": rows, "sees_all": request.user.may(Permission.JOBS_VIEW_ALL)}
    return render(request, "bureau/job_list.html" + ("#rows" if request.htmx else ""), context)


@requires(*jobs.SEES_JOBS)
@require_GET
def job_detail(request, public_id):
    """The page asks again every two seconds while the work goes on, and loads itself anew when it is over."""
    job = seen_job(request, public_id)
    if request.htmx and job.is_finished:
        return HttpResponseClientRefresh()
    shown = jobs.page_of(job)
    sees_rows, may_take = may_see_rows(request.user, job), may_take_file(request.user, job)
    context = {
        "job": job,
        "kind": shown.words,
        "percent": jobs.percent_of(job),
        "words": jobs.words_of(job),
        "may_cancel": not job.is_finished
        and job.owner_id == request.user.pk
        or request.user.may(Permission.JOBS_VIEW_ALL),
        "may_take_file": may_take,
        "is_file_gone": bool(job.output_file) and job.owner_id == request.user.pk and not may_take,
        "result_template": shown.template if job.is_finished and sees_rows else "",
        "rows": list(rows_in_order(job, request.user)[:5]) if job.is_finished and sees_rows else [],
        "sees_rows": sees_rows,
    }
    if context["result_template"] and shown.context is not None:
        context |= shown.context(job, request.user)
    return render(request, "bureau/job_detail.html" + ("#progress" if request.htmx else ""), context)


@requires(*jobs.SEES_JOBS)
@require_POST
def job_cancel(request, public_id):
    job = seen_job(request, public_id)
    jobs.cancel(job=job, by=request.user)
    toast(request, _("The work was asked to stop."), tone="info")
    return redirect("bureau:job_detail", public_id=public_id)


@requires(*jobs.SEES_JOBS)
@require_GET
def job_file(request, public_id):
    """The file that the work made, for nobody but whoever ordered it: it holds what that person may see."""
    job = seen_job(request, public_id)
    if not may_take_file(request.user, job):
        raise Http404
    record_reading(user=request.user, way=ReadingRecord.Way.EXPORT, on=job, label=job.title)
    return FileResponse(job.output_file.open("rb"), as_attachment=True, filename=job.output_name)


@requires(*jobs.SEES_JOBS)
@require_GET
def job_rows(request, public_id):
    job = rows_of_seen_job(request, public_id)
    form = RowsForm(request.GET)
    level = form.cleaned_data["level"] if form.is_valid() else ""
    page = page_of_rows(
        rows_in_order(job, request.user, level),
        after=key(request.GET.get("after")),
        before=key(request.GET.get("before")),
    )
    record_reading(user=request.user, way=ReadingRecord.Way.VIEW, on=job, label=job.title, rows=len(page.rows))
    columns = (job.result.get("layout") or {}).get("columns") or sorted({name for row in page for name in row.data})
    rows = [{"row": row, "cells": [(name, row.data[name]) for name in columns if row.data.get(name)]} for row in page]
    context = {
        "job": job, "form": form, "page": page, "rows": rows, "level": level,
        "has_refused": job.refused > 0, "levels": JobRow.Level,
    }  # fmt: skip
    return render(request, "bureau/job_rows.html" + ("#rows" if request.htmx else ""), context)


@requires(*jobs.SEES_JOBS)
@require_POST
def job_rows_export(request, public_id):
    return as_file(rows_of_seen_job(request, public_id), request.user)


def rows_of_seen_job(request, public_id) -> Job:
    job = seen_job(request, public_id)
    if not may_see_rows(request.user, job):
        raise Http404
    return job
