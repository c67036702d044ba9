"""What the deeds and the reading trail are narrowed to, on screen and in a file alike."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from bureau import deed_texts
from bureau.models import Deed, User

# Object types → ids of those that do not exist for a person. Apps say what they hide (`hide`).
_hidden: dict[str, Callable[[User], QuerySet]] = {}


def hide(object_type: str, ids_hidden_from: Callable[[User], QuerySet]) -> None:
    """Rows about these objects are shown to nobody from whom the object itself is hidden, whatever the right to read."""
    _hidden[object_type] = ids_hidden_from


def shown_to(rows: QuerySet, user: User) -> QuerySet:
    for object_type, ids_hidden_from in _hidden.items():
        rows = rows.exclude(object_type=object_type, object_id__in=ids_hidden_from(user))
    return rows


def found_deeds(asked, *, user: User) -> QuerySet:
    found = narrowed(shown_to(Deed.objects.all(), user), asked, person="actor")
    if asked["what"]:
        prefix = f"{asked['what']}."
        found = found.filter(action__in=[name for name in deed_texts.known_actions() if name.startswith(prefix)])
    return found


def narrowed(rows, asked, *, person: str):
    """By person, object and period; each an index or a range of days."""
    if asked["who"]:
        rows = rows.filter(**{person: asked["who"]})
    if asked["of"]:
        rows = rows.filter(deed_texts.found_objects(asked["of"]))
    if asked["since"]:
        rows = rows.filter(at__gte=midnight(asked["since"]))
    if asked["until"]:
        rows = rows.filter(at__lt=midnight(asked["until"] + timedelta(days=1)))
    return rows


def midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))
