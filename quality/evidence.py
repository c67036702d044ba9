"""The rows that a measurement counted, as they stood when it was computed; each through the gate of its kind.

Kept versions of a row tell how it was: the row as of a moment is the earliest version that was replaced after it, else the row as it
is now. What is not the reader's to see is counted and not shown.
"""

import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bureau.templatetags.formats import day, number
from complaints.models import Case, Contact, Status
from feedback import follow_ups
from feedback.models import FollowUp, Invitation, Response
from quality.how import How
from quality.measurements import how_of, key_of
from quality.models import Improvement, Measurement
from staff.models import QueueInterval

ROWS_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One counted row: what it is called, its address where it has a page, how it stood, what it gave."""

    key: int
    label: str
    url: str
    facts: str
    gave: str


@dataclass(frozen=True)
class Page:
    rows: tuple[Row, ...]
    hidden: int
    total: int
    next_key: int | None
    side: str


def seen_cases(user) -> QuerySet:
    return Case.objects.visible_to(user).select_related("kind", "unit")


KINDS: dict[str, tuple[Callable[[Any], QuerySet], Callable[[Any, Any], tuple[str, str, str]]]] = {}


def kind(name: str, gate: Callable[[Any], QuerySet]):
    def decorate(describe):
        KINDS[name] = (gate, describe)
        return describe

    return decorate


def as_they_stood(rows: Sequence[Any], at) -> dict[Any, Any]:
    """Versions of that moment by key of the row: the earliest that was replaced after it, else the row as it is. One statement."""
    found = {row.pk: row for row in rows}
    if rows and hasattr(rows[0], "versions"):
        version = rows[0].versions.model
        later = version.objects.filter(pgh_obj_id__in=list(found), pgh_created_at__gt=at).order_by(
            "pgh_obj_id", "pgh_created_at", "pgh_id"
        )
        found |= {one.pgh_obj_id: one for one in later.distinct("pgh_obj_id")}
    return found


@kind("case", seen_cases)
def of_case(row: Case, stood: Any) -> tuple[str, str, str]:
    facts = [str(Status(stood.status).label)]
    if stood.due_on:
        facts.append(_("due %(day)s") % {"day": day(stood.due_on)})
    if stood.answered_on:
        facts.append(_("answered %(day)s") % {"day": day(stood.answered_on)})
    return row.number, row.get_absolute_url(), ", ".join(facts)


@kind("contact", lambda user: Contact.objects.visible_to(user))
def of_contact(row: Contact, stood: Any) -> tuple[str, str, str]:
    from django.urls import reverse

    return str(row), reverse("complaints:contact_detail", args=[row.key]), str(Contact.Outcome(stood.outcome).label)


@kind("queue_interval", lambda user: QueueInterval.objects.select_related("queue"))
def of_half_hour(row: QueueInterval, stood: Any) -> tuple[str, str, str]:
    return (
        str(row),
        "",
        ngettext("%(count)s call", "%(count)s calls", stood.offered) % {"count": number(stood.offered)},
    )


@kind("response", lambda user: Response.objects.visible_to(user).select_related("survey"))
def of_response(row: Response, stood: Any) -> tuple[str, str, str]:
    return day(row.answered_on), "", row.survey.title


@kind(
    "invitation",
    lambda user: Invitation.objects.visible_to(user).filter(survey__in=surveys_of(user)).select_related("survey"),
)
def of_invitation(row: Invitation, stood: Any) -> tuple[str, str, str]:
    return day(row.sent_at), "", f"{row.survey.title}: {row.get_state_display()}"


@kind("follow_up", follow_ups.visible_to)
def of_follow_up(row: FollowUp, stood: Any) -> tuple[str, str, str]:
    from django.urls import reverse

    facts = _("contact by %(day)s") % {"day": day(row.due_on)}
    return str(row.pk), reverse("feedback:follow_up_detail", args=[row.pk]), facts


@kind("improvement", lambda user: Improvement.objects.visible_to(user))
def of_improvement(row: Improvement, stood: Any) -> tuple[str, str, str]:
    return f"{row.number} {row.title}", "", _("due %(day)s") % {"day": day(stood.due_on)}


def surveys_of(user):
    from feedback.models import Survey

    return Survey.objects.visible_to(user)


def page_of(measurement: Measurement, user, *, side: str = "", after: int | None = None) -> Page | None:
    """Fifty rows from `after` on, in the order of their keys; None where the measurement counted none."""
    sides = {one.side: one for one in measurement.counted.all()}
    if not sides:
        return None
    kept = sides.get(side) or sides.get("both") or sides.get("numerator") or next(iter(sides.values()))
    pairs = zip(kept.keys, kept.amounts or [1.0] * len(kept.keys), strict=True)
    how = how_of(measurement.indicator.code)
    return page_of_pairs(
        kept.kind, pairs, user, at=measurement.computed_at, after=after, side=kept.side, say=lambda amount: gave_words(how, kept.side, amount)
    )  # fmt: skip


def page_of_keys(kind_name: str, keys: Iterable[int], user, *, at: datetime, after: int | None = None) -> Page:
    """Rows that were counted one each, as they stood at a moment."""
    return page_of_pairs(kind_name, ((key, 1.0) for key in keys), user, at=at, after=after, side="", say=lambda amount: _("counts"))  # fmt: skip


def page_of_pairs(kind_name: str, pairs: Iterable[tuple[int, float]], user, *, at: datetime, after: int | None, side: str, say: Callable[[float], str]) -> Page:  # fmt: skip
    ordered = sorted(pairs)
    later = [pair for pair in ordered if after is None or pair[0] > after]
    shown, rest = later[:ROWS_A_PAGE], later[ROWS_A_PAGE:]
    gate, describe = KINDS[kind_name]
    found = {key_of(row.pk): row for row in gate(user).filter(among(kind_name, [key for key, _amount in shown]))}
    stood = as_they_stood(list(found.values()), at)
    rows = []
    for key, amount in shown:
        if (row := found.get(key)) is not None:
            label, url, facts = describe(row, stood[row.pk])
            rows.append(Row(key, label, url, facts, say(amount)))
    return Page(tuple(rows), len(shown) - len(rows), len(ordered), shown[-1][0] if rest else None, side)


def among(kind_name: str, keys: Sequence[int]) -> Q:
    if kind_name != "response":
        return Q(pk__in=keys)
    # Of a random key 63 bits were kept; they are the beginning of the key.
    found = Q(pk__in=[])
    for key in keys:
        found |= Q(pk__gte=uuid.UUID(int=key << 65), pk__lte=uuid.UUID(int=(key << 65) | ((1 << 65) - 1)))
    return found


def gave_words(how: How, side: str, amount: float) -> str:
    """What the row gave to the figure, in words."""
    if how is How.SHARE:
        return (
            pgettext("row of a share", "within the share")
            if amount
            else pgettext("row of a share", "in the whole only")
        )
    if how in (How.MEDIAN, How.P85):
        return ngettext("%(days)s day", "%(days)s days", int(amount)) % {"days": number(amount, 0)}
    return number(amount, 0 if amount == int(amount) else 1)


def sides_of(measurement: Measurement) -> list[tuple[str, str, int]]:
    """Sides that hold rows, with their word and how many."""
    names = {"both": _("All rows"), "numerator": _("Numerator"), "denominator": _("Denominator")}
    return [(one.side, names[one.side], len(one.keys)) for one in measurement.counted.all()]
