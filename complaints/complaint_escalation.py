"""The ladder for targets that passed: the handler, the head of bureau, the head of department. Stops when taken up.

Safe to repeat: each step of a target and last day is a row that can be written once.
"""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import notice_texts
from bureau.audit import record
from bureau.calendar_store import working_calendar
from bureau.notifications import notify
from bureau.templatetags.formats import day
from bureau.working_calendar import WorkingCalendar
from complaints.complaint_handling import holders_of
from complaints.complaint_severity import steps_due
from complaints.complaint_stages import DAYS_OPEN_AFTER_DECISION
from complaints.deadline_warnings import chief_specialists, is_working_time, stand_ins_of_absent
from complaints.deeds import DeedRefused, concerned_in, locked
from complaints.models import Case, Complaint, ComplaintEscalation, ComplaintTarget, Stage

MOST_COUNTED = 10  # the ladder has no step beyond
Level = ComplaintEscalation.Level
notice_texts.register(
    "complaint.left_open",
    gettext_lazy("%(number)s: the complaint was decided on %(day)s and is not closed"),
    asks=True,
)
notice_texts.register(
    "complaint.escalated",
    gettext_lazy("%(number)s: the target of the complaint, %(day)s, has passed. Say who takes it up."),
    asks=True,
)


def working_days_late(due_on: date, today: date, calendar: WorkingCalendar) -> int:
    """Working days after the target, today among them."""
    day, late = due_on, 0
    while day < today and late < MOST_COUNTED:
        day = calendar.add_working_days(day, 1)
        late += day <= today
    return max(1, late) if today > due_on else 0


def escalate_late(*, now: datetime) -> int:
    """Take each late target as far up the ladder as its days say; how many steps were new."""
    calendar = working_calendar()
    if not is_working_time(now, calendar):
        return 0
    today = timezone.localdate(now)
    late = (
        ComplaintTarget.objects.filter(state=ComplaintTarget.State.RUNNING, due_on__lt=today)
        .exclude(escalations__acknowledged_at__isnull=False)
        .select_related("complaint__case")
        .order_by("due_on", "pk")
    )
    steps = 0
    for target in late.iterator(chunk_size=200):
        for level in range(1, steps_due(working_days_late(target.due_on, today, calendar)) + 1):
            steps += escalate(target=target, level=level, today=today)
    return steps


def remind_of_left_open(*, now: datetime) -> int:
    """Complaints decided long ago and not closed: once a month to who handles them, or to who shares out the work."""
    if not is_working_time(now, working_calendar()):
        return 0
    today = timezone.localdate(now)
    decided = Complaint.objects.filter(
        stage=Stage.DECIDED, decided_on__lt=today - timedelta(days=DAYS_OPEN_AFTER_DECISION)
    )
    given = 0
    for complaint in decided.select_related("case").order_by("decided_on", "pk").iterator(chunk_size=200):
        case = complaint.case
        given += notify(
            users=people_of(case, complaint.investigator_id, Level.HANDLER, today), but_not=concerned_in(case),
            kind="complaint.left_open", url=case.get_absolute_url(), number=case.number, day=day(complaint.decided_on),
            once_key=f"complaint-left-open-{complaint.pk}-{today:%Y-%m}",
        )  # fmt: skip
    return given


def escalate(*, target: ComplaintTarget, level: int, today: date) -> bool:
    """Write one step and tell its people; False when it was written before."""
    case = target.complaint.case
    told = sorted(people_of(case, target.complaint.investigator_id, level, today) - concerned_in(case))
    try:
        with transaction.atomic():
            step, is_new = ComplaintEscalation.objects.get_or_create(
                target=target, level=level, due_on=target.due_on, defaults={"told_ids": told}
            )
            if not is_new:
                return False
            record(
                "complaint.escalated",
                by=None,
                on=case,
                level=level,
                target=target.purpose,
                due_on=target.due_on.isoformat(),
            )
            notify(
                users=told, but_not=concerned_in(case), kind="complaint.escalated", url=case.get_absolute_url(),
                once_key=f"complaint-late-{target.pk}-{level}-{target.due_on.isoformat()}", number=case.number,
                day=day(target.due_on),
            )  # fmt: skip
    except IntegrityError:
        return False  # another worker was first
    return True


def people_of(case: Case, investigator_id: int | None, level: int, today: date) -> set[int]:
    if level == Level.HANDLER:
        handlers = {case.assignee_id, investigator_id} - {None}
        stand_ins = stand_ins_of_absent(today)
        for handler in list(handlers):
            handlers |= stand_ins.get(handler, set())
        return handlers or chief_specialists(today)
    if level == Level.HEAD_OF_BUREAU:
        return holders_of("head_of_bureau", on=today)
    return holders_of("head_of_department", on=today)


@transaction.atomic
def take_up_escalation(*, case: Case, by) -> int:
    """Somebody takes the late complaint up: the ladder stops for the targets that run."""
    case = locked(case)
    waiting = ComplaintEscalation.objects.filter(
        Q(target__complaint_id=case.pk), target__state=ComplaintTarget.State.RUNNING, acknowledged_at__isnull=True
    )
    count = waiting.update(acknowledged_at=timezone.now(), acknowledged_by=by)
    if not count:
        raise DeedRefused(_("Nothing of this complaint waits to be taken up."))
    record("complaint.escalation_taken_up", by=by, on=case)
    return count
