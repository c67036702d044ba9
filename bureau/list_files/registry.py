"""Which lists go out and come in as a file. Apps register theirs; nothing here knows any of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from bureau.list_files.resources import ListResource
from bureau.models import User
from bureau.roles import Permission

# Above all their columns a table of so many rows is looked through in the page itself; longer ones come in parts.
MOST_ROWS = 1000


@dataclass(frozen=True)
class ListFile:
    """A list that comes in as a file. `permission` is the right to change it by hand; `known_by` tells how a row is found."""

    code: str
    title: Any
    permission: Permission
    resource: Callable[..., ListResource]
    back: tuple[str, dict[str, str]]
    known_by: Any
    left_by_hand: Any = ""

    @property
    def back_url(self) -> str:
        return reverse(self.back[0], kwargs=self.back[1])


_lists: dict[str, ListFile] = {}


def register(list_file: ListFile) -> None:
    _lists[list_file.code] = list_file


def known() -> dict[str, ListFile]:
    return _lists


def for_page(code: str, user: User) -> ListFile | None:
    """The list, for a page that leads to its file; None where the person may not change it."""
    found = _lists.get(code)
    return found if found is not None and user.may(found.permission) else None
