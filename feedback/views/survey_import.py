"""Bringing in from elsewhere: a LimeSurvey questionnaire as a draft, and answers as a table, step by step."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bureau import table_uploads
from bureau.audit import record_reading
from bureau.body_limits import takes_files
from bureau.foreign_tables import LIMITS, UnreadableTable
from bureau.models import Job
from bureau.permissions import requires
from bureau.refusals import DeedRefused
from bureau.roles import Permission
from bureau.toasts import toast
from feedback import answer_import, answer_setup
from feedback.forms.imports import AnswerColumnsForm, AnswerFileForm, AnswerValuesForm, QuestionnaireFileForm
from feedback.limesurvey import UnreadableQuestionnaire
from feedback.limesurvey_file import LARGEST_BYTES
from feedback.models import Survey
from feedback.questionnaire_import import import_questionnaire, loss_words, report_of

STEPS = (
    pgettext_lazy("step of an import", "File"),
    pgettext_lazy("step of an import", "Columns"),
    pgettext_lazy("step of an import", "Values"),
    pgettext_lazy("step of an import", "Preview"),
    pgettext_lazy("step of an import", "Import"),
)


# --- A questionnaire --------------------------------------------------------------------------------------------------
@takes_files(LARGEST_BYTES)
@requires(Permission.SURVEY_EDIT)
@require_http_methods(["GET", "POST"])
def questionnaire_import(request):
    form = QuestionnaireFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            survey, _found = import_questionnaire(data=file.read(), file_name=file.name, by=request.user)
        except (UnreadableQuestionnaire, DeedRefused) as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("feedback:questionnaire_report", code=survey.code)
    status = 422 if request.method == "POST" else 200
    return render(request, "feedback/questionnaire_import.html", {"form": form}, status=status)


@requires(Permission.SURVEY_EDIT)
@require_GET
def questionnaire_report(request, code):
    """What came along and what was lost; may be read again as long as the survey stands."""
    survey = get_object_or_404(Survey.objects.visible_to(request.user), code=code)
    deed = report_of(survey)
    losses = [
        {"place": place, "words": loss_words(what), "detail": detail}
        for place, what, detail in (deed.data["losses"] if deed else [])
    ]
    return render(request, "feedback/questionnaire_report.html", {"survey": survey, "deed": deed, "losses": losses})


# --- Answers ----------------------------------------------------------------------------------------------------------
def seen_setup(request, public_id) -> tuple[Job, Survey]:
    job = get_object_or_404(answer_setup.setups_of(request.user), public_id=public_id)
    return job, get_object_or_404(Survey.objects.visible_to(request.user), pk=job.parameters["survey"])


@takes_files(LIMITS.bytes)
@requires(Permission.SURVEY_EDIT)
@require_http_methods(["GET", "POST"])
def answer_import_new(request, code):
    survey = get_object_or_404(Survey.objects.visible_to(request.user), code=code)
    form = AnswerFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = answer_setup.begin(survey=survey, file=file, file_name=file.name, by=request.user)
        except (UnreadableTable, DeedRefused) as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("feedback:answer_import_columns", public_id=job.public_id)
    setups = answer_setup.setups_of(request.user).filter(parameters__survey=survey.pk)[:20]
    context = {"survey": survey, "form": form, "steps": STEPS, "setups": setups, "imports": imports_of(survey)}
    return render(request, "feedback/answer_import_new.html", context, status=422 if request.method == "POST" else 200)


def imports_of(survey: Survey):
    return Job.objects.filter(
        kind=answer_import.KIND, parameters__survey=survey.pk, parameters__rehearsal=False
    ).select_related("owner")[:20]


@requires(Permission.SURVEY_EDIT)
@require_http_methods(["GET", "POST"])
@table_uploads.waits
def answer_import_columns(request, public_id):
    job, survey = seen_setup(request, public_id)
    with answer_setup.opened(job, survey) as setup:
        mapping = job.parameters["mapping"]
        columns = setup.table.columns
        initial = {
            "source": mapping["source"], "day": mapping["day"], "day_format": mapping["day_formats"][0],
            "second_format": (mapping["day_formats"][1:] or [""])[0], "key": mapping["key"],
            "language": mapping["language"], "empty": "; ".join(mapping["empty"]),
            **{f"fact_{name}": column for name, column in mapping["facts"].items()},
            **{
                f"place_{number}": mapping["questions"].get(address, "")
                for number, (address, _q, _p) in enumerate(answer_import.places_of(setup.form))
            },
        }  # fmt: skip
        form = AnswerColumnsForm(request.POST or None, form=setup.form, columns=columns, initial=initial)
    if request.method == "POST" and form.is_valid():
        answer_setup.keep(job, form.read(survey.code, mapping))
        job.go_through(1, 2)
        return redirect("feedback:answer_import_values", public_id=public_id)
    record_reading(user=request.user, way="view", on=job, label=job.input_name, step="columns")
    context = {"job": job, "survey": survey, "form": form, "steps": STEPS}
    return render(
        request, "feedback/answer_import_columns.html", context, status=422 if request.method == "POST" else 200
    )


@requires(Permission.SURVEY_EDIT)
@require_http_methods(["GET", "POST"])
@table_uploads.waits
def answer_import_values(request, public_id):
    job, survey = seen_setup(request, public_id)
    with answer_setup.opened(job, survey) as setup:
        if not setup.mapping.day:
            return redirect("feedback:answer_import_columns", public_id=public_id)
        mapping, groups = setup.mapping, answer_setup.value_groups(setup)
    form = AnswerValuesForm(request.POST or None, groups=groups)
    if request.method == "POST" and form.is_valid():
        answer_setup.keep(job, answer_setup.with_values(mapping, *form.read()))
        job.go_through(3)
        return redirect("feedback:answer_import_preview", public_id=public_id)
    record_reading(user=request.user, way="view", on=job, label=job.input_name, step="values")
    context = {"job": job, "survey": survey, "form": form, "steps": STEPS}
    return render(
        request, "feedback/answer_import_values.html", context, status=422 if request.method == "POST" else 200
    )


@requires(Permission.SURVEY_EDIT)
@require_http_methods(["GET", "POST"])
@table_uploads.waits
def answer_import_preview(request, public_id):
    """The first rows as they will be; from here it is rehearsed or taken in."""
    job, survey = seen_setup(request, public_id)
    with answer_setup.opened(job, survey) as setup:
        if not setup.mapping.day:
            return redirect("feedback:answer_import_columns", public_id=public_id)
        rows, columns = answer_setup.preview(setup), list(setup.mapping.questions)
    if request.method == "POST":
        return ordered(request, job, survey, is_rehearsal="rehearse" in request.POST)
    record_reading(user=request.user, way="view", on=job, label=job.input_name, step="preview")
    shown = [
        {"row": row, "cells": [cell_of(row, address) for address in columns]} for row in rows
    ]  # fmt: skip
    context = {"job": job, "survey": survey, "rows": shown, "columns": columns, "steps": STEPS}
    return render(request, "feedback/answer_import_preview.html", context)


def cell_of(row: answer_import.ReadRow, address: str) -> str:
    code, _dot, part = address.partition(".")
    value = row.answers.get(code, row.texts.get(code, ""))
    if isinstance(value, dict):
        value = value.get(part, "")
    elif isinstance(value, list):
        value = _("yes") if part in value else ""
    elif isinstance(value, bool):
        value = _("yes") if value else _("no")
    return str(value)[:120]


def ordered(request, job: Job, survey: Survey, *, is_rehearsal: bool):
    try:
        run = answer_import.order_import(
            setup=job, survey=survey, mapping=answer_setup.whole_mapping(job), file=job.input_file, file_name=job.input_name,
            by=request.user, is_rehearsal=is_rehearsal,
        )  # fmt: skip
    except DeedRefused as refusal:
        toast(request, str(refusal), tone="bad")
        return redirect("feedback:answer_import_preview", public_id=job.public_id)
    return redirect("bureau:job_detail", public_id=run.public_id)


@requires(Permission.SURVEY_EDIT)
@require_POST
def answer_import_discard(request, public_id):
    job, survey = seen_setup(request, public_id)
    answer_setup.discard(job=job, by=request.user)
    toast(request, _("The import being prepared and its file were thrown away."))
    return redirect("feedback:answer_import_new", code=survey.code)


@requires(Permission.SURVEY_PUBLISH)
@require_http_methods(["GET", "POST"])
def answer_import_undo(request, public_id):
    job = get_object_or_404(Job.objects.visible_to(request.user), public_id=public_id, kind=answer_import.KIND)
    survey = get_object_or_404(Survey.objects.visible_to(request.user), pk=job.parameters["survey"])
    back = reverse("feedback:answer_import_new", args=[survey.code])
    if request.method == "POST":
        try:
            count = answer_import.take_back(job=job, by=request.user)
        except DeedRefused as refusal:
            toast(request, str(refusal), tone="bad")
        else:
            toast(request, _("%(count)s answers of this import were removed.") % {"count": count})
        return redirect(back)
    context = {
        "title": _("Take the import of answers back?"),
        "text": _("Every answer of it is removed. Afterwards a better file may bring the same rows again."),
        "action": _("Take the import back"), "cancel_url": back, "form": None,
        "facts": [(_("File"), job.input_name), (_("Survey"), survey.title), (_("Rows taken"), job.result.get("taken", 0))],
        "trail": [(survey.title, survey.get_absolute_url())], "danger": True,
    }  # fmt: skip
    return render(request, "components/confirm.html", context)
