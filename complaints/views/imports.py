"""Taking in a foreign table, step by step: file, columns, words, preview, rehearsal, import; and taking it back."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bureau import table_uploads
from bureau.audit import record_reading
from bureau.body_limits import takes_files
from bureau.foreign_tables import LIMITS, UnreadableTable
from bureau.key_paging import key, newest_first
from bureau.models import Job
from bureau.permissions import requires
from bureau.roles import Permission
from bureau.toasts import toast
from complaints.forms.imports import ZONES, ColumnsForm, LayoutForm, MapForm, UploadForm, WordsForm
from complaints.intake.importing import setup as setups
from complaints.intake.importing.mapping import MOMENTS, MappingError
from complaints.intake.importing.moments import fitting_formats
from complaints.intake.importing.runs import order_undo
from complaints.intake.importing.suggestions import columns_of, first_rows, foreign_words
from complaints.models import ImportBatch, ImportMap

STEPS = (
    pgettext_lazy("step of an import", "File"),
    pgettext_lazy("step of an import", "Columns"),
    pgettext_lazy("step of an import", "Words"),
    pgettext_lazy("step of an import", "Preview"),
    pgettext_lazy("step of an import", "Import"),
)
RAW_ROWS = 8


def seen_setup(request, public_id) -> Job:
    """An import that is still being prepared; else 404."""
    return get_object_or_404(setups.setups_of(request.user), public_id=public_id)


def mapped_setup(request, public_id) -> Job:
    """One whose table was read and that has a mapping."""
    job = seen_setup(request, public_id)
    if "map" not in job.parameters:
        raise table_uploads.not_read(job)
    return job


def unreadable(request, job: Job, error: Exception):
    """The file cannot be read as the mapping says: back to the first step, with the reason."""
    toast(request, str(error), tone="bad")
    return redirect("complaints:import_file", public_id=job.public_id)


# --- The list ---------------------------------------------------------------------------------------------------------
@requires(Permission.CASE_IMPORT)
@require_GET
def import_list(request):
    page = newest_first(
        ImportBatch.objects.select_related("created_by", "job"),
        after=key(request.GET.get("after")), before=key(request.GET.get("before")),
    )  # fmt: skip
    context = {
        "page": page,
        "batches": page.rows,
        "setups": list(setups.setups_of(request.user).select_related("owner")[:20]),
        "maps": list(ImportMap.objects.select_related("created_by")[:100]),
    }
    return render(request, "complaints/import_list.html" + ("#rows" if request.htmx else ""), context)


@takes_files(LIMITS.bytes)
@requires(Permission.CASE_IMPORT)
@require_http_methods(["GET", "POST"])
def import_new(request):
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            job = setups.begin(file=file, file_name=file.name, by=request.user, map_text=form.map_text)
        except MappingError as error:
            form.add_error("map_file", error.sentences)
        except (UnreadableTable, setups.SetupRefused) as error:
            form.add_error("file", str(error))
        else:
            return redirect("complaints:import_file", public_id=job.public_id)
    return render(
        request,
        "complaints/import_new.html",
        {"form": form, "steps": STEPS},
        status=422 if request.method == "POST" else 200,
    )


# --- Steps ------------------------------------------------------------------------------------------------------------
@requires(Permission.CASE_IMPORT)
@require_http_methods(["GET", "POST"])
@table_uploads.waits
def import_file(request, public_id):
    """How the file is read: delimiter, encoding, sheet, header; with its first rows as they stand."""
    job = seen_setup(request, public_id)
    try:
        with setups.opened(job) as setup:
            table, rows = setup.table, [row for _number, row in first_rows(setup.table, RAW_ROWS)]
            form = LayoutForm(request.POST or None, facts=table.facts, layout=setup.mapping.layout)
            columns, origin, facts, told = table.columns, setup.origin, table.facts, table.told()
            named_by_position = bool(setup.mapping.layout.columns)
    except UnreadableTable as error:
        return render(
            request, "complaints/import_broken.html", {"job": job, "error": error, "steps": STEPS}, status=422
        )
    if request.method == "POST" and form.is_valid():
        layout = form.read()
        try:
            reading = setups.read_otherwise(job=job, layout=layout, by=request.user) if form.has_changed() else None
        except UnreadableTable as error:
            form.add_error(None, str(error))
        else:
            stays = "again" in request.POST
            if not stays:
                job.go_through(1)
            if reading is not None:
                return redirect("bureau:job_detail", public_id=reading.public_id)
            return redirect("complaints:import_file" if stays else "complaints:import_columns", public_id=public_id)
    record_reading(user=request.user, way="view", on=job, label=job.input_name, step="file")
    context = {
        "job": job, "form": form, "facts": facts, "told": told, "columns": columns, "rows": rows, "origin": origin, "steps": STEPS,
        "named_by_position": named_by_position,
    }  # fmt: skip
    return render(request, "complaints/import_file.html", context, status=422 if request.method == "POST" else 200)


@requires(Permission.CASE_IMPORT)
@require_http_methods(["GET", "POST"])
@table_uploads.waits
def import_columns(request, public_id):
    job = seen_setup(request, public_id)
    try:
        with setups.opened(job) as setup:
            columns = columns_of(setup.table, first_rows(setup.table))
            form = ColumnsForm(request.POST or None, mapping=setup.mapping, columns=columns)
    except UnreadableTable as error:
        return unreadable(request, job, error)
    if request.method == "POST" and form.is_valid():
        setups.keep(job, form.read())
        job.go_through(2)
        return redirect("complaints:import_words", public_id=public_id)
    record_reading(user=request.user, way="view", on=job, label=job.input_name, step="columns")
    context = {"job": job, "form": form, "steps": STEPS}
    return render(request, "complaints/import_columns.html", context, status=422 if request.method == "POST" else 200)


@requires(Permission.CASE_IMPORT)
@require_http_methods(["GET", "POST"])
@table_uploads.waits
def import_words(request, public_id):
    job = seen_setup(request, public_id)
    try:
        with setups.opened(job) as setup:
            mapping = setup.mapping
            words = foreign_words(setup.table, mapping)
            samples = moment_samples(setup)
    except UnreadableTable as error:
        return unreadable(request, job, error)
    fitting = fitting_formats(samples)
    form = WordsForm(request.POST or None, mapping=mapping, words=words, offered_formats=fitting, today=request.today)
    if request.method == "POST" and form.is_valid():
        setups.keep(job, form.read())
        job.go_through(3)
        return redirect("complaints:import_preview", public_id=public_id)
    record_reading(user=request.user, way="view", on=job, label=job.input_name, step="words")
    context = {
        "job": job, "form": form, "samples": samples[:6], "zones": ZONES, "steps": STEPS,
        "is_ambiguous": len([name for name in fitting if name[:5] in {"%d/%m", "%m/%d"}]) > 1,
    }  # fmt: skip
    return render(request, "complaints/import_words.html", context, status=422 if request.method == "POST" else 200)


def moment_samples(setup: setups.Setup) -> list[str]:
    """What stands in the columns of moments, for choosing a date format."""
    wanted = {name for moment in MOMENTS for name in setup.mapping.fields.get(moment, setups.NOTHING).columns}
    columns = columns_of(setup.table, first_rows(setup.table))
    return list(dict.fromkeys(sample for column in columns if column.name in wanted for sample in column.samples))


@requires(Permission.CASE_IMPORT)
@require_GET
@table_uploads.waits
def import_preview(request, public_id):
    """The first rows as they will be, and the way to the rehearsal."""
    job = seen_setup(request, public_id)
    rows, wrong = [], []
    try:
        with setups.opened(job) as setup:
            rows = setups.preview(setup)
    except MappingError as error:
        wrong = error.sentences
    except UnreadableTable as error:
        return unreadable(request, job, error)
    record_reading(user=request.user, way="view", on=job, label=job.input_name, step="preview")
    context = {"job": job, "rows": rows, "wrong": wrong, "steps": STEPS, "rehearsal": setups.last_rehearsal(job)}
    return render(request, "complaints/import_preview.html", context)


@requires(Permission.CASE_IMPORT)
@require_POST
@table_uploads.waits
def import_rehearse(request, public_id):
    return ordered(request, mapped_setup(request, public_id), is_rehearsal=True)


@requires(Permission.CASE_IMPORT)
@require_POST
@table_uploads.waits
def import_take(request, public_id):
    return ordered(request, mapped_setup(request, public_id), is_rehearsal=False)


def ordered(request, job: Job, *, is_rehearsal: bool):
    try:
        run = setups.order(job=job, by=request.user, is_rehearsal=is_rehearsal)
    except setups.SetupRefused as refusal:
        toast(request, str(refusal), tone="bad")
        return redirect("complaints:import_preview", public_id=job.public_id)
    return redirect("bureau:job_detail", public_id=run.public_id)


@requires(Permission.CASE_IMPORT)
@require_POST
def import_discard(request, public_id):
    setups.discard(job=seen_setup(request, public_id), by=request.user)
    toast(request, _("The import being prepared and its file were thrown away."))
    return redirect("complaints:import_list")


# --- Mappings ---------------------------------------------------------------------------------------------------------
@requires(Permission.CASE_IMPORT)
@require_http_methods(["GET", "POST"])
@table_uploads.waits
def import_map(request, public_id):
    """The mapping as TOML: read, change, bring another."""
    job = mapped_setup(request, public_id)
    form = MapForm(request.POST or None, request.FILES or None, initial={"text": job.parameters["map"]})
    if request.method == "POST" and form.is_valid():
        try:
            reading = setups.map_by(job=job, text=form.map_text, by=request.user)
        except MappingError as error:
            form.add_error("map_file" if form.cleaned_data["map_file"] else "text", error.sentences)
        except UnreadableTable as error:
            form.add_error(None, str(error))
        else:
            job.go_through(2, 3)  # the whole mapping was read by whoever brought it
            if reading is not None:
                return redirect("bureau:job_detail", public_id=reading.public_id)
            return redirect("complaints:import_preview", public_id=public_id)
    context = {"job": job, "form": form, "steps": STEPS}
    return render(request, "complaints/import_map.html", context, status=422 if request.method == "POST" else 200)


@requires(Permission.CASE_IMPORT)
@require_GET
@table_uploads.waits
def import_map_download(request, public_id):
    job = mapped_setup(request, public_id)
    return toml(job.parameters["map"], job.input_name.rsplit(".", 1)[0])


@requires(Permission.CASE_IMPORT)
@require_GET
def map_download(request, pk):
    kept = get_object_or_404(ImportMap, pk=pk)
    return toml(kept.text, kept.name)


@requires(Permission.CASE_IMPORT)
@require_http_methods(["GET", "POST"])
def map_delete(request, pk):
    kept = get_object_or_404(ImportMap, pk=pk)
    if request.method == "POST":
        kept.delete()
        toast(request, _("The mapping “%(name)s” is forgotten.") % {"name": kept.name})
        return redirect("complaints:import_list")
    context = {
        "title": _("Forget the mapping “%(name)s”?") % {"name": kept.name},
        "text": _("Imports made with it stay as they are and keep their own copy of it."),
        "action": _("Forget the mapping"), "cancel_url": reverse("complaints:import_list"), "form": None, "facts": (),
        "trail": [(_("Imports"), reverse("complaints:import_list"))], "danger": True,
    }  # fmt: skip
    return render(request, "components/confirm.html", context)


def toml(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="application/toml; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.toml")
    return response


# --- Taking back ------------------------------------------------------------------------------------------------------
@requires(Permission.CASE_IMPORT)
@require_http_methods(["GET", "POST"])
def import_undo(request, pk):
    batch = get_object_or_404(ImportBatch, pk=pk)
    if batch.is_undone:
        toast(request, _("This import has been taken back already."), tone="info")
        return redirect("complaints:import_list")
    if request.method == "POST":
        job = order_undo(batch=batch, by=request.user)
        return redirect("bureau:job_detail", public_id=job.public_id)
    context = {
        "title": _("Take the import back?"),
        "text": _(
            "Every case of it that nobody has worked on becomes an empty place that keeps its number. Cases worked on since "
            "stay and are listed. Afterwards a better file may bring the same rows again."
        ),
        "action": _("Take the import back"), "cancel_url": reverse("complaints:import_list"), "form": None,
        "facts": [(_("File"), batch.file_name), (_("Source"), batch.source), (_("Rows taken"), batch.rows_taken)],
        "trail": [(_("Imports"), reverse("complaints:import_list"))], "danger": True,
    }  # fmt: skip
    return render(request, "components/confirm.html", context)
