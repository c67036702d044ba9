"""Columns of the lists of cases, contacts and parties as files."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau import reference
from bureau.exports import Column, Listing, register
from bureau.models import User
from bureau.roles import Permission
from complaints.case_ends import with_deadline
from complaints.contact_filters import ContactFilter
from complaints.filters import CaseFilter
from complaints.models import Case, Contact, Status
from complaints.outcomes import Outcome
from complaints.persons_work import may_list_by_person
from complaints.reference import kinds


def names(of: Callable[[], dict[int, Any]]) -> Callable[[], Callable[[Any], Any]]:
    """Names of a small list by id, in the language of the export."""
    return lambda: {pk: getattr(entry, "name", entry) for pk, entry in of().items()}.get


def words(choices: Any) -> Callable[[], Callable[[Any], Any]]:
    return lambda: {value: str(label) for value, label in choices.choices}.get


def yes_or_no() -> Callable[[Any], Any]:
    said = {True: str(pgettext_lazy("answered", "in time")), False: str(pgettext_lazy("answered", "late"))}
    return said.get


PARTY_COLUMNS = (
    Column(_("Name"), "party__name", width=28),
    Column(_("Phone"), "party__phone"),
    Column(_("E-mail"), "party__email", width=28),
)
CASE_COLUMNS = (
    Column(_("Number"), "number"),
    Column(_("Kind"), "kind_id", names(kinds), 24),
    Column(_("Status"), "status", words(Status)),
    Column(_("Title"), "title", width=60),
)
CASE_FACTS = (
    Column(_("Channel"), "channel_id", names(reference.channels)),
    Column(_("Topic"), "topic_id", names(reference.topics), 28),
    Column(_("Unit"), "unit_id", names(reference.units), 28),
    Column(_("Handler"), "assignee_id", names(reference.people), 24),
    Column(_("Received"), "received_at"),
    Column(_("Registered"), "registered_at"),
    Column(_("Deadline"), "deadline", width=12),
    Column(_("Extended"), "is_extended", width=10),
    Column(_("Answered"), "answered_at"),
    Column(_("Answered in time"), "was_on_time", yes_or_no, 12),
    Column(_("Closed"), "closed_at"),
    Column(_("Outcome"), "outcome", words(Outcome), 20),
    Column(_("Access restricted"), "is_restricted", width=10),
    Column(_("Sender's reference"), "sender_reference"),
    Column(_("Reference in the document register"), "register_reference"),
)
CONTACT_COLUMNS = (
    Column(_("When"), "at"),
    Column(_("Channel"), "channel_id", names(reference.channels)),
    Column(_("Direction"), "direction", words(Contact.Direction)),
)
CONTACT_FACTS = (
    Column(_("Topic"), "topic_id", names(reference.topics), 28),
    Column(_("Unit"), "unit_id", names(reference.units), 28),
    Column(_("Outcome"), "outcome", words(Contact.Outcome)),
    Column(_("Right door"), "outside_body_id", names(reference.outside_bodies), 28),
    Column(_("Case"), "case_shown"),
    Column(_("Note"), "note", width=60),
    Column(_("The client was dissatisfied"), "was_dissatisfied", width=10),
    Column(_("Handled by"), "handled_by_id", names(reference.people), 24),
    Column(_("Handling time, seconds"), "handling_seconds", width=10),
    Column(_("Entered afterwards"), "is_backdated", width=10),
)


OF_PERSONS = {"assignee_id", "handled_by_id"}


def case_columns(user: User) -> list[Column]:
    """Who may not see parties gets a list without them; who does not share work out, one without handlers."""
    return columns_for(user, CASE_COLUMNS, CASE_FACTS)


def contact_columns(user: User) -> list[Column]:
    return columns_for(user, CONTACT_COLUMNS, CONTACT_FACTS)


def columns_for(user: User, first: tuple[Column, ...], facts: tuple[Column, ...]) -> list[Column]:
    parties = PARTY_COLUMNS if user.may(Permission.PARTY_VIEW) else ()
    by_person = may_list_by_person(user)
    return [*first, *parties, *(column for column in facts if by_person or column.source not in OF_PERSONS)]


def case_rows(user: User, query: QueryDict, today: date) -> QuerySet:
    cases = CaseFilter(query, Case.objects.visible_to(user), user=user, today=today).qs
    return with_deadline(cases).order_by("-registered_on", "-pk")


def contact_rows(user: User, query: QueryDict, today: date) -> QuerySet:
    contacts = ContactFilter(query, Contact.objects.visible_to(user).kept(), user=user).qs
    named = contacts.naming_case_to(user).naming_case_to(user, shown="case_shown_key", field="id")
    return named.order_by("-at", "-pk")


register(
    Listing("cases", _("Cases"), Case, Permission.CASE_EXPORT, case_columns, case_rows, page="complaints:case_list")
)
register(
    Listing(
        "contacts", _("Contacts"), Contact, Permission.CASE_EXPORT, contact_columns, contact_rows,
        page="complaints:contact_list", leads_to={Case._meta.label_lower: "case_shown_key"},
    )
)  # fmt: skip
