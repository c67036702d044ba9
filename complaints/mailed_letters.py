"""Letters of a case that leave by e-mail: queued with the deed, signed, and followed until they have left.

Whoever reads a letter reads it on the case; the outbox carries a copy. Nothing but the text of the letter itself is
given to it: a note for ourselves has no way in.
"""

import uuid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import notice_texts, reference
from bureau.audit import record
from bureau.models import OutgoingMail
from bureau.outbox import About, is_address, own_address, queue_mail, register_purpose
from bureau.outbox_keeping import cancel_mail
from bureau.signals import mail_settled
from bureau.templatetags.formats import day
from complaints.deeds import DeedRefused, locked, tell_only
from complaints.models import Case, Message

PURPOSES: dict[str, tuple[str, Any]] = {
    Message.Kind.REPLY: ("case.reply", gettext_lazy("Reply to a client")),
    Message.Kind.CLARIFICATION: ("case.letter", gettext_lazy("Letter to a client")),
    Message.Kind.EXTENSION_NOTICE: ("case.extension_notice", gettext_lazy("Notice of extension")),
    Message.Kind.FORWARDING_NOTICE: ("case.forwarding_notice", gettext_lazy("Notice of forwarding")),
}
for _code, _words in PURPOSES.values():
    register_purpose(_code, _words, is_automatic=False)

ABOUT = Message._meta.label_lower
SENT_AGAIN = {OutgoingMail.State.FAILED, OutgoingMail.State.CANCELLED}

notice_texts.register(
    "case.letter_failed",
    gettext_lazy("%(number)s: the letter to the client did not leave. Check the address."),
    asks=True,
)
notice_texts.register(
    "case.letter_uncertain",
    gettext_lazy("%(number)s: it is not known whether the letter to the client left."),
    asks=True,
)


def leaves_by_mail(*, channel_id: int | None, recipient: str) -> bool:
    """A letter over e-mail to an address we know is sent by the desk; any other is recorded, and a person sends it."""
    channel = reference.channels().get(channel_id) if channel_id else None
    return channel is not None and channel.code == "email" and is_address(recipient)


def button_words(*, channel_id: int, recipient: str, is_afterwards: bool = False) -> str:
    """What pressing the button does: send, or keep what a person sends or has sent by another way."""
    if leaves_by_mail(channel_id=channel_id, recipient=recipient) and not is_afterwards:
        return _("Send to %(recipient)s") % {"recipient": recipient}
    return _("Record as sent: %(recipient)s") % {"recipient": recipient}


def said_of(message: Message, *, is_afterwards: bool) -> str:
    """What pressing it did."""
    if leaves_by_mail(channel_id=message.channel_id, recipient=message.recipient) and not is_afterwards:
        return _("The letter is on its way to %(recipient)s.") % {"recipient": message.recipient}
    return _("The reply is recorded.")


def mail_letter(*, case: Case, message: Message, by) -> OutgoingMail | None:
    """Queue a letter that goes out now, in the transaction of its deed. None when it is not ours to send.

    The moment that the law counts is the one of the message: when we gave it, not when a server took it.
    """
    if not leaves_by_mail(channel_id=message.channel_id, recipient=message.recipient):
        return None
    return queue_letter(case=case, message=message, by=by, once_key=f"message-{message.pk}")


def queue_letter(*, case: Case, message: Message, by, once_key: str) -> OutgoingMail:
    with translation.override("en" if case.language == "en" else "et"):
        subject, text = subject_of(case, message), signed(case, message, by)
    return queue_mail(
        to=message.recipient, subject=subject, text=text, reply_to=own_address(),
        purpose=PURPOSES[message.kind][0], about=About(ABOUT, message.pk, case.number), by=by,
        once_key=once_key,
    )  # fmt: skip


@transaction.atomic
def send_letter_again(*, case: Case, key: uuid.UUID, by, seen_version: int | None = None) -> OutgoingMail:
    """A letter that was refused or cancelled goes to the address that the party has now. Its day stays what it was.

    One that perhaps arrived is for the keeper of the outgoing mail to settle first.
    """
    case = locked(case, seen_version=seen_version)
    message = case.messages.filter(key=key, direction=Message.Direction.OUT).first()
    mail = OutgoingMail.objects.about(message).order_by("-pk").first() if message else None
    if message is None or mail is None or mail.state not in SENT_AGAIN:
        raise DeedRefused(_("This letter has not failed, or is already on its way again."))
    address = address_of(case)
    if not address:
        raise DeedRefused(_("The party has no e-mail address. Correct it first."))
    if mail.state == OutgoingMail.State.FAILED:
        cancel_mail(mail=mail, by=by)
    message.recipient = address
    message.save(update_fields=["recipient"])
    record("case.letter_resent", by=by, on=case, message=message.pk)
    return queue_letter(case=case, message=message, by=by, once_key=f"message-{message.pk}-after-{mail.pk}")


def address_of(case: Case) -> str:
    """Where an e-mail about the case goes; empty when there is no such address."""
    address = case.party.email if case.party else ""
    return address if is_address(address) else ""


def subject_of(case: Case, message: Message) -> str:
    """By the number alone: the title is our own word for the matter, and a subject is read on many screens."""
    subjects: dict[str, str] = {
        Message.Kind.REPLY: _("Reply to your case %(number)s"),
        Message.Kind.CLARIFICATION: _("About your case %(number)s"),
        Message.Kind.EXTENSION_NOTICE: _("New deadline of your case %(number)s"),
        Message.Kind.FORWARDING_NOTICE: _("Your case %(number)s was forwarded"),
    }
    return subjects[message.kind] % {"number": case.number}


def signed(case: Case, message: Message, by) -> str:
    """The letter as it was written, who wrote it, and how to answer."""
    answer = _("When you answer, keep the number %(number)s in the subject.") % {"number": case.number}
    signature = [
        by.full_name if by else "",
        by.job_title if by else "",
        settings.AGENCY_NAME,
        own_address(),
    ]
    lines = "\n".join(line for line in signature if line)
    return f"{restriction_mark(case)}{message.body.rstrip()}\n\n-- \n{lines}\n\n{answer}\n"


def restriction_mark(case: Case) -> str:
    """The mark that AvTS § 41 asks of what is for internal use: holder, day, end and ground. It is in Estonian in any letter."""
    if not case.is_restricted or case.restriction_basis_id is None:
        return ""
    basis = reference.restriction_bases()[case.restriction_basis_id]
    until = day(case.restricted_until) or case.restriction_ends_by
    return (
        f"ASUTUSESISESEKS KASUTAMISEKS\nTeabevaldaja: {settings.AGENCY_NAME}\nMärge tehtud: {day(case.restricted_from)}\n"
        f"Juurdepääsupiirang kehtib kuni: {until}\nAlus: {basis.law}\n\n"
    )


def letter_settled(*, mail: OutgoingMail, **_signal) -> None:
    """Tell the writer and the handler of a letter that did not leave, or perhaps did not."""
    if mail.object_type != ABOUT or mail.object_id is None or not mail.needs_a_person:
        return
    with transaction.atomic():
        message = Message.objects.select_related("case").filter(pk=mail.object_id).first()
        if message is not None:
            told = {pk for pk in (message.author_id, message.case.assignee_id) if pk}
            tell_only(message.case, f"letter_{mail.state}", by=None, ids=told)


def connect() -> None:
    mail_settled.connect(letter_settled, dispatch_uid="complaints-letter-settled")
