"""Who holds a role, from when to when, over which unit and on whose behalf. Nothing is deleted: a role ends on a day.

Nobody gives a role to themselves, and the last administrator stays.
"""

from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from bureau.audit import record
from bureau.models import RoleHolding, User
from bureau.refusals import DeedRefused
from bureau.roles import ADMINISTRATOR, ROLES, SUBSTITUTION_CHAIN, Permission
from bureau.substitution import stand_ins
from bureau.templatetags.formats import day


@transaction.atomic
def grant_role(
    *, person: User, role: str, starts_on: date, ends_on: date | None, by: User, unit=None, on_behalf_of: User | None = None,
    reason: str = "",
) -> RoleHolding:  # fmt: skip
    """Give a role for some days. A role held on behalf of another is lent by somebody who holds it themself."""
    if person.pk == by.pk:
        raise DeedRefused(_("Nobody gives a role to themselves. Ask another administrator."))
    held = ROLES[role]
    if not person.is_active:
        raise DeedRefused(_("%(person)s is closed. Open the person first.") % {"person": person})
    if ends_on is not None and ends_on < starts_on:
        raise DeedRefused(_("The last day is before the first day."), field="ends_on")
    if held.needs_unit and unit is None:
        raise DeedRefused(_("This role is held over a unit. Choose the unit."), field="unit")
    if on_behalf_of is not None:
        check_lender(person=person, lender=on_behalf_of, role=role, on=starts_on)
    try:
        with transaction.atomic():
            holding = RoleHolding.objects.create(
                user=person, role=role, unit=unit if held.needs_unit else None, on_behalf_of=on_behalf_of, starts_on=starts_on,
                ends_on=ends_on, reason=reason,
            )  # fmt: skip
    except IntegrityError as error:
        if "bureau_roleholding_same_role_not_twice" not in str(error):
            raise
        raise DeedRefused(
            _("%(person)s already holds this role on some of these days. End that one first.") % {"person": person},
            field="starts_on",
        ) from None
    record(
        "role.granted", by=by, on=person, reason=reason, role=role, starts_on=starts_on.isoformat(),
        ends_on=ends_on.isoformat() if ends_on else None, unit=holding.unit_id,
        lent_by=on_behalf_of.full_name if on_behalf_of else None,
    )  # fmt: skip
    return holding


def check_lender(*, person: User, lender: User, role: str, on: date) -> None:
    if lender.pk == person.pk:
        raise DeedRefused(_("A person cannot act on their own behalf."), field="on_behalf_of")
    own = RoleHolding.objects.in_force(on).filter(user=lender, role=role, on_behalf_of__isnull=True)
    if not own.exists():
        raise DeedRefused(
            _("%(lender)s does not hold this role on %(day)s, so nobody can hold it on their behalf.")
            % {"lender": lender, "day": day(on)},
            field="on_behalf_of",
        )


@transaction.atomic
def end_role(*, holding: RoleHolding, last_day: date, by: User, reason: str = "") -> RoleHolding:
    """Set the last day of a role. One that would never have begun keeps its first day as its last."""
    holding = RoleHolding.objects.select_for_update(of=("self",)).get(pk=holding.pk)
    if holding.ends_on is not None and holding.ends_on < last_day:
        raise DeedRefused(_("This role already ends on %(day)s.") % {"day": day(holding.ends_on)}, field="last_day")
    last_day = max(last_day, holding.starts_on)
    if holding.role == ADMINISTRATOR.code:
        keep_an_administrator(leaving=Q(pk=holding.pk), from_day=last_day + timedelta(days=1))
    holding.ends_on = last_day
    holding.save(update_fields=["ends_on"])
    record("role.ended", by=by, on=holding.user, reason=reason, role=holding.role, ends_on=last_day.isoformat())
    return holding


def keep_an_administrator(*, leaving: Q, from_day: date) -> None:
    """Refuse when nobody could add people or give roles any more. Holdings of administrators are locked meanwhile."""
    staying = (
        RoleHolding.objects.select_for_update(of=("self",))
        .in_force(from_day)
        .filter(role=ADMINISTRATOR.code, ends_on__isnull=True, on_behalf_of__isnull=True, user__is_active=True)
        .exclude(leaving)
    )
    if not list(staying.values_list("pk", flat=True)):
        raise DeedRefused(_("This is the last administrator. Give the role to another person first."))


def own_role_codes(user: User, on: date) -> frozenset[str]:
    """Roles a person holds themself, not on anybody's behalf."""
    return frozenset(
        RoleHolding.objects.in_force(on).filter(user=user, on_behalf_of__isnull=True).values_list("role", flat=True)
    )


def may_stand_in(*, absent_roles: frozenset[str], substitute_roles: frozenset[str]) -> bool:
    """Whether the chain lets the one stand in for the other: for each role of the absent person."""
    return bool(absent_roles) and all(SUBSTITUTION_CHAIN[role] & substitute_roles for role in absent_roles)


def who_may(permission: Permission, on: date) -> list[str]:
    """Names of those whose role of that day grants it, and of who stands in for them, for whom a button is missing."""
    codes = [role.code for role in ROLES.values() if permission in role.grants]
    held = RoleHolding.objects.in_force(on).filter(role__in=codes, user__is_active=True)
    ids = set(held.values_list("user_id", flat=True))
    people = User.objects.filter(pk__in=ids | stand_ins(ids, on), is_active=True)
    return [person.full_name for person in people.order_by("last_name", "first_name", "pk")]
