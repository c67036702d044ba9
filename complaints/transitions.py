"""The statuses of a case and the moves between them: the whole life of a case on one screen."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bureau.audit import record
from bureau.lifecycle import Lifecycle
from complaints.clocks import save_moved
from complaints.deeds import DeedRefused, locked, tell
from complaints.models import Case, Status

CASE_LIFECYCLE = Lifecycle(
    states=Status,
    moves={
        Status.REGISTERED: {Status.IN_PROGRESS, Status.WAITING, Status.ANSWERED, Status.FORWARDED, Status.CLOSED},
        Status.IN_PROGRESS: {Status.WAITING, Status.ANSWERED, Status.FORWARDED, Status.CLOSED},
        # Waiting stops no statutory clock (MSVS, AvTS); it only says whose turn it is.
        Status.WAITING: {Status.IN_PROGRESS, Status.ANSWERED, Status.FORWARDED, Status.CLOSED},
        # The client writes again, or the reply was not enough.
        Status.ANSWERED: {Status.CLOSED, Status.REOPENED},
        # Came back: the other body says it is ours.
        Status.FORWARDED: {Status.CLOSED, Status.REOPENED},
        Status.CLOSED: {Status.REOPENED},
        Status.REOPENED: {Status.IN_PROGRESS, Status.WAITING, Status.ANSWERED, Status.FORWARDED, Status.CLOSED},
    },
    tones={
        Status.REGISTERED: "outline",
        Status.IN_PROGRESS: "info",
        Status.WAITING: "warning",
        Status.ANSWERED: "good",
        Status.FORWARDED: "neutral",
        Status.CLOSED: "neutral",
        Status.REOPENED: "warning",
    },
    refusal=gettext_lazy("The case is “%(old)s” and cannot become “%(new)s”."),
)

# Whom a waiting case waits for; the word goes into the deed with what exactly is awaited.
WAITING_FOR = {
    "client": pgettext_lazy("waits for", "the client"),
    "unit": pgettext_lazy("waits for", "another unit of ours"),
    "body": pgettext_lazy("waits for", "another body"),
    "other": pgettext_lazy("waits for", "something else"),
}


@transaction.atomic
def start_work(*, case: Case, by, seen_version: int | None = None) -> Case:
    """Begin, or go on after waiting. A case that nobody has becomes the person's own."""
    case = locked(case, seen_version=seen_version)
    CASE_LIFECYCLE.check_move(case.status, Status.IN_PROGRESS)
    old, case.status = case.status, Status.IN_PROGRESS
    took = case.assignee_id is None
    if took:
        case.assignee = by
    save_moved(case, "status", "assignee")
    record("case.started", by=by, on=case, old=old, new=case.status, **({"took": by.pk} if took else {}))
    tell(case, "started", by=by)
    return case


@transaction.atomic
def wait(*, case: Case, by, waiting_for: str, reason: str, seen_version: int | None = None) -> Case:
    """Say whose turn it is. No clock stops."""
    case = locked(case, seen_version=seen_version)
    CASE_LIFECYCLE.check_move(case.status, Status.WAITING)
    if not reason.strip():
        raise DeedRefused(_("Say what is awaited."))
    old, case.status = case.status, Status.WAITING
    save_moved(case, "status")
    record("case.waits", by=by, on=case, reason=reason, old=old, new=case.status, waiting_for=waiting_for)
    tell(case, "waits", by=by, reason=reason)
    return case
