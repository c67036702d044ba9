"""Forms of staffing: what-if, shifts, events in the load, call statistics."""

from datetime import date

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.forms.fields import day_field
from bureau.models import Channel, User
from staff.models import LoadEvent, PhoneQueue, Shift
from staff.staffing import Interval, Promise

LARGEST_BYTES = 200_000_000


def slider(label, low, high, step, help_text: str = "", to: int | None = None, **more) -> forms.DecimalField:
    """A number that may be dragged, up to `to`, or typed; the page answers while it moves."""
    attrs = {"step": step, "data-slider": ""} | ({"data-to": to} if to else {})
    return forms.DecimalField(
        label=label, min_value=low, max_value=high, help_text=help_text, widget=forms.NumberInput(attrs=attrs), **more
    )


class WhatIfForm(forms.Form):
    """How many people for so many calls. Everything has a value from the queue, so the page answers at once."""

    calls = slider(gettext_lazy("Calls in half an hour"), 0, 2000, "1")
    handling = slider(gettext_lazy("Handling time, seconds"), 10, 3600, "5", gettext_lazy("Talk, hold and after-call work together."))  # fmt: skip
    people = slider(gettext_lazy("People on the line"), 0, 500, "1", gettext_lazy("Empty: as many as are needed."), required=False)  # fmt: skip
    share = slider(gettext_lazy("Answered in time, %"), 1, 99, "1")
    within = slider(gettext_lazy("In time means within, seconds"), 0, 600, "5")
    occupancy = slider(gettext_lazy("Highest occupancy, %"), 10, 100, "1")
    patience = slider(
        gettext_lazy("Patience of callers, seconds"), 5, 7200, "5", gettext_lazy("Empty: nobody hangs up, which asks for more people than there must be."),
        to=900, required=False,
    )  # fmt: skip
    shrinkage = slider(gettext_lazy("Away from the line, %"), 0, 90, "1", gettext_lazy("Breaks, trainings, meetings, illness."))  # fmt: skip

    def interval(self) -> Interval:
        return Interval(float(self.cleaned_data["calls"]), float(self.cleaned_data["handling"]))

    def promise(self) -> Promise:
        data = self.cleaned_data
        patience = float(data["patience"]) if data["patience"] else None
        return Promise(float(data["share"] / 100), float(data["within"]), float(data["occupancy"] / 100), patience)


class ShiftForm(forms.Form):
    user = forms.ModelChoiceField(label=gettext_lazy("Person"), queryset=User.objects.none(), empty_label="–")
    duty = forms.ChoiceField(label=gettext_lazy("Duty"), choices=Shift.Duty.choices)
    first = day_field(label=gettext_lazy("From"))
    last = day_field(label=gettext_lazy("To"))
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Weekdays"), coerce=int, choices=[(at, WEEKDAYS[at]) for at in range(5)], initial=list(range(5)),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    starts = forms.TimeField(label=gettext_lazy("Begins"), initial="09:00", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))  # fmt: skip
    ends = forms.TimeField(label=gettext_lazy("Ends"), initial="13:00", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))  # fmt: skip
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=200)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = User.objects.filter(pk__in=people)


class LoadEventForm(forms.ModelForm):
    starts_on = day_field(label=gettext_lazy("From"))
    ends_on = day_field(label=gettext_lazy("To"))
    channel = forms.ModelChoiceField(
        label=gettext_lazy("Channel"), queryset=Channel.objects.all(), required=False, empty_label=gettext_lazy("all channels")
    )  # fmt: skip

    class Meta:
        model = LoadEvent
        fields = ["kind", "name_et", "name_en", "starts_on", "ends_on", "channel", "factor", "is_left_out_of_learning", "note"]  # fmt: skip
        labels = {
            "kind": gettext_lazy("Kind"), "name_et": gettext_lazy("Name in Estonian"), "name_en": gettext_lazy("Name in English"),
            "factor": gettext_lazy("Expected load against the usual"), "note": gettext_lazy("Note"),
            "is_left_out_of_learning": gettext_lazy("Forecasts do not learn from these days"),
        }  # fmt: skip
        help_texts = {"factor": gettext_lazy("1.3 means three tenths more than usual. Empty: not known.")}
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day is before the first."))
        return cleaned


class CallFileForm(forms.Form):
    queue = forms.ModelChoiceField(label=gettext_lazy("Telephone queue"), queryset=PhoneQueue.objects.none(), empty_label=None)  # fmt: skip
    file = forms.FileField(
        label=gettext_lazy("Table of calls"), max_length=255, allow_empty_file=False,
        help_text=gettext_lazy("One row an interval. Columns are known by their headings; otherwise write the mapping."),
    )  # fmt: skip
    mapping = forms.CharField(
        label=gettext_lazy("Mapping"), required=False, widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=gettext_lazy("Lines such as: at = “Aeg”; under [columns]: offered = “Saabunud”. Empty: by the headings."),
    )  # fmt: skip

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["queue"].queryset = PhoneQueue.objects.in_use(today)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_BYTES:
            raise forms.ValidationError(_("The file is larger than 200 MB. Split it and bring the parts one by one."))
        return file


def slot_choices() -> list[tuple[int, str]]:
    return [(slot, f"{slot // 2:02d}.{30 * (slot % 2):02d}") for slot in range(48)]


class HalfHourForm(forms.Form):
    """One half hour typed from the exchange's screen."""

    queue = forms.ModelChoiceField(label=gettext_lazy("Telephone queue"), queryset=PhoneQueue.objects.none(), empty_label=None)  # fmt: skip
    day = day_field(label=gettext_lazy("Day"))
    slot = forms.TypedChoiceField(label=gettext_lazy("Half hour from"), coerce=int, choices=slot_choices, initial=18)
    offered = forms.IntegerField(label=gettext_lazy("Calls offered"), min_value=0, max_value=100_000)
    answered = forms.IntegerField(label=gettext_lazy("Answered"), min_value=0, max_value=100_000, required=False)
    abandoned = forms.IntegerField(label=gettext_lazy("Abandoned"), min_value=0, max_value=100_000, required=False)
    within_threshold = forms.IntegerField(label=gettext_lazy("Answered in time"), min_value=0, max_value=100_000, required=False)  # fmt: skip
    talk_seconds = forms.IntegerField(label=gettext_lazy("Talk, seconds"), min_value=0, max_value=10_000_000, required=False)  # fmt: skip
    after_call_seconds = forms.IntegerField(label=gettext_lazy("After-call work, seconds"), min_value=0, max_value=10_000_000, required=False)  # fmt: skip
    wait_seconds = forms.IntegerField(label=gettext_lazy("Wait of all callers, seconds"), min_value=0, max_value=10_000_000, required=False)  # fmt: skip

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["queue"].queryset = PhoneQueue.objects.in_use(today)
        self.fields["day"].initial = today

    def figures(self) -> dict[str, int | None]:
        names = (
            "offered",
            "answered",
            "abandoned",
            "within_threshold",
            "talk_seconds",
            "after_call_seconds",
            "wait_seconds",
        )
        return {name: self.cleaned_data[name] for name in names}
