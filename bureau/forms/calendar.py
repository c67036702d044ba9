"""Forms of the working calendar and the opening hours."""

from datetime import date

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from bureau.calendar_changes import Opening
from bureau.forms.fields import day_field
from bureau.models import CalendarDay
from bureau.working_calendar import DayKind

PLAIN = ""


class DayForm(forms.Form):
    """What holds of one day, or of the days from it to another."""

    kind = forms.ChoiceField(
        label=_("What kind of day it is"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (DayKind.CLOSURE.value, _("Agency closed: our own day off")),
            (DayKind.WORKING.value, _("Extra working day: we work although it is a weekend or a day off")),
            (DayKind.HOLIDAY.value, _("Public holiday: by law nobody works, and terms of law move")),
            (DayKind.SHORTENED.value, _("Shortened day: closes three hours earlier, counts as a working day")),
            (PLAIN, _("A plain day, as its weekday says")),
        ],
    )
    last_day = day_field(_("Until"), required=False, help_text=_("For several days in a row. Empty: this day only."))
    name_et = forms.CharField(label=_("Name in Estonian"), required=False, max_length=200)
    name_en = forms.CharField(label=_("Name in English"), required=False, max_length=200)
    source = forms.CharField(
        label=_("Source"), required=False, max_length=300, help_text=_("The order or law that says so.")
    )

    def __init__(self, *args, first_day: date, row: CalendarDay | None, **kwargs):
        if row is not None:
            kwargs["initial"] = {
                "kind": row.kind, "name_et": row.name_et, "name_en": row.name_en, "source": row.source, **kwargs.get("initial", {}),
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        self.first_day = first_day

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind"):
            for name in ("name_et", "name_en"):
                if not cleaned.get(name):
                    self.add_error(name, _("Name the day in both languages."))
        last = cleaned.get("last_day")
        if last and last < self.first_day:
            self.add_error("last_day", _("The last day is before the first day."))
        return cleaned


class ReasonOfChange(forms.Form):
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)


class OpeningHoursForm(forms.Form):
    """A week of opening hours, holding from a day on."""

    valid_from = day_field(_("From"))
    valid_to = day_field(
        _("Until"), required=False, help_text=_("Only for hours of a season; empty: until the next change.")
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for number, name in WEEKDAYS.items():
            for part, label in (("opens", _("opens")), ("closes", _("closes"))):
                self.fields[f"{part}_{number}"] = forms.TimeField(
                    label=label,
                    required=False,
                    widget=forms.TimeInput(
                        format="%H:%M", attrs={"type": "time", "class": "short", "aria-label": f"{name}: {label}"}
                    ),
                )

    @property
    def days(self):
        return [(name, self[f"opens_{number}"], self[f"closes_{number}"]) for number, name in WEEKDAYS.items()]

    def clean(self):
        cleaned = super().clean()
        for number in WEEKDAYS:
            opens, closes = cleaned.get(f"opens_{number}"), cleaned.get(f"closes_{number}")
            if bool(opens) != bool(closes):
                self.add_error(f"{'closes' if opens else 'opens'}_{number}", _("Give both hours, or neither."))
            elif opens and closes and closes <= opens:
                self.add_error(f"closes_{number}", _("The line closes later than it opens."))
        return cleaned

    @property
    def openings(self) -> list[Opening]:
        return [
            Opening(number, self.cleaned_data[f"opens_{number}"], self.cleaned_data[f"closes_{number}"])
            for number in WEEKDAYS
            if self.cleaned_data.get(f"opens_{number}")
        ]
