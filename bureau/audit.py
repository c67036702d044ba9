"""Writing down what was done and who looked."""

from django.db import transaction

from bureau.models import Deed, ReadingRecord


def record(action: str, *, by, on, reason: str = "", label: str = "", **data) -> Deed:
    """Write a deed into the running transaction.

    `by` is a person, or None for a job; `on` any saved object; `data` what changed (old, new, …), plain JSON values.
    Outside a transaction it raises: a change without its deed, or a deed without its change, must not be possible.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A deed is recorded in the transaction of its change.")
    return Deed.objects.create(
        action=action,
        actor=by,
        on_behalf_of_id=getattr(by, "acting_for_id", None),
        object_type=on._meta.label_lower,
        object_id=on.pk,
        object_label=(label or getattr(on, "number", "") or str(on))[:120],
        data=data,
        reason=reason,
    )


def record_each(action: str, *, by, object_type: str, rows, reason: str = "") -> None:
    """The same deed on many objects, in one statement. `rows`: id, label and data of each."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A deed is recorded in the transaction of its change.")
    Deed.objects.bulk_create(
        Deed(
            action=action, actor=by, on_behalf_of_id=getattr(by, "acting_for_id", None), object_type=object_type, object_id=pk,
            object_label=label[:120], data=data, reason=reason,
        )
        for pk, label, data in rows
    )  # fmt: skip


def record_reading(*, user, way: str, on=None, object_type: str = "", label: str = "", **detail) -> ReadingRecord:
    """Leave a trace that `user` saw restricted or personal data."""
    return ReadingRecord.objects.create(
        user=user,
        on_behalf_of_id=getattr(user, "acting_for_id", None),
        way=way,
        object_type=on._meta.label_lower if on is not None else object_type,
        object_id=on.pk if on is not None else None,
        object_label=(label or getattr(on, "number", "") or (str(on) if on is not None else ""))[:200],
        detail=detail,
    )
