"""Improvement actions: the register, a new one from what was learned, one with its moves, tasks, evidence and effect; what clients are
told. By number in the address."""

from datetime import timedelta
from urllib.parse import urlencode

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from bureau import reference
from bureau.key_paging import key, newest_first
from bureau.permissions import requires
from bureau.refusals import DeedRefused, show_in
from bureau.roles import Permission as P
from bureau.toasts import toast
from bureau.views.exports import list_export
from complaints.models import Case, Complaint
from feedback import follow_ups
from feedback.models import Survey
from quality import improvements, indicator_charts, indicator_words, passports, report_delivery
from quality.improvement_forms import (
    ImprovementForm,
    JudgeForm,
    MoveForm,
    NewImprovementForm,
    NoteForm,
    RegisterForm,
    TaskForm,
    TellForm,
)
from quality.improvement_register import STATES, narrowed
from quality.models import Improvement, ImprovementTask, Measurement, ReportIssue, Signal
from staff.models import LoadEvent

TONES = {"plan": "neutral", "do": "info", "check": "info", "act": "warning", "closed": "good", "dropped": "neutral"}
EFFECT_TONES = {"better": "good", "no_change": "neutral", "worse": "bad", "too_early": "warning", "": "neutral"}


@requires(P.IMPROVEMENT_VIEW, P.IMPROVEMENT_VIEW_ALL)
@require_GET
@vary_on_headers("HX-Request")
@never_cache
def improvement_list(request):
    """The register, with how many there are by cause and by unit."""
    state = request.GET.get("state") or "open"
    found = narrowed(request.GET, user=request.user, today=request.today).select_related(
        "owner", "unit", "cause", "indicator"
    )
    page = newest_first(found, after=key(request.GET.get("after")), before=key(request.GET.get("before")))
    for one in page:
        one.tone, one.is_overdue = TONES[one.state], one.is_open and one.due_on < request.today
    words = {"open": _("Open"), "overdue": _("Overdue"), "mine": _("Mine")} | dict(Improvement.State.choices)
    context = {
        "page": page,
        "state": state,
        "states": [(one, words[one]) for one in STATES],
        "form": RegisterForm(request.GET or None, today=request.today),
        "kept": urlencode(
            {name: value for name, value in request.GET.items() if value and name in ("cause", "unit", "source")}
        ),
        "may_export": request.user.may(P.IMPROVEMENT_VIEW_ALL),
        "query": request.GET.urlencode(),
        "may_edit": request.user.may(P.IMPROVEMENT_EDIT),
    }
    if not request.htmx:
        context |= {
            "waiting": waiting_for(request.user) if request.user.may(P.IMPROVEMENT_EDIT) else [],
            "by_cause": improvements.counts_by(
                Improvement.objects.visible_to(request.user), "cause", reference.causes()
            ),
            "by_unit": improvements.counts_by(Improvement.objects.visible_to(request.user), "unit", reference.units()),
        }
    return render(request, "quality/improvement_list.html" + ("#rows" if request.htmx else ""), context)


WAITING_SHOWN = 10


def waiting_for(user) -> list[dict]:
    """Lessons of complaints that nobody has made an action of yet, the latest first. One statement."""
    made = Improvement.objects.filter(source=Improvement.Source.COMPLAINT, source_id__isnull=False).values("source_id")
    found = Complaint.objects.filter(
        lesson_on__isnull=False, case__in=Case.objects.visible_to(user).order_by().values("pk")
    )
    rows = (
        found.exclude(lesson="")
        .exclude(case_id__in=made)
        .order_by("-lesson_on", "-pk")
        .values_list("case__number", "lesson", "lesson_on")
    )
    return [
        {
            "number": number,
            "lesson": lesson,
            "on": on,
            "url": f"{reverse('quality:improvement_new')}?source=complaint&of={number}",
        }
        for number, lesson, on in rows[:WAITING_SHOWN]
    ]


@requires(P.IMPROVEMENT_VIEW_ALL)
@require_http_methods(["GET", "POST"])
def improvement_export(request):
    return list_export(request, code="improvements", back="quality:improvement_list")


@requires(P.IMPROVEMENT_EDIT)
@require_http_methods(["GET", "POST"])
@never_cache
def improvement_new(request):
    """From a complaint's lesson, a signal, or anything else: what it comes from fills in what is known."""
    origin, initial = origin_of(request)
    if origin.get("known"):
        return redirect("quality:improvement_detail", number=origin["known"].number)
    form = NewImprovementForm(request.POST or None, initial=initial, today=request.today)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        if origin.get("source"):
            data["source"] = origin["source"]
        made = improvements.begin(by=request.user, source_id=origin.get("id"), **data)
        toast(request, _("%(number)s is in the plan.") % {"number": made.number})
        return redirect("quality:improvement_detail", number=made.number)
    context = {"form": form, "origin": origin}
    return render(request, "quality/improvement_new.html", context, status=422 if request.method == "POST" else 200)


def origin_of(request) -> tuple[dict, dict]:
    """What the action comes from, through the gate of its kind; an origin that is not the person's to see is none."""
    source, of = request.GET.get("source", ""), request.GET.get("of", "")
    due_on = request.today + timedelta(days=improvements.DAYS_TO_PLAN)
    initial = {"due_on": due_on, "owner": request.user.pk, "source": source or Improvement.Source.PROPOSAL}
    if source == Improvement.Source.COMPLAINT:
        case = (
            Case.objects.visible_to(request.user)
            .filter(number=of, complaint__isnull=False)
            .select_related("complaint")
            .first()
        )
        if case:
            known = Improvement.objects.filter(source=source, source_id=case.pk).first()
            initial |= {"title": case.complaint.lesson[:200], "problem": case.complaint.lesson, "cause": case.complaint.cause_id, "unit": case.unit_id}  # fmt: skip
            return {
                "source": source,
                "id": case.pk,
                "label": case.number,
                "url": case.get_absolute_url(),
                "known": known,
            }, initial
    if source == Improvement.Source.SIGNAL and of.isdecimal():
        signal = Signal.objects.filter(pk=int(of)).select_related("indicator").first()
        if signal:
            passport = passports.passport_of(signal.indicator)
            known = Improvement.objects.filter(source=source, source_id=signal.pk).first()
            initial |= {"title": passport.name_et, "problem": signal.comment, "indicator": signal.indicator_id, "should_rise": "no" if signal.is_high else "yes"}  # fmt: skip
            url = reverse("quality:indicator_detail", args=[signal.indicator.code])
            return {"source": source, "id": signal.pk, "label": passport.name, "url": url, "known": known}, initial
    if source in FOUND:
        return of_other(request, source, of, initial)
    return {}, initial


def survey_of(request, of: str):
    found = Survey.objects.visible_to(request.user).filter(code=of).first()
    return (found, found.title, reverse("feedback:results", args=[found.code]), {}) if found else None


def follow_up_of(request, of: str):
    found = (
        follow_ups.visible_to(request.user).filter(pk=int(of)).select_related("cause", "unit").first()
        if of.isdecimal()
        else None
    )
    if found is None:
        return None
    label = _("Follow-up %(number)s") % {"number": found.pk}
    return (
        found,
        label,
        reverse("feedback:follow_up_detail", args=[found.pk]),
        {"cause": found.cause_id, "unit": found.unit_id},
    )


def disruption_of(request, of: str):
    found = (
        LoadEvent.objects.filter(pk=int(of)).first() if of.isdecimal() and request.user.may(P.STAFFING_VIEW) else None
    )
    return (found, found.name_et, reverse("staff:load_event_list"), {}) if found else None


# Each finds the thing through its own gate: thing, what it is called, its page, what is known of cause and unit.
FOUND = {
    Improvement.Source.SURVEY: survey_of, Improvement.Source.FOLLOW_UP: follow_up_of, Improvement.Source.DISRUPTION: disruption_of,
}  # fmt: skip


def of_other(request, source: str, of: str, initial: dict) -> tuple[dict, dict]:
    found = FOUND[source](request, of)
    if found is None:
        return {}, initial
    thing, label, url, known_of_it = found
    known = (
        Improvement.objects.filter(source=source, source_id=thing.pk).first()
        if source == Improvement.Source.FOLLOW_UP
        else None
    )
    return {"source": source, "id": thing.pk, "label": label, "url": url, "known": known}, initial | known_of_it | {
        "title": label[:200]
    }


def seen(request, number) -> Improvement:
    return get_object_or_404(
        Improvement.objects.visible_to(request.user).select_related(
            "owner", "unit", "cause", "indicator", "proposed_by", "closed_by"
        ),
        number=number,
    )


@requires(P.IMPROVEMENT_VIEW, P.IMPROVEMENT_VIEW_ALL)
@require_GET
@never_cache
def improvement_detail(request, number):
    """The chain: where it comes from, cause, what is changed, the indicator, the effect."""
    return render(request, "quality/improvement_detail.html", detail_of(request, seen(request, number)))


def detail_of(request, one: Improvement) -> dict:
    may_edit = request.user.may(P.IMPROVEMENT_EDIT)
    effect = improvements.effect_of(one) if one.indicator and one.changed_on else None
    context = {
        "one": one, "tone": TONES[one.state], "effect_tone": EFFECT_TONES[one.effect], "is_overdue": one.is_open and one.due_on < request.today,
        "tasks": list(one.tasks.select_related("owner", "done_by")), "notes": list(one.notes.select_related("written_by")),
        "moves": improvements.moves_of(one, by=request.user) if may_edit else [], "may_edit": may_edit and one.is_open, "may_tell": may_edit and one.state in improvements.TOLD_IN,
        "task_form": TaskForm(), "note_form": NoteForm(), "judge_form": JudgeForm(), "origin": shown_origin(request, one), "effect": effect,
        "effect_words": effect_words(effect, one) if effect and sees_values(request, one) else "", "chart": None, "user_id": request.user.pk,
        "move_form": MoveForm(), "sees_indicator": request.user.may(P.INDICATOR_VIEW) or request.user.rights.grants(P.INDICATOR_VIEW_UNIT),
        "judged_by_people": bool(one.effect_facts.get("by_people")), "is_too_early": effect is None or effect.verdict == "too_early",
    }  # fmt: skip
    if one.indicator:
        passport = passports.passport_of(one.indicator)
        context["passport"] = passport
        chart = indicator_charts.chart_for(one.indicator, passport)
        if chart and request.user.may(P.INDICATOR_VIEW):
            words = {"unit": passport.unit, "decimals": passport.decimals, "run_length": passport.run_length}
            columns, rows = indicator_words.table(chart, **words)
            context["chart"] = {"svg": indicator_words.drawing(chart, **words), "sentence": indicator_charts.sentence_of(chart, passport), "columns": columns, "rows": rows}  # fmt: skip
    return context


def sees_values(request, one: Improvement) -> bool:
    """Means and limits are measurements: they are told to those who may see these."""
    unit_id = improvements.unit_judged(one)
    return Measurement.objects.visible_to(request.user).filter(indicator=one.indicator, unit_id=unit_id).exists()


def shown_origin(request, one: Improvement) -> dict | None:
    """What it comes from, only as far as the reader may see it."""
    if one.source == Improvement.Source.COMPLAINT and one.source_id:
        case = Case.objects.visible_to(request.user).filter(pk=one.source_id).first()
        return {"label": case.number, "url": case.get_absolute_url()} if case else None
    if one.source == Improvement.Source.SIGNAL and one.source_id and request.user.may(P.INDICATOR_VIEW):
        signal = Signal.objects.filter(pk=one.source_id).select_related("indicator").first()
        return {"label": passports.passport_of(signal.indicator).name, "url": reverse("quality:indicator_detail", args=[signal.indicator.code])} if signal else None  # fmt: skip
    if one.source in FOUND and one.source_id:
        of = str(one.source_id)
        if one.source == Improvement.Source.SURVEY:
            of = Survey.objects.filter(pk=one.source_id).values_list("code", flat=True).first() or ""
        found = FOUND[one.source](request, of)
        return {"label": found[1], "url": found[2]} if found else None
    if one.source == Improvement.Source.REPORT and one.source_id and request.user.may(P.REPORT_VIEW):
        issue = ReportIssue.objects.filter(pk=one.source_id).select_related("report").first()
        return {"label": str(issue), "url": report_delivery.issue_url(issue)} if issue else None
    return None


def effect_words(effect, one: Improvement) -> str:
    """The judgement in a sentence, with its warning."""
    passport = passports.passport_of(one.indicator)

    def words(value):
        return indicator_words.value_words(value, passport.unit, passport.decimals)

    if effect.verdict == "too_early":
        return _("Too few points: %(before)s months before the change and %(after)s after it; six and three are the least.") % {"before": effect.before, "after": effect.after}  # fmt: skip
    facts = {
        "before": words(effect.mean_before),
        "after": words(effect.mean_after),
        "lower": words(effect.lower),
        "upper": words(effect.upper),
    }
    told = {
        "better": _("Better: %(before)s on average before, %(after)s since; usual before was %(lower)s to %(upper)s."),
        "worse": _("Worse: %(before)s on average before, %(after)s since; usual before was %(lower)s to %(upper)s."),
        "no_change": _("No change that can be told from chance: %(before)s on average before, %(after)s since; usual before was %(lower)s to %(upper)s."),
    }[str(effect.verdict)] % facts  # fmt: skip
    if not effect.is_firm:
        told += " " + _("It rests on %(before)s points before and %(after)s after; twelve and six would be firm.") % {"before": effect.before, "after": effect.after}  # fmt: skip
    return told


# --- Deeds ------------------------------------------------------------------------------------------------------------
def back_to(one: Improvement):
    return redirect("quality:improvement_detail", number=one.number)


def tried(request, one: Improvement, deed, said: str):
    try:
        deed()
    except DeedRefused as refusal:
        toast(request, str(refusal), tone="bad")
    else:
        toast(request, said)
    return back_to(one)


@requires(P.IMPROVEMENT_EDIT)
@require_http_methods(["GET", "POST"])
@never_cache
def improvement_edit(request, number):
    one = seen(request, number)
    form = ImprovementForm(request.POST or None, instance=Improvement.objects.get(pk=one.pk), today=request.today)
    if request.method == "POST" and form.is_valid():
        try:
            improvements.change(improvement=one, by=request.user, **form.cleaned_data)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("Saved."))
            return back_to(one)
    return render(
        request,
        "quality/improvement_edit.html",
        {"form": form, "one": one},
        status=422 if request.method == "POST" else 200,
    )


@requires(P.IMPROVEMENT_EDIT)
@require_POST
def improvement_move(request, number):
    one, form = seen(request, number), MoveForm(request.POST)
    if not form.is_valid():
        return render(
            request, "quality/improvement_detail.html", detail_of(request, one) | {"move_form": form}, status=422
        )
    return tried(
        request, one, lambda: improvements.move(improvement=one, by=request.user, today=request.today, **form.cleaned_data), _("Moved on.")
    )  # fmt: skip


@requires(P.IMPROVEMENT_EDIT)
@require_POST
def improvement_judge(request, number):
    one = seen(request, number)
    form = JudgeForm(request.POST)
    if form.is_valid():
        try:
            improvements.judge_effect(improvement=one, by=request.user, **form.cleaned_data)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("The effect is judged."))
            return back_to(one)
    return render(
        request, "quality/improvement_detail.html", detail_of(request, one) | {"judge_form": form}, status=422
    )


@requires(P.IMPROVEMENT_EDIT)
@require_POST
def improvement_task_add(request, number):
    one, form = seen(request, number), TaskForm(request.POST)
    if not form.is_valid():
        return render(
            request, "quality/improvement_detail.html", detail_of(request, one) | {"task_form": form}, status=422
        )
    return tried(
        request, one, lambda: improvements.add_task(improvement=one, by=request.user, **form.cleaned_data), _("Saved.")
    )


@requires(P.IMPROVEMENT_VIEW, P.IMPROVEMENT_VIEW_ALL)
@require_POST
def improvement_task_done(request, number, pk):
    """By its owner, or by who may edit."""
    one = seen(request, number)
    tasks = ImprovementTask.objects.filter(improvement=one)
    if not request.user.may(P.IMPROVEMENT_EDIT):
        tasks = tasks.filter(owner=request.user)
    task = get_object_or_404(tasks, pk=pk)
    return tried(
        request, one, lambda: improvements.finish_task(task=task, by=request.user, today=request.today), _("Done.")
    )


@requires(P.IMPROVEMENT_VIEW, P.IMPROVEMENT_VIEW_ALL)
@require_POST
def improvement_note(request, number):
    one, form = seen(request, number), NoteForm(request.POST)
    if not form.is_valid():
        return render(
            request, "quality/improvement_detail.html", detail_of(request, one) | {"note_form": form}, status=422
        )
    return tried(
        request,
        one,
        lambda: improvements.write_note(improvement=one, by=request.user, **form.cleaned_data),
        _("Saved."),
    )


@requires(P.IMPROVEMENT_EDIT)
@require_http_methods(["GET", "POST"])
@never_cache
def improvement_tell(request, number):
    one = seen(request, number)
    form = TellForm(request.POST or None, initial={"told_et": one.told_et, "told_en": one.told_en})
    if request.method == "POST" and request.POST.get("withdraw"):
        improvements.withdraw_telling(improvement=one, by=request.user)
        toast(request, _("It is no longer shown to clients."))
        return back_to(one)
    if request.method == "POST" and form.is_valid():
        try:
            improvements.tell_clients(improvement=one, by=request.user, today=request.today, **form.cleaned_data)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("Clients can read it now."))
            return back_to(one)
    return render(
        request,
        "quality/improvement_tell.html",
        {"form": form, "one": one},
        status=422 if request.method == "POST" else 200,
    )
