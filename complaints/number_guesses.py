"""Case numbers that may have been meant: a letter, a digit or the check digit mistyped, the series or the year left out.

Pure: nothing is looked up here. Whoever offers the guesses asks which of them are cases that the reader may see.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from complaints.numbering import SEQUENCE_DIGITS, CaseNumber

# Digits that stand alone are a telephone or a code as well; a sequence is told by its leading noughts or its shortness.
LONGEST_SEQUENCE = SEQUENCE_DIGITS + 1
_STROKES = r"[\s\-‐‑‒–—−_/.,]*"
_LETTERS = r"([^\W\d_]{0,2})"  # one struck twice, or one of another alphabet that looks the same
_WITH_YEAR = re.compile(rf"{_LETTERS}{_STROKES}((?:19|20)[0-9]{{2}}){_STROKES}([0-9][0-9\s\-‐‑‒–—−_/.,]*)")
_SHORT_YEAR = re.compile(r"([^\W\d_]{1,2})[\s\-/]*([0-9]{2})[\s\-/]([0-9]{1,6})(?:[\s\-/]([0-9]))?")
_ALONE = re.compile(rf"{_LETTERS}{_STROKES}([0-9]{{1,{LONGEST_SEQUENCE}}}){_STROKES}([0-9])?")
_STROKE = re.compile(r"[\s\-‐‑‒–—−_/.,]+")


def guesses(text: str, *, series: Sequence[str], years: Iterable[int]) -> list[str]:
    """Whole numbers that may have been meant, the likeliest first; none where the text is no number at all.

    The typed letter is taken first, then every other series; a year that was left out is every year in use, the latest first.
    """
    typed = " ".join(text.upper().split())
    short = _SHORT_YEAR.fullmatch(typed)
    if short:
        typed = f"{short[1]}-20{short[2]}-{short[3]}" + (f"-{short[4]}" if short[4] else "")
    with_year = _WITH_YEAR.fullmatch(typed)
    alone = None if with_year else _ALONE.fullmatch(typed)
    if with_year:
        letter, typed_years = with_year[1], [int(with_year[2])]
        parts = [part for part in _STROKE.split(with_year[3]) if part]
    elif alone:
        letter, typed_years = alone[1], sorted(years, reverse=True)
        parts = [part for part in alone.group(2, 3) if part]
    else:
        return []
    letters = [*dict.fromkeys([one for one in (letter[:1],) if one in series] + list(series))]
    found: dict[str, None] = {}
    for sequence in sequences_of(parts):
        for year in typed_years:
            for one in letters:
                found.setdefault(str(CaseNumber(one, year, sequence)))
    if with_year:
        check, written = check_and_sequence(parts)
        for year in typed_years:
            for one in letters[:1] if letter[:1] in series else letters:
                for number in one_slip_away(one, year, written, check):
                    found.setdefault(number)
    return list(found)


def sequences_of(parts: list[str]) -> list[int]:
    """The sequence without its check digit, and the digits as a sequence alone where no check digit was typed."""
    run = "".join(parts)
    ways = [run[:-1]] if len(parts) > 1 or len(run) > SEQUENCE_DIGITS else [run, run[:-1]]
    return [int(way) for way in dict.fromkeys(ways) if way and len(way) <= SEQUENCE_DIGITS and int(way)]


def check_and_sequence(parts: list[str]) -> tuple[str, str]:
    """The typed check digit and sequence, when both are there."""
    run = "".join(parts)
    if len(run) < 2 or (len(parts) == 1 and len(run) <= SEQUENCE_DIGITS):
        return "", ""
    return run[-1], f"{run[:-1]:0>{SEQUENCE_DIGITS}}"


def one_slip_away(letter: str, year: int, sequence: str, check: str) -> list[str]:
    """Numbers whose check digit is the typed one and whose sequence differs by one digit or by two neighbours swapped."""
    if not check or len(sequence) != SEQUENCE_DIGITS:
        return []
    slips = [
        sequence[:place] + digit + sequence[place + 1 :]
        for place in range(SEQUENCE_DIGITS)
        for digit in "0123456789"
        if digit != sequence[place]
    ]
    slips += [
        sequence[:place] + sequence[place + 1] + sequence[place] + sequence[place + 2 :]
        for place in range(SEQUENCE_DIGITS - 1)
    ]
    numbers = [CaseNumber(letter, year, int(slip)) for slip in slips if int(slip)]
    return [str(number) for number in numbers if number.check_digit == check]
