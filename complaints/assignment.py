"""Who takes which case: the next one for me, the fitting person for this one, with the reasons in words.

Ranking is a pure function of facts. Nobody who is away is proposed; skill for the topic and the language come before
load; load is open cases per full working time, so that half a post gets half the work.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from bureau.audit import record
from bureau.models import Absence, RoleHolding, Substitution, User
from bureau.navigation import forget_counters
from bureau.reference import Entry, people, topic_subtree_ids, topics
from bureau.roles import ROLES, Permission
from bureau.templatetags.formats import day, number
from complaints.clocks import save_moved
from complaints.deeds import DeedRefused, concerned_in, locked, tell
from complaints.models import OPEN, Case

HANDLING_ROLES = [role.code for role in ROLES.values() if Permission.CASE_HANDLE in role.grants]
# A head of bureau may handle cases, but the queue is shared among those whose work it is.
SHARING_ROLES = ["specialist", "chief_specialist"]
SOON_AWAY_DAYS = 7


@dataclass(frozen=True)
class Candidate:
    """A person of the team with what the choice depends on. `skills` holds topics with all their parts."""

    id: int
    name: str
    skills: frozenset[int] = frozenset()
    languages: frozenset[str] = frozenset()
    workload_share: Decimal = Decimal(1)
    open_cases: int = 0
    late_cases: int = 0
    away_from: date | None = None
    away_until: date | None = None
    substitute: str = ""
    shares_queue: bool = True

    def is_away(self, on: date) -> bool:
        return self.away_from is not None and self.away_from <= on <= (self.away_until or on)

    @property
    def load(self) -> Decimal:
        """Open cases per full working time."""
        return Decimal(self.open_cases) / self.workload_share

    def speaks(self, language: str) -> bool:
        """Nobody is asked to list Estonian; other languages are listed by those who serve in them."""
        return language == "et" or language in self.languages


@dataclass(frozen=True)
class Proposal:
    """A candidate with the reasons for and against, in the reader's language."""

    candidate: Candidate
    is_available: bool
    has_skill: bool
    speaks: bool
    reasons: list[str] = field(default_factory=list)


def rank_assignees(
    *, candidates: Iterable[Candidate], topic: Entry | None, language: str, on: date, due_on: date | None = None
) -> list[Proposal]:
    """Best first: present, speaks the language, shares the queue, has the skill, present on the last day, least load.

    Where nobody has listed the topic as a skill, skill tells nothing and nobody loses by it.
    """
    people = list(candidates)
    skilled = {one.id for one in people if topic is not None and topic.id in one.skills}
    proposals = []
    for one in people:
        away = one.is_away(on)
        away_by_due = bool(
            one.away_from and due_on and one.away_from <= due_on and (one.away_until or due_on) >= due_on
        )
        proposals.append(
            (
                (
                    away, not one.speaks(language), not one.shares_queue, bool(skilled) and one.id not in skilled, away_by_due,
                    one.load, one.name, one.id,
                ),
                Proposal(
                    candidate=one,
                    is_available=not away,
                    has_skill=one.id in skilled,
                    speaks=one.speaks(language),
                    reasons=reasons_for(one, topic=topic, is_skilled=one.id in skilled, anybody_skilled=bool(skilled), language=language, away=away, away_by_due=away_by_due),
                ),
            )
        )  # fmt: skip
    return [proposal for _order, proposal in sorted(proposals, key=lambda pair: pair[0])]


def reasons_for(
    one: Candidate,
    *,
    topic: Entry | None,
    is_skilled: bool,
    anybody_skilled: bool,
    language: str,
    away: bool,
    away_by_due: bool,
) -> list[str]:
    reasons = []
    if away:
        until = day(one.away_until) if one.away_until else ""
        reasons.append(_("away until %(day)s") % {"day": until} if until else _("away"))
        if one.substitute:
            reasons.append(_("substitute %(name)s") % {"name": one.substitute})
    elif away_by_due:
        reasons.append(_("away on the last day, from %(day)s") % {"day": day(one.away_from)})
    if topic is not None and is_skilled:
        reasons.append(_("skill “%(topic)s”") % {"topic": topic.name})
    elif topic is not None and anybody_skilled:
        reasons.append(_("no skill “%(topic)s”") % {"topic": topic.name})
    if language != "et":
        spoken = _("serves in this language") if one.speaks(language) else _("does not serve in this language")
        reasons.append(spoken)
    reasons.append(ngettext("%(count)s open case", "%(count)s open cases", one.open_cases) % {"count": one.open_cases})
    if one.workload_share != 1:
        reasons.append(_("part time, %(load)s per full post") % {"load": number(one.load.quantize(Decimal("0.1")))})
    if one.late_cases:
        reasons.append(ngettext("%(count)s late", "%(count)s late", one.late_cases) % {"count": one.late_cases})
    return reasons


def team(on: date) -> list[Candidate]:
    """All who handle cases on the day, with skills, load and absences. Six statements, whatever the size."""
    holdings = RoleHolding.objects.in_force(on).filter(role__in=HANDLING_ROLES, user__is_active=True)
    roles = defaultdict(set)
    for user_id, role in holdings.values_list("user_id", "role"):
        roles[user_id].add(role)
    ids = set(roles)
    counts = {
        row["assignee"]: row
        for row in Case.objects.open().filter(assignee_id__in=ids).order_by().values("assignee").annotate(
            open_cases=Count("pk"), late=Count("pk", filter=Q(due_on__lt=on))
        )
    }  # fmt: skip
    skills: dict[int, set[int]] = defaultdict(set)
    known = topics()
    for user_id, topic_id in User.skills.through.objects.filter(user_id__in=ids).values_list("user_id", "topic_id"):
        skills[user_id] |= topic_subtree_ids(topic_id) if topic_id in known else set()
    away = {}
    for absence in Absence.objects.filter(user_id__in=ids, ends_on__gte=on).order_by("-starts_on"):
        away[absence.user_id] = absence  # the one that begins first stands last
    substitutes = {
        absent: f"{first} {last}"
        for absent, first, last in Substitution.objects.in_force(on)
        .filter(absent_id__in=ids, ended_early_at__isnull=True)
        .values_list("absent_id", "substitute__first_name", "substitute__last_name")
    }
    return [
        Candidate(
            id=user.pk, name=user.full_name, skills=frozenset(skills[user.pk]), languages=frozenset(user.languages_served),
            workload_share=user.workload_share, open_cases=counts.get(user.pk, {}).get("open_cases", 0),
            late_cases=counts.get(user.pk, {}).get("late", 0),
            away_from=away[user.pk].starts_on if user.pk in away else None,
            away_until=away[user.pk].ends_on if user.pk in away else None,
            substitute=substitutes.get(user.pk, ""),
            shares_queue=not roles[user.pk].isdisjoint(SHARING_ROLES),
        )
        for user in User.objects.filter(pk__in=ids).order_by("last_name", "first_name", "pk")
    ]  # fmt: skip


def people_who_handle(on: date) -> list[tuple[int, str]]:
    """Names of all who handle cases on the day, for a choice. One statement."""
    holdings = RoleHolding.objects.in_force(on).filter(role__in=HANDLING_ROLES, user__is_active=True)
    people = {
        (last, first, pk) for pk, first, last in holdings.values_list("user_id", "user__first_name", "user__last_name")
    }
    return [(pk, f"{first} {last}") for last, first, pk in sorted(people)]


def proposals_for(case: Case, on: date) -> list[Proposal]:
    topic = topics().get(case.topic_id) if case.topic_id else None
    return rank_assignees(candidates=team(on), topic=topic, language=case.language, on=on, due_on=case.due_on)


@transaction.atomic
def assign_case(*, case: Case, to, by, reason: str = "", seen_version: int | None = None, quiet: bool = False, **data) -> Case:  # fmt: skip
    """Give an open case to a person. `quiet` sends no notice (bulk). Who is away may be chosen, but not by accident."""
    case = locked(case, seen_version=seen_version)
    if not case.is_open:
        raise DeedRefused(_("The case has ended; there is nothing to hand over."))
    if case.assignee_id == to.pk:
        return case
    if to.pk in concerned_in(case):
        raise DeedRefused(_("The complaint concerns %(person)s, who can neither handle nor read it.") % {"person": to})
    old = case.assignee_id
    case.assignee = to
    save_moved(case, "assignee")
    record("case.assigned", by=by, on=case, reason=reason, old=old, new=to.pk, **data)
    if not quiet:
        tell(case, "assigned", by=by, also={old} if old else (), person=to.full_name)
    transaction.on_commit(lambda: forget_counters(*{user for user in (old, to.pk) if user}))
    return case


@transaction.atomic
def unassign_case(*, case: Case, by, reason: str = "", seen_version: int | None = None) -> Case:
    """Back to the queue."""
    case = locked(case, seen_version=seen_version)
    if not case.is_open:
        raise DeedRefused(_("The case has ended; there is nothing to hand over."))
    if case.assignee_id is None:
        return case
    old, case.assignee = case.assignee_id, None
    save_moved(case, "assignee")
    record("case.unassigned", by=by, on=case, reason=reason, old=old)
    tell(case, "unassigned", by=by, also={old})
    transaction.on_commit(lambda: forget_counters(old))
    return case


class NothingToTake(DeedRefused):
    """The queue holds nothing for this person now; says why."""


@transaction.atomic
def take_next(*, by, today: date | None = None) -> Case:
    """The unassigned case with the oldest clock that fits the person, theirs from now on.

    Left to colleagues: topics that somebody present has as a skill and this person has not, and languages this person
    does not serve in. Two people who ask at once get two cases: a row held by one is skipped by the other.
    """
    today = today or timezone.localdate()
    if Absence.objects.in_force(today).filter(user=by).exists():
        raise NothingToTake(_("You are marked as away today. End the absence first, then take work."))
    case = (
        queue_for(by, today)
        .select_for_update(of=("self",), skip_locked=True)
        .order_by(F("due_on").asc(nulls_last=True), "id")
        .first()
    )
    if case is None:
        raise NothingToTake(why_nothing(by, today))
    case.assignee = by
    save_moved(case, "assignee")
    record("case.assigned", by=by, on=case, old=None, new=by.pk, way="take_next")
    transaction.on_commit(lambda: forget_counters(by.pk))
    return case


def queue_for(user, today: date):
    """Unassigned open cases that this person may take."""
    present = team_skills(today)
    mine = next((one.skills for one in present if one.id == user.pk), frozenset())
    others = frozenset().union(*(one.skills for one in present if one.id != user.pk and not one.is_away(today)))
    queue = Case.objects.visible_to(user).unassigned().exclude(topic_id__in=others - mine)
    if user.languages_served:
        queue = queue.filter(language__in={"et", *user.languages_served})
    return queue


def why_nothing(user, today: date) -> str:
    """Why the queue gives this person nothing although cases wait in it, and who may take them."""
    waiting = list(Case.objects.visible_to(user).unassigned().order_by().values_list("topic_id", "language"))
    if not waiting:
        return _("Nothing in the queue waits for you now.")
    present = [one for one in team_skills(today) if one.id != user.pk and not one.is_away(today)]
    mine = next((one.skills for one in team_skills(today) if one.id == user.pk), frozenset())
    served = {"et", *user.languages_served}
    words = [_("Nothing in the queue waits for you now.")]
    wanted = {topic for topic, _language in waiting if any(topic in one.skills for one in present)} - mine
    of_others = [topic for topic, _language in waiting if topic in wanted]
    if of_others:
        names = ", ".join(sorted(people()[one.id] for one in present if one.skills & wanted and one.id in people()))
        words.append(
            ngettext(
                "%(count)s case waits for those who know its topic: %(names)s.",
                "%(count)s cases wait for those who know their topics: %(names)s.",
                len(of_others),
            )
            % {"count": len(of_others), "names": names}
        )
    foreign = [
        language
        for topic, language in waiting
        if topic not in wanted and user.languages_served and language not in served
    ]
    if foreign:
        words.append(
            ngettext(
                "%(count)s case waits for somebody who serves in its language: %(languages)s.",
                "%(count)s cases wait for somebody who serves in their languages: %(languages)s.",
                len(foreign),
            )
            % {"count": len(foreign), "languages": ", ".join(sorted({name_of_language(one) for one in foreign}))}
        )
    return " ".join(words)


def name_of_language(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def team_skills(on: date) -> list[Candidate]:
    """Skills and absences of those who share the queue; three statements."""
    ids = list(
        RoleHolding.objects.in_force(on)
        .filter(role__in=SHARING_ROLES, user__is_active=True)
        .values_list("user_id", flat=True)
    )
    skills: dict[int, set[int]] = defaultdict(set)
    known = topics()
    for user_id, topic_id in User.skills.through.objects.filter(user_id__in=ids).values_list("user_id", "topic_id"):
        skills[user_id] |= topic_subtree_ids(topic_id) if topic_id in known else set()
    away = {absence.user_id: absence for absence in Absence.objects.in_force(on).filter(user_id__in=ids)}
    return [
        Candidate(
            id=pk, name="", skills=frozenset(skills[pk]),
            away_from=away[pk].starts_on if pk in away else None, away_until=away[pk].ends_on if pk in away else None,
        )
        for pk in set(ids)
    ]  # fmt: skip


@dataclass(frozen=True)
class Resting:
    """A case whose last day falls while its handler is away."""

    case: Case
    absence: Absence
    substitute: str


def resting_on_absent(user, today: date, *, limit: int = 50) -> list[Resting]:
    """Open cases visible to `user` whose handler is away, or soon will be, on the last day. A warning list."""
    absences = list(Absence.objects.filter(ends_on__gte=today).select_related("user").order_by("starts_on"))
    if not absences:
        return []
    falls = Q(pk__in=[])
    for absence in absences:
        # What is already late rests on whoever is away today.
        first = date.min if absence.starts_on <= today else absence.starts_on
        falls |= Q(assignee_id=absence.user_id, due_on__gte=first, due_on__lte=absence.ends_on)
    substitutes = {
        (row.absent_id, row.starts_on, row.ends_on): row.substitute.full_name
        for row in Substitution.objects.filter(ends_on__gte=today, ended_early_at__isnull=True).select_related(
            "substitute"
        )
    }
    found = []
    for case in Case.objects.visible_to(user).filter(falls, status__in=OPEN).order_by("due_on", "id")[:limit]:
        absence = next(
            one for one in absences
            if one.user_id == case.assignee_id and case.due_on <= one.ends_on and (one.starts_on <= today or case.due_on >= one.starts_on)
        )  # fmt: skip
        substitute = next(
            (
                name
                for (absent, first, last), name in substitutes.items()
                if absent == case.assignee_id and first <= case.due_on <= last
            ),
            "",
        )
        found.append(Resting(case, absence, substitute))
    return found
