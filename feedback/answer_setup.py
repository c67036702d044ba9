"""An import of answers being prepared on the pages: the file and the mapping so far, kept on a job not yet ordered."""

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import PurePath
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import jobs, reference, table_uploads
from bureau.audit import record
from bureau.foreign_tables import ForeignTable
from bureau.models import Job
from feedback.answer_import import (
    CHOSEN,
    FACTS,
    NOT_CHOSEN,
    UNKNOWN,
    AnswerMapping,
    ReadRow,
    RowReader,
    as_parameters,
    current_questionnaire,
    foreign_values,
    mapping_from,
    our_value,
    places_of,
    rows_of,
    suggested,
)
from feedback.models import Survey
from feedback.questionnaires import Form, Question, parse

KIND = "answer_setup"
ROWS_PREVIEWED = 10
# Chosen on the page for a value that is left out and reported.
REPORT = "__report__"
WITH_CHOICES = {"single", "matrix", "multiple", "consent", "scale", "recommendation", "effort"}


@jobs.register(KIND, page=jobs.ResultPage(words=gettext_lazy("Import of answers being prepared")))
def _never_run(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    raise jobs.JobRefused(_("An import is ordered from its last step."))


def setups_of(user):
    return Job.objects.visible_to(user).filter(kind=KIND, state=Job.State.PREPARED)


@transaction.atomic
def begin(*, survey: Survey, file, file_name: str, by) -> Job:
    """Keep the file, with a first suggestion of what its columns are."""
    job = Job(
        kind=KIND, title=_("Import of answers being prepared: %(file)s") % {"file": file_name}, owner=by,
        on_behalf_of_id=getattr(by, "acting_for_id", None), state=Job.State.PREPARED, input_name=file_name[:255],
        parameters={"survey": survey.pk},
    )  # fmt: skip
    table_uploads.bring(job, file)
    record("import.begun", by=by, on=job, label=file_name)
    return job


def fill(job: Job, table: ForeignTable, wish: dict[str, Any]) -> None:
    """A first suggestion of what the columns are."""
    survey = Survey.objects.get(pk=job.parameters["survey"])
    form = parse(current_questionnaire(survey).content)
    mapping = AnswerMapping(
        survey=survey.code, source=slugify(PurePath(job.input_name).stem)[:60] or "import", day="",
        questions=suggested(form, table.columns),
    )  # fmt: skip
    keep(job, mapping)


table_uploads.register(
    KIND,
    fill=fill,
    next_page=lambda job: reverse("feedback:answer_import_columns", args=[job.public_id]),
    discard_page=lambda job: reverse("feedback:answer_import_discard", args=[job.public_id]),
)


@transaction.atomic
def discard(*, job: Job, by) -> None:
    """Throw the file away; the job stays as a trace that it was here."""
    job = Job.objects.select_for_update().get(pk=job.pk)
    if job.state != Job.State.PREPARED:
        return
    file = job.input_file
    job.state, job.finished_at, job.input_file = Job.State.CANCELLED, timezone.now(), ""
    job.save(update_fields=["state", "finished_at", "input_file"])
    record("import.discarded", by=by, on=job, label=job.input_name)
    transaction.on_commit(lambda: table_uploads.forget(file))


@dataclass
class Setup:
    job: Job
    mapping: AnswerMapping
    form: Form
    table: ForeignTable


@contextmanager
def opened(job: Job, survey: Survey):
    """The setup with its file; leaves the file closed."""
    if "mapping" not in job.parameters:
        raise table_uploads.not_read(job)
    mapping = AnswerMapping(**unfinished(job.parameters["mapping"]))
    form = parse(current_questionnaire(survey).content)
    with table_uploads.opened(job) as table:
        yield Setup(job, mapping, form, table)


def unfinished(data: dict[str, Any]) -> dict[str, Any]:
    return data | {name: tuple(data[name]) for name in ("key", "empty", "day_formats")}


def keep(job: Job, mapping: AnswerMapping) -> None:
    job.parameters = {**job.parameters, "mapping": as_parameters(mapping)}
    job.save(update_fields=["parameters"])


def whole_mapping(job: Job) -> AnswerMapping:
    return mapping_from(job.parameters["mapping"])


# --- Values -----------------------------------------------------------------------------------------------------------
def value_groups(setup: Setup) -> list[dict[str, Any]]:
    """For every mapped place with given choices: the file's values, how often, and what each would become."""
    mapping, places = setup.mapping, {a: (q, part) for a, q, part in places_of(setup.form)}
    asked = {a: column for a, column in mapping.questions.items() if a in places and places[a][0].type in WITH_CHOICES}
    found = foreign_values(setup.table, list(dict.fromkeys([*asked.values(), *mapping.facts.values()])))
    empty = {word.casefold() for word in mapping.empty}
    groups = []
    for address, column in asked.items():
        question, part = places[address]
        kept = mapping.values.get(address, mapping.values.get(question.code, {}))
        values = without(found[column], empty)
        chosen = {value: suggestion(question, value, kept) for value, _count in values}
        groups.append({
            "address": address, "column": column, "label": place_label(question, part), "is_fact": False, "values": values,
            "choices": choices_of(question), "chosen": chosen,
        })  # fmt: skip
    for name, column in mapping.facts.items():
        lists = {"channel": reference.channels, "service": reference.services, "topic": reference.topics, "unit": reference.units}  # fmt: skip
        entries = list(lists[name]().values())
        kept = mapping.fact_values.get(name, {})
        values = without(found[column], empty)
        chosen = {value: kept[value] if value in kept else same_entry(entries, value) for value, _count in values}
        groups.append({
            "address": name, "column": column, "label": str(FACTS[name]), "is_fact": True, "values": values,
            "choices": [(entry.code, entry.name) for entry in entries], "chosen": {v: c for v, c in chosen.items() if c},
        })  # fmt: skip
    return [group for group in groups if group["values"]]


def without(values: Counter[str], empty: set[str]) -> list[tuple[str, int]]:
    return [(value, count) for value, count in values.most_common() if value.casefold() not in empty]


def suggestion(question: Question, value: str, kept: dict[str, Any]) -> str:
    if value in kept:
        return REPORT if kept[value] == "" else str(kept[value])
    if question.type == "multiple":
        word = value.casefold()
        return "yes" if word in CHOSEN else "no" if word in NOT_CHOSEN else REPORT
    ours = our_value(question, value, {})
    if ours is UNKNOWN:
        return REPORT
    return ("yes" if ours else "no") if question.type == "consent" else str(ours)


def choices_of(question: Question) -> list[tuple[str, str]]:
    bounds = {"scale": (1, 5), "recommendation": (0, 10), "effort": (1, 7)}.get(question.type)
    if bounds:
        return [(str(number), str(number)) for number in range(bounds[0], bounds[1] + 1)]
    if question.type in ("multiple", "consent"):
        return [("yes", _("chosen")), ("no", _("not chosen"))]
    options = question.columns if question.type == "matrix" else question.options
    return [(option.code, next(iter(option.text.values()), option.code)) for option in options]


def same_entry(entries: list[Any], value: str) -> str:
    word = value.casefold()
    return next((e.code for e in entries if word in (e.code.casefold(), e.name_et.casefold(), e.name_en.casefold())), "")  # fmt: skip


def place_label(question: Question, part: str) -> str:
    """The question's words, and those of its row or choice."""
    text = next(iter(question.text.values()), question.code)
    if not part:
        return text
    parts = question.rows if question.type == "matrix" else question.options
    own = next((next(iter(one.text.values()), one.code) for one in parts if one.code == part), part)
    return f"{text} – {own}"


# --- Preview ----------------------------------------------------------------------------------------------------------
def preview(setup: Setup) -> list[ReadRow]:
    """The first rows as they will be."""
    reader = RowReader(mapping_from(as_parameters(setup.mapping)), setup.form, setup.table.columns)
    return list(islice(rows_of(setup.table, reader), ROWS_PREVIEWED))


def with_values(mapping: AnswerMapping, places: dict, facts: dict) -> AnswerMapping:
    return replace(mapping, values={**mapping.values, **places}, fact_values={**mapping.fact_values, **facts})
