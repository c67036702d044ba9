"""Forms of working time, of weights and of sharing work anew."""

import uuid

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.forms.fields import day_field
from bureau.models import User
from complaints.models import Case, CaseKind
from staff.models import WorkKind
from staff.models.workload import LONGEST_ENTRY_MINUTES


class TimeForm(forms.Form):
    """Minutes on a case or on other work."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    day = day_field(label=gettext_lazy("Day"))
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=1, max_value=LONGEST_ENTRY_MINUTES)
    kind = forms.ModelChoiceField(
        label=gettext_lazy("Kind of work"), queryset=WorkKind.objects.none(), required=False, empty_label="–"
    )
    case = forms.CharField(
        label=gettext_lazy("or the number of a case"), required=False, max_length=20,
        help_text=gettext_lazy("Time noted on cases makes the weights of their kinds true."),
    )  # fmt: skip
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=300)

    def __init__(self, *args, user, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["kind"].queryset = WorkKind.objects.in_use(today)
        self.fields["day"].initial = today

    def clean_case(self) -> Case | None:
        typed = self.cleaned_data["case"].strip().upper()
        if not typed:
            return None
        found = Case.objects.visible_to(self.user).filter(number=typed).first()
        if found is None:
            raise forms.ValidationError(_("There is no case %(number)s for you."), params={"number": typed})
        return found


class WeightForm(forms.Form):
    kind = forms.ModelChoiceField(label=gettext_lazy("Kind"), queryset=CaseKind.objects.all())
    minutes = forms.DecimalField(
        label=gettext_lazy("Active minutes"), min_value=0, max_value=99_999, max_digits=6, decimal_places=1
    )
    basis = forms.CharField(
        label=gettext_lazy("On what the estimate rests"), max_length=300, required=False,
        help_text=gettext_lazy("For example: median of six specialists' estimates, 14 October."),
    )  # fmt: skip

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].queryset = CaseKind.objects.in_use(today)


class SharingForm(forms.Form):
    """What the plan is made for; stands in the address."""

    leaving = forms.ModelChoiceField(
        label=gettext_lazy("All work of"), queryset=User.objects.none(), required=False,
        empty_label=gettext_lazy("nobody: only what rests on people who are away"),
    )  # fmt: skip
    level = forms.BooleanField(label=gettext_lazy("Make the loads of the others fair as well"), required=False)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["leaving"].queryset = User.objects.filter(pk__in=people)
