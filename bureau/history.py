"""Row versions kept by the database: who changes a tracked row leaves its former version behind."""

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models


def keeps_history(**options):
    """Class decorator: every update and delete stores the row as it was, by trigger.

    The first version of a row is the row itself until it changes, so inserting costs nothing extra.
    The kept versions refuse update and delete in the database (`PGHISTORY_APPEND_ONLY`).
    """

    def decorate(model):
        return pghistory.track(
            pghistory.UpdateEvent("changed", row=pghistory.Old),
            pghistory.DeleteEvent("deleted", row=pghistory.Old),
            context_field=None,
            obj_field=pghistory.ObjForeignKey(related_name="versions", related_query_name="versions"),
            model_name=f"{model.__name__}Version",
            **options,
        )(model)

    return decorate


def refuses_change(name: str) -> pgtrigger.Protect:
    """Trigger for rows that may only be added: deeds, reading records, clock events."""
    return pgtrigger.Protect(name=name, operation=pgtrigger.Update | pgtrigger.Delete)


# Words of the desk's own, not of people: they stay when a row is emptied.
KEPT_WORDS = {"action", "object_type", "pgh_label"}
MAY_HOLD_PEOPLE = (models.CharField, models.TextField, models.JSONField, models.GenericIPAddressField, ArrayField)


def history_models(apps) -> list[type[models.Model]]:
    """Deeds, readings and kept versions: what is sealed, and what the desk itself may only add to and read."""
    records = [apps.get_model("bureau", "Deed"), apps.get_model("bureau", "ReadingRecord")]
    versions = [model for model in apps.get_models() if hasattr(model, "pgh_tracked_model")]
    return records + sorted(versions, key=lambda model: model._meta.db_table)


def personal_columns(model: type[models.Model]) -> set[str]:
    """What may speak of people: every text and document but codes of a closed list. It is emptied together."""
    return {
        field.column
        for field in model._meta.concrete_fields
        if isinstance(field, MAY_HOLD_PEOPLE) and not field.choices and field.column not in KEPT_WORDS
    }


def added_only_tables(apps) -> list[str]:
    """All tables whose rows are never changed nor deleted, history among them."""
    return sorted(model._meta.db_table for model in apps.get_models() if any(map(refuses_all, triggers_of(model))))


def triggers_of(model) -> list[pgtrigger.Trigger]:
    return list(getattr(model._meta, "triggers", ()))


def refuses_all(trigger: pgtrigger.Trigger) -> bool:
    return (
        isinstance(trigger, pgtrigger.Protect)
        and trigger.condition is None
        and str(trigger.operation)
        in {str(pgtrigger.Update | pgtrigger.Delete), str(pgtrigger.Delete | pgtrigger.Update)}
    )
