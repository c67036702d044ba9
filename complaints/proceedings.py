"""What a case may be settled by beside its answer: complaint handling, a challenge. Each proceeding registers itself.

The case, its contacts, registration, page, actions and timeline ask the registry and know no proceeding by name.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise

from complaints.models import Case

if TYPE_CHECKING:
    from complaints.case_actions import Action


class CaseMove(StrEnum):
    """What happened to the case as a whole."""

    FORWARDED = "forwarded"
    REOPENED = "reopened"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Panel:
    """Part of the case's page. `shows_needs`: it tells what closing asks for, so the case does not tell it again."""

    template: str
    shown: Any
    shows_needs: bool = False


@dataclass(frozen=True, kw_only=True)
class Proceeding:
    """All that a case asks of one proceeding. The caller of what writes holds the case locked or has just made it.

    `relation` is the one-to-one relation from the case; its page reads it with the case itself. `begin` answers a
    decision that the case is also this; `begin_by_kind` looks at the kind of the case. `check_may_close` raises
    `DeedRefused`. `ends_case`: while it runs, only its own deed closes the case, so the case offers none.
    """

    code: str
    order: int
    relation: str
    begin: Callable[..., Any]
    begin_by_kind: Callable[..., None]
    check_may_close: Callable[[Case], None]
    panel: Callable[..., Panel | None]
    actions: Callable[..., Sequence["Action"]]
    timeline_words: Mapping[str, str | Promise]
    follow: Callable[..., None] | None = None
    ends_case: Callable[[Case], bool] | None = None


_REGISTERED: dict[str, Proceeding] = {}


def register(proceeding: Proceeding) -> None:
    _REGISTERED[proceeding.code] = proceeding


def proceedings() -> list[Proceeding]:
    """Those registered, in the order in which the page shows them."""
    return sorted(_REGISTERED.values(), key=lambda one: one.order)


# --- Asked by the case ------------------------------------------------------------------------------------------------
def relations() -> list[str]:
    return [one.relation for one in proceedings()]


def begin(code: str, *, case: Case, by) -> bool:
    """Begin the proceeding of this code; False when there is none."""
    found = _REGISTERED.get(code)
    if found is None:
        return False
    found.begin(case=case, by=by)
    return True


def begin_by_kind(*, case: Case, by) -> None:
    for one in proceedings():
        one.begin_by_kind(case=case, by=by)


def check_may_close(case: Case) -> None:
    for one in proceedings():
        one.check_may_close(case)


def follow(case: Case, move: CaseMove, *, by, reason: str = "") -> None:
    """Let each proceeding go along with what happened to the case, where it can."""
    for one in proceedings():
        if one.follow is not None:
            one.follow(case, move, by=by, reason=reason)


def ends_case(case: Case) -> bool:
    return any(one.ends_case(case) for one in proceedings() if one.ends_case is not None)


def panels(*, case: Case, user, today: date) -> list[Panel]:
    shown = (one.panel(case=case, user=user, today=today) for one in proceedings())
    return [panel for panel in shown if panel is not None]


def actions(*, case: Case, user) -> list["Action"]:
    return [action for one in proceedings() for action in one.actions(case=case, user=user)]


def timeline_word(action: str) -> str:
    """The short word of an audit event on the timeline of the case; nothing where no proceeding knows it."""
    return next((str(one.timeline_words[action]) for one in proceedings() if action in one.timeline_words), "")
