"""Whatever passes the check of the outbox arrives with the headers we meant and no other, and with its text as it was."""

import email
from email import policy

from django.core.exceptions import ValidationError
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bureau.mail_transport import quoted
from bureau.models import OutgoingMail
from bureau.outbox import MailRefused, as_message, checked

OURS = {
    "Subject", "From", "To", "Reply-To", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "Content-Type",
    "Content-Transfer-Encoding", "MIME-Version",
}  # fmt: skip
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=120)
TRICKS = st.sampled_from(["\r\nBcc: x@example.ee", "\nTo: x@example.ee", "\r", "\x0b", "\x1c", "\x85", "\u2028", "=?utf-8?q?=0A?=", ";", '"', "<x@example.ee>"])  # fmt: skip
BENT = st.lists(st.one_of(WORDS, TRICKS), max_size=4).map("".join)


def undotted(data: bytes) -> bytes:
    """What a server makes of the text that was given to it."""
    return b"\r\n".join(line[1:] if line.startswith(b".") else line for line in data.split(b"\r\n"))


@settings(deadline=None, max_examples=300)
@given(subject=BENT, text=BENT, reply_to=BENT, to=BENT)
@example(subject="Tere", text=".\r\n.\r\nMAIL FROM:<x@example.ee>\n.\n", reply_to="", to="a@example.ee")
@example(subject="Tere \u0085Bcc: x@example.ee", text="Tere", reply_to="", to="a@example.ee")
def test_no_text_of_a_stranger_becomes_a_header_or_a_recipient(subject, text, reply_to, to):
    try:
        checked(to=to, subject=subject, text=text, html="", reply_to=reply_to, headers={})
    except (MailRefused, ValidationError):
        to, reply_to = "a@example.ee", ""
        try:
            checked(to=to, subject=subject, text=text, html="", reply_to=reply_to, headers={})
        except MailRefused:
            return
    mail = OutgoingMail(
        to=to.strip(), subject=subject, text=text, reply_to=reply_to.strip(), message_id="<1@example.ee>", headers={}
    )

    given_to_server = quoted(as_message(mail).message().as_bytes(linesep="\r\n")) + b".\r\n"

    assert b"\r\n.\r\n" not in given_to_server.removesuffix(b".\r\n")
    letter = email.message_from_bytes(undotted(given_to_server).removesuffix(b"\r\n"), policy=policy.compat32)
    assert set(letter.keys()) <= OURS
    assert len(letter.keys()) == len(set(letter.keys()))
    kept = letter.get_payload(decode=True).decode().rstrip("\n\r.")
    assert (
        kept.splitlines()
        == "\n".join(text.replace("\r\n", "\n").replace("\r", "\n").split("\n")).rstrip("\n.").splitlines()
    )
