"""Contacts already logged: the list, one of them with its earlier versions, correcting it, opening a case from it."""

from urllib.parse import urlencode

from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from bureau import drafts, reference
from bureau.audit import record_reading
from bureau.models import Deed
from bureau.permissions import requires
from bureau.roles import Permission
from bureau.templatetags.formats import capped, day
from bureau.toasts import toast
from complaints import contact_log as log
from complaints.contact_filters import ContactFilter, latest_first, median_entry_seconds
from complaints.contact_history import versions_told
from complaints.deeds import DeedRefused
from complaints.expected_terms import expected_terms
from complaints.filter_chips import names_of
from complaints.filters import NONE
from complaints.forms.contact_filters import FILTER_NAMES, ContactFilterForm
from complaints.forms.contacts import ChangeContactForm, OpenCaseForm
from complaints.models import Case, Contact

COUNT_CAP = 1000
SHOWN = (
    "key", "at", "channel_id", "direction", "topic_id", "unit_id", "outcome", "outside_body_id", "passed_to_unit_id",
    "was_dissatisfied", "handled_by_id", "handling_seconds", "is_backdated", "is_restricted", "note", "party__name",
    "party__phone", "party__email", "party__registry_code",
)  # fmt: skip


@requires(Permission.CONTACT_VIEW)
@require_GET
@vary_on_headers("HX-Request")
def contact_list(request):
    seen = Contact.objects.visible_to(request.user).kept()
    narrowed = ContactFilter(request.GET, seen, request=request)
    found = narrowed.qs
    contacts = latest_first(
        found.naming_case_to(request.user).select_related("party").only(*SHOWN),
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    if is_whole(contacts):
        count = len(contacts.rows)
    else:
        count = None if narrowed.is_frequent else found.order_by()[: COUNT_CAP + 1].count()
    template = "complaints/contact_list.html" + ("#rows" if request.htmx else "")
    form = ContactFilterForm(within_the_form(request.GET), user=request.user, today=request.today)
    context = {
        "contacts": contacts,
        "count_words": count_words(count),
        "form": form,
        # What the form has no field for is not lost when something else is chosen.
        "kept": [
            (name, request.GET[name]) for name in FILTER_NAMES if name not in form.fields and request.GET.get(name)
        ],
        "chips": chips(request),
        "clear_url": reverse("complaints:contact_list") if any(request.GET.get(name) for name in FILTER_NAMES) else "",
        "median": median_entry_seconds() if request.user.may(Permission.DASHBOARD_VIEW) else None,
        "may_log": request.user.may(Permission.CONTACT_LOG),
    }
    return render(request, template, context)


def count_words(count: int | None) -> str:
    if count is None:
        return ""
    return _("%(count)s contacts") % {"count": capped(count, COUNT_CAP)} if count != 1 else _("1 contact")


def is_whole(page) -> bool:
    """The first page that is also the last has all rows: nothing is left to count."""
    return page.next_key is None and page.previous_key is None


def chips(request) -> list[dict]:
    """Narrowings that one takes most often, each an address."""
    query = {name: request.GET[name] for name in FILTER_NAMES if request.GET.get(name)}
    today = request.today.isoformat()
    quick = [
        (_("Today"), {"from": today, "to": today}),
        (_("Mine"), {"handler": "me"}),
        (_("Dissatisfied"), {"dissatisfied": "yes"}),
        (_("Wrong body"), {"outcome": "wrong_body"}),
        (_("Entered afterwards"), {"afterwards": "yes"}),
    ]
    shown = []
    for label, part in quick:
        is_active = all(query.get(name) == value for name, value in part.items())
        rest = {name: value for name, value in query.items() if name not in part}
        address = urlencode(rest if is_active else rest | part)
        shown.append({"label": label, "url": f"?{address}", "is_active": is_active})
    for names, label in beyond_the_form(query):
        rest = {name: value for name, value in query.items() if name not in names}
        shown.append({"label": label, "remove_url": f"?{urlencode(rest)}"})
    return shown


def beyond_the_form(query: dict[str, str]) -> list[tuple[tuple[str, ...], str]]:
    """Narrowings that the form has no place for, in words: several topics or units at once, an hour of a weekday."""
    found: list[tuple[tuple[str, ...], str]] = []
    if query.get("service"):
        found.append((("service",), f"{_('Service')}: {names_of(reference.services(), query['service'])}"))
    for name, label, of in (("topic", _("Topic"), reference.topics), ("unit", _("Unit"), reference.units)):
        if "," in query.get(name, "") or query.get(name) == NONE:
            found.append(((name,), f"{label}: {names_of(of(), query[name])}"))
    weekday, hour = query.get("weekday", ""), query.get("hour", "")
    parts = [str(WEEKDAYS[int(weekday) - 1])] if weekday in {"1", "2", "3", "4", "5", "6", "7"} else []
    parts += [f"{hour}.00–{int(hour) + 1}.00"] if hour.isascii() and hour.isdigit() else []
    if parts:
        found.append((("weekday", "hour"), " ".join(parts)))
    return found


def within_the_form(query: QueryDict) -> QueryDict:
    """What the form has a place for: several entries of a list at once stand in their own chip."""
    kept = query.copy()
    for names, _label in beyond_the_form(query):
        for name in names:
            kept.pop(name, None)
    return kept


def contact_of(request, key) -> Contact:
    seen = Contact.objects.visible_to(request.user).select_related("party", "case", "case__kind")
    return get_object_or_404(seen, key=key)


def may_change(contact: Contact, user) -> bool:
    """Whoever logged it, and those who lead the team; nobody once it was taken back."""
    own = contact.handled_by_id == user.pk or user.may(Permission.CASE_ASSIGN)
    return own and user.may(Permission.CONTACT_LOG) and contact.undone_at is None


def shown_case(contact: Contact, user) -> Case | None:
    """The contact's case, if the reader may see it: one that is not open to them is not even named."""
    if contact.case_id is None:
        return None
    if not contact.is_restricted and user.may(Permission.CASE_VIEW_ALL_UNITS):
        return contact.case
    return Case.objects.visible_to(user).filter(pk=contact.case_id).first()


@requires(Permission.CONTACT_VIEW)
@require_GET
def contact_detail(request, key):
    contact = contact_of(request, key)
    if contact.party_id or contact.is_restricted:
        record_reading(user=request.user, way="view", on=contact)
    deeds = Deed.objects.filter(object_type=Contact._meta.label_lower, object_id=contact.pk).order_by("-id")[:20]
    changes = may_change(contact, request.user)
    draft = drafts.draft_of(user=request.user, form=log.CASE_DRAFT, subject=str(contact.key)) if changes else None
    complaint = (
        next((term for term in expected_terms(request.today).values() if term.is_complaint), None) if draft else None
    )
    context = {
        "contact": contact,
        "case": shown_case(contact, request.user),
        "deeds": deeds,
        "versions": versions_told(contact, user=request.user),
        "may_change": changes,
        "may_open_case": changes and contact.case_id is None and request.user.may(Permission.CASE_REGISTER),
        "draft": draft,
        "complaint": complaint,
        "party_url": contact.party.get_absolute_url()
        if contact.party and request.user.may(Permission.PARTY_VIEW)
        else "",
        "trail": [(_("Contacts"), reverse("complaints:contact_list"))],
    }
    return render(request, "complaints/contact_detail.html", context)


@requires(Permission.CONTACT_LOG)
@require_http_methods(["GET", "POST"])
def contact_edit(request, key):
    contact = contact_of(request, key)
    if not may_change(contact, request.user):
        return refuse(request, contact, _("Only the one who logged this contact, or the head, corrects it."))
    form = ChangeContactForm.of(
        contact,
        case=shown_case(contact, request.user),
        user=request.user,
        today=request.today,
        data=request.POST or None,
    )
    is_changed_since = False
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            log.change_contact(
                contact=contact, by=request.user, seen_version=data["seen_version"], case=data["case"], **form.values()
            )
        except log.ContactChanged:
            is_changed_since = True
        except DeedRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            toast(request, _("The contact was corrected. The earlier version is kept."))
            return redirect("complaints:contact_detail", key=contact.key)
    context = {
        "contact": contact,
        "form": form,
        "versions": versions_told(contact, user=request.user) if is_changed_since else [],
        "is_changed_since": is_changed_since,
        "now_version": log.version_of(contact),
        "trail": trail_of(contact),
    }
    refused = request.method == "POST"
    return render(request, "complaints/contact_edit.html", context, status=422 if refused else 200)


@requires(Permission.CASE_REGISTER)
@require_http_methods(["GET", "POST"])
def contact_open_case(request, key):
    contact = contact_of(request, key)
    if not may_change(contact, request.user) or contact.case_id:
        return refuse(request, contact, _("A case is opened by the one who logged the contact, and only once."))
    draft = drafts.draft_of(user=request.user, form=log.CASE_DRAFT, subject=str(contact.key))
    first = draft.data if draft else {"description": contact.note, "kind": first_kind(request.today)}
    form = OpenCaseForm(
        request.POST or None, user=request.user, today=request.today, received_at=contact.at, initial=first
    )
    if request.method == "POST" and form.is_valid():
        try:
            case = log.open_case_of(contact=contact, words=form.words(), by=request.user)
        except DeedRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            toast(request, opened_words(case))
            return redirect("complaints:contact_detail", key=contact.key)
    context = {"contact": contact, "form": form, "draft": draft, "trail": trail_of(contact)}
    return render(
        request, "complaints/contact_open_case.html", context, status=422 if request.method == "POST" else 200
    )


def opened_words(case: Case) -> str:
    if case.due_on:
        return _("Case %(number)s was opened, due %(day)s.") % {"number": case.number, "day": day(case.due_on)}
    return _("Case %(number)s was opened.") % {"number": case.number}


def first_kind(today):
    return next((term.kind_id for term in expected_terms(today).values() if term.code == "explanation"), None)


def trail_of(contact):
    return [
        (_("Contacts"), reverse("complaints:contact_list")),
        (day(contact.at), reverse("complaints:contact_detail", args=[contact.key])),
    ]


def refuse(request, contact, words):
    toast(request, words, tone="bad")
    return redirect("complaints:contact_detail", key=contact.key)
