"""A case registered by hand: a letter, a visit, whatever did not come by itself."""

from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from bureau import drafts, reference
from bureau.audit import record_reading
from bureau.permissions import requires
from bureau.refusals import DeedRefused, show_in
from bureau.roles import Permission
from bureau.submissions import knows_its_deed
from bureau.toasts import toast
from bureau.typed_numbers import whole
from complaints import party_search
from complaints.assignment import people_who_handle
from complaints.case_facts import possible_duplicates
from complaints.forms.case_registration import DuplicatesForm, NewCaseForm, TermsForm, begun_at
from complaints.forms.cases import WhoForm
from complaints.hand_registration import NEW_DRAFT, register_by_hand, terms_of


@requires(Permission.CASE_REGISTER)
@require_http_methods(["GET", "POST"])
def case_new(request):
    handlers = people_who_handle(request.today)
    if request.method == "POST" and "find" not in request.POST:
        form = NewCaseForm(request.POST, today=request.today, handlers=handlers)
        if form.is_valid():
            try:
                case = register_by_hand(data=form.cleaned_data, by=request.user)
            except DeedRefused as refusal:
                show_in(form, refusal)
            else:
                knows_its_deed(request)
                toast(request, _("%(number)s is registered.") % {"number": case.number})
                return redirect(case)
        return page(request, form, status=422)
    draft = drafts.draft_of(user=request.user, form=NEW_DRAFT)
    typed = drafts.typed(request.POST) if request.method == "POST" else dict(draft.data) if draft else {}
    form = NewCaseForm(today=request.today, handlers=handlers, initial=begun_at(timezone.now()) | typed)
    return page(request, form, draft=draft)


def page(request, form, *, draft=None, status=200):
    values = form.data if form.is_bound else form.initial
    who, party = values.get("who") or "", party_search.chosen_party(values.get("party"), user=request.user)
    further = values.getlist("further_kinds") if form.is_bound else values.get("further_kinds") or []
    known = TermsForm(
        {**{name: values.get(name) or "" for name in TermsForm.base_fields}, "further_kinds": further}
    ).known()
    topic = values.get("topic")
    context = {
        "form": form, "draft": draft, "party": party, "who": who,
        "parties": party_search.find_parties(who, user=request.user) if who and not party else [],
        "terms": terms_of(**known), "today": request.today,
        "duplicates": possible_duplicates(
            party_id=party.pk if party else None, topic_id=whole(topic),
            user=request.user, today=request.today,
        ),
        "is_letter": bool(values.get("sender_reference") or values.get("sender_dated_on") or values.get("register_reference")),
    }  # fmt: skip
    return render(request, "complaints/case_new.html", context, status=status)


@requires(Permission.CASE_REGISTER)
@require_GET
def case_new_terms(request):
    """The last days that registering this would give, and why, while it is typed."""
    return render(
        request,
        "complaints/case_new.html#terms",
        {"terms": terms_of(**TermsForm(request.GET).known()), "today": request.today},
    )


@requires(Permission.CASE_REGISTER)
@require_GET
def case_new_parties(request):
    """Who fits what is typed."""
    form = WhoForm(request.GET)
    form.is_valid()
    who = form.cleaned_data.get("who", "")
    parties = party_search.find_parties(who, user=request.user) if who.strip() else []
    if parties:
        record_reading(
            user=request.user,
            way="search",
            object_type="complaints.party",
            label="",
            found=len(parties),
            page="case_new",
        )
    return render(request, "complaints/case_new.html#parties", {"parties": parties, "who": who, "party": None})


@requires(Permission.CASE_REGISTER)
@require_GET
def case_new_duplicates(request):
    form = DuplicatesForm(request.GET)
    form.is_valid()
    party = party_search.chosen_party(form.cleaned_data.get("party"), user=request.user)
    duplicates = possible_duplicates(
        party_id=party.pk if party else None,
        topic_id=form.cleaned_data.get("topic"),
        user=request.user,
        today=request.today,
    )
    topic = reference.topics().get(form.cleaned_data.get("topic"))
    return render(
        request,
        "complaints/case_new.html#duplicates",
        {"duplicates": duplicates, "topic": topic, "today": request.today},
    )
