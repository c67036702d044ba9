"""Reading tables that somebody else made: the heading and what is told of the file, over its rows.

The rows come from the file itself (`foreign_records`) or from the flat form it was read into (`foreign_flat`). What is odd
about the file is told (`ForeignTable.told`); what is odd about a row costs that row alone (`fault_of`) or is remarked on it
(`notes_on`).
"""

from collections import Counter
from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bureau.foreign_flat import FlatRecords
from bureau.foreign_records import Cell, Facts, Layout, Records, Tally, text_of
from bureau.foreign_text import BLANK, DELIMITERS, DETECT, INVISIBLE, Damaged, Unread
from bureau.foreign_workbooks import LIMITS, Limits, UnreadableTable, column_letter

__all__ = [
    "DELIMITERS",
    "DETECT",
    "LIMITS",
    "Cell",
    "Facts",
    "ForeignTable",
    "Layout",
    "Limits",
    "UnreadableTable",
    "column_letter",
]

DELIMITER_WORDS = {
    "comma": gettext_lazy("comma"),
    "semicolon": gettext_lazy("semicolon"),
    "tab": gettext_lazy("tabulator"),
}
ENCODINGS = ("utf-8", "windows-1257", "iso-8859-15", "utf-16")
# Columns that our own report of refused rows adds in front of the foreign ones; read again, they are dropped.
REPORT_COLUMNS = ("import_row", "import_reason")
WITHOUT_INVISIBLE = dict.fromkeys(map(ord, INVISIBLE))


class ForeignTable:
    """An opened table. `header` is what the file says, `columns` what we call them, `rows()` streams the rest."""

    def __init__(self, source: IO[bytes] | FlatRecords, layout: Layout | None = None, limits: Limits = LIMITS):
        self.layout, self.limits = layout or Layout(), limits
        self.records = Records(source, layout, limits) if hasattr(source, "read") else source
        self.facts = self.records.facts
        self._dropped = 0
        self.header = self._read_header()
        self.columns = self._name_columns()

    @property
    def tally(self) -> Tally:
        return self.records.tally

    def _read_header(self) -> list[str]:
        """The cells of the header row; without one, the letters A, B, C … of the first row's columns."""
        first: list[Cell] | None = None
        for number, row in self.records:
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
        self.records.tally = Tally()
        for number, row in self.records:
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

    def words_counted(self, place: int) -> Counter[str] | None:
        """How often each word stands in a column, where that was counted when the table was read; else None."""
        flat = self.records
        if not isinstance(flat, FlatRecords) or self._dropped or place >= len(flat.words):
            return None
        words = flat.words[place]
        if words is None:
            return None
        counted, rows = Counter(words), flat.rows
        for number, row in flat:
            if number > self.layout.header_row:
                break
            rows -= 1
            if place < len(row):
                counted[text_of(row[place])] -= 1
        counted[""] += rows - counted.total()
        return +counted

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
        odd = self.facts.found.odd_cells.get(number)
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
            if facts.is_dirty:
                said.append(
                    _(
                        "Some bytes are no letters of this encoding. A row that holds them is refused, noughts are left out."
                    )
                )
            return said
        found = facts.found
        said.append(_("Read is the sheet “%(name)s”.") % {"name": facts.sheet})
        others = [name for name in facts.sheets if name != facts.sheet]
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
        areas = facts.merged_areas
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
        """About how many rows there are below the heading, for a bar that shows progress."""
        return max(0, self.records.expected() - self.layout.header_row)

    @property
    def may_be_undecodable(self) -> bool:
        return self.facts.is_dirty

    def close(self) -> None:
        self.records.close()


def is_undecodable(row: list[Cell]) -> bool:
    """Whether some byte of the row is no letter of the encoding the file was said to have."""
    return any(isinstance(cell, str) and any("\udc80" <= sign <= "\udcff" for sign in cell) for cell in row)


def unguarded(cell: Cell) -> Cell:
    """Without the sign that our own report put before a cell that looked like a formula."""
    return cell[1:] if isinstance(cell, str) and cell[:1] == "'" and len(cell) > 1 else cell
