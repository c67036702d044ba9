"""Pages of a list by key: the address holds the last row's key, never a page number.

A page costs the same wherever it stands, and rows that come or go meanwhile never make one appear twice. Rows without a
value in the sorting field come last, whichever way the list is sorted.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet

from bureau.typed_numbers import whole

PAGE_SIZE = 50
COUNT_CAP = 1000


@dataclass(frozen=True)
class Order:
    """How a list is sorted: a field, its direction, and how its values are written in an address.

    `valued`: which rows have a value, where some may lack it. Those without come last, newest first.
    """

    field: str
    descending: bool = False
    is_date: bool = False
    valued: Q | None = None

    def written(self, value: Any) -> str:
        return "" if value is None else value.isoformat() if self.is_date else str(value)

    def read(self, text: str) -> Any:
        """The value as written; ValueError for what is none."""
        if text == "":
            if self.valued is None:
                raise ValueError(text)
            return None
        return date.fromisoformat(text) if self.is_date else text


@dataclass(frozen=True)
class Page:
    rows: list[tuple]
    next_key: str = ""
    previous_key: str = ""
    words: str = ""


@dataclass(frozen=True)
class Key:
    value: Any
    id: int

    @classmethod
    def read(cls, text: str, order: Order) -> "Key | None":
        """The key of an address; None for one that was cut or made up, which shows the first page."""
        value, _dot, pk = text.rpartition("~")
        known = whole(pk)
        if known is None:
            return None
        try:
            return cls(order.read(value), known)
        except ValueError:
            return None


@dataclass
class KeyPaging:
    """Reads one page of `queryset`, as tuples of `columns`; the sorting field and the id stand first in them."""

    queryset: QuerySet
    order: Order
    columns: list[str]
    size: int = PAGE_SIZE
    after: str = ""
    before: str = ""
    _legs: list[bool] = field(default_factory=list)

    def page(self) -> Page:
        backwards = bool(self.before)
        key = Key.read(self.before or self.after, self.order)
        rows = self.read(key, backwards=backwards and key is not None)
        more = len(rows) > self.size
        if backwards and key is not None:
            rows = rows[-self.size :]
            has_next, has_previous = True, more
        else:
            rows = rows[: self.size]
            has_next, has_previous = more, key is not None
        return Page(
            rows=rows,
            next_key=self.key_of(rows[-1]) if has_next and rows else "",
            previous_key=self.key_of(rows[0]) if has_previous and rows else "",
        )

    def key_of(self, row: tuple) -> str:
        return f"{self.order.written(row[0])}~{row[1]}"

    def read(self, key: Key | None, *, backwards: bool) -> list[tuple]:
        """Up to one row more than a page, in the order of the list."""
        legs = [True] if self.order.valued is None else [True, False]  # rows with a value, then those without
        if backwards:
            legs.reverse()
        if key is not None:
            legs = legs[legs.index(key.value is not None) :]
        rows: list[tuple] = []
        for has_value in legs:
            leg = self.queryset
            if self.order.valued is not None:
                leg = leg.filter(self.order.valued if has_value else ~self.order.valued)
            if key is not None and has_value == (key.value is not None):
                leg = leg.filter(self.beyond(key, backwards=backwards))
            down = (self.order.descending if has_value else True) != backwards
            names = [F(self.order.field), F("id")] if has_value else [F("id")]
            leg = leg.order_by(*(name.desc() if down else name.asc() for name in names))
            found = leg.values_list(self.order.field, "id", *self.columns)[: self.size + 1 - len(rows)]
            rows += found if has_value else [(None, *row[1:]) for row in found]
            if len(rows) > self.size:
                break
        if backwards:
            rows.reverse()
        return rows

    def beyond(self, key: Key, *, backwards: bool) -> Q:
        if key.value is None:
            return Q(**{f"id__{'gt' if backwards else 'lt'}": key.id})
        side = "lt" if self.order.descending != backwards else "gt"
        name = self.order.field
        # The first condition alone is what the index walks to.
        return Q(**{f"{name}__{side}e": key.value}) & (
            Q(**{f"{name}__{side}": key.value}) | Q(**{f"id__{side}": key.id})
        )


def capped_count(queryset: QuerySet, cap: int = COUNT_CAP) -> int:
    """How many rows, counted up to one more than the cap."""
    return queryset.order_by().values("pk")[: cap + 1].count()
