"""The list of complaints: narrowed by its address, paged by key, newest first. Counters of the navigation too.

Names in the address: feedback, stage (open, ended or one stage), path, unit (with its parts), aspect, cause (a group means
all of it), outcome, investigator (me or a person), late (yes), from and to (days of receipt), closed_from and closed_to,
party. A value that does not exist finds nothing: a mistyped filter never shows more.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, Min, OuterRef, Q, QuerySet, Subquery

from bureau import reference
from bureau.key_paging import ROWS_ON_PAGE, Page
from bureau.models import User
from bureau.reference import subtree_ids
from bureau.typed_numbers import whole
from complaints.complaint_stages import STAGE_TONES, is_left_open
from complaints.filters import ids_named
from complaints.models import (
    STAGES_ENDED,
    Aspect,
    Case,
    Complaint,
    ComplaintOutcome,
    ComplaintTarget,
    Feedback,
    Path,
    Stage,
)
from complaints.paging import capped_count

COUNT_CAP = 1000


@dataclass(frozen=True)
class Line:
    """One complaint as a row."""

    number: str
    url: str
    title: str
    is_restricted: bool
    feedback: str
    stage: str
    stage_tone: str
    severity: int | None
    path: str
    unit: str
    handler: str
    received_on: date
    target_on: date | None
    due_on: date | None
    outcome: str
    # Decided so long ago that it should have ended: the day of the decision.
    left_open_since: date | None


def narrowed(query, *, user: User, today: date) -> QuerySet[Complaint]:
    """Complaints that exist for the person and fit the address."""
    rows = Complaint.objects.visible_to(user)
    for name, narrow in NARROWINGS.items():
        value = query.get(name, "")
        if value:
            rows = narrow(rows, value, user, today)
    if not query.get("stage"):
        rows = rows.open()
    return rows


def one_of(field: str, choices):
    def narrow(rows, value, user, today):
        return rows.filter(**{field: value}) if value in choices.values else rows.none()

    return narrow


def of_stage(rows, value, user, today):
    if value == "all":
        return rows
    if value == "open":
        return rows.open()
    if value == "ended":
        return rows.filter(stage__in=STAGES_ENDED)
    return rows.filter(stage=value) if value in Stage.values else rows.none()


def of_aspect(rows, value, user, today):
    return rows.filter(aspects__contains=[value]) if value in Aspect.values else rows.none()


def of_tree(field: str, entries):
    def narrow(rows, value, user, today):
        ids, wants_none = ids_named(entries(), value)
        within = set().union(*(subtree_ids(entries(), one) for one in ids)) if ids else set()
        wanted = Q(**{f"{field}__in": sorted(within)})
        return rows.filter(wanted | Q(**{f"{field}__isnull": True}) if wants_none else wanted)

    return narrow


def of_investigator(rows, value, user, today):
    if value == "me":
        return rows.filter(Q(investigator=user) | Q(case__assignee=user))
    return rows.filter(investigator_id=whole(value)) if whole(value) else rows.none()


def of_late(rows, value, user, today):
    late = ComplaintTarget.objects.filter(complaint=OuterRef("pk"), state="running", due_on__lt=today)
    return rows.filter(Exists(late)) if value == "yes" else rows.none()


def of_days(field: str, lookup: str):
    def narrow(rows, value, user, today):
        try:
            return rows.filter(**{f"{field}__{lookup}": date.fromisoformat(value)})
        except ValueError:
            return rows.none()

    return narrow


def of_party(rows, value, user, today):
    return rows.filter(case__party_id=whole(value)) if whole(value) else rows.none()


NARROWINGS = {
    "feedback": one_of("feedback", Feedback), "stage": of_stage, "path": one_of("path", Path),
    "outcome": one_of("outcome", ComplaintOutcome), "aspect": of_aspect,
    "unit": of_tree("unit_id", reference.units), "service": of_tree("service_id", reference.services),
    "channel": of_tree("case__channel_id", reference.channels), "cause": of_tree("cause_id", reference.causes), "investigator": of_investigator, "late": of_late,
    "from": of_days("received_on", "gte"), "to": of_days("received_on", "lte"),
    "closed_from": of_days("closed_on", "gte"), "closed_to": of_days("closed_on", "lte"), "party": of_party,
}  # fmt: skip


def page_of(rows: QuerySet[Complaint], *, today: date, after: str = "", before: str = "") -> Page:
    """Newest receipt first. The key is the day and the case: `2026-11-23~417`. One statement."""
    size = ROWS_ON_PAGE
    key, backwards = read_key(before or after), bool(before)
    if key:
        on, pk = key
        later = Q(received_on__gt=on) | Q(received_on=on, pk__gt=pk)
        earlier = Q(received_on__lt=on) | Q(received_on=on, pk__lt=pk)
        rows = rows.filter(later if backwards else earlier)
    target = ComplaintTarget.objects.filter(complaint=OuterRef("pk"), state="running").values("complaint")
    rows = rows.annotate(target_on=Subquery(target.annotate(first=Min("due_on")).values("first"))).select_related(
        "case"
    )
    order = ("received_on", "pk") if backwards and key else ("-received_on", "-pk")
    found = list(rows.order_by(*order)[: size + 1])
    has_more, found = len(found) > size, found[:size]
    if backwards and key:
        found.reverse()
        has_previous, has_next = has_more, True
    else:
        has_previous, has_next = key is not None, has_more
    if not found:
        return Page()
    return Page(
        [line_of(row, today) for row in found], written_key(found[-1]) if has_next else None,
        written_key(found[0]) if has_previous else None,
    )  # fmt: skip


def read_key(text: str) -> tuple[date, int] | None:
    day, _mark, pk = text.partition("~")
    known = whole(pk)
    try:
        return (date.fromisoformat(day), known) if known is not None else None
    except ValueError:
        return None


def written_key(row: Complaint) -> str:
    return f"{row.received_on.isoformat()}~{row.pk}"


def line_of(row, today: date) -> Line:
    case: Case = row.case
    units, names = reference.units(), reference.people()
    return Line(
        number=case.number, url=case.get_absolute_url(), title=case.title, is_restricted=case.is_restricted,
        feedback=row.get_feedback_display(), stage=row.get_stage_display(), stage_tone=STAGE_TONES[row.stage],
        severity=row.severity, path=row.get_path_display() if row.path else "",
        unit=units[row.unit_id].name if row.unit_id in units else "",
        handler=names.get(row.investigator_id or case.assignee_id, "") if row.investigator_id or case.assignee_id else "",
        received_on=row.received_on, target_on=row.target_on, due_on=case.due_on, outcome=row.get_outcome_display() if row.outcome else "",
        left_open_since=row.decided_on if is_left_open(row, today) else None,
    )  # fmt: skip


def open_complaints_of(user: User) -> int:
    """Open complaints in the person's hands, or those not yet acknowledged for who shares out the work."""
    mine = [user.pk, *user.rights.acting_for]
    rows = Complaint.objects.visible_to(user).open()
    return capped_count(rows.filter(Q(case__assignee_id__in=mine) | Q(investigator_id__in=mine)), 999)
