"""Row versions kept by the database: who changes a tracked row leaves its former version behind."""

import pghistory
import pgtrigger


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
