"""What waits for a person, over all apps: one list, the oldest duty first, each with its day and one button.

Each app registers kinds of duties in its `duties.py`. A kind names the permissions of the page on which its deed is done, so that
nothing is shown to whom that page is closed, and the kinds of notices whose asking it shows, so that no asking is forgotten
(`tests/test_what_is_asked.py`). Rows come through the gates of their app; people stood in for today are asked for too.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django.core.cache import cache
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from bureau.calendar_store import working_calendar
from bureau.models import Deed
from bureau.roles import Permission
from bureau.working_calendar import CalendarGap, days_left

FIRST = 12  # on the first page; the rest stands on a page of its own
MOST = 100  # of one kind; what waits beyond comes when some of these are done
KEPT_SECONDS = 60  # a deed ends it earlier


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to be done by the reader. `day` is its last day, or, where nothing sets one, since when it waits.

    `behalf`: the person stood in for whose duty it is. `is_sent`: the button sends a form, and does not
    only lead; then `leads_to` is the page that opens, and the duty is left out where another one leads there.
    """

    what: str
    url: str
    button: str
    day: date
    about: str = ""
    number: str = ""
    behalf: str = ""
    has_last_day: bool = True
    is_sent: bool = False
    leads_to: str = ""

    @property
    def path(self) -> str:
        return urlsplit(self.url).path


@dataclass(frozen=True)
class Found:
    """All that waits. `is_capped`: of some kind there may be more."""

    duties: tuple[Duty, ...]
    is_capped: bool = False


@dataclass(frozen=True)
class Row:
    """A duty as it stands on a page."""

    duty: Duty
    days_left: int | None
    waits: str


@dataclass(frozen=True)
class Waiting:
    """What a page shows: its rows, how many wait in all, and how many of them today at the latest."""

    rows: list[Row]
    count: int
    by_today: int
    is_capped: bool

    @property
    def has_more(self) -> bool:
        return self.count > len(self.rows)


@dataclass(frozen=True)
class Asked:
    """The person whose duties are asked for."""

    user: Any
    today: date

    @cached_property
    def people(self) -> list[int]:
        """The person, and those stood in for today."""
        return [self.user.pk, *self.user.rights.acting_for]

    def behalf(self, *asked: int | None) -> str:
        """For whom the person does what was asked of these people: nobody when the person is among them."""
        if self.user.pk in asked:
            return ""
        return next((name for pk, name in self.user.rights.acting_for.items() if pk in asked), "")

    def soon(self, working_days: int) -> date:
        """The last of the next working days."""
        return working_calendar().add_working_days(self.today, working_days)


@dataclass(frozen=True)
class Kind:
    """`needs`: all of these permissions; `any_of`: one of these. `shows`: kinds of notices that ask for the same deed."""

    code: str
    find: Callable[[Asked], Iterable[Duty]]
    needs: tuple[Permission, ...] = ()
    any_of: tuple[Permission, ...] = ()
    shows: frozenset[str] = frozenset()

    def is_for(self, user: Any) -> bool:
        return all(map(user.may, self.needs)) and (not self.any_of or any(map(user.may, self.any_of)))


_kinds: dict[str, Kind] = {}


def register(
    code: str,
    find: Callable[[Asked], Iterable[Duty]],
    *,
    needs: Iterable[Permission] = (),
    any_of: Iterable[Permission] = (),
    shows: Iterable[str] = (),
) -> None:
    _kinds[code] = Kind(code, find, tuple(needs), tuple(any_of), frozenset(shows))


def kinds() -> dict[str, Kind]:
    return dict(_kinds)


def found_for(user: Any, today: date) -> Iterator[tuple[str, Duty]]:
    """Every duty with the code of its kind. At most two statements a kind, however many rows."""
    asked = Asked(user, today)
    for kind in _kinds.values():
        if kind.is_for(user):
            yield from ((kind.code, duty) for duty in kind.find(asked))


def duties_of(user: Any, *, today: date, as_of: str = "") -> Found:
    """The oldest first, kept until the next deed, a minute at most.

    `as_of` says how far the deeds have come, where the page has asked for that already.
    """
    as_of = as_of or str(Deed.objects.order_by("-pk").values_list("pk", flat=True).first())
    state = (as_of, user.rights.held, today, get_language())
    kept = cache.get(kept_under(user))
    if kept is not None and kept[0] == state:
        return kept[1]
    coded = list(found_for(user, today))
    duties = sorted((duty for _code, duty in coded), key=lambda duty: (duty.day, duty.what, duty.number, duty.url))
    elsewhere = {duty.path for duty in duties if not duty.is_sent}
    found = Found(
        tuple(duty for duty in duties if not duty.is_sent or duty.leads_to not in elsewhere),
        is_capped=any(count >= MOST for count in Counter(code for code, _duty in coded).values()),
    )
    cache.set(kept_under(user), (state, found), KEPT_SECONDS)
    return found


def forget(user: Any) -> None:
    """After what changes a person's duties and leaves no deed."""
    cache.delete(kept_under(user))


def kept_under(user: Any) -> str:
    return f"duties:{user.pk}"


def waiting_for(user: Any, *, today: date, as_of: str = "", most: int | None = FIRST) -> Waiting:
    """The first of them, or all, as a page shows them."""
    found = duties_of(user, today=today, as_of=as_of)
    return Waiting(
        rows=[row_of(duty, today) for duty in found.duties[:most]],
        count=len(found.duties),
        is_capped=found.is_capped,
        by_today=sum(duty.has_last_day and duty.day <= today for duty in found.duties),
    )


def row_of(duty: Duty, today: date) -> Row:
    """Working days to its day, below zero since; unknown in a year whose holidays nobody has stored."""
    try:
        left = days_left(duty.day, today, working_calendar())
    except CalendarGap:
        left = None
    waits = "" if duty.has_last_day or left is None else waits_words(-left)
    return Row(duty, left, waits)


def waits_words(days: int) -> str:
    if days <= 0:
        return _("since today")
    return ngettext("waits for %(count)s working day", "waits for %(count)s working days", days) % {"count": days}
