"""Who is away and who stands in: the team's absences by month, substitutions."""

import calendar
from datetime import date

from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from bureau import absences, substitutes
from bureau.calendar_store import working_calendar
from bureau.forms.people import AbsenceForm, OptionalReasonForm, SubstitutionForm
from bureau.models import Absence, RoleHolding, User
from bureau.permissions import requires
from bureau.refusals import DeedRefused, show_in
from bureau.roles import Permission
from bureau.toasts import toast
from bureau.views.parts import sent, trail_of
from bureau.working_calendar import CalendarGap


def absence_list(request):
    """A month of the team; a person without a role sees only their own."""
    first, last = month_of(request.GET.get("month"), request.today)
    rows = (
        Absence.objects.filter(absences.overlapping(first=first, last=last))
        .select_related("user")
        .order_by("starts_on")
    )
    team = User.objects.filter(pk=request.user.pk)
    if request.user.rights.held:
        holders = RoleHolding.objects.in_force(request.today).exclude(role__in=["administrator"]).values("user_id")
        team = User.objects.filter(Q(pk__in=holders) | Q(pk=request.user.pk), is_active=True)
    else:
        rows = rows.filter(user=request.user)
    shown = absences.shown_to(request.user, rows)
    own = (
        Absence.objects.filter(user=request.user, ends_on__gte=request.today)
        .select_related("user")
        .order_by("starts_on")
    )
    return render(
        request,
        "bureau/absence_list.html",
        {
            "first": first, "absences": shown, "days": month_days(first, last), "grid": grid(team, shown, first, last),
            "own": absences.shown_to(request.user, own), "previous": month_key(first, -1), "next": month_key(first, 1),
            "may_record_others": request.user.may(Permission.ABSENCE_RECORD),
        },
    )  # fmt: skip


def month_of(asked: str | None, today: date) -> tuple[date, date]:
    try:
        first = date.fromisoformat(f"{asked}-01") if asked else today.replace(day=1)
    except ValueError:
        first = today.replace(day=1)
    if not 2000 <= first.year <= 2100:
        raise Http404
    return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])


def month_key(first: date, step: int) -> str:
    year, month0 = divmod(first.year * 12 + first.month - 1 + step, 12)
    return f"{year:04d}-{month0 + 1:02d}"


def month_days(first: date, last: date) -> list[dict]:
    """The days of the month and whether they are worked."""
    days = [first.replace(day=number) for number in range(1, last.day + 1)]
    try:
        return [{"day": one, "is_working": working_calendar().is_working_day(one)} for one in days]
    except CalendarGap:
        return [{"day": one, "is_working": one.weekday() < 5} for one in days]


def grid(team, shown, first: date, last: date) -> list[dict]:
    """Each person's month: the absence of each day, or nothing."""
    of_person: dict[int, list] = {}
    for absence in shown:
        of_person.setdefault(absence.user_id, []).append(absence)
    days = month_days(first, last)
    return [
        {
            "person": person,
            "days": [
                {**day, "absence": next((a for a in of_person.get(person.pk, []) if a.starts_on <= day["day"] <= a.ends_on), None)}
                for day in days
            ],
        }
        for person in team
    ]  # fmt: skip


def absence_add(request):
    may_choose = request.user.may(Permission.ABSENCE_RECORD)
    form = AbsenceForm(sent(request), may_choose_person=may_choose, initial={"person": request.user.pk})
    if request.method == "POST" and form.is_valid():
        facts = dict(form.cleaned_data)
        person = facts.pop("person", request.user)
        note_lender(request, person)
        try:
            absences.record_absence(person=person, by=request.user, **facts)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("The absence was recorded."))
            return redirect(f"{reverse('bureau:absence_list')}?month={facts['starts_on']:%Y-%m}")
    context = {
        "form": form,
        "title": _("Record an absence"),
        "action": _("Record"),
        "trail": trail_of("absences"),
        "absence": None,
    }
    return render(request, "bureau/absence_edit.html", context, status=422 if form.errors else 200)


def absence_edit(request, pk):
    absence = get_object_or_404(changeable(request.user), pk=pk)
    kept = {name: getattr(absence, name) for name in ("kind", "starts_on", "ends_on", "note")}
    form = AbsenceForm(sent(request), may_choose_person=False, initial=kept)
    if request.method == "POST" and form.is_valid():
        note_lender(request, absence.user)
        try:
            absences.change_absence(absence=absence, by=request.user, **form.cleaned_data)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("Saved."))
            return redirect("bureau:absence_list")
    context = {
        "form": form, "title": _("Absence of %(person)s") % {"person": absence.user}, "action": _("Save"),
        "trail": trail_of("absences"), "absence": absence,
    }  # fmt: skip
    return render(request, "bureau/absence_edit.html", context, status=422 if form.errors else 200)


def absence_remove(request, pk):
    absence = get_object_or_404(changeable(request.user), pk=pk)
    if request.method == "POST":
        note_lender(request, absence.user)
        absences.remove_absence(absence=absence, by=request.user)
        toast(request, _("The absence was taken back."))
        return redirect("bureau:absence_list")
    (shown,) = absences.shown_to(request.user, [absence])
    return render(
        request,
        "components/confirm.html",
        {
            "title": _("Take the absence back?"), "text": _("The person counts as at work on these days again."),
            "action": _("Take it back"), "cancel_url": reverse("bureau:absence_list"), "form": None, "danger": True,
            "facts": [(_("Who"), shown.person), (_("Days"), shown.days), (_("Kind"), shown.kind)], "trail": trail_of("absences"),
        },
    )  # fmt: skip


def changeable(user):
    """One's own absences; all of them for those who keep absences. Others' do not exist."""
    rows = Absence.objects.select_related("user")
    return rows if user.may(Permission.ABSENCE_RECORD) else rows.filter(user=user)


def note_lender(request, person) -> None:
    """Recording another's absence with a borrowed right is done on the lender's behalf; one's own never is."""
    if person.pk != request.user.pk:
        request.user.acting_for_id = request.user.rights.behalf_for(Permission.ABSENCE_RECORD)


def substitution_list(request):
    rows = substitutes.visible_to(request.user)
    coming = rows.filter(ends_on__gte=request.today, ended_early_at=None).order_by("starts_on", "pk")
    former = rows.exclude(ends_on__gte=request.today, ended_early_at=None).order_by("-starts_on", "-pk")[:50]
    may_record = request.user.may(Permission.SUBSTITUTION_RECORD)
    return render(
        request,
        "bureau/substitution_list.html",
        {"coming": coming, "former": former, "may_record": may_record, "today": request.today},
    )


@requires(Permission.SUBSTITUTION_RECORD)
def substitution_add(request):
    form = SubstitutionForm(sent(request), initial={"absent": request.GET.get("absent")})
    if request.method == "POST" and form.is_valid():
        try:
            row = substitutes.record_substitution(by=request.user, **form.cleaned_data)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(
                request,
                _("%(substitute)s stands in for %(absent)s.") % {"substitute": row.substitute, "absent": row.absent},
            )
            return redirect("bureau:substitution_list")
    context = {"form": form, "trail": trail_of("substitutions")}
    return render(request, "bureau/substitution_add.html", context, status=422 if form.errors else 200)


def substitution_end(request, pk):
    """Ended by those who record substitutions, and by the person stood in for."""
    row = get_object_or_404(substitutes.visible_to(request.user), pk=pk)
    if row.absent_id != request.user.pk and not request.user.may(Permission.SUBSTITUTION_RECORD):
        raise Http404
    form = OptionalReasonForm(sent(request))
    if request.method == "POST" and form.is_valid():
        if row.absent_id != request.user.pk:
            request.user.acting_for_id = request.user.rights.behalf_for(Permission.SUBSTITUTION_RECORD)
        substitutes.end_substitution(substitution=row, by=request.user, reason=form.cleaned_data["reason"])
        toast(request, _("The substitution has ended."))
        return redirect("bureau:substitution_list")
    return render(
        request,
        "components/confirm.html",
        {
            "title": _("End the substitution?"),
            "text": _("The borrowed rights are gone with the next click; what was done stays in the deeds."),
            "action": _("End it now"), "cancel_url": reverse("bureau:substitution_list"), "form": form, "danger": True,
            "facts": [(_("Who is away"), row.absent), (_("Who stands in"), row.substitute)], "trail": trail_of("substitutions"),
        },
    )  # fmt: skip
