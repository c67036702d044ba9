"""Public numbers of cases: P-2026-004217-5.

Series letter, year, sequence within series and year, check digit. The check digit is
Damm's (python-stdnum) over the series letter's digit, the year and the six-digit
sequence. It catches every single mistyped digit and every swap of two neighbours, also
across the hyphens, and a letter of one of our series heard for another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from django.utils.translation import gettext as _
from stdnum import damm

CASE_SERIES = "P"  # pöördumine
SEQUENCE_DIGITS = 6

_SEPARATORS = re.compile(r"[\s\-‐‑‒–—−_/.]+")
_COMPACT = re.compile(r"([A-Z])([0-9]{4})([0-9]*)")


class NumberNotUnderstood(ValueError):
    """What was typed is no case number; says in the reader's language what is wrong."""


@dataclass(frozen=True, slots=True, order=True)
class CaseNumber:
    series: str
    year: int
    sequence: int

    def __post_init__(self) -> None:
        if not re.fullmatch("[A-Z]", self.series):
            raise ValueError(f"a series is one letter A-Z, not {self.series!r}")
        if not 1000 <= self.year <= 9999:
            raise ValueError(f"a year has four digits, not {self.year}")
        if self.sequence < 1:
            raise ValueError(f"a sequence begins at 1, not {self.sequence}")

    @property
    def check_digit(self) -> str:
        letter = (ord(self.series) - ord("A")) % 10
        return damm.calc_check_digit(f"{letter}{self.year}{self.sequence:0{SEQUENCE_DIGITS}d}")

    def __str__(self) -> str:
        return f"{self.series}-{self.year}-{self.sequence:0{SEQUENCE_DIGITS}d}-{self.check_digit}"


def format_number(series: str, year: int, sequence: int) -> str:
    return str(CaseNumber(series, year, sequence))


def format_numbers(series: str, year: int, first: int, last: int) -> list[str]:
    """Numbers of a run of sequences, as `format_number` gives them; for imports, which take thousands at once."""
    CaseNumber(series, year, first)  # the same conditions
    begun = damm.checksum(f"{(ord(series) - ord('A')) % 10}{year}")
    table, ahead = _damm_table(), f"{series}-{year}-"
    numbers = []
    for sequence in range(first, last + 1):
        digits = f"{sequence:0{SEQUENCE_DIGITS}d}"
        check = begun
        for digit in digits:
            check = table[check][int(digit)]
        numbers.append(f"{ahead}{digits}-{check}")
    return numbers


@cache
def _damm_table() -> list[list[int]]:
    """Damm's table as the library applies it: from a checksum and a digit to the next checksum."""
    leads_to = {damm.checksum(str(digit)): digit for digit in range(10)}
    return [[damm.checksum(f"{leads_to[state]}{digit}") for digit in range(10)] for state in range(10)]


def parse_number(text: str) -> CaseNumber:
    """The number a person typed, dictated or pasted; NumberNotUnderstood says what is wrong.

    Lower case, blanks or other strokes for hyphens, no hyphens at all and dropped leading
    zeros are understood. A missing check digit is not guessed.
    """
    parts = [part for part in _SEPARATORS.split(text.upper()) if part]
    if not parts:
        raise NumberNotUnderstood(_("The number is missing."))
    compact = "".join(parts)
    if compact.isascii() and compact.isdigit():
        raise NumberNotUnderstood(
            _("The number begins with the letter of its series, as in %(example)s.") % {"example": _EXAMPLE}
        )
    match = _COMPACT.fullmatch(compact)
    if match is None or any(1 < end < 5 for end in accumulate(map(len, parts))):  # year cut in two
        raise NumberNotUnderstood(_("This is not a case number. It looks like %(example)s.") % {"example": _EXAMPLE})
    series, year, rest = match.groups()
    if not _has_check_digit(parts, rest):
        raise NumberNotUnderstood(_("The number is not whole: the check digit after the last hyphen is missing."))
    if int(year) < 1000 or int(rest[:-1]) < 1:
        raise NumberNotUnderstood(_("There is no such number: years have four digits and the sequence begins at 1."))
    number = CaseNumber(series, int(year), int(rest[:-1]))
    if rest[-1] != number.check_digit:
        raise NumberNotUnderstood(
            _("The check digit of %(number)s does not fit: was a digit mistyped?")
            % {"number": f"{series}-{year}-{rest[:-1]:0>{SEQUENCE_DIGITS}}-{rest[-1]}"}
        )
    return number


def _has_check_digit(parts: list[str], rest: str) -> bool:
    """Whether the digits after the year end in a check digit.

    Six digits or fewer standing apart are a sequence alone. Written in one run, only six
    that begin with a nought must be one: no shortened sequence begins so.
    """
    if len(rest) < 2:
        return False
    if parts[-1] == rest:
        return len(rest) > SEQUENCE_DIGITS
    if len(parts[-1]) == 1:
        return True
    return len(rest) > SEQUENCE_DIGITS or not (len(rest) == SEQUENCE_DIGITS and rest[0] == "0")


_EXAMPLE = format_number(CASE_SERIES, 2026, 4217)
