"""What the deeds and the reading trail are narrowed to, on screen and in a file alike."""

from datetime import datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from bureau import deed_texts
from bureau.models import Deed


def found_deeds(asked) -> QuerySet:
    found = narrowed(Deed.objects.all(), asked, person="actor")
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
