"""An import being prepared on the pages: the file and the mapping so far, kept on a job that has not been ordered.

Every step saves, so that a reload, another computer or the next morning finds the work where it was left.
"""

from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from pathlib import PurePath
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import jobs, reference, table_uploads
from bureau.audit import record
from bureau.calendar_store import working_calendar
from bureau.foreign_tables import ForeignTable, Layout, UnreadableTable
from bureau.models import Job
from complaints import deadlines
from complaints.clocks import trigger_day
from complaints.intake.importing.mapping import (
    FieldMap,
    ImportMapping,
    MappingError,
    check_codes,
    check_columns,
    read_mapping,
    write_mapping,
)
from complaints.intake.importing.remembered import remembered_for
from complaints.intake.importing.rules import RowMapper, RowRefused
from complaints.intake.importing.runs import IMPORT, order_import
from complaints.intake.importing.suggestions import columns_of, first_rows, suggested
from complaints.models import DeadlineRule, Status
from complaints.reference import kinds

KIND = "import_setup"
ROWS_PREVIEWED = 20
MOST_PREPARED = 20
NOTHING = FieldMap()


class SetupRefused(ValueError):
    """This step cannot be taken now; the message is a sentence for the person."""


@jobs.register(KIND, page=jobs.ResultPage(words=gettext_lazy("Import being prepared")))
def _never_run(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    raise jobs.JobRefused(_("An import is ordered from its last step."))


def setups_of(user) -> Any:
    return Job.objects.visible_to(user).filter(kind=KIND, state=Job.State.PREPARED)


@transaction.atomic
def begin(*, file, file_name: str, by, map_text: str = "") -> Job:
    """Keep the file and fill the mapping: the given one, the one remembered for this header, else a suggestion."""
    if Job.objects.filter(owner=by, kind=KIND, state=Job.State.PREPARED).count() >= MOST_PREPARED:
        raise SetupRefused(_("You have many imports being prepared. Finish or throw away some of them first."))
    given = read_mapping(map_text, is_whole=False) if map_text else None
    job = Job(
        kind=KIND, title=_("Import being prepared: %(file)s") % {"file": file_name}, owner=by,
        on_behalf_of_id=getattr(by, "acting_for_id", None), state=Job.State.PREPARED, input_name=file_name[:255],
    )  # fmt: skip
    layout, wish = given.layout if given else None, {"map": map_text} if given else {}
    table_uploads.bring(job, file, layout=layout, wish=wish)
    record("import.begun", by=by, on=job, label=file_name)
    return job


def fill(job: Job, table: ForeignTable, wish: dict[str, Any]) -> None:
    """What becomes of the setup once its table is read: by the mapping that was wished for, else the one remembered for this
    header, else a suggestion; `relaid`: the mapping as it stands, over the file read otherwise."""
    is_first = "map" not in job.parameters
    if wish.get("relaid"):
        keep(job, relaid(job, table))
        return
    if wish.get("map"):
        text, origin = wish["map"], "given" if is_first else "changed"
        check_columns(read_mapping(text, is_whole=False), table.columns)
    elif (remembered := remembered_for(table.header)) is not None:
        text, origin = remembered.text, "remembered"
        given = read_mapping(text, is_whole=False)
        with table_uploads.opened_or_read(job, given.layout) as again:
            check_columns(given, again.columns)
    else:
        columns = columns_of(table, first_rows(table))
        text, origin = (
            write_mapping(suggested(columns, source=PurePath(job.input_name).stem[:100] or "import")),
            "suggested",
        )
    job.parameters = {**job.parameters, "map": text, "origin": origin}
    job.save(update_fields=["parameters"])


table_uploads.register(
    KIND,
    fill=fill,
    next_page=lambda job: reverse("complaints:import_file", args=[job.public_id]),
    discard_page=lambda job: reverse("complaints:import_discard", args=[job.public_id]),
    refusals=(MappingError,),
)


@dataclass
class Setup:
    """The job with its mapping, and the file opened by it."""

    job: Job
    mapping: ImportMapping
    table: ForeignTable

    @property
    def map_text(self) -> str:
        return self.job.parameters["map"]

    @property
    def origin(self) -> str:
        return self.job.parameters.get("origin", "")


@contextmanager
def opened(job: Job):
    """The setup with its file; leaves the file closed."""
    if "map" not in job.parameters:
        raise table_uploads.not_read(job)
    mapping = read_mapping(job.parameters["map"], is_whole=False)
    with table_uploads.opened(job, mapping.layout) as table:
        yield Setup(job, mapping, table)


def keep(job: Job, mapping: ImportMapping) -> None:
    keep_text(job, write_mapping(mapping))


def keep_text(job: Job, text: str) -> None:
    if text != job.parameters.get("map"):
        job.parameters = {**job.parameters, "map": text, "origin": "changed"}
        job.save(update_fields=["parameters"])


def discard(*, job: Job, by) -> None:
    """Throw the file away; the job stays as a trace that it was here."""
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job.pk)
        if job.state != Job.State.PREPARED:
            return
        file = job.input_file
        job.state, job.finished_at, job.input_file = Job.State.CANCELLED, timezone.now(), ""
        job.save(update_fields=["state", "finished_at", "input_file"])
        record("import.discarded", by=by, on=job, label=job.input_name)
        transaction.on_commit(lambda: table_uploads.forget(file))


def read_otherwise(*, job: Job, layout: Layout, by) -> Job | None:
    """Keep the mapping with the file read otherwise; where that takes a new reading of a large file, the job that does it."""
    if not table_uploads.is_read(job, layout):
        return table_uploads.order_reading(job, by=by, layout=layout, wish={"relaid": True})
    with table_uploads.opened(job, layout) as table:
        keep(job, relaid(job, table))
    return None


def relaid(job: Job, table: ForeignTable) -> ImportMapping:
    """The mapping for the file read otherwise; fields whose columns are gone by that are dropped."""
    mapping = read_mapping(job.parameters["map"], is_whole=False)
    known = set(table.columns)
    fields = {name: one for name, one in mapping.fields.items() if {*one.columns, one.time_column} - {""} <= known}
    if not fields:
        fields = suggested(columns_of(table, first_rows(table)), source=mapping.source).fields
    key = tuple(name for name in mapping.row_key if name in known)
    kept = None if mapping.keep is None else tuple(name for name in mapping.keep if name in known)
    return replace(mapping, layout=table.layout, fields=fields, row_key=key, keep=kept)


def map_by(*, job: Job, text: str, by) -> Job | None:
    """Take another mapping, whole and of our words; where it reads a large file otherwise, the job that does so first."""
    mapping = read_mapping(text)
    check_codes(mapping)
    if not table_uploads.is_read(job, mapping.layout):
        return table_uploads.order_reading(job, by=by, layout=mapping.layout, wish={"map": text})
    with table_uploads.opened(job, mapping.layout) as table:
        check_columns(mapping, table.columns)
    keep_text(job, text)
    return None


# --- Preview ------------------------------------------------------------------------------------------------------------
@dataclass
class PreviewRow:
    """A row as it will be, or why it will not."""

    row_number: int
    refusal: str = ""
    remarks: tuple[str, ...] = ()
    title: str = ""
    description: str = ""
    received_at: datetime | None = None
    registered_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    due_on: date | None = None
    kind: str = ""
    channel: str = ""
    topic: str = ""
    unit: str = ""
    status: str = ""
    party: str = ""
    cells: tuple[tuple[str, str], ...] = ()


def preview(setup: Setup, count: int = ROWS_PREVIEWED) -> list[PreviewRow]:
    """The first rows by the same rules as the import; raises `MappingError` when the mapping is not whole."""
    mapping = read_mapping(setup.map_text)
    check_codes(mapping)
    check_columns(mapping, setup.table.columns)
    mapper = RowMapper(mapping, setup.table.columns)
    rules: dict[int, list[DeadlineRule]] = {}
    for rule in DeadlineRule.objects.filter(purpose=DeadlineRule.Purpose.REPLY).select_related("kind"):
        rules.setdefault(rule.kind_id, []).append(rule)
    rows = []
    for number, row in islice(setup.table.rows(), count):
        try:
            code, sentence = setup.table.fault_of(row)
            if code:
                raise RowRefused(code, sentence)
            mapped = mapper.map(number, row)
        except RowRefused as refusal:
            rows.append(PreviewRow(number, refusal.sentence, cells=tuple(mapper.as_came(row).items())))
            continue
        rows.append(
            shown(
                mapped,
                tuple(sentence for _code, sentence in (*mapper.remarks, *setup.table.notes_on(number))),
                mapping,
                rules,
            )
        )
    return rows


def shown(
    mapped, remarks: tuple[str, ...], mapping: ImportMapping, rules: dict[int, list[DeadlineRule]]
) -> PreviewRow:
    def moment(local: datetime | None) -> datetime | None:
        return local.replace(tzinfo=mapping.zone) if local else None

    received_at, registered_at = moment(mapped.received), moment(mapped.registered)
    registered_on, received_on = timezone.localdate(registered_at), timezone.localdate(received_at)
    rule = next((r for r in rules.get(mapped.kind_id, ()) if r.as_term_rule().holds_on(registered_on)), None)
    due_on = None
    if rule is not None:
        on = trigger_day(rule=rule, received_on=received_on, registered_on=registered_on)
        due_on = deadlines.compute_due(rule=rule.as_term_rule(), trigger_on=on, calendar=working_calendar()).due_on
    topic, unit = reference.topics().get(mapped.topic_id), reference.units().get(mapped.unit_id)
    return PreviewRow(
        mapped.row_number, "", remarks, mapped.title, mapped.description, received_at, registered_at,
        moment(mapped.answered), moment(mapped.closed), due_on, kinds()[mapped.kind_id].name,
        reference.channels()[mapped.channel_id].name, topic.name if topic else "", unit.name if unit else "",
        str(Status(mapped.status).label),
        " · ".join(filter(None, (mapped.party_name, mapped.party_phone, mapped.party_email))),
    )  # fmt: skip


# --- Ordering -----------------------------------------------------------------------------------------------------------
def last_rehearsal(job: Job) -> Job | None:
    """The latest rehearsal of this setup with the mapping as it stands now."""
    return (
        Job.objects.filter(kind=IMPORT, parameters__setup=str(job.public_id), parameters__dry_run=True)
        .filter(parameters__map=job.parameters["map"])
        .order_by("-pk")
        .first()
    )


def order(*, job: Job, by, is_rehearsal: bool) -> Job:
    """Rehearse, or take in what was rehearsed. An import is never ordered without a rehearsal of the same mapping."""
    try:
        check_codes(read_mapping(job.parameters["map"]))
    except (MappingError, UnreadableTable) as error:
        raise SetupRefused(str(error)) from error
    if not is_rehearsal:
        rehearsed = last_rehearsal(job)
        if rehearsed is None or rehearsed.state != Job.State.DONE:
            raise SetupRefused(
                _("Rehearse the import first: the mapping has changed since, or it was never rehearsed.")
            )
        running = Job.objects.filter(kind=IMPORT, parameters__setup=str(job.public_id), parameters__dry_run=False)
        if running.exclude(state__in=[Job.State.FAILED, Job.State.CANCELLED]).exists():
            raise SetupRefused(_("This import has been ordered already."))
    with job.input_file.open("rb") as file:
        run = order_import(
            file=file,
            file_name=job.input_name,
            map_text=job.parameters["map"],
            by=by,
            is_rehearsal=is_rehearsal,
            setup=job,
        )
    table_uploads.share(job, run)
    return run


def setup_of(job: Job) -> Job | None:
    """The setup from which a rehearsal or import was ordered."""
    public_id = job.parameters.get("setup")
    return Job.objects.filter(public_id=public_id, kind=KIND).first() if public_id else None
