"""Logging a contact: an answered call is one row with an outcome; a case or a complaint opens in the same transaction.

The key of one filling of the form makes it safe to send it twice: the second time finds the contact of the first.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau import drafts, reference
from bureau.audit import record
from bureau.submissions import own_keys
from complaints import case_ends, clocks, parties, proceedings, rollups, search_index
from complaints.deeds import DeedRefused, locked
from complaints.models import Case, CaseKind, Clock, Contact, Message, Party, Status
from complaints.outcomes import Outcome as CaseOutcome
from complaints.parties import PartyFacts
from complaints.party_search import Typed
from complaints.proceedings import CaseMove
from complaints.registration import NewCase, register_case
from complaints.signals import contact_logged

LOG_DRAFT = "contact_log"
CASE_DRAFT = "contact_case"
BATCH_DRAFT = "contact_batch"
# A moment given by hand that lies further back was entered afterwards.
BACKDATED_AFTER = timedelta(minutes=15)
# The toast offers undo for ten seconds; whoever points at it, or reads it slowly, has longer.
UNDO_WITHIN = timedelta(minutes=5)
SAME_CALL_WITHIN = timedelta(minutes=2)
OPENS_CASE = (Contact.Outcome.CASE, Contact.Outcome.COMPLAINT)


@dataclass(frozen=True, kw_only=True)
class CaseWords:
    """What a case opened by a contact needs beside the contact itself. Words may be left out."""

    kind_id: int
    title: str = ""
    description: str = ""
    assignee_id: int | None = None
    late_because: str = ""
    """Why it is registered later than AvTS § 16 lets."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One contact as it was told. `party` is known, `new_party` is added with it, neither is anonymous."""

    key: uuid.UUID
    channel_id: int
    at: datetime
    outcome: str = Contact.Outcome.ANSWERED
    direction: str = Contact.Direction.IN
    party: Party | None = None
    new_party: PartyFacts | None = None
    added: Typed | None = None
    """Data typed beside the name of `party`, which become that person's."""
    is_somebody_else: bool = False
    """The new party was chosen as such: it shares its number or address with somebody who is known."""
    topic_id: int | None = None
    outside_body_id: int | None = None
    passed_to_unit_id: int | None = None
    case: Case | None = None
    opens: CaseWords | None = None
    note: str = ""
    was_dissatisfied: bool = False
    handling_seconds: int | None = None
    entry_milliseconds: int | None = None
    language: str = "et"
    is_backdated: bool = False
    draft_subject: str = ""
    draft_key: uuid.UUID | None = None
    """The key in the draft, where the contact was given another."""
    typed: str = ""
    """What was typed into a row of a day, by which the same row is known from one whose words were changed."""


@dataclass(frozen=True)
class Logged:
    contact: Contact
    is_new: bool


def log_contact(*, entry: Entry, by) -> Logged:
    """Keep a contact with its party, case, deed and day mark; the same key gives the contact that it gave first."""
    try:
        with transaction.atomic():
            contact = keep(entry, by=by)
            rollups.mark_changed(contact.on)
            discard_draft_of(entry, by=by)
    except IntegrityError:
        # Sent before, or twice at the same moment: the other one was first.
        known = of_key(entry.key, by=by)
        if known is None:
            raise
        discard_draft_of(entry, by=by)
        return Logged(known, is_new=False)
    return Logged(contact, is_new=True)


def log_batch(*, entries: Iterable[Entry], by) -> list[Logged]:
    """Keep a day typed afterwards: all rows or none; rows that were kept before are not kept twice."""
    with transaction.atomic():
        return keep_batch(list(entries), by=by)


def keep_batch(entries: list[Entry], *, by) -> list[Logged]:
    typed = {entry.key: entry.typed for entry in entries if entry.typed}
    keys = own_keys(typed=typed, by=by, address=BATCH_DRAFT)
    entries = [replace(entry, key=keys.get(entry.key, entry.key)) for entry in entries]
    parties.wait_for_address(*(entry.new_party for entry in entries if entry.new_party))
    known = {contact.key: contact for contact in Contact.objects.filter(key__in=[entry.key for entry in entries])}
    for contact in known.values():
        refuse_foreign(contact, by)
    logged = [
        Logged(known[entry.key], is_new=False) if entry.key in known else Logged(keep(entry, by=by), is_new=True)
        for entry in entries
    ]
    rollups.mark_changed(*{one.contact.on for one in logged if one.is_new})
    drafts.discard_draft(user=by, form=BATCH_DRAFT)
    return logged


def of_key(key: uuid.UUID, *, by) -> Contact | None:
    contact = Contact.objects.filter(key=key).select_related("case").first()
    if contact:
        refuse_foreign(contact, by)
    return contact


def discard_draft_of(entry: Entry, *, by) -> None:
    """The draft of this very filling; the next call may already be half written."""
    drafts.discard_draft(
        user=by, form=LOG_DRAFT, subject=entry.draft_subject, having={"key": str(entry.draft_key or entry.key)}
    )


def refuse_foreign(contact: Contact, by) -> None:
    if contact.handled_by_id != by.pk:
        raise DeedRefused(_("This form was already used by somebody else. Open a new one."))


def keep(entry: Entry, *, by) -> Contact:
    """Write one contact in the running transaction."""
    party = entry.party
    if entry.new_party:
        party = parties.party_of_address(facts=entry.new_party, by=by, is_somebody_else=entry.is_somebody_else)
    elif party and entry.added:
        party = parties.add_data(party=party, typed=entry.added, by=by)
    topic = reference.topics().get(entry.topic_id)
    case = entry.case
    if entry.outcome in OPENS_CASE and entry.opens and case is None:
        case = open_case(entry, party=party, by=by)
    contact = Contact.objects.create(
        key=entry.key,
        at=entry.at,
        on=timezone.localdate(entry.at),
        channel_id=entry.channel_id,
        direction=entry.direction,
        party=party,
        topic_id=entry.topic_id,
        unit_id=unit_of(topic=topic, case=case, passed_to_unit_id=entry.passed_to_unit_id),
        outcome=entry.outcome,
        outside_body_id=entry.outside_body_id if entry.outcome == Contact.Outcome.WRONG_BODY else None,
        passed_to_unit_id=entry.passed_to_unit_id if entry.outcome == Contact.Outcome.FORWARDED else None,
        case=case,
        note=entry.note,
        was_dissatisfied=entry.was_dissatisfied or entry.outcome == Contact.Outcome.COMPLAINT,
        handled_by=by,
        handling_seconds=entry.handling_seconds,
        entry_milliseconds=entry.entry_milliseconds,
        language=entry.language,
        is_backdated=entry.is_backdated,
        is_restricted=bool(case and case.is_restricted),
    )
    if case and entry.note:
        search_index.refresh(case)
    if entry.was_dissatisfied and case is None:
        keep_complaint_draft(contact, entry, by=by)
    record(
        "contact.logged", by=by, on=contact, channel=entry.channel_id, outcome=str(entry.outcome), topic=entry.topic_id,
        **({"case": case.number} if case else {}), **({"entered_afterwards": True} if entry.is_backdated else {}),
    )  # fmt: skip
    channel = reference.channels()[entry.channel_id].code
    transaction.on_commit(lambda: contact_logged.send(sender=Contact, contact_id=contact.pk, channel=channel))
    return contact


def unit_of(*, topic, case: Case | None, passed_to_unit_id: int | None) -> int | None:
    """Whose field the contact belongs to: the unit it went to, else the case's, else the topic's."""
    return passed_to_unit_id or (case.unit_id if case else None) or (topic.unit_id if topic else None)


def open_case(entry: Entry, *, party: Party | None, by) -> Case:
    kind = CaseKind.objects.get(pk=entry.opens.kind_id)
    topic = reference.topics().get(entry.topic_id)
    registered_at = timezone.now()
    return register_case(
        NewCase(
            kind=kind,
            title=title_of(entry.opens, topic=topic, kind=kind, note=entry.note),
            description=entry.opens.description or entry.note,
            channel_id=entry.channel_id,
            received_at=min(entry.at, registered_at),
            registered_at=registered_at,
            party=party,
            topic_id=entry.topic_id,
            service_id=topic.service_id if topic else None,
            unit_id=topic.unit_id if topic else None,
            assignee_id=entry.opens.assignee_id,
            language=entry.language,
            late_because=entry.opens.late_because,
        ),
        by=by,
        key=uuid.uuid5(entry.key, "case"),
        is_asked=True,  # one contact opens one case: its row is new, or held by this transaction
    )


def title_of(words: CaseWords, *, topic, kind: CaseKind, note: str) -> str:
    """Without a title the first line of what was said, else the name of the topic or kind, in the bureau's language.

    The topic of a complaint is that of the matter; what the complaint is about it does not say.
    """
    if words.title:
        return words.title
    said = words.description.strip() or (note.strip() if kind.is_complaint else "")
    first_line = said.splitlines()[0] if said else ""
    return (first_line or (topic.name_et if topic and not kind.is_complaint else kind.name_et))[:200]


def keep_complaint_draft(contact: Contact, entry: Entry, *, by) -> None:
    """A dissatisfied client without a case: what was heard waits as the draft of a complaint."""
    words = entry.opens
    drafts.save_draft(
        user=by,
        form=CASE_DRAFT,
        subject=str(contact.key),
        data={
            "kind": str(words.kind_id) if words else "",
            "title": words.title if words else "",
            "description": (words.description if words else "") or entry.note,
        },
    )


# --- Taking back ------------------------------------------------------------------------------------------------------
@transaction.atomic
def undo_contact(*, contact: Contact, by) -> Contact:
    """Take back a contact just logged. A case that it opened is closed as a mistake, unless somebody worked on it."""
    contact = Contact.objects.select_for_update(of=("self",)).select_related("case").get(pk=contact.pk)
    refuse_foreign(contact, by)
    if contact.undone_at:
        return contact
    if timezone.now() - contact.created_at > UNDO_WITHIN:
        raise DeedRefused(_("It is too late to take this contact back. Open it and correct it."))
    if contact.case and opened_by(contact):
        close_as_mistake(contact.case, by=by)
    contact.undone_at = timezone.now()
    contact.save(update_fields=["undone_at"])
    if contact.case_id and contact.note:
        search_index.refresh(contact.case)
    drafts.discard_draft(user=by, form=CASE_DRAFT, subject=str(contact.key))
    rollups.mark_changed(contact.on)
    record("contact.undone", by=by, on=contact)
    return contact


def opened_by(contact: Contact) -> bool:
    """Whether the contact's case was opened by this very contact (and not merely added to it)."""
    return Message.objects.filter(key=uuid.uuid5(contact.key, "case"), case_id=contact.case_id).exists()


def close_as_mistake(case: Case, *, by) -> None:
    """The number stays taken: numbers have no gaps. Nobody is asked how satisfied they were with a mistake."""
    case = locked(case)
    if is_touched(case):
        raise DeedRefused(
            _(
                "Somebody has already worked on case %(number)s, so this contact cannot be taken back. Correct it instead."
            )
            % {"number": case.number}
        )
    today = timezone.localdate()
    for clock in case.clocks.filter(state=Clock.State.RUNNING):
        clocks.end(clock=clock, on=max(today, clock.triggered_on), by=by, reason=_("registered by mistake"))
    case.status, case.outcome = Status.CLOSED, CaseOutcome.MISTAKE
    case.closed_at, case.closed_on, case.due_on = timezone.now(), today, None
    clocks.save_moved(case, "status", "outcome", "closed_at", "closed_on", case_ends.end(case, on=today), "due_on")
    rollups.mark_changed(case.registered_on, today)
    proceedings.follow(case, CaseMove.CLOSED, by=by)
    record(
        "case.closed",
        by=by,
        on=case,
        old=Status.REGISTERED.value,
        new=Status.CLOSED.value,
        outcome=CaseOutcome.MISTAKE.value,
    )


def is_touched(case: Case) -> bool:
    return (
        case.version != 1
        or case.status != Status.REGISTERED
        or case.notes.exists()
        or case.messages.count() > 1
        or case.contacts.filter(undone_at__isnull=True).count() > 1
    )


# --- Changing ---------------------------------------------------------------------------------------------------------
CHANGEABLE = (
    "at", "channel_id", "direction", "party_id", "topic_id", "outcome", "outside_body_id", "passed_to_unit_id", "case_id", "note",
    "was_dissatisfied", "handling_seconds", "language",
)  # fmt: skip
# What may stand in a deed for ever: no words of a person, no names.
NOT_TOLD = {"note", "party_id"}


class ContactChanged(Exception):
    """Somebody changed the contact after the page was opened. Nothing was saved."""


def version_of(contact: Contact) -> int:
    """How often the contact was changed: its earlier versions are kept by the database."""
    return contact.versions.count()


@transaction.atomic
def change_contact(*, contact: Contact, by, seen_version: int, case: Case | None = None, **values) -> Contact:
    """Correct a contact. Both days, the old and the new, are counted again; the earlier version stays readable."""
    contact = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
    if contact.undone_at:
        raise DeedRefused(_("This contact was taken back. Log it anew."))
    if version_of(contact) != seen_version:
        raise ContactChanged
    strangers = set(values) - set(CHANGEABLE)
    if strangers:
        raise TypeError(f"not changeable: {strangers}")
    old_on, old_case_id = contact.on, contact.case_id
    values["case_id"] = case.pk if case else None
    changed = [name for name in CHANGEABLE if name in values and getattr(contact, name) != values[name]]
    if not changed:
        return contact
    told = {
        name.removesuffix("_id"): [plain(getattr(contact, name)), plain(values[name])]
        for name in changed
        if name not in NOT_TOLD
    }
    for name in changed:
        setattr(contact, name, values[name])
    contact.on = timezone.localdate(contact.at)
    contact.unit_id = unit_of(
        topic=reference.topics().get(contact.topic_id), case=case, passed_to_unit_id=contact.passed_to_unit_id
    )
    contact.is_restricted = bool(case and case.is_restricted)
    contact.save(update_fields=[*(name.removesuffix("_id") for name in changed), "on", "unit", "is_restricted"])
    if {"note", "case_id"} & set(changed):
        for touched in Case.objects.filter(pk__in={old_case_id, contact.case_id} - {None}):
            search_index.refresh(touched)
    rollups.mark_changed(old_on, contact.on)
    record("contact.changed", by=by, on=contact, fields=[name.removesuffix("_id") for name in changed], changes=told)
    return contact


def plain(value):
    return value.isoformat() if isinstance(value, datetime) else value


@transaction.atomic
def open_case_of(*, contact: Contact, words: CaseWords, by) -> Case:
    """Open a case, or a complaint, from a contact already logged; the draft of it is done with."""
    contact = Contact.objects.select_for_update(of=("self",)).select_related("party").get(pk=contact.pk)
    if contact.case_id:
        raise DeedRefused(_("This contact already belongs to a case."))
    if contact.undone_at:
        raise DeedRefused(_("This contact was taken back. Log it anew."))
    entry = Entry(
        key=contact.key, channel_id=contact.channel_id, at=contact.at, topic_id=contact.topic_id, note=contact.note,
        language=contact.language, opens=words,
    )  # fmt: skip
    case = open_case(entry, party=contact.party, by=by)
    contact.case = case
    contact.outcome = Contact.Outcome.COMPLAINT if case.kind.is_complaint else Contact.Outcome.CASE
    contact.outside_body = contact.passed_to_unit = None
    contact.unit_id = case.unit_id or contact.unit_id
    contact.save(update_fields=["case", "outcome", "outside_body", "passed_to_unit", "unit"])
    search_index.refresh(case)
    drafts.discard_draft(user=by, form=CASE_DRAFT, subject=str(contact.key))
    rollups.mark_changed(contact.on)
    record("contact.changed", by=by, on=contact, fields=["case", "outcome"], changes={"case": [None, case.number]})
    return case


# --- Questions --------------------------------------------------------------------------------------------------------
def same_call(
    *, party: Party | None, topic_id: int | None, at: datetime, user, but_key: uuid.UUID | None = None
) -> Contact | None:
    """A contact with the same person on the same topic within two minutes: perhaps the same call logged twice."""
    if party is None or topic_id is None:
        return None
    near = (
        Contact.objects.visible_to(user)
        .kept()
        .filter(party=party, topic_id=topic_id, at__gte=at - SAME_CALL_WITHIN, at__lte=at + SAME_CALL_WITHIN)
    )
    return near.exclude(key=but_key).order_by("-at", "-pk").first()


def last_of(user) -> Contact | None:
    """The contact that "same as last" repeats."""
    return Contact.objects.kept().filter(handled_by=user).order_by("-at", "-pk").first()
