"""Forms of challenges. They read what was typed; what may be done is decided by `challenges.py`."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy, pgettext_lazy

from bureau import reference
from bureau.forms.fields import NearDayField
from complaints.challenge_stages import RETURN_GROUNDS, defects_of
from complaints.forms.cases import DeedForm, day_input, id_field, text_area, tree_choices
from complaints.forms.complaints import LetterForm
from complaints.forms.contacts import entry_choices, topic_choices
from complaints.models import Challenge, ChallengeContent, ChallengeOutcome, ChallengeStage, CourtResult


class ExamineForm(DeedForm):
    act = forms.CharField(label=gettext_lazy("Challenged act or measure"), max_length=300)
    act_on = NearDayField(label=gettext_lazy("Date of the act"), required=False, widget=day_input())
    unit = id_field(gettext_lazy("Unit whose decision it is"))
    official = id_field(
        gettext_lazy("Official who decided"), help_text=gettext_lazy("That person cannot decide on the challenge.")
    )
    learnt_on = NearDayField(
        label=gettext_lazy("When the person learnt of it"), widget=day_input(),
        help_text=gettext_lazy("The term to file is counted from this day."),
    )  # fmt: skip
    demand = forms.CharField(
        label=gettext_lazy("What is demanded"), max_length=2000, required=False, widget=text_area(2)
    )
    contents = forms.MultipleChoiceField(
        label=gettext_lazy("What the letter holds"), choices=ChallengeContent.choices, required=False,
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("HMS § 76 lg 2; the text of the act has not been checked."),
    )  # fmt: skip

    def __init__(self, *args, case, challenge: Challenge, today: date, **kwargs):
        names = ("act", "act_on", "unit", "official", "learnt_on", "demand", "contents")
        kept = {name: getattr(challenge, Challenge._meta.get_field(name).attname) for name in names}
        kwargs["initial"] = {**kept, "unit": challenge.unit_id or case.unit_id} | (kwargs.get("initial") or {})
        super().__init__(*args, case=case, **kwargs)
        self.fields["unit"].choices = tree_choices(reference.units(), today, keep=challenge.unit_id)
        people = sorted(reference.people().items(), key=lambda one: one[1])
        self.fields["official"].choices = [("", "—"), *people]


class CuredForm(DeedForm):
    contents = forms.MultipleChoiceField(
        label=gettext_lazy("What was sent"), choices=[], widget=forms.CheckboxSelectMultiple
    )
    on = NearDayField(label=gettext_lazy("When it came"), widget=day_input())

    def __init__(self, *args, case, challenge: Challenge, **kwargs):
        super().__init__(*args, case=case, **kwargs)
        missing = defects_of(challenge.contents)
        self.fields["contents"].choices = [(code, ChallengeContent(code).label) for code in missing]


class PassOnForm(LetterForm):
    unit = id_field(gettext_lazy("Unit of ours that decides"))
    body = id_field(gettext_lazy("Another body that decides"))
    on = NearDayField(
        label=gettext_lazy("Passed on"), widget=day_input(),
        help_text=gettext_lazy("The term to decide is counted from this day."),
    )  # fmt: skip

    field_order = ["unit", "body", "on", "text", "channel", "at"]

    def __init__(self, *args, case, today: date, **kwargs):
        super().__init__(*args, case=case, today=today, **kwargs)
        self.fields["unit"].choices = tree_choices(reference.units(), today)
        self.fields["body"].choices = entry_choices(reference.outside_bodies(), today)
        self.fields["text"].required = False
        self.fields["text"].help_text = gettext_lazy("Sent only when another body decides.")


class SuspendForm(DeedForm):
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=2000, widget=text_area(3))
    until = NearDayField(
        label=gettext_lazy("Until"), required=False, widget=day_input(),
        help_text=gettext_lazy("Empty: until the challenge is decided."),
    )  # fmt: skip


class DecideChallengeForm(LetterForm):
    outcome = forms.ChoiceField(
        label=gettext_lazy("Decision"), choices=ChallengeOutcome.choices, widget=forms.RadioSelect
    )
    findings = forms.CharField(
        label=gettext_lazy("What was found, for ourselves"), max_length=10_000, required=False, widget=text_area(3),
        help_text=gettext_lazy("The client does not see it."),
    )  # fmt: skip

    field_order = ["outcome", "findings", "text", "channel", "at"]


class ReturnChallengeForm(LetterForm):
    ground = forms.ChoiceField(
        label=gettext_lazy("Ground"), choices=list(RETURN_GROUNDS.items()), widget=forms.RadioSelect
    )

    field_order = ["ground", "text", "channel", "at"]


class CourtForm(DeedForm):
    court = forms.CharField(label=gettext_lazy("Court"), max_length=120)
    court_number = forms.CharField(label=gettext_lazy("Number at the court"), max_length=40)
    on = NearDayField(label=gettext_lazy("Brought before the court"), widget=day_input())


class RulingForm(DeedForm):
    result = forms.ChoiceField(label=gettext_lazy("Result"), choices=CourtResult.choices, widget=forms.RadioSelect)
    on = NearDayField(label=gettext_lazy("Day of the ruling"), widget=day_input())
    reason = forms.CharField(label=gettext_lazy("What follows from it"), max_length=2000, required=False, widget=text_area(3))  # fmt: skip
    reopen = forms.BooleanField(label=gettext_lazy("Take the case up again"), required=False)

    def __init__(self, *args, case, **kwargs):
        super().__init__(*args, case=case, **kwargs)
        if case.is_open:
            del self.fields["reopen"]


class CloseWithResultForm(DeedForm):
    topic = id_field(gettext_lazy("Topic"))
    note = forms.CharField(label=gettext_lazy("Remark"), max_length=2000, required=False, widget=text_area(2))

    def __init__(self, *args, case, today: date, **kwargs):
        super().__init__(*args, case=case, **kwargs)
        if case.topic_id:
            del self.fields["topic"]
        else:
            self.fields["topic"].choices = topic_choices(today)


class ChallengeFilterForm(forms.Form):
    stage = forms.ChoiceField(label=pgettext_lazy("challenge", "Stage"), required=False)
    after_day = NearDayField(label=gettext_lazy("Filed from"), required=False, widget=day_input())
    until_day = NearDayField(label=gettext_lazy("Filed until"), required=False, widget=day_input())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["stage"].choices = [
            ("", pgettext_lazy("challenges", "Open")), ("all", pgettext_lazy("challenges", "All")), *ChallengeStage.choices,
        ]  # fmt: skip
        # Names of the address; `from` is a word of the language.
        self.fields["from"], self.fields["to"] = self.fields.pop("after_day"), self.fields.pop("until_day")
