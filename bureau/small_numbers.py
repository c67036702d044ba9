"""Small groups are hidden before anything is shown: one rule for screen, table, spreadsheet, PDF and API.

A group smaller than the smallest one shown is hidden. Where that leaves exactly one group hidden, the next smallest is
hidden with it: else the hidden one would be the total less the others (secondary suppression).
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
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


# Of fewer than five no share is shown; of five to twenty-nine it is shown with the note that they are few, and neither
# ranked nor called a signal (methods of official statistics; Washington State Department of Health, Small Numbers).
FEWEST_FOR_A_SHARE = 5
FEWEST_FOR_A_RANK = 30


@dataclass(frozen=True, slots=True)
class Share:
    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """0–1; nothing when it would say nothing."""
        return self.part / self.whole if self.whole >= FEWEST_FOR_A_SHARE else None

    @property
    def is_of_few(self) -> bool:
        return self.whole < FEWEST_FOR_A_RANK

    @property
    def rest(self) -> int:
        return self.whole - self.part
