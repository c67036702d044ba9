"""Days that stand in an address: what is none, or of another age, is nothing."""

import re
from datetime import date

# No letter that waits for an answer is older, and no term that we count runs further. Near the edges of the calendar
# itself there is no day before or after, and no page of ours could show a week.
FIRST_YEAR, LAST_YEAR = 1950, 2150
_WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def near_day(text: object) -> date | None:
    """The day written 2026-12-24, or None."""
    written = str(text if text is not None else "").strip()
    if not _WRITTEN.fullmatch(written):
        return None
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None
