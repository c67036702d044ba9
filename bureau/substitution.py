"""Rights of a day: a person's own roles and, for the days of a substitution, those of the person stood in for."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date

from django.db import connection
from django.utils import timezone

from bureau.roles import ROLES, Permission


@dataclass(frozen=True)
class HeldRole:
    """One role in force. `on_behalf_of_id` is empty for a person's own role."""

    code: str
    unit_id: int | None
    on_behalf_of_id: int | None
    on_behalf_of_name: str = ""

    @property
    def role(self):
        return ROLES[self.code]


@dataclass(frozen=True)
class Rights:
    """What a person may do on one day."""

    held: tuple[HeldRole, ...] = ()
    granted: frozenset[Permission] = field(default_factory=frozenset)

    def grants(self, permission) -> bool:
        return permission in self.granted

    def behalf_for(self, permission) -> int | None:
        """Whom a deed needing `permission` is done for; empty when the right is the person's own."""
        lenders = [held for held in self.held if permission in held.role.grants]
        if not lenders or any(held.on_behalf_of_id is None for held in lenders):
            return None
        return lenders[0].on_behalf_of_id

    def units_for(self, permission) -> frozenset[int] | None:
        """Units whose rows the permission opens; None means every unit."""
        units: set[int] = set()
        for held in self.held:
            if permission in held.role.grants:
                if held.unit_id is None:
                    return None
                units.add(held.unit_id)
        return frozenset(units)

    def lenders_over(self, permission, covers: Callable[[int], bool]) -> list[int]:
        """For whom the person may do this in a unit that `covers` knows from the unit of a role: nobody when it is their own."""
        held = [
            one.on_behalf_of_id
            for one in self.held
            if permission in one.role.grants and one.unit_id is not None and covers(one.unit_id)
        ]
        return [] if None in held else [pk for pk in held if pk is not None]

    @property
    def own(self) -> "Rights":
        """What the person may do without standing in for anybody."""
        held = tuple(one for one in self.held if one.on_behalf_of_id is None)
        return Rights(held, frozenset(permission for one in held for permission in one.role.grants))

    @property
    def acting_for(self) -> dict[int, str]:
        """People stood in for today: id → name."""
        return {held.on_behalf_of_id: held.on_behalf_of_name for held in self.held if held.on_behalf_of_id}

    @property
    def role_codes(self) -> frozenset[str]:
        return frozenset(held.code for held in self.held)


# One statement for both ways to a role. A substitute gets the roles the absent person holds themself, never
# what that person borrows from a third one: rights do not travel along a chain of absences.
HELD_SQL = """
    SELECT h.role, h.unit_id, h.on_behalf_of_id, coalesce(b.first_name || ' ' || b.last_name, '')
      FROM bureau_roleholding h LEFT JOIN bureau_user b ON b.id = h.on_behalf_of_id
     WHERE h.user_id = %(user)s AND h.starts_on <= %(on)s AND (h.ends_on IS NULL OR h.ends_on >= %(on)s)
    UNION
    SELECT h.role, h.unit_id, s.absent_id, a.first_name || ' ' || a.last_name
      FROM bureau_substitution s
      JOIN bureau_roleholding h ON h.user_id = s.absent_id AND h.on_behalf_of_id IS NULL
      JOIN bureau_user a ON a.id = s.absent_id
     WHERE s.substitute_id = %(user)s AND s.starts_on <= %(on)s AND s.ends_on >= %(on)s AND s.ended_early_at IS NULL
       AND h.starts_on <= %(on)s AND (h.ends_on IS NULL OR h.ends_on >= %(on)s)
     ORDER BY 3 NULLS FIRST, 1
"""


STAND_INS_SQL = """
    SELECT s.substitute_id FROM bureau_substitution s JOIN bureau_user u ON u.id = s.substitute_id AND u.is_active
     WHERE s.absent_id = ANY(%(users)s) AND s.starts_on <= %(on)s AND s.ends_on >= %(on)s AND s.ended_early_at IS NULL
    UNION
    SELECT h.user_id FROM bureau_roleholding h JOIN bureau_user u ON u.id = h.user_id AND u.is_active
     WHERE h.on_behalf_of_id = ANY(%(users)s) AND h.starts_on <= %(on)s AND (h.ends_on IS NULL OR h.ends_on >= %(on)s)
"""


def stand_ins(user_ids: Collection[int], on: date) -> set[int]:
    """Who has the rights of one of these people that day: substitutes, and holders of a role on their behalf."""
    with connection.cursor() as cursor:
        cursor.execute(STAND_INS_SQL, {"users": list(user_ids), "on": on})
        return {user_id for (user_id,) in cursor.fetchall()}


def act_for(user, asked: Collection[int | None]) -> None:
    """What was asked of one of these people is done by who stands in for them on their behalf.

    A right that the substitute has anyway says nothing of whose task it was; `requires` reads rights, this the task.
    """
    if user.pk in asked:
        return
    absent = next((pk for pk in user.rights.acting_for if pk in asked), None)
    if absent is not None:
        user.acting_for_id = absent


def rights_of(user, on: date | None = None) -> Rights:
    """Rights of `user` on the day `on` (today when not given). One statement."""
    if not user.is_active or user.pk is None:
        return Rights()
    with connection.cursor() as cursor:
        cursor.execute(HELD_SQL, {"user": user.pk, "on": on or timezone.localdate()})
        held = tuple(HeldRole(*row) for row in cursor.fetchall() if row[0] in ROLES)
    granted = frozenset(permission for one in held for permission in one.role.grants)
    return Rights(held=held, granted=granted)
