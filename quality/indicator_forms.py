"""Forms of indicators: a new version of a passport, target, event, restatement, comment on a signal."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.forms.fields import day_field
from quality.models import Passport, Rebase
from quality.passports import CHANGEABLE

LONG = ("purpose", "numerator", "denominator", "exclusions", "quality_note")


class PassportForm(forms.ModelForm):
    class Meta:
        model = Passport
        fields = [name for name in CHANGEABLE if name != "breakdowns"]
        widgets = {
            f"{name}_{language}": forms.Textarea(attrs={"rows": 2}) for name in LONG for language in ("et", "en")
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        from bureau.models import User

        for name, field in self.fields.items():
            label = str(field.label)
            field.label = label[:1].upper() + label[1:]
            if name in ("owner", "steward"):
                field.queryset = User.objects.filter(is_active=True)
                field.empty_label = "–"


class TargetForm(forms.Form):
    value = forms.DecimalField(label=pgettext_lazy("of an indicator", "Target"), max_digits=12, decimal_places=3)
    valid_from = day_field(label=_("In force from"))
    reason = forms.CharField(label=_("Reason"), max_length=300)


class RebaseForm(forms.Form):
    kind = forms.ChoiceField(label=_("What changed"), choices=Rebase.Kind.choices)
    starts_on = day_field(label=_("First day of the new limits"))
    reason = forms.CharField(label=_("What happened"), max_length=300)


class RestatementForm(forms.Form):
    first_day = day_field(label=_("Month, its first day"))
    reason = forms.CharField(label=_("What was wrong and how it was found"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))  # fmt: skip


class DecisionForm(forms.Form):
    note = forms.CharField(label=_("Note"), max_length=500, required=False)


class CommentForm(forms.Form):
    text = forms.CharField(label=_("Comment"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
