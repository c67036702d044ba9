"""Closing the loop: somebody answers for every bad score, flagged comment and wish to be contacted.

Due two working days after the answer. Contacted in time means on or before that day; the share of it is a figure.
"""

from datetime import date, datetime
from enum import Enum
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import BooleanField, DateField, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import notice_texts, prepared, reference
from bureau.audit import record, record_reading
from bureau.calendar_store import working_calendar
from bureau.gates import asked_one_by_one
from bureau.lifecycle import Lifecycle
from bureau.models import RoleHolding, User
from bureau.notifications import notify
from bureau.refusals import DeedRefused
from bureau.roles import ROLES, Permission
from bureau.substitution import stand_ins
from bureau.working_calendar import CalendarGap
from feedback.models import Anonymity, ConfidentialLink, ContactWish, FollowUp, Invitation, Response
from feedback.questionnaires import Form

WORKING_DAYS_TO_CONTACT = 2
# Letters below which a reason, or how somebody was reached, says nothing.
SHORTEST_REASON = 10
# A mark at or below this is a bad one, by what the question measures.
BAD_MARKS = {"satisfaction": 2, "effort": 2, "recommendation": 4}
FOLLOW_UP_LIFECYCLE = Lifecycle(
    states=FollowUp.State,
    moves={
        FollowUp.State.NEW: {FollowUp.State.CONTACTED, FollowUp.State.RESOLVED, FollowUp.State.UNREACHABLE},
        FollowUp.State.CONTACTED: {FollowUp.State.RESOLVED, FollowUp.State.UNREACHABLE},
        FollowUp.State.RESOLVED: (),
        FollowUp.State.UNREACHABLE: (),
    },
    tones={
        FollowUp.State.NEW: "warning",
        FollowUp.State.CONTACTED: "info",
        FollowUp.State.RESOLVED: "good",
        FollowUp.State.UNREACHABLE: "neutral",
    },
    refusal=gettext_lazy("This follow-up is “%(old)s” and cannot become “%(new)s”."),
)
OPEN = (FollowUp.State.NEW, FollowUp.State.CONTACTED)
# Roles that a follow-up falls to, the nearest to the matter first.
OWNERS = ("unit_head", "head_of_bureau", "chief_specialist")

notice_texts.register(
    "follow_up.opened", gettext_lazy("Follow-up %(number)s: contact the client by %(day)s"), asks=True
)


def bad_scores(form: Form, answers: dict[str, Any]) -> list[str]:
    """Codes of questions that measure something and got a bad mark."""
    return [
        question.code
        for question in form.questions()
        if question.measures and isinstance(answers.get(question.code), int)
        and answers[question.code] <= BAD_MARKS[question.measures]
    ]  # fmt: skip


def open_for(*, response: Response, form: Form, now: datetime) -> FollowUp | None:
    """A follow-up where the answer calls for one; runs in the transaction of the answer.

    An anonymous answer makes none: nobody could be contacted, and its number would stand beside that of a wish for
    contact sent right after it, which joins the two.
    """
    if response.anonymity == Anonymity.ANONYMOUS or not bad_scores(form, response.answers):
        return None
    return open_follow_up(survey=response.survey, response=response, why=FollowUp.Why.BAD_SCORE, unit_id=response.unit_id, today=timezone.localdate(now))  # fmt: skip


def open_follow_up(*, survey, why: str, today: date, response: Response | None = None, unit_id: int | None = None) -> FollowUp:  # fmt: skip
    """One follow-up per answer and reason; safe to repeat."""
    owner = owner_of(unit_id, today, response)
    made = FollowUp(
        survey=survey,
        response=response,
        why=why,
        unit_id=unit_id,
        owner=owner,
        created_on=today,
        due_on=due_day(today),
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        return FollowUp.objects.get(response=response, why=why)
    if owner:
        tell_owner(made, once_key=f"follow-up-{made.pk}")
    return made


def tell_owner(held: FollowUp, *, once_key: str | None = None) -> None:
    """Tell the owner, and who stands in for the owner and may see it."""
    people = User.objects.filter(pk__in={held.owner_id, *stand_ins([held.owner_id], timezone.localdate())})
    unseeing = [one.pk for one in people if not visible_to(one).filter(pk=held.pk).exists()]
    notify(
        users=[held.owner_id], kind="follow_up.opened", url=f"/follow-ups/{held.pk}/", once_key=once_key, but_not=unseeing,
        number=str(held.pk), day=held.due_on.strftime("%d.%m.%Y"),
    )  # fmt: skip


def due_day(today: date) -> date:
    try:
        return working_calendar().add_working_days(today, WORKING_DAYS_TO_CONTACT)
    except CalendarGap:
        # Beyond the years that the calendar knows: two days on.
        return date.fromordinal(today.toordinal() + WORKING_DAYS_TO_CONTACT)


def owner_of(unit_id: int | None, today: date, response: Response | None = None) -> User | None:
    """The head of the unit or of one above it, else the head of bureau, else a chief specialist: the first who may own it."""
    held = list(
        RoleHolding.objects.in_force(today).filter(role__in=OWNERS, on_behalf_of__isnull=True, user__is_active=True)
        .select_related("user").order_by("pk")
    )  # fmt: skip
    units = reference.units()
    at, asked, seen = unit_id, [], set()
    while at is not None and at in units and at not in seen:
        seen.add(at)
        asked += [one.user for one in held if one.role == "unit_head" and one.unit_id == at]
        at = units[at].parent_id
    asked += [one.user for role in OWNERS[1:] for one in held if one.role == role]
    return next((user for user in asked if not why_not_own(user, response)), None)


def why_not_own(user: User, response: Response | None) -> str:
    """Why this person may have no part in following up the answer; empty when they may."""
    if response is None:
        return ""
    if response.specialist_id == user.pk:
        return _("The answer speaks of %(name)s; somebody else must follow it up.") % {"name": user}
    if not Response.objects.of_seen_cases(user).filter(pk=response.pk).exists():
        return _("%(name)s may not see the case behind the answer; somebody else must follow it up.") % {"name": user}
    return ""


# --- The way to the client ---------------------------------------------------------------------------------------------
class Way(Enum):
    """What leads from a follow-up to somebody who can be called or written to."""

    WISH = "wish"
    INVITATION = "invitation"
    OPENED = "opened"
    # A confidential answer whose link nobody has opened for this follow-up.
    CLOSED = "closed"
    NONE = "none"


def way_to_client(follow_up: FollowUp) -> Way:
    if ContactWish.objects.filter(follow_up=follow_up).exists():
        return Way.WISH
    response = follow_up.response
    if response is None:
        return Way.NONE
    if response.anonymity == Anonymity.IDENTIFIED:
        return Way.INVITATION if response.invitation_id else Way.NONE
    if not ConfidentialLink.objects.filter(response=response).exists():
        return Way.NONE
    return Way.OPENED if follow_up.identity_opened_on else Way.CLOSED


def contacted_in_time() -> Q:
    """Follow-ups whose client was reached by their last day: not those whose link to the client stayed closed."""
    could_be_reached = (
        Q(response__confidential_link__isnull=True)
        | Q(identity_opened_on__isnull=False)
        | Q(contact_wish__isnull=False)
    )
    return Q(contacted_on__lte=F("due_on")) & could_be_reached


def may_open_identity(user: User, follow_up: FollowUp) -> bool:
    """Who is trusted with the link, and the owner, who must reach the client, or who stands in for the owner."""
    if user.may(Permission.SURVEY_OPEN_LINK):
        return True
    return user.may(Permission.FOLLOW_UP) and follow_up.owner_id in {user.pk, *user.rights.acting_for}


# --- Who sees them ----------------------------------------------------------------------------------------------------
def speaks_of(*user_ids: int) -> Q:
    """Follow-ups of answers about the work of one of these people."""
    return Q(response__isnull=False, response__specialist_id__in=user_ids)


def for_eyes_of(user) -> QuerySet[FollowUp]:
    """Without those of a case that does not exist for the person, and without those of an answer about the person's own work.

    Nor are those about the person stood in for seen by that person's rights.
    """
    rights = user.rights
    behind = Response.objects.of_seen_cases(user).filter(pk=OuterRef("response_id"))
    found = FollowUp.objects.filter(Q(response__isnull=True) | Q(asked_one_by_one(behind))).exclude(speaks_of(user.pk))
    if rights.acting_for:
        found = found.filter(~speaks_of(*rights.acting_for) | seen_by(user, rights.own, ()))
    return found


def visible_to(user) -> QuerySet[FollowUp]:
    """One's own, those of one's units, or all for those who see the answers of all units."""
    rights = user.rights
    if not rights.grants(Permission.FOLLOW_UP):
        return FollowUp.objects.none()
    return for_eyes_of(user).filter(seen_by(user, rights, rights.acting_for))


def seen_by(user, rights, acting_for) -> Q:
    """What these rights open to the person."""
    if not rights.grants(Permission.FOLLOW_UP):
        return Q(pk__in=[])
    if rights.grants(Permission.SURVEY_RESPONSES) and rights.grants(Permission.CASE_VIEW_ALL_UNITS):
        return ~Q(pk__in=[])
    own: set[int] = set()
    for unit_id in rights.units_for(Permission.SURVEY_RESPONSES) or ():
        own |= reference.unit_subtree_ids(unit_id)
    return Q(owner=user) | Q(owner_id__in=list(acting_for)) | Q(unit_id__in=sorted(own))


def in_state(state: str, user) -> QuerySet[FollowUp]:
    """Those that the person sees in a state; "open" and "late" gather several, any other word all. Late: with `Given("today")`."""
    seen = visible_to(user)
    if state == "open":
        return seen.filter(state__in=OPEN)
    if state == "late":
        return seen.filter(state="new", due_on__lt=prepared.Given("today", DateField()))
    return seen.filter(state=state) if state in FollowUp.State.values else seen


def open_count_of(user) -> int:
    """How many wait for this person, up to a cap."""
    return visible_to(user).filter(owner=user, state__in=OPEN).order_by()[:100].count()


# --- Deeds ------------------------------------------------------------------------------------------------------------
def locked(follow_up: FollowUp) -> FollowUp:
    return FollowUp.objects.select_for_update(of=("self",)).get(pk=follow_up.pk)


@transaction.atomic
def move(*, follow_up: FollowUp, to: str, by, note: str = "", cause_id: int | None = None, today: date | None = None) -> FollowUp:  # fmt: skip
    """Contacted, resolved with its cause, or not reached with what was tried."""
    held, today = locked(follow_up), today or timezone.localdate()
    FOLLOW_UP_LIFECYCLE.check_move(held.state, to)
    if to == FollowUp.State.RESOLVED and not cause_id:
        raise DeedRefused(_("Choose the cause: what was behind the bad answer?"), field="cause")
    if to == FollowUp.State.UNREACHABLE and not note.strip():
        raise DeedRefused(_("Write how you tried to reach the client."), field="note")
    old, held.state = held.state, to
    if held.contacted_on is None and to in (FollowUp.State.CONTACTED, FollowUp.State.RESOLVED):
        refuse_unreached(held, note=note)
        held.contacted_on = today
    if to in (FollowUp.State.RESOLVED, FollowUp.State.UNREACHABLE):
        held.ended_on, held.cause_id = today, cause_id
    if note.strip():
        held.note = f"{held.note}\n\n{note.strip()}".strip()
    held.version += 1
    held.save()
    record("follow_up.moved", by=by, on=held, label=str(held.pk), old=old, new=to, cause=cause_id)
    return held


def refuse_unreached(held: FollowUp, *, note: str) -> None:
    """Nobody counts as contacted who could not be reached: the way to the client was open, or the note says which it was."""
    way = way_to_client(held)
    if way is Way.CLOSED:
        raise DeedRefused(_("Open the link to the person first: until then nobody knows whom to contact."), field="to")
    if way is Way.NONE and len(note.strip()) < SHORTEST_REASON:
        raise DeedRefused(_("Nothing leads from this answer to a person. Write how you reached the client."), field="note")  # fmt: skip


@transaction.atomic
def give_to(*, follow_up: FollowUp, owner: User, by, reason: str) -> FollowUp:
    """To a colleague, with the reason; not to the one of whom the answer speaks."""
    held = FollowUp.objects.select_for_update(of=("self",)).select_related("response").get(pk=follow_up.pk)
    if held.state not in OPEN:
        raise DeedRefused(_("This follow-up has ended."))
    if not owner.may(Permission.FOLLOW_UP):
        raise DeedRefused(_("%(name)s may not follow up answers.") % {"name": owner}, field="owner")
    if why := why_not_own(owner, held.response):
        raise DeedRefused(why, field="owner")
    if held.owner_id == owner.pk:
        return held
    hand_to(held, owner, by=by, reason=reason)
    return held


def hand_to(held: FollowUp, owner: User | None, *, by, reason: str) -> None:
    old, held.owner = held.owner_id, owner
    held.version += 1
    held.save(update_fields=["owner", "version"])
    record("follow_up.given", by=by, on=held, label=str(held.pk), reason=reason, old=old, new=owner.pk if owner else None)  # fmt: skip
    if owner:
        tell_owner(held)


@transaction.atomic
def take_from_unseeing_owners(*, case_id: int, today: date) -> int:
    """Open follow-ups of a case whose owner may no longer see it go to the next who may. How many went."""
    of_case = Q(response__invitation__case_id=case_id) | Q(response__confidential_link__invitation__case_id=case_id)
    keys = FollowUp.objects.filter(of_case, state__in=OPEN, owner__isnull=False).order_by("pk").values_list("pk", flat=True)  # fmt: skip
    went = 0
    for held in FollowUp.objects.select_for_update(of=("self",)).select_related("owner", "response").filter(pk__in=list(keys)):  # fmt: skip
        if why_not_own(held.owner, held.response):
            hand_to(held, owner_of(held.unit_id, today, held.response), by=None, reason="")
            went += 1
    return went


def may_own(on: date) -> QuerySet[User]:
    """Everybody whose role that day lets them follow up."""
    roles = [role.code for role in ROLES.values() if Permission.FOLLOW_UP in role.grants]
    holders = RoleHolding.objects.in_force(on).filter(role__in=roles, user__is_active=True).values("user_id")
    return User.objects.filter(pk__in=holders).order_by("last_name", "first_name", "pk")


@transaction.atomic
def wish_contact(*, survey, response: Response | None, reach: str, name: str, words: str, today: date) -> ContactWish:
    """Somebody asks to be contacted. In an anonymous survey the wish stands alone: nothing joins it to the answer."""
    if survey.anonymity == Anonymity.ANONYMOUS:
        response = None
    if not reach.strip():
        raise DeedRefused(_("Write an e-mail address or a telephone number."), field="reach")
    follow_up = open_follow_up(
        survey=survey, response=response, why=FollowUp.Why.CONTACT_WISH, today=today,
        unit_id=response.unit_id if response else None,
    )  # fmt: skip
    told = {"name": name.strip(), "reach": reach.strip(), "words": words.strip()}
    wish, is_new = ContactWish.objects.get_or_create(follow_up=follow_up, defaults=told)
    return wish if is_new else add_to_wish(wish, told)


def add_to_wish(wish: ContactWish, told: dict[str, str]) -> ContactWish:
    """Whoever asks again corrected something: what was said first stays beside it."""
    held = ContactWish.objects.select_for_update(of=("self",)).get(pk=wish.pk)
    for name, separator in (("name", "; "), ("reach", "; "), ("words", "\n\n")):
        before, now = getattr(held, name), told[name]
        if now and now not in before:
            longest = ContactWish._meta.get_field(name).max_length
            setattr(held, name, f"{now}{separator}{before}"[:longest] if before else now)
    held.save(update_fields=["name", "reach", "words"])
    return held


@transaction.atomic
def open_identity(*, follow_up: FollowUp, by, reason: str, today: date | None = None) -> Invitation:
    """Open the link from a confidential answer to the person, so that the client can be reached; the reason is kept."""
    held = locked(follow_up)
    response = held.response
    if not may_open_identity(by, held):
        raise DeedRefused(_("You may not open the link to the person."))
    if why := why_not_own(by, response):
        raise DeedRefused(why)
    if len(reason.strip()) < SHORTEST_REASON:
        raise DeedRefused(_("Write why the person must be known; the reason is kept."), field="reason")
    link = ConfidentialLink.objects.select_related("invitation__party").filter(response=response).first()
    if response is None or link is None:
        raise DeedRefused(_("Nothing leads from this answer to a person."))
    held.identity_opened_on = held.identity_opened_on or today or timezone.localdate()
    held.save(update_fields=["identity_opened_on"])
    record("survey.identity_opened", by=by, on=response.survey, label=response.survey.title_et, reason=reason, response=str(response.pk), follow_up=held.pk)  # fmt: skip
    record_reading(user=by, way="view", on=response.survey, label=response.survey.title_et, response=str(response.pk), reason=reason[:200])  # fmt: skip
    return link.invitation


# --- Figures ----------------------------------------------------------------------------------------------------------
def share_contacted_in_time(*, seen: QuerySet[FollowUp], first: date, last: date, today: date) -> tuple[int, int]:
    """(contacted by their last day, all due by now) of follow-ups opened from `first` to `last`."""
    return _share_of(seen).rows(first=first, last=last, today=today)[0]


def share_contacted_in_time_seen_by(user, *, first: date, last: date, today: date) -> tuple[int, int]:
    """The same of those that the person sees."""
    share = prepared.for_person("share of follow-ups in time", user, lambda user: _share_of(visible_to(user)))
    return share.rows(first=first, last=last, today=today)[0]


def _share_of(seen: QuerySet[FollowUp]) -> prepared.Statement:
    first, last, today = (prepared.Given(name, DateField()) for name in ("first", "last", "today"))
    due = seen.filter(created_on__gte=first, created_on__lte=last).filter(
        Q(due_on__lt=today) | Q(contacted_on__isnull=False) | Q(ended_on__isnull=False)
    )
    was_in_time = ExpressionWrapper(contacted_in_time(), output_field=BooleanField())
    rows = prepared.statement_of(due.order_by().annotate(was_in_time=was_in_time).values("was_in_time"))
    return prepared.joined("SELECT count(*) FILTER (WHERE due.was_in_time), count(*) FROM ({rows}) due", rows=rows)
