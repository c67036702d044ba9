"""What the kernel tells the apps, and lists kept in memory that are forgotten when a row of theirs changes."""

from django.db.models.signals import post_delete, post_save
from django.dispatch import Signal

from bureau import reference
from bureau.models import (
    CalendarDay,
    Cause,
    Channel,
    NextInstance,
    OpeningHours,
    OutsideBody,
    RestrictionBasis,
    Service,
    Topic,
    Unit,
    User,
)

# Sent on commit with `mail`, an OutgoingMail that has left, did not leave, perhaps left or was cancelled.
mail_settled = Signal()

NAME_OF_A_PERSON = {"first_name", "last_name"}


def person_changed(*, update_fields=None, **_signal):
    """Only names are kept; each sign-in writes `last_login` and must not throw every list away."""
    if update_fields is None or NAME_OF_A_PERSON & set(update_fields):
        reference.changed()


_LISTS = (
    Unit, Service, Topic, Channel, OutsideBody, RestrictionBasis, CalendarDay, OpeningHours, Cause, NextInstance,
)  # fmt: skip
for _model, _told in {**dict.fromkeys(_LISTS, reference.changed), User: person_changed}.items():
    for _signal in (post_save, post_delete):
        _signal.connect(_told, sender=_model, dispatch_uid=f"reference-{_model.__name__}")
