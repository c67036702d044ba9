"""Everything that happened in a case on one line of time: letters, notes, contacts, deeds. One statement."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from bureau import reference
from bureau.models import OutgoingMail
from bureau.templatetags.formats import day, moment
from complaints import proceedings
from complaints.links import SEEN_FROM_OTHER
from complaints.models import Case, CaseLink, Contact, Message, Status
from complaints.outcomes import NoReply, outcome_words
from complaints.reference import kinds
from complaints.transitions import WAITING_FOR

MOST_ENTRIES = 300
GROUPS = {
    "messages": pgettext_lazy("timeline", "Messages"),
    "notes": pgettext_lazy("timeline", "Notes"),
    "contacts": pgettext_lazy("timeline", "Contacts"),
    "deeds": pgettext_lazy("timeline", "Deeds"),
}

# Deeds that the letter or note beside them tells already, and those that concern only their doer.
UNTOLD = (
    "case.replied", "case.wrote", "case.client_wrote", "case.noted", "case.followed", "case.unfollowed",
)  # fmt: skip

TIMELINE_SQL = """
    SELECT 'message', m.at, m.id, m.author_id, m.on_behalf_of_id, m.kind, m.channel_id, m.body,
           CASE WHEN o.state IS NOT NULL
                THEN jsonb_build_object('mail', o.state, 'sent_at', o.sent_at, 'code', o.server_code, 'key', m.key) END,
           m.recipient, 0
      FROM complaints_message m
      LEFT JOIN LATERAL (SELECT state, sent_at, server_code FROM bureau_outgoingmail
                          WHERE object_type = 'complaints.message' AND object_id = m.id ORDER BY id DESC LIMIT 1) o ON true
     WHERE m.case_id = %(case)s
    UNION ALL
    SELECT 'note', at, id, author_id, on_behalf_of_id, '', NULL, text, NULL, '', 2
      FROM complaints_casenote WHERE case_id = %(case)s
    UNION ALL
    SELECT 'contact', at, id, handled_by_id, NULL, outcome, channel_id, note, NULL, direction, 1
      FROM complaints_contact WHERE case_id = %(case)s AND undone_at IS NULL
    UNION ALL
    SELECT 'deed', at, id, actor_id, on_behalf_of_id, action, NULL, reason, data, '', 3
      FROM bureau_deed WHERE object_type = 'complaints.case' AND object_id = %(case)s
     ORDER BY 2 DESC, 11 DESC, 3 DESC
     LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `group` is what the filter shows or hides, `kind` how it looks."""

    id: str
    group: str
    kind: str
    title: str
    at: datetime
    facts: str = ""
    body: str = ""
    delivery: "Delivery | None" = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """How a letter that leaves by e-mail fares, for the badge beside it."""

    words: str
    tone: str
    icon: str = ""
    key: str = ""  # of the letter, when it may be sent again


@dataclass(frozen=True, slots=True)
class _Read:
    source: str
    at: datetime
    id: int
    who_id: int | None
    behalf_id: int | None
    word: str
    channel_id: int | None
    text: str
    data: dict
    more: str

    @property
    def who(self) -> str:
        """ "Mari Tamm", or "Jaan Kask, for Mari Tamm"."""
        if self.who_id is None:
            return _("the system")
        people = reference.people()
        name = people.get(self.who_id, "")
        if self.behalf_id:
            return _("%(name)s, for %(absent)s") % {"name": name, "absent": people.get(self.behalf_id, "")}
        return name


@dataclass(frozen=True, slots=True)
class Ask:
    """A longer term that somebody asked for and nobody has answered."""

    until: str
    by: str


@dataclass(frozen=True, slots=True)
class Timeline:
    entries: list[Entry]
    is_cut: bool
    last_deed_id: int
    asks: dict[int, Ask]


def timeline_of(case: Case, *, user, shown: Iterable[str] = GROUPS) -> Timeline:
    """Entries in order of time, whether older ones were left out, and what the deeds among them leave open."""
    with connection.cursor() as cursor:
        cursor.execute(TIMELINE_SQL, {"case": case.pk, "most": MOST_ENTRIES + 1})
        rows = cursor.fetchall()
    reads = [
        _Read(*row[:8], json.loads(row[8]) if isinstance(row[8], str) else row[8] or {}, row[9])
        for row in reversed(rows[:MOST_ENTRIES])
    ]
    shown, unnamed = set(shown), numbers_not_seen(user, (read.data.get("other") for read in reads))
    entries, asks, last_deed_id = [], {}, 0
    for read in reads:
        if read.source == "deed":
            last_deed_id = max(last_deed_id, read.id)
            keep_asks(asks, read)
            if read.word in UNTOLD or read.data.get("other") in unnamed:
                continue
        entry = MAKERS[read.source](read, case)
        if entry.group in shown:
            entries.append(entry)
    return Timeline(entries, len(rows) > MOST_ENTRIES, last_deed_id, asks)


def numbers_not_seen(user, named: Iterable[str | None]) -> frozenset[str]:
    """Of the cases that deeds of this one name, those that do not exist for the person. Most name none."""
    numbers = frozenset(named) - {None}
    if not numbers:
        return frozenset()
    return numbers - set(Case.objects.visible_to(user).filter(number__in=numbers).values_list("number", flat=True))


def keep_asks(asks: dict[int, Ask], read: _Read) -> None:
    if read.word == "clock.extension_asked":
        asks[read.data["clock"]] = Ask(stored_day(read.data.get("until")), read.who)
    elif read.word in {"clock.extension_declined", "clock.extended"}:
        asks.pop(read.data.get("clock"), None)


def joined(*parts: object) -> str:
    return " · ".join(str(part) for part in parts if part not in (None, ""))


def channel_name(channel_id: int | None) -> str:
    channel = reference.channels().get(channel_id) if channel_id else None
    return channel.name.lower() if channel else ""


def message_entry(read: _Read, case: Case) -> Entry:
    came_in = read.word in {Message.Kind.ORIGINAL, Message.Kind.FOLLOW_UP}
    if came_in:
        title = str(case.party) if case.party_id else _("The client")
        recorded = _("recorded by %(name)s") % {"name": read.who} if read.who_id else ""
        facts = joined(channel_name(read.channel_id), recorded)
    else:
        title = MESSAGE_TITLES[read.word]
        to = _("to %(recipient)s") % {"recipient": read.more} if read.more else ""
        facts = joined(read.who, channel_name(read.channel_id), to)
    kind = "in" if came_in else "out"
    return Entry(f"m{read.id}", "messages", kind, str(title), read.at, facts, read.text, delivery_of(read.data))


def delivery_of(mail: dict[str, Any]) -> Delivery | None:
    match mail.get("mail"):
        case OutgoingMail.State.QUEUED | OutgoingMail.State.SENDING:
            return Delivery(_("E-mail waits to be sent"), "info", "clock")
        case OutgoingMail.State.SENT:
            sent_at = moment(datetime.fromisoformat(mail["sent_at"]))
            return Delivery(_("E-mail sent %(moment)s") % {"moment": sent_at}, "good", "check")
        case OutgoingMail.State.FAILED:
            words = _("E-mail was not sent; check the address (answer %(code)s)") % {"code": mail["code"] or "–"}
            return Delivery(words, "bad", "alert", mail["key"])
        case OutgoingMail.State.UNCERTAIN:
            return Delivery(_("E-mail was perhaps sent; the keeper of outgoing mail finds out"), "warning", "alert")
        case OutgoingMail.State.CANCELLED:
            return Delivery(_("E-mail was not sent: it was cancelled"), "warning", "close", mail["key"])
    return None


MESSAGE_TITLES = {
    Message.Kind.REPLY: gettext_lazy("Our reply"),
    Message.Kind.CLARIFICATION: gettext_lazy("Our letter"),
    Message.Kind.EXTENSION_NOTICE: gettext_lazy("Notice of extension"),
    Message.Kind.FORWARDING_NOTICE: gettext_lazy("Notice of forwarding"),
}


def note_entry(read: _Read, case: Case) -> Entry:
    return Entry(f"n{read.id}", "notes", "note", _("Internal note"), read.at, read.who, read.text)


def contact_entry(read: _Read, case: Case) -> Entry:
    outcome = Contact.Outcome(read.word).label if read.word in Contact.Outcome.values else ""
    title = _("Contact: %(channel)s") % {"channel": channel_name(read.channel_id)}
    return Entry(
        f"c{read.id}",
        "contacts",
        "in" if read.more == "in" else "out",
        title,
        read.at,
        joined(read.who, outcome),
        read.text,
    )


def deed_entry(read: _Read, case: Case) -> Entry:
    verb, details, kind = DEEDS.get(read.word) or (
        proceedings.timeline_word(read.word) or _("A deed of a kind no longer in use"),
        None,
        "deed",
    )
    told = details(read.data) if details else ""
    return Entry(f"d{read.id}", "deeds", kind, str(verb), read.at, joined(read.who, told, read.text), "")


MAKERS: dict[str, Callable[[_Read, Case], Entry]] = {
    "message": message_entry, "note": note_entry, "contact": contact_entry, "deed": deed_entry,
}  # fmt: skip


# --- What a deed says, in the reader's language -----------------------------------------------------------------------
def stored_day(text: str | None) -> str:
    return day(date.fromisoformat(text)) if text else ""


def person(user_id: int | None) -> str:
    return reference.people().get(user_id, "") if user_id else ""


def code_name(of: dict, code: str) -> str:
    entry = reference.by_code(of).get(code)
    return entry.name if entry else ""


def registered_words(data: dict[str, Any]) -> str:
    """A deed that says nothing of a deadline, as one taken in from elsewhere, does not say that there is none."""
    kind, due = code_name(kinds(), data.get("kind", "")), ""
    if "due_on" in data:
        due = _("due %(day)s") % {"day": stored_day(data["due_on"])} if data["due_on"] else _("no deadline")
    late = data.get("late_by")
    words = ngettext("registered %(count)s working day late", "registered %(count)s working days late", late) % {"count": late} if late else ""  # fmt: skip
    return joined(kind, due, words)


def assigned_words(data: dict[str, Any]) -> str:
    to = f"→ {person(data.get('new'))}"
    if data.get("way") == "take_next":
        return joined(to, _("took the next one"))
    if data.get("bulk") or data.get("bulk_undo"):
        return joined(to, _("with other cases"))
    return to


def moved_words(data: dict[str, Any]) -> str:
    old, new = data.get("old"), data.get("new")
    return f"{Status(old).label} → {Status(new).label}" if {old, new} <= set(Status.values) and old != new else ""


def waits_words(data: dict[str, Any]) -> str:
    return (
        _("for %(whom)s") % {"whom": WAITING_FOR[data["waiting_for"]]}
        if data.get("waiting_for") in WAITING_FOR
        else ""
    )


def closed_words(data: dict[str, Any]) -> str:
    outcome, ground = data.get("outcome", ""), data.get("no_reply", "")
    return joined(
        outcome_words(outcome),
        NoReply(ground).label if ground in NoReply.values else "",
    )


def reopened_words(data: dict[str, Any]) -> str:
    return _("new last day %(day)s") % {"day": stored_day(data["due_on"])} if data.get("due_on") else ""


def forwarded_words(data: dict[str, Any]) -> str:
    part = "" if data.get("whole", True) else _("in part")
    untold = _("notice not given: %(why)s") % {"why": data["no_notice"]} if data.get("no_notice") else ""
    return joined(f"→ {code_name(reference.outside_bodies(), data.get('body', ''))}", part, untold)


def extended_words(data: dict[str, Any]) -> str:
    words = f"{stored_day(data.get('old'))} → {stored_day(data.get('new'))}"
    asked = _("asked by %(name)s") % {"name": person(data["asked_by"])} if data.get("asked_by") else ""
    return joined(words, asked)


def asked_words(data: dict[str, Any]) -> str:
    return _("until %(day)s") % {"day": stored_day(data.get("until"))}


def mark_words(data: dict[str, Any]) -> str:
    mark = data.get("new") or data.get("old") or {}
    until = _("until %(day)s") % {"day": stored_day(mark["until"])} if mark.get("until") else mark.get("ends_by", "")
    return joined(mark.get("basis", ""), until, mark.get("scope", ""))


def person_words(data: dict[str, Any]) -> str:
    return person(data.get("person"))


def linked_words(data: dict[str, Any]) -> str:
    kind = data.get("kind", "")
    if kind not in CaseLink.Kind.values:
        return data.get("other", "")
    label = SEEN_FROM_OTHER[kind] if data.get("reverse") else CaseLink.Kind(kind).label
    return f"{label} {data.get('other', '')}"


def clock_words(data: dict[str, Any]) -> str:
    from complaints.models import DeadlineRule

    purpose = data.get("purpose", "")
    label = DeadlineRule.Purpose(purpose).label if purpose in DeadlineRule.Purpose.values else ""
    return joined(label, code_name(kinds(), data.get("kind", "")), stored_day(data.get("due_on")))


FIELD_NAMES = {
    "kind_id": gettext_lazy("kind"), "topic_id": gettext_lazy("topic"), "unit_id": gettext_lazy("unit"),
    "title": gettext_lazy("title"), "party_id": gettext_lazy("party"), "language": gettext_lazy("language"),
    "co_signers": gettext_lazy("co-signers"), "is_environmental_information": gettext_lazy("environmental information"),
    "no_reply_wanted": gettext_lazy("no reply wanted"), "reply_channel_id": gettext_lazy("reply wanted by"),
    "register_reference": gettext_lazy("reference in the document register"),
    "sender_reference": gettext_lazy("sender's reference"), "sender_dated_on": gettext_lazy("date on the letter"),
}  # fmt: skip


def value_words(field: str, value: Any) -> str:
    """A stored value of a fact, by its name where it has one. Parties are not named in a history of facts."""
    lists = {
        "kind_id": kinds, "topic_id": reference.topics, "unit_id": reference.units, "reply_channel_id": reference.channels,
    }  # fmt: skip
    if value in (None, ""):
        return "–"
    if field in lists:
        entry = lists[field]().get(value)
        return entry.name if entry else "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field == "sender_dated_on":
        return stored_day(value if isinstance(value, str) else value.isoformat())
    return str(value)


def changed_words(data: dict[str, Any]) -> str:
    parts = []
    for field, new in (data.get("new") or {}).items():
        old = (data.get("old") or {}).get(field)
        name = FIELD_NAMES.get(field, field)
        if field == "party_id":
            parts.append(str(name))
        else:
            parts.append(f"{name}: {value_words(field, old)} → {value_words(field, new)}")
    return "; ".join(parts)


def imported_words(data: dict[str, Any]) -> str:
    count = data.get("rows")
    return ngettext("%(count)s row", "%(count)s rows", count) % {"count": count} if isinstance(count, int) else ""


DEEDS: dict[str, tuple[object, Callable[[dict[str, Any]], str] | None, str]] = {
    "case.registered": (pgettext_lazy("deed", "Registered"), registered_words, "deed"),
    "case.imported": (pgettext_lazy("deed", "Imported"), imported_words, "deed"),
    "case.started": (pgettext_lazy("deed", "Took up"), moved_words, "deed"),
    "case.waits": (pgettext_lazy("deed", "Waits"), waits_words, "deed"),
    "case.assigned": (pgettext_lazy("deed", "Assigned"), assigned_words, "deed"),
    "case.unassigned": (pgettext_lazy("deed", "Returned to the queue"), None, "deed"),
    "case.closed": (pgettext_lazy("deed", "Closed"), closed_words, "done"),
    "case.reopened": (pgettext_lazy("deed", "Reopened"), reopened_words, "deed"),
    "case.forwarded": (pgettext_lazy("deed", "Forwarded"), forwarded_words, "done"),
    "case.letter_resent": (pgettext_lazy("deed", "Sent the letter again"), None, "deed"),
    "case.changed": (pgettext_lazy("deed", "Changed"), changed_words, "deed"),
    "case.restricted": (pgettext_lazy("deed", "Restricted access"), mark_words, "deed"),
    "case.restriction_changed": (pgettext_lazy("deed", "Changed the restriction"), mark_words, "deed"),
    "case.unrestricted": (pgettext_lazy("deed", "Lifted the restriction"), None, "deed"),
    "case.let_in": (pgettext_lazy("deed", "Let in"), person_words, "deed"),
    "case.shut_out": (pgettext_lazy("deed", "Took back access"), person_words, "deed"),
    "case.linked": (pgettext_lazy("deed", "Linked"), linked_words, "deed"),
    "case.unlinked": (pgettext_lazy("deed", "Unlinked"), linked_words, "deed"),
    "clock.started": (pgettext_lazy("deed", "Started a deadline"), clock_words, "deed"),
    "clock.extended": (pgettext_lazy("deed", "Extended the deadline"), extended_words, "deed"),
    "clock.extension_asked": (pgettext_lazy("deed", "Asked for an extension"), asked_words, "deed"),
    "clock.extension_declined": (pgettext_lazy("deed", "Did not grant the extension"), None, "deed"),
    "clock.recomputed": (pgettext_lazy("deed", "Recomputed the deadline"), None, "deed"),
}


def since(case: Case, seen_deed: int, *, user) -> list[Entry]:
    """What was done after the deed a page was made with, for the warning that somebody was quicker."""
    from complaints.deeds import deeds_on

    words = {
        "case.replied": _("Answered"), "case.wrote": _("Wrote to the client"), "case.client_wrote": _("The client wrote again"),
        "case.noted": _("Added an internal note"),
    }  # fmt: skip
    later = deeds_on(case).filter(pk__gt=seen_deed).exclude(action__in=["case.followed", "case.unfollowed"])
    reads = [
        _Read("deed", deed.at, deed.pk, deed.actor_id, deed.on_behalf_of_id, deed.action, None, deed.reason, deed.data, "")
        for deed in later.order_by("pk")
    ]  # fmt: skip
    unnamed = numbers_not_seen(user, (read.data.get("other") for read in reads))
    return [
        Entry(f"d{read.id}", "deeds", "deed", words[read.word], read.at, read.who) if read.word in words else deed_entry(read, case)
        for read in reads
        if read.data.get("other") not in unnamed
    ]  # fmt: skip
