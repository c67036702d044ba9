"""What goes between the client and us in a case: replies, interim letters, further turns of the client.

A reply that answers meets its clocks on the day it went out; the case is answered once no reply clock runs any more.
Whether it was in time is counted over all reply clocks of the case that were met: one late makes the reply late.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau import drafts, phone_numbers
from bureau.audit import record
from bureau.reference import by_code, channels
from complaints import case_ends, clocks, rollups, search_index
from complaints.deeds import DeedRefused, check_version, locked, tell
from complaints.letter_gaps import refuse_gaps
from complaints.mailed_letters import mail_letter
from complaints.models import ENDED, Case, Clock, DeadlineRule, Message, Party, Status
from complaints.transitions import CASE_LIFECYCLE

REPLY_DRAFT = "case_reply"
NOTE_DRAFT = "case_note"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A letter of ours. `clock_ids` None answers every request of the case; `is_interim` answers none."""

    text: str
    channel_id: int
    recipient: str
    key: uuid.UUID
    at: datetime | None = None
    is_interim: bool = False
    waits_for_client: bool = False
    clock_ids: frozenset[int] | None = None


def recipient_of(party: Party | None, channel_code: str) -> str:
    """Whom and where a letter over this channel reaches, as it stands on the button."""
    if party is None:
        return _("the client")
    if channel_code == "email" and party.email:
        return party.email
    if channel_code == "phone" and party.phone:
        return f"{party.name} {phone_numbers.shown(party.phone)}".strip()
    if channel_code == "letter" and party.address:
        return f"{party.name}, {party.address}".strip(", ")
    return str(party)


def reply_channel_of(case: Case) -> int:
    """How the client wants to hear from us, else how the client came, as far as the data allows."""
    if case.reply_channel_id:
        return case.reply_channel_id
    codes = by_code(channels())
    came_by = channels()[case.channel_id].code
    party = case.party
    if party and party.email and came_by not in {"phone", "letter", "visit"}:
        return codes["email"].id if "email" in codes else case.channel_id
    return case.channel_id


def kept_before(key: uuid.UUID, case: Case) -> Message | None:
    """What this filling of the form gave the first time; a key that belongs to another case is refused."""
    known = Message.objects.filter(key=key).first()
    if known and known.case_id != case.pk:
        raise DeedRefused(_("This form was already used by somebody else. Open a new one."))
    return known


@transaction.atomic
def send_reply(*, case: Case, reply: Reply, by, seen_version: int | None = None) -> Message:
    """Record a letter of ours and what it does to clocks and status; one by e-mail leaves with it.

    The same key gives the same message. The day that counts is that of the deed, whenever a mail server takes the letter.
    """
    case = locked(case)
    known = kept_before(reply.key, case)
    if known:
        return known
    check_version(case, seen_version)
    if not reply.text.strip():
        raise DeedRefused(_("The reply has no text."))
    refuse_gaps(reply.text)
    at = reply.at or timezone.now()
    check_moment(case, at)
    answers = not reply.is_interim and case.status not in ENDED
    if answers:
        CASE_LIFECYCLE.check_move(case.status, Status.ANSWERED)
    message = Message.objects.create(
        key=reply.key, case=case, direction=Message.Direction.OUT,
        kind=Message.Kind.CLARIFICATION if reply.is_interim else Message.Kind.REPLY,
        at=at, channel_id=reply.channel_id, author=by, on_behalf_of_id=getattr(by, "acting_for_id", None),
        recipient=reply.recipient[:300], body=reply.text,
    )  # fmt: skip
    old = case.status
    fields = meet_clocks(case=case, reply=reply, on=timezone.localdate(at), by=by, answers=answers)
    if answers and not reply_clocks_running(case):
        fields += mark_answered(case, at)
    elif case.status not in ENDED:
        case.status = Status.WAITING if reply.is_interim and reply.waits_for_client else Status.IN_PROGRESS
        fields.append("status")
    if case.assignee_id is None and case.status not in ENDED:
        case.assignee = by
        fields.append("assignee")
    clocks.save_moved(case, *fields)
    drafts.discard_draft(user=by, form=REPLY_DRAFT, subject=case.number)
    search_index.refresh(case)
    record(
        "case.replied" if answers else "case.wrote", by=by, on=case, message=message.pk, old=old, new=case.status,
        channel=channels()[reply.channel_id].code, recipient=message.recipient,
    )  # fmt: skip
    if reply.at is None:  # one recorded afterwards has gone out already
        mail_letter(case=case, message=message, by=by)
    tell(case, "replied" if answers else "wrote", by=by)
    return message


def check_moment(case: Case, at: datetime) -> None:
    """A letter recorded afterwards went out between the client's turn and now."""
    if at > timezone.now():
        raise DeedRefused(_("A reply cannot be recorded before it goes out."))
    if at < case.received_at:
        raise DeedRefused(_("The reply cannot be earlier than the client's turn."))


def meet_clocks(*, case: Case, reply: Reply, on, by, answers: bool) -> list[str]:
    """Meet what the letter meets; any letter of ours acknowledges. Returns the fields of the case that changed."""
    for clock in case.clocks.filter(state=Clock.State.RUNNING):
        chosen = reply.clock_ids is None or clock.pk in reply.clock_ids
        on_day = max(on, clock.triggered_on)
        if clock.purpose == DeadlineRule.Purpose.ACKNOWLEDGE or (
            answers and chosen and clock.purpose == DeadlineRule.Purpose.REPLY
        ):
            clocks.meet(clock=clock, on=on_day, by=by)
    if answers and not reply_clocks_running(case):
        # What was to be forwarded has been answered by ourselves.
        for clock in case.clocks.filter(state=Clock.State.RUNNING):
            clocks.end(clock=clock, on=on, by=by, reason="answered_by_us")
    clocks.refresh_due(case)
    return ["due_on"]


def reply_clocks_running(case: Case) -> bool:
    return case.clocks.filter(state=Clock.State.RUNNING, purpose=DeadlineRule.Purpose.REPLY).exists()


def mark_answered(case: Case, at: datetime) -> list[str]:
    """The case is answered as a whole; the days it is counted on are counted anew."""
    before = case.answered_on
    case.status, case.answered_at, case.answered_on = Status.ANSWERED, at, timezone.localdate(at)
    case.was_on_time = was_on_time(case)
    ended = case_ends.end(case, on=case.answered_on)
    rollups.mark_changed(before, case.answered_on)
    return ["status", "answered_at", "answered_on", "was_on_time", ended]


def was_on_time(case: Case) -> bool | None:
    met = case.clocks.filter(state=Clock.State.MET, purpose=DeadlineRule.Purpose.REPLY)
    return case_ends.was_in_time(met.values_list("met_on", "due_on"))


@transaction.atomic
def record_turn(
    *, case: Case, by, text: str, channel_id: int, at: datetime, key: uuid.UUID, seen_version: int | None = None
) -> Message:
    """The client wrote or said something more. A case that waited for it is in progress again.

    A case that has ended stays so: whether it is reopened is a person's decision (`reopening.reopen_case`).
    """
    case = locked(case)
    known = kept_before(key, case)
    if known:
        return known
    check_version(case, seen_version)
    if not text.strip():
        raise DeedRefused(_("Write what the client said."))
    if at > timezone.now():
        raise DeedRefused(_("This has not happened yet: the moment is in the future."))
    message = Message.objects.create(
        key=key, case=case, direction=Message.Direction.IN, kind=Message.Kind.FOLLOW_UP, at=at, channel_id=channel_id,
        author=by, on_behalf_of_id=getattr(by, "acting_for_id", None), body=text,
    )  # fmt: skip
    old = case.status
    if case.status == Status.WAITING:
        case.status = Status.IN_PROGRESS
    clocks.save_moved(case, "status")
    search_index.refresh(case)
    record(
        "case.client_wrote", by=by, on=case, message=message.pk, channel=channels()[channel_id].code,
        **({"old": old, "new": case.status} if old != case.status else {}),
    )  # fmt: skip
    tell(case, "client_wrote", by=by)
    return message
