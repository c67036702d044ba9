"""Answers from elsewhere: a CSV or XLSX of another survey tool, mapped to a published survey of ours.

Every row becomes a response or is refused with its reason; a value that the mapping does not know stays out of the
response, is reported with its row and, where the survey's anonymity allows it, kept with the response as it stood. The
row's own key makes an import safe to repeat: a row known already is counted and left alone.
"""

import hashlib
import tomllib
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import jobs, reference, table_uploads
from bureau.audit import record
from bureau.foreign_numbers import NotANumber, number_of
from bureau.foreign_tables import ForeignTable, UnreadableTable
from bureau.mapping_keys import Key
from bureau.models import Job, JobRow
from bureau.refusals import DeedRefused
from bureau.roles import Permission
from feedback.models import Anonymity, OpenAnswer, Questionnaire, Response, Survey
from feedback.questionnaires import Form, Question, parse

KIND = "answer_import"
BATCH = 2000
DAY_FORMATS = {
    "%d.%m.%Y": "22.11.2026", "%Y-%m-%d": "2026-11-22", "%d/%m/%Y": "22/11/2026", "%m/%d/%Y": "11/22/2026",
    "%Y-%m-%d %H:%M:%S": "2026-11-22 14:05:00", "%d.%m.%Y %H:%M": "22.11.2026 14:05", "%d/%m/%Y %H:%M": "22/11/2026 14:05",
    "%m/%d/%Y %H:%M": "11/22/2026 14:05",
}  # fmt: skip
# What the answer is counted under beside its questions: field of the response → list of ours.
FACTS = {
    "channel": gettext_lazy("Channel"), "service": gettext_lazy("Service"), "topic": gettext_lazy("Topic"),
    "unit": gettext_lazy("Unit"),
}  # fmt: skip
# Foreign words for "chosen" and "not chosen" in a column of one choice.
CHOSEN = {"y", "yes", "1", "true", "x", "jah", "да", "selected", "checked"}
NOT_CHOSEN = {"", "n", "no", "0", "false", "ei", "нет", "not selected", "unchecked"}


class MappingRefused(DeedRefused):
    """The mapping cannot be used as it is; the message is a sentence for the person who made it."""


@dataclass(frozen=True)
class AnswerMapping:
    """How a foreign table of answers becomes responses.

    `questions`: place of ours → column of the file. A place is a question's code; `question.row` for a row of a matrix;
    `question.choice` for one choice of a question with several. `values`: question → foreign value → our value.
    `facts`: channel, service, topic, unit → column; `fact_values`: the same → foreign word → our code.
    """

    survey: str
    source: str
    day: str
    # In this order: the first that fits the day as it is written.
    day_formats: tuple[str, ...] = ("%d.%m.%Y",)
    key: tuple[str, ...] = ()
    language: str = ""
    questions: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    fact_values: dict[str, dict[str, str]] = field(default_factory=dict)
    # Words that mean that nothing was answered: "N/A", "Did not answer".
    empty: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        named = [self.day, *self.key, self.language, *self.questions.values(), *self.facts.values()]
        return list(dict.fromkeys(name for name in named if name))


KEYS = (
    Key("survey", "text", "code of the survey; needed"),
    Key("source", "text", "names where the answers come from; the same row of a source is taken once; needed"),
    Key("day", "text", "column of the day of the answer; needed"),
    Key("day_formats", "list", "how days are written, in the order in which they are tried"),
    Key("key", "list", "columns that tell one row from another; without it the whole row does"),
    Key("language", "text", "column of the language of the answer"),
    Key(
        "questions",
        "table",
        "place of ours = column: a question's code, `question.row` of a matrix, `question.choice` of a question with several",
    ),
    Key("values", "table of tables", "question = (foreign value = value of ours; empty: not known)"),
    Key("facts", "table", "`channel`, `service`, `topic` or `unit` = column"),
    Key("fact_values", "table of tables", "the same = (foreign word = code of ours)"),
    Key("empty", "list", "words that mean that nothing was answered (`N/A`)"),
)
"""Every key of a mapping, for docs/examples/answers/README.md; a test holds the page to it."""


def mapping_from(data: dict[str, Any]) -> AnswerMapping:
    known = set(AnswerMapping.__dataclass_fields__)
    if strange := sorted(set(data) - known):
        raise MappingRefused(_("The mapping has keys that are not known: %(keys)s.") % {"keys": ", ".join(strange)})
    missing = [name for name in ("survey", "source", "day") if not data.get(name)]
    if missing:
        raise MappingRefused(_("The mapping lacks: %(keys)s.") % {"keys": ", ".join(missing)})
    lists = {name: tuple(data[name]) for name in ("key", "empty", "day_formats") if name in data}
    return AnswerMapping(**{**data, **lists})


def read_mapping(text: str) -> AnswerMapping:
    try:
        return mapping_from(tomllib.loads(text))
    except tomllib.TOMLDecodeError as fault:
        raise MappingRefused(_("The mapping is not valid TOML: %(fault)s") % {"fault": fault}) from fault


def as_parameters(mapping: AnswerMapping) -> dict[str, Any]:
    return asdict(mapping) | {name: list(getattr(mapping, name)) for name in ("key", "empty", "day_formats")}


# --- From a foreign value to ours -------------------------------------------------------------------------------------
UNKNOWN = object()
SCALES = {"scale": (1, 5), "recommendation": (0, 10), "effort": (1, 7)}


def questions_of(form: Form) -> dict[str, Question]:
    return {question.code: question for section in form.sections for question in section.questions}


def places_of(form: Form) -> list[tuple[str, Question, str]]:
    """Every place that a column may fill: its address, its question, and the row or choice it stands for."""
    places: list[tuple[str, Question, str]] = []
    for question in questions_of(form).values():
        if question.type == "information":
            continue
        parts = {"matrix": question.rows, "multiple": question.options, "ranking": question.options}.get(question.type)
        if parts is None:
            places.append((question.code, question, ""))
        else:
            places += [(f"{question.code}.{part.code}", question, part.code) for part in parts]
    return places


def our_value(question: Question, foreign: str, values: dict[str, Any]) -> Any:
    """Our value of a foreign one, or `UNKNOWN`. The mapping's own words come first."""
    if foreign in values:
        return UNKNOWN if values[foreign] == "" else checked(question, values[foreign])
    return checked(question, foreign)


def checked(question: Question, value: Any) -> Any:
    kind = question.type
    if kind in SCALES:
        lowest, highest = SCALES[kind]
        number = whole_number(value)
        return number if number is not None and lowest <= number <= highest else UNKNOWN
    if kind in ("single", "matrix"):
        return option_of(question.options if kind == "single" else question.columns, value)
    if kind == "number":
        number = decimal_number(value)
        inside = (
            number is not None
            and (question.min is None or number >= question.min)
            and (question.max is None or number <= question.max)
        )
        return number if inside else UNKNOWN
    if kind == "consent":
        word = str(value).strip().casefold()
        return True if word in CHOSEN else False if word in NOT_CHOSEN else UNKNOWN
    if kind == "date":
        day = day_of(str(value), tuple(DAY_FORMATS))
        return day.isoformat() if day else UNKNOWN
    return str(value)


def option_of(options: Iterable[Any], value: Any) -> Any:
    word = str(value).strip().casefold()
    for option in options:
        if word == option.code or word in {text.strip().casefold() for text in option.text.values()}:
            return option.code
    return UNKNOWN


def whole_number(value: Any) -> int | None:
    number = decimal_number(value)
    return int(number) if number is not None and number == int(number) else None


def decimal_number(value: Any) -> float | int | None:
    if isinstance(value, bool):
        return None
    try:
        number = number_of(value)
    except NotANumber:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def day_of(text: str, formats: tuple[str, ...]) -> date | None:
    for form in formats:
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day, no moment
        except ValueError:
            continue
    return None


# --- One row ----------------------------------------------------------------------------------------------------------
@dataclass
class ReadRow:
    """A row as it will be: closed answers, texts, the day, and what could not be read."""

    number: int
    key: str
    day: date | None = None
    language: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    facts: dict[str, int] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)
    refused: str = ""


class RowReader:
    """Reads rows by a mapping; looks things up once."""

    def __init__(self, mapping: AnswerMapping, form: Form, columns: list[str]):
        self.mapping, self.form, self.columns = mapping, form, columns
        missing = [name for name in mapping.columns if name not in columns]
        if missing:
            raise MappingRefused(_("The file has no column %(names)s.") % {"names": ", ".join(f"“{name}”" for name in missing)})  # fmt: skip
        self.places = {address: (question, part) for address, question, part in places_of(form)}
        strange = sorted(set(mapping.questions) - set(self.places))
        if strange:
            raise MappingRefused(_("The survey has no question %(names)s.") % {"names": ", ".join(strange)})
        self.empty = {word.casefold() for word in mapping.empty}
        self.lists = {name: codes_and_names(name) for name in mapping.facts}

    def read(self, number: int, cells: list[Any]) -> ReadRow:
        row = dict(zip(self.columns, cells, strict=False))
        mapping = self.mapping
        row_key = "\x1f".join(as_text(row.get(name)) for name in mapping.key) if mapping.key else ""
        found = ReadRow(number, row_key or "\x1f".join(as_text(cell) for cell in cells))
        raw_day = row.get(mapping.day)
        found.day = raw_day.date() if isinstance(raw_day, datetime) else day_of(as_text(raw_day), mapping.day_formats)
        if found.day is None:
            found.refused = _("The day “%(value)s” cannot be read.") % {"value": as_text(raw_day)}
        elif found.day > timezone.localdate():
            found.refused = _("The day %(value)s has not come yet.") % {"value": as_text(raw_day)}
        language = as_text(row.get(mapping.language)).strip().lower()[:2] if mapping.language else ""
        found.language = language if language in self.form.languages else self.form.languages[0]
        for address, column in mapping.questions.items():
            self.read_answer(found, address, as_text(row.get(column)).strip())
        for name, column in mapping.facts.items():
            word = as_text(row.get(column)).strip()
            if word:
                entry = self.lists[name].get(mapping.fact_values.get(name, {}).get(word, word).casefold())
                if entry is None:
                    found.unknown[column] = word
                else:
                    found.facts[f"{name}_id"] = entry
        # A value that is not known is an answer all the same: the row stays, and the report names it.
        if not found.refused and not (found.answers or found.texts or found.unknown):
            found.refused = _("Nothing was answered in this row.")
        return found

    def read_answer(self, found: ReadRow, address: str, foreign: str) -> None:
        question, part = self.places[address]
        if foreign.casefold() in self.empty or (not foreign and question.type != "multiple"):
            return
        values = self.mapping.values.get(address, self.mapping.values.get(question.code, {}))
        if question.type == "text":
            found.texts[question.code] = foreign
            return
        if question.type == "multiple":
            self.read_choice(found, question, part, foreign, values)
            return
        if question.type == "ranking":
            place = whole_number(values.get(foreign, foreign))
            if place is None:
                found.unknown[address] = foreign
            else:
                found.answers.setdefault(question.code, []).append((place, part))
                found.answers[question.code].sort()
            return
        value = our_value(question, foreign, values)
        if value is UNKNOWN:
            found.unknown[self.mapping.questions[address]] = foreign
        elif question.type == "matrix":
            found.answers.setdefault(question.code, {})[part] = value
        else:
            found.answers[question.code] = value

    @staticmethod
    def read_choice(found: ReadRow, question: Question, part: str, foreign: str, values: dict[str, Any]) -> None:
        word = str(values.get(foreign, foreign)).strip().casefold()
        if word in CHOSEN:
            found.answers.setdefault(question.code, []).append(part)
        elif word not in NOT_CHOSEN:
            found.unknown[f"{question.code}.{part}"] = foreign

    def finished(self, found: ReadRow) -> ReadRow:
        """Rankings without their places."""
        for code, value in found.answers.items():
            if isinstance(value, list) and value and isinstance(value[0], tuple):
                found.answers[code] = [part for _place, part in value]
        return found


def as_text(cell: Any) -> str:
    if cell is None:
        return ""
    return cell.isoformat(sep=" ") if isinstance(cell, datetime) else str(cell)


def codes_and_names(name: str) -> dict[str, int]:
    """Our list by code and by name in both languages, small letters."""
    entries = {
        "channel": reference.channels, "service": reference.services, "topic": reference.topics, "unit": reference.units,
    }[name]().values()  # fmt: skip
    found: dict[str, int] = {}
    for entry in entries:
        for word in (entry.name_et, entry.name_en, entry.code):
            found[word.casefold()] = entry.id
    return found


# --- The import -------------------------------------------------------------------------------------------------------
def current_questionnaire(survey: Survey) -> Questionnaire:
    found = Questionnaire.objects.filter(survey=survey).order_by("-number").first()
    if found is None:
        raise MappingRefused(_("Publish the survey first: answers join the questions that were published."))
    return found


def foreign_key_of(mapping: AnswerMapping, key: str) -> str:
    """Known again, but not readable: the key of a row may be a person's number in another system."""
    return hashlib.sha256(f"{mapping.source}\x1f{key}".encode()).hexdigest()


def rows_of(table: ForeignTable, reader: RowReader) -> Iterator[ReadRow]:
    for number, cells in table.rows():
        code, why = table.fault_of(cells)
        if code:
            yield ReadRow(number, "\x1f".join(as_text(cell) for cell in cells), refused=why)
        else:
            yield reader.finished(reader.read(number, cells))


def order_import(*, survey: Survey, mapping: AnswerMapping, file, file_name: str, by, is_rehearsal: bool = False, to_worker: bool = True, setup: Job | None = None) -> Job:  # fmt: skip
    """Hand the work to a worker. The mapping is checked before where the table was read, so that what can be said at once is
    said at once."""
    form = parse(current_questionnaire(survey).content)
    opened = file.open("rb")
    try:
        if (columns := table_uploads.columns_at_once(opened, setup)) is not None:
            RowReader(mapping, form, columns)
    except UnreadableTable as fault:
        raise MappingRefused(str(fault)) from fault
    job = jobs.order(
        kind=KIND, title=_("Import of answers: %(survey)s") % {"survey": survey.title}, by=by, input_file=file,
        input_name=file_name, parameters={"survey": survey.pk, "mapping": as_parameters(mapping), "rehearsal": is_rehearsal},
        to_worker=to_worker,
    )  # fmt: skip
    if setup is not None:
        table_uploads.share(setup, job)
    return job


RESULT_PAGE = jobs.ResultPage(
    words=gettext_lazy("Import of answers"),
    template="feedback/answer_import_result.html",
    context=lambda job, user: {
        "survey": Survey.objects.visible_to(user).filter(pk=job.parameters["survey"]).first(),
        "may_take_back": user.may(Permission.SURVEY_PUBLISH),
    },
)


@contextmanager
def refused_in_words() -> Iterator[None]:
    try:
        yield
    except (UnreadableTable, MappingRefused) as fault:
        raise jobs.JobRefused(str(fault)) from fault


@jobs.register(KIND, page=RESULT_PAGE)
def run(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    survey = Survey.objects.get(pk=job.parameters["survey"])
    mapping = mapping_from(job.parameters["mapping"])
    questionnaire = current_questionnaire(survey)
    counts: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    with refused_in_words(), table_uploads.opened_by_worker(job) as table:
        reader = RowReader(mapping, parse(questionnaire.content), table.columns)
        progress.set_total(table.rows_expected())
        with progress.owned():
            batch: list[ReadRow] = []
            for row in rows_of(table, reader):
                counts["read"] += 1
                progress.add()
                if row.refused:
                    counts["refused"] += 1
                    progress.remark(row.number, JobRow.Level.REFUSED, "refused", row.refused, {"key": row.key[:200]})
                    continue
                for column, value in row.unknown.items():
                    unknown[f"{column}: {value}"[:200]] += 1
                    progress.remark(row.number, JobRow.Level.REMARK, "unknown_value", _("“%(value)s” in column %(column)s is not known; the answer came without it.") % {"value": value, "column": column}, {column: value})  # fmt: skip
                counts["with_remark"] += bool(row.unknown)
                batch.append(row)
                if len(batch) >= BATCH:
                    counts["taken"] += take(batch, job, survey, questionnaire, mapping)
                    batch = []
            counts["taken"] += take(batch, job, survey, questionnaire, mapping)
            if job.parameters.get("rehearsal"):
                transaction.set_rollback(True)
            else:
                record(
                    "survey.answers_imported", by=job.owner, on=survey, label=survey.title_et, job=str(job.public_id),
                    taken=counts["taken"], refused=counts["refused"], file=job.input_name,
                )  # fmt: skip
        told = table.read_in_all()
    counts["known"] = counts["read"] - counts["refused"] - counts["taken"]
    return {
        **counts,
        "unknown": unknown.most_common(50),
        "rehearsal": bool(job.parameters.get("rehearsal")),
        "told": told,
    }


def take(rows: list[ReadRow], job: Job, survey: Survey, questionnaire: Questionnaire, mapping: AnswerMapping) -> int:
    """Write these rows, but those known already; how many were taken."""
    if not rows:
        return 0
    by_key = {foreign_key_of(mapping, row.key): row for row in reversed(rows)}
    known = set(Response.objects.filter(survey=survey, foreign_key__in=by_key).values_list("foreign_key", flat=True))
    keeps_rest = survey.anonymity != Anonymity.ANONYMOUS
    fresh = [
        Response(
            submission_key=uuid.uuid4(), survey=survey, questionnaire=questionnaire, anonymity=survey.anonymity,
            way=Response.Way.IMPORT, language=row.language, answers=row.answers, answered_on=row.day, job=job,
            foreign_key=key, foreign_data=row.unknown or None if keeps_rest else None, **row.facts,
        )
        for key, row in by_key.items() if key not in known
    ]  # fmt: skip
    Response.objects.bulk_create(fresh)
    OpenAnswer.objects.bulk_create(
        OpenAnswer(response=response, question=code, text=text)
        for response in fresh
        for code, text in by_key[response.foreign_key].texts.items()
    )
    return len(fresh)


@transaction.atomic
def take_back(*, job: Job, by) -> int:
    """Remove the answers of one import. A better file may bring the same rows again."""
    survey = Survey.objects.select_for_update(of=("self",)).get(pk=job.parameters["survey"])
    rows = Response.objects.filter(survey=survey, job=job)
    if rows.filter(follow_ups__isnull=False).exists():
        raise DeedRefused(_("Somebody follows up answers of this import. Close the follow-ups first."))
    count = rows.count()
    rows.delete()
    record("survey.answers_taken_back", by=by, on=survey, label=survey.title_et, job=str(job.public_id), taken=count)
    return count


# --- Suggestions for the page -----------------------------------------------------------------------------------------
def suggested(form: Form, columns: list[str]) -> dict[str, str]:
    """Columns whose name is the question's code or words, by place."""
    by_word = {column.strip().casefold(): column for column in columns}
    found = {}
    for address, question, part in places_of(form):
        words = [address, address.replace(".", "_"), address.replace(".", "["), f"{question.code}[{part}]"]
        words += [] if part else [question.code, *question.text.values()]
        hit = next((by_word[word.casefold()] for word in words if word and word.casefold() in by_word), None)
        if hit:
            found[address] = hit
    return found


def foreign_values(table: ForeignTable, columns: list[str], limit: int = 40) -> dict[str, Counter[str]]:
    """Different values of each column with how often they stand there; a column with more than `limit` gives none."""
    places = {name: table.columns.index(name) for name in columns}
    found: dict[str, Counter[str]] = {name: Counter() for name in columns}
    too_many: set[str] = set()
    for _number, cells in table.rows():
        for name, place in places.items():
            if name in too_many:
                continue
            value = as_text(cells[place] if place < len(cells) else "").strip()
            if value:
                found[name][value] += 1
                if len(found[name]) > limit:
                    too_many.add(name)
                    found[name] = Counter()
    return found
