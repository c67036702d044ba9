"""Recording who stands in for whom. The rights themselves follow from the rows, day by day (`bureau.substitution`)."""

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import notice_texts
from bureau.audit import record
from bureau.models import Absence, RoleHolding, Substitution, User
from bureau.notifications import notify
from bureau.refusals import DeedRefused
from bureau.role_holdings import may_stand_in, own_role_codes
from bureau.roles import Permission
from bureau.templatetags.formats import day_range

notice_texts.register("substitution.recorded", gettext_lazy("You stand in for %(absent)s, %(days)s"))
notice_texts.register("substitution.ended", gettext_lazy("You no longer stand in for %(absent)s"))


def visible_to(user: User) -> QuerySet[Substitution]:
    """All of them for those who record them, otherwise one's own."""
    rows = Substitution.objects.select_related("absent", "substitute")
    if user.may(Permission.SUBSTITUTION_RECORD):
        return rows
    return rows.filter(absent=user) | rows.filter(substitute=user)


def substitutes_for(absent: User, on: date) -> list[User]:
    """People whom the chain lets stand in for this person on that day."""
    absent_roles = own_role_codes(absent, on)
    roles: dict[int, set[str]] = {}
    for user_id, role in (
        RoleHolding.objects.in_force(on).filter(on_behalf_of__isnull=True).values_list("user_id", "role")
    ):
        roles.setdefault(user_id, set()).add(role)
    fit = [
        user_id for user_id, held in roles.items()
        if user_id != absent.pk and may_stand_in(absent_roles=absent_roles, substitute_roles=frozenset(held))
    ]  # fmt: skip
    return list(User.objects.filter(pk__in=fit, is_active=True))


@transaction.atomic
def record_substitution(
    *, absent: User, substitute: User, starts_on: date, ends_on: date, by: User, reason: str = ""
) -> Substitution:
    if ends_on < starts_on:
        raise DeedRefused(_("The last day is before the first day."), field="ends_on")
    if substitute.pk == by.pk and by.pk != absent.pk and not by.may(Permission.SUBSTITUTION_RECORD):
        raise DeedRefused(_("Nobody takes the rights of another by themselves."))
    if absent.pk == substitute.pk:
        raise DeedRefused(_("A person cannot stand in for themselves."), field="substitute")
    if not substitute.is_active:
        raise DeedRefused(
            _("%(person)s is closed. Open the person first.") % {"person": substitute}, field="substitute"
        )
    if not may_stand_in(
        absent_roles=own_role_codes(absent, starts_on), substitute_roles=own_role_codes(substitute, starts_on)
    ):
        raise DeedRefused(
            _("By the rules of substitution %(substitute)s cannot stand in for %(absent)s.")
            % {"substitute": substitute, "absent": absent},
            field="substitute",
        )
    if Absence.objects.filter(user=substitute, starts_on__lte=ends_on, ends_on__gte=starts_on).exists():
        raise DeedRefused(
            _("%(substitute)s is away on some of these days.") % {"substitute": substitute}, field="substitute"
        )
    try:
        with transaction.atomic():
            row = Substitution.objects.create(
                absent=absent,
                substitute=substitute,
                starts_on=starts_on,
                ends_on=ends_on,
                reason=reason,
                created_by=by,
            )
    except IntegrityError as error:
        if "bureau_substitution_one_substitute_a_day" not in str(error):
            raise
        raise DeedRefused(
            _("Somebody already stands in for %(absent)s on some of these days. End that one first.")
            % {"absent": absent},
            field="starts_on",
        ) from None
    record(
        "substitution.recorded", by=by, on=absent, reason=reason, substitute=substitute.full_name,
        starts_on=starts_on.isoformat(), ends_on=ends_on.isoformat(),
    )  # fmt: skip
    if substitute.pk != by.pk:
        notify(
            users=[substitute],
            kind="substitution.recorded",
            absent=absent.full_name,
            days=day_range(starts_on, ends_on),
        )
    return row


@transaction.atomic
def end_substitution(*, substitution: Substitution, by: User, reason: str = "") -> Substitution:
    """End it now: the borrowed rights are gone with the next click. One that lies ahead is ended before it began."""
    row = Substitution.objects.select_for_update(of=("self",)).get(pk=substitution.pk)
    if row.ended_early_at is not None:
        return row
    row.ended_early_at = timezone.now()
    row.save(update_fields=["ended_early_at"])
    record("substitution.ended", by=by, on=row.absent, reason=reason, substitute=row.substitute.full_name)
    if row.substitute_id != by.pk:
        notify(users=[row.substitute_id], kind="substitution.ended", absent=row.absent.full_name)
    return row
