"""Telling people in time: three working days before a last day, one day before, and when it has passed.

Each clock speaks once at each level and last day. Nothing is said outside working hours: the task that asks for it
runs every hour, and this asks the calendar.
"""

from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau import notice_texts
from bureau.calendar_store import working_calendar
from bureau.models import Absence, RoleHolding, Substitution
from bureau.notifications import notify
from bureau.roles import ROLES, Permission
from bureau.templatetags.formats import day
from bureau.working_calendar import WorkingCalendar
from complaints.deadlines import Urgency, warnings_for
from complaints.deeds import concerned_in
from complaints.models import OPEN, Case, Clock, ComplaintPerson

WARN_FROM_WORKING_DAYS = 3
RESTRICTION_DAYS = (90, 30)

for _kind, _text in {
    "deadline.three_days": _("%(number)s is due on %(day)s, in three working days or less"),
    "deadline.one_day": _("%(number)s is due on %(day)s, today or on the next working day"),
    "deadline.late": _("%(number)s is late: its last day was %(day)s"),
    "restriction.ends": _("%(number)s: the access restriction ends on %(day)s"),
    "restriction.ended": _("%(number)s: the access restriction ended on %(day)s; lift it or extend it"),
}.items():
    notice_texts.register(_kind, _text, asks=True)


def is_working_time(now: datetime, calendar: WorkingCalendar) -> bool:
    """Within our opening hours of a working day."""
    local = timezone.localtime(now)
    return any(opens <= local.time() < closes for opens, closes in calendar.opening_hours(local.date()))


def warn_of_deadlines(*, now: datetime) -> int:
    """Give the notices that are due now; how many are due, those given before among them."""
    calendar = working_calendar()
    if not is_working_time(now, calendar):
        return 0
    today = timezone.localdate(now)
    horizon = calendar.add_working_days(today, WARN_FROM_WORKING_DAYS)
    running = (
        Clock.objects.filter(state=Clock.State.RUNNING, due_on__lte=horizon, case__status__in=OPEN)
        .select_related("case")
        .order_by("due_on", "pk")
    )
    chiefs, stand_ins, concerned = chief_specialists(today), stand_ins_of_absent(today), concerned_people()
    given = 0
    for clock in running.iterator(chunk_size=500):
        level = warnings_for(clock.due_on, today, calendar)
        if level == Urgency.NONE:
            continue
        told = {clock.case.assignee_id} - {None}
        if clock.case.assignee_id in stand_ins:
            told |= stand_ins[clock.case.assignee_id] or chiefs
        # Nobody has it, or it is late already: whoever shares out the work hears of it.
        if level == Urgency.LATE or not told:
            told |= chiefs
        given += notify(
            users=told, but_not=concerned.get(clock.case_id, set()), kind=f"deadline.{level}", url=clock.case.get_absolute_url(),
            once_key=f"deadline-{clock.pk}-{level}-{clock.due_on.isoformat()}", number=clock.case.number, day=day(clock.due_on),
        )  # fmt: skip
    return given


def chief_specialists(today: date) -> set[int]:
    """Those who share out the work: by role today, else whoever may assign and handle."""
    holdings = RoleHolding.objects.in_force(today).filter(user__is_active=True)
    chiefs = set(holdings.filter(role="chief_specialist").values_list("user_id", flat=True))
    if chiefs:
        return chiefs
    codes = [role.code for role in ROLES.values() if role.grants >= {Permission.CASE_ASSIGN, Permission.CASE_HANDLE}]
    return set(holdings.filter(role__in=codes).values_list("user_id", flat=True))


def concerned_people() -> dict[int, set[int]]:
    """Open cases → people whom their complaint concerns, and who therefore hear nothing of them."""
    people: dict[int, set[int]] = {}
    rows = ComplaintPerson.objects.filter(complaint__case__status__in=OPEN)
    for case_id, user_id in rows.values_list("complaint_id", "user_id"):
        people.setdefault(case_id, set()).add(user_id)
    return people


def stand_ins_of_absent(today: date) -> dict[int, set[int]]:
    """People away today → who stands in for them (nobody: an empty set)."""
    stand_ins: dict[int, set[int]] = {
        user_id: set() for user_id in Absence.objects.in_force(today).values_list("user_id", flat=True)
    }
    for absent, substitute in (
        Substitution.objects.in_force(today)
        .filter(ended_early_at__isnull=True)
        .values_list("absent_id", "substitute_id")
    ):
        stand_ins.setdefault(absent, set()).add(substitute)
    return stand_ins


def warn_of_ending_restrictions(*, today: date) -> int:
    """Marks that end in 90 or 30 days, or have ended: decide in time whether to lift or to extend them."""
    given = 0
    chiefs = chief_specialists(today)
    ending = Case.objects.filter(
        is_restricted=True,
        restricted_until__isnull=False,
        restricted_until__lte=today + timedelta(days=max(RESTRICTION_DAYS)),
    )
    for case in ending.order_by("restricted_until", "pk").iterator(chunk_size=500):
        until = case.restricted_until
        if until is None:
            continue
        left = (until - today).days
        level = "ended" if left < 0 else str(min(days for days in RESTRICTION_DAYS if left <= days))
        given += notify(
            users={case.assignee_id, *chiefs} - {None}, but_not=concerned_in(case), kind="restriction.ended" if left < 0 else "restriction.ends",
            url=case.get_absolute_url(), once_key=f"restriction-{case.pk}-{level}-{until.isoformat()}",
            number=case.number, day=day(until),
        )  # fmt: skip
    return given
