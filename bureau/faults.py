"""What went wrong around the desk, in words for who waits for a page: a server that stands still, a full disk, a lock.

Only faults that pass by themselves or by an administrator's hand are told here; a fault of our own is an error 500.
"""

import errno
from dataclasses import dataclass
from typing import Any

import psycopg
from django.core.cache import cache
from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

FULL = {errno.ENOSPC, errno.EDQUOT}
DISK_FULL_KEY = "disk-was-full"
DISK_FULL_SECONDS = 60


@dataclass(frozen=True)
class Fault:
    code: str
    heading: Any
    cause: Any


NO_DATABASE = Fault(
    "database",
    _("The desk does not reach its database"),
    _("The database does not answer just now, or the connection to it was lost."),
)
TOO_LONG = Fault(
    "too long",
    _("This took too long and was stopped"),
    _("The database was at work on it longer than a page may wait."),
)
LOCKED = Fault(
    "locked",
    _("Somebody else is changing the same thing"),
    _("Another change or a long piece of work holds what this page needed, and it did not wait longer."),
)
BOTH_CHANGED = Fault(
    "both changed",
    _("Two changes met"),
    _("Somebody else changed the same thing at the same moment, and only one change can come first."),
)
DISK_FULL = Fault(
    "disk",
    _("The desk has run out of disk space"),
    _("There is no room left to keep what you sent. An administrator has to make room first."),
)
NO_BROKER = Fault(
    "broker",
    _("A part of the desk does not answer"),
    _("The server that hands on work in the background does not answer just now."),
)

OF_SQLSTATE = {
    "57014": TOO_LONG, "55P03": LOCKED, "25P03": TOO_LONG, "40P01": BOTH_CHANGED, "40001": BOTH_CHANGED, "53100": DISK_FULL,
}  # fmt: skip


def fault_of(error: BaseException | None) -> Fault | None:
    """The fault that an exception tells of; None for a fault of our own."""
    if isinstance(error, OSError) and error.errno in FULL:
        return DISK_FULL
    if isinstance(error, OperationalError | InterfaceError):
        return OF_SQLSTATE.get(getattr(error.__cause__, "sqlstate", None) or "", NO_DATABASE)
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return OF_SQLSTATE.get(error.sqlstate or "", NO_DATABASE)
    if isinstance(error, RedisError | BrokerError):
        return NO_BROKER
    return None


def note(fault: Fault) -> None:
    """Keep for a minute that the disk was full, wherever it lies: `/readyz` asks for it."""
    if fault is DISK_FULL:
        cache.set(DISK_FULL_KEY, 1, DISK_FULL_SECONDS)
