"""Statements whose text Django makes once for a person's rights and that are asked of the database each time.

The gates (`visible_to`) make long conditions; putting them together took a quarter of the time of a page that asks them
often. Only the text is kept, never an answer: whom a complaint concerns or who was let in is asked anew by every run. The
text itself hangs on the person's key, on the rights of the day and on the small lists (the tree of units), and is kept
under all three: changed rights are another key, and a changed list throws every text away (bureau/reference.py).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.expressions import RawSQL

from bureau import reference

M = TypeVar("M", bound=Model)

MOST_KEPT = 2000  # about ten statements of two hundred people; beyond, all are made anew


class Given(Expression):
    """A place in a query for a value that each run brings: `filter(party=Given("party", BigIntegerField()))`."""

    def __init__(self, name: str, output_field: Field):
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", [self]


@dataclass(frozen=True)
class Statement:
    """`text` with its parameters in order; a `Given` among them waits for its value."""

    text: str
    params: tuple[Any, ...]

    def filled(self, values: dict[str, Any]) -> list[Any]:
        return [values[one.name] if isinstance(one, Given) else one for one in self.params]

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(self.text, self.filled(values))
            return cursor.fetchall()

    def keys(self, **values: Any) -> RawSQL:
        """As the right side of `pk__in`: a larger query asks the gate within itself, in one statement."""
        return RawSQL(self.text, self.filled(values))  # noqa: S611 - text of our own queries, values as parameters

    def objects(self, model: type[M], **values: Any) -> Iterator[M]:
        """Rows as objects that know the selected fields only, as `only()` makes them."""
        return iter(model._default_manager.raw(self.text, self.filled(values)))


def statement_of(queryset: QuerySet) -> Statement:
    """The statement of a query, also of one that can have no row: it answers with its columns and none."""
    text, params = queryset.query.get_compiler(queryset.db, elide_empty=False).as_sql()
    return Statement(text, tuple(params))


def joined(text: str, **parts: Statement) -> Statement:
    """Statements put into `text` at `{name}`, parameters in the order in which the names stand in `parts`."""
    return Statement(
        text.format(**{name: part.text for name, part in parts.items()}),
        tuple(param for part in parts.values() for param in part.params),
    )


def for_person(name: str, user, make: Callable[[Any], Statement]) -> Statement:
    """The statement `name` under this person's rights, made by `make(user)` when it is not kept."""
    kept = reference.listed("prepared statements")
    key = (name, user.pk, user.rights)
    found = kept.get(key)
    if found is None:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        found = kept[key] = make(user)
    return found


reference.register("prepared statements", dict)
