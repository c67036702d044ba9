"""Pages of a list by key: the next page begins after the last row shown, so that a million rows page as fast as ten."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

ROWS_ON_PAGE = 50


@dataclass(frozen=True)
class Page:
    rows: list[Any] = field(default_factory=list)
    next_key: int | str | None = None
    previous_key: int | str | None = None

    def __iter__(self):
        return iter(self.rows)

    def __bool__(self) -> bool:
        return bool(self.rows)


def newest_first(
    queryset: QuerySet, *, after: int | None = None, before: int | None = None, size: int = ROWS_ON_PAGE
) -> Page:
    """Newest rows first by id. `after`: ids below it; `before`: ids above it, for the way back. One statement."""
    if before is not None:
        rows = list(queryset.filter(pk__gt=before).order_by("pk")[: size + 1])
        has_previous, has_next = len(rows) > size, True
        rows = rows[:size][::-1]
    else:
        queryset = queryset if after is None else queryset.filter(pk__lt=after)
        rows = list(queryset.order_by("-pk")[: size + 1])
        has_previous, has_next = after is not None, len(rows) > size
        rows = rows[:size]
    if not rows:
        return Page()
    return Page(rows, rows[-1].pk if has_next else None, rows[0].pk if has_previous else None)


def key(value: str | None) -> int | None:
    """A key from the address; what is not one begins at the first page."""
    return int(value) if value and value.isdecimal() and len(value) < 19 else None
