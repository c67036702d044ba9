"""What people write into a report and about it."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bureau.forms.fields import day_field
from bureau.models import User
from quality import improvements
from quality.models import Indicator, OwnReport, ReportDecision, ReportQuote
from quality.own_reports import MOST_INDICATORS
from quality.passports import passports_in_force

AREA = forms.Textarea(attrs={"rows": 3})


class OwnerField(forms.ModelChoiceField):
    """Who does it: of those whose role opens improvement actions, for an action may come of it."""

    def __init__(self, **options):
        super().__init__(User.objects.none(), empty_label="–", required=False, **options)

    def __deepcopy__(self, memo):
        made = super().__deepcopy__(memo)
        made.queryset = improvements.may_be_given(timezone.localdate())
        return made


class CommentForm(forms.Form):
    what = forms.CharField(label=gettext_lazy("What is seen"), max_length=1000, widget=AREA)
    why = forms.CharField(label=gettext_lazy("Why"), max_length=1000, widget=AREA)
    action = forms.CharField(label=gettext_lazy("What is done"), max_length=1000, widget=AREA)
    owner = OwnerField(label=gettext_lazy("Who"))
    due_on = day_field(label=gettext_lazy("By"), required=False)

    def clean(self):
        data = super().clean()
        if data.get("owner") and not data.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("Say by when."))
        return data


class AskForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("Decision asked"), max_length=400)
    text_en = forms.CharField(label=gettext_lazy("The same in English"), max_length=400, required=False)


class QuoteForm(forms.Form):
    answer = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("Words, shortened if need be"), max_length=ReportQuote._meta.get_field("text").max_length, widget=forms.Textarea(attrs={"rows": 2})
    )  # fmt: skip


class IssueForm(forms.Form):
    """`readers`: to whom the page said it would go, so that nobody else gets it unseen."""

    readers = forms.CharField(max_length=4000, required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("What was wrong in the former issue"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )  # fmt: skip


class QuestionForm(forms.Form):
    about = forms.CharField(max_length=100, required=False, widget=forms.HiddenInput)
    text = forms.CharField(label=gettext_lazy("Your question"), max_length=2000, widget=AREA)


class AnswerForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("Answer"), max_length=4000, widget=AREA)


class DecisionForm(forms.Form):
    asked = forms.CharField(max_length=400, required=False, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(label=gettext_lazy("Decision"), choices=ReportDecision.Outcome.choices)
    text = forms.CharField(label=gettext_lazy("In words"), max_length=1000, widget=AREA)
    owner = OwnerField(label=gettext_lazy("Who does it"), help_text=gettext_lazy("With an owner it becomes an improvement action."))  # fmt: skip
    due_on = day_field(
        label=pgettext_lazy("a day", "By"), required=False, help_text=gettext_lazy("Needed when somebody is to do it.")
    )


class NewReportForm(forms.Form):
    period = forms.ChoiceField(label=gettext_lazy("Period"))
    month = forms.ChoiceField(label=gettext_lazy("Its last month"))

    def __init__(self, *args, months, periods, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["period"].choices = periods
        self.fields["month"].choices = months


class OwnReportForm(forms.ModelForm):
    indicators = forms.MultipleChoiceField(
        label=gettext_lazy("Indicators"), widget=forms.SelectMultiple(attrs={"size": 10}),
        help_text=gettext_lazy("One to four; hold Ctrl to choose several."),
    )  # fmt: skip
    months = forms.TypedChoiceField(
        label=gettext_lazy("Months back"),
        coerce=int,
        choices=[(6, "6"), (12, "12"), (24, "24"), (36, "36")],
        initial=12,
    )

    class Meta:
        model = OwnReport
        fields = ["name", "indicators", "breakdown", "months", "chart", "is_shared", "schedule"]
        labels = {
            "name": gettext_lazy("Name"), "breakdown": gettext_lazy("Breakdown"), "chart": gettext_lazy("Chart"),
            "is_shared": gettext_lazy("Colleagues may use it"), "schedule": gettext_lazy("Sent to me"),
        }  # fmt: skip
        help_texts = {
            "chart": gettext_lazy("Lines together share a drawing where they share a unit of measure; each other unit has its own."),
        }  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        in_force = passports_in_force()
        listed = Indicator.objects.filter(is_in_use=True)
        self.fields["indicators"].choices = [(one.code, in_force[one.pk].name) for one in listed if one.pk in in_force]

    def clean_indicators(self):
        chosen = self.cleaned_data["indicators"]
        if len(chosen) > MOST_INDICATORS:
            raise forms.ValidationError(_("Choose at most %(count)s indicators."), params={"count": MOST_INDICATORS})
        return chosen
