"""Half hours of calls as a file of our own columns. The exchange's own table comes in by its mapping (`call_files.py`)."""

from datetime import date

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import exports, gates
from bureau.foreign_moments import time_of
from bureau.foreign_numbers import NotANumber
from bureau.list_files import registry
from bureau.list_files.cells import DayCell, EntryCell, NumberCell, TextCell, text_of
from bureau.list_files.outgoing import listing_from
from bureau.list_files.registry import ListFile
from bureau.list_files.resources import FileColumn, ListResource
from bureau.models import User
from bureau.roles import Permission
from bureau.typed_days import near_day
from staff import call_statistics
from staff.call_files import COUNTS, FIGURES, seconds_of
from staff.forms.staffing import HalfHourForm
from staff.models import PhoneQueue, QueueInterval


class SlotCell(TextCell):
    holds = gettext_lazy("time of day, 08.30")

    def clean(self, value, row=None, **kwargs):
        text = value if not isinstance(value, str) else text_of(value)
        if text == "":
            return None
        found = time_of(text)
        if found is None or found.minute % 30 or found.second:
            raise ValueError(_("“%(text)s” is no half hour. Write it as 08.30.") % {"text": text_of(value)[:40]})
        return found.hour * 2 + found.minute // 30

    def render(self, value, obj=None, **kwargs):
        return "" if value is None else f"{value // 2:02d}.{30 * (value % 2):02d}"

    def from_form(self, cleaned):
        return cleaned


class SecondsCell(NumberCell):
    holds = gettext_lazy("seconds, or 1:15")

    def clean(self, value, row=None, **kwargs):
        text = text_of(value)
        if ":" not in text:
            return super().clean(value, row, **kwargs)
        try:
            return self.from_form(seconds_of(text))
        except NotANumber as fault:
            raise ValueError(_("“%(text)s” is no number.") % {"text": text[:40]}) from fault


class HalfHourOfFileForm(HalfHourForm):
    """By hand nobody knows how long callers were on hold; the exchange does."""

    hold_seconds = forms.IntegerField(label=gettext_lazy("On hold, seconds"), min_value=0, max_value=10_000_000, required=False)  # fmt: skip

    def figures(self):
        return {name: self.cleaned_data[name] for name in FIGURES}


class CallResource(ListResource):
    class Meta(ListResource.Meta):
        model = QueueInterval

    def file_columns(self):
        fields = HalfHourOfFileForm(today=self.today).fields
        return [
            FileColumn("queue", fields["queue"].label, EntryCell(PhoneQueue), is_key=True, is_needed=True),
            FileColumn("day", fields["day"].label, DayCell(), is_needed=True),
            FileColumn("slot", fields["slot"].label, SlotCell(), is_needed=True),
            *(
                FileColumn(
                    name, fields[name].label, NumberCell() if name in COUNTS else SecondsCell(), is_needed=name == "offered",
                    help="" if name == "offered" else gettext_lazy("Empty where the exchange does not tell."),
                )
                for name in FIGURES
            ),
        ]  # fmt: skip

    def values_of(self, entry):
        figures = {name: self.columns[name].cell.from_form(getattr(entry, name)) for name in FIGURES}
        return {"queue": entry.queue.code, "day": entry.day, "slot": entry.slot} | figures

    def find(self, row):
        queue, day, slot = (self.plain(row, name) for name in ("queue", "day", "slot"))
        return QueueInterval.objects.select_related("queue").filter(queue__code=queue, day=day, slot=slot).first()

    def form(self, entry, data, *, is_new):
        return HalfHourOfFileForm(data, today=self.today)

    def keep(self, entry, form, *, is_new):
        data = form.cleaned_data
        place = {"queue": data["queue"], "day": data["day"], "slot": data["slot"]}
        call_statistics.write_by_hand(**place, figures=form.figures(), by=self.user, today=self.today)
        return QueueInterval.objects.get(**place)

    def name_of(self, entry):
        day, slot = (self.columns[name].cell.shown(entry.listed.get(name)) for name in ("day", "slot"))
        return f"{entry.listed.get('queue') or ''} {day} {slot}"


def call_rows(user: User, query: QueryDict, today: date) -> QuerySet:
    """Of the queue and until the day that the page shows."""
    rows = QueueInterval.objects.select_related("queue").order_by("-day", "queue", "-slot")
    if query.get("queue"):
        rows = rows.filter(queue__code=query["queue"])
    until = near_day(query.get("until"))
    return rows.filter(day__lte=until) if until else rows


gates.register_open(QueueInterval._meta.label_lower)
exports.register(
    listing_from(
        "calls", gettext_lazy("Call statistics"), QueueInterval, CallResource, Permission.STAFFING_VIEW, call_rows, page="staff:call_list"
    )
)  # fmt: skip
registry.register(
    ListFile(
        "calls", gettext_lazy("Call statistics"), Permission.STAFFING_EDIT, CallResource, ("staff:call_list", {}),
        gettext_lazy("A half hour is known by its queue, day and time."),
        gettext_lazy("A table of the exchange, with columns of its own or of any length, is brought in on the page of call statistics."),
    )
)  # fmt: skip
