"""The working calendar: a year at a glance, its days, and what a change would move before it is made."""

import calendar
from datetime import date

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bureau import calendar_changes
from bureau.calendar_changes import CalendarChange
from bureau.calendar_store import working_calendar
from bureau.forms.calendar import DayForm, OpeningHoursForm, ReasonOfChange
from bureau.models import CalendarDay
from bureau.permissions import requires
from bureau.refusals import DeedRefused, show_in
from bureau.roles import Permission
from bureau.templatetags.formats import day_long, day_range
from bureau.toasts import toast
from bureau.views.parts import sent, trail_of
from bureau.working_calendar import DayKind

FIRST_YEAR, LAST_YEAR = 2000, 2099
# Beside its colour each kind of day has a sign.
SIGNS = {"holiday": "★", "shortened": "◐", "closure": "✕", "working": "+"}


def calendar_now(request):
    return redirect("bureau:calendar_year", year=request.today.year)


def calendar_year(request, year):
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    rows = {row.day: row for row in CalendarDay.objects.filter(day__year=year)}
    has_holidays = any(row.kind == CalendarDay.Kind.HOLIDAY for row in rows.values())
    return render(
        request,
        "bureau/calendar_year.html",
        {
            "year": year, "months": months_of(year, rows, request.today), "special_days": rows.values(), "signs": SIGNS,
            "has_holidays": has_holidays, "working_days": working_days_of(year) if has_holidays else None,
            "previous": year - 1 if year > FIRST_YEAR else None, "next": year + 1 if year < LAST_YEAR else None,
            "may_edit": request.user.may(Permission.CALENDAR_EDIT), "weekdays": weekday_letters(),
            "kinds": [(kind.value, kind.label, SIGNS[kind.value]) for kind in CalendarDay.Kind],
            "timetables": calendar_changes.timetables(),
        },
    )  # fmt: skip


def months_of(year: int, rows: dict[date, CalendarDay], today: date) -> list[dict]:
    """Twelve months as weeks from Monday; a place before the first and after the last day is empty."""
    months = []
    for number in range(1, 13):
        weeks = []
        for week in calendar.Calendar(firstweekday=0).monthdatescalendar(year, number):
            weeks.append([day_cell(one, rows.get(one), today) if one.month == number else None for one in week])
        months.append({"name": str(MONTHS[number]), "first": date(year, number, 1), "weeks": weeks})
    return months


def day_cell(one: date, row: CalendarDay | None, today: date) -> dict:
    return {
        "day": one, "kind": row.kind if row else "", "sign": SIGNS[row.kind] if row else "", "is_weekend": one.weekday() > 4,
        "is_today": one == today, "words": f"{row.get_kind_display()}: {row.name}" if row else "",
    }  # fmt: skip


def weekday_letters() -> list[tuple[str, str]]:
    return [(str(name)[0], str(name)) for name in WEEKDAYS.values()]


def working_days_of(year: int) -> int:
    first, last = date(year, 1, 1), date(year, 12, 31)
    kept = working_calendar()
    return kept.working_days_between(first, last) + kept.is_working_day(first)


@requires(Permission.CALENDAR_EDIT)
def calendar_day(request, day):
    """One day. The first POST shows what the change would move; the second, from that page, makes it."""
    row = CalendarDay.objects.filter(day=day).first()
    form = DayForm(sent(request), first_day=day, row=row)
    if request.method == "POST" and form.is_valid():
        try:
            change = change_of(form)
            if "apply" in request.POST:
                return made(request, change)
            effects = calendar_changes.preview(change)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            return preview_page(request, day, change, form, effects)
    context = {"form": form, "day": day, "row": row, "title": day_long(day), "trail": year_trail(day.year)}
    return render(request, "bureau/calendar_day.html", context, status=422 if form.errors else 200)


def change_of(form: DayForm) -> CalendarChange:
    asked = form.cleaned_data
    kind = DayKind(asked["kind"]) if asked["kind"] else None
    days = calendar_changes.days_of(form.first_day, asked["last_day"] or form.first_day, kind=kind)
    return CalendarChange(
        days=days, kind=kind, name_et=asked["name_et"], name_en=asked["name_en"], source=asked["source"]
    )


def preview_page(request, day, change, form, effects):
    kind = CalendarDay.Kind(change.kind.value).label if change.kind else _("A plain day")
    return render(
        request,
        "bureau/calendar_preview.html",
        {
            "day": day, "form": form, "reason_form": ReasonOfChange(), "effects": effects, "change": change, "kind": kind,
            "days": day_range(change.days[0], change.days[-1]), "moves": sum(effect.count for effect in effects),
            "trail": [*year_trail(day.year), (day_long(day), reverse("bureau:calendar_day", args=[day]))],
        },
    )  # fmt: skip


def made(request, change):
    form = ReasonOfChange(request.POST)
    form.is_valid()
    moved = calendar_changes.apply_change(change=change, by=request.user, reason=form.cleaned_data.get("reason", ""))
    if moved:
        toast(request, _("The calendar was changed; %(count)s deadlines moved.") % {"count": moved})
    else:
        toast(request, _("The calendar was changed; no deadline moved."))
    return redirect("bureau:calendar_year", year=change.days[0].year)


@require_POST
@requires(Permission.CALENDAR_EDIT)
def calendar_year_fill(request, year):
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    try:
        calendar_changes.add_year(year=year, by=request.user)
    except DeedRefused as refusal:
        toast(request, str(refusal), tone="bad")
    else:
        toast(request, _("The holidays of %(year)s were added.") % {"year": year})
    return redirect("bureau:calendar_year", year=year)


@requires(Permission.CALENDAR_EDIT)
def opening_hours(request):
    form = OpeningHoursForm(sent(request), initial=hours_now(request.today))
    if request.method == "POST" and form.is_valid():
        try:
            calendar_changes.set_opening_hours(
                openings=form.openings, valid_from=form.cleaned_data["valid_from"], valid_to=form.cleaned_data["valid_to"],
                by=request.user,
            )  # fmt: skip
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("The new opening hours are in the calendar."))
            return redirect("bureau:opening_hours")
    context = {"form": form, "timetables": calendar_changes.timetables(), "trail": trail_of("calendar")}
    return render(request, "bureau/opening_hours.html", context, status=422 if form.errors else 200)


def hours_now(today: date) -> dict:
    """The week as it is now, to begin from."""
    initial = {}
    for table in calendar_changes.timetables():
        if table["valid_from"] <= today and (table["valid_to"] is None or table["valid_to"] >= today):
            for row in table["rows"]:
                initial[f"opens_{row.weekday}"], initial[f"closes_{row.weekday}"] = row.opens, row.closes
            break
    return initial


def year_trail(year: int) -> list[tuple[str, str]]:
    return [*trail_of("calendar"), (str(year), reverse("bureau:calendar_year", args=[year]))]
