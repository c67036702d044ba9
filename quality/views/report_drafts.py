"""The draft of a report: what is missing, what people write into it, handing it on and freezing it."""

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bureau import reference
from bureau.permissions import requires
from bureau.refusals import DeedRefused, show_in
from bureau.roles import ROLES
from bureau.roles import Permission as P
from bureau.substitution import act_for
from bureau.toasts import toast
from feedback.models import OpenAnswer, Response
from quality import (
    indicator_charts,
    monthly_report,
    report_content,
    report_delivery,
    report_material,
    reports,
)
from quality.models import Report, ReportAsk, ReportQuote
from quality.report_content import Content
from quality.report_writing_forms import (
    AskForm,
    CommentForm,
    IssueForm,
    QuoteForm,
)
from quality.views.reports import draft_unit, issue_address, seen, units_for

QUOTES_OFFERED = 20


@requires(P.REPORT_EDIT, P.REPORT_VIEW_UNIT)
@require_GET
def report_draft(request, number):
    """What the report would say now. A unit head sees the own unit's part and comments on it."""
    report = seen(request, number)
    if report.is_issued:
        return redirect(issue_address(report.issues.first()))
    unit = draft_unit(request, report)
    told = reports.content(report, unit_id=unit.id if unit else None)
    return render(request, "quality/report_draft.html", draft_context(request, report, told, unit))


def draft_context(request, report: Report, told: Content, unit, **more) -> dict:
    user, whole, own = request.user, unit is None, report.comments.filter(unit_id=unit.id if unit else None)
    may_edit, edition = user.may(P.REPORT_EDIT), told.edition(translation.get_language() or "et")
    context = {
        "report": report, "content": told, "edition": edition, "only_estonian": report_content.only_estonian(told, edition), "unit": unit, "units": units_for(user) if may_edit else [],
        "tone": reports.REPORT_LIFECYCLE.tones[report.state], "title": monthly_report.period_words(report), "may_edit": may_edit, "is_whole": whole,
        "names": {one["code"]: one[f"name_{edition.language}"] for one in told.definitions}, "own_comments": set(own.values_list("about", flat=True)),
        "number": report.number,
    }  # fmt: skip
    if whole and may_edit:
        context |= {
            "missing": reports.needed_before_issue(report, today=request.today), "may_issue": user.may(P.REPORT_ISSUE),
            "asks": [(one, one.worded(edition.language)) for one in report.asks.all()], "quotes": list(report.quotes.all()), "offered": quotes_offered(report, user), "ask_form": AskForm(),
            "issue_form": IssueForm(), "is_correction": report.issues.exists(), "is_late": report.due_on < request.today,
        }  # fmt: skip
    return context | more


def words_of_period(report: Report, user) -> QuerySet[OpenAnswer]:
    """Words given in the period, of cases that exist for the person and of none."""
    answers = Response.objects.of_seen_cases(user).counted()
    return OpenAnswer.objects.filter(
        response__in=answers.filter(answered_on__range=(report.first_day, report.last_day))
    )


def quotes_offered(report: Report, user) -> list[OpenAnswer]:
    """Released words of the period, not chosen yet."""
    chosen = report.quotes.filter(answer__isnull=False).values("answer_id")
    found = words_of_period(report, user).filter(state=OpenAnswer.State.RELEASED)
    return list(
        found.exclude(pk__in=chosen)
        .select_related("response")
        .order_by("-response__answered_on", "pk")[:QUOTES_OFFERED]
    )


def to_draft(report: Report, unit=None, part: str = ""):
    return redirect(report_delivery.draft_url(report) + (f"?unit={unit.code}" if unit else "") + part)


@requires(P.REPORT_EDIT, P.REPORT_VIEW_UNIT)
@require_http_methods(["GET", "POST"])
def report_comment(request, number, about):
    """What is seen, why, what is done, who and by when: written in the draft, beside what it is about."""
    report = seen(request, number)
    unit = draft_unit(request, report)
    material = report_material.Material(report, timezone.now(), unit.id if unit else None)
    known = material.known.get(about)
    if known is None:
        raise Http404
    if unit and not request.user.may(P.REPORT_EDIT):
        # The unit was asked: who stands in for its head comments on that head's behalf.
        act_for(request.user, request.user.rights.lenders_over(P.REPORT_VIEW_UNIT, lambda held: unit.id in reference.unit_subtree_ids(held)))  # fmt: skip
    held = report.comments.filter(about=about, unit_id=unit.id if unit else None).first()
    initial = (
        {name: getattr(held, name) for name in ("what", "why", "action", "owner", "due_on")}
        if held
        else {"what": monthly_sentence(known)}
    )
    form = CommentForm(request.POST or None, initial=initial)
    form.fields["why"].widget.attrs["autofocus"] = True
    waiting = still_without_comment(material, after=about)
    if request.method == "POST" and form.is_valid():
        try:
            reports.write_comment(
                report=report, about=about, unit_id=unit.id if unit else None, by=request.user, **form.cleaned_data
            )
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("The comment is kept."))
            if "next" in request.POST and waiting:
                return redirect(comment_url(report, waiting[0], unit))
            return to_draft(report, unit, f"#comment-{about}")
    if report.is_issued and request.method == "GET":
        return redirect(issue_address(report.issues.first()))
    told = reports.content(report, unit_id=unit.id if unit else None)
    blocks = told.edition(translation.get_language() or "et").blocks(report_content.Comment)
    writing = {
        "about": about, "form": form, "name": known.passport.name, "waiting": len(waiting), "url": request.get_full_path(),
        "back": report_delivery.draft_url(report) + (f"?unit={unit.code}" if unit else "") + f"#comment-{about}",
        # What need not be commented, or was not counted, has no place in the paper yet.
        "has_place": (held is not None or known.needs_comment) and any(one.about == about for one in blocks),
    }  # fmt: skip
    context = draft_context(request, report, told, unit, writing=writing)
    return render(request, "quality/report_draft.html", context, status=422 if request.method == "POST" else 200)


def still_without_comment(material, *, after: str) -> list[str]:
    """What else needs a comment and has none, in the order of the report, from the one after `after` round to its start."""
    known = material.worst_first
    at = known.index(material.known[after])
    return [one.code for one in known[at + 1 :] + known[:at] if material.is_uncommented(one)]


def comment_url(report: Report, about: str, unit) -> str:
    url = reverse("quality:report_comment", args=[report.number, about])
    return url + (f"?unit={unit.code}" if unit else "")


def monthly_sentence(known) -> str:
    return capfirst(indicator_charts.sentence_of(known.chart, known.passport)) if known.chart else known.words(known.value.value if known.value else None)  # fmt: skip


@requires(P.REPORT_EDIT)
@require_POST
def report_ask(request, number):
    report, form = seen(request, number), AskForm(request.POST)
    if not form.is_valid():
        return draft_again(request, report, ask_form=form)
    return done(request, report, _("The decision is asked for."), reports.ask_decision, **form.cleaned_data)


@requires(P.REPORT_EDIT)
@require_POST
def report_ask_drop(request, number, pk):
    report = seen(request, number)
    ask = get_object_or_404(ReportAsk, report=report, pk=pk)
    return done(request, report, _("It is not asked any more."), lambda report, by: reports.drop_ask(ask=ask, by=by))


@requires(P.REPORT_EDIT)
@require_POST
def report_quote(request, number):
    report, form = seen(request, number), QuoteForm(request.POST)
    if not form.is_valid():
        toast(request, _("The words were not kept: write at most 300 characters."), tone="bad")
        return to_draft(report)
    answer = get_object_or_404(words_of_period(report, request.user), pk=form.cleaned_data["answer"])
    return done(request, report, _("The words stand in the report."), reports.choose_quote, answer=answer, text=form.cleaned_data["text"])  # fmt: skip


@requires(P.REPORT_EDIT)
@require_POST
def report_quote_drop(request, number, pk):
    report = seen(request, number)
    quote = get_object_or_404(ReportQuote, report=report, pk=pk)
    return done(
        request, report, _("The words were taken out."), lambda report, by: reports.drop_quote(quote=quote, by=by)
    )


@requires(P.REPORT_EDIT)
@require_POST
def report_to_units(request, number):
    return done(request, seen(request, number), _("Unit heads are asked for comments."), reports.send_to_units)


@requires(P.REPORT_EDIT)
@require_POST
def report_to_head(request, number):
    return done(request, seen(request, number), _("The report is with the head of bureau."), reports.send_to_head)


def done(request, report: Report, words: str, deed, **facts):
    try:
        deed(report=report, by=request.user, **facts)
    except DeedRefused as refusal:
        toast(request, str(refusal), tone="bad")
    else:
        toast(request, words)
    return to_draft(report)


def draft_again(request, report: Report, **more):
    context = draft_context(request, report, reports.content(report), None, **more)
    return render(request, "quality/report_draft.html", context, status=422)


@requires(P.REPORT_ISSUE)
@require_http_methods(["GET", "POST"])
def report_issue_now(request, number):
    """The report as its readers will see it and who they are; confirmed, it is frozen and sent."""
    report = seen(request, number)
    if report.is_issued and request.method == "GET":
        return redirect(issue_address(report.issues.first()))
    form = IssueForm(request.POST if request.method == "POST" else None)
    readers = reports.readers_now(report)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["readers"] != ids_of(readers):
            form.add_error(None, _("Look at the readers below and confirm: nothing was sent yet."))
            return issue_preview(request, report, form, readers)
        try:
            made = reports.issue(
                report=report, by=request.user, today=request.today, reason=form.cleaned_data["reason"]
            )
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("Issue %(number)s is frozen and on its way to its readers.") % {"number": str(made)})
            return redirect(issue_address(made))
    return issue_preview(request, report, form, readers)


def ids_of(readers) -> str:
    return ",".join(str(user.pk) for user, _role, _unit in readers)


def issue_preview(request, report: Report, form, readers):
    told, units = reports.content(report), reference.units()
    context = draft_context(request, report, told, None) | {
        "issue_form": form, "reader_ids": ids_of(readers),
        "readers": [
            (user, ROLES[role].name, units[unit_id].name if unit_id in units else "", role in report_delivery.WITH_ATTACHMENT)
            for user, role, unit_id in readers
        ],
    }  # fmt: skip
    return render(request, "quality/report_preview.html", context, status=422 if form.is_bound else 200)


@requires(P.REPORT_ISSUE)
@require_POST
def report_correct(request, number):
    report = seen(request, number)
    try:
        reports.begin_correction(report=report, by=request.user)
    except DeedRefused as refusal:
        toast(request, str(refusal), tone="bad")
        return redirect("quality:report_list")
    return to_draft(report)
