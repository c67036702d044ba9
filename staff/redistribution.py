"""Sharing open work anew: which case goes from whom to whom and why. Shown first, carried out as a whole, taken back as a whole.

Two reasons move a case. Its last day falls while its handler is away: a deadline never rests on an absent person. Or its
handler has more work for the hours there are than the others: then what is due last goes first, for its new handler has
the longest time to read into it. Load is weighted hours of open work per hour available in the next five working days.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from bureau.reference import Entry, topics
from bureau.templatetags.formats import number
from complaints import bulk
from complaints.assignment import Candidate, Resting, reasons_for, resting_on_absent, team
from complaints.models import OPEN, Case, ComplaintPerson
from staff.weights import Weight
from staff.workload import TeamLoad, team_load

# Loads nearer to each other than this are fair enough: no case is moved for less.
FAIR_ENOUGH = Decimal("0.25")
MOST_MOVES = 200


@dataclass(frozen=True, slots=True)
class Piece:
    """An open case as the plan sees it. `barred`: people whom it concerns."""

    number: str
    title: str
    holder: int | None
    minutes: Decimal
    due_on: date | None
    topic: Entry | None
    language: str
    barred: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Receiver:
    """A person of the team with hours and the work they have."""

    candidate: Candidate
    hours: Decimal
    minutes: Decimal

    def load_with(self, minutes: Decimal = Decimal(0)) -> Decimal | None:
        """Weighted hours of open work per hour available; None with no hours at all."""
        return (self.minutes + minutes) / 60 / self.hours if self.hours > 0 else None


@dataclass(frozen=True, slots=True)
class Move:
    """One case to another person. `why_from`: why it leaves; `reasons`: why this person."""

    piece: Piece
    from_name: str
    to: int
    to_name: str
    why_from: str
    reasons: tuple[str, ...]

    @property
    def reason(self) -> str:
        return "; ".join((self.why_from, *self.reasons))


@dataclass(frozen=True, slots=True)
class Stays:
    """A case that should move and for which nobody was found."""

    piece: Piece
    from_name: str
    why: str


@dataclass(frozen=True)
class Plan:
    moves: tuple[Move, ...]
    stays: tuple[Stays, ...]
    before: Mapping[int, Decimal | None]
    after: Mapping[int, Decimal | None]

    @property
    def receivers(self) -> int:
        return len({move.to for move in self.moves})


def is_away_on_due(candidate: Candidate, due_on: date | None, today: date) -> bool:
    """Away on the last day; what is late already needs somebody who is here today."""
    if candidate.away_from is None:
        return False
    at = max(due_on or today, today)
    return candidate.is_away(at) or candidate.is_away(today)


def plan(
    pieces: Iterable[Piece], receivers: Collection[Receiver], *, today: date, level: bool = False, leaving: Collection[int] = ()
) -> Plan:  # fmt: skip
    """What to move. Pure: the same facts give the same plan.

    Work of people in `leaving` goes whole; of others only what rests on their absence, and with `level` what makes loads
    fair. Each choice counts the work given before it.
    """
    people = {one.candidate.id: one for one in receivers}
    before = {key: one.load_with() for key, one in people.items()}
    moves: list[Move] = []
    stays: list[Stays] = []
    left: list[Piece] = []
    everything = sorted(pieces, key=lambda piece: (piece.due_on or date.max, piece.number))
    for piece in everything:
        holder = people.get(piece.holder) if piece.holder else None
        if piece.holder in leaving:
            why = _("all work of %(name)s is shared") % {"name": holder.candidate.name if holder else "–"}
        elif holder and is_away_on_due(holder.candidate, piece.due_on, today) and due_while_away(holder.candidate, piece, today):  # fmt: skip
            why = _("%(name)s is away on the last day") % {"name": holder.candidate.name}
        else:
            left.append(piece)
            continue
        if len(moves) < MOST_MOVES:
            move_one(piece, why, people, moves, stays, today=today, leaving=leaving)
    if level:
        level_out(left, people, moves, today=today, leaving=leaving)
    return Plan(tuple(moves), tuple(stays), before, {key: one.load_with() for key, one in people.items()})


def due_while_away(candidate: Candidate, piece: Piece, today: date) -> bool:
    """What is due after the person is back can wait for them; what has no last day can too."""
    if piece.due_on is None or candidate.away_from is None:
        return False
    until = candidate.away_until or date.max
    return piece.due_on <= until and (candidate.away_from <= today or piece.due_on >= candidate.away_from)


def move_one(piece, why, people, moves, stays, *, today, leaving) -> None:
    chosen = fitting(piece, people.values(), today=today, leaving=leaving)
    from_name = people[piece.holder].candidate.name if piece.holder in people else "–"
    if chosen is None:
        stays.append(Stays(piece, from_name, _("nobody else is here who may have it")))
        return
    give(piece, chosen, from_name, why, people, moves, today=today)


def give(piece: Piece, chosen: Receiver, from_name: str, why: str, people, moves, *, today: date) -> None:
    skilled = [one for one in people.values() if piece.topic is not None and piece.topic.id in one.candidate.skills]
    one = chosen.candidate
    load = chosen.load_with()
    reasons = reasons_for(
        one, topic=piece.topic, is_skilled=chosen in skilled, anybody_skilled=bool(skilled), language=piece.language, away=False,
        away_by_due=False,
    )  # fmt: skip
    if load is not None:
        reasons.append(_("load %(load)s") % {"load": number(load.quantize(Decimal("0.01")))})
    moves.append(Move(piece, from_name, one.id, one.name, why, tuple(reasons)))
    people[one.id] = replace(
        chosen, minutes=chosen.minutes + piece.minutes, candidate=replace(one, open_cases=one.open_cases + 1)
    )
    if piece.holder in people:
        holder = people[piece.holder]
        fewer = replace(holder.candidate, open_cases=max(0, holder.candidate.open_cases - 1))
        people[piece.holder] = replace(holder, minutes=holder.minutes - piece.minutes, candidate=fewer)


def fitting(piece: Piece, people: Iterable[Receiver], *, today: date, leaving: Collection[int]) -> Receiver | None:
    """Who may have it and is best: present now and on the last day, speaks the language, has the skill, least load."""
    everybody = list(people)
    skilled = {
        one.candidate.id for one in everybody if piece.topic is not None and piece.topic.id in one.candidate.skills
    }
    able = [
        one for one in everybody
        if one.hours > 0
        and one.candidate.id != piece.holder
        and one.candidate.id not in piece.barred
        and one.candidate.id not in leaving
        and one.candidate.shares_queue
        and not is_away_on_due(one.candidate, piece.due_on, today)
    ]  # fmt: skip
    return min(
        able,
        key=lambda one: (
            not one.candidate.speaks(piece.language), bool(skilled) and one.candidate.id not in skilled,
            one.load_with(piece.minutes), one.candidate.name, one.candidate.id,
        ),
        default=None,
    )  # fmt: skip


def level_out(left: list[Piece], people: dict[int, Receiver], moves: list[Move], *, today: date, leaving) -> None:
    """From the most loaded to whom it fits, what is due last first, as long as it brings the two loads nearer."""
    by_holder: dict[int, list[Piece]] = {}
    for piece in left:
        if piece.holder in people:
            by_holder.setdefault(piece.holder, []).append(piece)
    stuck: set[int] = set()
    while len(moves) < MOST_MOVES:
        loaded = [
            one
            for key, one in people.items()
            if by_holder.get(key) and key not in stuck and one.load_with() is not None
        ]
        most = max(loaded, key=lambda one: (one.load_with(), one.candidate.id), default=None)
        if most is None:
            return
        key = most.candidate.id
        for piece in reversed(by_holder[key]):
            chosen = fitting(piece, people.values(), today=today, leaving=leaving)
            if chosen is None:
                continue
            gap, would_be = most.load_with() - chosen.load_with(), chosen.load_with(piece.minutes)
            if gap > FAIR_ENOUGH and would_be < most.load_with():
                by_holder[key].remove(piece)
                why = _("%(name)s has most work for the hours there are") % {"name": most.candidate.name}
                give(piece, chosen, most.candidate.name, why, people, moves, today=today)
                break
        else:
            stuck.add(key)


# --- Facts from the database, and carrying out ------------------------------------------------------------------------
def pieces_of(holders: Collection[int], *, user, weights: Mapping[int, Weight]) -> list[Piece]:
    """Open cases of these people that `user` may see, with whom each concerns. Two statements."""
    rows = list(
        Case.objects.visible_to(user).filter(assignee_id__in=holders, status__in=OPEN)
        .values_list("pk", "number", "title", "assignee_id", "kind_id", "due_on", "topic_id", "language")
    )  # fmt: skip
    barred: dict[int, set[int]] = {}
    for case_id, user_id in ComplaintPerson.objects.filter(complaint_id__in=[row[0] for row in rows]).values_list(
        "complaint_id", "user_id"
    ):
        barred.setdefault(case_id, set()).add(user_id)
    known = topics()
    return [
        Piece(
            number=found, title=title, holder=holder, minutes=weights[kind_id].minutes, due_on=due_on,
            topic=known.get(topic_id), language=language, barred=frozenset(barred.get(pk, ())),
        )
        for pk, found, title, holder, kind_id, due_on, topic_id, language in rows
    ]  # fmt: skip


def proposed(*, user, today: date, leaving: Collection[int] = (), level: bool = False) -> tuple[Plan, TeamLoad]:
    """The plan for the team as it is now."""
    load = team_load(today)
    candidates = {one.id: one for one in team(today)}
    receivers = [
        Receiver(candidates[one.user.pk], hours=one.available.for_cases, minutes=one.minutes)
        for one in load.people
        if one.user.pk in candidates
    ]
    pieces = pieces_of([one.user.pk for one in load.people], user=user, weights=load.weights)
    return plan(pieces, receivers, today=today, level=level, leaving=leaving), load


def carry_out(chosen: Plan, *, numbers: Collection[str], by):
    """Give the marked cases to the people of the plan; a job that can be watched and taken back."""
    wanted = set(numbers)
    moves = [(move.piece.number, move.to, move.reason[:300]) for move in chosen.moves if move.piece.number in wanted]
    return bulk.share(moves=moves, by=by) if moves else None


def resting(*, user, today: date) -> list[Resting]:
    """Open cases whose last day falls while their handler is away and nobody stands in."""
    return [one for one in resting_on_absent(user, today) if not one.substitute]
