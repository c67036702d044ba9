"""Texts that the database can keep: no nought, and no half of a surrogate pair, which is no letter of any text."""

from typing import Any


def is_storable(value: Any) -> bool:
    """Of a text, or of all texts in lists and mappings as JSON has them, names of fields too."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            if "\x00" in one or any("\ud800" <= sign <= "\udfff" for sign in one):
                return False
        elif isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            waiting += one
    return True
