"""Text files that somebody else wrote as tables: their encoding, their delimiter, and their records one by one.

A quotation mark that is left open costs the line on which it stands, never the lines after it.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import IO, Any

from django.utils.translation import gettext as _

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}
DETECT = "detect"
INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u200e\u200f"
BLANK = INVISIBLE + " \t\r\n\u00a0\u202f"
# Further than this a cell does not reach over lines; a mark that stays open longer is a slip.
LINES_IN_CELL, SIGNS_IN_CELL = 1000, 131_072
SEPARATOR_LINE = re.compile(rf'[{INVISIBLE}]*"?sep=(?P<sign>[^"\r\n])"?', re.IGNORECASE)
DAMAGED = re.compile("[\udc80-\udcff]")
BEYOND_ASCII = re.compile("[^\x00-\x7f\udc80-\udcff]")


class Unread(list):
    """The cells of a line that is no row, with the sentence that says why."""

    def __init__(self, cells: list[str], reason: str):
        super().__init__(shown(cell) for cell in cells)
        self.reason = reason


class Damaged(list):
    """The cells of a row with bytes that are no letters, as they can be shown."""

    def __init__(self, cells: list):
        super().__init__(shown(cell) if isinstance(cell, str) else cell for cell in cells)


def shown(cell: str) -> str:
    """With “�” for what is no letter and without noughts, so that pages, reports and the database can take it."""
    return DAMAGED.sub("\ufffd", cell).replace("\0", "")


# --- Encoding -----------------------------------------------------------------------------------------------------------
def decoding_of(source: IO[bytes], wanted: str) -> tuple[str, bool, bool]:
    """Encoding, whether a byte-order mark stands first, and whether rows need cleaning (noughts, undecodable bytes)."""
    source.seek(0)
    start = source.read(4)
    if start[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        return "utf-16", True, False
    has_bom = start[:3] == codecs.BOM_UTF8
    encoding = "utf-8" if wanted == DETECT or has_bom else wanted
    fits, holds_nought = scan(source, encoding)
    if not fits and wanted == DETECT and not has_bom and not is_damaged_utf8(source):
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


def is_damaged_utf8(source: IO[bytes]) -> bool:
    """Whether the file is UTF-8 with a few broken bytes: more letters beyond ASCII are whole than bytes are not.

    In a one-byte encoding the bytes of õ, ä, ö, ü stand between ASCII letters and never make a letter of UTF-8.
    """
    source.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    whole = damaged = 0
    while chunk := source.read(1 << 20):
        text = decoder.decode(chunk)
        whole += len(BEYOND_ASCII.findall(text))
        damaged += len(DAMAGED.findall(text))
    return whole > damaged


def is_utf8(source: IO[bytes]) -> bool:
    """Whether the file holds letters beyond ASCII and all of them are whole in UTF-8."""
    source.seek(0)
    if all(chunk.isascii() for chunk in iter(lambda: source.read(1 << 20), b"")):
        return False
    return scan(source, "utf-8")[0]


def baltic_or_latin(source: IO[bytes]) -> str:
    """windows-1257 or ISO-8859-15, told apart by where š and ž stand and by Windows's own marks.

    The letters õ ä ö ü have the same bytes in both, so with nothing else to see either reads the file rightly.
    """
    source.seek(0)
    sample = source.read(20_000_000)
    windows = sum(map(sample.count, (b"\xf0", b"\xfe", b"\xd0", b"\xde", *(bytes([b]) for b in range(0x80, 0xA0)))))
    latin = sum(map(sample.count, (b"\xa8", b"\xb8", b"\xa6", b"\xb4", b"\xa4")))
    return "iso-8859-15" if latin > windows else "windows-1257"


# --- Delimiter ----------------------------------------------------------------------------------------------------------
def separator_line(sample: str) -> str | None:
    """The sign that a first line `sep=;` names, as Excel writes it; None where there is no such line."""
    found = SEPARATOR_LINE.fullmatch(sample.splitlines()[0].strip() if sample.strip() else "")
    return found["sign"] if found else None


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


# --- Records ------------------------------------------------------------------------------------------------------------
class StaysOpen(Exception):
    """A quotation mark is open for longer than a cell is."""


class Lines:
    """The lines of a file for `csv.reader`: remembers those of the record being read, and takes lines back."""

    def __init__(self, source: Iterator[str]):
        self.source, self.returned = source, list[str]()
        self.record, self.signs = list[str](), 0
        self.number = 0

    def __iter__(self) -> "Lines":
        return self

    def __next__(self) -> str:
        if len(self.record) >= LINES_IN_CELL or self.signs > SIGNS_IN_CELL:
            raise StaysOpen
        line = self.returned.pop() if self.returned else next(self.source)
        self.number += 1
        self.record.append(line)
        self.signs += len(line)
        return line

    def begin(self) -> None:
        self.record, self.signs = [], 0

    def take_back(self, lines: list[str]) -> None:
        self.returned += reversed(lines)
        self.number -= len(lines)


def records(source: Iterator[str], delimiter: str, *, skipped: int = 0) -> Iterator[tuple[list[str], int]]:
    """The cells of each record and the line on which it begins; lines that are no record come as `Unread`."""
    lines = Lines(source)
    for _place in range(skipped):
        next(lines, None)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.begin()
        first = lines.number + 1
        try:
            yield next(reader), first
        except StopIteration:
            return
        except (csv.Error, StaysOpen):
            read, last = lines.record, lines.number
            lines.take_back(read[1:])
            # After an error the reader begins anew with the next line; the state of a half-read cell is dropped.
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
            yield mended(read[0], first, last, delimiter), first


def mended(line: str, first: int, last: int, delimiter: str) -> list[str]:
    """A line whose marks stand in pairs is read with them as they stand; one on which a mark stays open is not."""
    text = line.rstrip("\r\n")
    cells = cells_as_they_stand(text, delimiter)
    if len(text) > SIGNS_IN_CELL:
        return Unread([text[:1000]], _("Line %(line)s is longer than a row can be.") % {"line": first})
    if last == first and text.count('"') % 2 == 0:
        return cells
    return Unread(
        cells,
        _(
            "A quotation mark on line %(first)s stays open up to line %(last)s. Line %(first)s was not taken, the lines after it were read one by one."
        )
        % {"first": first, "last": last}
        if last > first
        else _("A quotation mark on line %(first)s has no pair.") % {"first": first},
    )


def cells_as_they_stand(text: str, delimiter: str) -> list[str]:
    """Cells wholly in quotation marks without them, all others sign for sign."""
    sign = re.escape(delimiter)
    cell = re.compile(rf'"(?P<quoted>(?:[^"]|"")*)"(?={sign}|$)|(?P<bare>[^{sign}]*)')
    cells, place = list[str](), 0
    while True:
        found = cell.match(text, place)
        if found is None:  # never: the second way matches nothing too
            return cells
        quoted = found["quoted"]
        cells.append(found["bare"] if quoted is None else quoted.replace('""', '"'))
        place = found.end() + 1
        if found.end() >= len(text):
            return cells


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
