"""What exists for a person, asked by the type of an object: for rows that name an object without a key of the database.

A file of an export, a row of a job's report, a notice, a deed: each names what it leads to by type and key. Apps register
the gate of each type (`register`) and what even a right to everything does not open (`hide`); the rows are asked here.
"""

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Coalesce

# Object type → those of it that exist for a person.
_gates: dict[str, Callable[[Any], QuerySet]] = {}
# Object type → those that exist for a person, asked for files alone: no row of a report or notice names one of these.
_apart: dict[str, Callable[[Any], QuerySet]] = {}
# (Object type, pattern of the addresses that lead to one of it, the field by which the address names it, other addresses).
_addresses: list[tuple[str, str, str, str]] = []
# Object type → keys of those that do not exist for a person, whatever the right to read what is written about them.
_hidden: dict[str, Callable[[Any], QuerySet]] = {}
# Object type → restricted ones that do not exist for a person who yet sees that something about them is under way.
_closed: dict[str, Callable[[Any], QuerySet]] = {}
# Name in the data of a deed or of a reading → what stands there for objects that do not exist for a person.
_hidden_in_data: dict[str, Callable[[Any], QuerySet]] = {}
# Words by which a person would know what does not exist for them: numbers.
_hidden_words: list[Callable[[Any], frozenset[str]]] = []


def asked_one_by_one(rows: QuerySet) -> Coalesce:
    """Whether there is such a row, asked for each row of the outer query on its own.

    For `Exists` the planner may read all rows that could be meant into memory first: every restricted case for the
    fifty contacts of a page. A value that is selected cannot be turned into such a list.
    """
    found = rows.order_by().annotate(is_there=Value(True)).values("is_there")[:1]
    return Coalesce(Subquery(found, output_field=BooleanField()), Value(False))


# --- What exists ------------------------------------------------------------------------------------------------------
def register(object_type: str, seen_by: Callable[[Any], QuerySet]) -> None:
    """`seen_by` gives the objects of this type that exist for a person: their own gate."""
    _gates[object_type] = seen_by


def register_apart(object_type: str, seen_by: Callable[[Any], QuerySet]) -> None:
    """As `register`, for objects that only files are made of: the other rows are not asked about one type more."""
    _apart[object_type] = seen_by


def register_open(object_type: str) -> None:
    """Objects of this type lead to no case; a file made of them asks only whether they are still there."""
    register_apart(object_type, lambda user: apps.get_model(object_type)._default_manager.all())


def seen(object_type: str, user: Any) -> QuerySet:
    return (_gates.get(object_type) or _apart[object_type])(user)


def about_seen(user: Any) -> Q:
    """Of rows with `object_type` and `object_id`, those about nothing, or about something that exists for the person."""
    shown = Q()
    for object_type, seen_by in _gates.items():
        about = seen_by(user).filter(pk=OuterRef("object_id"))
        shown &= ~Q(object_type=object_type) | Q(asked_one_by_one(about))
    return shown


def shows_all(object_type: str, user: Any, keys: RawSQL, count: int) -> bool:
    """Whether each of these objects, `count` different ones, exists for the person."""
    return seen(object_type, user).filter(pk__in=keys).order_by().values("pk").count() == count


# --- What an address leads to -----------------------------------------------------------------------------------------
def register_address(object_type: str, pattern: str, field: str, *, unless: str = r"^$") -> None:
    """An address that fits leads to the object whose `field` is the first bracket of `pattern` (of PostgreSQL).

    `unless`: addresses that fit too and lead to something of its own, with a gate of its own.
    """
    _addresses.append((object_type, pattern, field, unless))


def key_in_address(url: Any, pattern: str, name: str) -> Func:
    """The first bracket of `pattern` in the address, of the type of the field `name`."""
    key = Func(url, Value(pattern), function="substring", output_field=TextField())
    return Cast(key, BigIntegerField()) if name == "pk" else key


def leads_to_seen(user: Any, url: str = "url") -> Q:
    """Of rows with an address, those that lead to no object of ours, or to one that exists for the person.

    An address whose object is gone says nothing of it and stays.
    """
    shown = Q()
    for object_type, pattern, name, unless in _addresses:
        seen_by_person, known_to_us = seen(object_type, user), apps.get_model(object_type)._default_manager.all()
        key = key_in_address(OuterRef(url), pattern, name)
        is_known = Q(asked_one_by_one(known_to_us.filter(**{name: key})))
        is_seen = Q(asked_one_by_one(seen_by_person.filter(**{name: key})))
        leads = Q(**{f"{url}__regex": pattern}) & ~Q(**{f"{url}__regex": unless})
        shown &= ~leads | ~is_known | is_seen
    return shown


# --- What is hidden from those who may read all -----------------------------------------------------------------------
def hide(object_type: str, keys_hidden_from: Callable[[Any], QuerySet]) -> None:
    """Rows about these objects are shown to nobody from whom the object itself is hidden, whatever the right to read."""
    _hidden[object_type] = keys_hidden_from


def hide_in_data(name: str, values_hidden_from: Callable[[Any], QuerySet]) -> None:
    """Nor are rows whose data name such an object: `values_hidden_from` gives, as text, what stands there."""
    _hidden_in_data[name] = values_hidden_from


def hide_words(words_hidden_from: Callable[[Any], frozenset[str]]) -> None:
    """Nor are rows that name it anywhere: its number in a label, a reason, the data of another's deed."""
    _hidden_words.append(words_hidden_from)


def not_hidden(rows: QuerySet, user: Any) -> QuerySet:
    """Rows with `object_type` and `object_id`, without those about what is hidden from the person."""
    for object_type, keys_hidden_from in hidden_but_for(rows):
        # The type first: the database does not look for hidden objects of a kind that no row is about.
        rows = rows.filter(~Q(object_type=object_type) | ~Q(object_id__in=keys_hidden_from(user)))
    return rows


def keys_about_hidden(rows: QuerySet, user: Any) -> QuerySet:
    """Keys of rows with `object_type` and `object_id` that are about what is hidden from the person.

    One part for each type, so that each is looked up by the index of both: joined by OR, all rows would be read.
    """
    parts = [
        rows.filter(object_type=object_type, object_id__in=keys_hidden_from(user)).values("pk")
        for object_type, keys_hidden_from in hidden_but_for(rows)
    ]
    return parts[0].union(*parts[1:], all=True) if parts else rows.none().values("pk")


def hidden_but_for(rows: QuerySet) -> list[tuple[str, Callable[[Any], QuerySet]]]:
    """No row is about one of its own kind: a letter about a letter need not be looked for."""
    own = rows.model._meta.label_lower
    return [(object_type, hidden) for object_type, hidden in _hidden.items() if object_type != own]


def close(object_type: str, closed_to: Callable[[Any], QuerySet]) -> None:
    """Whoever keeps the house sees that a row about these objects is there, and neither what it is for nor for whom."""
    _closed[object_type] = closed_to


def with_closed(rows: QuerySet, user: Any) -> QuerySet:
    """Rows with `object_type` and `object_id`, each with `is_closed`: whether it is about what is closed to the person."""
    found: Any = Value(False)
    for object_type, closed_to in _closed.items():
        about = asked_one_by_one(closed_to(user).filter(pk=OuterRef("object_id")))
        found = Case(When(Q(object_type=object_type), then=about), default=found, output_field=BooleanField())
    return rows.annotate(is_closed=found)


def values_hidden_from(user: Any) -> dict[str, QuerySet]:
    return {name: hidden(user) for name, hidden in _hidden_in_data.items()}


def words_hidden_from(user: Any) -> frozenset[str]:
    return frozenset().union(*(hidden(user) for hidden in _hidden_words))
