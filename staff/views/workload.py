"""One's own load and time, the team's load, and sharing work anew."""

from datetime import timedelta

from django.http import QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from bureau.audit import record_reading
from bureau.key_paging import key, newest_first
from bureau.permissions import requires
from bureau.refusals import DeedRefused, show_in
from bureau.roles import Permission
from bureau.toasts import toast
from complaints.reference import kinds
from staff import redistribution, team_figures, weights, work_log
from staff.forms.workload import SharingForm, TimeForm, WeightForm
from staff.models import WorkEntry
from staff.workload import WORKING_DAYS_AHEAD, team_load

DAYS_SUMMED = 28


@requires(Permission.TIME_LOG)
@require_http_methods(["GET", "POST"])
@vary_on_headers("HX-Request")
def my_workload(request):
    """Own figures beside the team's median, and own working time with the form to note more of it."""
    form = TimeForm(request.POST or None, user=request.user, today=request.today)
    if request.method == "POST" and form.is_valid():
        try:
            work_log.log_time(by=request.user, today=request.today, **form.cleaned_data)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("Noted."))
            return redirect("staff:my_workload")
    own = WorkEntry.objects.kept().filter(user=request.user)
    found = WorkEntry.objects.visible_to(request.user).filter(user=request.user).select_related("kind", "case")
    page = newest_first(found, after=key(request.GET.get("after")), before=key(request.GET.get("before")))
    first = request.today - timedelta(days=DAYS_SUMMED - 1)
    load = team_load(request.today)
    context = {
        "form": form, "page": page, "load": load.of(request.user.pk), "team": load, "days_ahead": WORKING_DAYS_AHEAD,
        "sums": team_figures.sums_in_words(work_log.minutes_by_kind(own, first=first, last=request.today)),
        "days_summed": DAYS_SUMMED,
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "staff/my_workload.html" + ("#rows" if request.htmx else ""), context, status=status)


@requires(Permission.TIME_LOG)
@require_POST
def time_take_back(request, pk):
    entry = get_object_or_404(WorkEntry.objects.visible_to(request.user), pk=pk, user=request.user)
    work_log.take_back(entry=entry, by=request.user)
    toast(request, _("Taken back."))
    return redirect("staff:my_workload")


@requires(Permission.WORKLOAD_TEAM)
@require_GET
def team_workload(request):
    """Every look at figures of persons leaves a record."""
    load = team_load(request.today)
    record_reading(user=request.user, way="view", object_type="staff.workload", label=_("Load of the team"))
    context = {
        "load": load, "figures": team_figures.of_team(load), "flow": team_figures.flow_of(request.today, load),
        "days_ahead": WORKING_DAYS_AHEAD,
        "resting": sum(1 for _one in redistribution.resting(user=request.user, today=request.today)),
    }  # fmt: skip
    return render(request, "staff/team_workload.html", context)


@requires(Permission.WORKLOAD_TEAM)
@require_http_methods(["GET", "POST"])
def work_share(request):
    """The plan with its reasons; the marked moves are carried out as one job that can be taken back."""
    asked = request.POST if request.method == "POST" else request.GET
    people = [one.user.pk for one in team_load(request.today).people]
    form = SharingForm(asked, people=people)
    leaving = form.cleaned_data.get("leaving") if form.is_valid() else None
    level = bool(form.is_valid() and form.cleaned_data["level"])
    chosen, load = redistribution.proposed(
        user=request.user, today=request.today, leaving=[leaving.pk] if leaving else [], level=level
    )
    if request.method == "POST":
        job = redistribution.carry_out(chosen, numbers=request.POST.getlist("case"), by=request.user)
        if job is not None:
            return redirect("complaints:case_bulk", public_id=job.public_id)
        toast(request, _("No marked case is in the plan any more; look at the new one."), tone="warning")
        query = QueryDict(mutable=True)
        query.update({name: asked[name] for name in ("leaving", "level") if asked.get(name)})
        return redirect(f"{reverse('staff:work_share')}?{query.urlencode()}")
    record_reading(user=request.user, way="view", object_type="staff.workload", label=_("Plan of sharing work"))
    names = {one.user.pk: one for one in load.people}
    rows = [
        (names[user_id].user, chosen.before[user_id], after)
        for user_id, after in chosen.after.items()
        if chosen.before[user_id] != after
    ]
    context = {"form": form, "plan": chosen, "rows": rows, "leaving": leaving, "level": level, "is_asked": bool(asked)}
    return render(request, "staff/work_share.html", context)


@requires(Permission.WORKLOAD_TEAM)
@require_http_methods(["GET", "POST"])
def weight_list(request):
    """What a case of each kind weighs, on what that rests, and what the last year's sample says."""
    form = WeightForm(request.POST or None, today=request.today)
    if request.method == "POST" and form.is_valid():
        try:
            weights.estimate(by=request.user, today=request.today, **form.cleaned_data)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("Saved."))
            return redirect("staff:weight_list")
    now, measured = weights.weights(request.today), weights.measure(until=request.today)
    rows = [(kind, now[kind.id], measured.get(kind.id)) for kind in kinds().values() if kind.in_use(request.today)]
    noted, closed = weights.timed_share(until=request.today)
    context = {"form": form, "rows": rows, "noted": noted, "closed": closed, "fewest": weights.FEWEST_CASES}
    return render(request, "staff/weight_list.html", context, status=422 if request.method == "POST" else 200)


@requires(Permission.WORKLOAD_TEAM)
@require_POST
def weight_adopt(request):
    try:
        taken = weights.adopt_measured(by=request.user, today=request.today)
    except DeedRefused as refusal:
        toast(request, str(refusal), tone="warning")
    else:
        toast(request, _("Weights taken over: %(count)s.") % {"count": taken})
    return redirect("staff:weight_list")
