"""The register of improvement actions: narrowed by the address for page and file alike."""

from datetime import date

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from bureau import reference
from bureau.exports import Column, Listing, register
from bureau.models import User
from bureau.roles import Permission
from complaints.exports import names, words
from quality.models import Improvement

STATES = ("open", "overdue", "mine", *Improvement.State.values)


def narrowed(query: QueryDict | dict[str, str], *, user: User, today: date) -> QuerySet[Improvement]:
    """`state` (open when not said, all), `cause`, `unit` with its parts, `source`; what is not understood finds nothing."""
    found = of_state(Improvement.objects.visible_to(user), query.get("state") or "open", user=user, today=today)
    if code := query.get("cause"):
        chosen = [one.id for one in reference.causes().values() if one.code == code]
        parts = [one.id for one in reference.causes().values() if one.parent_id in chosen]
        found = found.filter(cause_id__in=[*chosen, *parts])
    if code := query.get("unit"):
        chosen = [one.id for one in reference.units().values() if one.code == code]
        found = found.filter(unit_id__in=sorted(set().union(*(reference.unit_subtree_ids(pk) for pk in chosen))))
    if source := query.get("source"):
        found = found.filter(source=source)
    return found


def of_state(seen: QuerySet[Improvement], state: str, *, user: User, today: date) -> QuerySet[Improvement]:
    match state:
        case "open":
            return seen.open()
        case "overdue":
            return seen.open().filter(due_on__lt=today)
        case "mine":
            return seen.filter(Q(owner=user) | Q(tasks__owner=user)).distinct()
        case "all":
            return seen
    return seen.filter(state=state)


def columns(user: User) -> list[Column]:
    return [
        Column(_("Number"), "number"), Column(_("Title"), "title", width=44), Column(_("State"), "state", words(Improvement.State), 14),
        Column(_("Comes from"), "source", words(Improvement.Source), 24), Column(_("Cause"), "cause_id", names(reference.causes), 28),
        Column(_("Unit"), "unit_id", names(reference.units), 28), Column(_("Owner"), "owner_id", lambda: reference.people().get, 24),
        Column(_("Due"), "due_on", width=12), Column(_("In force from"), "changed_on", width=12),
        Column(_("Effect"), "effect", words(Improvement.Effect), 18), Column(_("Ended"), "closed_on", width=12),
    ]  # fmt: skip


def exported_rows(user: User, query: QueryDict, today: date) -> QuerySet[Improvement]:
    if not user.may(Permission.IMPROVEMENT_VIEW_ALL):
        return Improvement.objects.none()
    return narrowed(query, user=user, today=today).order_by("-pk")


register(
    Listing(
        "improvements",
        _("Improvement actions"),
        Improvement,
        Permission.IMPROVEMENT_VIEW_ALL,
        columns,
        exported_rows,
        page="quality:improvement_list",
    )
)
