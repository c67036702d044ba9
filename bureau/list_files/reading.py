"""A foreign file becomes rows of a list: which column is which, which lines cannot be read at all, and what is odd."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from tablib import Dataset

from bureau.foreign_tables import ForeignTable, UnreadableTable
from bureau.list_files.cells import words_of
from bureau.list_files.registry import MOST_ROWS
from bureau.list_files.resources import FileColumn, ListResource
from bureau.table_uploads import is_small

LINE = "line"


@dataclass(frozen=True)
class RefusedLine:
    line: int
    reasons: tuple[str, ...]
    name: str = ""


@dataclass
class ReadFile:
    """Rows under the names of our columns, each with its line in the file."""

    rows: Dataset
    refused: list[RefusedLine] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def columns_in(headings: list[str], resource: ListResource) -> tuple[dict[int, FileColumn], list[str]]:
    """Place → column, and the headings that are none of ours. What is missing or doubled refuses the file."""
    known = {
        word: column
        for column in resource.columns.values()
        for word in (*words_of(column.heading), column.name.casefold())
    }
    places: dict[int, FileColumn] = {}
    strange = []
    for place, heading in enumerate(headings):
        column = known.get(heading.strip().casefold())
        if column is None:
            strange.append(heading)
        elif column in places.values():
            raise UnreadableTable(_("Two columns are called “%(name)s”. Keep one of them.") % {"name": column.heading})
        else:
            places[place] = column
    missing = [str(column.heading) for column in resource.columns.values() if column.is_needed and column not in places.values()]  # fmt: skip
    if missing:
        raise UnreadableTable(
            _("These columns are missing: %(names)s. The file taken out of this list has all of them.")
            % {"names": ", ".join(missing)}
        )
    return places, strange


def read(file: Any, resource: ListResource) -> ReadFile:
    """Raises `UnreadableTable` with a sentence when nothing of the file can be taken."""
    if not is_small(file):
        raise UnreadableTable(
            _("The file is too large for a list once it is unpacked. Leave out empty sheets and columns, or bring it in parts.")
        )  # fmt: skip
    table = ForeignTable(file)
    try:
        places, strange = columns_in(list(table.columns), resource)
        found = ReadFile(Dataset(headers=[LINE, *(column.name for column in places.values())]))
        for count, (line, row) in enumerate(table.rows(), 1):
            if count > MOST_ROWS:
                raise UnreadableTable(
                    _("The file has more than %(limit)s rows. Bring it in parts.") % {"limit": MOST_ROWS}
                )
            _code, reason = table.fault_of(row)
            # An empty cell where a formula stood would empty what is kept.
            reasons = [reason] if reason else [said for _code, said in table.notes_on(line)]
            if reasons:
                found.refused.append(RefusedLine(line, tuple(reasons)))
            else:
                found.rows.append([line, *(row[place] for place in places)])
        found.told = table.read_in_all()
    finally:
        table.close()
    if strange:
        found.told.append(_("Columns that are not of this list and were not read: %(names)s.") % {"names": ", ".join(strange)})  # fmt: skip
    for_reading = [str(column.heading) for column in places.values() if column.is_for_reading]
    if for_reading:
        found.told.append(_("Columns for reading only, which change nothing: %(names)s.") % {"names": ", ".join(for_reading)})  # fmt: skip
    return found
