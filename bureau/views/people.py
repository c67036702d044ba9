"""People: list, one person, roles. Who adds and changes people, and who grants roles, stands in `bureau.roles`."""

from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bureau import absences, deed_filters, people, role_holdings
from bureau.forms.people import LANGUAGES_SERVED, LastDayForm, PeopleFilter, PersonForm, ReasonForm, RoleForm
from bureau.models import Absence, Deed, RoleHolding, Substitution, User
from bureau.permissions import requires
from bureau.refusals import DeedRefused, show_in
from bureau.roles import Permission
from bureau.second_factor import has_second_factor, reset_second_factor
from bureau.substitution import rights_of
from bureau.toasts import toast
from bureau.views.parts import sent, trail_of

KEEPERS = (Permission.PEOPLE_EDIT, Permission.ROLES_GRANT, Permission.ABSENCE_RECORD, Permission.SUBSTITUTION_RECORD)


@requires(*KEEPERS)
def person_list(request):
    form = PeopleFilter(request.GET)
    form.is_valid()
    rows = list(form.found(request.today).select_related("unit"))
    give_roles(rows, request.today)
    template = "bureau/person_list.html" + ("#rows" if request.htmx else "")
    may_edit = request.user.may(Permission.PEOPLE_EDIT)
    return render(request, template, {"people": rows, "form": form, "may_add": may_edit})


def give_roles(rows, today) -> None:
    """Each person's roles of today, who stands in for them and until when they are away; three statements."""
    ids = [row.pk for row in rows]
    held: dict[int, list] = {}
    holdings = RoleHolding.objects.in_force(today).filter(user__in=ids).select_related("on_behalf_of", "unit")
    for holding in holdings.order_by("on_behalf_of_id", "role"):
        held.setdefault(holding.user_id, []).append(holding)
    standing = (
        Substitution.objects.in_force(today).filter(absent__in=ids, ended_early_at=None).select_related("substitute")
    )
    substitutes = {row.absent_id: row.substitute for row in standing}
    away = absences.away_until(today)
    for row in rows:
        row.roles_today = held.get(row.pk, [])
        row.substitute_today = substitutes.get(row.pk)
        row.away_until = away.get(row.pk)


@requires(*KEEPERS)
def person_detail(request, pk):
    person = get_object_or_404(User.objects.select_related("unit"), pk=pk)
    today = request.today
    holdings = list(person.role_holdings.select_related("unit", "on_behalf_of").order_by("-starts_on", "-pk"))
    current = [one for one in holdings if one.ends_on is None or one.ends_on >= today]
    away = Absence.objects.filter(user=person, ends_on__gte=today).select_related("user").order_by("starts_on")
    substitutions = Substitution.objects.filter(Q(absent=person) | Q(substitute=person), ends_on__gte=today)
    may_grant = request.user.may(Permission.ROLES_GRANT)
    may_edit = request.user.may(Permission.PEOPLE_EDIT)
    deeds = []
    if may_grant or request.user.may(Permission.AUDIT_VIEW):
        deeds = Deed.objects.filter(object_type="bureau.user", object_id=person.pk).exclude(action="person.signed_in")
        deeds = deed_filters.shown_to(deeds, request.user)
        deeds = deeds.select_related("actor", "on_behalf_of").order_by("-id")[:20]
    return render(
        request,
        "bureau/person_detail.html",
        {
            "person": person, "current": current, "former": [one for one in holdings if one not in current],
            "absences": absences.shown_to(request.user, away),
            "substitutions": substitutions.filter(ended_early_at=None).select_related("absent", "substitute"),
            "skills": person.skills.all(), "languages": language_words(person), "deeds": deeds, "may_edit": may_edit,
            "may_grant": may_grant and person.pk != request.user.pk,
            "may_keep_door": may_grant and person.pk != request.user.pk,
            "has_second_factor": may_grant and has_second_factor(person),
            "rights": rights_of(person, today), "trail": trail_of("people"),
        },
    )  # fmt: skip


def language_words(person) -> str:
    words = dict(LANGUAGES_SERVED)
    return ", ".join(str(words.get(code, code)) for code in person.languages_served)


@requires(Permission.PEOPLE_EDIT)
def person_add(request):
    opens_the_door = request.user.may(Permission.ROLES_GRANT)
    form = PersonForm(sent(request), opens_the_door=opens_the_door)
    if request.method == "POST" and form.is_valid():
        try:
            person = people.add_person(by=request.user, **form.facts)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(
                request,
                _("%(person)s was added. A letter for setting the password is on its way.") % {"person": person},
            )
            return redirect("bureau:person_detail", pk=person.pk)
    context = {
        "form": form,
        "title": _("Add a person"),
        "action": _("Add and send the sign-in letter"),
        "trail": trail_of("people"),
    }
    return render(request, "bureau/person_edit.html", context, status=422 if form.errors else 200)


@requires(Permission.PEOPLE_EDIT)
def person_edit(request, pk):
    person = get_object_or_404(User, pk=pk)
    opens_the_door = request.user.may(Permission.ROLES_GRANT)
    form = PersonForm(sent(request), instance=person, opens_the_door=opens_the_door)
    if request.method == "POST" and form.is_valid():
        try:
            people.change_person(person=person, by=request.user, **form.facts)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("Saved."))
            return redirect("bureau:person_detail", pk=pk)
    context = {
        "form": form, "person": person, "title": _("Change %(person)s") % {"person": User.objects.get(pk=pk)}, "action": _("Save"),
        "trail": trail_of("people"),
    }  # fmt: skip
    return render(request, "bureau/person_edit.html", context, status=422 if form.errors else 200)


@requires(Permission.ROLES_GRANT)
def person_close(request, pk):
    person = get_object_or_404(User, pk=pk)
    form = ReasonForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            people.close_person(person=person, by=request.user, reason=form.cleaned_data["reason"])
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("%(person)s is closed.") % {"person": person})
            return redirect("bureau:person_detail", pk=pk)
    return confirm(
        request, form=form, person=person, title=_("Close %(person)s?") % {"person": person}, action=_("Close the person"),
        text=_("The person signs in no more, from the next click. Roles and substitutions end today. Cases stay and can be given to others."),
    )  # fmt: skip


@require_POST
@requires(Permission.ROLES_GRANT)
def person_open(request, pk):
    person = get_object_or_404(User, pk=pk)
    people.open_person(person=person, by=request.user)
    toast(request, _("%(person)s may sign in again. Give the roles anew.") % {"person": person})
    return redirect("bureau:person_detail", pk=pk)


@require_POST
@requires(Permission.ROLES_GRANT)
def person_invite(request, pk):
    person = get_object_or_404(User, pk=pk, is_active=True)
    people.send_invitation(person=person, by=request.user)
    toast(request, _("A letter for setting the password is on its way to %(email)s.") % {"email": person.email})
    return redirect("bureau:person_detail", pk=pk)


@requires(Permission.ROLES_GRANT)
def person_reset_second_factor(request, pk):
    person = get_object_or_404(User, pk=pk)
    form = ReasonForm(sent(request))
    if request.method == "POST" and form.is_valid():
        if person.pk == request.user.pk:
            show_in(form, DeedRefused(_("Your own second factor is under My settings.")))
        else:
            reset_second_factor(person=person, by=request.user, reason=form.cleaned_data["reason"])
            toast(request, _("%(person)s sets up a new second factor at the next sign-in.") % {"person": person})
            return redirect("bureau:person_detail", pk=pk)
    return confirm(
        request, form=form, person=person, title=_("Take the second factor away?"), action=_("Take it away"),
        text=_("Do this only when you are sure who asks: seen in person or called back on a known number."),
    )  # fmt: skip


@requires(Permission.ROLES_GRANT)
def role_grant(request, pk):
    person = get_object_or_404(User, pk=pk)
    form = RoleForm(sent(request), person=person)
    if request.method == "POST" and form.is_valid():
        try:
            role_holdings.grant_role(person=person, by=request.user, **form.cleaned_data)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("The role was given."))
            return redirect("bureau:person_detail", pk=pk)
    trail = [*trail_of("people"), (str(person), person_url(person))]
    return render(
        request,
        "bureau/role_grant.html",
        {"form": form, "person": person, "trail": trail},
        status=422 if form.errors else 200,
    )


@requires(Permission.ROLES_GRANT)
def role_end(request, pk):
    holding = get_object_or_404(RoleHolding.objects.select_related("user"), pk=pk)
    form = LastDayForm(sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            role_holdings.end_role(holding=holding, by=request.user, **form.cleaned_data)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("The role has its last day."))
            return redirect("bureau:person_detail", pk=holding.user_id)
    return confirm(
        request, form=form, person=holding.user, action=_("Set the last day"),
        title=_("End the role %(role)s?") % {"role": holding.get_role_display()},
        text=_("The rights hold through the last day and are gone the day after."),
    )  # fmt: skip


def person_url(person) -> str:
    return reverse("bureau:person_detail", args=[person.pk])


def confirm(request, *, form, person, title, text, action):
    context = {
        "title": title, "text": text, "action": action, "cancel_url": person_url(person), "form": form, "facts": [],
        "trail": [*trail_of("people"), (str(person), person_url(person))], "danger": True,
    }  # fmt: skip
    return render(request, "components/confirm.html", context, status=422 if form.errors else 200)
