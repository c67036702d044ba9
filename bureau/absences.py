"""Who is away. Rights, assignment and deadlines ask here; the reason of an absence is nobody's business but the head's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.audit import record
from bureau.models import Absence, User
from bureau.refusals import DeedRefused
from bureau.roles import Permission
from bureau.templatetags.formats import day_range

AWAY = gettext_lazy("Away")


def away_on(day: date) -> set[int]:
    """Ids of all who are away that day. One statement."""
    return set(Absence.objects.in_force(day).order_by().values_list("user_id", flat=True))


def away_until(day: date) -> dict[int, date]:
    """Who is away that day and until when: id → last day. One statement."""
    return dict(Absence.objects.in_force(day).order_by().values_list("user_id", "ends_on"))


@dataclass(frozen=True)
class ShownAbsence:
    """An absence as one reader may see it: a colleague's reason and note stay unsaid."""

    id: int
    user_id: int
    person: str
    starts_on: date
    ends_on: date
    kind: str
    note: str
    may_change: bool

    @property
    def days(self) -> str:
        return day_range(self.starts_on, self.ends_on)


def shown_to(reader: User, absences: Iterable[Absence]) -> list[ShownAbsence]:
    """`absences` with their person. Illness is health data: only the person and those who keep absences read kinds."""
    keeps = reader.may(Permission.ABSENCE_RECORD)
    shown = []
    for absence in absences:
        open_to_reader = keeps or absence.user_id == reader.pk
        shown.append(
            ShownAbsence(
                id=absence.pk, user_id=absence.user_id, person=absence.user.full_name, starts_on=absence.starts_on,
                ends_on=absence.ends_on, kind=str(absence.get_kind_display() if open_to_reader else AWAY),
                note=absence.note if open_to_reader else "", may_change=open_to_reader,
            )
        )  # fmt: skip
    return shown


def overlapping(*, first: date, last: date) -> Q:
    return Q(starts_on__lte=last, ends_on__gte=first)


@transaction.atomic
def record_absence(*, person: User, kind: str, starts_on: date, ends_on: date, by: User, note: str = "") -> Absence:
    if ends_on < starts_on:
        raise DeedRefused(_("The last day is before the first day."), field="ends_on")
    check_keeper(person_id=person.pk, by=by)
    absence = saved(
        Absence(user=person, kind=kind, starts_on=starts_on, ends_on=ends_on, note=note, created_by=by),
        force_insert=True,
    )
    # The kind is not repeated in the deed: those who read deeds need not know who was ill.
    record("absence.recorded", by=by, on=person, starts_on=starts_on.isoformat(), ends_on=ends_on.isoformat())
    return absence


@transaction.atomic
def change_absence(
    *, absence: Absence, kind: str, starts_on: date, ends_on: date, by: User, note: str = ""
) -> Absence:
    absence = Absence.objects.select_for_update(of=("self",)).get(pk=absence.pk)
    check_keeper(person_id=absence.user_id, by=by)
    if ends_on < starts_on:
        raise DeedRefused(_("The last day is before the first day."), field="ends_on")
    old = [absence.starts_on.isoformat(), absence.ends_on.isoformat()]
    absence.kind, absence.starts_on, absence.ends_on, absence.note = kind, starts_on, ends_on, note
    saved(absence)
    record(
        "absence.changed",
        by=by,
        on=absence.user,
        starts_on=starts_on.isoformat(),
        ends_on=ends_on.isoformat(),
        old=old,
    )
    return absence


@transaction.atomic
def remove_absence(*, absence: Absence, by: User) -> None:
    """Take back an absence that was not: the days were worked after all."""
    absence = Absence.objects.select_for_update(of=("self",)).get(pk=absence.pk)
    check_keeper(person_id=absence.user_id, by=by)
    record(
        "absence.removed",
        by=by,
        on=absence.user,
        starts_on=absence.starts_on.isoformat(),
        ends_on=absence.ends_on.isoformat(),
    )
    absence.delete()


def check_keeper(*, person_id: int, by: User) -> None:
    if person_id != by.pk and not by.may(Permission.ABSENCE_RECORD):
        raise DeedRefused(_("Absences of others are recorded by the head or the chief specialist."))


def saved(absence: Absence, **how) -> Absence:
    try:
        with transaction.atomic():
            absence.save(**how)
    except IntegrityError as error:
        if "bureau_absence_not_twice_a_day" not in str(error):
            raise
        other = (
            Absence.objects.filter(overlapping(first=absence.starts_on, last=absence.ends_on), user_id=absence.user_id)
            .exclude(pk=absence.pk)
            .first()
        )
        raise DeedRefused(
            _("An absence is already recorded for %(days)s. Change that one, or choose other days.")
            % {"days": day_range(other.starts_on, other.ends_on) if other else ""},
            field="starts_on",
        ) from None
    return absence
