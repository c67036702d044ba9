"""How history forgets a person and still proves itself.

Every row of history holds, beside its plain facts (when, who, which deed on which object), words that may speak of people.
They entered the seal as a salted digest. Emptying takes them away and the salt with them; the digest stays, so the seal
holds and nobody can guess what stood there. It cannot be undone. Only the database's own function does it, and it writes
the deed itself. Who may ask for it, and when, is decided by whoever calls this.
"""

import json
from collections.abc import Mapping, Sequence

from django.apps import apps
from django.db import connection, models, transaction

from bureau.history import history_models
from bureau.models import Deed, ReadingRecord

Rows = Mapping[str, Sequence[int]]
"""Numbers of rows of history by table."""


def rows_about(obj: models.Model) -> dict[str, list[int]]:
    """All that history keeps of one object: its deeds, the readings of it, its versions."""
    of_object = {"object_type": obj._meta.label_lower, "object_id": obj.pk}
    found: dict[str, models.QuerySet] = {
        Deed._meta.db_table: Deed.objects.filter(**of_object).exclude(action="history.emptied"),
        ReadingRecord._meta.db_table: ReadingRecord.objects.filter(**of_object),
    }
    for model in history_models(apps):
        if getattr(model, "pgh_tracked_model", None) is type(obj):
            found[model._meta.db_table] = model._default_manager.filter(pgh_obj_id=obj.pk)
    numbers = {table: list(rows.order_by("pk").values_list("pk", flat=True)) for table, rows in found.items()}
    return {table: ids for table, ids in numbers.items() if ids}


def empty_history(rows: Rows, *, about: models.Model, by, reason: str) -> Deed:
    """Empty these rows for good, in the running transaction; the deed names each that was not empty yet.

    The label of the deed is a number or nothing: it must not repeat what is to be forgotten.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(
            "History is emptied in the transaction of what it is emptied for."
        )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT history_empty(%s::jsonb, %s, %s, %s, %s, %s, %s)",
            [
                json.dumps({table: list(ids) for table, ids in rows.items()}), about._meta.label_lower, about.pk,
                str(getattr(about, "number", ""))[:120], reason, by.pk if by else None, getattr(by, "acting_for_id", None),
            ],
        )  # fmt: skip
        return Deed.objects.get(pk=cursor.fetchone()[0])
