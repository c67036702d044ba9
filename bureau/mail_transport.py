"""How a letter is handed to the mail server, with a word in between: just before its text leaves.

`smtplib` sends the DATA command and the text in one call. For a letter to leave once, the moment between them must be
ours: the server has asked for the text, nothing of it has been sent, and the journal of the outbox says so on disk.
"""

import contextlib
import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

SECONDS_TO_ANSWER = 60
SECONDS_TO_ACCEPT = 300  # after the text, while the server looks through it; RFC 5321, 4.5.3.2 asks for patience
PERMANENT = range(500, 600)


class NotReached(Exception):
    """The server was not reached, or did not let us in."""


class Dropped(Exception):
    """The line broke over this letter before its text was asked for: it has not been taken."""


@dataclass
class Answered(Exception):
    """The server answered with a refusal: for now (4xx) or for good (5xx). The letter has not been taken."""

    code: int
    words: str

    @property
    def is_permanent(self) -> bool:
        return self.code in PERMANENT


class Broken(Exception):
    """The line broke while the text was given: taken or not, nobody knows."""


class Transport:
    """A connection to the mail server, opened when first needed and kept for the next letters."""

    def __init__(self) -> None:
        self.backend: Any = get_connection(timeout=SECONDS_TO_ANSWER) if is_smtp() else get_connection()

    def __enter__(self) -> "Transport":
        return self

    def __exit__(self, *_exception: object) -> None:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            self.backend.close()

    def hand_over(self, message: EmailMessage, *, before_text: Callable[[], None]) -> None:
        """Give one letter to the server. `before_text` is called at the last moment when it has surely not been taken;
        what it raises stops the letter."""
        if isinstance(self.backend, EmailBackend):
            self._by_smtp(message, before_text)
        else:
            # Files, console and tests: one step, so all of it counts as the giving of the text.
            before_text()
            self.backend.send_messages([message])

    def _by_smtp(self, message: EmailMessage, before_text: Callable[[], None]) -> None:
        server = self._open()
        sender = sanitize_address(message.from_email, "utf-8")
        built: Any = message.message()
        content: bytes = built.as_bytes(linesep="\r\n")
        options = ["BODY=8BITMIME"] if server.has_extn("8bitmime") else []
        try:
            self._expect(server.mail(bare(sender), options), 250)
            self._expect(server.rcpt(bare(sanitize_address(message.to[0], "utf-8"))), 250, 251)
            self._expect(server.docmd("DATA"), 354)
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            self._hang_up()
            raise Dropped(str(error)) from error
        try:
            before_text()
        except BaseException:
            # Without the final dot a server throws away what it has.
            self._hang_up()
            raise
        try:
            server.send(quoted(content) + b".\r\n")
            patient(server, SECONDS_TO_ACCEPT)
            code, words = server.getreply()
            patient(server, SECONDS_TO_ANSWER)
        except (OSError, smtplib.SMTPException) as error:
            self._hang_up()
            raise Broken(str(error)) from error
        if code != 250:
            self._refused(code, words)

    def _open(self) -> smtplib.SMTP:
        """The open line, tried once: a server may have closed one that was idle."""
        backend = self.backend
        if backend.connection is not None:
            try:
                if backend.connection.rset()[0] == 250:
                    return self._line()
            except (OSError, smtplib.SMTPException):
                pass
            self._hang_up()
        try:
            backend.open()
            server = self._line()
            server.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException) as error:
            # Also a refused password: that is our fault, not that of the letter.
            self._hang_up()
            raise NotReached(str(error)) from error
        return server

    def _line(self) -> smtplib.SMTP:
        line: smtplib.SMTP = self.backend.connection
        return line

    def _expect(self, answer: tuple[int, bytes], *wanted: int) -> None:
        if answer[0] not in wanted:
            self._refused(*answer)

    def _refused(self, code: int, words: bytes) -> None:
        if code == 421 or code < 400:
            self._hang_up()
        raise Answered(code, words.decode(errors="replace"))

    def _hang_up(self) -> None:
        if self.backend.connection is not None:
            self.backend.connection.close()
            self.backend.connection = None


def patient(server: smtplib.SMTP, seconds: int) -> None:
    if server.sock is not None:
        server.sock.settimeout(seconds)


def is_smtp() -> bool:
    return settings.EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend"


def bare(address: str) -> str:
    return parseaddr(address)[1]


def quoted(content: bytes) -> bytes:
    """The text as SMTP wants it: lines that begin with a dot get one more, the last line is ended (RFC 5321, 4.5.2)."""
    doubled = content.replace(b"\r\n.", b"\r\n..")
    doubled = b"." + doubled if doubled.startswith(b".") else doubled
    return doubled if doubled.endswith(b"\r\n") else doubled + b"\r\n"
