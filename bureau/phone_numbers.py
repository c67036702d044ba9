"""Telephone numbers: typed as people type them, stored as E.164, shown in groups."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

HOME_REGION = "EE"
_EXTENSION = re.compile(r"\s*(?:ext|sise|siseliin|x|#)\.?\s*\d{1,6}\s*$", re.IGNORECASE)
_LABEL = re.compile(r"^\s*(?:tel|telefon|mob|mobiil|phone|gsm|t|m)?\s*[.:]\s*", re.IGNORECASE)
_REMARK = re.compile(r"\([^()+0-9]*\)")


def to_e164(text: str, region: str = HOME_REGION) -> str | None:
    """ "+37255550199" for whatever way the number was typed; None when it is no whole number.

    Without a country code it is read as a number of `region`. An extension, a label
    ("tel.") and a remark in brackets are dropped. Short numbers such as 112 belong to no
    person and give None.
    """
    bare = _REMARK.sub(" ", _EXTENSION.sub("", _LABEL.sub("", text.strip())))
    if bare.startswith("00"):
        bare = "+" + bare[2:]
    try:
        number = phonenumbers.parse(bare, region)
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def shown(e164: str) -> str:
    """ "+372 5555 0199" for a stored number; a text that is no number stays as it is."""
    try:
        number = phonenumbers.parse(e164, HOME_REGION)
    except NumberParseException:
        return e164
    if not phonenumbers.is_possible_number(number):
        return e164
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


def digits_of(text: str) -> str:
    """Digits alone, for finding a party while a number is still being typed."""
    return re.sub(r"[^0-9]", "", text)
