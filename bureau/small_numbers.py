"""Small groups are hidden before anything is shown: one rule for screen, table, spreadsheet, PDF and API.

A group smaller than the smallest one shown is hidden. Where that leaves exactly one group hidden, the next smallest is
hidden with it: else the hidden one would be the total less the others (secondary suppression).
"""

from collections.abc import Hashable, Mapping
from typing import TypeVar

Name = TypeVar("Name", bound=Hashable)

FEW = 30  # below this a group is shown with the note that it is small, and never ranked


def hidden_groups(counts: Mapping[Name, int], *, smallest: int) -> frozenset[Name]:
    """Groups whose figures are not shown, by their counts. Empty groups are neither hidden nor help to hide."""
    filled = {name: count for name, count in counts.items() if count > 0}
    if sum(filled.values()) < smallest:
        return frozenset(filled)
    hidden = {name for name, count in filled.items() if count < smallest}
    shown = sorted((count, str(name), name) for name, count in filled.items() if name not in hidden)
    # What is hidden must together be a group that may be shown, and must not be one group alone.
    while hidden and shown and (len(hidden) == 1 or sum(filled[name] for name in hidden) < smallest):
        hidden.add(shown.pop(0)[2])
    return frozenset(hidden)


def is_small(count: int) -> bool:
    return 0 < count < FEW
