"""Challenges: their list, and the deeds on one, each a sheet over the page of its case."""

import uuid
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django.views.decorators.vary import vary_on_headers

from bureau.permissions import requires
from bureau.roles import Permission
from bureau.templatetags.formats import capped
from complaints import challenge_in_court, challenge_letters, challenge_page, challenges
from complaints.challenge_page import challenge_of
from complaints.challenge_stages import Purpose, term_of
from complaints.complaint_list import COUNT_CAP
from complaints.forms import challenges as forms
from complaints.forms.cases import ConfirmForm, ReasonForm
from complaints.models import Case, Challenge
from complaints.paging import capped_count
from complaints.views.case_deeds import deed
from complaints.views.cases import posted, seen_case
from complaints.views.complaints import in_language_of, to_whom

SHEET = ["GET", "POST"]


# --- The list ---------------------------------------------------------------------------------------------------------
@requires(Permission.COMPLAINT_VIEW)
@require_GET
@vary_on_headers("HX-Request")
def challenge_list(request):
    rows = challenge_page.narrowed(request.GET, user=request.user)
    page = challenge_page.page_of(rows, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    is_whole = page.next_key is None and page.previous_key is None
    count = len(page.rows) if is_whole else capped_count(rows, COUNT_CAP)
    names = ("stage", "from", "to", "suspended")
    context = {
        "challenges": page, "form": forms.ChallengeFilterForm(request.GET), "chips": chips(request),
        "count_words": _("%(count)s in all") % {"count": capped(count, COUNT_CAP)},
        "clear_url": reverse("complaints:challenge_list") if any(request.GET.get(name) for name in names) else "",
    }  # fmt: skip
    return render(request, "complaints/challenge_list.html" + ("#rows" if request.htmx else ""), context)


def chips(request) -> list[dict]:
    quick = [
        (_("With the deciding body"), {"stage": "passed_on"}), (_("Defects to be cured"), {"stage": "curing"}),
        (_("Act suspended"), {"stage": "all", "suspended": "yes"}), (_("In court"), {"stage": "court"}),
        (_("All"), {"stage": "all"}),
    ]  # fmt: skip
    now = {name: value for name, value in request.GET.items() if name in {"stage", "suspended"} and value}
    return [
        {"label": label, "url": "?" if now == part else f"?{urlencode(part)}", "is_active": now == part}
        for label, part in quick
    ]


# --- What all sheets share ----------------------------------------------------------------------------------------------
def challenge_case(request, number: str) -> tuple[Case, Challenge]:
    """The case and its challenge, if both exist for this person; else 404."""
    case = seen_case(request, number, "challenge")
    challenge = challenge_of(case)
    if challenge is None:
        raise Http404
    return case, challenge


def fresh_letter(words: str = "") -> dict:
    return {"key": uuid.uuid4(), "text": words}


# --- Examined, cured, passed on -------------------------------------------------------------------------------------------
@requires(Permission.COMPLAINT_HANDLE)
@require_http_methods(SHEET)
def challenge_treat(request, number):
    case = seen_case(request, number)
    form = ConfirmForm(posted(request), case=case)
    return deed(
        request, case, form, title=_("Treat as a challenge"), action=_("Treat so"), done=_("It is handled as a challenge."),
        text=_("By its substance, whatever it is called: it asks to change or annul a decision or measure. The deadlines that run stay."),
        do=lambda data: challenges.open_challenge(case=case, by=request.user, seen_version=form.seen_version),
    )  # fmt: skip


@requires(Permission.COMPLAINT_HANDLE)
@require_http_methods(SHEET)
def challenge_examine(request, number):
    case, challenge = challenge_case(request, number)
    form = forms.ExamineForm(posted(request), case=case, challenge=challenge, today=request.today)

    def do(data):
        examined = challenges.Examined(
            act=data["act"], act_on=data["act_on"], unit_id=data["unit"], official_id=data["official"],
            learnt_on=data["learnt_on"], demand=data["demand"], contents=tuple(data["contents"]),
        )  # fmt: skip
        challenges.examine(case=case, examined=examined, by=request.user, seen_version=form.seen_version)

    return deed(
        request, case, form, title=_("Examine term and contents"), action=_("Keep what was found"), done=_("The challenge is examined."), do=do,
    )  # fmt: skip


@requires(Permission.COMPLAINT_ASSESS)
@require_http_methods(SHEET)
def challenge_restore(request, number):
    case, _challenge = challenge_case(request, number)
    form = ReasonForm(posted(request), case=case)
    return deed(
        request, case, form, title=_("Restore the missed term"), action=_("Restore"), done=_("The term is restored."),
        do=lambda data: challenges.restore_term(case=case, reason=data["reason"], by=request.user, seen_version=form.seen_version),
    )  # fmt: skip


@requires(Permission.COMPLAINT_HANDLE)
@require_http_methods(SHEET)
def challenge_cure(request, number):
    case, challenge = challenge_case(request, number)
    found = term_of(purpose=Purpose.CURE, trigger_on=request.today)
    until = found[1].due_on if found else None
    words = in_language_of(case, lambda: challenge_letters.cure_notice(case, challenge, until))
    form = forms.LetterForm(posted(request), case=case, today=request.today, initial=fresh_letter(words))
    return deed(
        request, case, form, title=_("Ask to cure the defects"), action=_("Ask %(recipient)s") % {"recipient": to_whom(case)},
        done=_("The defects are named to the person; the term to cure them runs."),
        do=lambda data: challenges.ask_to_cure(case=case, letter=form.letter(), by=request.user, seen_version=form.seen_version),
    )  # fmt: skip


@requires(Permission.COMPLAINT_HANDLE)
@require_http_methods(SHEET)
def challenge_cured(request, number):
    case, challenge = challenge_case(request, number)
    form = forms.CuredForm(posted(request), case=case, challenge=challenge, initial={"on": request.today})
    return deed(
        request, case, form, title=_("Record what was sent"), action=_("Record"), done=_("What was sent is recorded."),
        do=lambda data: challenges.record_cure(
            case=case, contents=tuple(data["contents"]), on=data["on"], by=request.user, seen_version=form.seen_version
        ),
    )  # fmt: skip


@requires(Permission.COMPLAINT_HANDLE)
@require_http_methods(SHEET)
def challenge_pass_on(request, number):
    case, challenge = challenge_case(request, number)
    words = in_language_of(case, lambda: challenge_letters.passed_elsewhere(case))
    initial = {**fresh_letter(words), "on": request.today, "unit": challenge.deciding_unit_id or challenge.unit_id}
    form = forms.PassOnForm(posted(request), case=case, today=request.today, initial=initial)

    def do(data):
        passing = challenges.PassingOn(
            on=data["on"], unit_id=data["unit"], body_id=data["body"],
            letter=form.letter() if data["body"] and data["text"].strip() else None,
        )  # fmt: skip
        challenges.pass_on(case=case, passing=passing, by=request.user, seen_version=form.seen_version)

    return deed(
        request, case, form, title=_("Pass on to who decides"), action=_("Pass on"), done=_("The challenge is passed on; the term to decide runs."), do=do,
    )  # fmt: skip


# --- The act held back -----------------------------------------------------------------------------------------------------
@requires(Permission.COMPLAINT_ASSESS)
@require_http_methods(SHEET)
def challenge_suspend(request, number):
    case, _challenge = challenge_case(request, number)
    form = forms.SuspendForm(posted(request), case=case)
    return deed(
        request, case, form, title=_("Suspend the challenged act"), action=_("Suspend"), done=_("The act is suspended."),
        do=lambda data: challenges.suspend(
            case=case, reason=data["reason"], until=data["until"], by=request.user, seen_version=form.seen_version
        ),
    )  # fmt: skip


@requires(Permission.COMPLAINT_ASSESS)
@require_http_methods(SHEET)
def challenge_resume(request, number):
    case, _challenge = challenge_case(request, number)
    form = ReasonForm(posted(request), case=case)
    return deed(
        request, case, form, title=_("End the suspension"), action=_("End the suspension"), done=_("The suspension has ended."),
        do=lambda data: challenges.end_suspension(case=case, reason=data["reason"], by=request.user, seen_version=form.seen_version),
    )  # fmt: skip


# --- Decided, returned, withdrawn --------------------------------------------------------------------------------------------
@requires(Permission.COMPLAINT_DECIDE)
@require_http_methods(SHEET)
def challenge_decide(request, number):
    case, challenge = challenge_case(request, number)
    words = in_language_of(case, lambda: challenge_letters.decision(case, challenge))
    form = forms.DecideChallengeForm(posted(request), case=case, today=request.today, initial=fresh_letter(words))
    return deed(
        request, case, form, title=_("Decide the challenge"), action=_("Decide and tell %(recipient)s") % {"recipient": to_whom(case)},
        done=_("The challenge is decided and the letter recorded."),
        do=lambda data: challenges.decide(
            case=case, outcome=data["outcome"], findings=data["findings"], letter=form.letter(), by=request.user,
            seen_version=form.seen_version,
        ),
    )  # fmt: skip


@requires(Permission.COMPLAINT_ASSESS)
@require_http_methods(SHEET)
def challenge_return(request, number):
    case, _challenge = challenge_case(request, number)
    words = in_language_of(case, lambda: challenge_letters.return_notice(case))
    form = forms.ReturnChallengeForm(posted(request), case=case, today=request.today, initial=fresh_letter(words))
    return deed(
        request, case, form, title=_("Return the challenge"), danger=True, done=_("The challenge is returned."),
        action=_("Return and tell %(recipient)s") % {"recipient": to_whom(case)},
        do=lambda data: challenges.return_challenge(
            case=case, ground=data["ground"], letter=form.letter(), by=request.user, seen_version=form.seen_version
        ),
    )  # fmt: skip


@requires(Permission.COMPLAINT_HANDLE)
@require_http_methods(SHEET)
def challenge_withdraw(request, number):
    case, _challenge = challenge_case(request, number)
    form = ReasonForm(posted(request), case=case)
    return deed(
        request, case, form, title=_("The person takes the challenge back"), action=_("Record"), done=_("The challenge is withdrawn."), danger=True,
        do=lambda data: challenges.withdraw(case=case, reason=data["reason"], by=request.user, seen_version=form.seen_version),
    )  # fmt: skip


# --- Court, and back to the case -----------------------------------------------------------------------------------------------
@requires(Permission.COMPLAINT_HANDLE)
@require_http_methods(SHEET)
def challenge_court(request, number):
    case, _challenge = challenge_case(request, number)
    form = forms.CourtForm(posted(request), case=case, initial={"on": request.today})
    return deed(
        request, case, form, title=_("The matter went to court"), action=_("Record"), done=_("The matter is in court."),
        do=lambda data: challenge_in_court.go_to_court(
            case=case, court=data["court"], number=data["court_number"], on=data["on"], by=request.user,
            seen_version=form.seen_version,
        ),
    )  # fmt: skip


@requires(Permission.COMPLAINT_HANDLE)
@require_http_methods(SHEET)
def challenge_ruling(request, number):
    case, _challenge = challenge_case(request, number)
    form = forms.RulingForm(posted(request), case=case, initial={"on": request.today})
    return deed(
        request, case, form, title=_("Record the ruling"), action=_("Record"), done=_("The ruling is recorded."),
        do=lambda data: challenge_in_court.record_ruling(
            case=case, result=data["result"], on=data["on"], reason=data["reason"], reopen=bool(data.get("reopen")),
            by=request.user, seen_version=form.seen_version,
        ),
    )  # fmt: skip


@requires(Permission.COMPLAINT_HANDLE)
@require_http_methods(SHEET)
def challenge_close(request, number):
    case, _challenge = challenge_case(request, number)
    form = forms.CloseWithResultForm(posted(request), case=case, today=request.today)
    return deed(
        request, case, form, title=_("Close the case with this result"), action=_("Close the case"), done=_("The case is closed."),
        do=lambda data: challenge_in_court.close_with_result(
            case=case, by=request.user, topic_id=data.get("topic"), note=data["note"], seen_version=form.seen_version
        ),
    )  # fmt: skip
