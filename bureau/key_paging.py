"""Pages of a list by key: the next page begins after the last row shown, so that a million rows page as fast as ten."""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

from bureau.typed_numbers import whole

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


def newest_first_by(
    rows: QuerySet, by: tuple[str, str], *, after: str = "", before: str = "", size: int = ROWS_ON_PAGE
) -> Page:
    """Rows by two of their fields that together name one row, the greater first: a day and what tells apart the rows of one day.

    `after` and `before` are keys as the page gives them, `2026-11-30~17`; what is not one begins at the first page. One statement.
    """
    first, second = by
    values = values_of_key(rows, by, before or after)
    backwards = bool(before) and values is not None
    if values:
        way = "gt" if backwards else "lt"
        rows = rows.filter(
            Q(**{f"{first}__{way}": values[0]}) | Q(**{first: values[0], f"{second}__{way}": values[1]})
        )
    order = by if backwards else tuple(f"-{name}" for name in by)
    found = list(rows.order_by(*order)[: size + 1])
    has_more, found = len(found) > size, found[:size]
    if not found:
        return Page()
    if backwards:
        found.reverse()
    has_next, has_previous = (True, has_more) if backwards else (has_more, values is not None)
    return Page(found, key_of(found[-1], by) if has_next else None, key_of(found[0], by) if has_previous else None)


def key_of(row: Model, by: tuple[str, str]) -> str:
    return "~".join(str(getattr(row, name)) for name in by)


def values_of_key(rows: QuerySet, by: tuple[str, str], text: str) -> list[Any] | None:
    parts, meta = text.split("~"), rows.model._meta
    if len(parts) != len(by):
        return None
    try:
        return [
            (meta.pk if name == "pk" else meta.get_field(name)).to_python(part)
            for name, part in zip(by, parts, strict=True)
        ]
    except ValidationError:
        return None


def key(value: str | None) -> int | None:
    """A key from the address; what is not one begins at the first page."""
    return whole(value)
