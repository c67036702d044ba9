"""Writing tables for others: CSV and XLSX of any length in little memory, and never a formula made of somebody's text."""

import csv
import io
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any

import xlsxwriter
from django.utils import timezone

# A cell that begins with one of these is read as a formula by some spreadsheet; so are their full-width forms.
FORMULA_STARTS = frozenset("=+-@\t\r\n＝＋－＠")
BLANKS = " \u00a0\u3000\u200b\ufeff"
ROWS_IN_CHUNK = 1000
XLSX_ROWS_ON_SHEET = 1_048_575  # below the header
XLSX_CELL_SIGNS = 32_767
MOMENT_FORMAT, DAY_FORMAT = "%d.%m.%Y %H.%M", "%d.%m.%Y"


def looks_like_formula(text: str) -> bool:
    return (
        text[:1] in FORMULA_STARTS or (text[:1] in BLANKS and text.lstrip(BLANKS)[:1] in FORMULA_STARTS)
        if text
        else False
    )


def guarded(value: Any) -> Any:
    """Text that no spreadsheet takes for a formula; numbers and days keep their type."""
    if type(value) is str or isinstance(value, str):
        return f"'{value}" if looks_like_formula(value) else value
    return value


# --- CSV ----------------------------------------------------------------------------------------------------------------
def written(value: Any) -> Any:
    """A value as a CSV for Estonian spreadsheets shows it."""
    if value is None or value is False:
        return ""
    if value is True:
        return "x"
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return day_text(value)
    if isinstance(value, float | Decimal):
        return number_text(value)
    return value


def number_text(value: float | Decimal) -> str:
    """Every figure of the number and a decimal comma; nothing for what is no number."""
    if not math.isfinite(value):
        return ""
    exact = value if isinstance(value, Decimal) else Decimal(repr(value))
    return f"{exact:f}".removesuffix(".0").replace(".", ",")


def moment_text(value: datetime) -> str:
    """`MOMENT_FORMAT`, in a third of the time that `strftime` takes: an export of a year holds a million of these."""
    if value.tzinfo:
        value = value.astimezone(timezone.get_default_timezone())  # one agency, one zone
    return f"{value.day:02}.{value.month:02}.{value.year:04} {value.hour:02}.{value.minute:02}"


def day_text(value: date) -> str:
    return f"{value.day:02}.{value.month:02}.{value.year:04}"


def csv_chunks(header: Sequence[Any], rows: Iterable[Sequence[Any]], *, delimiter: str = ";") -> Iterator[bytes]:
    """A CSV file piece by piece: UTF-8 with a mark by which spreadsheets know it, semicolons as Estonian ones expect."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([guarded(str(name)) for name in header])
    # The header leaves at once, so that the person sees the download begin.
    yield b"\xef\xbb\xbf" + taken(buffer)
    rows = iter(rows)
    while chunk := list(islice(rows, ROWS_IN_CHUNK)):
        writer.writerows([[cell_text(value) for value in row] for row in chunk])
        yield taken(buffer)


def cell_text(value: Any) -> Any:
    kind = type(value)
    if kind is str:
        # The usual cell is a harmless word: one look at its first sign.
        return value if value[:1].isalnum() else guarded(value)
    if value is None:
        return ""
    if kind is int:
        return value
    if kind is datetime:
        return moment_text(value)
    if kind is date:
        return day_text(value)
    # A number below nought begins with a sign and is no formula.
    return written(value) if isinstance(value, float | Decimal) else guarded(written(value))


def taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8")


# --- XLSX ---------------------------------------------------------------------------------------------------------------
def write_xlsx(
    target: Any,
    header: Sequence[Any],
    rows: Iterable[Sequence[Any]],
    *,
    title: str = "",
    widths: Sequence[int] = (),
    on_rows: Callable[[int], None] | None = None,
) -> int:
    """Write a workbook row by row, holding one row in memory; returns how many rows it got.

    Text is always stored as text, and what looks like a formula carries the mark that keeps it text when the cell is
    edited. Past the last row of a sheet a further sheet begins.
    """
    book = xlsxwriter.Workbook(
        target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": True,
        },
    )
    formats = Formats(book)
    rows = iter(rows)
    count, sheet_number = 0, 0
    while True:
        chunk = islice(rows, XLSX_ROWS_ON_SHEET)
        first = next(chunk, None)
        if first is None and sheet_number:
            break
        sheet_number += 1
        sheet = book.add_worksheet(sheet_title(title, sheet_number))
        for place, width in enumerate(widths):
            sheet.set_column(place, place, width)
        sheet.freeze_panes(1, 0)
        for place, name in enumerate(header):
            sheet.write_string(0, place, str(name)[:XLSX_CELL_SIGNS], formats.heading)
        number = 0
        if first is not None:
            for number, row in enumerate(_again(first, chunk), 1):
                formats.write_row(sheet, number, row)
                if on_rows is not None and number % ROWS_IN_CHUNK == 0:
                    on_rows(ROWS_IN_CHUNK)
        if on_rows is not None and number % ROWS_IN_CHUNK:
            on_rows(number % ROWS_IN_CHUNK)
        if header and number:
            sheet.autofilter(0, 0, number, len(header) - 1)
        count += number
        if number < XLSX_ROWS_ON_SHEET:
            break
    book.close()
    return count


def _again(first: Any, rest: Iterable[Any]) -> Iterator[Any]:
    yield first
    yield from rest


def sheet_title(title: str, number: int) -> str:
    """A name that Excel allows: at most 31 signs, none of []:*?/\\ ."""
    clean = "".join(sign for sign in title if sign not in "[]:*?/\\'") or "1"
    return clean[:31] if number == 1 else f"{clean[:27]} {number}"


class Formats:
    """The few formats of a workbook, and how each type of value is written."""

    def __init__(self, book: xlsxwriter.Workbook):
        self.heading = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.moment = book.add_format({"num_format": "dd.mm.yyyy hh.mm"})
        self.day = book.add_format({"num_format": "dd.mm.yyyy"})
        self.kept_text = book.add_format({"quote_prefix": True, "num_format": "@"})

    def write_row(self, sheet: Any, number: int, row: Sequence[Any]) -> None:
        for place, value in enumerate(row):
            kind = type(value)
            if kind is str:
                if value:
                    form = None if value[:1].isalnum() or not looks_like_formula(value) else self.kept_text
                    sheet.write_string(number, place, shortened(value), form)
            elif value is None or value is False:
                continue
            elif value is True:
                sheet.write_string(number, place, "x")
            elif kind is int or kind is float:
                sheet.write_number(number, place, value)
            elif isinstance(value, datetime):
                local = timezone.localtime(value) if value.tzinfo else value
                sheet.write_datetime(number, place, local.replace(tzinfo=None), self.moment)
            elif isinstance(value, date):
                sheet.write_datetime(number, place, value, self.day)
            elif isinstance(value, str):
                sheet.write_string(
                    number, place, shortened(str(value)), self.kept_text if looks_like_formula(value) else None
                )
            else:
                sheet.write_number(number, place, float(value))


def shortened(text: str) -> str:
    return text if len(text) <= XLSX_CELL_SIGNS else text[: XLSX_CELL_SIGNS - 1] + "…"
