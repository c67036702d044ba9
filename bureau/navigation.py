"""What stands in the navigation and on the top bar, and who sees it.

Each app registers its entries in its own `menu.py`, which is found when the apps are ready. Closed by
default: an entry shows only to those who hold its permission, and only when its address exists.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.core.cache import cache
from django.urls import NoReverseMatch, reverse

from bureau.roles import Permission

# Counters are asked at most this often for one person; a count that is some seconds old misleads nobody.
COUNTERS_KEPT_SECONDS = 20


@dataclass(frozen=True)
class Entry:
    """One line of the navigation.

    `permissions`: any one of them shows the entry. `counter`: called with the user, returns how many wait; it must be
    cheap (an index, a cap). `key`: the letter after `g`. `part`: "work" above the line, "house" below it.
    """

    name: str
    label: Any
    url_name: str
    icon: str
    permissions: tuple[Permission, ...]
    order: int
    key: str = ""
    part: str = "work"
    counter: Callable[[Any], int] | None = None
    counter_label: Any = ""
    tone: str = "neutral"
    also_under: tuple[str, ...] = ()


@dataclass(frozen=True)
class NavigationItem:
    """An entry as one person sees it on one page."""

    name: str
    label: str
    url: str
    icon: str
    key: str
    part: str
    count: int
    counter_label: str
    tone: str
    is_current: bool


@dataclass(frozen=True)
class TopAction:
    """The main deed on the top bar (log a contact). `in_sheet` opens it over the page."""

    label: Any
    url_name: str
    icon: str
    key: str
    permission: Permission
    in_sheet: bool = True


@dataclass(frozen=True)
class ShownAction:
    label: str
    url: str
    icon: str
    key: str
    in_sheet: bool


_entries: dict[str, Entry] = {}
_top_actions: dict[str, TopAction] = {}


def register(entry: Entry) -> Entry:
    _entries[entry.name] = entry
    return entry


def register_top_action(action: TopAction) -> TopAction:
    _top_actions[action.url_name] = action
    return action


def address(url_name: str) -> str:
    """Address by name, nothing when no such page is there."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def entries_for(user) -> list[Entry]:
    seen = (entry for entry in _entries.values() if any(user.may(permission) for permission in entry.permissions))
    return sorted(seen, key=lambda entry: (entry.part != "work", entry.order, entry.name))


def counters_for(user, entries: Iterable[Entry]) -> dict[str, int]:
    """Counts of what waits for this person, kept for some seconds."""
    key = f"navigation:{user.pk}"
    counts = cache.get(key)
    if counts is None:
        counts = {entry.name: entry.counter(user) for entry in entries if entry.counter}
        cache.set(key, counts, COUNTERS_KEPT_SECONDS)
    return counts


def forget_counters(*user_ids: int) -> None:
    """After a deed that changes what waits for somebody."""
    cache.delete_many([f"navigation:{user_id}" for user_id in user_ids])


def navigation_for(user, path: str) -> list[NavigationItem]:
    entries = entries_for(user)
    counts = counters_for(user, entries)
    items = []
    for entry in entries:
        url = address(entry.url_name)
        if url:
            items.append(
                NavigationItem(
                    name=entry.name, label=str(entry.label), url=url, icon=entry.icon, key=entry.key, part=entry.part,
                    count=counts.get(entry.name, 0), counter_label=str(entry.counter_label), tone=entry.tone,
                    is_current=False,
                )
            )  # fmt: skip
    return mark_current(items, {entry.name: entry.also_under for entry in entries}, path)


def mark_current(
    items: list[NavigationItem], also_under: dict[str, tuple[str, ...]], path: str
) -> list[NavigationItem]:
    """The entry whose address is the longest beginning of `path` is where we are."""

    def reach(item: NavigationItem) -> int:
        beginnings = (item.url, *also_under.get(item.name, ()))
        return max(
            (len(start) for start in beginnings if start == path or (start != "/" and path.startswith(start))),
            default=0,
        )

    best = max(items, key=reach, default=None)
    if best is None or not reach(best):
        return items
    return [replace(item, is_current=item.name == best.name) for item in items]


def top_actions_for(user) -> list[ShownAction]:
    shown = []
    for action in _top_actions.values():
        url = address(action.url_name) if user.may(action.permission) else ""
        if url:
            shown.append(ShownAction(str(action.label), url, action.icon, action.key, action.in_sheet))
    return shown
