"""Forms of open links and of rules by which surveys are sent."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import reference


class OpenLinkForm(forms.Form):
    label = forms.CharField(label=gettext_lazy("Where it hangs"), max_length=150, help_text=gettext_lazy("For you: counter in Pärnu, web page, hall."))  # fmt: skip
    channel_id = forms.TypedChoiceField(label=gettext_lazy("Channel"), coerce=int, empty_value=None, required=False)
    unit_id = forms.TypedChoiceField(label=gettext_lazy("Unit"), coerce=int, empty_value=None, required=False)
    service_id = forms.TypedChoiceField(label=gettext_lazy("Service"), coerce=int, empty_value=None, required=False)
    hourly_limit = forms.IntegerField(
        label=gettext_lazy("Answers from one network address in an hour"), min_value=1, max_value=10_000, initial=20,
        help_text=gettext_lazy("A counter with one tablet needs more than a web page."),
    )  # fmt: skip
    valid_to = forms.DateField(label=gettext_lazy("Open until"), required=False, widget=forms.DateInput(attrs={"type": "date", "class": "input"}, format="%Y-%m-%d"))  # fmt: skip

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        lists = {"channel_id": reference.channels(), "unit_id": reference.units(), "service_id": reference.services()}
        for name, entries in lists.items():
            used = [(entry.id, entry.name) for entry in entries.values() if entry.in_use(today)]
            self.fields[name].choices = [("", _("not told")), *used]
