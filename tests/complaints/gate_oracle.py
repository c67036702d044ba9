"""The gates written once more, as Django's own conditions: what the text of `complaints/models/visibility.py` is compared with."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from bureau import reference
from bureau.gates import asked_one_by_one
from bureau.roles import Permission
from complaints.models import Case, CaseAccess, ComplaintPerson, Contact, Party

EVERY_CASE = ~Q(pk__in=[])
NO_CASE = Q(pk__in=[])


def concerning(*user_ids: int, case: str = "pk") -> Exists:
    return Exists(ComplaintPerson.objects.filter(complaint_id=OuterRef(case), user_id__in=user_ids))


def seen_among(cases: QuerySet, user):
    return asked_one_by_one(cases.filter(pk__in=cases_seen(user).order_by().values("pk")))


def opened_by(rights, user_id: int) -> Q:
    if not rights.grants(Permission.CASE_VIEW):
        return NO_CASE
    if rights.grants(Permission.CASE_VIEW_RESTRICTED):
        return EVERY_CASE
    seen = Q(assignee_id=user_id) | Q(pk__in=CaseAccess.objects.filter(user_id=user_id).values("case_id"))
    for absent_id in rights.acting_for:
        seen |= Q(assignee_id=absent_id)
    if rights.grants(Permission.CASE_VIEW_ALL_UNITS):
        seen |= Q(is_restricted=False)
    units = rights.units_for(Permission.CASE_VIEW)
    if units:
        own = set().union(*(reference.unit_subtree_ids(unit_id) for unit_id in units))
        seen |= Q(unit_id__in=sorted(own))
    return seen


def cases_seen(user) -> QuerySet[Case]:
    rights = user.rights
    if not rights.grants(Permission.CASE_VIEW):
        return Case.objects.none()
    seen = Case.objects.kept().filter(~concerning(user.pk)).filter(opened_by(rights, user.pk))
    if rights.acting_for:
        seen = seen.filter(Q(~concerning(*rights.acting_for)) | opened_by(rights.own, user.pk))
    return seen


def contacts_seen(user) -> QuerySet[Contact]:
    rights = user.rights
    if not rights.grants(Permission.CONTACT_VIEW):
        return Contact.objects.none()
    kept = Contact.objects.filter(~concerning(user.pk, case="case_id"))
    if rights.acting_for:
        case = seen_among(Case.objects.filter(pk=OuterRef("case_id")), user)
        kept = kept.filter(Q(~concerning(*rights.acting_for, case="case_id")) | Q(case))
    if rights.grants(Permission.CASE_VIEW_RESTRICTED):
        return kept
    let_in = seen_among(Case.objects.filter(pk=OuterRef("case_id"), is_restricted=True), user)
    seen = Q(handled_by=user) | Q(let_in, is_restricted=True)
    if rights.grants(Permission.CASE_VIEW_ALL_UNITS):
        seen |= Q(is_restricted=False)
    units = rights.units_for(Permission.CONTACT_VIEW)
    if units:
        own = set().union(*(reference.unit_subtree_ids(unit_id) for unit_id in units))
        seen |= Q(unit_id__in=sorted(own), is_restricted=False)
    return kept.filter(seen)


def parties_seen(user) -> QuerySet[Party]:
    if not user.may(Permission.PARTY_VIEW):
        return Party.objects.none()
    by_case = Q(seen_among(Case.objects.filter(party_id=OuterRef("pk")), user))
    if not user.rights.grants(Permission.CASE_VIEW_ALL_UNITS):
        return Party.objects.filter(by_case)
    contacts = Contact.objects.kept().filter(party_id=OuterRef("pk"))
    own = Q(handled_by_id=user.pk) & ~concerning(user.pk, *user.rights.acting_for, case="case_id")
    led_to = Case.objects.filter(contacts__party_id=OuterRef("pk"), contacts__undone_at__isnull=True)
    by_contact = Q(asked_one_by_one(contacts.filter(Q(case__isnull=True) | own))) | Q(seen_among(led_to, user))
    cases = Case.objects.kept().filter(party_id=OuterRef("pk"))
    of_nothing = ~Q(asked_one_by_one(cases)) & ~Q(asked_one_by_one(contacts))
    return Party.objects.filter(by_case | by_contact | of_nothing)
