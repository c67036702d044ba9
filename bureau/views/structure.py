"""Lists the head keeps: units, services, topics, channels, other bodies, bases of restriction. One set of pages for all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from bureau import reference, structure, structure_files
from bureau.forms import structure as forms
from bureau.forms.fields import tree_choices
from bureau.models import Cause, Channel, NextInstance, OutsideBody, RestrictionBasis, Service, Topic, Unit
from bureau.models.structure import Listed
from bureau.permissions import requires
from bureau.refusals import DeedRefused, show_in
from bureau.roles import Permission
from bureau.toasts import toast
from bureau.views.parts import sent, trail_of


@dataclass(frozen=True)
class KeptList:
    """A list on this page. `columns`: heading and what stands below it for an entry."""

    slug: str
    name: str  # in deeds
    model: type[Listed]
    form: type
    title: Any
    help: Any
    add: Any
    icon: str
    columns: tuple[tuple[Any, Callable[[Any], Any]], ...]


def named(entries: Callable[[], dict], pk: int | None) -> str:
    entry = entries().get(pk) if pk else None
    return entry.name if entry else ""


LISTS: dict[str, KeptList] = {
    kept.slug: kept
    for kept in (
        KeptList(
            "units", "unit", Unit, forms.UnitForm, gettext_lazy("Units"),
            gettext_lazy("The agency's structure. Cases and topics belong to a unit; a unit head sees the unit's cases and those of its parts."),
            gettext_lazy("Add a unit"), "building",
            ((gettext_lazy("E-mail"), lambda unit: unit.email),),
        ),
        KeptList(
            "services", "service", Service, forms.ServiceForm, gettext_lazy("Services"),
            gettext_lazy("What the agency offers, with the unit and the person who own it."),
            gettext_lazy("Add a service"), "globe",
            (
                (gettext_lazy("Owner unit"), lambda service: named(reference.units, service.unit_id)),
                (gettext_lazy("Service owner"), lambda service: reference.people().get(service.owner_id, "")),
            ),
        ),
        KeptList(
            "topics", "topic", Topic, forms.TopicForm, gettext_lazy("Topics"),
            gettext_lazy("What contacts and cases are about, in two levels, with the short answer and the right door."),
            gettext_lazy("Add a topic"), "bookmark",
            (
                (gettext_lazy("Unit that answers"), lambda topic: named(reference.units, topic.unit_id)),
                (gettext_lazy("Right door elsewhere"), lambda topic: named(reference.outside_bodies, topic.outside_body_id)),
                (gettext_lazy("Short answer"), lambda topic: pgettext("short answer", "written") if topic.guide_et else ""),
            ),
        ),
        KeptList(
            "channels", "channel", Channel, forms.ChannelForm, gettext_lazy("Channels"),
            gettext_lazy("Ways in which people reach us."),
            gettext_lazy("Add a channel"), "contact",
            ((gettext_lazy("Answered at once"), lambda channel: _("yes") if channel.is_instant else ""),),
        ),
        KeptList(
            "outside-bodies", "outside_body", OutsideBody, forms.OutsideBodyForm, gettext_lazy("Other bodies"),
            gettext_lazy("The right doors for what is not ours."),
            gettext_lazy("Add a body"), "forward",
            (
                (gettext_lazy("What for"), lambda body: body.what_for),
                (gettext_lazy("Phone"), lambda body: body.phone),
                (gettext_lazy("E-mail"), lambda body: body.email),
            ),
        ),
        KeptList(
            "restriction-bases", "restriction_basis", RestrictionBasis, forms.RestrictionBasisForm,
            gettext_lazy("Bases of restriction"),
            gettext_lazy("Grounds in law on which access to a case may be restricted, with their usual length."),
            gettext_lazy("Add a basis"), "lock",
            (
                (gettext_lazy("Legal basis"), lambda basis: basis.law),
                (gettext_lazy("Length"), lambda basis: length_words(basis)),
                (gettext_lazy("Confirmed by a lawyer"), lambda basis: _("yes") if basis.is_confirmed else _("not yet")),
            ),
        ),
        KeptList(
            "causes", "cause", Cause, forms.CauseForm, gettext_lazy("Root causes"),
            gettext_lazy("Why things went wrong, in two levels; complaints, challenges and quality speak of the same causes."),
            gettext_lazy("Add a cause"), "flag",
            ((gettext_lazy("When to choose it"), lambda cause: cause.note),),
        ),
        KeptList(
            "next-instances", "next_instance", NextInstance, forms.NextInstanceForm, gettext_lazy("Next instances"),
            gettext_lazy("Where a person may turn with our decision; the sentence stands in the letter as it is here."),
            gettext_lazy("Add an instance"), "arrow-right",
            (
                (gettext_lazy("Legal basis"), lambda instance: instance.law),
                (gettext_lazy("Confirmed by a lawyer"), lambda instance: _("yes") if instance.is_confirmed else _("not yet")),
            ),
        ),
    )
}  # fmt: skip


def register_list(kept: KeptList) -> None:
    """Let an app keep a list of its own on these pages."""
    LISTS[kept.slug] = kept
    structure_files.register(kept)


for _kept in LISTS.values():
    structure_files.register(_kept)


def length_words(basis) -> str:
    from bureau.templatetags.formats import number

    words = [_("%(years)s years") % {"years": number(basis.default_years)}] if basis.default_years else []
    return ", ".join([*words, *([_("until an event")] if basis.ends_by_event else [])])


def kept_list(slug: str) -> KeptList:
    try:
        return LISTS[slug]
    except KeyError:
        raise Http404 from None


@requires(Permission.STRUCTURE_EDIT)
def structure_home(request):
    counts = {kept.slug: kept.model.objects.in_use(request.today).count() for kept in LISTS.values()}
    lists = [{"list": kept, "count": counts[kept.slug]} for kept in LISTS.values()]
    return render(request, "bureau/structure.html", {"lists": lists, "trail": trail_of("settings")})


@requires(Permission.STRUCTURE_EDIT)
def structure_list(request, slug):
    kept = kept_list(slug)
    with_closed = request.GET.get("state") == "all"
    entries = kept.model.objects.all() if with_closed else kept.model.objects.in_use(request.today)
    context = {
        "kept": kept, "rows": list_rows(kept.columns, entries), "columns": [heading for heading, _of in kept.columns],
        "with_closed": with_closed, "is_dated": any(entry.valid_from or entry.valid_to for entry in entries),
        "today": request.today, "trail": trail_of("structure"),
    }  # fmt: skip
    return render(request, "bureau/structure_list.html" + ("#rows" if request.htmx else ""), context)


def list_rows(columns, entries) -> list[dict]:
    """Entries in the order of their tree, with the cells of their columns."""
    found = {entry.pk: entry for entry in entries}
    if any(field.name == "parent" for field in next(iter(found.values()))._meta.fields) if found else False:
        order = [(found[pk], len(label) - len(label.lstrip("\u2003"))) for pk, label in tree_choices(found.values())]
    else:
        order = [(entry, 0) for entry in found.values()]
    return [
        {"entry": entry, "depth": depth, "cells": [(heading, of(entry)) for heading, of in columns]}
        for entry, depth in order
    ]


@requires(Permission.STRUCTURE_EDIT)
def structure_add(request, slug):
    kept = kept_list(slug)
    form = kept.form(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            entry = structure.add_entry(entry=form.save(commit=False), by=request.user, name=kept.name)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("%(name)s was added.") % {"name": entry})
            return redirect("bureau:structure_list", slug=slug)
    context = {
        "kept": kept,
        "form": form,
        "title": kept.add,
        "entry": None,
        "history": [],
        "is_used": True,
        "trail": list_trail(kept),
    }
    return render(request, "bureau/structure_edit.html", context, status=422 if form.errors else 200)


@requires(Permission.STRUCTURE_EDIT)
def structure_edit(request, slug, code):
    kept = kept_list(slug)
    entry = get_object_or_404(kept.model, code=code)
    title = str(entry)
    form = kept.form(sent(request), instance=entry)
    if request.method == "POST" and form.is_valid():
        try:
            structure.change_entry(entry=form.save(commit=False), by=request.user, name=kept.name)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("Saved."))
            return redirect("bureau:structure_list", slug=slug)
    stored = kept.model.objects.get(pk=entry.pk)
    context = {
        "kept": kept, "form": form, "title": title, "entry": stored, "history": structure.history_of(stored),
        "is_used": structure.is_used(stored), "today": request.today, "trail": list_trail(kept),
    }  # fmt: skip
    return render(request, "bureau/structure_edit.html", context, status=422 if form.errors else 200)


@requires(Permission.STRUCTURE_EDIT)
def structure_close(request, slug, code):
    kept = kept_list(slug)
    entry = get_object_or_404(kept.model, code=code)
    form = forms.CloseForm(sent(request), initial={"last_day": entry.valid_to or request.today})
    if request.method == "POST" and form.is_valid():
        try:
            structure.close_entry(entry=entry, by=request.user, name=kept.name, **form.cleaned_data)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("%(name)s has its last day.") % {"name": entry})
            return redirect("bureau:structure_list", slug=slug)
    return render(
        request,
        "components/confirm.html",
        {
            "title": _("Close %(name)s?") % {"name": entry}, "form": form, "facts": [], "danger": True,
            "text": _("After that day it is not offered any more. What was registered with it keeps it, and lists still find it."),
            "action": _("Set the last day"), "cancel_url": entry_url(kept, entry),
            "trail": [*list_trail(kept), (str(entry), entry_url(kept, entry))],
        },
        status=422 if form.errors else 200,
    )  # fmt: skip


@requires(Permission.STRUCTURE_EDIT)
def structure_delete(request, slug, code):
    kept = kept_list(slug)
    entry = get_object_or_404(kept.model, code=code)
    if request.method == "POST":
        try:
            structure.delete_unused(entry=entry, by=request.user, name=kept.name)
        except DeedRefused as refusal:
            toast(request, str(refusal), tone="bad")
            return redirect(entry_url(kept, entry))
        toast(request, _("%(name)s was deleted.") % {"name": entry})
        return redirect("bureau:structure_list", slug=slug)
    return render(
        request,
        "components/confirm.html",
        {
            "title": _("Delete %(name)s?") % {"name": entry}, "form": None, "facts": [], "danger": True,
            "text": _("Only an entry that nothing uses can be deleted. One in use is closed with a date."),
            "action": _("Delete for good"), "cancel_url": entry_url(kept, entry),
            "trail": [*list_trail(kept), (str(entry), entry_url(kept, entry))],
        },
    )  # fmt: skip


def entry_url(kept: KeptList, entry: Listed) -> str:
    return reverse("bureau:structure_edit", args=[kept.slug, entry.code])


def list_trail(kept: KeptList) -> list[tuple[str, str]]:
    return [*trail_of("structure"), (str(kept.title), reverse("bureau:structure_list", args=[kept.slug]))]
