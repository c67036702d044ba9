"""Access restriction: the mark "asutusesiseseks kasutamiseks" with its basis, end and scope (AvTS §§ 35, 40, 41)."""

from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.audit import record
from bureau.models import RoleHolding, User
from bureau.reference import restriction_bases
from bureau.roles import ROLES, Permission
from complaints.clocks import save_moved
from complaints.deeds import DeedRefused, concerned_in, locked, tell
from complaints.models import Case, CaseAccess, Contact
from complaints.signals import case_hidden_from_some


@dataclass(frozen=True, kw_only=True)
class Restriction:
    """A ground in law, until when or until which event, and what of the case it covers."""

    basis_id: int
    until: date | None = None
    ends_by: str = ""
    scope: str = ""
    reason: str = ""


def default_end(*, default_years: int | None, restricted_from: date) -> date | None:
    """The usual end of a basis: so many years from the mark; None where an event ends it or law names no length."""
    return restricted_from + relativedelta(years=default_years) if default_years else None


@transaction.atomic
def restrict_case(*, case: Case, restriction: Restriction, by, seen_version: int | None = None) -> Case:
    """Mark the case, or change the mark it bears. Its contacts follow it."""
    case = locked(case, seen_version=seen_version)
    today = timezone.localdate()
    if restriction.until is None and not restriction.ends_by.strip():
        raise DeedRefused(_("Say until when, or until which event, the restriction holds."))
    if restriction.until and restriction.until < today:
        raise DeedRefused(_("The restriction would already have ended."))
    if not restriction.reason.strip():
        raise DeedRefused(_("Say why access is restricted."))
    before = mark_of(case)
    was_restricted = case.is_restricted
    case.is_restricted, case.restriction_basis_id = True, restriction.basis_id
    case.restricted_from = case.restricted_from if was_restricted and case.restricted_from else today
    case.restricted_until, case.restriction_ends_by = restriction.until, restriction.ends_by.strip()[:200]
    case.restriction_scope, case.restriction_note = restriction.scope.strip()[:200], restriction.reason
    save_moved(
        case, "is_restricted", "restriction_basis", "restricted_from", "restricted_until", "restriction_ends_by",
        "restriction_scope", "restriction_note",
    )  # fmt: skip
    Contact.objects.filter(case=case).update(is_restricted=True)
    if not Case.objects.visible_to(by).filter(pk=case.pk).exists():
        # Whoever marks it must be able to go on working with it; a stand-in can, for as long as they stand in.
        CaseAccess.objects.get_or_create(case=case, user=by, defaults={"granted_by": by, "reason": _("made the mark")})
    action = "case.restriction_changed" if was_restricted else "case.restricted"
    record(action, by=by, on=case, reason=restriction.reason, old=before, new=mark_of(case))
    case_hidden_from_some.send(sender=None, case_id=case.pk)
    tell(case, "restricted", by=by)
    return case


def mark_of(case: Case) -> dict | None:
    """The mark as plain values, for the deed."""
    if not case.is_restricted:
        return None
    basis = restriction_bases().get(case.restriction_basis_id or 0)
    return {
        "basis": basis.law if basis else "",
        "from": case.restricted_from.isoformat() if case.restricted_from else None,
        "until": case.restricted_until.isoformat() if case.restricted_until else None,
        "ends_by": case.restriction_ends_by,
        "scope": case.restriction_scope,
    }


@transaction.atomic
def lift_restriction(*, case: Case, reason: str, by, seen_version: int | None = None) -> Case:
    """The ground has passed: the case is open to all who serve."""
    case = locked(case, seen_version=seen_version)
    if not case.is_restricted:
        raise DeedRefused(_("The case is not restricted."))
    if not reason.strip():
        raise DeedRefused(_("Say why the restriction is lifted."))
    before = mark_of(case)
    case.is_restricted, case.restriction_basis_id = False, None
    case.restricted_from = case.restricted_until = None
    case.restriction_ends_by = case.restriction_scope = case.restriction_note = ""
    save_moved(
        case, "is_restricted", "restriction_basis", "restricted_from", "restricted_until", "restriction_ends_by",
        "restriction_scope", "restriction_note",
    )  # fmt: skip
    Contact.objects.filter(case=case).update(is_restricted=False)
    # Who was let in was let in to this restriction; a later one asks anew.
    let_in_before = list(case.accesses.values_list("user_id", flat=True))
    case.accesses.all().delete()
    record("case.unrestricted", by=by, on=case, reason=reason, old=before, let_in=let_in_before)
    tell(case, "unrestricted", by=by)
    return case


def may_be_let_in(on: date) -> QuerySet[User]:
    """People whose role that day lets them see cases at all: to others the name would open nothing."""
    roles = [role.code for role in ROLES.values() if Permission.CASE_VIEW in role.grants]
    holders = RoleHolding.objects.in_force(on).filter(role__in=roles).values("user_id")
    return User.objects.filter(pk__in=holders, is_active=True)


@transaction.atomic
def let_in(*, case: Case, user, reason: str, by) -> CaseAccess:
    """Open a restricted case to one person by name."""
    case = locked(case)
    if not case.is_restricted:
        raise DeedRefused(_("The case is not restricted."))
    if not reason.strip():
        raise DeedRefused(_("Say why this person needs the case."))
    if user.pk in concerned_in(case):
        raise DeedRefused(_("The complaint concerns this person, who may not read it."))
    if not may_be_let_in(timezone.localdate()).filter(pk=user.pk).exists():
        raise DeedRefused(_("%(person)s has no role that sees cases.") % {"person": user})
    access, made = CaseAccess.objects.get_or_create(
        case=case, user=user, defaults={"granted_by": by, "reason": reason[:300]}
    )
    if made:
        record("case.let_in", by=by, on=case, reason=reason, person=user.pk)
        tell(case, "let_in", by=by, also={user.pk})
    return access


@transaction.atomic
def shut_out(*, case: Case, user, by) -> bool:
    """Take back what `let_in` gave."""
    case = locked(case)
    gone, _rows = CaseAccess.objects.filter(case=case, user=user).delete()
    if gone:
        record("case.shut_out", by=by, on=case, person=user.pk)
        case_hidden_from_some.send(sender=None, case_id=case.pk)
    return bool(gone)
