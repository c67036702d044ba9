"""Everything the page of a case shows of its challenge: the way, terms with their reasons, contents, deeds. And the list."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bureau import reference
from bureau.key_paging import ROWS_ON_PAGE, Page
from bureau.models import User
from bureau.roles import Permission
from complaints.case_actions import Action
from complaints.challenge_stages import (
    RETURN_GROUNDS,
    STAGE_TONES,
    STEPS,
    defects_of,
    may_move,
)
from complaints.complaint_list import of_days, read_key
from complaints.deadline_steps import explained, steps_from_json
from complaints.models import (
    ENDED,
    Case,
    Challenge,
    ChallengeContent,
    ChallengeStage,
    ChallengeTerm,
    DeadlineRule,
    Status,
)

Stage = ChallengeStage
TERM_TONES = {"running": "info", "kept": "good", "missed": "bad", "ended": "neutral"}


@dataclass(frozen=True)
class TermShown:
    id: int
    label: str
    law: str
    source: str
    note: str
    is_confirmed: bool
    triggered_on: date
    due_on: date
    state: str
    tone: str
    done_on: date | None
    why: str


@dataclass(frozen=True)
class ChallengePage:
    challenge: Challenge
    stage_tone: str
    steps: list[dict[str, str]]
    terms: list[TermShown]
    contents: list[tuple[str, bool, bool]]
    unit: str
    official: str
    decides: str
    decided_by: str
    return_ground: str
    primary: Action | None
    actions: list[Action] = field(default_factory=list)


def challenge_of(case: Case) -> Challenge | None:
    try:
        challenge = case.challenge
    except Challenge.DoesNotExist:
        return None
    challenge.case = case
    return challenge


def challenge_page(*, case: Case, user) -> ChallengePage | None:
    """None for a case that is no challenge, or for who may not see them. One statement more for one that is."""
    challenge = challenge_of(case)
    if challenge is None or not user.may(Permission.COMPLAINT_VIEW):
        return None
    units, names = reference.units(), reference.people()
    defects = set(defects_of(challenge.contents))
    primary, actions = actions_of(challenge, user=user)
    decides = ""
    if challenge.deciding_unit_id in units:
        decides = units[challenge.deciding_unit_id].name
    elif challenge.deciding_body_id:
        decides = reference.outside_bodies()[challenge.deciding_body_id].name
    return ChallengePage(
        challenge=challenge, stage_tone=STAGE_TONES[challenge.stage], steps=steps_of(challenge),
        terms=[shown_term(term) for term in challenge.terms.select_related("rule")],
        contents=[(str(one.label), one.value in challenge.contents, one.value in defects) for one in ChallengeContent],
        unit=units[challenge.unit_id].name if challenge.unit_id in units else "",
        official=names.get(challenge.official_id, "") if challenge.official_id else "", decides=decides,
        decided_by=names.get(challenge.decided_by_id, "") if challenge.decided_by_id else "",
        return_ground=str(RETURN_GROUNDS.get(challenge.return_ground, "")), primary=primary, actions=actions,
    )  # fmt: skip


def shown_term(term: ChallengeTerm) -> TermShown:
    rule = term.rule
    return TermShown(
        id=term.pk, label=str(term.get_purpose_display()), law=rule.law if rule else "", source=rule.source if rule else "",
        note=note_of(rule) if rule else "", is_confirmed=bool(rule and rule.is_confirmed), triggered_on=term.triggered_on,
        due_on=term.due_on, state=str(term.get_state_display()), tone=TERM_TONES[term.state], done_on=term.done_on,
        why=str(explained(steps_from_json(term.steps))) if term.steps else "",
    )  # fmt: skip


def note_of(rule: DeadlineRule) -> str:
    return rule.note_en if get_language() == "en" else rule.note_et


def steps_of(challenge: Challenge) -> list[dict[str, str]]:
    """The straight way; a stage off it is named in the head of the panel."""
    been = {
        Stage.RECEIVED: True, Stage.PASSED_ON: challenge.passed_on, Stage.DECIDED: challenge.outcome,
        Stage.IN_COURT: challenge.court_filed_on, Stage.COURT_ENDED: challenge.court_ended_on,
    }  # fmt: skip
    rows = []
    for stage in STEPS:
        if stage == challenge.stage:
            state = "done" if stage == Stage.COURT_ENDED else "current"
        else:
            state = "done" if been[stage] else "ahead"
        rows.append({"label": str(stage.label), "state": state})
    return rows


def actions_of(challenge: Challenge, *, user) -> tuple[Action | None, list[Action]]:
    """The next deed first, the others after it; only those that the stage and the person's rights allow."""
    number, stage = challenge.case.number, challenge.stage
    handles = user.may(Permission.COMPLAINT_HANDLE)
    assesses = user.may(Permission.COMPLAINT_ASSESS)
    decides = user.may(Permission.COMPLAINT_DECIDE)
    found: list[tuple[bool, Action]] = []

    def offer(is_next: bool, code: str, label: str, icon: str) -> None:
        url = reverse(f"complaints:challenge_{code}", args=[number])
        found.append((is_next, Action(code, label, url, icon)))

    is_examined, defects = challenge.examined_on is not None, defects_of(challenge.contents)
    waits_for_term = bool(challenge.is_late and not challenge.restored_on)
    if handles and stage in {Stage.RECEIVED, Stage.PASSED_ON}:
        label = _("Examine anew") if is_examined else _("Examine term and contents")
        offer(not is_examined, "examine", label, "filter")
    if assesses and waits_for_term and challenge.is_open:
        offer(is_examined, "restore", _("Restore the missed term"), "undo")
    if handles and is_examined and defects and may_move(stage, Stage.CURING):
        offer(not waits_for_term, "cure", _("Ask to cure the defects"), "mail")
    if handles and stage == Stage.CURING:
        offer(True, "cured", _("Record what was sent"), "check")
    if handles and may_move(stage, Stage.PASSED_ON) and stage == Stage.RECEIVED:
        offer(is_examined and not defects and not waits_for_term, "pass_on", _("Pass on to who decides"), "forward")
    if decides and may_move(stage, Stage.DECIDED):
        offer(not defects, "decide", _("Decide and answer"), "reply")
    if assesses and challenge.is_open:
        if challenge.is_suspended:
            offer(False, "resume", _("End the suspension"), "play")
        else:
            offer(False, "suspend", _("Suspend the challenged act"), "lock")
    if assesses and may_move(stage, Stage.RETURNED):
        offer(False, "return", _("Return the challenge"), "forward")
    if handles and may_move(stage, Stage.WITHDRAWN):
        offer(False, "withdraw", _("The person takes the challenge back"), "undo")
    if handles and may_move(stage, Stage.IN_COURT):
        offer(False, "court", _("The matter went to court"), "forward")
    if handles and stage == Stage.IN_COURT:
        offer(True, "ruling", _("Record the ruling"), "check")
    if handles and not challenge.is_open and challenge.case.status != Status.CLOSED:
        offer(stage != Stage.IN_COURT, "close", _("Close the case with this result"), "check")
    primary = next((action for is_next, action in found if is_next), None)
    return primary, [action for _is_next, action in found if action is not primary]


# --- The list -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    number: str
    url: str
    title: str
    is_restricted: bool
    stage: str
    stage_tone: str
    result: str
    act: str
    unit: str
    handler: str
    filed_on: date
    due_on: date | None
    is_suspended: bool


def narrowed(query, *, user: User) -> QuerySet[Challenge]:
    """Challenges that exist for the person and fit the address. A value that does not exist finds nothing."""
    rows = Challenge.objects.visible_to(user)
    stage = query.get("stage", "")
    if stage in {"", "open"}:
        rows = rows.open()
    elif stage == "court":
        rows = rows.filter(stage=Stage.IN_COURT)
    elif stage != "all":
        rows = rows.filter(stage=stage) if stage in Stage.values else rows.none()
    for name, lookup in (("from", "gte"), ("to", "lte")):
        if query.get(name):
            rows = of_days("filed_on", lookup)(rows, query[name], user, None)
    if query.get("suspended") == "yes":
        rows = rows.filter(suspended_on__isnull=False, suspension_ended_on__isnull=True)
    return rows


def page_of(rows: QuerySet[Challenge], *, after: str = "", before: str = "") -> Page:
    """Newest first; the key is the day and the case: `2026-11-23~417`. One statement."""
    key, backwards = read_key(before or after), bool(before)
    if key:
        on, pk = key
        later = Q(filed_on__gt=on) | Q(filed_on=on, pk__gt=pk)
        earlier = Q(filed_on__lt=on) | Q(filed_on=on, pk__lt=pk)
        rows = rows.filter(later if backwards else earlier)
    order = ("filed_on", "pk") if backwards and key else ("-filed_on", "-pk")
    found = list(rows.select_related("case").order_by(*order)[: ROWS_ON_PAGE + 1])
    has_more, found = len(found) > ROWS_ON_PAGE, found[:ROWS_ON_PAGE]
    if backwards and key:
        found.reverse()
        has_previous, has_next = has_more, True
    else:
        has_previous, has_next = key is not None, has_more
    if not found:
        return Page()
    return Page(
        [line_of(row) for row in found],
        key_of(found[-1]) if has_next else None,
        key_of(found[0]) if has_previous else None,
    )


def key_of(row: Challenge) -> str:
    return f"{row.filed_on.isoformat()}~{row.pk}"


def line_of(row: Challenge) -> Line:
    case, units, names = row.case, reference.units(), reference.people()
    result = row.get_court_result_display() or row.get_outcome_display()
    return Line(
        number=case.number, url=case.get_absolute_url(), title=case.title, is_restricted=case.is_restricted,
        stage=row.get_stage_display(), stage_tone=STAGE_TONES[row.stage], result=result, act=row.act,
        unit=units[row.unit_id].name if row.unit_id in units else "",
        handler=names.get(case.assignee_id, "") if case.assignee_id else "", filed_on=row.filed_on,
        due_on=case.due_on if case.status not in ENDED else None, is_suspended=row.is_suspended,
    )  # fmt: skip
