"""Rows with every optional field filled: found by looking at the models, so that a new field is filled from its first day.

What the database's own rules forbid (a reply to a case that has none, a changed deed) stays as it was: each field is tried
in a savepoint. Texts are as long as their column allows and hold what breaks pages: quotes, tags, per cents, long words.
"""

import itertools
import uuid
from collections.abc import Iterator
from datetime import time, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.core.files.base import ContentFile
from django.db import Error, models, transaction
from django.utils import timezone

OURS = ("bureau", "complaints", "feedback", "staff", "quality")
ODD_TEXT = "Õun & <b>„tsitaat“</b> \"a\" 'b' 100% {{ x }} {% y %} \\n _ * " + "üleüldiselt" * 12 + " \u202f🌲 "
# What says that something is over or somebody gone would take the row out of the pages that are to show it.
NOT_FILLED = {"password", "last_login"}
ROWS_OF_A_MODEL = 30
_numbers = itertools.count(1)


def fill_all_rows() -> list[str]:
    """Fills every empty optional field of every row; names ("complaints.Case.title") of the fields that were filled."""
    filled: set[str] = set()
    for model in own_models():
        fields = list(optional_fields(model))
        # The newest: those that a test made, and some of the lists that every desk begins with.
        for row in model._base_manager.order_by("-pk")[:ROWS_OF_A_MODEL]:
            named = fill(row, fields) | {field.name for field in model._meta.many_to_many if fill_many(row, field)}
            filled |= {f"{model._meta.label}.{name}" for name in named}
    return sorted(filled)


def own_models() -> Iterator[type[models.Model]]:
    for model in apps.get_models():
        is_history = any(field.name.startswith("pgh_") for field in model._meta.fields)
        if model._meta.app_label in OURS and model._meta.managed and not is_history and not model._meta.proxy:
            yield model


def optional_fields(model) -> Iterator[models.Field]:
    for field in model._meta.concrete_fields:
        if (
            (field.null or field.blank)
            and not field.primary_key
            and not field.generated
            and field.name not in NOT_FILLED
        ):
            yield field


def fill(row: models.Model, fields: list[models.Field]) -> set[str]:
    """All empty fields at once; where a rule is against that, one by one."""
    values = {}
    for field in fields:
        if getattr(row, field.attname) in (None, "", [], {}):
            value = value_of(field, row)
            if value is not None:
                values[field.name] = value
    if not values or written(row, values):
        return set(values)
    return {name for name, value in values.items() if written(row, {name: value})}


def written(row: models.Model, values: dict[str, Any]) -> bool:
    try:
        with transaction.atomic():
            type(row)._base_manager.filter(pk=row.pk).update(**values)
            # Constraints that wait for the end of the transaction are asked now, while the savepoint can be taken back.
            with transaction.get_connection().cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    except Error:
        return False
    return True


def fill_many(row: models.Model, field) -> bool:
    held = getattr(row, field.name)
    others = list(
        field.related_model._base_manager.exclude(pk=row.pk if field.related_model is type(row) else None)[:2]
    )
    if not field.remote_field.through._meta.auto_created or not others or held.exists():
        return False
    try:
        with transaction.atomic():
            held.add(*others)
    except Error:
        return False
    return True


def value_of(field: models.Field, row: models.Model) -> Any:
    """Something that the field may hold; None where nothing of the kind is known."""
    if field.choices:
        return next((value for value, _label in reversed(field.flatchoices) if value not in (None, "")), None)
    match field:
        case models.FileField():
            return field.storage.save(f"filled/{uuid.uuid4()}.csv", ContentFile(b"a;b\n1;2\n"))
        case models.ForeignKey():
            others = field.related_model._base_manager.order_by("-pk")
            if field.related_model is type(row):
                others = others.exclude(pk=row.pk)
            if field.unique:
                others = others.exclude(
                    pk__in=type(row)._base_manager.exclude(**{field.name: None}).values(field.name)
                )
            found = others.first()
            return found.pk if found else None
        case ArrayField():
            one = value_of(field.base_field, row)
            return None if one is None else [one]
        case models.EmailField():
            return f"täidetud{next(_numbers)}@example.ee"
        case models.URLField():
            return "https://näide.ee/?a=<b>&c='d'"
        case models.SlugField():
            return f"filled-{next(_numbers)}"
        case models.CharField():
            return f"{next(_numbers)} {ODD_TEXT * 3}"[: min(field.max_length or 500, 500)]
        case models.TextField():
            return f"{next(_numbers)} {ODD_TEXT}\n\n{ODD_TEXT}"
        case models.DateTimeField():
            return timezone.now() - timedelta(hours=3)
        case models.DateField():
            return timezone.localdate()
        case models.TimeField():
            return time(9, 30)
        case models.DurationField():
            return timedelta(minutes=7)
        case models.BooleanField():
            return True
        case models.DecimalField():
            return Decimal(1)
        case models.FloatField():
            return 1.5
        case models.IntegerField():
            return 1
        case models.UUIDField():
            return uuid.uuid4()
        case models.JSONField() if field.name == "foreign_data":
            return {"Täidetud <veerg>": ODD_TEXT}
        case models.JSONField() if field.name == "stratum_rates":
            return {"phone": 20}
    return None
