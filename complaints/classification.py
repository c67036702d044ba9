"""Changing what a case is: kind, topic, unit, title, party and the references of its letter.

Two people may change different facts at once; only the same fact changed by both is a clash. A new kind brings its own
term, counted from the same registration as if it had been so from the start.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.audit import record
from bureau.reference import topics
from complaints import clocks, proceedings, rollups, search_index
from complaints.deeds import DeedRefused, locked, tell
from complaints.models import Case, CaseKind, Clock, ClockEvent, DeadlineRule

# What may be changed, by field. Those of DIMENSIONS are counted by day; those of SEARCHED are found by search.
FIELDS = (
    "kind_id", "topic_id", "unit_id", "title", "party_id", "language", "co_signers", "is_environmental_information",
    "no_reply_wanted", "reply_channel_id", "register_reference", "sender_reference", "sender_dated_on",
)  # fmt: skip
DIMENSIONS = {"kind_id", "topic_id", "unit_id"}
SEARCHED = {"title", "party_id", "register_reference", "sender_reference"}


@dataclass(frozen=True)
class Clash:
    """A fact that two people changed at once: what it was, what it became meanwhile, what is wanted now."""

    field: str
    seen: Any
    now: Any
    wanted: Any


class FactsClash(Exception):
    def __init__(self, case: Case, clashes: list[Clash]):
        self.case, self.clashes = case, clashes
        super().__init__(case.number, [clash.field for clash in clashes])


def merged(case: Case, seen: Mapping[str, Any], wanted: Mapping[str, Any]) -> tuple[dict[str, Any], list[Clash]]:
    """Three-way: what the person saw, what they want, what stands now. Changes to make, and clashes."""
    changes, clashes = {}, []
    for field in FIELDS:
        if field not in wanted or wanted[field] == seen.get(field):
            continue
        now = getattr(case, field)
        if now == wanted[field]:
            continue
        if now != seen.get(field):
            clashes.append(Clash(field, seen.get(field), now, wanted[field]))
        changes[field] = wanted[field]
    return changes, clashes


@transaction.atomic
def change_case(*, case: Case, seen: Mapping[str, Any], wanted: Mapping[str, Any], by, reason: str = "", overrule: bool = False) -> Case:  # fmt: skip
    """Change the facts that the person changed; a clash is refused unless they overrule it, having seen it."""
    case = locked(case)
    changes, clashes = merged(case, seen, wanted)
    if clashes and not overrule:
        raise FactsClash(case, clashes)
    if not changes:
        return case
    if "title" in changes and not str(changes["title"]).strip():
        raise DeedRefused(_("A case needs a title."))
    old = {field: plain(getattr(case, field)) for field in changes}
    old_kind = case.kind
    for field, value in changes.items():
        setattr(case, field, value)
    fields = [field.removesuffix("_id") for field in changes]
    if "topic_id" in changes and case.topic_id:
        case.service_id = topics()[case.topic_id].service_id
        fields.append("service")
    if "kind_id" in changes:
        recompute_clocks(case=case, old_kind=old_kind, by=by)
        case.is_environmental_information = case.is_environmental_information or case.kind.is_environmental_information
        fields += ["due_on", "is_environmental_information"]
    clocks.save_moved(case, *fields)
    if DIMENSIONS & set(changes):
        forwarded = [timezone.localdate(at) for at in case.forwardings.values_list("forwarded_at", flat=True)]
        rollups.mark_changed(case.registered_on, case.answered_on, case.closed_on, *forwarded)
    if SEARCHED & set(changes):
        search_index.refresh(case)
    new = {field: plain(getattr(case, field)) for field in changes}
    record("case.changed", by=by, on=case, reason=reason, old=old, new=new)
    if "kind_id" in changes and case.is_open:
        proceedings.begin_by_kind(case=case, by=by)
    tell(case, "changed", by=by)
    return case


def plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def recompute_clocks(*, case: Case, old_kind: CaseKind, by) -> None:
    """Running clocks of the old kind become those of the new one. The case has its new kind already."""
    case.kind = CaseKind.objects.get(pk=case.kind_id)
    today = timezone.localdate()
    running = list(case.clocks.select_for_update(of=("self",)).filter(state=Clock.State.RUNNING, is_named_day=False))
    had_reply_clock = False
    for clock in running:
        if clock.kind_id != old_kind.pk:
            continue
        had_reply_clock |= clock.purpose == DeadlineRule.Purpose.REPLY
        fresh = clocks.new_clock(case=case, kind=case.kind, purpose=clock.purpose)
        if fresh is None:
            clocks.end(clock=clock, on=max(today, clock.triggered_on), by=by, reason="reclassified")
            continue
        replace_term(clock=clock, fresh=fresh, by=by)
    if (
        case.is_open
        and not had_reply_clock
        and not case.clocks.filter(
            kind=case.kind, purpose=DeadlineRule.Purpose.REPLY, state=Clock.State.RUNNING
        ).exists()
    ):
        fresh = clocks.new_clock(case=case, kind=case.kind, purpose=DeadlineRule.Purpose.REPLY)
        if fresh:
            clocks.save_clocks(clocks=[fresh], by=by)
    clocks.refresh_due(case)


def replace_term(*, clock: Clock, fresh: Clock, by) -> None:
    """The clock goes on under another rule; an extension under the old rule falls away with it."""
    before = {
        "kind": clock.kind_id,
        "rule": clock.rule_id,
        "due_on": clock.due_on.isoformat(),
        "extended": clock.is_extended,
    }
    for field in ("kind", "rule", "law", "triggered_on", "raw_due_on", "due_on", "first_due_on", "steps"):
        setattr(clock, field, getattr(fresh, field))
    clock.is_extended, clock.extension_reason, clock.extended_by, clock.notice_sent_at = False, "", None, None
    clock.save()
    ClockEvent.objects.create(
        clock=clock, what=ClockEvent.What.RECOMPUTED, by=by,
        data={"before": before, "due_on": clock.due_on.isoformat(), "rule": clock.rule_id, "triggered_on": clock.triggered_on.isoformat()},
    )  # fmt: skip
