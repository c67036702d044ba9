"""Estonian registry codes of organisations and personal codes, checked by python-stdnum."""

from __future__ import annotations

import re
from datetime import date

from django.utils.translation import gettext as _
from stdnum.ee import ik, registrikood
from stdnum.exceptions import InvalidChecksum, InvalidComponent, ValidationError

REGISTRY_DIGITS = 8
_LIKE_PERSONAL = re.compile(r"[1-8][0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3,5}", re.ASCII)


class CodeRefused(ValueError):
    """The code cannot be right; says in the reader's language what is wrong."""


def checked_registry_code(text: str) -> str:
    """Eight digits of a company, agency, association or foundation, without blanks."""
    try:
        return registrikood.validate(text)
    except InvalidComponent as refusal:
        raise CodeRefused(_("A registry code begins with 1, 7, 8 or 9.")) from refusal
    except InvalidChecksum as refusal:
        raise CodeRefused(_("The last digit of the registry code does not fit: was a digit mistyped?")) from refusal
    except ValidationError as refusal:
        raise CodeRefused(_("A registry code has eight digits.")) from refusal


def checked_personal_code(text: str) -> str:
    """Eleven digits of an Estonian personal code, without blanks; its date must exist."""
    try:
        return ik.validate(text)
    except InvalidComponent as refusal:
        raise CodeRefused(_("The personal code holds a date of birth that does not exist.")) from refusal
    except InvalidChecksum as refusal:
        raise CodeRefused(_("The last digit of the personal code does not fit: was a digit mistyped?")) from refusal
    except ValidationError as refusal:
        raise CodeRefused(_("A personal code has eleven digits.")) from refusal


def is_registry_code(text: str) -> bool:
    return registrikood.is_valid(text)


def is_personal_code(text: str) -> bool:
    return ik.is_valid(text)


def looks_like_personal_code(text: str) -> bool:
    """Whether this is a personal code, right or mistyped: sex and date of birth, then more digits, one too few or many."""
    code = ik.compact(text)
    return _LIKE_PERSONAL.fullmatch(code) is not None


def birth_date(personal_code: str) -> date:
    return ik.get_birth_date(checked_personal_code(personal_code))


def masked_personal_code(text: str) -> str:
    """3••••••••09: sex and century with the last two digits, enough to tell two people apart on a list.

    A text of another shape is hidden wholly.
    """
    code = ik.compact(text)
    if len(code) == 11 and code.isascii() and code.isdigit():
        return f"{code[0]}{'•' * 8}{code[-2:]}"
    return "•" * len(code)
