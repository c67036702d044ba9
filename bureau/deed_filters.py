"""What the deeds and the reading trail are narrowed to, on screen and in a file alike."""

import re
from datetime import datetime, time, timedelta

from django.db.models import Q, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils import timezone

from bureau import deed_texts, gates
from bureau.models import Deed, User


def shown_to(rows: QuerySet, user: User) -> QuerySet:
    """Deeds or readings without those about what is hidden from the person, and without those that name it in their data."""
    data = "data" if rows.model is Deed else "detail"
    rows = gates.not_hidden(rows, user)
    for name, hidden in gates.values_hidden_from(user).items():
        rows = rows.alias(**{f"named_{name}": KeyTextTransform(name, data)}).exclude(
            Q(**{f"named_{name}__isnull": False}) & Q(**{f"named_{name}__in": hidden})
        )
    words = gates.words_hidden_from(user)
    if words:
        said = "|".join(re.escape(word) for word in sorted(words))
        rows = rows.alias(said=Cast(data, TextField())).exclude(Q(said__regex=said) | Q(object_label__regex=said))
        if rows.model is Deed:
            rows = rows.exclude(reason__regex=said)
    return rows


gates.register("bureau.deed", lambda user: shown_to(Deed.objects.all(), user))


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
