"""Registering by hand: from what the form read to `register_case`, and the last days it would give while being typed."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau import drafts
from bureau.calendar_store import working_calendar
from bureau.models import User
from bureau.navigation import forget_counters
from bureau.reference import topics
from bureau.refusals import DeedRefused
from bureau.working_calendar import CalendarGap, days_left
from complaints import deadlines, parties, party_search
from complaints.clocks import rule_in_force, trigger_day
from complaints.deadline_steps import explained
from complaints.deeds import tell
from complaints.models import Case, CaseAccess, CaseKind, DeadlineRule, Party
from complaints.reference import kinds
from complaints.registration import NewCase, case_of_key, register_case

NEW_DRAFT = "case_new"


@dataclass(frozen=True)
class Term:
    """A last day that registering would give, and why."""

    label: str
    law: str
    due_on: date | None
    days_left: int | None
    why: str
    is_confirmed: bool = True


def terms_of(
    *, kind: int | None = None, further_kinds=(), received_at: datetime | None = None, registered_at: datetime | None = None,
    event_on: date | None = None, due_on: date | None = None, not_ours: bool = False, **_others: Any,
) -> list[Term]:  # fmt: skip
    """Every clock that would start, in order of its last day."""
    if kind not in kinds():
        return []
    registered_on = timezone.localdate(registered_at or timezone.now())
    received_on = timezone.localdate(received_at) if received_at else registered_on
    wanted = [(kind, DeadlineRule.Purpose.REPLY)]
    wanted += [(other, DeadlineRule.Purpose.REPLY) for other in further_kinds or () if other != kind]
    if not_ours:
        wanted.append((kind, DeadlineRule.Purpose.FORWARD))
    found = []
    for kind_id, purpose in wanted:
        if due_on and (kind_id, purpose) == wanted[0]:
            found.append(
                Term(
                    kinds()[kind_id].name,
                    kinds()[kind_id].law,
                    due_on,
                    left(due_on),
                    _("The day was named in the letter."),
                )
            )
        else:
            found.append(
                term(kind_id, purpose, registered_on=registered_on, received_on=received_on, event_on=event_on)
            )
    return sorted(found, key=lambda one: one.due_on or date.max)


def left(due_on: date) -> int | None:
    try:
        return days_left(due_on, timezone.localdate(), working_calendar())
    except CalendarGap:
        return None


def term(kind_id: int, purpose: str, *, registered_on: date, received_on: date, event_on: date | None) -> Term:
    kind = kinds()[kind_id]
    label = (
        kind.name
        if purpose == DeadlineRule.Purpose.REPLY
        else f"{kind.name}, {DeadlineRule.Purpose(purpose).label.lower()}"
    )
    rule = rule_in_force(kind=CaseKind(pk=kind_id, code=kind.code), purpose=purpose, on=registered_on)
    if rule is None:
        return Term(label, kind.law, None, None, "")
    trigger_on = trigger_day(rule=rule, received_on=received_on, registered_on=registered_on, event_on=event_on)
    try:
        due = deadlines.compute_due(rule=rule.as_term_rule(), trigger_on=trigger_on, calendar=working_calendar())
    except CalendarGap as gap:
        return Term(label, rule.law, None, None, str(gap))
    return Term(label, rule.law, due.due_on, left(due.due_on), str(explained(due.steps)), rule.is_confirmed)


@transaction.atomic
def register_by_hand(*, data: dict[str, Any], by: User) -> Case:
    """Party, case, clocks, restriction; the draft goes with it. The same key gives the case it gave first."""
    known = case_of_key(data["key"])
    if known:
        return known
    topic = topics().get(data.get("topic"))
    fields: dict[str, Any] = {
        "co_signers": data.get("co_signers") or 0, "no_reply_wanted": data["no_reply_wanted"], "reply_channel_id": data["reply_channel"],
        "sender_dated_on": data["sender_dated_on"], "sender_reference": data["sender_reference"],
        "register_reference": data["register_reference"], "is_environmental_information": data["is_environmental_information"],
    }  # fmt: skip
    if data.get("basis"):
        fields |= {
            "is_restricted": True, "restriction_basis_id": data["basis"], "restricted_from": timezone.localdate(),
            "restricted_until": data["until"], "restriction_ends_by": data["ends_by"].strip(),
            "restriction_scope": data["scope"].strip(), "restriction_note": data["reason"],
        }  # fmt: skip
    chosen = {kind.pk: kind for kind in CaseKind.objects.filter(pk__in={data["kind"], *data["further_kinds"]})}
    case = register_case(
        NewCase(
            kind=chosen[data["kind"]], title=data["title"], channel_id=data["channel"], received_at=data["received_at"],
            registered_at=data["registered_at"], description=data["description"], party=party_meant(data, by=by),
            topic_id=data["topic"], service_id=topic.service_id if topic else None,
            unit_id=data["unit"] or (topic.unit_id if topic else None), assignee_id=data["handler"], language=data["language"],
            further_kinds=tuple(chosen[pk] for pk in data["further_kinds"] if pk != data["kind"]),
            due_on=data["due_on"], event_on=data["event_on"], not_ours=data["not_ours"], fields=fields,
            late_because=data["late_because"].strip(),
        ),
        by=by,
        key=data["key"],
        is_asked=True,
    )  # fmt: skip
    if case.is_restricted and case.assignee_id != by.pk:
        CaseAccess.objects.get_or_create(case=case, user=by, defaults={"granted_by": by, "reason": _("registered it")})
    drafts.discard_draft(user=by, form=NEW_DRAFT)
    if case.assignee_id:
        tell(case, "assigned", by=by, person=User.objects.get(pk=case.assignee_id).full_name)
        assignee_id = case.assignee_id
        transaction.on_commit(lambda: forget_counters(assignee_id))
    return case


def party_meant(data: dict[str, Any], *, by: User) -> Party | None:
    """The party chosen, or the one that the typed words mean; somebody new is added, nobody is anonymous."""
    chosen = party_search.chosen_party(data.get("party"), user=by)
    return chosen or settle_party(data.get("who", ""), user=by)


def settle_party(who: str, *, user: User) -> Party | None:
    """The party that a typed text means. Several must be chosen from."""
    try:
        meant = party_search.who_is_meant(who, user=user)
    except party_search.WhoNotUnderstood as problem:
        raise DeedRefused(str(problem), field="who") from problem
    if meant.candidates:
        raise DeedRefused(_("Several fit. Choose which one is meant."), field="who")
    if meant.new is None:
        return meant.party
    try:
        return parties.party_of_address(facts=parties.facts_typed(meant.new), by=user)
    except parties.PartyRefused as problem:
        raise DeedRefused(str(problem), field="who") from problem
