"""Earlier versions of a contact, told as what was changed, when and by whom."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bureau import reference
from bureau.models import Deed
from bureau.templatetags.formats import duration, moment
from complaints.deeds import name_of
from complaints.models import Case, Contact, Party

TOLD = (
    "at", "channel_id", "direction", "party_id", "topic_id", "outcome", "outside_body_id", "passed_to_unit_id", "case_id", "note",
    "was_dissatisfied", "handling_seconds", "language",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    label: str
    old: str
    new: str


@dataclass
class Version:
    """One correction: who made it, when, and what it changed."""

    at: datetime | None
    by: str
    changes: list[Change] = field(default_factory=list)


def versions_told(contact: Contact, *, user) -> list[Version]:
    """Corrections, the newest first. Three statements; one when there was none."""
    rows = list(contact.versions.order_by("pgh_id"))
    if not rows:
        return []
    steps = [*rows, contact]
    deeds = list(
        Deed.objects.filter(
            object_type=Contact._meta.label_lower,
            object_id=contact.pk,
            action__in=["contact.changed", "contact.undone"],
        ).order_by("id")
    )
    words = Words(steps, user=user)
    told = []
    for number, (old, new) in enumerate(zip(steps, steps[1:], strict=False)):
        deed = deeds[number] if number < len(deeds) else None
        changes = [
            Change(words.label(name), words.value(name, getattr(old, name)), words.value(name, getattr(new, name)))
            for name in TOLD
            if getattr(old, name) != getattr(new, name)
        ]
        if new.undone_at and not old.undone_at:
            changes.append(Change(_("taken back"), _("no"), _("yes")))
        told.append(Version(rows[number].pgh_created_at, name_of(deed.actor_id) if deed else "", changes))
    return told[::-1]


class Words:
    """Values of a contact as a person reads them."""

    def __init__(self, steps: list[Any], *, user):
        parties = {step.party_id for step in steps} - {None}
        cases = {step.case_id for step in steps} - {None}
        self.parties = Party.objects.visible_to(user).in_bulk(parties) if parties else {}
        self.cases = Case.objects.visible_to(user).in_bulk(cases) if cases else {}

    def label(self, name: str) -> str:
        return str(Contact._meta.get_field(name.removesuffix("_id")).verbose_name)

    def value(self, name: str, value: Any) -> str:
        if value in (None, ""):
            return "–"
        lists = {
            "channel_id": reference.channels, "topic_id": reference.topics, "outside_body_id": reference.outside_bodies,
            "passed_to_unit_id": reference.units,
        }  # fmt: skip
        if name in lists:
            entry = lists[name]().get(value)
            return entry.name if entry else "–"
        if name == "party_id":
            return str(self.parties.get(value, "…"))
        if name == "case_id":
            return str(self.cases.get(value, "…"))
        if name == "outcome":
            return str(Contact.Outcome(value).label)
        if name == "direction":
            return str(Contact.Direction(value).label)
        if name == "at":
            return moment(value)
        if name == "handling_seconds":
            return duration(value)
        if name == "was_dissatisfied":
            return _("yes") if value else _("no")
        return str(value)
