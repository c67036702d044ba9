"""Small lists (units, topics, channels …) kept in the memory of each process.

A version number in the cache tells every process when a list changed; it is asked for at most once a second, so a page
needs no query for a name or a choice. Lists here are tens to hundreds of rows and change a few times a year.

Saving or deleting a row tells of the change by signal; whoever writes past the signals (`update`, `bulk_create`) calls
`changed()` in the same transaction. Until that commits, the change is seen by its own transaction only.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import get_language

VERSION_KEY = "reference-version"
SECONDS_BETWEEN_LOOKS = 1.0

_lock = threading.Lock()
_lists: dict[str, Any] = {}
_loaders: dict[str, Callable[[], Any]] = {}
# `generation` counts how often the lists were thrown away: what was read before that is used, but not kept.
_state: dict[str, Any] = {"version": None, "looked_at": 0.0, "generation": 0}


@dataclass(frozen=True)
class Entry:
    """One row of a list, with its name in the language of the request."""

    id: int
    code: str
    name_et: str
    name_en: str
    parent_id: int | None
    valid_from: date | None
    valid_to: date | None
    extra: dict

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_et

    def in_use(self, on: date) -> bool:
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or self.valid_to >= on)

    def __getattr__(self, key: str) -> Any:
        """A further field; `guide` finds `guide_et` or `guide_en` by the language of the request."""
        extra = self.__dict__.get("extra", {})
        if key in extra:
            return extra[key]
        in_language = f"{key}_{'en' if get_language() == 'en' else 'et'}"
        if in_language in extra:
            return extra[in_language]
        raise AttributeError(key)

    def __hash__(self):
        return hash((self.id, self.code))


def register(name: str, loader: Callable[[], Any]) -> None:
    """Let an app keep a list of its own here; `loader` reads it from the database."""
    _loaders[name] = loader


def entries(queryset, *extra: str) -> dict[int, Entry]:
    """Rows of a `Listed` model as entries by id, in their order."""
    has_parent = any(field.name == "parent" for field in queryset.model._meta.fields)
    return {
        row.pk: Entry(
            row.pk, row.code, row.name_et, row.name_en, row.parent_id if has_parent else None, row.valid_from, row.valid_to,
            {key: getattr(row, key) for key in extra},
        )
        for row in queryset
    }  # fmt: skip


class _Change:
    """A change that waits for its commit, with the lists as its own transaction sees them."""

    def __init__(self) -> None:
        self.lists: dict[str, Any] = {}

    def __call__(self) -> None:
        """Committed: tell every process."""
        try:
            cache.incr(VERSION_KEY)
        except ValueError:
            cache.set(VERSION_KEY, time.time_ns(), None)
        forget()


def _own_change() -> _Change | None:
    """The last change of this transaction. A rollback takes its hook away, and with it all that was seen under it."""
    connection = transaction.get_connection()
    if not getattr(connection, "has_reference_change", False):
        return None
    for _savepoints, hook, *_robust in reversed(connection.run_on_commit):
        if isinstance(hook, _Change):
            return hook
    connection.has_reference_change = False
    return None


def changed(**_signal: Any) -> None:
    """A list changed: this transaction reads it anew, every process does once this is committed."""
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        _Change()()
        return
    own = _own_change()
    hooks = connection.run_on_commit
    if own is not None and hooks[-1][1] is own and hooks[-1][0] == set(connection.savepoint_ids):
        own.lists.clear()  # a row of many changes needs to be told once
        return
    connection.has_reference_change = True
    transaction.on_commit(_Change())


def forget() -> None:
    """Read every list anew when it is next asked for, in this process."""
    own = _own_change()
    if own is not None:
        own.lists.clear()
    with _lock:
        _lists.clear()
        _state["generation"] += 1
        _state["looked_at"] = 0.0


def listed(name: str) -> Any:
    own = _own_change()
    if own is not None:
        if name not in own.lists:
            own.lists[name] = _loaders[name]()
        return own.lists[name]
    _look_for_changes()
    found = _lists.get(name)
    if found is None:
        generation = _state["generation"]
        found = _loaders[name]()
        with _lock:
            if generation == _state["generation"]:
                _lists[name] = found
    return found


def _look_for_changes() -> None:
    now = time.monotonic()
    if now - _state["looked_at"] <= SECONDS_BETWEEN_LOOKS:
        return
    version = cache.get(VERSION_KEY)
    if version is None:
        cache.add(VERSION_KEY, time.time_ns(), None)
        version = cache.get(VERSION_KEY)
    with _lock:
        # None: the cache is away and nobody can tell us of a change.
        if version is None or version != _state["version"]:
            _lists.clear()
            _state["generation"] += 1
            _state["version"] = version
        _state["looked_at"] = now


def _units():
    from bureau.models import Unit

    return entries(Unit.objects.all(), "email")


def _services():
    from bureau.models import Service

    return entries(Service.objects.all(), "unit_id", "owner_id", "url")


def _topics():
    from bureau.models import Topic

    return entries(
        Topic.objects.all(), "service_id", "unit_id", "outside_body_id", "keywords", "guide_et", "guide_en", "position"
    )


def _channels():
    from bureau.models import Channel

    return entries(Channel.objects.all(), "icon", "is_instant")


def _outside_bodies():
    from bureau.models import OutsideBody

    return entries(OutsideBody.objects.all(), "what_for_et", "what_for_en", "phone", "email", "url")


def _restriction_bases():
    from bureau.models import RestrictionBasis

    return entries(RestrictionBasis.objects.all(), "law", "default_years", "ends_by_event")


def _causes():
    from bureau.models import Cause

    return entries(Cause.objects.all(), "note_et", "note_en")


def _next_instances():
    from bureau.models import NextInstance

    return entries(NextInstance.objects.all(), "text_et", "text_en", "law")


def _people():
    from bureau.models import User

    return {
        pk: f"{first} {last}".strip()
        for pk, first, last in User.objects.values_list("pk", "first_name", "last_name")
    }  # fmt: skip


for _name, _loader in {
    "units": _units, "services": _services, "topics": _topics, "channels": _channels,
    "outside_bodies": _outside_bodies, "restriction_bases": _restriction_bases, "people": _people,
    "causes": _causes, "next_instances": _next_instances,
}.items():  # fmt: skip
    register(_name, _loader)


def units() -> dict[int, Entry]:
    return listed("units")


def services() -> dict[int, Entry]:
    return listed("services")


def topics() -> dict[int, Entry]:
    return listed("topics")


def channels() -> dict[int, Entry]:
    return listed("channels")


def outside_bodies() -> dict[int, Entry]:
    return listed("outside_bodies")


def restriction_bases() -> dict[int, Entry]:
    return listed("restriction_bases")


def causes() -> dict[int, Entry]:
    """Root causes, groups and their parts."""
    return listed("causes")


def next_instances() -> dict[int, Entry]:
    return listed("next_instances")


def people() -> dict[int, str]:
    """Names of all who ever worked here, by id."""
    return listed("people")


def by_code(of: dict[int, Entry]) -> dict[str, Entry]:
    return {entry.code: entry for entry in of.values()}


def subtree_ids(of: dict[int, Entry], root_id: int) -> frozenset[int]:
    """The entry itself and all below it."""
    below = defaultdict(list)
    for entry in of.values():
        below[entry.parent_id].append(entry.id)
    found, waiting = set(), [root_id]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(below[one])
    return frozenset(found)


def unit_subtree_ids(unit_id: int) -> frozenset[int]:
    return subtree_ids(units(), unit_id)


def topic_subtree_ids(topic_id: int) -> frozenset[int]:
    return subtree_ids(topics(), topic_id)


def service_topic_ids(service_id: int) -> frozenset[int]:
    """Topics that are about a service: a contact or a case is of a service by its topic."""
    return frozenset(topic.id for topic in topics().values() if topic.service_id == service_id)


def in_tree(of: dict[int, Entry], on: date | None = None) -> list[tuple[int, Entry]]:
    """(depth, entry) with parts below what they are part of; with a day, only what may be chosen on it.

    A part whose whole is no longer in use stands on the first level.
    """
    shown = {entry.id: entry for entry in of.values() if on is None or entry.in_use(on)}
    below = defaultdict(list)
    for entry in shown.values():
        below[entry.parent_id if entry.parent_id in shown else None].append(entry)
    found: list[tuple[int, Entry]] = []
    waiting = [(0, entry) for entry in reversed(below[None])]
    while waiting:
        depth, entry = waiting.pop()
        found.append((depth, entry))
        waiting.extend((depth + 1, part) for part in reversed(below[entry.id]))
    return found
