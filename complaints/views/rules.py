"""Kinds of cases and their terms: read by all who handle cases, changed by the head."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from bureau import structure
from bureau.forms.people import LastDayForm
from bureau.forms.structure import CloseForm
from bureau.permissions import requires
from bureau.refusals import DeedRefused, show_in
from bureau.roles import Permission
from bureau.toasts import toast
from bureau.views.parts import sent, trail_of
from complaints import term_changes
from complaints.forms.rules import KindForm, TermForm, TermRemarksForm
from complaints.models import CaseKind, DeadlineRule


@requires(Permission.CASE_VIEW, Permission.RULES_EDIT)
def kind_list(request: HttpRequest):
    with_closed = request.GET.get("state") == "all"
    kinds = list(CaseKind.objects.all() if with_closed else CaseKind.objects.in_use(request.today))
    in_force: dict[int, list] = {}
    for rule in DeadlineRule.objects.filter(kind__in=kinds).order_by("purpose", "-valid_from"):
        if holds(rule, request.today):
            in_force.setdefault(rule.kind_id, []).append(rule)
    context = {
        "rows": [{"kind": kind, "terms": in_force.get(kind.pk, [])} for kind in kinds], "with_closed": with_closed,
        "is_dated": any(kind.valid_from or kind.valid_to for kind in kinds),
        "today": request.today, "may_edit": request.user.may(Permission.RULES_EDIT), "trail": trail_of("settings"),
    }  # fmt: skip
    return render(request, "complaints/kind_list.html" + ("#rows" if request.htmx else ""), context)


def holds(rule: DeadlineRule, on) -> bool:
    return rule.valid_from <= on and (rule.valid_to is None or rule.valid_to >= on)


@requires(Permission.CASE_VIEW, Permission.RULES_EDIT)
def kind_detail(request, code):
    kind = get_object_or_404(CaseKind, code=code)
    may_edit = request.user.may(Permission.RULES_EDIT)
    terms = list(kind.deadline_rules.select_related("kind").order_by("purpose", "-valid_from"))
    for rule in terms:
        rule.is_in_force = holds(rule, request.today)
        rule.is_ahead = rule.valid_from > request.today
    context = {
        "kind": kind, "terms": terms, "may_edit": may_edit, "is_used": structure.is_used(kind) if may_edit else True,
        "history": structure.history_of(kind) if may_edit else [], "trail": list_trail(),
    }  # fmt: skip
    return render(request, "complaints/kind_detail.html", context)


@requires(Permission.RULES_EDIT)
def kind_add(request):
    form = KindForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            kind = structure.add_entry(entry=form.save(commit=False), by=request.user, name="kind")
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("The kind was added. Now give it a term."))
            return redirect("complaints:kind_detail", code=kind.code)
    return edit_page(
        request,
        form=form,
        title=_("Add a kind of case"),
        trail=list_trail(),
        cancel_url=reverse("complaints:kind_list"),
    )


@requires(Permission.RULES_EDIT)
def kind_edit(request, code):
    kind = get_object_or_404(CaseKind, code=code)
    title = _("Change %(kind)s") % {"kind": kind}
    form = KindForm(sent(request), instance=kind)
    if request.method == "POST" and form.is_valid():
        try:
            structure.change_entry(entry=form.save(commit=False), by=request.user, name="kind")
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("Saved."))
            return redirect("complaints:kind_detail", code=code)
    return edit_page(request, form=form, title=title, trail=kind_trail(code), cancel_url=kind_url(code))


@requires(Permission.RULES_EDIT)
def kind_close(request, code):
    kind = get_object_or_404(CaseKind, code=code)
    form = CloseForm(sent(request), initial={"last_day": kind.valid_to or request.today})
    if request.method == "POST" and form.is_valid():
        try:
            structure.close_entry(entry=kind, by=request.user, name="kind", **form.cleaned_data)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("%(name)s has its last day.") % {"name": kind})
            return redirect("complaints:kind_detail", code=code)
    return confirm(
        request, code=code, form=form, title=_("Close %(name)s?") % {"name": kind}, action=_("Set the last day"),
        text=_("After that day no case of this kind is registered. Those that are open keep their deadlines."),
    )  # fmt: skip


@requires(Permission.RULES_EDIT)
def kind_delete(request, code):
    kind = get_object_or_404(CaseKind, code=code)
    if request.method == "POST":
        try:
            structure.delete_unused(entry=kind, by=request.user, name="kind")
        except DeedRefused as refusal:
            toast(request, str(refusal), tone="bad")
            return redirect("complaints:kind_detail", code=code)
        toast(request, _("%(name)s was deleted.") % {"name": kind})
        return redirect("complaints:kind_list")
    return confirm(
        request, code=code, form=None, title=_("Delete %(name)s?") % {"name": kind}, action=_("Delete for good"),
        text=_("Only a kind without cases and terms can be deleted."),
    )  # fmt: skip


@requires(Permission.RULES_EDIT)
def term_add(request, code):
    """A new version; it begins with what the present one says."""
    kind = get_object_or_404(CaseKind, code=code)
    form = TermForm(sent(request), kind=kind, initial=like_present(kind, request))
    if request.method == "POST" and form.is_valid():
        try:
            rule = form.save(commit=False)
            term_changes.add_term(rule=rule, by=request.user, reason=form.cleaned_data["reason"])
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("The new version is in force from %(day)s.") % {"day": f"{rule.valid_from:%d.%m.%Y}"})
            return redirect("complaints:kind_detail", code=code)
    return edit_page(
        request, form=form, title=_("New version of a term"), trail=kind_trail(code), cancel_url=kind_url(code)
    )


def like_present(kind: CaseKind, request) -> dict:
    purpose = request.GET.get("purpose", DeadlineRule.Purpose.REPLY)
    present = kind.deadline_rules.filter(purpose=purpose).order_by("-valid_from").first()
    if present is None:
        return {"purpose": purpose}
    kept = [
        "purpose", "amount", "unit", "runs_from", "extended_amount", "extended_unit", "rolls", "holiday_list", "law",
        "extension_law", "start_law",
    ]  # fmt: skip
    return {name: getattr(present, name) for name in kept}


@requires(Permission.RULES_EDIT)
def term_edit(request, pk):
    """Sources and remarks of a version; its length and days never change."""
    rule = get_object_or_404(DeadlineRule.objects.select_related("kind"), pk=pk)
    form = TermRemarksForm(sent(request), instance=rule)
    if request.method == "POST" and form.is_valid():
        term_changes.annotate_term(rule=rule, by=request.user, **form.cleaned_data)
        toast(request, _("Saved."))
        return redirect("complaints:kind_detail", code=rule.kind.code)
    return edit_page(
        request, form=form, title=_("Sources and remarks"), trail=kind_trail(rule.kind.code), cancel_url=kind_url(rule.kind.code),
        text=_("The length and the days of a version stay as they are, for deadlines are counted by them. A change of law is a new version."),
    )  # fmt: skip


@requires(Permission.RULES_EDIT)
def term_end(request, pk):
    rule = get_object_or_404(DeadlineRule.objects.select_related("kind"), pk=pk)
    form = LastDayForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            term_changes.end_term(rule=rule, by=request.user, **form.cleaned_data)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("The term has its last day."))
            return redirect("complaints:kind_detail", code=rule.kind.code)
    return confirm(
        request, code=rule.kind.code, form=form, title=_("End this term?"), action=_("Set the last day"),
        text=_("Cases registered after that day get no deadline of this kind, unless a new version begins."),
    )  # fmt: skip


@requires(Permission.RULES_EDIT)
def term_delete(request, pk):
    rule = get_object_or_404(DeadlineRule.objects.select_related("kind"), pk=pk)
    code = rule.kind.code
    if request.method == "POST":
        try:
            term_changes.delete_term(rule=rule, by=request.user)
        except DeedRefused as refusal:
            toast(request, str(refusal), tone="bad")
        else:
            toast(request, _("The version was deleted."))
        return redirect("complaints:kind_detail", code=code)
    return confirm(
        request, code=code, form=None, title=_("Delete this version?"), action=_("Delete for good"),
        text=_("Only a version by which nothing was counted can be deleted. The one before it holds on again."),
    )  # fmt: skip


def edit_page(request, *, form, title, trail, cancel_url, text=""):
    context = {"form": form, "title": title, "trail": trail, "cancel_url": cancel_url, "text": text}
    return render(request, "complaints/rule_edit.html", context, status=422 if form.errors else 200)


def confirm(request, *, code, form, title, text, action):
    context = {
        "title": title, "text": text, "action": action, "cancel_url": kind_url(code), "form": form, "facts": [],
        "trail": kind_trail(code), "danger": True,
    }  # fmt: skip
    return render(request, "components/confirm.html", context, status=422 if form is not None and form.errors else 200)


def kind_url(code: str) -> str:
    return reverse("complaints:kind_detail", args=[code])


def list_trail() -> list[tuple[str, str]]:
    return [*trail_of("settings"), (_("Kinds and terms"), reverse("complaints:kind_list"))]


def kind_trail(code: str) -> list[tuple[str, str]]:
    kind = CaseKind.objects.get(code=code)
    return [*list_trail(), (str(kind), kind_url(code))]
