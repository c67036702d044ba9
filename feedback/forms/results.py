"""Forms of the results page and of looking at texts."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import reference
from bureau.forms.fields import NearDayField
from bureau.models import Cause
from feedback.models import OpenAnswer, Survey
from feedback.results import CROSSED, GROUPS, Filter, top_units

LABELS = {
    "channel": gettext_lazy("Channel"), "service": gettext_lazy("Service"), "topic": gettext_lazy("Topic"), "unit": gettext_lazy("Unit"),
}  # fmt: skip


class ResultFilterForm(forms.Form):
    """Stands in the address. A unit head chooses only between own unit and the whole."""

    first = NearDayField(label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date", "class": "input"}, format="%Y-%m-%d"))  # fmt: skip
    last = NearDayField(label=gettext_lazy("To"), required=False, widget=forms.DateInput(attrs={"type": "date", "class": "input"}, format="%Y-%m-%d"))  # fmt: skip
    without_flagged = forms.BooleanField(label=gettext_lazy("Leave out hurried and patterned answers"), required=False)
    by = forms.ChoiceField(label=gettext_lazy("Compare by"), required=False, choices=[(name, LABELS[name]) for name in GROUPS])  # fmt: skip
    cross_a = forms.ChoiceField(label=gettext_lazy("Cross-table: rows"), required=False)
    cross_b = forms.ChoiceField(label=gettext_lazy("Columns"), required=False)

    def __init__(self, *args, survey: Survey, scope, questions, **kwargs):
        super().__init__(*args, **kwargs)
        lists = {"channel": reference.channels(), "service": reference.services(), "topic": reference.topics(), "unit": reference.units()}  # fmt: skip
        crossed = [(q.code, q.text.get("et", q.code)[:70]) for q in questions if q.type in CROSSED]
        for name in ("cross_a", "cross_b"):
            self.fields[name].choices = [("", "–"), *crossed]
        for name, entries in lists.items():
            if scope is not None and name != "unit":
                continue
            used = [
                (entry.id, entry.name) for entry in entries.values() if scope is None or entry.id in top_units(scope)
            ]
            self.fields[name] = forms.TypedChoiceField(
                label=LABELS[name], coerce=int, empty_value=None, required=False, choices=[("", _("all")), *used]
            )
        if scope is not None:
            for name in ("first", "last", "without_flagged", "by", "cross_a", "cross_b"):
                del self.fields[name]

    def read(self) -> Filter:
        data = self.cleaned_data if self.is_bound else {}
        return Filter(
            first=data.get("first"), last=data.get("last"), without_flagged=bool(data.get("without_flagged")),
            **{name: data.get(name) for name in GROUPS},
        )  # fmt: skip


class LookAtTextForm(forms.Form):
    released_text = forms.CharField(
        label=gettext_lazy("Released as"), required=False, strip=True, widget=forms.Textarea(attrs={"rows": 6, "class": "input"}),
        help_text=gettext_lazy("Names, numbers and addresses go; what is found by its form has been taken out already."),
    )  # fmt: skip
    state = forms.ChoiceField(
        label=gettext_lazy("Decision"), widget=forms.RadioSelect,
        choices=[(OpenAnswer.State.RELEASED, gettext_lazy("Release")), (OpenAnswer.State.WITHHELD, gettext_lazy("Withhold"))],
    )  # fmt: skip
    is_flagged = forms.BooleanField(label=gettext_lazy("Somebody must follow this up"), required=False)
    causes = forms.ModelMultipleChoiceField(label=gettext_lazy("Causes named"), queryset=Cause.objects.none(), required=False, widget=forms.CheckboxSelectMultiple)  # fmt: skip

    def __init__(self, *args, causes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["causes"].queryset = causes.filter(parent__isnull=False)
