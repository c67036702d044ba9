"""Pages of a list by key: the next page begins after the last row shown, so that a million rows page as fast as ten."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField, Model, Q, QuerySet

from bureau.prepared import Given, Statement, for_person, statement_of
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
    rows = list(walked(queryset, after=after, before=before, size=size))
    return page_of(rows, [row.pk for row in rows], after=after, before=before, size=size)


def newest_first_seen(
    name: str, user, seen: Callable[[Any], QuerySet], shown: QuerySet, *, after: int | None = None, before: int | None = None,
    size: int = ROWS_ON_PAGE, **values: Any,
) -> Page:  # fmt: skip
    """The same where making the gate's text takes longer than the database takes to answer it.

    `seen(user)` are the rows; its text is kept as `name` for the person's rights, with `Given` where a value of `values` stands.
    `shown` brings what the page reads of them. Two statements.
    """
    way = "before" if before is not None else "after" if after is not None else "first"

    def make(user) -> Statement:
        given = {way: Given("key", BigIntegerField())} if way != "first" else {}
        return statement_of(walked(seen(user), size=size, **given).values("pk"))

    keys = [
        row[0]
        for row in for_person(f"{name}, {way}", user, make).rows(key=before if before is not None else after, **values)
    ]
    found = shown.in_bulk(keys)
    keys = [pk for pk in keys if pk in found]
    return page_of([found[pk] for pk in keys], keys, after=after, before=before, size=size)


def walked(queryset: QuerySet, *, after: Any = None, before: Any = None, size: int) -> QuerySet:
    """One row more than a page, in the order in which it is walked."""
    if before is not None:
        return queryset.filter(pk__gt=before).order_by("pk")[: size + 1]
    return (queryset if after is None else queryset.filter(pk__lt=after)).order_by("-pk")[: size + 1]


def page_of(rows: list[Any], keys: list[Any], *, after: Any, before: Any, size: int) -> Page:
    """The page of rows as they were walked, and the keys on either side of it."""
    has_more, rows, keys = len(rows) > size, rows[:size], keys[:size]
    if not rows:
        return Page()
    if before is not None:
        return Page(rows[::-1], keys[0], keys[-1] if has_more else None)
    return Page(rows, keys[-1] if has_more else None, keys[0] if after is not None else None)


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
