"""Parties: finding one, what we know of them, adding and changing."""

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from bureau.audit import record_reading
from bureau.key_paging import Page, key, newest_first
from bureau.permissions import requires
from bureau.roles import Permission
from bureau.toasts import toast
from complaints import parties, party_search
from complaints.forms.contact_parts import FindForm
from complaints.forms.parties import ChangePartyForm, PartyForm
from complaints.models import Case, Contact, Party

FOUND_SHOWN = 50
CONTACTS_SHOWN = 20
CASES_SHOWN = 20


@requires(Permission.PARTY_VIEW)
@require_GET
@vary_on_headers("HX-Request")
def party_list(request):
    form = FindForm(request.GET)
    form.is_valid()
    q = form.cleaned_data.get("q", "").strip()
    seen = Party.objects.visible_to(request.user)
    if q:
        page = Page(party_search.find_parties(q, user=request.user, limit=FOUND_SHOWN))
        record_reading(
            user=request.user,
            way="search",
            object_type=Party._meta.label_lower,
            label="" if party_search.read(q).is_personal_code else q,
            page="parties",
            found=len(page.rows),
        )
    else:
        page = newest_first(seen, after=key(request.GET.get("after")), before=key(request.GET.get("before")))
    context = {
        "parties": page, "form": form, "q": q, "may_add": request.user.may(Permission.PARTY_CHANGE),
    }  # fmt: skip
    return render(request, "complaints/party_list.html" + ("#rows" if request.htmx else ""), context)


@requires(Permission.PARTY_VIEW)
@require_GET
def party_detail(request, pk):
    user = request.user
    party = get_object_or_404(Party.objects.visible_to(user), pk=pk)
    record_reading(user=user, way="view", on=party, label=parties.label_of(party))
    contacts = Contact.objects.visible_to(user).kept().filter(party=party).order_by("-at", "-pk")[:CONTACTS_SHOWN]
    cases = Case.objects.visible_to(user).filter(party=party).order_by("-registered_on", "-pk")[:CASES_SHOWN]
    context = {
        "party": party,
        "contacts": list(contacts),
        "cases": list(cases),
        "year": parties.year_of(party, user=user, today=request.today),
        "look_alikes": parties.look_alikes(party, user=user),
        "may_change": user.may(Permission.PARTY_CHANGE),
        "may_log": user.may(Permission.CONTACT_LOG),
        "today": request.today,
        "trail": [(_("Parties"), reverse("complaints:party_list"))],
    }
    return render(request, "complaints/party_detail.html", context)


@requires(Permission.PARTY_CHANGE)
@require_http_methods(["GET", "POST"])
def party_add(request):
    form = PartyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        party = parties.party_of_address(facts=form.facts(), by=request.user, is_somebody_else=True)
        alike = parties.look_alikes(party, user=request.user)
        words = (
            _("The party was added. Somebody like this is here already: compare them.")
            if alike
            else _("The party was added.")
        )
        toast(request, words, tone="warning" if alike else "good")
        return redirect(party)
    context = {"form": form, "trail": [(_("Parties"), reverse("complaints:party_list"))]}
    return render(request, "complaints/party_add.html", context, status=422 if request.method == "POST" else 200)


@requires(Permission.PARTY_CHANGE)
@require_http_methods(["GET", "POST"])
def party_edit(request, pk):
    party = get_object_or_404(Party.objects.visible_to(request.user), pk=pk)
    form = ChangePartyForm.of(party, request.POST or None)
    clashes = []
    if request.method == "POST" and form.is_valid():
        try:
            party, merged = parties.change_party(
                party=party, facts=form.facts(), by=request.user, seen_version=form.cleaned_data["seen_version"]
            )
        except parties.PartyChanged as changed:
            clashes, now_version = changed.clashes, changed.party.version
            form = ChangePartyForm(changed.merged | {"seen_version": now_version})
            form.is_valid()
        else:
            toast(request, saved_words(merged))
            return redirect(party)
    context = {
        "party": party,
        "form": form,
        "clashes": clashes,
        "trail": [(_("Parties"), reverse("complaints:party_list")), (str(party), party.get_absolute_url())],
    }
    return render(request, "complaints/party_edit.html", context, status=422 if request.method == "POST" else 200)


def saved_words(merged: list[str]) -> str:
    if merged:
        return _("Saved. Meanwhile somebody else changed: %(fields)s. Both changes are kept.") % {
            "fields": ", ".join(merged)
        }
    return _("Saved.")
