"""The sheet in which a contact is logged, over any page; without script, or by its address, a page of its own."""

import uuid

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from bureau import drafts
from bureau.audit import record_reading
from bureau.permissions import requires
from bureau.roles import Permission
from bureau.submissions import key_sent, knows_its_deed, said_of_difference
from bureau.toasts import toast, toast_now
from bureau.typed_numbers import whole
from complaints import contact_log as log
from complaints import log_sheet, party_search
from complaints.contact_finder import found_for
from complaints.deeds import DeedRefused
from complaints.expected_terms import expected_terms
from complaints.favourite_topics import favourite_topics
from complaints.forms.contact_parts import DeadlineForm, HintsForm, OpeningForm, WhoForm
from complaints.forms.contacts import LogContactForm
from complaints.models import Contact, Party

SHEET = "sheet-content"


@requires(Permission.CONTACT_LOG)
@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def contact_log(request):
    if request.method == "POST":
        return save(request)
    asked = OpeningForm({**request.GET.dict(), "phone": request.GET.get("from", "")})
    asked.is_valid()
    data = asked.cleaned_data
    opened = log_sheet.opening(
        user=request.user, phone=data.get("phone", ""), same_as_last=data.get("same", False), again=data.get("again")
    )
    form = LogContactForm.fresh(
        user=request.user, today=request.today, initial=opened.initial | {"draft_subject": opened.draft_subject}
    )
    return sheet(request, form, restored_at=opened.restored_at)


def save(request):
    form = LogContactForm(request.POST, user=request.user, today=request.today)
    form.is_valid()
    if form.cleaned_data.get("afresh"):
        drafts.discard_draft(user=request.user, form=log.LOG_DRAFT, subject=form.cleaned_data.get("draft_subject", ""))
        return redirect("complaints:contact_log")
    if form.cleaned_data.get("find"):
        return look_up(request, form)
    logged = None
    if form.is_valid():
        try:
            logged = log.log_contact(entry=form.entry(draft_key=key_sent(request)), by=request.user)
        except DeedRefused as refusal:
            form.add_error(None, str(refusal))
    if logged is None:
        return refused(request, form)
    return saved(request, logged)


def saved(request, logged):
    knows_its_deed(request)
    words, tone = log_sheet.told(logged, user=request.user, today=request.today)
    differs = said_of_difference(request)
    undo_url = reverse("complaints:contact_undo", args=[logged.contact.key])
    if differs and (request.htmx or wants_json(request)):
        words, tone = differs, "warning"
    if wants_json(request):
        return JsonResponse({"text": words, "tone": tone, "undo": undo_url, "is_new": logged.is_new})
    if request.htmx:
        fresh = LogContactForm.fresh(user=request.user, today=request.today)
        return toast_now(sheet(request, fresh, last=logged.contact), words, tone=tone, undo_url=undo_url)
    toast(request, words, tone=tone, undo_url=undo_url)
    return redirect("complaints:contact_log")


def refused(request, form):
    if wants_json(request):
        return JsonResponse(
            {"problem": " ".join(error for errors in form.errors.values() for error in errors)}, status=422
        )
    return sheet(request, form, status=422)


def wants_json(request) -> bool:
    """What waited in a browser without a connection is sent by script, which reads no page."""
    return request.headers.get("Accept") == "application/json"


def look_up(request, form):
    """Without script the person is looked up by a button; what was typed stays."""
    typed = drafts.typed(request.POST)
    again = LogContactForm.fresh(user=request.user, today=request.today, initial=typed)
    again.candidates = tuple(party_search.find_parties(typed.get("who", ""), user=request.user))
    again.chosen_party = form.chosen_party
    return sheet(request, again, looked_up=True)


def sheet(request, form, *, status=200, restored_at=None, last=None, looked_up=False):
    """The sheet with everything beside its fields. In a dialog the fragment alone, else its page."""
    user, today = request.user, request.today
    values = form.data if form.is_bound else form.initial
    party = form.chosen_party or party_search.chosen_party(values.get("party"), user=user)
    topic_id = whole(values.get("topic")) or whole(values.get("favourite"))
    favourites = favourite_topics(user=user, today=today)
    last = last or log.last_of(user)
    in_dialog = request.htmx and request.htmx.target == SHEET
    hints = log_sheet.hints_for(
        topic_id=topic_id, party=party, user=user, today=today, key=as_uuid(values.get("key")), added_to=values.get("case") or ""
    )  # fmt: skip
    if party and not form.is_bound:
        record_reading(user=user, way="view", on=party, label=f"#{party.pk}", page="contact_log")
    context = {
        "form": form,
        "party": party,
        "card": log_sheet.card_of(party, user=user, today=today) if party else None,
        "hints": hints,
        # Where the case is not offered below, what was chosen before must not be lost.
        "hidden_case": "" if any(case.number == hints.added_to for case in hints.cases) else hints.added_to,
        "favourites": favourites,
        "favourite_id": topic_id if topic_id in {topic.id for topic in favourites} else None,
        "topic_id": topic_id,
        "terms": due_of(form, values, today),
        "last": log_sheet.repeated(last) if last else None,
        "restored_at": restored_at,
        "looked_up": looked_up,
        "in_dialog": in_dialog,
        "target": f"#{SHEET}" if in_dialog else "#log-page",
        "draft_url": draft_url(values.get("draft_subject") or ""),
        "today": today,
    }
    template = "complaints/contact_log.html" + ("#sheet" if request.htmx else "")
    return render(request, template, context, status=status)


def draft_url(subject: str) -> str:
    return reverse("bureau:draft_save", args=[log.LOG_DRAFT, subject] if subject else [log.LOG_DRAFT])


def as_uuid(value) -> uuid.UUID | None:
    return value if isinstance(value, uuid.UUID) else log_sheet.as_key(value)


def due_of(form, values, today):
    """The term of the kind chosen so far: the complaint's when it is, or may become, one."""
    terms = form.terms if hasattr(form, "terms") else expected_terms(today)
    outcome = values.get("outcome") or Contact.Outcome.ANSWERED
    complaint = next((term for term in terms.values() if term.is_complaint), None)
    if outcome == Contact.Outcome.CASE:
        return terms.get(whole(values.get("kind")) or form.fields["kind"].initial)
    return terms.get(whole(values.get("complaint_kind"))) or complaint


@requires(Permission.CONTACT_LOG)
@require_POST
def contact_undo(request, key):
    contact = get_object_or_404(Contact.objects.visible_to(request.user).filter(handled_by=request.user), key=key)
    try:
        log.undo_contact(contact=contact, by=request.user)
    except DeedRefused as refusal:
        if request.htmx:
            return toast_now(HttpResponse(status=204), str(refusal), tone="bad")
        toast(request, str(refusal), tone="bad")
        return redirect("complaints:contact_detail", key=contact.key)
    words = _("The contact was taken back. Mend it and save it again, or leave it.")
    if request.htmx:
        again = log_sheet.opening(user=request.user, again=contact.key)
        form = LogContactForm.fresh(user=request.user, today=request.today, initial=again.initial)
        return toast_now(sheet(request, form), words, tone="info")
    toast(request, words, tone="info")
    return redirect(f"{reverse('complaints:contact_log')}?again={contact.key}")


# --- Parts that the sheet asks for ------------------------------------------------------------------------------------
@requires(Permission.CONTACT_LOG)
@require_GET
def contact_finder(request):
    """Who fits what is typed so far, as options of the box."""
    form = WhoForm(request.GET)
    form.is_valid()
    who = form.cleaned_data.get("who", "")
    found = found_for(who, user=request.user, today=request.today)
    return render(
        request, "complaints/contact_finder.html", {"found": found, "who": who.strip(), "today": request.today}
    )


@requires(Permission.CONTACT_LOG)
@require_GET
def contact_person(request, pk):
    """The card of the person just chosen."""
    party = get_object_or_404(Party.objects.visible_to(request.user), pk=pk)
    record_reading(user=request.user, way="view", on=party, label=f"#{party.pk}", page="contact_log")
    card = log_sheet.card_of(party, user=request.user, today=request.today)
    return render(request, "complaints/contact_log.html#card", {"card": card, "today": request.today})


@requires(Permission.CONTACT_LOG)
@require_GET
def contact_hints(request):
    """The guide's answer to the topic, the right door, and whether it is the same call or an open case."""
    known = HintsForm(request.GET).known()
    party = party_search.chosen_party(known.get("party"), user=request.user)
    hints = log_sheet.hints_for(
        topic_id=known.get("topic"), party=party, user=request.user, today=request.today, key=known.get("key"),
        added_to=known.get("case", ""),
    )  # fmt: skip
    return render(request, "complaints/contact_log.html#hints", {"hints": hints, "today": request.today})


@requires(Permission.CONTACT_LOG)
@require_GET
def contact_deadline(request):
    """The last day that the chosen kind would give, computed while it is being chosen."""
    form = DeadlineForm(request.GET)
    form.is_valid()
    data = form.cleaned_data
    at = data.get("at")
    terms = expected_terms(request.today, received_on=min(at.date(), request.today) if at else None)
    chosen = data.get("kind") if data.get("outcome") == Contact.Outcome.CASE else data.get("complaint_kind")
    term = terms.get(chosen)
    if term is None and data.get("outcome") != Contact.Outcome.CASE:
        term = next((one for one in terms.values() if one.is_complaint), None)
    return render(request, "complaints/contact_log.html#due", {"terms": term, "today": request.today})
