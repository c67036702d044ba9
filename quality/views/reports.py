"""Reports: the register, an issue as its reader sees it, the rows behind a figure, questions, decisions, and the forms of one issue as
files. Drafts: `report_drafts.py`."""

from datetime import date

from django.db.models import Prefetch
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bureau import reference
from bureau.audit import record_reading
from bureau.key_paging import newest_first_by
from bureau.permissions import requires
from bureau.refusals import DeedRefused, show_in
from bureau.roles import Permission as P
from bureau.templatetags.formats import month
from bureau.toasts import toast
from bureau.typed_numbers import whole as whole_number
from quality import (
    evidence,
    monthly_report,
    report_content,
    report_delivery,
    report_forms,
    reports,
)
from quality.models import Measurement, Report, ReportDecision, ReportIssue, ReportPack, ReportQuestion
from quality.periods import month_start, months_back
from quality.report_content import Content, Figure
from quality.report_writing_forms import (
    AnswerForm,
    DecisionForm,
    NewReportForm,
    QuestionForm,
)

SEES = (P.REPORT_VIEW, P.REPORT_VIEW_UNIT)
MONTHS_OFFERED = 24


# --- Register ---------------------------------------------------------------------------------------------------------
@requires(*SEES)
@require_GET
def report_list(request):
    found = Report.objects.visible_to(request.user).prefetch_related(
        # The frozen text of an issue is long, and a list has no need of it.
        Prefetch("issues", ReportIssue.objects.defer("content").prefetch_related("readers"))
    )
    page = newest_first_by(
        found, Report.BY_PERIOD, after=request.GET.get("after", ""), before=request.GET.get("before", "")
    )
    may_edit, whole = request.user.may(P.REPORT_EDIT), request.user.may(P.REPORT_VIEW)
    for one in page:
        issues = list(one.issues.all())
        one.tone, one.title, one.last = (
            reports.REPORT_LIFECYCLE.tones[one.state],
            monthly_report.period_words(one),
            issues[0] if issues else None,
        )
        one.read = sum(reader.read_at is not None for reader in one.last.readers.all()) if one.last else 0
        one.of = len(one.last.readers.all()) if one.last else 0
        one.is_late = not one.is_issued and one.due_on < request.today
        may_open_draft = not one.is_issued and (may_edit or not whole)
        one.url = report_delivery.draft_url(one) if may_open_draft else issue_address(one.last)
    return render(
        request,
        "quality/report_list.html",
        {
            "page": page,
            "may_edit": request.user.may(P.REPORT_EDIT),
            "may_own": request.user.may(P.INDICATOR_VIEW) or request.user.may(P.INDICATOR_VIEW_UNIT),
        },
    )


def issue_address(issue: ReportIssue) -> str:
    return report_delivery.issue_url(issue)


@requires(P.REPORT_EDIT)
@require_http_methods(["GET", "POST"])
def report_new(request):
    this = month_start(request.today)
    months = [months_back(this, back) for back in range(1, MONTHS_OFFERED + 1)]
    form = NewReportForm(
        request.POST or None, periods=Report.Period.choices, months=[(f"{one:%Y-%m-%d}", month(one)) for one in months],
        initial={"period": Report.Period.MONTH},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        first = date.fromisoformat(form.cleaned_data["month"])
        report = reports.begin(period=form.cleaned_data["period"], first_day=first, by=request.user)
        return redirect(report_delivery.draft_url(report))
    context = {
        "form": form,
        "title": _("Begin a report"),
        "action": _("Begin the draft"),
        "back": reverse("quality:report_list"),
    }
    return render(request, "quality/report_form.html", context, status=422 if request.method == "POST" else 200)


def seen(request, number: str) -> Report:
    """By 2026-10, 2026-Q3 or 2026."""
    found = Report.objects.visible_to(request.user)
    year = whole_number(number[:4]) or 0
    for report in found.filter(first_day__year=year) if 1 <= year <= 9999 else ():
        if report.number == number:
            return report
    raise Http404


def unit_asked(request) -> reference.Entry | None:
    """The unit of the address; who sees only units gets the first own one."""
    allowed = units_for(request.user)
    chosen = next((one for one in allowed if one.code == request.GET.get("unit", "")), None)
    if chosen is None and not request.user.may(P.REPORT_VIEW):
        return allowed[0] if allowed else None
    return chosen


def draft_unit(request, report: Report) -> reference.Entry | None:
    """The unit whose part of the draft is asked for; None is the whole, for those who make it. Others see their own units' alone,
    whatever else they may read of what is issued."""
    if request.user.may(P.REPORT_EDIT):
        return unit_asked(request)
    units = reference.units()
    own = [units[pk] for pk in sorted(reports.units_of(request.user)) if pk in units]
    if not own or report.state not in (Report.State.WITH_UNITS, Report.State.WITH_HEAD):
        raise Http404
    asked = request.GET.get("unit", "")
    for one in own:
        if asked in ("", one.code):
            return one
    raise Http404


def units_for(user) -> list[reference.Entry]:
    units = reference.units()
    if user.may(P.REPORT_VIEW):
        return [units[pk] for pk in reports.units_told() if pk in units]
    return [units[pk] for pk in sorted(reports.units_of(user)) if pk in units]


# --- An issue ---------------------------------------------------------------------------------------------------------
def issue_seen(request, number: str, issue: int) -> tuple[ReportIssue, Content, reference.Entry | None]:
    """The issue with the content that is the reader's: the whole, or the pack of a unit."""
    report = seen(request, number)
    made = get_object_or_404(
        ReportIssue.objects.select_related("report", "issued_by", "corrects"), report=report, number=issue
    )
    unit = unit_asked(request)
    told = reports.content_for(made, request.user, unit.id if unit else None)
    if told is None:
        raise Http404
    return made, told, unit


@requires(*SEES)
@require_GET
def report_issue(request, number, issue):
    """As its reader sees it. Opening it is written down; that it was read the reader says."""
    made, told, unit = issue_seen(request, number, issue)
    report_delivery.opened(made, user=request.user)
    record_reading(user=request.user, way="view", on=made, label=str(made), unit=unit.code if unit else "")
    return render(request, "quality/report_issue.html", issue_context(request, made, told, unit))


def sealed(made: ReportIssue, unit: reference.Entry | None) -> ReportIssue | ReportPack:
    """What the reader reads: the issue, or the pack of a unit."""
    return made if unit is None else made.packs.get(unit_id=unit.id)


def issue_context(request, made: ReportIssue, told: Content, unit, refused: dict[str, Form] | None = None) -> dict:
    """`refused`: forms sent and not taken, by what they are about; each stands again where it was sent from."""
    user, refused, text = request.user, refused or {}, sealed(made, unit)
    whole = user.may(P.REPORT_VIEW)
    # What was decided on a former issue is decided.
    made_before = ReportDecision.objects.filter(issue__report=made.report).exclude(asked="")
    decided = {one.asked: one for one in made_before.select_related("owner", "improvement", "decided_by")}
    edition = told.edition(translation.get_language() or "et")
    asks = [
        (shown, decided.get(ask), refused.get(f"decision-{ask}") or DecisionForm(initial={"asked": ask}, auto_id=f"decision-{nr}-%s"))
        for nr, (ask, shown) in enumerate(report_content.asked_shown(told, edition) if unit is None else (), start=1)
    ]  # fmt: skip
    questions = made.questions.select_related("asked_by", "answered_by")
    questions = list(questions if whole else questions.filter(asked_by=user))
    for one in questions:
        one.form = refused.get(f"answer-{one.pk}") or AnswerForm(auto_id=f"answer-{one.pk}-%s")
    packed = set(made.packs.values_list("unit_id", flat=True)) if whole else set()
    return {
        "issue": made, "report": made.report, "content": told, "edition": edition, "unit": unit, "only_estonian": report_content.only_estonian(told, edition),
        "title": monthly_report.period_words(made.report), "units": [one for one in units_for(user) if one.id in packed] if whole else [],
        "is_whole": reports.is_whole(text), "seal": text.seal, "newer": getattr(made, "corrected_by", None), "forms": report_forms.FORMS, "number": made.report.number,
        "readers": list(made.readers.select_related("user", "unit", "mail")) if whole else [],
        "questions": questions, "asks": asks, "decisions": list(made.decisions.filter(asked="").select_related("owner", "improvement", "decided_by")) if whole else [],
        "mine": next((one for one in report_delivery.readers_among(made, user)), None), "may_decide": user.may(P.REPORT_DECIDE), "may_answer": user.may(P.REPORT_EDIT),
        "may_correct": user.may(P.REPORT_ISSUE) and made.report.is_issued and getattr(made, "corrected_by", None) is None, "question_form": refused.get("question") or QuestionForm(), "other_form": refused.get("decision-") or DecisionForm(auto_id="decision-0-%s"),
    }  # fmt: skip


def issue_again(request, made: ReportIssue, told: Content, unit, about: str, form: Form):
    """The issue with a form that was not taken, everything typed still in it."""
    return render(request, "quality/report_issue.html", issue_context(request, made, told, unit, {about: form}), status=422)  # fmt: skip


@requires(*SEES)
@require_POST
def report_read(request, number, issue):
    made, _told, unit = issue_seen(request, number, issue)
    report_delivery.mark_read(made, by=request.user)
    toast(request, _("Marked as read."))
    return to_issue(made, unit)


def to_issue(made: ReportIssue, unit=None, part: str = ""):
    return redirect(issue_address(made) + (f"?unit={unit.code}" if unit else "") + part)


@requires(*SEES)
@require_GET
def report_figure(request, number, issue, figure):
    """The rows that a figure of the issue counted, as they stood. Issue 0 is the draft as it is now."""
    if issue == 0:
        report, made = seen(request, number), None
        unit = draft_unit(request, report)
        if report.is_issued:
            raise Http404
        told, rows = monthly_report.content_of(report, issue=0, unit_id=unit.id if unit else None)
        kept = {one.figure: (one.kind, one.keys) for one in rows}
    else:
        made, told, unit = issue_seen(request, number, issue)
        report = made.report
        kept = {
            one.figure: (one.kind, one.keys)
            for one in made.rows.filter(figure=figure, unit_id=unit.id if unit else None)
        }
    shown = told.figures.get(figure)
    if shown is None:
        raise Http404
    context = {
        "report": report, "issue": made, "figure": shown, "text": shown.text[translation.get_language() or "et"], "unit": unit, "title": figure_name(told, figure),
        "back": issue_address(made) if made else report_delivery.draft_url(report), "page": None, "measurements": measurements_of(request, shown),
    }  # fmt: skip
    if figure in kept:
        kind, keys = kept[figure]
        after = request.GET.get("after", "")
        context["page"] = evidence.page_of_keys(kind, keys, request.user, at=made.cut_off if made else timezone.now(), after=whole_number(after))  # fmt: skip
    record_reading(
        user=request.user, way="view", object_type="quality.report", label=f"{report.number} {figure}"[:200]
    )
    return render(request, "quality/report_figure.html", context)


def figure_name(told: Content, figure: str) -> str:
    """The first cell of the row in which it stands."""
    edition = told.edition(translation.get_language() or "et")
    for table in edition.blocks(report_content.Table):
        for row in table.rows:
            if any(cell.figure == figure for cell in row):
                return f"{row[0].text} ({table.caption})"
    return figure


def measurements_of(request, figure: Figure) -> list[Measurement]:
    if not figure.measurements:
        return []
    found = Measurement.objects.visible_to(request.user).filter(pk__in=figure.measurements).select_related("indicator")
    return list(found.order_by("first_day"))


@requires(*SEES)
@require_GET
def report_file(request, number, issue, form):
    """One form of the issue as a file, made of the frozen content alone."""
    made, told, unit = issue_seen(request, number, issue)
    chosen = report_forms.FORMS.get(form)
    if chosen is None or not reports.is_whole(sealed(made, unit)):
        raise Http404  # no file is made of a text that does not bear its seal; the page says so
    language = (
        request.GET.get("language", "")
        if request.GET.get("language") in ("et", "en")
        else translation.get_language() or "et"
    )
    record_reading(user=request.user, way="export", on=made, label=f"{made} {form}", unit=unit.code if unit else "")
    response = HttpResponse(chosen.write(told, language), content_type=chosen.content_type)
    response["Content-Disposition"] = (
        f'attachment; filename="{report_delivery.file_name(told, language, chosen.suffix)}"'
    )
    return response


@requires(*SEES)
@require_POST
def report_question(request, number, issue):
    made, told, unit = issue_seen(request, number, issue)
    form = QuestionForm(request.POST)
    if not form.is_valid():
        return issue_again(request, made, told, unit, "question", form)
    reports.ask(made=made, by=request.user, **form.cleaned_data)
    toast(request, _("The head of bureau was asked."))
    return to_issue(made, unit, "#questions")


@requires(P.REPORT_EDIT)
@require_POST
def report_answer(request, number, issue, pk):
    made, told, unit = issue_seen(request, number, issue)
    question = get_object_or_404(ReportQuestion, issue=made, pk=pk)
    form = AnswerForm(request.POST, auto_id=f"answer-{pk}-%s")
    if not form.is_valid():
        return issue_again(request, made, told, unit, f"answer-{pk}", form)
    try:
        reports.answer(question=question, text=form.cleaned_data["text"], by=request.user)
    except DeedRefused as refusal:
        show_in(form, refusal)
        return issue_again(request, made, told, unit, f"answer-{pk}", form)
    toast(request, _("The answer is with who asked."))
    return to_issue(made, unit, "#questions")


@requires(P.REPORT_DECIDE)
@require_POST
def report_decide(request, number, issue):
    made, told, unit = issue_seen(request, number, issue)
    form = DecisionForm(request.POST, auto_id="decision-refused-%s")
    if form.is_valid():
        asked = form.cleaned_data["asked"]
        if asked and asked not in report_content.asked_in(told.edition("et")):
            raise Http404
        try:
            decision = reports.decide(made=made, by=request.user, **form.cleaned_data)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            words = (
                _("The decision is kept; %(number)s is in the plan.") % {"number": decision.improvement.number}
                if decision.improvement
                else _("The decision is kept.")
            )
            toast(request, words)
            return to_issue(made, unit, "#decisions")
    return issue_again(request, made, told, unit, f"decision-{form['asked'].value() or ''}", form)
