"""The states of a kind of record and the moves between them: one table, asked by rules, pages and texts alike."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from bureau.refusals import DeedRefused


class MoveRefused(DeedRefused):
    """The record cannot go from where it is to where it was sent."""

    def __init__(self, sentence: str, *, old: str, new: str):
        self.old, self.new = old, new
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Need:
    """One thing that a move asks for, and the page where it is done."""

    code: str
    words: str
    is_met: bool = False
    url: str = ""


def check_needs(needs: Collection[Need]) -> None:
    """Refuse while something is missing, and name all of it."""
    missing = [need.words for need in needs if not need.is_met]
    if missing:
        raise DeedRefused(_("Still needed: %(needs)s.") % {"needs": ", ".join(missing)})


@dataclass(frozen=True, kw_only=True)
class Lifecycle:
    """A table of moves. `refusal` is the sentence for a move that is not in it, with `%(old)s` and `%(new)s`.

    `tones` is how the badge of each state looks. Raises ValueError when a state has no row, or a row leads nowhere.
    """

    states: type[TextChoices]
    moves: Mapping[Any, Collection[str]]
    refusal: str | Promise
    tones: Mapping[Any, str]

    def __post_init__(self) -> None:
        known = set(self.states.values)
        reached = {str(new) for row in self.moves.values() for new in row}
        if {str(state) for state in self.moves} != known or not reached <= known or set(self.tones) != known:
            raise ValueError(f"moves and tones of {self.states.__qualname__} do not cover its states")

    def may_move(self, old: str, new: str) -> bool:
        return new in self.moves[old]

    def check_move(self, old: str, new: str) -> None:
        if not self.may_move(old, new):
            words = {"old": self.states(old).label, "new": self.states(new).label}
            raise MoveRefused(str(self.refusal) % words, old=old, new=new)

    def moves_from(self, old: str) -> list[str]:
        """Where it may go, in the order of the states."""
        return [state for state in self.states.values if self.may_move(old, state)]
