"""Forms of the list of cases: its filter, its columns, saved views."""

from datetime import date

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bureau import reference
from bureau.forms.fields import NearDayField
from complaints.forms.cases import day_input
from complaints.reference import kinds


class FilterForm(forms.Form):
    """The whole filter as fields; the address carries it."""

    q = forms.CharField(label=gettext_lazy("Words in it"), required=False, max_length=200)
    status = forms.ChoiceField(label=gettext_lazy("Status"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), required=False)
    topic = forms.ChoiceField(label=gettext_lazy("Topic"), required=False)
    service = forms.ChoiceField(label=gettext_lazy("Service"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    handler = forms.ChoiceField(label=gettext_lazy("Handler"), required=False)
    due = forms.ChoiceField(label=gettext_lazy("Deadline"), required=False)
    registered_from = NearDayField(label=gettext_lazy("Registered from"), required=False, widget=day_input())
    registered_to = NearDayField(label=gettext_lazy("Registered until"), required=False, widget=day_input())
    answered_from = NearDayField(label=gettext_lazy("Answered from"), required=False, widget=day_input())
    answered_to = NearDayField(label=gettext_lazy("Answered until"), required=False, widget=day_input())
    on_time = forms.ChoiceField(label=gettext_lazy("Answered in time"), required=False)
    extended = forms.ChoiceField(label=gettext_lazy("Deadline extended"), required=False)
    restricted = forms.ChoiceField(label=gettext_lazy("Access restricted"), required=False)
    batch = forms.IntegerField(label=gettext_lazy("Import no"), required=False, min_value=1)

    def __init__(self, *args, handlers: list[tuple[int, str]], today: date, **kwargs):
        kwargs.setdefault("auto_id", "filter_%s")
        super().__init__(*args, **kwargs)
        from complaints.models import Status

        anything = pgettext_lazy("filter", "any")
        fields = self.fields
        fields["status"].choices = [
            ("", _("Open")), ("ended", _("Ended")), ("all", pgettext_lazy("cases", "All")), *Status.choices,
        ]  # fmt: skip
        for name, of in (("kind", kinds()), ("channel", reference.channels()), ("service", reference.services())):
            fields[name].choices = [("", anything), *((one.code, one.name) for one in of.values())]
        for name, of in (("topic", reference.topics()), ("unit", reference.units())):
            rows = [(one.code, "\u2003" * depth + one.name) for depth, one in reference.in_tree(of)]
            fields[name].choices = [("", anything), ("none", pgettext_lazy("filter", "none set")), *rows]
        fields["handler"].choices = [("", anything), ("me", _("me")), ("none", _("nobody yet")), *handlers]
        fields["due"].choices = [
            ("", anything), ("late", _("late")), ("today", _("due today")), ("three_days", _("within three working days")),
            ("week", _("within seven days")), ("none", _("without a deadline")),
        ]  # fmt: skip
        for name in ("on_time", "extended", "restricted"):
            fields[name].choices = [("", anything), ("yes", _("yes")), ("no", _("no"))]
        fields["on_time"].choices += [("judged", _("in time or late")), ("none", _("had no deadline"))]


class ListForm(forms.Form):
    """Which columns, in which order, how dense."""

    columns = forms.MultipleChoiceField(label=gettext_lazy("Columns"), widget=forms.CheckboxSelectMultiple)
    sort = forms.ChoiceField(label=gettext_lazy("Usual order"))
    density = forms.ChoiceField(label=gettext_lazy("Row height"), widget=forms.RadioSelect)


class ViewForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the view"), max_length=80)
    is_shared = forms.BooleanField(label=gettext_lazy("Show it to the whole team"), required=False)
    query = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)
