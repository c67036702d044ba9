"""Workbooks that somebody else made: refused when made to burst, and looked through for what a table does not show.

A reader keeps a whole sheet as a rectangle, so one cell far away costs as much memory as all cells before it: the reach
of every sheet is counted before the sheet is opened.
"""

import codecs
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from django.utils.translation import gettext as _
from lxml import etree

START_OF_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
START_OF_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*)>")
WITHOUT_VALUE = re.compile(
    rb"<(?:\w+:)?c\b([^>]*)>\s*<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
PLACE = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,4})([0-9]{1,12})["']""")
# A cell that holds something; one that only has a form, as whole formatted columns have, reaches nowhere.
HOLDS = rb"""[^>]*(?<!/)>\s*<(?!/)"""
COLUMN = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br\s*=\s*["']([A-Z]{1,4})[0-9]{1,12}["']""" + HOLDS)
FAR_ROW = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br\s*=\s*["'][A-Z]{1,4}([0-9]{6,12})["']""" + HOLDS)
ANY_ROW = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br\s*=\s*["'][A-Z]{1,4}([0-9]{1,12})["']""" + HOLDS)
IS_ERROR = re.compile(rb"""\bt\s*=\s*["']e["']""")
IS_HIDDEN = re.compile(rb"""\bhidden\s*=\s*["'](?:1|true)["']""")
PLACES_KEPT = 10_000
OVERLAP = 64
LONGEST_PIECE = 1 << 16
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class UnreadableTable(ValueError):
    """The file cannot be read as a table; the message is a sentence for the person who brought it."""


@dataclass(frozen=True)
class Limits:
    bytes: int = 200_000_000
    rows: int = 2_000_000
    columns: int = 500
    cells: int = 20_000_000
    # Columns; a narrower sheet stays within the limit of cells for every row that FAR_ROW leaves out.
    wide: int = 150
    unpacked_bytes: int = 2_000_000_000
    # A workbook of repeating rows packs to a fiftieth; an archive made to burst, to a thousandth.
    ratio: int = 250
    ratio_counts_from: int = 20_000_000
    entries: int = 2_000


LIMITS = Limits()


@dataclass
class SheetFacts:
    """What a sheet holds beside values; the numbered rows of it, as many as are kept."""

    rows: int = 0
    columns: int = 0
    formulas_without_value: int = 0
    errors: int = 0
    hidden_rows: int = 0
    odd_cells: dict[int, list[str]] = field(default_factory=dict)
    """Row → places of cells whose formula has no stored value or whose value is an error."""

    def keep(self, row: int, place: str) -> None:
        if row in self.odd_cells or len(self.odd_cells) < PLACES_KEPT:
            self.odd_cells.setdefault(row, []).append(place)


def looked_through(source: IO[bytes], limits: Limits) -> dict[str, SheetFacts]:
    """Unpack the archive once, into nothing; refuse it when it is made to burst. Facts by the sheet's name."""
    try:
        archive = zipfile.ZipFile(source)
    except zipfile.BadZipFile as error:
        raise damaged(error) from error
    with archive:
        entries = archive.infolist()
        if "xl/workbook.xml" not in {entry.filename for entry in entries}:
            raise UnreadableTable(_("This archive is no Excel workbook. Bring a CSV or XLSX file."))
        if len(entries) > limits.entries or sum(entry.file_size for entry in entries) > limits.unpacked_bytes:
            raise bursting()
        unpacked, packed = 0, max(1, sum(entry.compress_size for entry in entries))
        sheets: dict[str, Look] = {}
        for entry in entries:
            look = Look(limits) if entry.filename.startswith("xl/worksheets/") else None
            try:
                with archive.open(entry) as part:
                    while chunk := part.read(1 << 20):
                        unpacked += len(chunk)
                        if unpacked > limits.unpacked_bytes or (
                            unpacked > limits.ratio_counts_from and unpacked > limits.ratio * packed
                        ):
                            raise bursting()
                        if look is not None:
                            look.at(chunk)
            except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
                raise damaged(error) from error
            if look is not None:
                look.end()
                sheets[entry.filename] = look
        return {name: sheets[path].facts for name, path in paths_of_sheets(archive) if path in sheets}


def column_letter(place: int) -> str:
    """0 → A, 26 → AA, as spreadsheets say."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """A → 1, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def damaged(error: object) -> UnreadableTable:
    return UnreadableTable(_("The workbook is damaged or no workbook: %(error)s") % {"error": error})


def bursting() -> UnreadableTable:
    return UnreadableTable(_("The workbook unpacks to more than we read. Save the sheet as CSV and bring that."))


def paths_of_sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Each sheet's name and the part of the archive that holds it."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        book = etree.fromstring(archive.read("xl/workbook.xml"), parser)
        relations = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), parser)
    except (KeyError, etree.XMLSyntaxError):
        return  # the reader of values says what is wrong with it
    targets = {one.get("Id"): one.get("Target", "") for one in relations}
    for sheet in book.iter("{*}sheet"):
        target = targets.get(sheet.get(RELATION), "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        yield sheet.get("name", ""), path


class Look:
    """Reads the XML of a sheet piece by piece: how far its cells reach, and which of them are odd."""

    def __init__(self, limits: Limits):
        self.limits, self.facts = limits, SheetFacts()
        self.tail, self.is_first = b"", True

    def at(self, chunk: bytes) -> None:
        if self.is_first:
            self.is_first = False
            if chunk[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE} or b"\0" in chunk[:64]:
                raise damaged("UTF-16")
        text = self.tail + chunk
        # Up to the last row that begins here; the rest is looked at with the next piece.
        end = text.rfind(b"<", 0, max(0, text.rfind(b"row ")))
        if end < 0 or len(text) - end > LONGEST_PIECE:
            end = len(text) - OVERLAP
        whole, self.tail = text[:end], text[end:]
        self.reach(text)
        self.look(whole)

    def end(self) -> None:
        self.look(self.tail)

    def reach(self, text: bytes) -> None:
        """The farthest row and column of the piece; every number is read only where a sheet is wide enough to matter."""
        facts = self.facts
        for letters in set(COLUMN.findall(text)):
            facts.columns = max(facts.columns, column_number(letters.decode()))
        of_rows = ANY_ROW if facts.columns > self.limits.wide else FAR_ROW
        facts.rows = max([facts.rows, *map(int, of_rows.findall(text))])
        if facts.rows * facts.columns > self.limits.cells:
            raise UnreadableTable(
                _(
                    "A sheet of the workbook reaches to row %(row)s and column %(column)s, which is more than %(limit)s cells. Delete what stands far from the table, split it, or save the sheet as CSV."
                )
                % {"row": facts.rows, "column": column_letter(facts.columns - 1), "limit": self.limits.cells}
            )

    def look(self, text: bytes) -> None:
        if b'hidden="' in text or b"hidden='" in text:
            self.facts.hidden_rows += sum(bool(IS_HIDDEN.search(row)) for row in START_OF_ROW.findall(text))
        if b"<f" in text or b":f" in text:
            for attributes in WITHOUT_VALUE.findall(text):
                self.facts.formulas_without_value += 1
                self.mark(attributes)
        if b't="e"' in text or b"t='e'" in text:
            for attributes in START_OF_CELL.findall(text):
                if IS_ERROR.search(attributes):
                    self.facts.errors += 1
                    self.mark(attributes)

    def mark(self, attributes: bytes) -> None:
        found = PLACE.search(attributes)
        if found:
            self.facts.keep(int(found[2]), (found[1] + found[2]).decode())
