"""Numbers as people and foreign tables write them: 1234,5, 1 234,5, 1.234,5, 1,234.5. One reader for all of the desk.

A text that means two numbers is none: "1,000" is a thousand to one writer and one to another.
"""

import re
from decimal import Decimal
from typing import Any

# What stands between groups of three digits: blank, no-break, narrow no-break, thin and figure space, apostrophes.
BLANKS = " \u00a0\u202f\u2009\u2007'\u2019"
MINUS_SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-"})
GROUPED = re.compile(rf"[0-9]{{1,3}}(?:[{BLANKS}][0-9]{{3}})+(?:[.,][0-9]+)?")
PLAIN = re.compile(r"[0-9]+(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]{1,2})?")
BOTH_SIGNS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+")
SEVERAL_GROUPS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){2,}|[0-9]{1,3}(?:\.[0-9]{3}){2,}")
TWO_MEANINGS = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
LONGEST = 60


class NotANumber(ValueError):
    """The text is no number."""


class UnclearNumber(NotANumber):
    """The text may be a thousand times another number."""


class TypedNumber(str):
    """A number that a workbook holds as a number: its text has a point and no groups, so that nothing is guessed."""

    __slots__ = ()


def number_of(value: Any) -> Decimal:
    """The number in a cell or in what was typed; raises `UnclearNumber` or `NotANumber`. Only digits 0–9 count."""
    if isinstance(value, TypedNumber):
        return Decimal(str(value))
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        if not number.is_finite():
            raise NotANumber(str(value))
        return number
    text = str(value if value is not None else "").strip(BLANKS + "\t\r\n\ufeff\u200b").translate(MINUS_SIGNS)
    sign, digits = ("-", text[1:].lstrip(BLANKS)) if text[:1] == "-" else ("", text.removeprefix("+"))
    if len(digits) > LONGEST:
        raise NotANumber(text)
    if TWO_MEANINGS.fullmatch(digits):
        raise UnclearNumber(text)
    if PLAIN.fullmatch(digits):
        plain = digits.replace(",", ".")
    elif GROUPED.fullmatch(digits):
        plain = re.sub(f"[{BLANKS}]", "", digits).replace(",", ".")
    elif BOTH_SIGNS.fullmatch(digits):
        decimal = "." if digits.rfind(".") > digits.rfind(",") else ","
        plain = digits.replace("," if decimal == "." else ".", "").replace(",", ".")
    elif SEVERAL_GROUPS.fullmatch(digits):
        plain = digits.replace(",", "").replace(".", "")
    else:
        raise NotANumber(text)
    return Decimal(sign + plain)
