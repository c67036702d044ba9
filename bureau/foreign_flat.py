"""The flat form of a table: all its rows as they were read, in one packed file that is read from the beginning in a moment.

The first line holds what was found out about the file and which words stand in which column, every further line some hundred
rows, the last one how many there were. A file without its last line was never finished and is no flat form.
"""

import gzip
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from bureau.foreign_numbers import TypedNumber
from bureau.foreign_records import Cell, Facts, Records, Tally, text_of
from bureau.foreign_text import Unread
from bureau.foreign_workbooks import SheetFacts, UnreadableTable

ROWS_IN_LINE = 250
# A column of more different words is none whose words are looked up one by one.
MOST_WORDS = 1000
MOMENT, NUMBER = "moment", "number"


def write(records: Records, path: Path, moved: Callable[[int], None]) -> None:
    """Read the file through and keep it; `moved` hears how many rows there are so far."""
    words = ColumnWords()
    # The words are known last and stand first: a file without a name, gone with whoever writes it, holds the rows meanwhile.
    with tempfile.TemporaryFile(dir=path.parent) as body:
        with gzip.open(body, "wt", encoding="ascii", compresslevel=1) as file:
            lines, rows = [], 0
            for number, row in records:
                words.add(row)
                lines.append(packed(number, row))
                if len(lines) == ROWS_IN_LINE:
                    file.write(json.dumps(lines) + "\n")
                    rows += len(lines)
                    lines = []
                    moved(rows)
            moved(rows + len(lines))
            file.write(json.dumps(lines) + "\n" + json.dumps({"tally": asdict(records.tally)}) + "\n")
        head = {"facts": asdict(records.facts), "expected": records.expected()}
        head |= {"rows": words.rows, "words": words.columns}
        body.seek(0)
        with path.open("wb") as whole:
            whole.write(gzip.compress((json.dumps(head) + "\n").encode(), compresslevel=1))
            shutil.copyfileobj(body, whole)


class ColumnWords:
    """How often each word stands in each column; nothing of a column that has too many. Missing cells are not counted."""

    def __init__(self) -> None:
        self.rows = 0
        self.columns: list[dict[str, int] | None] = []
        self._counted: list[tuple[int, dict[str, int]]] = []

    def add(self, row: list[Cell]) -> None:
        self.rows += 1
        while len(self.columns) < len(row):
            counts: dict[str, int] = {}
            self._counted.append((len(self.columns), counts))
            self.columns.append(counts)
        is_too_much, width = False, len(row)
        for place, counts in self._counted:
            if place < width:
                word = text_of(row[place])
                counts[word] = counts.get(word, 0) + 1
                is_too_much |= len(counts) > MOST_WORDS
        if is_too_much:
            for place, counts in self._counted:
                if len(counts) > MOST_WORDS:
                    self.columns[place] = None
            self._counted = [one for one in self._counted if len(one[1]) <= MOST_WORDS]


def packed(number: int, row: list[Cell]) -> list[Any]:
    """A row as JSON: its number, its cells, and apart from them what is more than text."""
    if isinstance(row, Unread):
        return [number, list(row), row.reason]
    kinds: dict[str, str] = {}
    cells = []
    for place, cell in enumerate(row):
        if isinstance(cell, datetime):
            kinds[str(place)], cell = MOMENT, cell.isoformat()
        elif isinstance(cell, TypedNumber):
            kinds[str(place)] = NUMBER
        cells.append(cell)
    return [number, cells, kinds] if kinds else [number, cells]


def unpacked(number: int, cells: list[str], more: dict[str, str] | str = "") -> tuple[int, list[Cell]]:
    if not more:
        return number, cells  # type: ignore[return-value]
    if isinstance(more, str):
        return number, Unread(cells, more)
    row: list[Cell] = [*cells]
    for place, kind in more.items():
        at = int(place)
        row[at] = datetime.fromisoformat(cells[at]) if kind == MOMENT else TypedNumber(cells[at])
    return number, row


class FlatRecords:
    """The rows of a flat form; takes the place of `Records`."""

    def __init__(self, path: Path):
        self.path, self.tally = path, Tally()
        head = json.loads(next(self._lines()))
        found = head["facts"].pop("found")
        odd = {int(row): places for row, places in found.pop("odd_cells").items()}
        self.facts = Facts(**head["facts"], found=SheetFacts(**found, odd_cells=odd))
        self._expected = head["expected"]
        self.rows: int = head.get("rows", 0)
        self.words: list[dict[str, int] | None] = head.get("words", [])

    def _lines(self) -> Iterator[str]:
        with gzip.open(self.path, "rt", encoding="ascii") as file:
            yield from file

    def __iter__(self) -> Iterator[tuple[int, list[Cell]]]:
        lines = self._lines()
        next(lines)
        for line in lines:
            rows = json.loads(line)
            if isinstance(rows, dict):
                self.tally.lines, self.tally.empty = rows["tally"]["lines"], rows["tally"]["empty"]
                return
            for row in rows:
                yield unpacked(*row)
        raise UnreadableTable(_("What was read of the file is not whole. Bring the file again."))

    def expected(self) -> int:
        return self._expected

    def close(self) -> None:
        """Nothing stays open between two readings."""
