"""Checks of what a month recorded, before figures over it are told: what is missing, impossible, late or twice.

A check names its rows; it changes nothing and hides nothing. Set-wise, a statement each.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.late_registration import late_by_of
from complaints.models import Case
from quality.indicators import Span, answered, incoming

LONGEST_CONTACT_SECONDS = 4 * 3600


@dataclass(frozen=True)
class Check:
    """`wrong`: the rows at fault; `all`: the rows looked at. `kind` of rows as evidence knows it."""

    code: str
    words: str | Promise
    kind: str
    wrong: Callable[[Span], QuerySet]
    all: Callable[[Span], QuerySet]


@dataclass(frozen=True, slots=True)
class Found:
    check: Check
    keys: tuple[int, ...]
    of: int

    @property
    def share(self) -> float:
        return len(self.keys) / self.of if self.of else 0.0


def registered(span: Span) -> QuerySet:
    return Case.objects.kept().filter(registered_on__range=span.days)


def registered_late(span: Span) -> QuerySet:
    """As the form of registering warns of it; a day of a year without a calendar is not judged."""
    moments = registered(span).values_list("pk", "received_at", "registered_at")
    return Case.objects.filter(pk__in=[key for key, received, at in moments if late_by_of(received, at)])


def twice(span: Span) -> QuerySet:
    """The same party, title and day more than once."""
    again = (
        registered(span).filter(party__isnull=False).exclude(title="").order_by().values("party_id", "title", "registered_on")
        .annotate(n=Count("pk")).filter(n__gt=1)
    )  # fmt: skip
    wanted = Q(pk__in=[])
    for row in again[:500]:
        wanted |= Q(party_id=row["party_id"], title=row["title"], registered_on=row["registered_on"])
    return registered(span).filter(wanted)


CHECKS = (
    Check("no_topic", _("Cases without a topic"), "case", lambda span: registered(span).filter(topic__isnull=True), registered),
    Check("contact_no_topic", _("Contacts without a topic"), "contact", lambda span: incoming(span).filter(topic__isnull=True), incoming),
    Check(
        "late_registration", _("Cases registered later than the working day after they came (AvTS § 16)"), "case",
        registered_late, registered,
    ),
    Check("answered_before", _("Cases answered before they were registered"), "case", lambda span: answered(span).filter(answered_on__lt=F("registered_on")), answered),
    Check("long_contact", _("Contacts that took more than four hours"), "contact", lambda span: incoming(span).filter(handling_seconds__gt=LONGEST_CONTACT_SECONDS), incoming),
    Check("twice", _("Cases that look registered twice"), "case", twice, registered),
    Check("no_unit", _("Cases that belong to no unit"), "case", lambda span: registered(span).filter(unit__isnull=True), registered),
)  # fmt: skip


def checks_of(span: Span) -> list[Found]:
    """What every check finds in the period, those without a fault too."""
    whole: dict[Callable[[Span], QuerySet], int] = {}
    found = []
    for check in CHECKS:
        if check.all not in whole:
            whole[check.all] = check.all(span).count()
        keys = tuple(check.wrong(span).order_by("pk").values_list("pk", flat=True))
        found.append(Found(check, keys, whole[check.all]))
    return found
