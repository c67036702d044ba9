"""Links that open something without signing in: a random token that only its holder knows.

A token has 256 random bits and is never stored: the row keeps its hash, so who reads the database or a backup cannot
open a link. The hash is bound to a purpose (`survey.answer`, `case.status`), so a token of one door fits no other.
A token of 256 random bits needs no salt and no slow hash: there is nothing to guess from.
"""

import secrets
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest

TOKEN_BYTES = 32
TOKEN_LENGTH = 43  # characters of 32 bytes in URL-safe Base64 without filling
HASH_LENGTH = 64  # hexadecimal digits of SHA-256


def new_token(purpose: str) -> tuple[str, str]:
    """A fresh token for the link, and the hash that is kept; the token itself is to be forgotten once sent."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    return token, token_hash(token, purpose)


def token_hash(token: str, purpose: str) -> str:
    """What stands in the row for this token; the same for the same token and purpose, always 64 hexadecimal digits.

    Anything may be asked, however ill-formed or empty: its hash is simply that of no row, and never an empty one, so
    that an emptied column is not found by it. Look rows up by this hash (a unique column), which tells a stranger
    nothing by its timing: the hash cannot be steered.
    """
    _check_purpose(purpose)
    return sha256(f"{purpose}\0{token}".encode(errors="surrogatepass")).hexdigest()


def is_token_shaped(token: str) -> bool:
    """Whether this could be one of ours at all: 43 characters of URL-safe Base64; upper and lower case differ."""
    return len(token) == TOKEN_LENGTH and token.isascii() and token.replace("-", "a").replace("_", "a").isalnum()


def token_fits(*, token: str, purpose: str, kept_hash: str) -> bool:
    """Whether the token opens what keeps this hash, compared in constant time; an emptied hash is opened by nothing."""
    return is_token_shaped(token) & compare_digest(token_hash(token, purpose).encode(), kept_hash.encode())


def is_link_open(*, token: str, purpose: str, kept_hash: str, expires_at: datetime | None, now: datetime) -> bool:
    """Whether the link still works: the token fits and its last moment has not come; without a moment it never ends."""
    return token_fits(token=token, purpose=purpose, kept_hash=kept_hash) and (expires_at is None or now < expires_at)


def _check_purpose(purpose: str) -> None:
    if not purpose or "\0" in purpose:
        msg = "A secret link needs a purpose: which door does it open?"
        raise ValueError(msg)
