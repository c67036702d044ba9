"""What a specialist's day holds: what is due, what waits, what was begun and not sent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bureau import drafts, reference
from bureau.calendar_store import working_calendar
from bureau.models import Absence, Draft
from bureau.roles import Permission
from bureau.templatetags.formats import day_long
from complaints.assignment import Resting, queue_for, resting_on_absent
from complaints.case_list import address_of, due_pill, status_badge
from complaints.correspondence import NOTE_DRAFT, REPLY_DRAFT
from complaints.models import Case, Status
from complaints.paging import capped_count

MOST_OPEN = 300
SOON_WORKING_DAYS = 3
SHOWN_LATER = 25
QUEUE_CAP = 99


@dataclass(frozen=True, slots=True)
class Line:
    """One case on the desk."""

    number: str
    url: str
    title: str
    channel: str
    status: str
    due: str
    is_late: bool
    is_restricted: bool
    handler: str


@dataclass
class Desk:
    facts: str
    late: list[Line] = field(default_factory=list)
    today: list[Line] = field(default_factory=list)
    soon: list[Line] = field(default_factory=list)
    later: list[Line] = field(default_factory=list)
    waiting: list[Line] = field(default_factory=list)
    followed: list[Line] = field(default_factory=list)
    drafts: list["Unfinished"] = field(default_factory=list)
    resting: list[Resting] = field(default_factory=list)
    queue: int = 0
    is_away: bool = False
    more_later: int = 0
    is_empty: bool = False


@dataclass(frozen=True)
class Unfinished:
    label: str
    url: str
    excerpt: str
    draft: Draft


READ = ("pk", "number", "title", "channel_id", "status", "due_on", "assignee_id", "is_restricted")


def desk_of(user, *, today: date, language: str) -> Desk:
    mine = [user.pk, *user.rights.acting_for]
    rows = list(
        Case.objects.visible_to(user).open().filter(assignee_id__in=mine)
        .order_by(F("due_on").asc(nulls_last=True), "id").values_list(*READ, named=True)[:MOST_OPEN]
    )  # fmt: skip
    horizon = working_calendar().add_working_days(today, SOON_WORKING_DAYS)
    desk = Desk(facts="")
    for row in rows:
        line = line_of(row, user=user, today=today, language=language)
        if row.due_on is not None and row.due_on < today:
            desk.late.append(line)
        elif row.due_on == today:
            desk.today.append(line)
        elif row.due_on is not None and row.due_on <= horizon:
            desk.soon.append(line)
        elif row.status == Status.WAITING:
            desk.waiting.append(line)
        else:
            desk.later.append(line)
    desk.more_later = max(0, len(desk.later) - SHOWN_LATER)
    desk.later = desk.later[:SHOWN_LATER]
    followed = (
        Case.objects.visible_to(user)
        .filter(followers__user=user)
        .exclude(assignee_id__in=mine)
        .order_by("-updated_at", "-id")
    )
    desk.followed = [
        line_of(row, user=user, today=today, language=language) for row in followed.values_list(*READ, named=True)[:10]
    ]
    desk.drafts = unfinished(user)
    desk.is_away = Absence.objects.in_force(today).filter(user=user).exists()
    desk.queue = capped_count(queue_for(user, today), QUEUE_CAP) if not desk.is_away else 0
    if user.may(Permission.CASE_ASSIGN):
        desk.resting = resting_on_absent(user, today)
    desk.is_empty = not rows
    desk.facts = facts_line(today, late=len(desk.late), urgent=len(desk.today) + len(desk.soon), open_cases=len(rows))
    return desk


def line_of(row, *, user, today: date, language: str) -> Line:
    of_another = row.assignee_id is not None and row.assignee_id != user.pk
    return Line(
        number=row.number, url=address_of(row.number), title=row.title, channel=reference.channels()[row.channel_id].name,
        status=status_badge(row.status, language), due=due_pill(row.due_on, today, language) if row.due_on else "",
        is_late=row.due_on is not None and row.due_on < today, is_restricted=row.is_restricted,
        handler=reference.people().get(row.assignee_id, "") if of_another else "",
    )  # fmt: skip


def facts_line(today: date, *, late: int, urgent: int, open_cases: int) -> str:
    """esmaspäev, 23.11.2026 · 1 hilinenud, 3 kiiret, 9 avatud"""
    counts = [
        ngettext("%(count)s late", "%(count)s late", late) % {"count": late} if late else "",
        ngettext("%(count)s urgent", "%(count)s urgent", urgent) % {"count": urgent} if urgent else "",
        ngettext("%(count)s open", "%(count)s open", open_cases) % {"count": open_cases},
    ]
    return f"{day_long(today)} · {', '.join(filter(None, counts))}"


# Forms whose unfinished texts stand on the desk: what they are called and where one goes on. Others register theirs.
_unfinished: dict[str, tuple[Callable[[Draft], str], Callable[[Draft], str]]] = {}


def register_unfinished(form: str, label: Callable[[Draft], str], url: Callable[[Draft], str]) -> None:
    _unfinished[form] = (label, url)


register_unfinished(
    REPLY_DRAFT,
    lambda draft: _("Reply to %(number)s") % {"number": draft.subject},
    lambda draft: f"{address_of(draft.subject)}#reply",
)
register_unfinished(
    NOTE_DRAFT,
    lambda draft: _("Note on %(number)s") % {"number": draft.subject},
    lambda draft: f"{address_of(draft.subject)}#note",
)


def unfinished(user) -> list[Unfinished]:
    """Texts begun and not sent, newest first; those of cases the person no longer sees are left out."""
    rows = [draft for draft in drafts.drafts_of(user) if draft.form in _unfinished and any(text_of(draft))]
    numbers = {draft.subject for draft in rows if draft.form in {REPLY_DRAFT, NOTE_DRAFT}}
    seen = (
        set(Case.objects.visible_to(user).filter(number__in=numbers).values_list("number", flat=True))
        if numbers
        else set()
    )
    found = []
    for draft in rows:
        if draft.subject in numbers and draft.subject not in seen:
            continue
        label, url = _unfinished[draft.form]
        found.append(Unfinished(label(draft), url(draft), text_of(draft)[:120], draft))
    return found[:10]


def text_of(draft: Draft) -> str:
    for name in ("text", "title", "note", "description", "who"):
        value = draft.data.get(name)
        if isinstance(value, str) and value.strip():
            return " ".join(value.split())
    return ""
