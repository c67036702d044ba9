"""Columns of shifts, forecasts, events in the load and one's own time as files."""

from datetime import date, timedelta

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from bureau import gates, reference
from bureau.exports import Column, Listing, named, register
from bureau.models import User
from bureau.roles import Permission as P
from bureau.typed_days import near_day
from complaints.models import Case
from staff.models import Forecast, LoadEvent, Shift, WorkEntry

EVENT_COLUMNS = (
    Column(_("Name"), "name_et", width=40),
    Column(_("Kind"), of=lambda one: one.get_kind_display()),
    Column(_("From"), "starts_on", width=12),
    Column(_("Until"), "ends_on", width=12),
    Column(_("Channel"), of=lambda one: named(reference.channels(), one.channel_id), width=20),
    Column(_("expected load against the usual"), "factor"),
)
SHIFT_COLUMNS = (
    Column(_("Name"), of=lambda one: named(reference.people(), one.user_id), width=24),
    Column(_("Duty"), of=lambda one: one.get_duty_display()),
    Column(_("From"), "starts_at"),
    Column(_("Until"), "ends_at"),
    Column(_("Note"), "note", width=40),
)
TIME_COLUMNS = (
    Column(_("Day"), "day", width=12),
    Column(_("Work"), of=lambda one: one.case.number if one.case_id else one.kind.name, width=28),
    Column(_("Minutes"), "minutes"),
    Column(_("Note"), "note", width=40),
)
FORECAST_COLUMNS = (
    Column(_("Of what"), of=lambda one: str(one.queue or one.channel), width=28),
    Column(_("step"), of=lambda one: one.get_step_display()),
    Column(_("From"), "first_day", width=12),
    Column(_("Until"), "last_day", width=12),
    Column(_("made"), "made_at"),
    Column(_("error relative to the naive forecast (RelMAE)"), "relative_mae"),
)


def event_rows(user: User, query: QueryDict, today: date) -> QuerySet:
    return LoadEvent.objects.order_by("-starts_on", "-pk")


def shift_rows(user: User, query: QueryDict, today: date) -> QuerySet:
    """Of the week that the page shows."""
    day = near_day(query.get("day")) or today
    monday = day - timedelta(days=day.weekday())
    return Shift.objects.filter(starts_at__date__range=(monday, monday + timedelta(days=6))).order_by("starts_at", "pk")  # fmt: skip


def time_rows(user: User, query: QueryDict, today: date) -> QuerySet:
    own = WorkEntry.objects.visible_to(user).filter(user=user)
    return own.select_related("case", "kind").order_by("-day", "-pk")


def forecast_rows(user: User, query: QueryDict, today: date) -> QuerySet:
    return Forecast.objects.select_related("queue", "channel").order_by("-made_at", "-pk")


gates.register_apart("staff.workentry", lambda user: WorkEntry.objects.visible_to(user))
for _type in ("staff.loadevent", "staff.shift", "staff.forecast"):
    gates.register_open(_type)
OF_CASE = {Case._meta.label_lower: "case_id"}
for _listing in (
    Listing("load-events", _("Events in the load"), LoadEvent, P.STAFFING_VIEW, lambda user: EVENT_COLUMNS, event_rows, page="staff:load_event_list"),
    Listing("shifts", _("Shifts"), Shift, P.STAFFING_VIEW, lambda user: SHIFT_COLUMNS, shift_rows, page="staff:shift_week"),
    Listing("own-time", _("My time and load"), WorkEntry, P.TIME_LOG, lambda user: TIME_COLUMNS, time_rows, page="staff:my_workload", leads_to=OF_CASE),
    Listing("forecasts", _("Forecasts"), Forecast, P.STAFFING_VIEW, lambda user: FORECAST_COLUMNS, forecast_rows, page="staff:forecast_list"),
):  # fmt: skip
    register(_listing)
