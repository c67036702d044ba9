"""No line of a log opens a door: secret links and keys are cut out of every line, whoever wrote it.

Cut where a line is made ready for writing, because addresses come into logs in many ways: as arguments of a message, as
part of an exception's words, from the web server's own list of requests.
"""

import logging
import re

CUT = "[…]"
# Parts of addresses under /answer/ that are names of pages; whatever else stands there is somebody's key.
NAMES_UNDER_ANSWER = ("form", "thanks", "decline", "phone", "open", "preview")
_END = r"""[/\s"'?#\\]"""
_PIECE = r"""[^/\s"'?#\\]+"""

SECRETS = (
    re.compile(rf"(/answer/(?:no/)?)(?!(?:{'|'.join(NAMES_UNDER_ANSWER)})(?:{_END}|$)|no/){_PIECE}"),
    re.compile(rf"(/accounts/password/reset/key/)(?!done(?:{_END}|$)){_PIECE}"),
    # What the state's sign-in sends back.
    re.compile(r"""([?&](?:code|state|token|key)=)[^&\s"']+"""),
    # A token of `secret_links` wherever it stands: 43 signs of URL-safe Base64.
    re.compile(r"(?<![\w-])()[\w-]{43}(?![\w-])", re.ASCII),
)


def without_secrets(line: str) -> str:
    for secret in SECRETS:
        line = secret.sub(rf"\1{CUT}", line)
    return line


class Formatter(logging.Formatter):
    """The usual line, without secrets; the exception that follows it likewise."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))
