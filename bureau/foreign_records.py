"""The rows of a file that somebody else made, with what was found out about it: CSV in the encodings met in Estonia, and XLSX.

A file is judged by its content, never by its name. What is too large, packed to burst or not a table is refused with a
sentence before anything of it is taken into memory.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from bureau.foreign_numbers import TypedNumber
from bureau.foreign_text import (
    BLANK,
    DELIMITERS,
    DETECT,
    Unclosed,
    Unread,
    decoding_of,
    delimiter_of,
    is_utf8,
    records,
    separator_line,
)
from bureau.foreign_workbooks import LIMITS, Limits, SheetFacts, UnreadableTable, damaged, looked_through

MERGED_KEPT = 2_000_000

Cell = str | datetime


def text_of(cell: Cell) -> str:
    return cell if isinstance(cell, str) else cell.isoformat(" ")


@dataclass(frozen=True)
class Layout:
    """How the file is to be read. "detect" finds out; `columns` names columns by position, whatever the header says."""

    delimiter: str = DETECT
    encoding: str = DETECT
    sheet: str = ""
    header_row: int = 1
    columns: tuple[str, ...] = ()


@dataclass
class Facts:
    """What was found out about the file."""

    kind: str
    size: int
    encoding: str = ""
    delimiter: str = ""
    sheets: list[str] = field(default_factory=list)
    hidden_sheets: list[str] = field(default_factory=list)
    has_bom: bool = False
    names_delimiter: bool = False
    is_dirty: bool = False
    """Rows need cleaning: some bytes are noughts or no letters of the encoding."""
    seems_utf8: bool = False
    """The file is whole in UTF-8 although it is read in another encoding."""
    sheet: str = ""
    merged_areas: int = 0
    found: SheetFacts = field(default_factory=SheetFacts)
    """What the sheet that is read holds beside values."""


@dataclass
class Tally:
    """What became of the lines of a file once all rows were read."""

    lines: int = 0
    rows: int = 0
    empty: int = 0


class Records:
    """An opened file: what it is (`facts`), and its rows with their number, one by one."""

    def __init__(self, source: IO[bytes], layout: Layout | None = None, limits: Limits = LIMITS):
        self.source, self.layout, self.limits = source, layout or Layout(), limits
        self._merged: dict[tuple[int, int], tuple[int, int]] = {}
        self.tally = Tally()
        self.facts = self._look()

    # -- what it is ---------------------------------------------------------------------------------------------------
    def _look(self) -> Facts:
        self.source.seek(0, io.SEEK_END)
        size = self.source.tell()
        self.source.seek(0)
        if size == 0:
            raise UnreadableTable(_("The file is empty."))
        if size > self.limits.bytes:
            raise UnreadableTable(
                _("The file is larger than %(limit)s MB. Split it and import the parts one by one.")
                % {"limit": self.limits.bytes // 1_000_000}
            )
        start = self.source.read(8)
        self.source.seek(0)
        if start[:4] == b"PK\x03\x04":
            return self._look_at_workbook(size)
        if start[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
            raise UnreadableTable(
                _(
                    "This is an old Excel file (.xls) or one protected by a password. Save it as .xlsx without a password, or as CSV."
                )
            )
        if (
            start[:5] == b"%PDF-"
            or start[:4] in {b"\x89PNG", b"\x1f\x8b\x08\x00", b"Rar!", b"7z\xbc\xaf"}
            or start[:2] == b"\xff\xd8"
        ):
            raise UnreadableTable(_("This is not a table. Bring a CSV or XLSX file."))
        return self._look_at_text(size)

    def _look_at_text(self, size: int) -> Facts:
        encoding, has_bom, is_dirty = decoding_of(self.source, self.layout.encoding)
        self.source.seek(0)
        sample = self.source.read(200_000).decode(encoding, "replace")
        named = separator_line(sample)
        delimiter = self.layout.delimiter
        if delimiter == DETECT and named is not None:
            delimiter = next((name for name, sign in DELIMITERS.items() if sign == named), "")
            if not delimiter:
                raise UnreadableTable(
                    _(
                        "The first line names “%(sign)s” as the delimiter. Only comma, semicolon and tabulator are read."
                    )
                    % {"sign": named}
                )
        elif delimiter == DETECT:
            delimiter = delimiter_of(sample)
        return Facts(
            "csv",
            size,
            encoding,
            delimiter,
            has_bom=has_bom,
            names_delimiter=named is not None,
            is_dirty=is_dirty,
            seems_utf8=encoding not in {"utf-8", "utf-16"} and is_utf8(self.source),
        )

    def _look_at_workbook(self, size: int) -> Facts:
        found = looked_through(self.source, self.limits)
        self.source.seek(0)
        try:
            self._workbook = CalamineWorkbook.from_filelike(self.source)
        except (CalamineError, ValueError, OSError) as error:
            raise damaged(error) from error
        hidden = [one.name for one in self._workbook.sheets_metadata if one.visible != SheetVisibleEnum.Visible]
        facts = Facts("xlsx", size, sheets=list(self._workbook.sheet_names), hidden_sheets=hidden)
        self._sheet = self._open_sheet(facts)
        facts.sheet, facts.found = self._sheet.name, found.get(self._sheet.name, SheetFacts())
        facts.merged_areas = len(set(self._merged.values()))
        return facts

    # -- rows ---------------------------------------------------------------------------------------------------------
    def __iter__(self) -> Iterator[tuple[int, list[Cell]]]:
        """All rows with their number in the file as a spreadsheet shows it; rows without any content are left out."""
        rows: Iterator[tuple[int, Any]] = self._sheet_rows() if self.facts.kind == "xlsx" else self._text_rows()
        for number, row in rows:
            if number > self.limits.rows + 1:
                raise UnreadableTable(
                    _("The file has more than %(limit)s rows. Split it and import the parts one by one.")
                    % {"limit": self.limits.rows}
                )
            if any(row) and any(cell for cell in row if not isinstance(cell, str) or cell.strip(BLANK)):
                yield number, row
            else:
                self.tally.empty += 1

    def _text_rows(self) -> Iterator[tuple[int, list[str]]]:
        self.source.seek(0)
        text = io.TextIOWrapper(
            Unclosed(self.source), encoding=text_encoding(self.facts), errors="surrogateescape", newline=""
        )
        number = 0
        try:
            for number, (row, line) in enumerate(
                records(text, DELIMITERS[self.facts.delimiter], skipped=int(self.facts.names_delimiter)), 1
            ):
                self.tally.lines = line
                if (self.facts.is_dirty or self.facts.encoding == "utf-16") and not isinstance(row, Unread):
                    row = [cell.replace("\0", "") for cell in row]
                yield number, row
        except UnicodeDecodeError as error:  # of UTF-16: there no later letter could be trusted either
            raise UnreadableTable(
                _(
                    "After row %(row)s the file is no text in %(encoding)s. Save the table as CSV in UTF-8 or as XLSX and bring it again."
                )
                % {"row": number, "encoding": self.facts.encoding}
            ) from error
        finally:
            text.detach()

    def _sheet_rows(self) -> Iterator[tuple[int, list[Cell]]]:
        if self._sheet.start is None:
            return
        # Empty rows above the table are given, empty columns before it are not.
        before: list[Cell] = [""] * self._sheet.start[1]
        merged = self._merged
        above: dict[int, Cell] = {}
        for number, row in enumerate(self._sheet.iter_rows(), 1):
            cells: list[Cell] = [*before, *(cell if type(cell) is str else plain(cell) for cell in row)]
            if merged:
                for place in range(len(cells)):
                    if (number, place) in merged:
                        if merged[number, place] == (number, place):
                            above[place] = cells[place]
                        else:
                            cells[place] = above.get(place, "")
            self.tally.lines = number
            yield number, cells

    def _open_sheet(self, facts: Facts) -> CalamineSheet:
        name = self.layout.sheet
        if name and name not in facts.sheets:
            raise UnreadableTable(
                _("The workbook has no sheet “%(name)s”. Its sheets: %(sheets)s.")
                % {"name": name, "sheets": ", ".join(facts.sheets)}
            )
        if not facts.sheets:
            raise UnreadableTable(_("The workbook has no sheet."))
        try:
            sheet = self._workbook.get_sheet_by_name(name or first_sheet(facts))
        except (CalamineError, ValueError) as error:
            raise damaged(error) from error
        # A value merged over rows stands in the first of them alone; it holds for all.
        for (top, left), (bottom, _right) in sheet.merged_cell_ranges or ():
            if bottom > top and len(self._merged) < MERGED_KEPT:
                self._merged |= {(row + 1, left): (top + 1, left) for row in range(top, bottom + 1)}
        return sheet

    def expected(self) -> int:
        """About how many rows there are, for a bar that shows progress: line ends, or the height of the sheet."""
        if self.facts.kind == "xlsx":
            return self._sheet.total_height
        self.source.seek(0)
        lines = 0
        while chunk := self.source.read(1 << 20):
            lines += chunk.count(b"\n")
        return lines

    def close(self) -> None:
        if self.facts.kind == "xlsx":
            self._workbook.close()


def plain(cell: Any) -> Cell:
    """A cell of a workbook as text; moments stay moments, so that no format is guessed for them."""
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return TypedNumber(int(cell) if cell.is_integer() else f"{Decimal(repr(cell)):f}")
    if isinstance(cell, int):
        return TypedNumber(cell)
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def first_sheet(facts: Facts) -> str:
    """The first that is shown; a hidden one only where all are."""
    shown = [name for name in facts.sheets if name not in facts.hidden_sheets]
    return (shown or facts.sheets)[0]


def text_encoding(facts: Facts) -> str:
    return "utf-8-sig" if facts.has_bom and facts.encoding == "utf-8" else facts.encoding
