"""The form over the list of contacts. Lists are named by their codes, so that an address can be read and kept."""

from datetime import date

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import reference
from bureau.roles import Permission
from complaints.forms.quick_select import QuickSelect
from complaints.models import Contact

FILTER_NAMES = ("q", "channel", "topic", "service", "outcome", "unit", "handler", "from", "to", "dissatisfied", "afterwards", "direction", "body", "party", "weekday", "hour")  # fmt: skip


def coded(of: dict, today: date) -> list[tuple[str, str]]:
    return [("", _("all")), *((entry.code, entry.name) for entry in of.values() if entry.in_use(today))]


def topics_coded(today: date) -> list[tuple[str, str]]:
    """Groups and what is in them; a group means all of it."""
    rows = reference.in_tree(reference.topics(), today)
    return [("", _("all")), *((topic.code, "\u2003" * depth + topic.name) for depth, topic in rows)]


def day_input() -> forms.DateField:
    return forms.DateField(required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


class ContactFilterForm(forms.Form):
    q = forms.CharField(label=gettext_lazy("Words in it"), required=False, max_length=200)
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), required=False, widget=QuickSelect)
    topic = forms.ChoiceField(label=gettext_lazy("Topic"), required=False, widget=QuickSelect)
    outcome = forms.ChoiceField(label=gettext_lazy("Outcome"), required=False, widget=QuickSelect)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False, widget=QuickSelect)
    handler = forms.ChoiceField(label=gettext_lazy("Handled by"), required=False, widget=QuickSelect)
    dissatisfied = forms.ChoiceField(label=gettext_lazy("Dissatisfied"), required=False, widget=QuickSelect)

    use_required_attribute = False

    def __init__(self, *args, user, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        yes_no = [("", _("all")), ("yes", _("yes")), ("no", _("no"))]
        people = sorted(reference.people().items(), key=lambda person: person[1])
        self.fields["from"] = day_input()
        self.fields["from"].label = _("From")
        self.fields["to"] = day_input()
        self.fields["to"].label = _("To")
        self.fields["channel"].choices = coded(reference.channels(), today)
        self.fields["topic"].choices = topics_coded(today)
        self.fields["outcome"].choices = [("", _("all")), *Contact.Outcome.choices]
        self.fields["unit"].choices = coded(reference.units(), today)
        self.fields["dissatisfied"].choices = yes_no
        self.fields["handler"].choices = [("", _("all")), ("me", _("me")), *((str(pk), name) for pk, name in people)]
        if not user.may(Permission.CASE_VIEW_ALL_UNITS):
            del self.fields["handler"]
