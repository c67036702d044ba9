"""Forms of people, roles, substitutions and absences."""

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from stdnum.ee import ik

from bureau.forms.fields import TopicsField, UnitField, day_field, use_day_inputs
from bureau.models import Absence, RoleHolding, User
from bureau.phone_numbers import to_e164
from bureau.roles import ROLES

LANGUAGES_SERVED = [("et", _("Estonian")), ("en", _("English")), ("ru", _("Russian")), ("fi", _("Finnish"))]


class PersonForm(forms.ModelForm):
    """What is known of a person. Those who may not grant roles see no field that opens the door: e-mail, personal code."""

    personal_code = forms.CharField(
        label=_("Personal code"),
        required=False,
        max_length=11,
        help_text=_(
            "Lets the person sign in with ID card, Mobile-ID or Smart-ID. Only an irreversible hash is kept. "
            "Leave empty to keep what is set."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric", "class": "short"}),
    )
    languages_served = forms.MultipleChoiceField(
        label=_("Languages served"), choices=LANGUAGES_SERVED, required=False, widget=forms.CheckboxSelectMultiple
    )
    unit = UnitField(label=_("Unit"), required=False)
    skills = TopicsField(
        label=_("Topics served"),
        required=False,
        help_text=_("New cases on these topics are offered to this person first. None means all topics."),
    )

    # Enough to let somebody in; all else has a usual value and may be filled in later.
    FIRST = ("first_name", "last_name", "email")

    class Meta:
        model = User
        fields = [
            "first_name", "last_name", "email", "job_title", "unit", "phone", "language", "workload_share", "languages_served",
            "skills",
        ]  # fmt: skip
        labels = {
            "first_name": _("First name"), "last_name": _("Last name"), "email": _("E-mail"), "job_title": _("Job title"),
            "phone": _("Phone"), "language": _("Language of the desk"),
            "workload_share": _("Share of full working time"),
        }  # fmt: skip
        help_texts = {
            "email": _("Signs in with it; letters go there."),
            "workload_share": _("1 is full time, 0,5 half. New cases are shared by it."),
        }

    def __init__(self, *args, opens_the_door: bool, **kwargs):
        super().__init__(*args, **kwargs)
        use_day_inputs(self)
        self.fields["workload_share"].localize = True
        self.fields["workload_share"].widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "short"})
        self.fields["workload_share"].widget.is_localized = True
        self.fields["unit"].offer(self.instance.unit_id)
        self.fields["skills"].offer()
        if self.instance.pk:
            self.initial["skills"] = list(self.instance.skills.values_list("pk", flat=True))
        if not opens_the_door:
            del self.fields["personal_code"]
            if self.instance.pk:
                del self.fields["email"]

    def _get_validation_exclusions(self):
        # Uniqueness is told by the deed, in the same words for every way in.
        return {*super()._get_validation_exclusions(), "email"}

    def clean_workload_share(self):
        share = self.cleaned_data["workload_share"]
        if not 0 < share <= 1:
            raise forms.ValidationError(_("The share is above 0 and at most 1."))
        return share

    def clean_personal_code(self):
        code = self.cleaned_data["personal_code"].strip()
        if code and not ik.is_valid(code):
            raise forms.ValidationError(_("This is not an Estonian personal code. Check the digits."))
        return f"EE{code}" if code else ""

    def clean_phone(self):
        written = self.cleaned_data["phone"].strip()
        if not written:
            return ""
        number = to_e164(written)
        if number is None:
            raise forms.ValidationError(_("This is not a phone number. Write it as +372 5555 0199."))
        return number

    @property
    def first_fields(self) -> list:
        return [bound for bound in self if bound.name in self.FIRST]

    @property
    def further_fields(self) -> list:
        return [bound for bound in self if bound.name not in self.FIRST]

    @property
    def has_further_errors(self) -> bool:
        """Then they are not to be folded away."""
        return any(bound.errors for bound in self.further_fields)

    @property
    def facts(self) -> dict:
        """What the deed takes; the personal code only where one was entered."""
        facts = {name: value for name, value in self.cleaned_data.items() if name != "personal_code"}
        if self.cleaned_data.get("personal_code"):
            facts["personal_code"] = self.cleaned_data["personal_code"]
        return facts


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=[(role.code, role.name) for role in ROLES.values()])
    unit = UnitField(label=_("Over the unit"), required=False, help_text=_("For a unit head: whose cases they see."))
    starts_on = day_field(_("From"))
    ends_on = day_field(_("Until"), required=False, help_text=_("Empty: until ended."))
    on_behalf_of = forms.ModelChoiceField(
        User.objects.filter(is_active=True),
        label=_("On behalf of"),
        required=False,
        help_text=_("Only when the role is somebody else's and is lent for longer than a substitution."),
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)

    def __init__(self, *args, person: User, **kwargs):
        super().__init__(*args, **kwargs)
        use_day_inputs(self)
        self.fields["unit"].offer()
        self.fields["on_behalf_of"].queryset = User.objects.filter(is_active=True).exclude(pk=person.pk)
        self.fields["starts_on"].initial = timezone.localdate()


class LastDayForm(forms.Form):
    """The last day of something that is never deleted."""

    last_day = day_field(_("Last day"))
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["last_day"].initial = timezone.localdate()


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300)


class OptionalReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)


class SubstitutionForm(forms.Form):
    absent = forms.ModelChoiceField(User.objects.none(), label=_("Who is away"))
    substitute = forms.ModelChoiceField(
        User.objects.none(), label=_("Who stands in"), help_text=_("Has the rights of the other for these days.")
    )
    starts_on = day_field(_("From"))
    ends_on = day_field(_("Until"))
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        use_day_inputs(self)
        holders = RoleHolding.objects.in_force(timezone.localdate()).values("user_id")
        people = User.objects.filter(is_active=True, pk__in=holders)
        self.fields["absent"].queryset = people
        self.fields["substitute"].queryset = people


class AbsenceForm(forms.Form):
    """One's own, or for those who keep absences anybody's."""

    person = forms.ModelChoiceField(User.objects.filter(is_active=True), label=_("Who"))
    kind = forms.ChoiceField(label=_("Kind"), choices=Absence.Kind.choices)
    starts_on = day_field(_("From"))
    ends_on = day_field(_("Until"))
    note = forms.CharField(
        label=_("Note"), required=False, max_length=300, help_text=_("Seen only by you and those who keep absences.")
    )

    def __init__(self, *args, may_choose_person: bool, **kwargs):
        super().__init__(*args, **kwargs)
        use_day_inputs(self)
        if not may_choose_person:
            del self.fields["person"]


class PeopleFilter(forms.Form):
    q = forms.CharField(label=_("Name or e-mail"), required=False)
    role = forms.ChoiceField(
        label=_("Role"), required=False, choices=[("", _("All roles")), *((r.code, r.name) for r in ROLES.values())]
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("Working")), ("closed", _("Closed")), ("all", _("All"))],
    )

    def found(self, today) -> QuerySet:
        """The people it narrows to."""
        asked, people = self.cleaned_data, User.objects.all()
        if asked.get("state") != "all":
            people = people.filter(is_active=asked.get("state") != "closed")
        for word in asked.get("q", "").split()[:5]:
            people = people.filter(
                Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(email__icontains=word)
            )
        if asked.get("role"):
            holders = RoleHolding.objects.in_force(today).filter(role=asked["role"])
            people = people.filter(pk__in=holders.values("user_id"))
        return people


class SettingsForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["language", "density", "shortcuts_enabled"]
        labels = {
            "language": _("Language"), "density": _("Rows of lists"), "shortcuts_enabled": _("One-letter keyboard shortcuts"),
        }  # fmt: skip
        help_texts = {
            "shortcuts_enabled": _("Switch off when a screen reader or speech input takes letters for commands.")
        }
