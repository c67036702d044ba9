"""Duties of cases and complaints on the first page: each through the gate of its case, or of its question."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bureau import reference
from bureau.duty_list import MOST, Asked, Duty, register
from bureau.roles import Permission as P
from bureau.templatetags.formats import day, day_short
from complaints import unit_questions, waiting
from complaints.assignment import resting_on_absent
from complaints.case_list import address_of
from complaints.complaint_stages import DAYS_OPEN_AFTER_DECISION
from complaints.deadline_warnings import RESTRICTION_DAYS, WARN_FROM_WORKING_DAYS
from complaints.desk import unfinished
from complaints.models import Case, Clock
from complaints.models.visibility import keys_seen_by

# Who shares out the work of others, heads of department left in peace.
SHARES_WORK = (P.CASE_ASSIGN, P.CASE_HANDLE)


# --- Cases ------------------------------------------------------------------------------------------------------------
def replies(asked: Asked) -> Iterator[Duty]:
    rows = (
        Case.objects.visible_to(asked.user)
        .open()
        .filter(assignee_id__in=asked.people, due_on__lte=asked.soon(WARN_FROM_WORKING_DAYS))
        .order_by("due_on", "pk")
        .values_list("number", "title", "due_on", "assignee_id")[:MOST]
    )
    for number, title, due_on, assignee_id in rows:
        yield Duty(
            _("Answer the client"),
            f"{address_of(number)}#reply",
            pgettext("button", "Answer"),
            due_on,
            about=title,
            number=number,
            behalf=asked.behalf(assignee_id),
        )


def without_handler(asked: Asked) -> Iterator[Duty]:
    """One duty however many: they are shared out on one page."""
    found = (
        Case.objects.visible_to(asked.user)
        .unassigned()
        .aggregate(count=Count("pk"), due=Min("due_on"), since=Min("registered_on"))
    )
    count = found["count"]
    if count:
        what = ngettext("Give %(count)s case a handler", "Give %(count)s cases a handler", count) % {"count": count}
        yield Duty(
            what,
            f"{reverse('complaints:case_list')}?handler=none",
            _("Choose the handler"),
            found["due"] or found["since"],
            about=_("the oldest was registered %(day)s") % {"day": day(found["since"])},
            has_last_day=found["due"] is not None,
        )


def of_absent(asked: Asked) -> Iterator[Duty]:
    """People away, or soon away, with last days meanwhile and nobody standing in: one duty a person."""
    resting = defaultdict(list)
    for one in resting_on_absent(asked.user, asked.today):
        if not one.substitute:
            resting[one.absence.user].append(one.case)
    for person, cases in resting.items():
        about = ngettext(
            "%(count)s case of theirs is due meanwhile", "%(count)s cases of theirs are due meanwhile", len(cases)
        ) % {"count": len(cases)}
        if asked.user.may(P.SUBSTITUTION_RECORD):
            url, button = f"{reverse('bureau:substitution_add')}?absent={person.pk}", _("Choose a substitute")
        else:
            url, button = f"{reverse('complaints:case_list')}?handler={person.pk}", _("Share out")
        what = _("%(person)s is away and nobody stands in") % {"person": person}
        yield Duty(what, url, button, min(case.due_on for case in cases), about=about)


def extensions(asked: Asked) -> Iterator[Duty]:
    """Longer terms asked for, of clocks that still run."""
    asking = waiting.extensions_asked().filter(object_id__in=keys_seen_by(asked.user)).order_by("-pk")[:MOST]
    wanted = {deed.data["clock"]: deed for deed in asking}
    running = Clock.objects.filter(pk__in=wanted, state=Clock.State.RUNNING).select_related("case")
    people = reference.people()
    for clock in running if wanted else ():
        deed = wanted[clock.pk]
        until = day(date.fromisoformat(deed.data["until"]))
        yield Duty(
            _("Decide on a longer term"),
            reverse("complaints:case_extend", args=[clock.case.number]),
            _("Decide"),
            clock.due_on,
            number=clock.case.number,
            about=_("%(person)s asks for time until %(day)s")
            % {"person": people.get(deed.actor_id, ""), "day": until},
        )


def restrictions(asked: Asked) -> Iterator[Duty]:
    """Marks that end in a month or have ended: every one for the officer, else those of one's own cases. Neither title nor party is
    told: they are read on the case."""
    last = asked.today + timedelta(days=min(RESTRICTION_DAYS))
    found = waiting.restricted_until(last).filter(pk__in=keys_seen_by(asked.user))
    if not asked.user.may(P.READING_TRAIL_VIEW):
        found = found.filter(assignee_id__in=asked.people)
    bases = reference.restriction_bases()
    rows = found.order_by("restricted_until", "pk").values_list(
        "number", "restricted_until", "restriction_basis_id", "assignee_id"
    )
    for number, until, basis_id, assignee_id in rows[:MOST]:
        yield Duty(
            _("Lift or renew an access restriction"),
            address_of(number),
            _("Decide"),
            until,
            number=number,
            about=bases[basis_id].name if basis_id in bases else "",
            behalf=asked.behalf(assignee_id) if assignee_id in asked.people else "",
        )


def letters(asked: Asked) -> Iterator[Duty]:
    rows = (
        waiting.letters_not_left()
        .filter(case__assignee_id__in=asked.people, case_id__in=keys_seen_by(asked.user))
        .order_by("at", "pk")
        .values_list("case__number", "case__title", "at", "case__assignee_id")[:MOST]
    )
    for number, title, at, assignee_id in rows:
        yield Duty(
            _("Send a letter that did not leave"),
            address_of(number),
            _("Look at the letter"),
            timezone.localdate(at),
            about=title,
            number=number,
            behalf=asked.behalf(assignee_id),
            has_last_day=False,
        )


# --- Complaints -------------------------------------------------------------------------------------------------------
def questions(asked: Asked) -> Iterator[Duty]:
    found = unit_questions.waiting_of(asked.user).select_related("complaint__case").order_by("due_on", "pk")
    for task in found[:MOST]:
        lenders = unit_questions.asked_people(asked.user, task)
        yield Duty(
            _("Answer a question to your unit"),
            task.get_absolute_url(),
            pgettext("button", "Answer"),
            task.due_on,
            about=task.what,
            number=task.complaint.case.number,
            behalf=asked.behalf(*lenders) if lenders else "",
        )


def steps(asked: Asked) -> Iterator[Duty]:
    found = waiting.steps_of_people().filter(owner_id__in=asked.people, complaint_id__in=keys_seen_by(asked.user))
    rows = found.order_by("due_on", "pk").values_list("pk", "complaint__case__number", "what", "due_on", "owner_id")
    for pk, number, what, due_on, owner_id in rows[:MOST]:
        yield Duty(
            _("Find out for a complaint"),
            reverse("complaints:complaint_step_done", args=[number, pk]),
            _("Write the answer"),
            due_on,
            about=what,
            number=number,
            behalf=asked.behalf(owner_id),
        )


def remedies(asked: Asked) -> Iterator[Duty]:
    found = waiting.remedies_of_people().filter(owner_id__in=asked.people, complaint_id__in=keys_seen_by(asked.user))
    for remedy in found.select_related("complaint__case").order_by("due_on", "promised_on", "pk")[:MOST]:
        number = remedy.complaint.case.number
        yield Duty(
            _("Deliver what was promised"),
            reverse("complaints:complaint_remedy_done", args=[number, remedy.pk]),
            _("Mark as delivered"),
            remedy.due_on or remedy.promised_on,
            about=" · ".join(filter(None, [remedy.get_kind_display(), remedy.what])),
            number=number,
            behalf=asked.behalf(remedy.owner_id),
            has_last_day=remedy.due_on is not None,
        )


def late_complaints(asked: Asked) -> Iterator[Duty]:
    """Steps of the ladder that were told to the person, or to somebody stood in for: one duty a target."""
    found = waiting.late_and_not_taken_up().filter(
        told_ids__overlap=asked.people, target__complaint_id__in=keys_seen_by(asked.user)
    )
    shown = set()
    for step in found.select_related("target__complaint__case").order_by("due_on", "level", "pk")[:MOST]:
        case = step.target.complaint.case
        if step.target_id not in shown:
            shown.add(step.target_id)
            yield Duty(
                _("Say who takes up a late complaint"),
                f"{case.get_absolute_url()}#complaint",
                _("Take up"),
                step.due_on,
                about=case.title,
                number=case.number,
                behalf=asked.behalf(*step.told_ids),
            )


def not_closed(asked: Asked) -> Iterator[Duty]:
    """Decided complaints of the handler or the investigator; where there is neither, of who shares out the work."""
    own = Q(case__assignee_id__in=asked.people) | Q(investigator_id__in=asked.people)
    if all(map(asked.user.may, SHARES_WORK)):
        own |= Q(case__assignee__isnull=True, investigator__isnull=True)
    found = waiting.decided_and_open().filter(own, case_id__in=keys_seen_by(asked.user)).order_by("decided_on", "pk")
    rows = found.values_list("case__number", "case__title", "decided_on", "case__assignee_id", "investigator_id")
    for number, title, decided_on, *people in rows[:MOST]:
        yield Duty(
            _("Close a decided complaint"),
            reverse("complaints:complaint_close", args=[number]),
            _("Close"),
            decided_on + timedelta(days=DAYS_OPEN_AFTER_DECISION),
            number=number,
            about=_("%(title)s · decided %(day)s") % {"title": title, "day": day_short(decided_on)},
            behalf=asked.behalf(*people),
        )


# --- Begun ------------------------------------------------------------------------------------------------------------
def drafts(asked: Asked) -> Iterator[Duty]:
    """Texts begun before today: what one is writing now needs no reminder."""
    for one in unfinished(asked.user):
        begun_on = timezone.localdate(one.draft.updated_at)
        if begun_on < asked.today:
            yield Duty(
                _("Finish what you began to write"),
                one.url,
                _("Go on"),
                begun_on,
                about=f"{one.label}: {one.excerpt}",
                has_last_day=False,
            )


HANDLES = (P.CASE_VIEW, P.CASE_HANDLE)
register("reply", replies, needs=HANDLES, shows=("deadline.three_days", "deadline.one_day", "deadline.late"))
register("handler", without_handler, needs=SHARES_WORK)
register("absent", of_absent, needs=SHARES_WORK)
register("extension", extensions, needs=(P.CASE_EXTEND, P.CASE_HANDLE), shows=("case.extension_asked",))
register("restriction", restrictions, needs=(P.CASE_RESTRICT,), shows=("restriction.ends", "restriction.ended"))
register("letter", letters, needs=HANDLES, shows=("case.letter_failed", "case.letter_uncertain"))
register("unit_question", questions, needs=(P.UNIT_QUESTION_ANSWER,), shows=("case.unit_asked",))
register("step", steps, needs=(P.COMPLAINT_HANDLE,), shows=("case.investigation_step",))
register("remedy", remedies, needs=(P.COMPLAINT_HANDLE,), shows=("case.remedy_yours",))
register(
    "late_complaint", late_complaints, any_of=(P.COMPLAINT_HANDLE, P.COMPLAINT_DECIDE), shows=("complaint.escalated",)
)
register("not_closed", not_closed, any_of=(P.COMPLAINT_HANDLE, P.COMPLAINT_DECIDE), shows=("complaint.left_open",))
register("draft", drafts)
