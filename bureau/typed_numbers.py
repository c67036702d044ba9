"""Whole numbers that stand in an address or a form: what is none, or larger than any id, is nothing."""

# The largest id that the database can hold has nineteen digits; keys of answers, which are random, reach up to it.
LARGEST = 2**63 - 1


def whole(text: object) -> int | None:
    """The number, or None. Only 0–9 count: "²" is a digit to Python and no number."""
    written = str(text if text is not None else "").strip()
    if not (written.isascii() and written.isdigit() and len(written.lstrip("0")) <= len(str(LARGEST))):
        return None
    number = int(written)
    return number if number <= LARGEST else None
