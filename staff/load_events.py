"""Events in the load: days on which it is known not to be as usual."""

from django.db import transaction

from bureau.audit import record
from staff.models import LoadEvent


@transaction.atomic
def save(*, event: LoadEvent, by) -> LoadEvent:
    """A new event, or a change of one; its former row stays in the history."""
    if event.pk is None:
        event.recorded_by = by
    event.save()
    record(
        "load_event.saved", by=by, on=event, label=event.name_et, kind=event.kind, first=str(event.starts_on), last=str(event.ends_on),
        factor=str(event.factor) if event.factor is not None else None,
    )  # fmt: skip
    return event
