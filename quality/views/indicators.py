"""Indicators: the catalogue with what each says now, the matrix of variation and assurance, one with its chart and passport, the
rows behind a value; agreeing, targets, events, restatements, comments on signals."""

from datetime import date

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bureau import reference
from bureau.audit import record_reading
from bureau.permissions import requires
from bureau.refusals import DeedRefused, show_in
from bureau.roles import Permission as P
from bureau.templatetags.formats import day, month
from bureau.toasts import toast
from bureau.typed_numbers import whole
from quality import (
    evidence,
    indicator_charts,
    indicator_pages,
    indicator_words,
    measurements,
    passports,
    signals_found,
)
from quality.control_chart_kinds import Assurance
from quality.indicator_forms import CommentForm, DecisionForm, PassportForm, RebaseForm, RestatementForm, TargetForm
from quality.models import Indicator, Measurement, Passport, Rebase, Restatement, Signal
from quality.period_values import is_hidden

SEES = (P.INDICATOR_VIEW, P.INDICATOR_VIEW_UNIT)
MONTHS_LISTED = 36


def units_for(user) -> list[reference.Entry]:
    """Units whose figures the person may choose; a unit head's own."""
    units = reference.units()
    if user.may(P.INDICATOR_VIEW):
        return list(units.values())
    own: set[int] = set()
    for unit_id in user.rights.units_for(P.INDICATOR_VIEW_UNIT) or ():
        own |= reference.unit_subtree_ids(unit_id)
    return [units[pk] for pk in units if pk in own]


def unit_asked(request) -> reference.Entry | None:
    """The unit of the address among those allowed; a unit head has always one."""
    allowed = units_for(request.user)
    chosen = next((one for one in allowed if one.code == request.GET.get("unit", "")), None)
    if chosen is None and not request.user.may(P.INDICATOR_VIEW):
        return allowed[0] if allowed else None
    return chosen


@requires(*SEES)
@require_GET
def indicator_list(request):
    unit = unit_asked(request)
    found = indicator_pages.lines(user=request.user, unit_id=unit.id if unit else None, today=request.today)
    waiting = Signal.objects.filter(comment="", is_concern=True, unit__isnull=True).count() if request.user.may(P.INDICATOR_VIEW) else 0  # fmt: skip
    context = {
        "lines": found, "unit": unit, "units": units_for(request.user), "waiting": waiting, "may_view_all": request.user.may(P.INDICATOR_VIEW),
        "proposed": sum(not line.is_agreed for line in found), "restatements": restatements_waiting(request.user, {line.indicator.pk: line.passport.name for line in found}),
    }  # fmt: skip
    return render(request, "quality/indicator_list.html", context)


def restatements_waiting(user, names: dict[int, str]) -> list[Restatement]:
    if not user.may(P.INDICATOR_VIEW):
        return []
    asked = Restatement.objects.filter(state=Restatement.State.ASKED)
    found = list(asked.select_related("indicator", "asked_by")[:20])
    for one in found:
        one.indicator_name = names.get(one.indicator_id, "")
    return found


@requires(*SEES)
@require_GET
def indicator_matrix(request):
    unit = unit_asked(request)
    found = indicator_pages.lines(user=request.user, unit_id=unit.id if unit else None, today=request.today)
    columns = [indicator_words.assurance_verdict(column) for column in indicator_pages.COLUMNS]
    rows = [
        (
            indicator_words.row_verdict(row),
            [
                (column, [(line, indicator_words.direction_words(line.chart.variation)) for line in cell])
                for column, cell in zip(columns, cells, strict=True)
            ],
        )
        for row, cells in indicator_pages.matrix(found)
    ]
    context = {
        "rows": rows,
        "columns": columns,
        "unit": unit,
        "units": units_for(request.user),
        "none": Assurance.NONE,
    }
    return render(request, "quality/indicator_matrix.html", context)


@requires(*SEES)
@require_GET
def indicator_detail(request, code):
    indicator = seen(code)
    return render(request, "quality/indicator_detail.html", detail_of(request, indicator))


def seen(code) -> Indicator:
    return get_object_or_404(Indicator.objects.prefetch_related("targets", "rebases"), code=code, is_in_use=True)


def detail_of(request, indicator: Indicator) -> dict:
    user, unit = request.user, unit_asked(request)
    passport = passports.passport_of(indicator)
    own = Measurement.objects.visible_to(user).latest().filter(indicator=indicator, period=Measurement.Period.MONTH, unit_id=unit.id if unit else None)  # fmt: skip
    found = list(own.select_related("supersedes").order_by("-first_day")[:MONTHS_LISTED])
    chart = indicator_charts.chart_from(
        [one for one in reversed(found) if indicator_charts.is_whole(one)], indicator, passport
    )
    words = {"unit": passport.unit, "decimals": passport.decimals, "run_length": passport.run_length}
    by_first = {one.first_day: one for one in found}
    context = {
        "indicator": indicator, "passport": passport, "unit": unit, "units": units_for(user), "measurements": [shown(one, passport) for one in found],
        "chart": None, "targets": [(one, indicator_words.value_words(float(one.value), passport.unit, passport.decimals)) for one in indicator.targets.all()], "rebases": [one for one in indicator.rebases.all() if one.taken_back_at is None],
        "signals": Signal.objects.filter(indicator=indicator, unit__isnull=True)[:12] if user.may(P.INDICATOR_VIEW) else [],
        "waiting": Passport.objects.filter(indicator=indicator, state=Passport.State.PROPOSED).exclude(pk=passport.pk).first(),
        "restatements": indicator.restatements.select_related("asked_by", "decided_by")[:10] if user.may(P.INDICATOR_VIEW) else [],
        "may_edit": user.may(P.INDICATOR_EDIT), "may_agree": user.may(P.INDICATOR_AGREE), "may_improve": user.may(P.IMPROVEMENT_EDIT), "computation_changed": passports.computation_changed(passport),
        "is_agreed": passport.state == Passport.State.AGREED,
    }  # fmt: skip
    if chart is not None:
        columns, rows = indicator_words.table(chart, **words)
        context["chart"] = {
            "sentence": capfirst(indicator_words.sentence(chart, **words)), "columns": columns, "rows": rows,
            "svg": indicator_words.drawing(chart, **words, url_of=lambda mark: rows_url(by_first.get(mark.period.first))),
            "shift": shift_of(chart, indicator) if user.may(P.INDICATOR_EDIT) and unit is None else None,
            "variation": indicator_words.variation_verdict(chart.variation), "assurance": indicator_words.assurance_verdict(chart.assurance),
        }  # fmt: skip
    return context


def shift_of(chart, indicator: Indicator) -> dict | None:
    """The day of a lasting shift that is not rebased, for who may set the limits anew."""
    if chart.shift is None:
        return None
    first = chart.shift[1].period.first
    return {"day": first, "url": f"{reverse('quality:rebase_add', args=[indicator.code])}?starts_on={first:%Y-%m-%d}"}


def rows_url(measurement: Measurement | None) -> str:
    return reverse("quality:measurement_rows", args=[measurement.pk]) if measurement else ""


def shown(one: Measurement, passport: Passport) -> dict:
    def words(value):
        return indicator_words.value_words(value, passport.unit, passport.decimals)

    interval = f"{words(one.lower)} … {words(one.upper)}" if one.lower is not None else "–"
    tone = {"provisional": "warning", "final": "neutral", "restated": "info"}[one.status]
    old = words(one.supersedes.value) if one.status == Measurement.Status.RESTATED and one.supersedes else ""
    return {"one": one, "value": words(one.value), "interval": interval, "tone": tone, "old": old}


@requires(*SEES)
@require_GET
def measurement_rows(request, pk):
    """Exactly the rows that the value counted, as they stood; what is not the reader's to see is counted only."""
    measurement = get_object_or_404(
        Measurement.objects.visible_to(request.user).select_related("indicator", "unit"), pk=pk
    )
    after = request.GET.get("after", "")
    side = request.GET.get("side", "")
    passport = passports.passport_of(measurement.indicator)
    # The rows of a value that is hidden would tell it.
    hidden = is_hidden(measurement, fewest=passport.fewest)
    page = None if hidden else evidence.page_of(measurement, request.user, side=side, after=whole(after))
    record_reading(user=request.user, way="view", object_type="quality.measurement", label=str(measurement)[:200], measurement=measurement.pk)  # fmt: skip
    context = {
        "measurement": measurement, "page": page, "passport": passport, "sides": [] if hidden else evidence.sides_of(measurement), "is_hidden": hidden, "shown": shown(measurement, passport),
        "month": month(measurement.first_day),
    }  # fmt: skip
    return render(request, "quality/measurement_rows.html", context)


# --- Deeds ------------------------------------------------------------------------------------------------------------
def to_detail(code):
    return redirect("quality:indicator_detail", code=code)


def form_page(request, form, *, title: str, text: str, action: str, code: str):
    context = {
        "form": form,
        "title": title,
        "text": text,
        "action": action,
        "back": reverse("quality:indicator_detail", args=[code]),
    }
    return render(request, "quality/indicator_form.html", context, status=422 if request.method == "POST" else 200)


@requires(P.INDICATOR_EDIT)
@require_http_methods(["GET", "POST"])
def passport_propose(request, code):
    indicator = seen(code)
    waiting = indicator.passports.filter(state=Passport.State.PROPOSED).first() or passports.passport_of(indicator)
    form = PassportForm(request.POST or None, instance=Passport.objects.get(pk=waiting.pk))
    if request.method == "POST" and form.is_valid():
        passports.propose(indicator=indicator, changes=dict(form.cleaned_data), by=request.user)
        toast(request, _("The new version waits to be agreed by the head of department."))
        return to_detail(code)
    return form_page(
        request, form, title=_("New version of the passport"), action=_("Propose it"), code=code,
        text=_("What was measured before stays as it was; the new version counts from when it is agreed."),
    )  # fmt: skip


@requires(P.INDICATOR_AGREE)
@require_POST
def passport_agree(request, code):
    indicator = seen(code)
    waiting = get_object_or_404(Passport, indicator=indicator, state=Passport.State.PROPOSED)
    try:
        passports.agree(passport=waiting, by=request.user)
    except DeedRefused as refusal:
        toast(request, str(refusal), tone="bad")
    else:
        toast(request, _("Agreed."))
    return to_detail(code)


@requires(P.INDICATOR_EDIT, P.INDICATOR_AGREE)
@require_http_methods(["GET", "POST"])
def target_set(request, code):
    indicator = seen(code)
    form = TargetForm(request.POST or None, initial={"valid_from": request.today})
    if request.method == "POST" and form.is_valid():
        try:
            passports.set_target(indicator=indicator, by=request.user, today=request.today, **form.cleaned_data)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("Saved."))
            return to_detail(code)
    passport = passports.passport_of(indicator)
    return form_page(
        request,
        form,
        title=_("Target: %(name)s") % {"name": passport.name},
        text=f"{target_words(indicator, passport, request.today)} {_('Targets are dated; earlier months keep theirs.')}",
        action=_("Save"),
        code=code,
    )


def target_words(indicator: Indicator, passport: Passport, today) -> str:
    """The unit, the target in force, and the next one where it is set."""
    unit = _("Unit: %(unit)s.") % {"unit": passport.get_unit_display()}
    found = list(indicator.targets.all())
    now = passports.target_on(found, today)
    words = [
        unit,
        _("No target is in force.")
        if now is None
        else _("In force is %(value)s, since %(day)s.") % told_of(now, passport),
    ]
    words += [
        _("From %(day)s it will be %(value)s.") % told_of(one, passport) for one in found if one.valid_from > today
    ]
    return " ".join(words)


def told_of(target, passport: Passport) -> dict[str, str]:
    value = indicator_words.value_words(float(target.value), passport.unit, passport.decimals)
    return {"value": value, "day": day(target.valid_from)}


@requires(P.INDICATOR_EDIT)
@require_http_methods(["GET", "POST"])
def rebase_add(request, code):
    indicator = seen(code)
    form = RebaseForm(request.POST or None, initial={"starts_on": day_of(request.GET.get("starts_on", ""))})
    if request.method == "POST" and form.is_valid():
        try:
            passports.add_rebase(indicator=indicator, by=request.user, **form.cleaned_data)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("From that day on the chart has limits of its own."))
            return to_detail(code)
    return form_page(
        request, form, title=_("Something changed"), action=_("Set limits anew"), code=code,
        text=_("Only for something that truly happened and is meant to stay: a guide, a system, another staffing. Never to make a signal go away."),
    )  # fmt: skip


def day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@requires(P.INDICATOR_EDIT)
@require_POST
def rebase_take_back(request, code, pk):
    passports.take_back_rebase(rebase=get_object_or_404(Rebase, indicator=seen(code), pk=pk), by=request.user)
    toast(request, _("Taken back."))
    return to_detail(code)


@requires(P.INDICATOR_EDIT)
@require_http_methods(["GET", "POST"])
def restatement_ask(request, code):
    indicator = seen(code)
    form = RestatementForm(request.POST or None, initial={"first_day": request.GET.get("month")})
    if request.method == "POST" and form.is_valid():
        try:
            measurements.ask_restatement(indicator=indicator, by=request.user, **form.cleaned_data)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("The head of department decides on it."))
            return to_detail(code)
    return form_page(
        request, form, title=_("Ask for a restatement"), action=_("Ask for it"), code=code,
        text=_("A final value is computed anew only with a reason and another person's approval; the old value stays beside the new one."),
    )  # fmt: skip


@requires(P.INDICATOR_AGREE)
@require_POST
def restatement_decide(request, code, pk):
    restatement = get_object_or_404(Restatement, indicator=seen(code), pk=pk)
    form = DecisionForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    try:
        measurements.decide_restatement(restatement=restatement, approve=request.POST.get("decision") == "approve", by=request.user, note=note)  # fmt: skip
    except DeedRefused as refusal:
        toast(request, str(refusal), tone="bad")
    else:
        toast(request, _("Decided."))
    return to_detail(code)


@requires(P.INDICATOR_EDIT)
@require_http_methods(["GET", "POST"])
def signal_comment(request, pk):
    signal = get_object_or_404(Signal.objects.select_related("indicator"), pk=pk)
    form = CommentForm(request.POST or None, initial={"text": signal.comment})
    if request.method == "POST" and form.is_valid():
        try:
            signals_found.comment(signal=signal, text=form.cleaned_data["text"], by=request.user)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("Saved."))
            return to_detail(signal.indicator.code)
    passport = passports.passport_of(signal.indicator)
    return form_page(
        request, form, title=_("What is behind the signal?"), action=_("Save"), code=signal.indicator.code,
        text=_("%(name)s, %(month)s") % {"name": passport.name, "month": month(signal.first_day)},
    )  # fmt: skip
