"""What the sheet asks for while it is being filled in. Whatever does not fit counts as not said."""

from django import forms
from django.utils.translation import pgettext_lazy

from bureau.forms.fields import NearMomentField


class HintsForm(forms.Form):
    """What is known so far of a contact being logged."""

    topic = forms.IntegerField(required=False)
    favourite = forms.IntegerField(required=False)
    party = forms.IntegerField(required=False)
    key = forms.UUIDField(required=False)
    case = forms.CharField(required=False, max_length=30)
    outcome = forms.CharField(required=False, max_length=12)

    def known(self) -> dict:
        self.is_valid()
        data = self.cleaned_data
        return data | {"topic": data.get("topic") or data.get("favourite")}


class DeadlineForm(forms.Form):
    """Which term is asked for while a case is being opened."""

    kind = forms.IntegerField(required=False)
    complaint_kind = forms.IntegerField(required=False)
    outcome = forms.CharField(required=False, max_length=12)
    was_dissatisfied = forms.BooleanField(required=False)
    at = NearMomentField(required=False)


class OpeningForm(forms.Form):
    """How the sheet is opened: for a caller's number, as the last one, or to mend one just taken back."""

    phone = forms.CharField(required=False, max_length=40)
    same = forms.BooleanField(required=False)
    again = forms.UUIDField(required=False)


class WhoForm(forms.Form):
    who = forms.CharField(required=False, max_length=200)


class FindForm(forms.Form):
    q = forms.CharField(label=pgettext_lazy("search box", "Find"), required=False, max_length=200)
