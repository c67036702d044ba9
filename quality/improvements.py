"""Improvement actions: plan, do, check, act (ISO 9001 10.3), from what was learned to the effect that the chart shows.

What stands in the way of a move is shown before it is tried (`needed_before`). A lesson or a signal becomes one action, however often
it is announced. Who owns or ever owned an action neither closes it nor judges it in words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import notice_texts, prepared
from bureau.audit import record
from bureau.lifecycle import Lifecycle, Need, check_needs
from bureau.models import Deed, RoleHolding, User
from bureau.notifications import notify
from bureau.refusals import DeedRefused
from bureau.roles import ROLES, Permission
from bureau.substitution import stand_ins
from complaints.deeds import concerned_in
from complaints.number_series import allocate_run
from quality import improvement_effect, indicator_charts, measurements, passports
from quality.improvement_effect import Effect
from quality.models import Improvement, ImprovementNote, ImprovementTask

State = Improvement.State
SERIES = "T"
BY_PEOPLE = frozenset({Improvement.Effect.BETTER, Improvement.Effect.NO_CHANGE, Improvement.Effect.WORSE})
DAYS_TO_PLAN = 30
DAYS_BEFORE_WARNING = 3

IMPROVEMENT_LIFECYCLE = Lifecycle(
    states=State,
    moves={
        State.PLAN: {State.DO, State.DROPPED},
        State.DO: {State.CHECK, State.PLAN, State.DROPPED},
        State.CHECK: {State.ACT, State.DO, State.DROPPED},
        State.ACT: {State.CLOSED, State.CHECK, State.PLAN},
        State.CLOSED: (),
        State.DROPPED: (),
    },
    tones={
        State.PLAN: "neutral",
        State.DO: "info",
        State.CHECK: "info",
        State.ACT: "warning",
        State.CLOSED: "good",
        State.DROPPED: "neutral",
    },
    refusal=gettext_lazy("The action is in “%(old)s” and cannot be moved to “%(new)s”."),
)

# Moves that take an action back; facts by which its effect was judged.
BACK: dict[str, frozenset[str]] = {State.CHECK: frozenset({State.DO}), State.ACT: frozenset({State.CHECK, State.PLAN})}
# Deeds that change what the form of an action holds; a judgement writes its note.
CHANGES_FACTS, JUDGING_WRITES = ("improvement.changed", "improvement.judged"), ["effect_note"]
JUDGED_BY = frozenset({"indicator", "should_rise", "changed_on", "unit"})

for _kind, _text in (
    ("given", gettext_lazy("The improvement action %(number)s is yours: %(title)s")),
    ("moved", gettext_lazy("Your improvement action %(number)s was moved on: %(title)s")),
    ("proposed", gettext_lazy("A lesson of the complaint %(case)s waits to become an improvement action")),
    ("due", gettext_lazy("The improvement action %(number)s is due on %(day)s")),
    ("overdue", gettext_lazy("The improvement action %(number)s is overdue since %(day)s")),
    ("task", gettext_lazy("A task in the improvement action %(number)s is yours: %(title)s")),
    ("task_due", gettext_lazy("Your task in %(number)s is due on %(day)s: %(title)s")),
    ("task_overdue", gettext_lazy("Your task in %(number)s is overdue since %(day)s: %(title)s")),
):
    notice_texts.register(f"improvement.{_kind}", _text, asks=True)


# --- Beginning --------------------------------------------------------------------------------------------------------
@transaction.atomic
def begin(*, title: str, problem: str, source: str, owner: User, due_on: date, by, source_id: int | None = None, **facts: Any) -> Improvement:  # fmt: skip
    """A new action in the plan; the same lesson, signal or follow-up gives the action that it gave first."""
    if source_id is not None:
        known = Improvement.objects.filter(source=source, source_id=source_id).first()
        if known and source in Improvement.ONCE:
            return known
    try:
        with transaction.atomic():
            made = Improvement.objects.create(
                number=next_number(timezone.localdate().year), title=title, problem=problem, source=source, source_id=source_id, owner=owner,
                due_on=due_on, proposed_by=by, **facts,
            )  # fmt: skip
    except IntegrityError:
        return Improvement.objects.get(source=source, source_id=source_id)
    refuse_unseeing(made, owner)
    record("improvement.begun", by=by, on=made, label=made.number, source=source, source_id=source_id)
    if owner != by:
        tell(made, "improvement.given", owner)
    return made


def may_be_given(on: date) -> QuerySet[User]:
    """Everybody whose role that day opens improvement actions; to others an action would be given in vain."""
    needed = {Permission.IMPROVEMENT_VIEW, Permission.IMPROVEMENT_VIEW_ALL}
    roles = [role.code for role in ROLES.values() if needed & role.grants]
    holders = RoleHolding.objects.in_force(on).filter(role__in=roles).values("user_id")
    return User.objects.filter(pk__in=holders, is_active=True)


def refuse_unseeing(held: Improvement, owner: User) -> None:
    """Nothing is asked of somebody for whom the action does not exist: no role, or it comes of a complaint about them."""
    if not Improvement.objects.visible_to(owner).filter(pk=held.pk).exists():
        raise DeedRefused(_("%(name)s may not see this action; give it to somebody else.") % {"name": owner}, field="owner")  # fmt: skip


def may_carry(user: User, one: Improvement) -> bool:
    """Who leads, and the owner, or who stands in for the owner: change it, add tasks, move it on."""
    if user.may(Permission.IMPROVEMENT_EDIT):
        return True
    return user.may(Permission.IMPROVEMENT_VIEW) and one.owner_id in {user.pk, *user.rights.acting_for}


def next_number(year: int) -> str:
    (sequence,) = allocate_run(series=SERIES, year=year, count=1)
    return f"{SERIES}-{year}-{sequence:04d}"


def on_lesson_learned(*, case_id: int, cause_id: int | None, **_signal: Any) -> None:
    """A lesson kept on a complaint: the heads of bureau are told once that it waits to become an action."""
    from complaints.models import Case

    case = Case.objects.filter(pk=case_id).first()
    if case is None or Improvement.objects.filter(source=Improvement.Source.COMPLAINT, source_id=case_id).exists():
        return
    concerned = concerned_in(case)
    heads = RoleHolding.objects.in_force(timezone.localdate()).filter(role="head_of_bureau").select_related("user")
    notify(
        users=[one.user for one in heads], but_not=concerned, kind="improvement.proposed", url=f"/improvements/new/?source=complaint&of={case.number}",
        once_key=f"lesson-{case_id}", case=case.number,
    )  # fmt: skip


# --- Moving -----------------------------------------------------------------------------------------------------------
def needed_before(improvement: Improvement, to: str, *, by=None) -> list[Need]:
    """What is still missing before this move, nothing when it may be made."""
    one, missing = improvement, []
    if to == State.DO:
        if not one.plan.strip():
            missing.append(Need("plan", _("what is going to be changed")))
        if one.cause_id is None:
            missing.append(Need("cause", _("the cause")))
        if one.indicator_id is None and not one.effect_note.strip():
            missing.append(Need("indicator", _("the indicator that should move, or why none shows it")))
        if one.indicator_id is not None and one.should_rise is None:
            missing.append(Need("direction", _("whether the indicator should rise or fall")))
    elif to == State.CHECK:
        if one.changed_on is None:
            missing.append(Need("changed_on", _("the day from which the change is in force")))
        if one.tasks.filter(done_on__isnull=True).exists():
            missing.append(Need("tasks", _("tasks that are not done")))
    elif to in (State.ACT, State.CLOSED) and one.effect in ("", Improvement.Effect.TOO_EARLY):
        missing.append(Need("effect", _("a judged effect")))
    if to == State.CLOSED:
        if not one.notes.filter(is_evidence=True).exists():
            missing.append(Need("evidence", _("evidence")))
        if by is not None and by.pk in owners_of(one):
            missing.append(Need("person", _("another person than the owner, the present one or a former")))
    return missing


def moves_of(improvement: Improvement, *, by) -> list[tuple[str, str, list[str]]]:
    """Every permitted move with the word of its button and what it still needs."""
    return [
        (
            to,
            _("Drop the action") if to == State.DROPPED else State(to).label,
            [need.words for need in needed_before(improvement, to, by=by)],
        )
        for to in IMPROVEMENT_LIFECYCLE.moves_from(improvement.state)
    ]


def forget_effect(held: Improvement) -> None:
    """What was judged of another change, or of another indicator, says nothing of this one."""
    held.effect, held.effect_facts = Improvement.Effect.NOT_JUDGED, {}


def owners_of(improvement: Improvement) -> set[int]:
    """Everybody who has ever owned it, by its kept versions."""
    return {improvement.owner_id, *improvement.versions.values_list("owner_id", flat=True)}


def locked(improvement: Improvement) -> Improvement:
    return Improvement.objects.select_for_update(of=("self",)).get(pk=improvement.pk)


@transaction.atomic
def move(*, improvement: Improvement, to: str, by, reason: str = "", today: date | None = None) -> Improvement:
    held, today = locked(improvement), today or timezone.localdate()
    IMPROVEMENT_LIFECYCLE.check_move(held.state, to)
    check_needs(needed_before(held, to, by=by))
    if to == State.DROPPED and not reason.strip():
        raise DeedRefused(_("Write why it is dropped."), field="reason")
    old, held.state = held.state, to
    if to in BACK.get(old, ()):
        forget_effect(held)
    if to == State.CLOSED:
        held.closed_on, held.closed_by = today, by
    if to == State.DROPPED:
        held.dropped_because, held.closed_on = reason.strip(), today
    held.save(update_fields=["state", "closed_on", "closed_by", "dropped_because", "effect", "effect_facts"])
    record("improvement.moved", by=by, on=held, label=held.number, reason=reason, old=old, new=to)
    if to not in Improvement.TOLD_IN:
        held.told_on = withdraw_telling(improvement=held, by=by).told_on  # what was told as done is not
    if by.pk != held.owner_id:
        tell(held, "improvement.moved", held.owner)
    return held


class ChangedMeanwhile(DeedRefused):
    """Somebody else changed facts of the action while this person was typing. `last` is the latest deed it tells of."""

    def __init__(self, sentence: str, *, last: int):
        self.last = last
        super().__init__(sentence)


def last_deed(improvement: Improvement) -> int:
    """The key of the latest deed on it, 0 when there is none."""
    return Deed.objects.filter(**deeds_on(improvement)).order_by("-pk").values_list("pk", flat=True).first() or 0


def deeds_on(improvement: Improvement) -> dict[str, Any]:
    return {"object_type": "quality.improvement", "object_id": improvement.pk}


def refuse_unseen(held: Improvement, *, seen: int, by) -> None:
    deeds = list(
        Deed.objects.filter(**deeds_on(held), pk__gt=seen, action__in=CHANGES_FACTS)
        .exclude(actor=by)
        .select_related("actor")
        .order_by("pk")
    )
    if not deeds:
        return
    people = dict.fromkeys(deed.actor.full_name if deed.actor else _("Somebody") for deed in deeds)
    names = dict.fromkeys(name for deed in deeds for name in deed.data.get("fields", JUDGING_WRITES))
    raise ChangedMeanwhile(
        _(
            "%(person)s changed this meanwhile: %(facts)s. What you typed stands below; save it again to have it your way."
        )
        % {
            "person": ", ".join(people),
            "facts": ", ".join(
                f"{Improvement._meta.get_field(name).verbose_name}: {shown_fact(held, name)}" for name in names
            ),
        },
        last=deeds[-1].pk,
    )


def shown_fact(held: Improvement, name: str) -> str:
    """A fact as it stands now, in a few words."""
    value = getattr(held, name)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return "–" if value in (None, "") else str(value)[:80]


@transaction.atomic
def change(*, improvement: Improvement, by, seen: int | None = None, **facts: Any) -> Improvement:
    """Facts of an action that is open; a new owner is told. What was judged by other facts is to be judged anew.

    `seen` is the last deed that the person saw on it (`last_deed`). `ChangedMeanwhile` when somebody else changed facts after it.
    """
    held = locked(improvement)
    if not held.is_open:
        raise DeedRefused(_("The action has ended."))
    if seen is not None and any(getattr(held, name) != value for name, value in facts.items()):
        refuse_unseen(held, seen=seen, by=by)
    old_owner, owners = held.owner_id, owners_of(held)
    changed = [name for name, value in facts.items() if getattr(held, name) != value]
    for name in changed:
        setattr(held, name, facts[name])
    if not changed:
        return held
    kept, falls = set(changed), bool(held.effect and JUDGED_BY.intersection(changed))
    if falls:
        forget_effect(held)
        kept |= {"effect", "effect_facts"}
    elif held.effect_facts.get("by_people") and not held.effect_note.strip():
        raise DeedRefused(_("People judged the effect: what they saw stays written."), field="effect_note")
    elif held.effect_facts.get("by_people") and "effect_note" in changed and by.pk in owners:
        raise DeedRefused(_("Whoever owns or owned the action does not judge it in words: another person does."), field="effect_note")  # fmt: skip
    goes_back = falls and held.state == State.ACT
    if goes_back:
        held.state = State.CHECK
        kept.add("state")
    held.save(update_fields=sorted(kept))
    if held.owner_id != old_owner:
        refuse_unseeing(held, held.owner)
    record("improvement.changed", by=by, on=held, label=held.number, fields=sorted(changed))
    if goes_back:
        record("improvement.moved", by=by, on=held, label=held.number, reason="", old=State.ACT, new=State.CHECK)
        if held.owner_id == old_owner != by.pk:
            tell(held, "improvement.moved", held.owner)
    if held.owner_id != old_owner:
        tell(held, "improvement.given", held.owner)
    return held


@transaction.atomic
def add_task(*, improvement: Improvement, title: str, owner: User, due_on: date, by) -> ImprovementTask:
    held = locked(improvement)
    if not held.is_open:
        raise DeedRefused(_("The action has ended."))
    made = ImprovementTask.objects.create(improvement=held, title=title, owner=owner, due_on=due_on)
    refuse_unseeing(held, owner)
    record("improvement.task_added", by=by, on=held, label=held.number, task=made.pk)
    if owner != by:
        tell(held, "improvement.task", owner, title=title)
    return made


@transaction.atomic
def finish_task(*, task: ImprovementTask, by, today: date) -> None:
    improvement = locked(task.improvement)
    if not improvement.is_open:
        raise DeedRefused(_("The action has ended."))
    held = ImprovementTask.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if held.done_on is None:
        held.done_on, held.done_by = today, by
        held.save(update_fields=["done_on", "done_by"])
        record("improvement.task_done", by=by, on=improvement, label=improvement.number, task=held.pk)


@transaction.atomic
def write_note(
    *, improvement: Improvement, text: str, by, is_evidence: bool = False, link: str = ""
) -> ImprovementNote:
    if not locked(improvement).is_open:
        raise DeedRefused(_("The action has ended."))
    if not text.strip():
        raise DeedRefused(_("Write what is to be kept."), field="text")
    made = ImprovementNote.objects.create(improvement=improvement, text=text.strip(), is_evidence=is_evidence, link=link, written_by=by)  # fmt: skip
    record("improvement.noted", by=by, on=improvement, label=improvement.number, is_evidence=is_evidence)
    return made


# --- Effect -----------------------------------------------------------------------------------------------------------
def values_around(improvement: Improvement) -> tuple[list[float], list[float]]:
    """Whole months of the indicator before the change and from it on; the month in which it came is neither."""
    one = improvement
    if one.indicator is None or one.changed_on is None:
        return [], []
    found = [
        m
        for m in measurements.series(one.indicator, unit_id=unit_judged(one))
        if indicator_charts.is_whole(m) and m.value is not None
    ]
    before = [m.value for m in found if m.last_day < one.changed_on]
    after = [m.value for m in found if m.first_day >= one.changed_on]
    return before[-24:], after


def unit_judged(improvement: Improvement) -> int | None:
    """An action of a unit is judged by the unit's own values where the indicator has them."""
    if improvement.unit_id is None:
        return None
    own = measurements.series(improvement.indicator, unit_id=improvement.unit_id)
    return (
        improvement.unit_id if sum(one.value is not None for one in own) >= improvement_effect.FEWEST_BEFORE else None
    )


def effect_of(improvement: Improvement) -> Effect:
    before, after = values_around(improvement)
    decimals = passports.passport_of(improvement.indicator).decimals if improvement.indicator else None
    return improvement_effect.judge(before, after, should_rise=bool(improvement.should_rise), decimals=decimals)


@transaction.atomic
def judge_effect(*, improvement: Improvement, by, note: str = "", verdict: str = "") -> Improvement:
    """The verdict of the chart is kept with its facts and the unit whose values it judged; what people saw beside it as their note.

    Where no indicator shows it, or the chart has too few points, a person may say so in words (`verdict`), which is kept as such: another
    than whoever owned the action, who would judge their own work.
    """
    held = locked(improvement)
    if held.state != State.CHECK:
        raise DeedRefused(_("The effect is judged in “%(state)s”.") % {"state": State.CHECK.label})
    if held.changed_on is None:
        raise DeedRefused(_("Say first from which day the change is in force."))
    effect = None
    if held.indicator_id is None:
        if not note.strip():
            raise DeedRefused(_("No indicator shows it: write what was seen."), field="note")
        if verdict not in BY_PEOPLE:
            raise DeedRefused(_("Say whether it is better, worse or the same."), field="verdict")
        held.effect, held.effect_facts = verdict, {"by_people": True}
    else:
        if held.should_rise is None:
            raise DeedRefused(_("Say first whether the indicator should rise or fall."))
        effect = effect_of(held)
        held.effect, held.effect_facts = str(effect.verdict), asdict(effect) | {"unit_id": unit_judged(held)}
        if effect.verdict == Improvement.Effect.TOO_EARLY and verdict in BY_PEOPLE:
            if not note.strip():
                raise DeedRefused(_("The chart has too few points: write what was seen."), field="note")
            held.effect, held.effect_facts = verdict, held.effect_facts | {"by_people": True}
    if held.effect_facts.get("by_people") and by.pk in owners_of(held):
        raise DeedRefused(_("Whoever owns or owned the action does not judge it in words: another person does."), field="verdict")  # fmt: skip
    if note.strip():
        held.effect_note = note.strip()
    held.save(update_fields=["effect", "effect_facts", "effect_note"])
    record("improvement.judged", by=by, on=held, label=held.number, effect=str(held.effect), after=effect.after if effect else None)  # fmt: skip
    return held


@transaction.atomic
def tell_clients(*, improvement: Improvement, told_et: str, told_en: str, by, today: date) -> Improvement:
    """You said, we did: shown to everybody, so it names no client and no case."""
    held = locked(improvement)
    if held.state not in Improvement.TOLD_IN:
        raise DeedRefused(_("Clients are told of what was done: the action is not that far."))
    if not told_et.strip():
        raise DeedRefused(_("Write in Estonian what clients said and what was done."), field="told_et")
    held.told_et, held.told_en, held.told_on = told_et.strip(), told_en.strip(), held.told_on or today
    held.save(update_fields=["told_et", "told_en", "told_on"])
    record("improvement.told", by=by, on=held, label=held.number)
    return held


@transaction.atomic
def withdraw_telling(*, improvement: Improvement, by) -> Improvement:
    """Its words are kept for telling it again."""
    held = locked(improvement)
    if held.told_on is not None:
        held.told_on = None
        held.save(update_fields=["told_on"])
        record("improvement.telling_withdrawn", by=by, on=held, label=held.number)
    return held


# --- Reminding --------------------------------------------------------------------------------------------------------
def remind(*, today: date) -> int:
    """Owners are told three days before and once overdue; once for each day that it stands for."""
    told = 0
    for one in Improvement.objects.open().filter(due_on__lte=today + timedelta(days=DAYS_BEFORE_WARNING)).select_related("owner"):  # fmt: skip
        kind = "improvement.overdue" if one.due_on < today else "improvement.due"
        day = f"{one.due_on:%d.%m.%Y}"
        tell(one, kind, one.owner, once_key=f"{kind}-{one.pk}-{one.due_on}", day=day)
        told += 1
    tasks = ImprovementTask.objects.filter(
        done_on__isnull=True, due_on__lte=today + timedelta(days=DAYS_BEFORE_WARNING)
    )
    for task in tasks.exclude(improvement__state__in=[State.CLOSED, State.DROPPED]).select_related(
        "owner", "improvement"
    ):
        kind = "improvement.task_overdue" if task.due_on < today else "improvement.task_due"
        tell(
            task.improvement, kind, task.owner, once_key=f"{kind}-{task.pk}-{task.due_on}", title=task.title, day=f"{task.due_on:%d.%m.%Y}"
        )  # fmt: skip
        told += 1
    return told


def tell(improvement: Improvement, kind: str, person: User, *, once_key: str | None = None, **facts: Any) -> None:
    """Tell who owns it or a task in it, and who stands in for that person; nobody for whom the action does not exist."""
    people = User.objects.filter(pk__in={person.pk, *stand_ins([person.pk], timezone.localdate())})
    unseeing = [one.pk for one in people if not Improvement.objects.visible_to(one).filter(pk=improvement.pk).exists()]
    notify(
        users=[person], kind=kind, url=f"/improvements/{improvement.number}/", once_key=once_key, but_not=unseeing,
        **{"number": improvement.number, "title": improvement.title, **facts},
    )  # fmt: skip


def counts_seen_by(user) -> list[tuple[int | None, int | None, int, int]]:
    """Key of the cause, key of the unit, open ones and all, of the actions that the person sees. One statement."""
    return prepared.for_person("counts of improvements", user, _counts).rows()


def _counts(user) -> prepared.Statement:
    return prepared.statement_of(
        Improvement.objects.visible_to(user).order_by().values("cause_id", "unit_id")
        .annotate(still=Count("pk", filter=~Q(state__in=[State.CLOSED, State.DROPPED]), distinct=True), every=Count("pk", distinct=True))
    )  # fmt: skip


def counts_by(keyed: Iterable[tuple[int | None, int, int]], entries: Mapping[int, Any]) -> list[tuple[str, int, int]]:
    """Name, open ones and all, the most first, of (key, open ones, all). `entries`: what the keys are called."""
    counted: dict[int | None, tuple[int, int]] = {}
    for key, still, every in keyed:
        former = counted.get(key, (0, 0))
        counted[key] = former[0] + still, former[1] + every
    named = [(entries[key].name if key in entries else "–", still, every) for key, (still, every) in counted.items()]
    return sorted(named, key=lambda row: (-row[2], row[0]))
