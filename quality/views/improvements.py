"""Improvement actions: the register, a new one from what was learned, one with its moves, tasks, evidence and effect; what clients are
told. By number in the address."""

from datetime import timedelta
from functools import partial
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from bureau import reference
from bureau.key_paging import key, newest_first
from bureau.permissions import requires
from bureau.refusals import DeedRefused, show_in
from bureau.roles import Permission as P
from bureau.substitution import act_for
from bureau.toasts import toast
from bureau.views.exports import list_export
from complaints.models import Case
from quality import improvement_origins, improvements, indicator_charts, indicator_words, passports, waiting
from quality.improvement_forms import (
    EditImprovementForm,
    JudgeForm,
    MoveForm,
    NewImprovementForm,
    NoteForm,
    RegisterForm,
    TaskForm,
    TellForm,
    WithdrawForm,
)
from quality.improvement_register import STATES, narrowed
from quality.models import Improvement, ImprovementTask, Measurement

EFFECT_TONES = {"better": "good", "no_change": "neutral", "worse": "bad", "too_early": "warning", "": "neutral"}


@requires(P.IMPROVEMENT_VIEW, P.IMPROVEMENT_VIEW_ALL)
@require_GET
@vary_on_headers("HX-Request")
def improvement_list(request):
    """The register, with how many there are by cause and by unit."""
    state = request.GET.get("state") or "open"
    found = narrowed(request.GET, user=request.user, today=request.today).select_related(
        "owner", "unit", "cause", "indicator"
    )
    page = newest_first(found, after=key(request.GET.get("after")), before=key(request.GET.get("before")))
    for one in page:
        one.tone, one.is_overdue = (
            improvements.IMPROVEMENT_LIFECYCLE.tones[one.state],
            one.is_open and one.due_on < request.today,
        )
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
        counted = improvements.counts_seen_by(request.user)
        context |= {
            "waiting": waiting_for(request.user) if request.user.may(P.IMPROVEMENT_EDIT) else None,
            "by_cause": improvements.counts_by(
                [(cause, *counts) for cause, _unit, *counts in counted], reference.causes()
            ),
            "by_unit": improvements.counts_by(
                [(unit, *counts) for _cause, unit, *counts in counted], reference.units()
            ),
        }
    return render(request, "quality/improvement_list.html" + ("#rows" if request.htmx else ""), context)


WAITING_SHOWN = 10


def waiting_for(user) -> dict:
    """Lessons of complaints that nobody has made an action of yet: the latest, and how many there are. Two statements."""
    seen = Case.objects.visible_to(user).order_by().values("pk")
    found = waiting.lessons_not_taken_up().filter(case__in=seen).order_by("-lesson_on", "-pk")
    rows = list(found.values_list("case__number", "lesson", "lesson_on")[:WAITING_SHOWN])
    new = reverse("quality:improvement_new")
    return {
        "rows": [{"number": number, "lesson": lesson, "on": on, "url": f"{new}?source=complaint&of={number}"} for number, lesson, on in rows],
        "shown": len(rows), "all": found.count(),
    }  # fmt: skip


@requires(P.IMPROVEMENT_VIEW_ALL)
@require_http_methods(["GET", "POST"])
def improvement_export(request):
    return list_export(request, code="improvements", back="quality:improvement_list")


@requires(P.IMPROVEMENT_EDIT)
@require_http_methods(["GET", "POST"])
def improvement_new(request):
    """From a complaint's lesson, a signal, or anything else: what it comes from fills in what is known."""
    source, of = request.GET.get("source", ""), request.GET.get("of", "")
    origin = improvement_origins.named(request.user, source, of)
    if origin and origin.known:
        return redirect("quality:improvement_detail", number=origin.known.number)
    due_on = request.today + timedelta(days=improvements.DAYS_TO_PLAN)
    initial = {"due_on": due_on, "owner": request.user.pk, "source": source or Improvement.Source.PROPOSAL, "of": of}
    form = NewImprovementForm(
        request.POST if request.method == "POST" else None, initial=initial | (origin.initial if origin else {}), today=request.today,
        user=request.user, origin=origin,
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        found = form.origin
        if found and found.known:
            toast(request, _("This became the action %(number)s before.") % {"number": found.known.number})
            return redirect("quality:improvement_detail", number=found.known.number)
        made = improvements.begin(by=request.user, source_id=found.id if found else None, **form.cleaned_data)
        toast(request, _("%(number)s is in the plan.") % {"number": made.number})
        return redirect("quality:improvement_detail", number=made.number)
    context = {"form": form, "origin": origin}
    return render(request, "quality/improvement_new.html", context, status=422 if request.method == "POST" else 200)


def seen(request, number) -> Improvement:
    return get_object_or_404(
        Improvement.objects.visible_to(request.user).select_related(
            "owner", "unit", "cause", "indicator", "proposed_by", "closed_by"
        ),
        number=number,
    )


@requires(P.IMPROVEMENT_VIEW, P.IMPROVEMENT_VIEW_ALL)
@require_GET
def improvement_detail(request, number):
    """The chain: where it comes from, cause, what is changed, the indicator, the effect."""
    return render(request, "quality/improvement_detail.html", detail_of(request, seen(request, number)))


def detail_of(request, one: Improvement) -> dict:
    user, is_judged = request.user, bool(one.indicator and one.changed_on and one.should_rise is not None)
    may_edit = improvements.may_carry(user, one)
    unit_id = improvements.unit_judged(one) if one.indicator else None
    sees_values = (
        bool(one.indicator)
        and Measurement.objects.visible_to(user).filter(indicator=one.indicator, unit_id=unit_id).exists()
    )
    effect = improvements.effect_of(one) if is_judged else None
    is_too_early = effect is None or effect.verdict == "too_early"
    context = {
        "one": one, "tone": improvements.IMPROVEMENT_LIFECYCLE.tones[one.state], "effect_tone": EFFECT_TONES[one.effect], "is_overdue": one.is_open and one.due_on < request.today,
        "tasks": list(one.tasks.select_related("owner", "done_by")), "notes": list(one.notes.select_related("written_by")),
        "moves": improvements.moves_of(one, by=user) if may_edit else [], "may_edit": may_edit and one.is_open, "may_tell": user.may(P.IMPROVEMENT_EDIT) and one.state in Improvement.TOLD_IN,
        "task_form": TaskForm(), "note_form": NoteForm(), "judge_form": JudgeForm(), "move_form": MoveForm(), "own_tasks": own_tasks_of(user),
        "origin": improvement_origins.shown(user, one), "effect_words": effect_words(effect, one, unit_id) if effect and sees_values else "", "chart": None,
        "sees_indicator": bool(one.indicator and one.indicator.is_in_use) and (user.may(P.INDICATOR_VIEW) or user.rights.grants(P.INDICATOR_VIEW_UNIT)),
        "judged_by_people": bool(one.effect_facts.get("by_people")), "is_too_early": is_too_early,
        "may_say": may_edit and one.state == Improvement.State.CHECK and is_too_early and user.pk not in improvements.owners_of(one),
    }  # fmt: skip
    if one.indicator:
        passport = passports.passport_of(one.indicator)
        context["passport"] = passport
        chart = indicator_charts.chart_for(one.indicator, passport, unit_id=unit_id) if sees_values else None
        if chart:
            words = {"unit": passport.unit, "decimals": passport.decimals, "run_length": passport.run_length}
            columns, rows = indicator_words.table(chart, **words)
            context["chart"] = {"svg": indicator_words.drawing(chart, **words), "sentence": capfirst(indicator_charts.sentence_of(chart, passport)), "columns": columns, "rows": rows}  # fmt: skip
    return context


def effect_words(effect, one: Improvement, unit_id: int | None) -> str:
    """The judgement in a sentence, with its warning and whose values it judges."""
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
    if unit_id is not None:
        told += " " + _("Judged by the values of the unit %(unit)s.") % {"unit": reference.units()[unit_id].name}
    elif one.unit_id is not None:
        told += " " + _("Judged by the values of the whole bureau.")
    if not effect.is_firm:
        told += " " + _("It rests on %(before)s points before and %(after)s after; twelve and six would be firm.") % {"before": effect.before, "after": effect.after}  # fmt: skip
    return told


def carried(request, number) -> Improvement:
    """One that this person may change and move on: who leads, the owner, who stands in for the owner."""
    one = seen(request, number)
    if not improvements.may_carry(request.user, one):
        raise PermissionDenied
    act_for(request.user, [one.owner_id])
    return one


# --- Deeds ------------------------------------------------------------------------------------------------------------
def own_tasks_of(user) -> set[int]:
    """Whose tasks are the person's to finish."""
    return {user.pk, *user.rights.acting_for}


def back_to(one: Improvement):
    return redirect("quality:improvement_detail", number=one.number)


def tried(request, one: Improvement, name: str, form, deed, said: str):
    """The deed with what was typed; what is refused stands on the page again, in the form `name`, with what is wrong."""
    if form.is_valid():
        try:
            deed(by=request.user, **form.cleaned_data)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, said)
            return back_to(one)
    context = detail_of(request, seen(request, one.number)) | {name: form}
    return render(request, "quality/improvement_detail.html", context, status=422)


@requires(P.IMPROVEMENT_EDIT, P.IMPROVEMENT_VIEW)
@require_http_methods(["GET", "POST"])
def improvement_edit(request, number):
    one = carried(request, number)
    seen_deed = improvements.last_deed(one)  # before the facts are read: what comes between is told, not lost
    form = EditImprovementForm(
        request.POST or None, instance=Improvement.objects.get(pk=one.pk), today=request.today,
        initial={"seen": seen_deed},
    )  # fmt: skip
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            changed = improvements.change(improvement=one, by=request.user, **form.cleaned_data)
        except DeedRefused as refusal:
            show_in(form, refusal)
            if isinstance(refusal, improvements.ChangedMeanwhile):
                # From here on the person has seen what the other one did.
                form.data, status = form.data.copy(), 409
                form.data["seen"] = refusal.last
        else:
            fell = one.effect and not changed.effect
            toast(request, _("Saved. The effect is to be judged anew.") if fell else _("Saved."))
            return back_to(one)
    return render(
        request,
        "quality/improvement_edit.html",
        {"form": form, "one": one},
        status=status,
    )


@requires(P.IMPROVEMENT_EDIT, P.IMPROVEMENT_VIEW)
@require_POST
def improvement_move(request, number):
    one = carried(request, number)
    deed = partial(improvements.move, improvement=one, today=request.today)
    return tried(request, one, "move_form", MoveForm(request.POST), deed, _("Moved on."))


@requires(P.IMPROVEMENT_EDIT, P.IMPROVEMENT_VIEW)
@require_POST
def improvement_judge(request, number):
    one = carried(request, number)
    deed = partial(improvements.judge_effect, improvement=one)
    return tried(request, one, "judge_form", JudgeForm(request.POST), deed, _("The effect is judged."))


@requires(P.IMPROVEMENT_EDIT, P.IMPROVEMENT_VIEW)
@require_POST
def improvement_task_add(request, number):
    one = carried(request, number)
    return tried(request, one, "task_form", TaskForm(request.POST), partial(improvements.add_task, improvement=one), _("Saved."))  # fmt: skip


@requires(P.IMPROVEMENT_VIEW, P.IMPROVEMENT_VIEW_ALL)
@require_POST
def improvement_task_done(request, number, pk):
    """By its owner, by who stands in for the owner, or by who may edit."""
    one = seen(request, number)
    tasks = ImprovementTask.objects.filter(improvement=one)
    if not improvements.may_carry(request.user, one):
        tasks = tasks.filter(owner_id__in=own_tasks_of(request.user))
    task = get_object_or_404(tasks, pk=pk)
    act_for(request.user, [task.owner_id])
    try:
        improvements.finish_task(task=task, by=request.user, today=request.today)
    except DeedRefused as refusal:
        toast(request, str(refusal), tone="bad")
    else:
        toast(request, _("Done."))
    return back_to(one)


@requires(P.IMPROVEMENT_VIEW, P.IMPROVEMENT_VIEW_ALL)
@require_POST
def improvement_note(request, number):
    one = seen(request, number)
    return tried(request, one, "note_form", NoteForm(request.POST), partial(improvements.write_note, improvement=one), _("Saved."))  # fmt: skip


@requires(P.IMPROVEMENT_EDIT)
@require_http_methods(["GET", "POST"])
def improvement_tell(request, number):
    one = seen(request, number)
    form = TellForm(request.POST or None, initial={"told_et": one.told_et, "told_en": one.told_en})
    if request.method == "POST" and WithdrawForm(request.POST).is_valid():
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
