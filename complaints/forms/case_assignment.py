"""Forms that give cases to people: one case with reasons, or many at once."""

from django import forms
from django.utils.translation import gettext_lazy

from complaints.assignment import Proposal
from complaints.forms.cases import DeedForm, id_field, text_area


class AssignForm(DeedForm):
    """People in the order of the proposal; the reasons stand beside each name."""

    to = forms.TypedChoiceField(label=gettext_lazy("To whom"), coerce=int, widget=forms.RadioSelect)
    reason = forms.CharField(label=gettext_lazy("Remark"), max_length=500, required=False, widget=text_area(2))

    def __init__(self, *args, proposals: list[Proposal], **kwargs):
        super().__init__(*args, **kwargs)
        self.proposals = proposals
        self.fields["to"].choices = [(one.candidate.id, one.candidate.name) for one in proposals]
        best = next(
            (one.candidate.id for one in proposals if one.is_available and one.candidate.id != self.case.assignee_id),
            None,
        )
        self.fields["to"].initial = best


class BulkForm(forms.Form):
    """Rows marked in the list, or all rows of its filter, and to whom they go."""

    number = forms.CharField(required=False)
    everything = forms.CharField(required=False, max_length=2000)
    to = id_field(gettext_lazy("To whom"))
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, people: list[tuple[int, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [("", "—"), *people]

    def numbers(self) -> list[str]:
        return [number for number in self.data.getlist("number") if number and "\x00" not in number][:5000]
