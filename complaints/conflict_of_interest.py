"""Whom a complaint concerns: neither handles nor reads it, by any way and on nobody's behalf.

The gate itself is `Case.objects.visible_to`; here a person is named, and what reached them before is taken away: the
case in their hands, the notices, the drafts, the access by name. What the audit pages leave out stands in `gates.py`.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from bureau.audit import record
from bureau.models import Draft, Notification, User
from bureau.navigation import forget_counters
from complaints import unit_questions
from complaints.clocks import save_moved
from complaints.deeds import DeedRefused, concerned_in, locked, tell, those_who_see
from complaints.models import Case, CaseAccess, CaseFollower, Complaint, ComplaintPerson, InvestigationTask
from complaints.signals import case_hidden_from_some


def why_not(case: Case, user: User) -> str:
    """Why this person can have nothing to do with the case; empty when the complaint does not concern them."""
    if user.pk not in concerned_in(case):
        return ""
    return _("The complaint concerns %(person)s, who can neither handle nor read it.") % {"person": user.full_name}


def why_not_asked(case: Case, user: User) -> str:
    """Why nothing of the case is asked of this person: it concerns them, or its restriction keeps it from them."""
    if refusal := why_not(case, user):
        return refusal
    if those_who_see(case, {user.pk}):
        return ""
    return _("%(person)s does not see this case. Let the person in first.") % {"person": user.full_name}


@transaction.atomic
def name_person(*, complaint: Complaint, user: User, by, note: str = "") -> ComplaintPerson:
    """Say that the complaint concerns one of us. From now on nothing of the case exists for that person."""
    case = locked(complaint.case)
    complaint = Complaint.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if complaint.is_ended:
        raise DeedRefused(_("The complaint has ended. Reopen it first."))
    if user.pk == by.pk:
        raise DeedRefused(_("Ask a colleague to name you: what concerns you is written down by somebody else."))
    named, is_new = ComplaintPerson.objects.get_or_create(
        complaint=complaint, user=user, defaults={"note": note[:300], "added_by": by}
    )
    if not is_new:
        return named
    take_away(case=case, complaint=complaint, user=user)
    record("complaint.person_named", by=by, on=case, person=user.pk)
    unit_questions.ask_again(complaint)
    case_hidden_from_some.send(sender=None, case_id=case.pk)
    tell(case, "changed", by=by, but_not={user.pk})
    return named


def take_away(*, case: Case, complaint: Complaint, user: User) -> None:
    """What the person already had of the case."""
    fields = []
    if case.assignee_id == user.pk:
        case.assignee = None
        fields.append("assignee")
    save_moved(case, *fields)
    if complaint.investigator_id == user.pk:
        complaint.investigator = None
        complaint.save(update_fields=["investigator"])
    InvestigationTask.objects.filter(
        complaint=complaint, owner=user, done_on__isnull=True, kind=InvestigationTask.Kind.TASK
    ).delete()
    CaseFollower.objects.filter(case=case, user=user).delete()
    CaseAccess.objects.filter(case=case, user=user).delete()
    # The number is in every address that leads to the case, and in those of what was to be made of it.
    Notification.objects.filter(user=user, url__contains=case.number).delete()
    unit_questions.take_from(user, complaint)
    Draft.objects.filter(user=user, subject=case.number).delete()
    transaction.on_commit(lambda: forget_counters(user.pk))


@transaction.atomic
def unname_person(*, complaint: Complaint, user: User, by, reason: str) -> None:
    """Named by mistake, with the reason."""
    case = locked(complaint.case)
    if not reason.strip():
        raise DeedRefused(_("Say why the matter does not concern this person after all."))
    if user.pk == by.pk:
        raise DeedRefused(_("Nobody takes themselves off the list."))
    named = ComplaintPerson.objects.filter(complaint_id=case.pk, user=user).first()
    if named is None:
        return
    named.delete()
    save_moved(case)
    record("complaint.person_unnamed", by=by, on=case, reason=reason, person=user.pk)
