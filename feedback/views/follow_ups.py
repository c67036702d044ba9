"""Follow-ups of bad answers: the list, one of them, what came of it, and the person behind a confidential answer."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from bureau.audit import record_reading
from bureau.key_paging import Page, key, newest_first_seen
from bureau.models import Cause
from bureau.permissions import requires
from bureau.refusals import DeedRefused, show_in
from bureau.roles import Permission
from bureau.substitution import act_for
from bureau.toasts import toast
from feedback import follow_ups
from feedback.forms.sending import FollowUpForm, GiveForm, OpenIdentityForm
from feedback.models import Anonymity, ContactWish, FollowUp
from feedback.questionnaires import in_language, parse
from feedback.results import in_words

DAYS_COUNTED = 90


@requires(Permission.FOLLOW_UP)
@require_GET
@vary_on_headers("HX-Request")
def follow_up_list(request):
    state = request.GET.get("state", "open")
    state = state if state in ("open", "late", *FollowUp.State.values) else "any"
    page: Page = newest_first_seen(
        f"follow-ups, {state}", request.user, lambda user: follow_ups.in_state(state, user),
        FollowUp.objects.select_related("survey", "owner", "unit"),
        after=key(request.GET.get("after")), before=key(request.GET.get("before")), today=request.today,
    )  # fmt: skip
    for one in page:
        one.tone, one.is_late = (
            follow_ups.FOLLOW_UP_LIFECYCLE.tones[one.state],
            one.state == "new" and one.due_on < request.today,
        )
    first = request.today - timedelta(days=DAYS_COUNTED)
    in_time, due = follow_ups.share_contacted_in_time_seen_by(
        request.user, first=first, last=request.today, today=request.today
    )
    context = {
        "page": page, "state": state, "states": [("open", _("Open")), ("late", _("Late")), *FollowUp.State.choices[2:]],
        "in_time": in_time, "due": due, "share": in_time / due if due else None,
    }  # fmt: skip
    return render(request, "feedback/follow_up_list.html" + ("#rows" if request.htmx else ""), context)


@requires(Permission.FOLLOW_UP)
@require_http_methods(["GET", "POST"])
def follow_up_detail(request, pk):
    found = get_object_or_404(
        follow_ups.visible_to(request.user).select_related("survey", "owner", "unit", "response", "cause"), pk=pk
    )
    act_for(request.user, [found.owner_id])
    moves = moves_of(found)
    form = FollowUpForm(request.POST or None, moves=moves, causes=causes_on(request.today))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            follow_ups.move(follow_up=found, to=data["to"], by=request.user, note=data["note"], cause_id=data["cause"].pk if data["cause"] else None, today=request.today)  # fmt: skip
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("Saved."))
            return redirect("feedback:follow_up_detail", pk=pk)
    return shown(request, found, form, moves, status=422 if request.method == "POST" else 200)


def shown(request, found, form, moves, *, give=None, status: int = 200):
    response, way = found.response, follow_ups.way_to_client(found)
    wish = ContactWish.objects.filter(follow_up=found).first()
    record_reading(user=request.user, way="view", on=found.survey, label=found.survey.title_et, follow_up=found.pk)
    context = {
        "found": found, "form": form, "moves": moves, "answers": answers_in_words(response, request.LANGUAGE_CODE), "tone": follow_ups.FOLLOW_UP_LIFECYCLE.tones[found.state], "wish": wish, "response": response,
        "texts": list(response.texts.all()) if response else [], "is_late": found.state == "new" and found.due_on < request.today,
        "invitation": response.invitation if response and response.anonymity == Anonymity.IDENTIFIED else None,
        "may_open": way in (follow_ups.Way.CLOSED, follow_ups.Way.OPENED) and follow_ups.may_open_identity(request.user, found),
        "is_closed": way is follow_ups.Way.CLOSED, "leads_nowhere": way is follow_ups.Way.NONE,
    }  # fmt: skip
    if request.user.may(Permission.FOLLOW_UP_ASSIGN) and moves:
        context["give"] = give or GiveForm(people=follow_ups.may_own(request.today).exclude(pk=found.owner_id))
    return render(request, "feedback/follow_up_detail.html", context, status=status)


@requires(Permission.FOLLOW_UP_ASSIGN)
@require_POST
def follow_up_give(request, pk):
    found = get_object_or_404(
        follow_ups.visible_to(request.user).select_related("survey", "owner", "unit", "response", "cause"), pk=pk
    )
    give = GiveForm(request.POST, people=follow_ups.may_own(request.today))
    if give.is_valid():
        try:
            follow_ups.give_to(follow_up=found, by=request.user, **give.cleaned_data)
        except DeedRefused as refusal:
            show_in(give, refusal)
        else:
            toast(request, _("%(name)s has it now.") % {"name": give.cleaned_data["owner"]})
            return redirect("feedback:follow_up_list")
    moves = moves_of(found)
    return shown(request, found, FollowUpForm(moves=moves, causes=causes_on(request.today)), moves, give=give, status=422)  # fmt: skip


def moves_of(found: FollowUp) -> list[tuple[str, str]]:
    return [(to, FollowUp.State(to).label) for to in follow_ups.FOLLOW_UP_LIFECYCLE.moves_from(found.state)]


def causes_on(day):
    return Cause.objects.in_use(day).filter(parent__isnull=False)


def answers_in_words(response, language: str) -> list[tuple[str, str]]:
    """Question and answer as the client read them."""
    if response is None:
        return []
    asked = parse(response.questionnaire.content).questions()
    return [(in_language(one.text, language), in_words(one, response.answers[one.code])) for one in asked if one.code in response.answers]  # fmt: skip


@requires(Permission.SURVEY_OPEN_LINK, Permission.FOLLOW_UP)
@require_http_methods(["GET", "POST"])
def follow_up_identity(request, pk):
    """Open the link to the person, for a reason that is kept; the page shows it once."""
    found = get_object_or_404(follow_ups.visible_to(request.user).select_related("survey", "response"), pk=pk, response__isnull=False)  # fmt: skip
    if not follow_ups.may_open_identity(request.user, found):
        raise PermissionDenied
    act_for(request.user, [found.owner_id])
    form = OpenIdentityForm(request.POST or None)
    invitation = None
    if request.method == "POST" and form.is_valid():
        try:
            invitation = follow_ups.open_identity(follow_up=found, by=request.user, reason=form.cleaned_data["reason"])  # fmt: skip
        except DeedRefused as refusal:
            show_in(form, refusal)
    status = 422 if request.method == "POST" and invitation is None else 200
    return render(request, "feedback/follow_up_identity.html", {"found": found, "form": form, "invitation": invitation}, status=status)  # fmt: skip
