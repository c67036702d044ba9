"""When a notice that asks has ended: what it asks for is done, by whomever. Apps register, kind by kind, what still waits.

A notice stores no end of its own: it is asked of the object that its address leads to, so that no deed can forget it.
"""

from collections.abc import Callable, Iterable

from django.db.models import OuterRef, Q, QuerySet

from bureau.gates import asked_one_by_one, key_in_address

# (Kinds, pattern of the address, field by which the address names its object, objects for which the deed is still to be done).
_ends: list[tuple[frozenset[str], str, str, Callable[[], QuerySet]]] = []


def register(kinds: Iterable[str], *, pattern: str, field: str, waiting: Callable[[], QuerySet]) -> None:
    """A notice of these kinds has ended when no object of `waiting` has the first bracket of `pattern` in its `field`.

    `waiting` may ask of the notice itself by `OuterRef("user_id")`.
    """
    _ends.append((frozenset(kinds), pattern, field, waiting))


def kinds() -> frozenset[str]:
    """Every kind that ends."""
    return frozenset().union(*(kinds for kinds, *_rest in _ends))


def ended() -> Q:
    """Of notices, those that ask for nothing any more."""
    found = Q(pk__in=[])
    for kinds, pattern, field, waiting in _ends:
        still = waiting().filter(**{field: key_in_address(OuterRef("url"), pattern, field)})
        found |= Q(kind__in=sorted(kinds)) & ~Q(asked_one_by_one(still))
    return found
