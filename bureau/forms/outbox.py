"""What the outgoing mail is narrowed to."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau import outbox
from bureau.models import OutgoingMail

NEEDS_A_PERSON = "attention"


class OutgoingMailFilter(forms.Form):
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All states")), (NEEDS_A_PERSON, _("Need a person")), *OutgoingMail.State.choices],
    )
    purpose = forms.ChoiceField(label=_("Purpose"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        known = sorted(((code, str(one.words)) for code, one in outbox.purposes().items()), key=lambda one: one[1])
        self.fields["purpose"].choices = [("", _("All purposes")), *known]

    def narrowed(self, rows):
        if not self.is_valid():
            return rows.none()
        state, purpose = self.cleaned_data["state"], self.cleaned_data["purpose"]
        if state:
            rows = rows.that_need_a_person() if state == NEEDS_A_PERSON else rows.filter(state=state)
        # What is not shown cannot be asked for either.
        return rows.filter(purpose=purpose, is_closed=False) if purpose else rows
