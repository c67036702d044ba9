"""Mail that leaves: a row in the transaction of the deed, then a worker that hands it to the mail server, once.

`queue_mail` is for rules of every app. A worker claims one letter at a time (`FOR UPDATE SKIP LOCKED`) and commits
"being sent" with an entry in the journal before it calls the server; the moment before the text leaves is committed
too (`MailAttempt.content_begun_at`). So what a killed worker leaves behind can be told apart: no such moment, and the
letter waits again; such a moment and no answer, and it is "perhaps sent", which only a person sends again. A worker that
merely was slow finds its attempt ended by the sweep and gives no text to the server.

The order to send travels by the broker; a lost one is made up for by the sweep of every minute.
"""

import logging
import re
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.validators import validate_email
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.audit import record
from bureau.broker import order_task
from bureau.mail_transport import Answered, Broken, Dropped, NotReached, Transport
from bureau.models import MailAttempt, OutgoingAttachment, OutgoingMail
from bureau.refusals import DeedRefused
from bureau.signals import mail_settled

log = logging.getLogger(__name__)

State, Result = OutgoingMail.State, MailAttempt.Result

# Minutes to wait after each attempt that the server put off; after the last one a person decides. Greylisting lets
# through after some minutes, a full mailbox after a day.
WAITS_MINUTES = (1, 5, 15, 30, 60, 120, 240, 480, 720)
MOST_ATTEMPTS = len(WAITS_MINUTES) + 1
WAIT_FOR_SERVER = timedelta(minutes=1)
# A worker silent for so long has died. Before the text a mistake costs nothing: one that was only slow stops. Once the
# text is given the server may take its time.
SILENCE_BEFORE_TEXT = timedelta(minutes=3)
SILENCE_WITH_TEXT = timedelta(minutes=10)
SECONDS_A_ROUND = 50  # then the next order goes on, so that a worker is not held for ever
SUBJECT_LENGTH = 300
ADDRESS_LENGTH = 254
OWN_HEADERS = {
    "from", "to", "cc", "bcc", "sender", "reply-to", "subject", "date", "message-id", "return-path", "mime-version",
    "auto-submitted", "x-auto-response-suppress",
}  # fmt: skip
HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")
ENHANCED_CODE = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")


class MailRefused(DeedRefused):
    """Such a letter cannot be sent: the address, the subject or a header is not one."""


@dataclass(frozen=True)
class Purpose:
    """Why a letter is sent, in words. `is_automatic`: nobody wrote it by hand, and it says so in its headers."""

    words: Any
    is_automatic: bool = True


@dataclass(frozen=True)
class About:
    """What a letter is about, where it is not simply an object: the label may have to be another."""

    object_type: str
    object_id: int
    label: str = ""


@dataclass(frozen=True)
class Attached:
    """A file that goes with a letter."""

    name: str
    content_type: str
    content: bytes


_purposes: dict[str, Purpose] = {}


def register_purpose(code: str, words: Any, *, is_automatic: bool = True) -> None:
    _purposes[code] = Purpose(words, is_automatic)


def purposes() -> dict[str, Purpose]:
    return dict(_purposes)


def purpose_words(code: str) -> str:
    return str(_purposes[code].words) if code in _purposes else code


def purpose_shown(mail: OutgoingMail) -> str:
    """Of a letter asked for by `visible_to`: enough to know whom to ask where the case is restricted."""
    return _("Letter about a restricted case") if mail.is_closed else purpose_words(mail.purpose)


register_purpose("notice.digest", gettext_lazy("Daily digest of notices"))


# --- Queueing -----------------------------------------------------------------------------------------------------------
def queue_mail(
    *,
    to: str,
    subject: str,
    text: str,
    purpose: str,
    about: models.Model | About | None = None,
    by: Any = None,
    on_behalf: Any = None,
    html: str = "",
    reply_to: str = "",
    secret: bool = False,
    headers: Mapping[str, str] | None = None,
    not_before: datetime | None = None,
    once_key: str | None = None,
    attachments: Sequence[Attached] = (),
) -> OutgoingMail:
    """Put a letter to one address into the outbox, in the running transaction; outside one it raises.

    `purpose` is a registered one. `secret`: the text holds a link that opens something and is wiped once sent.
    `not_before`: the caller has asked the quiet hours. The same `once_key` gives the letter of the first time.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("A letter is queued in the transaction of its deed.")
    if purpose not in _purposes:
        raise ValueError(f"The purpose {purpose!r} of a letter is not registered.")
    checked(to=to, subject=subject, text=text, html=html, reply_to=reply_to, headers=headers or {})
    thing = what(about)
    public_id, now = uuid.uuid4(), timezone.now()
    mail = OutgoingMail(
        public_id=public_id, message_id=f"<{public_id.hex}@{own_domain()}>", purpose=purpose,
        is_automatic=_purposes[purpose].is_automatic, to=to.strip(), reply_to=reply_to.strip(), subject=subject, text=text,
        html=html, headers=dict(headers or {}), is_secret=secret, once_key=once_key or None,
        object_type=thing.object_type if thing else "", object_id=thing.object_id if thing else None,
        object_label=thing.label[:120] if thing else "", queued_by=by,
        on_behalf_of_id=on_behalf.pk if on_behalf is not None else getattr(by, "acting_for_id", None),
        created_at=now, not_before=not_before, due_at=max(now, not_before) if not_before else now,
    )  # fmt: skip
    if not once_key:
        mail.save(force_insert=True)
    else:
        # Two at once: the second waits for the first to commit, and then finds its letter.
        OutgoingMail.objects.bulk_create([mail], ignore_conflicts=True)
        mail = OutgoingMail.objects.get(once_key=once_key)
    if attachments and not mail.attachments.exists():
        OutgoingAttachment.objects.bulk_create(
            OutgoingAttachment(mail=mail, name=one.name, content_type=one.content_type, content=one.content)
            for one in attachments
        )
    order_on_commit()
    return mail


def checked(*, to: str, subject: str, text: str, html: str, reply_to: str, headers: Mapping[str, str]) -> None:
    """A letter whose lines a stranger could bend into headers of his own, or that no server would take, is refused."""
    for address in (to, reply_to) if reply_to else (to,):
        if not is_address(address):
            raise MailRefused(_("This is not an e-mail address."))
    if not subject.strip() or CONTROL.search(subject):
        raise MailRefused(_("The subject must be one line of text."))
    if len(subject) > SUBJECT_LENGTH:
        raise MailRefused(_("The subject is too long."))
    if not text.strip() or "\0" in text or "\0" in html:
        raise MailRefused(_("The letter has no text."))
    for name, value in headers.items():
        if not HEADER_NAME.fullmatch(name) or name.lower() in OWN_HEADERS or name.lower().startswith("content-"):
            raise ValueError(f"The header {name!r} of a letter is not the caller's to set.")
        if CONTROL.search(value):
            raise MailRefused(_("A header of the letter must be one line of text."))


def is_address(text: str) -> bool:
    """One bare address, without a name beside it, with a local part that every server understands."""
    text = text.strip()
    if len(text) > ADDRESS_LENGTH or CONTROL.search(text) or parseaddr(text)[1] != text:
        return False
    try:
        validate_email(text)
    except ValidationError:
        return False
    return text.rpartition("@")[0].isascii()


def what(about: models.Model | About | None) -> About | None:
    if about is None or isinstance(about, About):
        return about
    return About(about._meta.label_lower, about.pk, getattr(about, "number", "") or str(about))


def own_address() -> str:
    """The desk's address alone: the setting may hold a name beside it."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def own_domain() -> str:
    return own_address().rpartition("@")[2] or "localhost"


def order_on_commit() -> None:
    """One order for all letters of a transaction, however many."""
    connection = transaction.get_connection()
    if not any(waiting is order for _savepoints, waiting, _robust in connection.run_on_commit):
        transaction.on_commit(order)


def order() -> None:
    """Let a worker look into the outbox; with the broker away the letters wait for the sweep."""
    order_task("bureau.tasks.send_outgoing_mail")


# --- Sending ------------------------------------------------------------------------------------------------------------
class Superseded(Exception):
    """The sweep took this worker for dead and ended its attempt: it must not go on."""


def send_due(*, seconds: float = SECONDS_A_ROUND) -> int:
    """Send what is due, letters of people first, until nothing is left or the time is over. How many left.

    Any number of workers may do so at once. A server that is not reached ends the round.
    """
    sent, until = 0, time.monotonic() + seconds
    with Transport() as transport:
        while time.monotonic() < until:
            attempt = claim(now=timezone.now())
            if attempt is None:
                break
            state = attempt_to_send(attempt, transport)
            sent += state == State.SENT
            if attempt.result == Result.NO_CONNECTION:
                break
    return sent


def claim(*, now: datetime) -> MailAttempt | None:
    """Take the next letter that is due, and commit that an attempt begins."""
    with transaction.atomic(durable=True):
        due = OutgoingMail.objects.due(now).order_by("is_automatic", "due_at", "id")
        mail = due.select_for_update(of=("self",), skip_locked=True).first()
        if mail is None:
            return None
        mail.state = State.SENDING
        mail.save(update_fields=["state"])
        return MailAttempt.objects.create(mail=mail, started_at=now)


def attempt_to_send(attempt: MailAttempt, transport: Transport) -> str:
    """One attempt, and what became of the letter. Whatever is wrong with one letter stops no other."""
    mail = attempt.mail
    try:
        transport.hand_over(as_message(mail), before_text=lambda: begin_content(attempt))
    except Superseded:
        log.warning("letter %s: this worker was taken for dead, it stops", mail.public_id)
        return mail.state
    except NotReached as fault:
        log.warning("the mail server is not reached: %s", fault)
        return end(attempt, Result.NO_CONNECTION, answer=str(fault))
    except Dropped as fault:
        return end(attempt, Result.LOST, answer=str(fault))
    except Answered as refusal:
        result = Result.REFUSED if refusal.is_permanent else Result.DEFERRED
        return end(attempt, result, code=code_of(refusal), answer=refusal.words)
    except Broken as fault:
        log.warning("letter %s: the line broke while its text was given: %s", mail.public_id, fault)
        return end(attempt, Result.UNCERTAIN, answer=str(fault))
    except Exception as fault:
        log.exception("letter %s cannot be handed over", mail.public_id)
        return end(attempt, Result.UNCERTAIN if attempt.content_begun_at else Result.REFUSED, answer=str(fault))
    return end(attempt, Result.ACCEPTED)


def begin_content(attempt: MailAttempt) -> None:
    """Commit that the text is about to leave. From here on nobody else may send the letter without a person's word."""
    now = timezone.now()
    with transaction.atomic(durable=True):
        own = MailAttempt.objects.filter(pk=attempt.pk, result=Result.UNDER_WAY)
        if not own.update(content_begun_at=now):
            raise Superseded
    attempt.content_begun_at = now


def end(attempt: MailAttempt, result: str, *, code: str = "", answer: str = "") -> str:
    """Write down how the attempt ended and what that makes of the letter.

    An attempt that the sweep has meanwhile called uncertain may still turn out accepted or refused: who was there knows.
    """
    now = timezone.now()
    with transaction.atomic(durable=True):
        mail = OutgoingMail.objects.select_for_update(of=("self",)).get(pk=attempt.mail_id)
        attempt.refresh_from_db()
        if not may_still_end(attempt, mail, result):
            return mail.state
        attempt.result, attempt.ended_at, attempt.server_code, attempt.answer = result, now, code, answer[:500]
        attempt.save(update_fields=["result", "ended_at", "server_code", "answer"])
        settle(mail, result, code=code, now=now)
    return mail.state


def may_still_end(attempt: MailAttempt, mail: OutgoingMail, result: str) -> bool:
    """Whether this end is news, and no person and no later attempt has gone on from what the sweep supposed."""
    if attempt.result == Result.UNDER_WAY:
        return True
    if attempt.result != Result.UNCERTAIN or result == Result.UNCERTAIN or mail.state != State.UNCERTAIN:
        return False
    return not mail.journal.filter(pk__gt=attempt.pk).exists()


def settle(mail: OutgoingMail, result: str, *, code: str, now: datetime) -> None:
    """What the end of an attempt makes of the letter, which the caller has locked."""
    mail.server_code = code
    mail.attempts += result != Result.NO_CONNECTION
    if result == Result.ACCEPTED:
        mark_sent(mail, now)
    elif result == Result.NO_CONNECTION:
        mail.state, mail.due_at = State.QUEUED, now + WAIT_FOR_SERVER
    elif result == Result.UNCERTAIN:
        mail.state = State.UNCERTAIN
    elif result == Result.REFUSED or mail.attempts >= MOST_ATTEMPTS:
        mail.state = State.FAILED
    else:
        mail.state, mail.due_at = State.QUEUED, now + timedelta(minutes=WAITS_MINUTES[mail.attempts - 1])
    keep(mail)
    if mail.needs_a_person:
        note(mail.state, mail, by=None, code=code)
    if mail.state != State.QUEUED:
        tell_settled(mail)


def tell_settled(mail: OutgoingMail) -> None:
    """The apps above hear, once it is committed, what became of the letter."""
    transaction.on_commit(lambda: mail_settled.send_robust(OutgoingMail, mail=mail))


def note(what_happened: str, mail: OutgoingMail, *, by: Any, reason: str = "", **data: str) -> None:
    """Among the deeds a letter bears the name of the recipient's domain and no more."""
    record(f"mail.{what_happened}", by=by, on=mail, label=mail.domain, reason=reason, purpose=mail.purpose, **data)


def mark_sent(mail: OutgoingMail, at: datetime) -> None:
    mail.state, mail.sent_at = State.SENT, at
    wipe_secret(mail)


def wipe_secret(mail: OutgoingMail) -> None:
    """A link that opens something stands in the letter alone once it has left, or never will."""
    if mail.is_secret:
        mail.text = mail.html = ""


def keep(mail: OutgoingMail) -> None:
    mail.save(update_fields=["state", "attempts", "server_code", "due_at", "sent_at", "text", "html"])


def code_of(answer: Answered) -> str:
    """ "550 5.1.1": what may be shown, since the words of a server like to name the recipient."""
    enhanced = ENHANCED_CODE.match(answer.words)
    return f"{answer.code} {enhanced[1]}" if enhanced else str(answer.code)


def as_message(mail: OutgoingMail) -> EmailMessage:
    headers = {**mail.headers, "Message-ID": mail.message_id}
    if mail.is_automatic:
        # RFC 3834; the second is what Exchange heeds. A reply that a person wrote bears neither.
        headers |= {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    message = EmailMultiAlternatives(
        subject=mail.subject, body=mail.text, from_email=settings.DEFAULT_FROM_EMAIL, to=[mail.to], headers=headers,
        reply_to=[mail.reply_to] if mail.reply_to else None,
    )  # fmt: skip
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    for one in mail.attachments.all() if mail.pk else ():
        message.attach(one.name, bytes(one.content), one.content_type)
    return message


# --- After a killed worker or a lost broker -------------------------------------------------------------------------------
def sweep() -> int:
    """Take back what dead workers left, then send what is due. How many letters were left behind."""
    found = recover()
    send_due()
    return found


def recover(*, silence: timedelta | None = None) -> int:
    """Letters "being sent" by a worker silent for too long: those whose text had not begun to leave wait again, the
    others are uncertain until a person looks. `silence`: where it is known that the workers are dead."""
    found, now = 0, timezone.now()
    before_text = now - (SILENCE_BEFORE_TEXT if silence is None else silence)
    with_text = now - (SILENCE_WITH_TEXT if silence is None else silence)
    lost = MailAttempt.objects.filter(
        Q(content_begun_at__isnull=True, started_at__lte=before_text) | Q(content_begun_at__lte=with_text),
        result=Result.UNDER_WAY,
    )
    for pk in list(lost.order_by("pk").values_list("pk", flat=True)):
        found += take_back(pk, with_text=with_text)
    return found


def take_back(attempt_id: int, *, with_text: datetime) -> bool:
    now = timezone.now()
    with transaction.atomic(durable=True):
        attempt = MailAttempt.objects.filter(pk=attempt_id).only("mail_id").first()
        mail = OutgoingMail.objects.select_for_update(of=("self",)).get(pk=attempt.mail_id) if attempt else None
        # Locked after the letter, as everywhere; a worker alive sets its moment on this row, before or never.
        attempt = (
            MailAttempt.objects.select_for_update(of=("self",)).filter(pk=attempt_id, result=Result.UNDER_WAY).first()
        )
        if attempt is None or mail is None or mail.state != State.SENDING:
            return False
        if attempt.content_begun_at and attempt.content_begun_at > with_text:
            return False  # it was only slow, and has just begun
        attempt.result = Result.UNCERTAIN if attempt.content_begun_at else Result.LOST
        attempt.ended_at = now
        attempt.save(update_fields=["result", "ended_at"])
        settle(mail, attempt.result, code="", now=now)
    return True
