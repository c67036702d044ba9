"""Where one may go on from a thing that belongs to a lower app: a higher app registers its links, the page of the thing shows them.

So a page of a survey can lead to an improvement action without its app knowing that there are any.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Onward:
    label: str | Promise
    url: str
    icon: str = "arrow-right"


Links = Callable[[Any, Any], Iterable[Onward]]

_links: dict[str, list[Links]] = {}


def register(object_type: str, links: Links) -> None:
    """`links(thing, user)` for things of this type, as `app.model`."""
    _links.setdefault(object_type, []).append(links)


def onward_from(thing: Model, user) -> list[Onward]:
    """What this person may go on to; nothing for who may not."""
    return [one for links in _links.get(thing._meta.label_lower, ()) for one in links(thing, user)]
