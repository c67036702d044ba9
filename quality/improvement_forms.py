"""Forms of improvement actions, campaigns, praise and pledges."""

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import reference
from bureau.forms.fields import TextArea, UnitField, day_field, in_use_or, not_over
from bureau.models import Cause, Unit, User
from complaints.models import Case
from quality import improvement_origins, improvements
from quality.models import Campaign, CampaignReach, Improvement, Indicator, Pledge
from quality.passports import passports_in_force

AREA = {"rows": 3}


class IndicatorField(forms.ModelChoiceField):
    """Indicators by the name in their passport."""

    def __init__(self, **options):
        super().__init__(Indicator.objects.filter(is_in_use=True), required=False, empty_label="–", **options)
        self.names: dict[int, str] = {}

    def label_from_instance(self, obj):
        if not self.names:
            self.names = {key: passport.name for key, passport in passports_in_force().items()}
        return self.names.get(obj.pk, obj.code)

    def offer(self, kept_id: int | None) -> None:
        """Those in use, and the one that the row names already."""
        self.queryset = Indicator.objects.filter(Q(is_in_use=True) | Q(pk=kept_id))


class ImprovementForm(forms.ModelForm):
    due_on = day_field(label=gettext_lazy("Due"))
    changed_on = day_field(label=gettext_lazy("The change came into force"), required=False)
    check_on = day_field(label=gettext_lazy("Effect is checked on"), required=False)
    unit = UnitField(label=gettext_lazy("Unit"), required=False)
    indicator = IndicatorField(label=gettext_lazy("Indicator that should move"))
    should_rise = forms.TypedChoiceField(
        label=gettext_lazy("It should"), required=False, empty_value=None, coerce=lambda value: value == "yes",
        choices=[("", "–"), ("yes", gettext_lazy("rise")), ("no", gettext_lazy("fall"))],
    )  # fmt: skip

    class Meta:
        model = Improvement
        fields = [
            "title", "problem", "source_words", "cause", "unit", "owner", "plan", "indicator", "should_rise", "effect_note", "due_on",
            "changed_on", "check_on",
        ]  # fmt: skip
        labels = {
            "title": gettext_lazy("Title"), "problem": gettext_lazy("What is wrong"), "source_words": gettext_lazy("In the client's words"),
            "cause": gettext_lazy("Cause"), "owner": gettext_lazy("Owner"), "plan": gettext_lazy("What is going to be changed"),
            "effect_note": gettext_lazy("What was seen, or why no indicator shows it"),
        }  # fmt: skip
        widgets = {name: TextArea(attrs=AREA) for name in ("problem", "plan", "effect_note")}

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["cause"].queryset = in_use_or(Cause, self.instance.cause_id).filter(parent__isnull=False)
        self.fields["cause"].empty_label = "–"
        self.fields["owner"].queryset = User.objects.filter(
            Q(pk__in=improvements.may_be_given(today)) | Q(pk=self.instance.owner_id)
        )
        self.fields["owner"].empty_label = "–"
        self.fields["unit"].offer(self.instance.unit_id)
        self.fields["indicator"].offer(self.instance.indicator_id)
        if self.instance.should_rise is not None:
            self.initial["should_rise"] = "yes" if self.instance.should_rise else "no"


class EditImprovementForm(ImprovementForm):
    """`seen`: the last deed on the action when the page was opened."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class NewImprovementForm(ImprovementForm):
    """`origin`: what it comes from when a page led here; otherwise it is typed, and found through the gate of its kind."""

    due_on = day_field(label=gettext_lazy("Due"), validators=[not_over])
    source = forms.ChoiceField(
        label=gettext_lazy("Where it comes from"), choices=[(one.value, one.label) for one in improvement_origins.TYPED],
        help_text=gettext_lazy("From a signal or a disruption begin on its page."),
    )  # fmt: skip
    of = forms.CharField(
        label=gettext_lazy("Which one"), required=False, max_length=60,
        help_text=gettext_lazy("The number of the complaint or the follow-up, or the code of the survey. A proposal has none."),
    )  # fmt: skip

    class Meta(ImprovementForm.Meta):
        fields = [
            "title",
            "problem",
            "source_words",
            "cause",
            "unit",
            "owner",
            "indicator",
            "should_rise",
            "due_on",
        ]

    def __init__(self, *args, user, origin=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.origin = user, origin
        for name in ("changed_on", "check_on", *(("source", "of") if origin else ())):
            del self.fields[name]
        self.order_fields(["source", "of"])

    def clean(self):
        cleaned = super().clean()
        if self.origin is not None:
            return cleaned | {"source": self.origin.source}
        of = cleaned.pop("of", "").strip()
        if cleaned.get("source") in (None, Improvement.Source.PROPOSAL):
            return cleaned
        self.origin = improvement_origins.named(self.user, cleaned["source"], of)
        if not of:
            self.add_error("of", _("Say which one it comes from."))
        elif self.origin is None:
            self.add_error("of", _("There is none of this number or code for you."))
        return cleaned


class RegisterForm(forms.Form):
    """What the register is narrowed to."""

    cause = forms.ChoiceField(label=gettext_lazy("Cause"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    source = forms.ChoiceField(label=gettext_lazy("Comes from"), required=False, choices=[("", gettext_lazy("all")), *Improvement.Source.choices])  # fmt: skip

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        for name, entries in (("cause", reference.causes()), ("unit", reference.units())):
            self.fields[name].choices = [
                ("", _("all")),
                *((one.code, one.name) for one in entries.values() if one.in_use(today)),
            ]


class TaskForm(forms.Form):
    title = forms.CharField(label=gettext_lazy("What is to be done"), max_length=300)
    owner = forms.ModelChoiceField(label=gettext_lazy("Owner"), queryset=User.objects.none(), empty_label="–")
    due_on = day_field(label=gettext_lazy("Due"), validators=[not_over])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = improvements.may_be_given(timezone.localdate())


class NoteForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("Text"), max_length=4000, widget=TextArea(attrs=AREA))
    link = forms.URLField(label=gettext_lazy("Web address"), required=False, assume_scheme="https")
    is_evidence = forms.BooleanField(label=gettext_lazy("This is evidence that it was done"), required=False)


class TellForm(forms.Form):
    told_et = forms.CharField(
        label=gettext_lazy("In Estonian: what clients said and what was done"), max_length=2000, widget=TextArea(attrs=AREA),
        help_text=gettext_lazy("Everybody can read it: name no client and no case."),
    )  # fmt: skip
    told_en = forms.CharField(
        label=gettext_lazy("In English"), required=False, max_length=2000, widget=TextArea(attrs=AREA)
    )


class CampaignForm(forms.ModelForm):
    starts_on = day_field(label=gettext_lazy("From"))
    ends_on = day_field(label=gettext_lazy("To"))
    units = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Units"), queryset=Unit.objects.all(), required=False, widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=gettext_lazy("None chosen: the whole agency."),
    )  # fmt: skip
    indicator = IndicatorField(label=gettext_lazy("Indicator that should move"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["indicator"].offer(self.instance.indicator_id)

    class Meta:
        model = Campaign
        fields = ["title_et", "title_en", "text_et", "text_en", "starts_on", "ends_on", "units", "indicator"]
        labels = {
            "title_et": gettext_lazy("Title in Estonian"), "title_en": gettext_lazy("Title in English"), "text_et": gettext_lazy("Text in Estonian"),
            "text_en": gettext_lazy("Text in English"),
        }  # fmt: skip
        widgets = {name: TextArea(attrs=AREA) for name in ("text_et", "text_en")}

    def clean(self):
        return in_order(self, super().clean())


class PledgeForm(forms.ModelForm):
    starts_on = day_field(label=gettext_lazy("From"))
    ends_on = day_field(label=gettext_lazy("To"))
    unit = UnitField(label=gettext_lazy("Unit"))
    indicator = IndicatorField(label=gettext_lazy("Indicator that shows it"))

    class Meta:
        model = Pledge
        fields = ["unit", "text_et", "text_en", "starts_on", "ends_on", "indicator"]
        labels = {"text_et": gettext_lazy("Pledge in Estonian"), "text_en": gettext_lazy("Pledge in English")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(self.instance.unit_id)
        self.fields["indicator"].offer(self.instance.indicator_id)

    def clean(self):
        return in_order(self, super().clean())


def in_order(form, cleaned):
    first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
    if first and last and last < first:
        form.add_error("ends_on", _("The last day is before the first."))
    return cleaned


class PraiseForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What the client said"), max_length=1000, widget=TextArea(attrs=AREA),
        help_text=gettext_lazy("Without the client's name."),
    )  # fmt: skip
    unit = forms.TypedChoiceField(label=gettext_lazy("Unit"), coerce=int, empty_value=None, required=False)
    person = forms.ModelChoiceField(
        label=gettext_lazy("Person praised"), queryset=User.objects.filter(is_active=True), required=False, empty_label="–",
        help_text=gettext_lazy("Only with that person's consent."),
    )  # fmt: skip
    case = forms.CharField(label=gettext_lazy("Number of the case"), required=False, max_length=20)

    def __init__(self, *args, user, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        units = [(one.id, one.name) for one in reference.units().values() if one.in_use(today)]
        self.fields["unit"].choices = [("", "–"), *units]

    def clean_case(self):
        typed = self.cleaned_data["case"].strip().upper()
        if not typed:
            return None
        found = Case.objects.visible_to(self.user).filter(number=typed).first()
        if found is None:
            raise forms.ValidationError(_("There is no case %(number)s for you."), params={"number": typed})
        return found


class JudgeForm(forms.Form):
    verdict = forms.ChoiceField(
        label=gettext_lazy("Where the chart cannot tell: it is"), required=False,
        choices=[("", "–"), *((one.value, one.label) for one in (Improvement.Effect.BETTER, Improvement.Effect.NO_CHANGE, Improvement.Effect.WORSE))],
    )  # fmt: skip
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=1000)


class MoveForm(forms.Form):
    to = forms.ChoiceField(choices=Improvement.State.choices, widget=forms.HiddenInput)
    reason = forms.CharField(label=gettext_lazy("Why it is dropped"), required=False, max_length=500)


class WithdrawForm(forms.Form):
    """The button that takes what was told off the public page."""

    withdraw = forms.BooleanField()


class SayForm(forms.Form):
    """One of the two buttons under a campaign."""

    how = forms.ChoiceField(choices=CampaignReach.How.choices)


class PledgeJudgeForm(forms.Form):
    kept = forms.ChoiceField(
        label=gettext_lazy("Was it kept?"), choices=[("yes", gettext_lazy("Kept")), ("no", gettext_lazy("Not kept"))], widget=forms.RadioSelect,
    )  # fmt: skip
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=300)
