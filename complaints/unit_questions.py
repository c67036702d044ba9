"""Questions of an investigation to a unit: who is asked, who sees one, and what of the case it shows.

A unit is asked about a case that need not be its own. Its head gets the question, what the investigator wrote beside it
and the parts of the case that the investigator chose: neither the client's name nor those whom the complaint concerns.
"""

from datetime import date

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from bureau import notice_texts, reference
from bureau.models import Notification, RoleHolding, Unit, User
from bureau.navigation import forget_counters
from bureau.notifications import notify
from bureau.roles import ROLES, Permission
from bureau.substitution import stand_ins
from bureau.templatetags.formats import day
from complaints.deeds import concerned_in, tell_only
from complaints.models import TAKEN_BACK, Case, Complaint, InvestigationTask, Stage
from complaints.models.visibility import concerning

# An investigation is planned once the complaint is weighed, and done with when it is decided.
PLANNED_AT = (Stage.ASSESSED, Stage.STAGE_1, Stage.STAGE_2, Stage.REOPENED)
ANSWERING_ROLES = [role.code for role in ROLES.values() if Permission.UNIT_QUESTION_ANSWER in role.grants]
MOST_COUNTED = 100

notice_texts.register("case.unit_asked", gettext_lazy("%(number)s: your unit is asked, answer by %(day)s"), asks=True)
notice_texts.register(
    "case.unit_left_unasked",
    gettext_lazy("%(number)s: nobody can answer for %(unit)s any more. Ask somebody else."),
    asks=True,
)


# --- Who is asked -----------------------------------------------------------------------------------------------------
def people_asked(*, unit: Unit | None, case: Case, on: date) -> set[int]:
    """Heads of the unit or of the nearest one above it, but those whom the complaint concerns; nobody: an empty set."""
    concerned = concerned_in(case)
    heads: dict[int, set[int]] = {}
    held = RoleHolding.objects.in_force(on).filter(role__in=ANSWERING_ROLES, user__is_active=True)
    for unit_id, user_id in held.values_list("unit_id", "user_id"):
        if user_id not in concerned:
            heads.setdefault(unit_id, set()).add(user_id)
    units, at, been = reference.units(), unit.pk if unit else None, set()
    while at in units and at not in been:
        if heads.get(at):
            return heads[at]
        been.add(at)
        at = units[at].parent_id
    return set()


def tell_unit(task: InvestigationTask) -> set[int]:
    """Tell the heads of the unit that is asked, and who stands in for them. Who was told."""
    case, today = task.complaint.case, timezone.localdate()
    people = people_asked(unit=task.unit, case=case, on=today)
    notify(
        users=people, but_not=concerned_in(case), kind="case.unit_asked", url=task.get_absolute_url(),
        once_key=f"unit-asked-{task.pk}", number=case.number, day=day(task.due_on),
    )  # fmt: skip
    forget_counters(*people, *stand_ins(people, today))
    return people


def ask_again(complaint: Complaint) -> None:
    """After somebody was named as concerned: open questions go to who may still answer; else the investigator hears."""
    for task in open_questions(complaint):
        if not tell_unit(task):
            who_asked = {pk for pk in (complaint.investigator_id, task.created_by_id) if pk is not None}
            unit = reference.units()[task.unit_id].name if task.unit_id else ""
            tell_only(complaint.case, "unit_left_unasked", by=None, ids=who_asked, unit=unit)


def open_questions(complaint: Complaint) -> QuerySet[InvestigationTask]:
    return InvestigationTask.objects.filter(
        complaint=complaint, kind=InvestigationTask.Kind.REQUEST, done_on__isnull=True
    ).select_related("unit", "complaint__case")


def take_back_notices(task: InvestigationTask) -> None:
    """A question that is no longer there leaves no notice that leads to it."""
    Notification.objects.filter(url=task.get_absolute_url()).delete()


def take_from(user: User, complaint: Complaint) -> None:
    """Notices of the complaint's questions, from a person whom it concerns from now on."""
    tasks = InvestigationTask.objects.filter(complaint=complaint, kind=InvestigationTask.Kind.REQUEST)
    Notification.objects.filter(user=user, url__in=[task.get_absolute_url() for task in tasks]).delete()


# --- Who sees one -----------------------------------------------------------------------------------------------------
def asked_of(user: User) -> QuerySet[InvestigationTask]:
    """Questions to the person's units and those below them; not of a complaint that concerns the person, nor, by the right
    of somebody stood in for, of one that concerns that one."""
    rights, seen = user.rights, Q(pk__in=[])
    for held in rights.held:
        if Permission.UNIT_QUESTION_ANSWER not in held.role.grants or held.unit_id is None:
            continue
        of_unit = Q(unit_id__in=sorted(reference.unit_subtree_ids(held.unit_id)))
        if held.on_behalf_of_id:
            of_unit &= ~Q(concerning(held.on_behalf_of_id, case="complaint_id"))
        seen |= of_unit
    return (
        InvestigationTask.objects.filter(seen, ~concerning(user.pk, case="complaint_id"))
        .filter(kind=InvestigationTask.Kind.REQUEST)
        .exclude(complaint__case__outcome=TAKEN_BACK)
    )


def waiting_of(user: User) -> QuerySet[InvestigationTask]:
    """Those that wait for an answer."""
    return asked_of(user).filter(done_on__isnull=True, complaint__stage__in=PLANNED_AT)


def waiting_count_of(user: User) -> int:
    return waiting_of(user).order_by()[:MOST_COUNTED].count()


def asked_people(user: User, task: InvestigationTask) -> list[int]:
    """For whom the person answers this question: empty when it is the person's own unit that is asked."""
    return user.rights.lenders_over(
        Permission.UNIT_QUESTION_ANSWER, lambda unit_id: task.unit_id in reference.unit_subtree_ids(unit_id)
    )


# --- What of the case it shows ----------------------------------------------------------------------------------------
def words_shown(task: InvestigationTask) -> str:
    """What the client wrote, where the investigator chose to show it and the complaint concerns nobody by name: such
    words would name them."""
    case = task.complaint.case
    if not task.shows_words or concerned_in(case):
        return ""
    return case.description
