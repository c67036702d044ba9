"""What every deed on a case has in common: the row is locked, an older page is noticed, those concerned are told.

A deed is a function of a rule module that locks, checks, writes and records, in that order and in one transaction.
"""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import notice_texts, reference
from bureau.models import Deed, RoleHolding, User
from bureau.navigation import forget_counters
from bureau.notifications import notify
from bureau.refusals import DeedRefused
from bureau.roles import ROLES, Permission
from bureau.substitution import stand_ins
from complaints.models import Case, CaseFollower, ComplaintPerson

__all__ = [
    "CaseChanged",
    "DeedRefused",
    "check_version",
    "deeds_on",
    "last_deed_id",
    "locked",
    "name_of",
    "tell",
    "tell_only",
]

# What is told to the handler and the followers, by the deed's short name. No title: a notice is read over a shoulder.
NOTICES = {
    "assigned": gettext_lazy("%(number)s was given to %(person)s"),
    "unassigned": gettext_lazy("%(number)s went back to the queue"),
    "started": gettext_lazy("%(number)s is in progress, %(actor)s works on it"),
    "waits": gettext_lazy("%(number)s waits: %(reason)s"),
    "replied": gettext_lazy("%(number)s was answered by %(actor)s"),
    "wrote": gettext_lazy("%(number)s: %(actor)s wrote to the client"),
    "client_wrote": gettext_lazy("%(number)s: the client wrote again"),
    "noted": gettext_lazy("%(number)s: %(actor)s added an internal note"),
    "mentioned": gettext_lazy("%(number)s: %(actor)s mentions you in an internal note"),
    "closed": gettext_lazy("%(number)s was closed"),
    "reopened": gettext_lazy("%(number)s was reopened"),
    "forwarded": gettext_lazy("%(number)s was forwarded to %(body)s"),
    "changed": gettext_lazy("%(number)s: %(actor)s changed its facts"),
    "clock_started": gettext_lazy("%(number)s has one more deadline"),
    "extended": gettext_lazy("%(number)s: the deadline was extended to %(day)s"),
    "extension_asked": gettext_lazy("%(number)s: %(actor)s asks for an extension"),
    "extension_declined": gettext_lazy("%(number)s: the extension was not granted"),
    "restricted": gettext_lazy("%(number)s: access was restricted"),
    "unrestricted": gettext_lazy("%(number)s: the restriction was lifted"),
    "let_in": gettext_lazy("%(number)s was opened to you"),
    "linked": gettext_lazy("%(number)s was linked to another case"),
}
# Of them, those after which the case's handler, or whoever is named, has something to do.
ASKING = {"assigned", "client_wrote", "mentioned", "reopened", "extension_asked"}
for _name, _text in NOTICES.items():
    notice_texts.register(f"case.{_name}", _text, asks=_name in ASKING)


SEE_ALL_UNITS = [
    role.code for role in ROLES.values() if role.grants >= {Permission.CASE_VIEW, Permission.CASE_VIEW_ALL_UNITS}
]


class CaseChanged(Exception):
    """Somebody changed the case after the page was opened. Nothing was done."""

    def __init__(self, case: Case, seen_version: int):
        self.case, self.seen_version = case, seen_version
        super().__init__(f"{case.number}: version {case.version}, seen {seen_version}")


def locked(case: Case, *, seen_version: int | None = None) -> Case:
    """The case as it stands now, held until the end of the transaction.

    `seen_version` is what the person's page was made from; an older one raises `CaseChanged`.
    """
    held = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    check_version(held, seen_version)
    return held


def check_version(case: Case, seen_version: int | None) -> None:
    if seen_version is not None and case.version != seen_version:
        raise CaseChanged(case, seen_version)


def tell(case: Case, what: str, *, by, also=(), but_not=(), **arguments) -> None:
    """Tell the handler, the followers and `also` (ids) of a deed, but not the person who did it."""
    ids = {case.assignee_id, *also} - {None}
    ids |= set(CaseFollower.objects.filter(case_id=case.pk).values_list("user_id", flat=True))
    tell_only(case, what, by=by, ids=ids - set(but_not), **arguments)
    if case.assignee_id:
        assignee_id = case.assignee_id
        transaction.on_commit(lambda: forget_counters(assignee_id))


def tell_only(case: Case, what: str, *, by, ids: set[int], **arguments) -> None:
    """Tell these people, and of what is asked their substitutes; whoever does not see the case hears nothing of it."""
    kind, doer = f"case.{what}", {by.pk if by else None, None}
    ids = ids - doer
    asked = ids | stand_ins(ids, timezone.localdate()) - doer if ids and notice_texts.asks(kind) else ids
    seeing = those_who_see(case, asked)
    if seeing:
        actor = by.full_name if by else _("the system")
        notify(
            users=seeing,
            kind=kind,
            url=case.get_absolute_url(),
            but_not=asked - seeing,
            **{"number": case.number, "actor": actor, **arguments},
        )


def concerned_in(case: Case) -> frozenset[int]:
    """People whom the complaint of this case concerns."""
    return frozenset(ComplaintPerson.objects.filter(complaint_id=case.pk).values_list("user_id", flat=True))


def those_who_see(case: Case, user_ids: set[int]) -> set[int]:
    """Of these people, those for whom the case exists.

    Who serves sees all that is neither restricted nor concerns anybody: for them one statement, not two each.
    """
    if not user_ids:
        return set()
    people = User.objects.filter(pk__in=user_ids, is_active=True)
    if case.is_restricted or concerned_in(case):
        serve = set()
    else:
        holdings = RoleHolding.objects.in_force(timezone.localdate()).filter(role__in=SEE_ALL_UNITS)
        serve = set(people.filter(pk__in=holdings.values("user_id")).values_list("pk", flat=True))
    others = people.exclude(pk__in=serve) if user_ids - serve else []
    return serve | {user.pk for user in others if Case.objects.visible_to(user).filter(pk=case.pk).exists()}


def deeds_on(case: Case) -> QuerySet[Deed]:
    return Deed.objects.filter(object_type=Case._meta.label_lower, object_id=case.pk)


def last_deed_id(case: Case) -> int:
    """The newest deed a page was made with; a later save shows what came after it."""
    return deeds_on(case).order_by("-id").values_list("id", flat=True).first() or 0


def name_of(user_id: int | None) -> str:
    return reference.people().get(user_id, "") if user_id else ""
