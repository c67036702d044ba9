"""A mail server that keeps what it was given, and may be told to be slow, to put off or to refuse."""

import asyncio
import email
import socket
import time
from collections import Counter
from email import policy

from aiosmtpd.controller import Controller


class Keeper:
    """Letters as they arrived. `answers` says what to answer to a recipient, `text_answers` to the text of a letter."""

    def __init__(self):
        self.letters = []
        self.answers = {}
        self.text_answers = {}
        self.seconds_before = self.seconds_after = 0.0
        self.hang_up_on_text = self.hang_up_on_recipient = self.hang_up_afterwards = False

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.hang_up_on_recipient and address.startswith("unlucky"):
            server.transport.close()
        answer = self.answers.get(address)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(self.seconds_before)
        refusal = self.text_answers.get(envelope.rcpt_tos[0])
        if refusal:
            return refusal
        self.letters.append(email.message_from_bytes(envelope.content, policy=policy.default))
        if self.hang_up_on_text:
            server.transport.close()
        if self.hang_up_afterwards:
            asyncio.get_running_loop().call_later(0.02, server.transport.close)
        await asyncio.sleep(self.seconds_after)
        return "250 Taken"

    def counted(self) -> Counter:
        return Counter(letter["Message-ID"] for letter in self.letters)


class LoopbackServer(Controller):
    def __init__(self, handler, **more):
        super().__init__(handler, hostname="127.0.0.1", port=free_port(), ready_timeout=10, **more)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(is_so, seconds=10.0):
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)
