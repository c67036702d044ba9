"""Reading tables that somebody else made: CSV in the encodings met in Estonia, and XLSX, row by row and within limits.

A file is judged by its content, never by its name. What is too large, packed to burst or not a table is refused with a
sentence before anything of it is taken into memory.
"""

import codecs
import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}
DELIMITER_WORDS = {
    "comma": gettext_lazy("comma"),
    "semicolon": gettext_lazy("semicolon"),
    "tab": gettext_lazy("tabulator"),
}
ENCODINGS = ("utf-8", "windows-1257", "iso-8859-15", "utf-16")
DETECT = "detect"
# Columns that our own report of refused rows adds in front of the foreign ones; read again, they are dropped.
REPORT_COLUMNS = ("import_row", "import_reason")

Cell = str | datetime


class UnreadableTable(ValueError):
    """The file cannot be read as a table; the message is a sentence for the person who brought it."""


@dataclass(frozen=True)
class Limits:
    bytes: int = 200_000_000
    rows: int = 2_000_000
    columns: int = 500
    cells: int = 20_000_000
    unpacked_bytes: int = 2_000_000_000
    # A workbook of repeating rows packs to a fiftieth; an archive made to burst, to a thousandth.
    ratio: int = 250
    ratio_counts_from: int = 20_000_000
    entries: int = 2_000


LIMITS = Limits()


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
    has_bom: bool = False


class ForeignTable:
    """An opened table. `header` is what the file says, `columns` what we call them, `rows()` streams the rest."""

    def __init__(self, source: IO[bytes], layout: Layout | None = None, limits: Limits = LIMITS):
        self.source, self.layout, self.limits = source, layout or Layout(), limits
        self._sheet: CalamineSheet | None = None
        self._dropped = 0
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
        delimiter = self.layout.delimiter
        if delimiter == DETECT:
            self.source.seek(0)
            sample = self.source.read(200_000).decode(encoding, "replace")
            delimiter = delimiter_of(sample)
        return Facts("csv", size, encoding, delimiter, has_bom=has_bom)

    def _look_at_workbook(self, size: int) -> Facts:
        check_workbook(self.source, self.limits)
        self.source.seek(0)
        try:
            self._workbook = CalamineWorkbook.from_filelike(self.source)
        except (CalamineError, ValueError, OSError) as error:
            raise UnreadableTable(_("The workbook is damaged or no workbook: %(error)s") % {"error": error}) from error
        return Facts("xlsx", size, sheets=list(self._workbook.sheet_names))

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
            if any(row) and any(cell for cell in row if not isinstance(cell, str) or cell.strip()):
                yield number, row

    def _text_rows(self) -> Iterator[tuple[int, list[Cell]]]:
        self.source.seek(0)
        text = io.TextIOWrapper(
            Unclosed(self.source), encoding=text_encoding(self.facts), errors="surrogateescape", newline=""
        )
        reader = csv.reader(text, delimiter=DELIMITERS[self.facts.delimiter])
        number = 0
        try:
            if self._dirty:
                for number, row in enumerate(reader, 1):
                    yield number, [cell.replace("\0", "") for cell in row]
            else:
                yield from enumerate(reader, 1)
        except csv.Error as error:
            raise UnreadableTable(
                _("The file cannot be read after row %(row)s (%(error)s). Is a quotation mark left open there?")
                % {"row": max(number, 1), "error": error}
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
        for number, row in enumerate(self._sheet.iter_rows(), 1):
            cells: list[Cell] = [cell if type(cell) is str else plain(cell) for cell in row]
            yield number, before + cells if before else cells

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
            return self._workbook.get_sheet_by_name(name or self.facts.sheets[0])
        except (CalamineError, ValueError) as error:
            raise UnreadableTable(_("The workbook is damaged or no workbook: %(error)s") % {"error": error}) from error

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
        while first and first[-1] == "":
            first = first[:-1]
        if len(first) > self.limits.columns:
            raise UnreadableTable(
                _("The file has more than %(limit)s columns. Is it a table?") % {"limit": self.limits.columns}
            )
        if self.layout.header_row == 0:
            return [column_letter(place) for place in range(len(first))]
        header = [str(cell).strip() for cell in first]
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
        """Rows below the header, numbered as a spreadsheet shows them."""
        after, dropped = self.layout.header_row, self._dropped
        for number, row in self._records():
            if number > after:
                yield number, [unguarded(cell) for cell in row[dropped:]] if dropped else row

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


class Unclosed(io.BufferedReader):
    """A reader whose end leaves the file below open."""

    def __init__(self, source: IO[bytes]):
        super().__init__(Raw(source), 1 << 18)


class Raw(io.RawIOBase):
    def __init__(self, source: IO[bytes]):
        self.source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self.source.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


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
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def column_letter(place: int) -> str:
    """0 → A, 26 → AA, as spreadsheets say."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


# --- Text ---------------------------------------------------------------------------------------------------------------
def text_encoding(facts: Facts) -> str:
    return "utf-8-sig" if facts.has_bom and facts.encoding == "utf-8" else facts.encoding


def decoding_of(source: IO[bytes], wanted: str) -> tuple[str, bool, bool]:
    """Encoding, whether a byte-order mark stands first, and whether rows need cleaning (noughts, undecodable bytes)."""
    source.seek(0)
    start = source.read(4)
    if start[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        return "utf-16", True, False
    has_bom = start[:3] == codecs.BOM_UTF8
    encoding = "utf-8" if wanted == DETECT or has_bom else wanted
    fits, holds_nought = scan(source, encoding)
    if not fits and wanted == DETECT and not has_bom:
        encoding = baltic_or_latin(source)
        fits, _nought = scan(source, encoding)
    return encoding, has_bom, holds_nought or not fits


def scan(source: IO[bytes], encoding: str) -> tuple[bool, bool]:
    """Whether the whole file decodes, and whether it holds a nought byte."""
    source.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    fits, holds_nought = True, False
    while chunk := source.read(1 << 20):
        holds_nought = holds_nought or b"\0" in chunk
        if fits:
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                fits = False
    if fits:
        try:
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            fits = False
    return fits, holds_nought


def baltic_or_latin(source: IO[bytes]) -> str:
    """windows-1257 or ISO-8859-15, told apart by where š and ž stand and by Windows's own marks.

    The letters õ ä ö ü have the same bytes in both, so with nothing else to see either reads the file rightly.
    """
    source.seek(0)
    sample = source.read(20_000_000)
    windows = sum(map(sample.count, (b"\xf0", b"\xfe", b"\xd0", b"\xde", *(bytes([b]) for b in range(0x80, 0xA0)))))
    latin = sum(map(sample.count, (b"\xa8", b"\xb8", b"\xa6", b"\xb4", b"\xa4")))
    return "iso-8859-15" if latin > windows else "windows-1257"


def delimiter_of(sample: str) -> str:
    """The delimiter by which most rows of the sample have the same number of cells, more than one."""
    whole = sample[: sample.rfind("\n") + 1] or sample
    best, best_score = "comma", (0.0, 0)
    for name, sign in DELIMITERS.items():
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(whole, newline=""), delimiter=sign) if row][:200]
        except csv.Error:
            continue
        if not widths or max(widths) == 1:
            continue
        usual = max(set(widths), key=widths.count)
        score = (widths.count(usual) / len(widths) if usual > 1 else 0.0, usual)
        if score > best_score:
            best, best_score = name, score
    return best


def unguarded(cell: Cell) -> Cell:
    """Without the sign that our own report put before a cell that looked like a formula."""
    return cell[1:] if isinstance(cell, str) and cell[:1] == "'" and len(cell) > 1 else cell


# --- Workbooks ----------------------------------------------------------------------------------------------------------
FAR_ROW = re.compile(rb"""\br\s*=\s*["'][A-Z]{0,3}([0-9]{6,12})["']""")
FAR_COLUMN = re.compile(rb"""\br\s*=\s*["']([A-Z]{2,4})[0-9]{1,12}["']""")
NEAR_ROWS, NEAR_COLUMNS = 100_000, 26
OVERLAP = 64


def check_workbook(source: IO[bytes], limits: Limits) -> None:
    """Unpack the archive once, into nothing, and refuse it when it is made to burst.

    A reader keeps a whole sheet as a rectangle, so one cell far away costs as much memory as all cells before it:
    the reach of the sheets is counted too.
    """
    try:
        archive = zipfile.ZipFile(source)
    except zipfile.BadZipFile as error:
        raise UnreadableTable(_("The workbook is damaged or no workbook: %(error)s") % {"error": error}) from error
    with archive:
        entries = archive.infolist()
        if "xl/workbook.xml" not in {entry.filename for entry in entries}:
            raise UnreadableTable(_("This archive is no Excel workbook. Bring a CSV or XLSX file."))
        if len(entries) > limits.entries or sum(entry.file_size for entry in entries) > limits.unpacked_bytes:
            raise UnreadableTable(
                _("The workbook unpacks to more than we read. Save the sheet as CSV and bring that.")
            )
        unpacked = 0
        for entry in entries:
            reach = Reach(limits) if entry.filename.startswith("xl/worksheets/") else None
            try:
                with archive.open(entry) as part:
                    while chunk := part.read(1 << 20):
                        unpacked += len(chunk)
                        if unpacked > limits.unpacked_bytes or (
                            unpacked > limits.ratio_counts_from
                            and unpacked > limits.ratio * max(1, part_size(entries))
                        ):
                            raise UnreadableTable(
                                _("The workbook unpacks to more than we read. Save the sheet as CSV and bring that.")
                            )
                        if reach is not None:
                            reach.look(chunk)
            except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
                raise UnreadableTable(
                    _("The workbook is damaged or no workbook: %(error)s") % {"error": error}
                ) from error


def part_size(entries: list[zipfile.ZipInfo]) -> int:
    return sum(entry.compress_size for entry in entries)


class Reach:
    """The last row and column that a sheet's XML mentions."""

    def __init__(self, limits: Limits):
        self.limits = limits
        self.rows, self.columns, self.tail, self.is_first = NEAR_ROWS, NEAR_COLUMNS, b"", True

    def look(self, chunk: bytes) -> None:
        if self.is_first:
            self.is_first = False
            if chunk[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE} or b"\0" in chunk[:64]:
                raise UnreadableTable(_("The workbook is damaged or no workbook: %(error)s") % {"error": "UTF-16"})
        text = self.tail + chunk
        self.rows = max([self.rows, *map(int, FAR_ROW.findall(text))])
        for letters in set(FAR_COLUMN.findall(text)):
            place = 0
            for letter in letters:
                place = place * 26 + letter - 64
            self.columns = max(self.columns, place)
        self.tail = text[-OVERLAP:]
        if self.rows * self.columns > self.limits.cells:
            raise UnreadableTable(
                _(
                    "A sheet of the workbook reaches to row %(row)s and column %(column)s. Delete what stands far from the table, or save the sheet as CSV."
                )
                % {"row": self.rows, "column": self.columns}
            )
