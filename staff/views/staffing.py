"""People on the line: the plan of a day, what-if, shifts, forecasts and how good they were, events, call statistics."""

from datetime import date, timedelta
from decimal import Decimal

from django.core.paginator import Paginator
from django.db.models import Sum
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from bureau.body_limits import takes_files
from bureau.permissions import requires
from bureau.refusals import DeedRefused, show_in
from bureau.roles import Permission
from bureau.toasts import toast
from bureau.typed_days import near_day
from complaints.assignment import people_who_handle
from staff import call_statistics, forecasts, load_events, shifts, staffing, staffing_plan, staffing_words
from staff.call_files import CallMapping, MappingRefused, read_mapping
from staff.forms.staffing import LARGEST_BYTES, CallFileForm, HalfHourForm, LoadEventForm, ShiftForm, WhatIfForm
from staff.models import Forecast, LoadEvent, PhoneQueue, QueueInterval, Shift

FORECASTS_SHOWN = 12
DAYS_OF_CALLS = 31


def day_asked(request, name: str = "day") -> date:
    """The day in the address; today where it is none."""
    return near_day(request.GET.get(name)) or request.today


def queue_asked(request) -> PhoneQueue | None:
    queues = PhoneQueue.objects.in_use(request.today)
    return queues.filter(code=request.GET.get("queue", "")).first() or queues.first()


@requires(Permission.STAFFING_VIEW)
@require_GET
def staffing_day(request):
    queue, day = queue_asked(request), day_asked(request)
    if queue is None:
        return render(request, "staff/staffing.html", {"queue": None})
    plan = staffing_plan.day_plan(queue, day, today=request.today)
    columns, rows = staffing_words.plan_table(plan)
    monday = day - timedelta(days=day.weekday())
    context = {
        "queue": queue, "queues": PhoneQueue.objects.in_use(request.today), "day": day, "plan": plan, "sentence": staffing_words.plan_words(plan),
        "svg": staffing_words.plan_chart(plan) if plan.slots else "", "columns": columns, "rows": rows,
        "week": staffing_plan.week_of(queue, monday, today=request.today), "former": day - timedelta(days=7), "next": day + timedelta(days=7),
        "forecast_words": staffing_words.forecast_words(plan.forecast, forecasts.METHOD_WORDS.get(plan.forecast.method, "")) if plan.forecast else "",
    }  # fmt: skip
    return render(request, "staff/staffing.html", context)


@requires(Permission.STAFFING_VIEW)
@require_GET
@vary_on_headers("HX-Request")
def what_if(request):
    """Answers while a figure is being changed; every figure stands in the address, so that the answer can be sent on."""
    queue = queue_asked(request)
    measured, _is_measured = staffing_plan.handling_of(queue, until=request.today) if queue else (240.0, False)
    initial = {
        "calls": 20, "handling": round(measured), "share": queue.target_percent if queue else 80, "within": queue.answer_seconds if queue else 20,
        "occupancy": queue.highest_occupancy_percent if queue else 85, "patience": queue.patience_seconds if queue else None,
        "shrinkage": int(staffing_plan.SHRINKAGE * 100), "people": None,
    }  # fmt: skip
    asked = initial | {name: request.GET[name] for name in WhatIfForm.base_fields if name in request.GET}
    form = WhatIfForm({name: "" if value is None else value for name, value in asked.items()})
    context = {"form": form, "queue": queue}
    if form.is_valid():
        context |= answer_of(form)
    page = "staff/what_if.html" + ("#answer" if request.htmx else "")
    return render(request, page, context, status=200 if form.is_valid() else 422)


def answer_of(form: WhatIfForm) -> dict:
    interval, promise = form.interval(), form.promise()
    need = staffing.needed(interval, promise)
    people = form.cleaned_data["people"]
    chosen = staffing.served_by(int(people), interval, promise) if people is not None else need
    rostered = staffing.rostered(need.people, Decimal(form.cleaned_data["shrinkage"]) / 100) if need else None
    # Where no number is enough, the ladder stands around what the person tries.
    ladder = staffing.ladder(interval, promise, around=None if need else int(people or 0)) if need or people else []
    return {
        "is_reckoned": True, "need": need, "rostered": rostered, "chosen": chosen, "promise": promise,
        "is_kept": chosen is not None and (chosen.keeps(promise) or chosen.load == 0),
        "need_words": staffing_words.need_words(need, rostered), "chosen_words": staffing_words.served_words(chosen, promise) if chosen else "",
        "ladder": [(one, one.keeps(promise)) for one in ladder], "load": interval.load,
    }  # fmt: skip


# --- Shifts -----------------------------------------------------------------------------------------------------------
@requires(Permission.STAFFING_VIEW)
@require_http_methods(["GET", "POST"])
def shift_week(request):
    """The week's shifts by person and day, and the form to add some."""
    day = day_asked(request)
    monday = day - timedelta(days=day.weekday())
    may_edit = request.user.may(Permission.STAFFING_EDIT)
    people = [pk for pk, _name in people_who_handle(request.today)]
    form = ShiftForm(
        request.POST or None, people=people, initial={"first": monday, "last": monday + timedelta(days=4)}
    )
    if request.method == "POST":
        if not may_edit:
            return render(request, "403.html", status=403)
        if form.is_valid():
            data = dict(form.cleaned_data)
            try:
                added = shifts.add(by=request.user, **data)
            except DeedRefused as refusal:
                show_in(form, refusal)
            else:
                words = _("Shifts added: %(count)s.") % {"count": added.shifts}
                if added.skipped:
                    words += " " + _("Days off passed over: %(count)s.") % {"count": len(added.skipped)}
                toast(request, words)
                return redirect(f"{request.path}?day={data['first']:%Y-%m-%d}")
    first = shifts.moment(monday, shifts.time(0))
    rows: dict[int, dict] = {}
    days = [monday + timedelta(days=at) for at in range(5)]
    found = Shift.objects.visible_to(request.user).filter(starts_at__gte=first, starts_at__lt=first + timedelta(days=7)).select_related("user")  # fmt: skip
    for one in found.order_by("user__last_name", "user__first_name", "starts_at"):
        row = rows.setdefault(one.user_id, {"user": one.user, "days": [(day, []) for day in days]})
        at = timezone.localtime(one.starts_at).weekday()
        if at < 5:
            row["days"][at][1].append(one)
    context = {
        "form": form, "rows": list(rows.values()), "days": days, "may_edit": may_edit,
        "former": monday - timedelta(days=7), "next": monday + timedelta(days=7), "monday": monday,
    }  # fmt: skip
    return render(request, "staff/shift_week.html", context, status=422 if request.method == "POST" else 200)


@requires(Permission.STAFFING_EDIT)
@require_POST
def shift_remove(request, pk):
    shift = get_object_or_404(Shift.objects.visible_to(request.user), pk=pk)
    monday = timezone.localtime(shift.starts_at).date()
    shifts.remove(shift=shift, by=request.user)
    toast(request, _("The shift is removed."))
    response = redirect("staff:shift_week")
    response["Location"] += f"?day={monday:%Y-%m-%d}"
    return response


# --- Forecasts and events ---------------------------------------------------------------------------------------------
@requires(Permission.STAFFING_VIEW)
@require_GET
def forecast_list(request):
    """The latest forecasts, with their error in the backtest and in what came since."""
    made = list(Forecast.objects.select_related("queue", "channel").prefetch_related("values").order_by("-made_at", "-pk")[:FORECASTS_SHOWN])  # fmt: skip
    yesterday = request.today - timedelta(days=1)
    rows = [
        {"forecast": one, "of": one.queue or one.channel, "method": forecasts.METHOD_WORDS.get(one.method, one.method), "accuracy": forecasts.accuracy(one, until=yesterday),
         "against_repetition": staffing_words.against_repetition(one.relative_mae)}
        for one in made
    ]  # fmt: skip
    return render(request, "staff/forecast_list.html", {"rows": rows, "may_edit": request.user.may(Permission.STAFFING_EDIT)})  # fmt: skip


@requires(Permission.STAFFING_EDIT)
@require_POST
def forecast_make(request):
    job = forecasts.order(until=request.today - timedelta(days=1), by=request.user)
    return redirect("bureau:job_detail", public_id=job.public_id)


@requires(Permission.STAFFING_VIEW)
@require_http_methods(["GET", "POST"])
def load_event_list(request, pk=None):
    may_edit = request.user.may(Permission.STAFFING_EDIT)
    event = get_object_or_404(LoadEvent, pk=pk) if pk else None
    form = LoadEventForm(request.POST or None, instance=event)
    if request.method == "POST":
        if not may_edit:
            return render(request, "403.html", status=403)
        if form.is_valid():
            load_events.save(event=form.save(commit=False), by=request.user)
            toast(request, _("Saved."))
            return redirect("staff:load_event_list")
    page = Paginator(LoadEvent.objects.select_related("channel"), 50).get_page(request.GET.get("page"))
    context = {"form": form, "event": event, "page": page, "may_edit": may_edit}
    return render(request, "staff/load_event_list.html", context, status=422 if request.method == "POST" else 200)


# --- Call statistics --------------------------------------------------------------------------------------------------
@takes_files(LARGEST_BYTES, Permission.STAFFING_EDIT)
@requires(Permission.STAFFING_VIEW)
@require_http_methods(["GET", "POST"])
def call_list(request):
    """Days of calls, the table to bring in, and one half hour by hand."""
    may_edit = request.user.may(Permission.STAFFING_EDIT)
    file_form = CallFileForm(today=request.today)
    hand_form = HalfHourForm(today=request.today)
    status = 200
    if request.method == "POST":
        if not may_edit:
            return render(request, "403.html", status=403)
        status = 422
        if "offered" in request.POST:
            hand_form = HalfHourForm(request.POST, today=request.today)
            if hand_form.is_valid() and written(request, hand_form):
                return redirect("staff:call_list")
        else:
            file_form = CallFileForm(request.POST, request.FILES, today=request.today)
            job = ordered(request, file_form) if file_form.is_valid() else None
            if job is not None:
                return redirect("bureau:job_detail", public_id=job.public_id)
    queue = queue_asked(request)
    until = day_asked(request, "until")
    days = list(
        QueueInterval.objects.filter(queue=queue, day__lte=until).order_by("-day").values("day")
        .annotate(calls=Sum("offered"), taken=Sum("answered"), lost=Sum("abandoned"), in_time=Sum("within_threshold"))[: DAYS_OF_CALLS + 1]
    )  # fmt: skip
    older = days[DAYS_OF_CALLS]["day"] if len(days) > DAYS_OF_CALLS else None
    context = {"queue": queue, "days": days[:DAYS_OF_CALLS], "older": older, "file_form": file_form, "hand_form": hand_form, "may_edit": may_edit}  # fmt: skip
    return render(request, "staff/call_list.html", context, status=status)


def written(request, form: HalfHourForm) -> bool:
    try:
        call_statistics.write_by_hand(
            queue=form.cleaned_data["queue"], day=form.cleaned_data["day"], slot=form.cleaned_data["slot"], figures=form.figures(),
            by=request.user, today=request.today,
        )  # fmt: skip
    except DeedRefused as refusal:
        show_in(form, refusal)
        return False
    toast(request, _("Saved."))
    return True


def ordered(request, form: CallFileForm):
    """The job, or None with the fault shown in the form."""
    file, queue, text = form.cleaned_data["file"], form.cleaned_data["queue"], form.cleaned_data["mapping"].strip()
    try:
        mapping = read_mapping(f'queue = "{queue.code}"\n{text}') if text else CallMapping(queue.code)
        return call_statistics.order_import(mapping=mapping, file=file, file_name=file.name, by=request.user)
    except (DeedRefused, MappingRefused, ValueError) as fault:
        form.add_error("mapping" if text else "file", str(fault))
        return None
