"""Answers as files: CSV, a workbook with its codebook, and for SPSS a .sav file or the syntax that reads the CSV.

A text leaves only as it was released. Anonymous answers leave in shuffled order, and no file holds more of the moment than
the database does. What a spreadsheet would take for a formula stays text.
"""

import io
import random
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from bureau import reference
from bureau.spreadsheets import csv_chunks, guarded, written
from feedback import results
from feedback.models import Anonymity, Response, Survey
from feedback.questionnaires import OTHER, SCALES, Question

CSV, XLSX, SPSS, SAV = "csv", "xlsx", "sps", "sav"
FACTS = ("day", "language", "channel", "unit")


def asked(survey: Survey) -> list[Question]:
    return [question for question in results.all_questions(survey) if question.type != "information"]


def rows_of(survey: Survey, user) -> list[Response]:
    rows = list(Response.objects.visible_to(user).counted().filter(survey=survey).prefetch_related("texts"))
    if survey.anonymity == Anonymity.ANONYMOUS:
        random.SystemRandom().shuffle(rows)
    return rows


def columns_of(question: Question) -> list[str]:
    """Names of a question's columns: one, or one for each of its parts, and one for an own answer."""
    parts = {"matrix": question.rows, "multiple": question.options, "ranking": question.options}.get(question.type)
    names = [question.code] if parts is None else [f"{question.code}_{part.code}" for part in parts]
    return names + ([f"{question.code}_{OTHER}"] if question.other else [])


def header_of(questions: list[Question]) -> list[str]:
    return [*FACTS, *(name for question in questions for name in columns_of(question))]


def values_of(response: Response, questions: list[Question]) -> list[Any]:
    channel, unit = reference.channels().get(response.channel_id), reference.units().get(response.unit_id)
    texts = {one.question: one.released_text for one in response.texts.all()}
    found: list[Any] = [
        response.answered_on,
        response.language,
        channel.code if channel else "",
        unit.code if unit else "",
    ]
    for question in questions:
        value = response.answers.get(question.code)
        match question.type:
            case "text":
                found.append(texts.get(question.code, ""))
            case "matrix":
                found += [(value or {}).get(part.code, "") for part in question.rows]
            case "multiple":
                found += [int(part.code in (value or [])) for part in question.options]
            case "ranking":
                found += [(value or []).index(one.code) + 1 if one.code in (value or []) else "" for one in question.options]  # fmt: skip
            case _:
                found.append("" if value is None else value)
        if question.other:
            found.append(texts.get(f"{question.code}#other", ""))
    return found


def codebook(survey: Survey) -> Iterator[list[Any]]:
    """What each column means: its type, its words, its values."""
    yield ["column", "type", "text", "values"]
    for question in asked(survey):
        choices = question.columns if question.type == "matrix" else question.options
        words = " | ".join(f"{one.code} = {one.text.get('et', '')}" for one in choices)
        if question.type in SCALES:
            lowest, highest = SCALES[question.type]
            words = f"{lowest} = {question.low.get('et', '')} | {highest} = {question.high.get('et', '')}"
        yield [" ".join(columns_of(question)), question.type, question.text.get("et", ""), words]


def as_csv(survey: Survey, rows: list[Response]) -> bytes:
    questions = asked(survey)
    return b"".join(csv_chunks(header_of(questions), (values_of(one, questions) for one in rows)))


def as_workbook(survey: Survey, rows: list[Response]) -> bytes:
    """Answers on one sheet, the codebook on another; every text is stored as text."""
    questions, out = asked(survey), io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False})  # fmt: skip
    sheets = {
        "answers": [header_of(questions), *(values_of(one, questions) for one in rows)],
        "codebook": list(codebook(survey)),
    }
    for name, lines in sheets.items():
        sheet = book.add_worksheet(name)
        for at, line in enumerate(lines):
            for place, value in enumerate(line):
                if isinstance(value, int | float) and not isinstance(value, bool):
                    sheet.write_number(at, place, value)
                else:
                    sheet.write_string(at, place, str(guarded(written(value))))
    book.close()
    return out.getvalue()


def as_syntax(survey: Survey) -> str:
    """SPSS syntax that reads the CSV and gives variables and values their names."""
    questions = asked(survey)
    lines = [
        f"* {survey.code}: reads the CSV of the same name.", "GET DATA /TYPE=TXT", f'  /FILE="{survey.code}.csv"',
        '  /ENCODING="UTF8" /DELIMITERS=";" /QUALIFIER=\'"\' /FIRSTCASE=2', "  /VARIABLES=", "  day EDATE10", "  language A2",
        "  channel A40", "  unit A60",
    ]  # fmt: skip
    labels, values = [], []
    for question in questions:
        is_number = question.type in (*SCALES, "multiple", "ranking", "number")
        for name in columns_of(question):
            own = name.endswith(f"_{OTHER}") and question.other
            lines.append(
                f"  {name[:64]} {'F8.2' if is_number and not own else 'A2000' if question.type == 'text' or own else 'A60'}"
            )
            labels.append(f"  {name[:64]} {quoted(question.text.get('et', question.code))}")
        choices = question.columns if question.type == "matrix" else question.options
        if choices and question.type in ("single", "matrix"):
            names = " ".join(name[:64] for name in columns_of(question) if not name.endswith(f"_{OTHER}"))
            values.append(f"  /{names} " + " ".join(f"{quoted(one.code)} {quoted(one.text.get('et', ''))}" for one in choices))  # fmt: skip
    lines[-1] += "."
    if labels:
        lines += ["VARIABLE LABELS", *labels[:-1], f"{labels[-1]}."]
    if values:
        lines += ["VALUE LABELS", *values[:-1], f"{values[-1]}."]
    return "\n".join([*lines, "EXECUTE.", ""])


def may_write_sav() -> bool:
    """Whether the extra `spss` is installed; without it the syntax serves."""
    return find_spec("pyreadstat") is not None and find_spec("pandas") is not None


def as_sav(survey: Survey, rows: list[Response]) -> bytes:
    """A file of SPSS with the words of variables and values; needs the extra `spss`."""
    import pandas
    import pyreadstat

    questions = asked(survey)
    names = [name[:64] for name in header_of(questions)]
    values = [[written_for_sav(value) for value in values_of(one, questions)] for one in rows]
    labels, choices = {}, {}
    for question in questions:
        for name in columns_of(question):
            labels[name[:64]] = " ".join(question.text.get("et", question.code).split())[:250]
        if question.type in SCALES and (question.low.get("et") or question.high.get("et")):
            lowest, highest = SCALES[question.type]
            choices[question.code] = {lowest: question.low.get("et", "")[:120], highest: question.high.get("et", "")[:120]}  # fmt: skip
    frame = pandas.DataFrame(values, columns=names)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "answers.sav")
        pyreadstat.write_sav(
            frame, str(path), file_label=survey.title_et[:60], column_labels=[labels.get(name, name) for name in names],
            variable_value_labels=choices,
        )  # fmt: skip
        return path.read_bytes()


def written_for_sav(value: Any) -> Any:
    """Numbers stay numbers and days become text; an empty answer is missing."""
    if value == "":
        return None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else str(written(value))


def quoted(words: str) -> str:
    plain = " ".join(words.split())[:200].replace('"', '""')
    return f'"{plain}"'
