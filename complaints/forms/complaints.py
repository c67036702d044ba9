"""Forms of complaints. They read what was typed; what may be done is decided by the rule modules."""

from datetime import date
from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bureau import reference
from bureau.forms.fields import NearDayField, NearMomentField
from complaints.complaint_handling import Letter
from complaints.complaint_severity import Weighed
from complaints.complaint_stages import RETURN_GROUNDS
from complaints.correspondence import recipient_of, reply_channel_of
from complaints.forms.cases import (  # fmt: skip
    MOST_TEXT,
    ChannelSelect,
    DeedForm,
    RestrictedLetterFields,
    day_input,
    id_field,
    moment_input,
    text_area,
    tree_choices,
)
from complaints.forms.contacts import entry_choices, topic_choices
from complaints.models import Aspect, Case, Complaint, ComplaintOutcome, Feedback, Path, Remedy, Stage
from complaints.reference import kinds

GRAVITY = [
    (0, pgettext_lazy("severity", "0 · none")), (1, pgettext_lazy("severity", "1 · slight")),
    (2, pgettext_lazy("severity", "2 · marked")), (3, pgettext_lazy("severity", "3 · grave")),
]  # fmt: skip
# What else a complaint may be by its substance; asked of every one.
ALSO = ("challenge", "information_request", "environmental_information", "violation_notice", "data_subject_request")


class TreatForm(DeedForm):
    feedback = forms.ChoiceField(
        label=gettext_lazy("What it is"),
        choices=Feedback.choices,
        widget=forms.RadioSelect,
        initial=Feedback.COMPLAINT,
    )


class LetterForm(RestrictedLetterFields, DeedForm):
    """Words to the person with the way they go."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("Letter to the person"), max_length=MOST_TEXT, strip=False, widget=text_area(8)
    )
    channel = forms.TypedChoiceField(label=gettext_lazy("Told by"), coerce=int, widget=ChannelSelect)
    at = NearMomentField(label=gettext_lazy("When it was told, if not now"), required=False, widget=moment_input())

    def __init__(self, *args, case: Case, today: date, **kwargs):
        super().__init__(*args, case=case, **kwargs)
        self.fields["channel"].widget.party = case.party
        self.fields["channel"].choices = entry_choices(reference.channels(), today, keep=case.channel_id)[1:]
        self.fields["channel"].initial = reply_channel_of(case)

    def clean(self):
        data = super().clean()
        self.ask_before_sending(channel_id=data.get("channel"), is_afterwards=bool(data.get("at")))
        return data

    def letter(self, text: str = "") -> Letter:
        data = self.cleaned_data
        channel = reference.channels()[data["channel"]]
        return Letter(
            text=text or data["text"], channel_id=channel.id, recipient=recipient_of(self.case.party, channel.code),
            key=data["key"], at=data["at"],
        )  # fmt: skip


class AssessForm(DeedForm):
    also_kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Does the letter also hold …"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("By its substance, whatever it is called. Each gets its own deadline on the same case; a letter that asks to change or annul a decision is a challenge."),
    )  # fmt: skip
    aspects = forms.MultipleChoiceField(
        label=gettext_lazy("What the complaint is about"), choices=Aspect.choices, widget=forms.CheckboxSelectMultiple
    )
    unit = id_field(gettext_lazy("Unit complained of"))
    service = id_field(gettext_lazy("Service complained of"))
    happened_on = NearDayField(label=gettext_lazy("When it happened"), required=False, widget=day_input())
    wanted_remedy = forms.CharField(
        label=gettext_lazy("What the person asks for"), max_length=2000, required=False, widget=text_area(2)
    )
    harm = forms.TypedChoiceField(label=gettext_lazy("Harm to the person"), choices=GRAVITY, coerce=int, initial=0)
    vulnerability = forms.TypedChoiceField(
        label=gettext_lazy("Vulnerability of the person"), choices=GRAVITY, coerce=int, initial=0
    )
    publicity = forms.TypedChoiceField(label=gettext_lazy("Publicity"), choices=GRAVITY, coerce=int, initial=0)
    legal = forms.TypedChoiceField(label=gettext_lazy("Breach of law"), choices=GRAVITY, coerce=int, initial=0)
    repetition = forms.TypedChoiceField(
        label=gettext_lazy("Repetition"), choices=GRAVITY, coerce=int, initial=0,
        help_text=gettext_lazy("Harm or breach of law that is grave, or nine points in all, goes to investigation and to the head at once."),
    )  # fmt: skip

    def __init__(self, *args, case: Case, complaint: Complaint, today: date, **kwargs):
        initial = {
            name: getattr(complaint, name) for name in ("aspects", "also_kinds", "happened_on", "wanted_remedy")
        } | {"unit": complaint.unit_id or case.unit_id, "service": complaint.service_id or case.service_id}
        if complaint.severity is not None:
            initial |= {
                name: getattr(complaint, name)
                for name in ("harm", "vulnerability", "publicity", "legal", "repetition")
            }
        kwargs["initial"] = initial | (kwargs.get("initial") or {})
        super().__init__(*args, case=case, **kwargs)
        names = {one.code: one.name for one in kinds().values() if one.in_use(today)}
        running = {clock.kind.code for clock in case.clocks.select_related("kind")}
        self.fields["also_kinds"].choices = [
            (code, names[code])
            for code in ALSO
            if code in names and (code not in running or code in complaint.also_kinds)
        ]
        self.fields["unit"].choices = tree_choices(reference.units(), today, keep=complaint.unit_id)
        self.fields["service"].choices = entry_choices(reference.services(), today, keep=complaint.service_id)

    def weighed(self) -> Weighed:
        sides = ("harm", "vulnerability", "publicity", "legal", "repetition")
        return Weighed(**{name: self.cleaned_data[name] for name in sides})


class PersonChoice(DeedForm):
    """One of the people whom the complaint does not concern; those whom it does are not offered, with the reason said."""

    def offer_people(
        self, name: str, people: list[tuple[int, str]], concerned: dict[int, str], empty: str = "—"
    ) -> None:
        self.fields[name].choices = [("", empty), *((pk, shown) for pk, shown in people if pk not in concerned)]
        left_out = [shown for pk, shown in people if pk in concerned]
        if left_out:
            self.fields[name].help_text = _("Not offered, because the complaint concerns them: %(names)s.") % {
                "names": ", ".join(left_out)
            }


class InvestigatorForm(PersonChoice):
    investigator = id_field(gettext_lazy("Investigator"), required=True)
    reason = forms.CharField(label=gettext_lazy("Remark"), max_length=2000, required=False, widget=text_area(2))

    def __init__(self, *args, people, concerned, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_people("investigator", people, concerned)


class DecideForm(LetterForm):
    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"), widget=forms.RadioSelect,
        choices=[one for one in ComplaintOutcome.choices if one[0] != ComplaintOutcome.WITHDRAWN],
    )  # fmt: skip
    cause = id_field(gettext_lazy("Root cause"), required=True)
    findings = forms.CharField(
        label=gettext_lazy("What was found, for ourselves"), max_length=10_000, widget=text_area(4),
        help_text=gettext_lazy("The client does not see it."),
    )  # fmt: skip
    next_instances = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Next instance that the letter names"), coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("What the letter does not name yet is added to its end, as the head has worded it."),
    )  # fmt: skip

    field_order = ["outcome", "cause", "findings", "text", "next_instances", "channel", "at"]

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, today=today, **kwargs)
        self.fields["cause"].choices = cause_choices(today)
        instances = reference.next_instances()
        self.fields["next_instances"].choices = [(one.id, one.name) for one in instances.values() if one.in_use(today)]
        self.fields["next_instances"].initial = [one.id for one in instances.values() if one.code == "next_chancellor"]


def cause_choices(today: date) -> list:
    """Causes under their groups; only a cause is chosen, never a group."""
    groups: dict[str, list] = {}
    name = ""
    for depth, cause in reference.in_tree(reference.causes(), today):
        if depth == 0:
            name = cause.name
            groups.setdefault(name, [])
        else:
            groups[name].append((cause.id, cause.name))
    return [("", "—"), *((group, causes) for group, causes in groups.items() if causes)]


class CloseForm(DeedForm):
    topic = id_field(gettext_lazy("Topic"), required=True)
    note = forms.CharField(label=gettext_lazy("Remark"), max_length=2000, required=False, widget=text_area(2))

    def __init__(self, *args, case: Case, today: date, **kwargs):
        super().__init__(*args, case=case, **kwargs)
        if case.topic_id:
            del self.fields["topic"]
        else:
            self.fields["topic"].choices = topic_choices(today)


class ReturnForm(LetterForm):
    ground = forms.ChoiceField(label=gettext_lazy("Why it is returned"), widget=forms.RadioSelect, choices=list(RETURN_GROUNDS.items()))  # fmt: skip

    field_order = ["ground", "text", "channel", "at"]


class PassOnForm(DeedForm):
    to = forms.CharField(
        label=gettext_lazy("Passed on to"), max_length=200,
        help_text=gettext_lazy("A unit, a service owner, or the people below."),
    )  # fmt: skip
    people = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Tell these colleagues"),
        coerce=int,
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = sorted(reference.people().items(), key=lambda person: person[1])


class TargetForm(LetterForm):
    until = NearDayField(label=gettext_lazy("New target"), widget=day_input())
    reason = forms.CharField(label=gettext_lazy("Why more time is needed"), max_length=2000, widget=text_area(2))

    field_order = ["until", "reason", "text", "channel", "at"]


class LessonForm(DeedForm):
    lesson = forms.CharField(
        label=gettext_lazy("What we learn from it"), max_length=5000, widget=text_area(4),
        help_text=gettext_lazy("What we do otherwise from now on. Name nobody: lessons are read widely."),
    )  # fmt: skip


class ConcernedForm(DeedForm):
    person = id_field(
        gettext_lazy("Person concerned"), required=True,
        help_text=gettext_lazy("From now on nothing of this case exists for the person: not in lists, search, counts or notices."),
    )  # fmt: skip
    note = forms.CharField(label=gettext_lazy("How it concerns the person"), max_length=300, required=False)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", "—"), *people]


class StepForm(PersonChoice):
    what = forms.CharField(label=gettext_lazy("What is to be found out"), max_length=300, widget=text_area(2))
    owner = id_field(
        gettext_lazy("Who does it"),
        help_text=gettext_lazy("Choose one of the two: a colleague here, or a unit below."),
    )
    unit = id_field(gettext_lazy("Or which unit is asked"))
    background = forms.CharField(
        label=gettext_lazy("What the unit needs to know"), max_length=4000, required=False, widget=text_area(4),
        help_text=gettext_lazy("The head of the unit sees the question and this, not the case. Name nobody who need not be named."),
    )  # fmt: skip
    shows_words = forms.BooleanField(
        label=gettext_lazy("The unit sees what the client wrote"), required=False,
        help_text=gettext_lazy("Not the client's name. Not shown when the complaint concerns somebody by name."),
    )  # fmt: skip
    due_on = NearDayField(label=gettext_lazy("By"), widget=day_input())

    def __init__(self, *args, people, concerned, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_people("owner", people, concerned)
        self.fields["unit"].choices = tree_choices(reference.units(), today)
        self.fields["owner"].is_one_of_several = self.fields["unit"].is_one_of_several = True


class AnswerForm(DeedForm):
    answer = forms.CharField(label=gettext_lazy("What was found out"), max_length=10_000, widget=text_area(5))


class UnitAnswerForm(forms.Form):
    answer = forms.CharField(
        label=gettext_lazy("Your unit's answer"), max_length=10_000, widget=text_area(8),
        help_text=gettext_lazy("The investigator reads it. It is not sent to the client."),
    )  # fmt: skip


class EvidenceForm(DeedForm):
    text = forms.CharField(label=gettext_lazy("What it shows"), max_length=10_000, widget=text_area(4))
    source = forms.CharField(
        label=gettext_lazy("Where it is found"), max_length=300, required=False,
        help_text=gettext_lazy("A reference in the document register, a recording, a log, a conversation."),
    )  # fmt: skip


class RemedyForm(PersonChoice):
    kind = forms.ChoiceField(label=gettext_lazy("Remedy"), choices=Remedy.Kind.choices, widget=forms.RadioSelect)
    what = forms.CharField(label=gettext_lazy("What exactly"), max_length=300, required=False)
    amount = forms.DecimalField(
        label=gettext_lazy("Amount of the refund, €"),
        required=False,
        min_value=Decimal("0.01"),
        max_digits=9,
        decimal_places=2,
    )
    due_on = NearDayField(
        label=gettext_lazy("Promised by"), widget=day_input(),
        help_text=gettext_lazy("Is no day agreed yet, give the day by which it will be. What is done already bears today's day."),
    )  # fmt: skip
    owner = id_field(gettext_lazy("Who sees to it"))

    def __init__(self, *args, people, concerned, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_people("owner", people, concerned)


class DeliveredForm(DeedForm):
    delivered_on = NearDayField(label=gettext_lazy("Delivered on"), widget=day_input())
    note = forms.CharField(label=gettext_lazy("Remark"), max_length=300, required=False)


FILTER_NAMES = (
    "feedback",
    "stage",
    "path",
    "unit",
    "aspect",
    "cause",
    "outcome",
    "investigator",
    "late",
    "from",
    "to",
)


class ComplaintFilterForm(forms.Form):
    """Over the list of complaints; what is chosen stands in the address."""

    feedback = forms.ChoiceField(label=gettext_lazy("What it is"), required=False)
    stage = forms.ChoiceField(label=gettext_lazy("Stage"), required=False)
    path = forms.ChoiceField(label=gettext_lazy("Path"), required=False)
    aspect = forms.ChoiceField(label=gettext_lazy("About"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    cause = forms.ChoiceField(label=gettext_lazy("Root cause"), required=False)
    outcome = forms.ChoiceField(label=gettext_lazy("Outcome"), required=False)
    late = forms.ChoiceField(label=gettext_lazy("Past the target"), required=False)

    use_required_attribute = False

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, **kwargs)
        every = [("", _("all"))]
        self.fields["feedback"].choices = [*every, *Feedback.choices]
        self.fields["stage"].choices = [("", _("open")), ("ended", _("ended")), ("all", _("all")), *Stage.choices]
        self.fields["path"].choices = [*every, *Path.choices]
        self.fields["aspect"].choices = [*every, *Aspect.choices]
        self.fields["unit"].choices = [
            *every,
            *((one.code, one.name) for one in reference.units().values() if one.in_use(today)),
        ]
        self.fields["cause"].choices = [
            *every, *((one.code, "\u2003" * depth + one.name) for depth, one in reference.in_tree(reference.causes(), today))
        ]  # fmt: skip
        self.fields["outcome"].choices = [*every, *ComplaintOutcome.choices]
        self.fields["late"].choices = [*every, ("yes", _("yes"))]
        for name, label in (("from", _("From")), ("to", _("To"))):
            self.fields[name] = forms.DateField(label=label, required=False, widget=day_input())
