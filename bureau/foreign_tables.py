"""Reading tables that somebody else made: CSV in the encodings met in Estonia, and XLSX, row by row and within limits.

A file is judged by its content, never by its name. What is too large, packed to burst or not a table is refused with a
sentence before anything of it is taken into memory. What is odd about the file is told (`ForeignTable.told`); what is odd
about a row costs that row alone (`fault_of`) or is remarked on it (`notes_on`).
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from bureau.foreign_numbers import TypedNumber
from bureau.foreign_text import (
    BLANK,
    DELIMITERS,
    DETECT,
    INVISIBLE,
    Damaged,
    Unclosed,
    Unread,
    decoding_of,
    delimiter_of,
    is_utf8,
    records,
    separator_line,
)
from bureau.foreign_workbooks import (
    LIMITS,
    Limits,
    SheetFacts,
    UnreadableTable,
    column_letter,
    damaged,
    looked_through,
)

__all__ = ["DELIMITERS", "DETECT", "LIMITS", "ForeignTable", "Layout", "Limits", "UnreadableTable", "column_letter"]

DELIMITER_WORDS = {
    "comma": gettext_lazy("comma"),
    "semicolon": gettext_lazy("semicolon"),
    "tab": gettext_lazy("tabulator"),
}
ENCODINGS = ("utf-8", "windows-1257", "iso-8859-15", "utf-16")
# Columns that our own report of refused rows adds in front of the foreign ones; read again, they are dropped.
REPORT_COLUMNS = ("import_row", "import_reason")
MERGED_KEPT = 2_000_000
WITHOUT_INVISIBLE = dict.fromkeys(map(ord, INVISIBLE))

Cell = str | datetime


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
    seems_utf8: bool = False
    """The file is whole in UTF-8 although it is read in another encoding."""


@dataclass
class Tally:
    """What became of the lines of a file once all rows were read."""

    lines: int = 0
    rows: int = 0
    empty: int = 0


class ForeignTable:
    """An opened table. `header` is what the file says, `columns` what we call them, `rows()` streams the rest."""

    def __init__(self, source: IO[bytes], layout: Layout | None = None, limits: Limits = LIMITS):
        self.source, self.layout, self.limits = source, layout or Layout(), limits
        self._sheet: CalamineSheet | None = None
        self._dropped = 0
        self._merged: dict[tuple[int, int], tuple[int, int]] = {}
        self.tally = Tally()
        self.facts = self._look()
        self.header = self._read_header()
        self.columns = self._name_columns()

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
        encoding, has_bom, self._dirty = decoding_of(self.source, self.layout.encoding)
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
            seems_utf8=encoding not in {"utf-8", "utf-16"} and is_utf8(self.source),
        )

    def _look_at_workbook(self, size: int) -> Facts:
        self._sheet_facts = looked_through(self.source, self.limits)
        self.source.seek(0)
        try:
            self._workbook = CalamineWorkbook.from_filelike(self.source)
        except (CalamineError, ValueError, OSError) as error:
            raise damaged(error) from error
        hidden = [one.name for one in self._workbook.sheets_metadata if one.visible != SheetVisibleEnum.Visible]
        return Facts("xlsx", size, sheets=list(self._workbook.sheet_names), hidden_sheets=hidden)

    # -- rows ---------------------------------------------------------------------------------------------------------
    def _records(self) -> Iterator[tuple[int, list[Cell]]]:
        """All rows with their number in the file as a spreadsheet shows it; rows without any content are left out."""
        rows = self._sheet_rows() if self.facts.kind == "xlsx" else self._text_rows()
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

    def _text_rows(self) -> Iterator[tuple[int, list[Cell]]]:
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
                if (self._dirty or self.facts.encoding == "utf-16") and not isinstance(row, Unread):
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
        if self._sheet is None:
            self._sheet = self._open_sheet()
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

    def _open_sheet(self) -> CalamineSheet:
        name = self.layout.sheet
        if name and name not in self.facts.sheets:
            raise UnreadableTable(
                _("The workbook has no sheet “%(name)s”. Its sheets: %(sheets)s.")
                % {"name": name, "sheets": ", ".join(self.facts.sheets)}
            )
        if not self.facts.sheets:
            raise UnreadableTable(_("The workbook has no sheet."))
        try:
            sheet = self._workbook.get_sheet_by_name(name or self._first_sheet())
        except (CalamineError, ValueError) as error:
            raise damaged(error) from error
        # A value merged over rows stands in the first of them alone; it holds for all.
        for (top, left), (bottom, _right) in sheet.merged_cell_ranges or ():
            if bottom > top and len(self._merged) < MERGED_KEPT:
                self._merged |= {(row + 1, left): (top + 1, left) for row in range(top, bottom + 1)}
        return sheet

    def _first_sheet(self) -> str:
        """The first that is shown; a hidden one only where all are."""
        shown = [name for name in self.facts.sheets if name not in self.facts.hidden_sheets]
        return (shown or self.facts.sheets)[0]

    @property
    def sheet_facts(self) -> SheetFacts:
        if self.facts.kind != "xlsx":
            return SheetFacts()
        return self._sheet_facts.get(self._sheet.name if self._sheet else self._first_sheet(), SheetFacts())

    def _read_header(self) -> list[str]:
        """The cells of the header row; without one, the letters A, B, C … of the first row's columns."""
        first: list[Cell] | None = None
        for number, row in self._records():
            if self.layout.header_row == 0 or number == self.layout.header_row:
                first = row
                break
            if number > self.layout.header_row:
                break
        if first is None:
            raise UnreadableTable(
                _("The file has no header on row %(row)s.") % {"row": self.layout.header_row}
                if self.layout.header_row
                else _("The file has no rows.")
            )
        if isinstance(first, Unread):
            raise UnreadableTable(first.reason)
        if self.may_be_undecodable and is_undecodable(first):
            raise UnreadableTable(
                _(
                    "The header holds bytes that are no letters in %(encoding)s. Save the file in UTF-8, or name its encoding."
                )
                % {"encoding": self.facts.encoding}
            )
        while first and (isinstance(first[-1], str) and not first[-1].strip(BLANK)):
            first = first[:-1]
        if len(first) > self.limits.columns:
            raise UnreadableTable(
                _("The file has more than %(limit)s columns. Is it a table?") % {"limit": self.limits.columns}
            )
        if self.layout.header_row == 0:
            return [column_letter(place) for place in range(len(first))]
        header = [str(cell).strip(BLANK).translate(WITHOUT_INVISIBLE) for cell in first]
        if tuple(header[: len(REPORT_COLUMNS)]) == REPORT_COLUMNS:
            self._dropped = len(REPORT_COLUMNS)
        return header[self._dropped :]

    def _name_columns(self) -> list[str]:
        names = list(self.layout.columns) or [name or column_letter(place) for place, name in enumerate(self.header)]
        if self.layout.columns and len(names) != len(self.header):
            raise UnreadableTable(
                _("The mapping names %(named)s columns by position, but the file has %(found)s: %(header)s.")
                % {"named": len(names), "found": len(self.header), "header": ", ".join(self.header)}
            )
        seen: dict[str, int] = {}
        for place, name in enumerate(names):
            seen[name] = seen.get(name, 0) + 1
            if seen[name] > 1:  # two columns of one name: the second gets its place as well
                names[place] = f"{name} ({column_letter(place)})"
        return names

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Rows below the header, numbered as a spreadsheet shows them, each as wide as the header or wider.

        Cells missing at the end are empty; blank cells beyond the table are nothing.
        """
        after, dropped, width = self.layout.header_row, self._dropped, len(self.header)
        self.tally = Tally()
        for number, row in self._records():
            if number <= after:
                continue
            self.tally.rows += 1
            if isinstance(row, Unread):
                yield number, row
                continue
            if dropped:
                row = [unguarded(cell) for cell in row[dropped:]]
            if len(row) > width and not any(
                cell.strip(BLANK) if isinstance(cell, str) else cell for cell in row[width:]
            ):
                row = row[:width]
            elif len(row) < width:
                row = [*row, *[""] * (width - len(row))]
            yield number, Damaged(row) if self.may_be_undecodable and is_undecodable(row) else row

    def fault_of(self, row: list[Cell]) -> tuple[str, str]:
        """Code and sentence when the row cannot be taken whatever it says; empty ones when it can be read."""
        if isinstance(row, Unread):
            return "not_readable", row.reason
        if isinstance(row, Damaged):
            return "not_decodable", _("The row holds bytes that are no letters in %(encoding)s.") % {
                "encoding": self.facts.encoding
            }
        if len(row) > len(self.header):
            more = len(row) - len(self.header)
            if self.facts.kind == "xlsx":
                said = ngettext(
                    "%(count)s cell stands right of the last column that has a heading.",
                    "%(count)s cells stand right of the last column that has a heading.",
                    more,
                )
                return "too_many_cells", said % {"count": more}
            return "too_many_cells", _(
                "The row has %(found)s cells, the header %(wanted)s. Is a delimiter inside a cell not in quotation marks?"
            ) % {"found": len(row), "wanted": len(self.header)}
        return "", ""

    def notes_on(self, number: int) -> list[tuple[str, str]]:
        """What is odd about a row that can be taken all the same: code and sentence."""
        odd = self.sheet_facts.odd_cells.get(number)
        if not odd:
            return []
        return [
            (
                "cells_without_value",
                _("Without a value, because the formula was never computed or failed: %(cells)s.")
                % {"cells": ", ".join(odd[:10])},
            )
        ]

    def read_in_all(self) -> list[str]:
        """`told`, and how the lines of the file come to the rows that were read; after the last row."""
        lines, rows, empty = self.tally.lines, self.tally.rows, self.tally.empty
        said = _("%(lines)s lines: %(rows)s rows, %(empty)s empty, the rest heading and cells of several lines.")
        return [*self.told(), said % {"lines": lines, "rows": rows, "empty": empty}]

    def told(self) -> list[str]:
        """What the file is read as, one sentence each; what a person would not see stands among them."""
        facts, said = self.facts, []
        if facts.kind == "csv":
            said.append(
                _("Read as %(encoding)s, cells parted by %(delimiter)s.")
                % {"encoding": facts.encoding, "delimiter": DELIMITER_WORDS[facts.delimiter]}
            )
            if facts.names_delimiter:
                said.append(_("The first line names the delimiter and is no row."))
            if facts.seems_utf8:
                said.append(
                    _("The file is whole in UTF-8, but is read as %(encoding)s: look whether õ, ä, ö and ü are right.")
                    % {"encoding": facts.encoding}
                )
            if self._dirty:
                said.append(
                    _(
                        "Some bytes are no letters of this encoding. A row that holds them is refused, noughts are left out."
                    )
                )
            return said
        if self._sheet is None:
            self._sheet = self._open_sheet()
        found = self.sheet_facts
        said.append(_("Read is the sheet “%(name)s”.") % {"name": self._sheet.name})
        others = [name for name in facts.sheets if name != self._sheet.name]
        if others:
            said.append(_("Not read: %(sheets)s.") % {"sheets": ", ".join(others)})
        if facts.hidden_sheets:
            said.append(_("Hidden sheets: %(sheets)s.") % {"sheets": ", ".join(facts.hidden_sheets)})
        if count := found.hidden_rows:
            said.append(
                ngettext("%(count)s hidden row is read too.", "%(count)s hidden rows are read too.", count)
                % {"count": count}
            )
        if count := found.formulas_without_value:
            said.append(
                ngettext(
                    "%(count)s formula has no stored value and is read as empty.",
                    "%(count)s formulas have no stored value and are read as empty.",
                    count,
                )
                % {"count": count}
            )
        if count := found.errors:
            said.append(
                ngettext(
                    "%(count)s cell holds an error and is read as empty.",
                    "%(count)s cells hold an error and are read as empty.",
                    count,
                )
                % {"count": count}
            )
        areas = len(set(self._merged.values()))
        if areas:
            said.append(
                ngettext(
                    "%(count)s merged area: its value holds for all its rows.",
                    "%(count)s merged areas: their values hold for all their rows.",
                    areas,
                )
                % {"count": areas}
            )
        return said

    def rows_expected(self) -> int:
        """About how many rows there are, for a bar that shows progress: line ends, or the height of the sheet."""
        if self.facts.kind == "xlsx":
            return max(0, (self._sheet.total_height if self._sheet else 0) - self.layout.header_row)
        self.source.seek(0)
        lines = 0
        while chunk := self.source.read(1 << 20):
            lines += chunk.count(b"\n")
        return max(0, lines - self.layout.header_row)

    @property
    def may_be_undecodable(self) -> bool:
        return self.facts.kind == "csv" and self._dirty

    def close(self) -> None:
        if self.facts.kind == "xlsx":
            self._workbook.close()


def is_undecodable(row: list[Cell]) -> bool:
    """Whether some byte of the row is no letter of the encoding the file was said to have."""
    return any(isinstance(cell, str) and any("\udc80" <= sign <= "\udcff" for sign in cell) for cell in row)


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


def text_encoding(facts: Facts) -> str:
    return "utf-8-sig" if facts.has_bom and facts.encoding == "utf-8" else facts.encoding


def unguarded(cell: Cell) -> Cell:
    """Without the sign that our own report put before a cell that looked like a formula."""
    return cell[1:] if isinstance(cell, str) and cell[:1] == "'" and len(cell) > 1 else cell
