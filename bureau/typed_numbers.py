"""Whole numbers that stand in an address or a form: what is none, or larger than any id, is nothing."""

MOST_DIGITS = 18


def whole(text: object) -> int | None:
    """The number, or None. Only 0–9 count: "²" is a digit to Python and no number."""
    written = str(text if text is not None else "").strip()
    return int(written) if written.isascii() and written.isdigit() and len(written) <= MOST_DIGITS else None
