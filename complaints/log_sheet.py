"""What stands on the sheet beside its fields: with what it opens, what is known of the person, what the topic says."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bureau import drafts, phone_numbers, reference
from bureau.templatetags.formats import clock_time, day
from complaints import contact_log, party_search
from complaints.deeds import name_of
from complaints.expected_terms import expected_terms
from complaints.models import Contact, Party
from complaints.party_search import OpenCase
from complaints.right_doors import right_door

LAST_CONTACTS = 5


# --- Opening ----------------------------------------------------------------------------------------------------------
@dataclass
class Opening:
    """First values of the sheet, and which draft it is kept under."""

    initial: dict[str, Any] = field(default_factory=dict)
    draft_subject: str = ""
    restored_at: Any = None


def opening(*, user, phone: str = "", same_as_last: bool = False, again=None) -> Opening:
    """A caller's number has a draft of its own, so that a call does not overwrite what is half written."""
    caller = caller_number(phone)
    opened = Opening(draft_subject=caller)
    draft = drafts.draft_of(user=user, form=contact_log.LOG_DRAFT, subject=caller)
    saved = Contact.objects.filter(key=as_key(draft.data.get("key"))).first() if draft else None
    if saved and says_the_same(saved, draft.data):
        # Saved after all: the draft only came later than the contact.
        draft = None
    if again:
        taken_back = Contact.objects.filter(key=again, handled_by=user, undone_at__isnull=False)
        contact = taken_back.select_related("party").first()
        if contact:
            opened.initial = values_of(contact)
            return opened
    if draft:
        opened.initial, opened.restored_at = dict(draft.data), draft.updated_at
    elif same_as_last:
        last = contact_log.last_of(user)
        opened.initial = repeated(last) if last else {}
    if caller and not opened.initial.get("who"):
        known = party_search.certain_parties(party_search.read(caller), user=user)
        opened.initial["who"] = str(known[0]) if len(known) == 1 else phone_numbers.shown(caller)
        opened.initial["party"] = known[0].pk if len(known) == 1 else ""
    return opened


def says_the_same(contact: Contact, typed: dict[str, Any]) -> bool:
    """Whether a draft holds no word beyond the contact that was saved with its key, from another window perhaps."""
    words = " ".join(str(typed.get(name) or "") for name in ("note", "title", "description")).split()
    kept = " ".join([contact.note, *((contact.case.title, contact.case.description) if contact.case else ())]).split()
    topic = str(typed.get("topic") or typed.get("favourite") or contact.topic_id or "")
    return set(words) <= set(kept) and topic == str(contact.topic_id or "")


def as_key(value) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None


def caller_number(text: str) -> str:
    """E.164 of the number a telephone system gives. A plus sign in an address arrives as a blank."""
    text = text.strip()
    if not text:
        return ""
    return phone_numbers.to_e164(text) or phone_numbers.to_e164(f"+{text.lstrip('+')}") or ""


def repeated(last: Contact) -> dict[str, Any]:
    """What "same as last" takes over: channel, topic and outcome, never the person or the words."""
    outcome = last.outcome if last.outcome not in contact_log.OPENS_CASE else Contact.Outcome.ANSWERED
    return {
        "channel": last.channel_id, "topic": last.topic_id or "", "outcome": str(outcome),
        "outside_body": last.outside_body_id or "", "passed_to_unit": last.passed_to_unit_id or "",
    }  # fmt: skip


def values_of(contact: Contact) -> dict[str, Any]:
    """A contact just taken back, to be mended and saved again."""
    return {
        "channel": contact.channel_id, "direction": contact.direction, "topic": contact.topic_id or "",
        "outcome": contact.outcome, "outside_body": contact.outside_body_id or "",
        "passed_to_unit": contact.passed_to_unit_id or "", "note": contact.note,
        "was_dissatisfied": contact.was_dissatisfied, "party": contact.party_id or "",
        "who": str(contact.party) if contact.party else "", "language": contact.language,
    }  # fmt: skip


# --- Who is there -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Card:
    """Beside a chosen person: the last contacts and the open cases that the reader may see."""

    party: Party
    contacts: list[Contact]
    open_cases: list[OpenCase]


def card_of(party: Party, *, user, today: date) -> Card:
    contacts = (
        Contact.objects.visible_to(user).kept().filter(party=party)
        .only("key", "at", "channel_id", "topic_id", "outcome", "note", "handled_by_id").order_by("-at", "-pk")[:LAST_CONTACTS]
    )  # fmt: skip
    open_cases = party_search.open_cases_of([party], user=user, today=today, each=5)[party.pk]
    return Card(party, list(contacts), open_cases)


# --- What the topic says ----------------------------------------------------------------------------------------------
@dataclass
class Hints:
    """The guide's answer, the right door when it is not ours, and what may be the same matter."""

    topic: Any = None
    guide: str = ""
    body: Any = None
    what_for: str = ""
    same_call: str = ""
    cases: list[OpenCase] = field(default_factory=list)
    added_to: str = ""


def hints_for(*, topic_id: int | None, party: Party | None, user, today: date, key=None, added_to: str = "") -> Hints:
    hints = Hints(added_to=added_to, topic=reference.topics().get(topic_id))
    if hints.topic:
        english = get_language() == "en"
        hints.guide = hints.topic.guide_en if english else hints.topic.guide_et
        hints.body = right_door(hints.topic, today)
        if hints.body:
            hints.what_for = hints.body.what_for_en if english else hints.body.what_for_et
    if party and hints.topic:
        same = contact_log.same_call(party=party, topic_id=topic_id, at=timezone.now(), user=user, but_key=key)
        hints.same_call = same_call_words(same) if same else ""
        open_cases = party_search.open_cases_of([party], user=user, today=today, each=20)[party.pk]
        hints.cases = [case for case in open_cases if case.topic_id == topic_id or case.number == added_to][:3]
    return hints


def same_call_words(contact: Contact) -> str:
    return _("The same person on the same topic was logged at %(time)s (%(who)s). Is this the same call?") % {
        "time": clock_time(contact.at),
        "who": name_of(contact.handled_by_id),
    }


# --- What was done ----------------------------------------------------------------------------------------------------
def told(logged: contact_log.Logged, *, user, today: date) -> tuple[str, str]:
    """Words and tone of the toast after saving."""
    contact = logged.contact
    if not logged.is_new:
        return _("This contact was saved already, at %(time)s. Nothing was doubled.") % {
            "time": clock_time(contact.created_at)
        }, "info"
    case = contact.case
    if case and contact.outcome in contact_log.OPENS_CASE:
        if case.due_on:
            return _("Contact saved, case %(number)s opened, due %(day)s.") % {
                "number": case.number,
                "day": day(case.due_on),
            }, "good"
        return _("Contact saved, case %(number)s opened.") % {"number": case.number}, "good"
    same = contact_log.same_call(
        party=contact.party, topic_id=contact.topic_id, at=contact.at, user=user, but_key=contact.key
    )
    if same:
        return _(
            "Contact saved. The same person on the same topic was logged at %(time)s: undo if it is one call."
        ) % {"time": clock_time(same.at)}, "warning"
    if case:
        return _("Contact saved and added to case %(number)s.") % {"number": case.number}, "good"
    if contact.was_dissatisfied:
        due_on = next((term.due_on for term in expected_terms(today).values() if term.is_complaint), None)
        if due_on:
            return _("Contact saved. The draft of a complaint waits for you; registered today it is due %(day)s.") % {
                "day": day(due_on)
            }, "good"
    if contact.party:
        return _("Contact saved: %(who)s.") % {"who": contact.party}, "good"
    return _("Contact saved."), "good"
