"""Forms of the lists the head keeps. The code is made from the name and never changes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau import reference
from bureau.forms.fields import UnitField, day_field, in_use_or, use_day_inputs
from bureau.models import Cause, Channel, NextInstance, OutsideBody, RestrictionBasis, Service, Topic, Unit, User

BOTH_NAMES = ["name_et", "name_en"]
ORDER_AND_DAYS = ["position", "valid_from"]
CHANNEL_ICONS = [
    ("contact", _("handset")), ("mail", _("envelope")), ("letter", _("letter")), ("chat", _("speech bubble")),
    ("robot", _("robot")), ("globe", _("globe")), ("visit", _("visit")), ("file", _("document")),
]  # fmt: skip


class ListedForm(forms.ModelForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        use_day_inputs(self)
        for name, label in (
            ("name_et", _("Name in Estonian")), ("name_en", _("Name in English")), ("position", _("Order in the list")),
            ("valid_from", _("In use from")),
        ):  # fmt: skip
            self.fields[name].label = label
        self.fields["valid_from"].help_text = _("Empty: always.")
        if not self.instance.pk:
            self.fields["position"].initial = 1000

    def _get_validation_exclusions(self):
        return {*super()._get_validation_exclusions(), "code"}


class UnitForm(ListedForm):
    parent = UnitField(label=_("Part of"), required=False)

    class Meta:
        model = Unit
        fields = [*BOTH_NAMES, "parent", "email", *ORDER_AND_DAYS]
        labels = {"email": _("E-mail")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        own = reference.unit_subtree_ids(self.instance.pk) if self.instance.pk else ()
        self.fields["parent"].offer(self.instance.parent_id, leave_out=own)


class ServiceForm(ListedForm):
    unit = UnitField(label=_("Owner unit"), required=False)

    class Meta:
        model = Service
        fields = [*BOTH_NAMES, "unit", "owner", "url", *ORDER_AND_DAYS]
        labels = {"owner": _("Service owner"), "url": _("Web address")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(self.instance.unit_id)
        self.fields["owner"].queryset = User.objects.filter(is_active=True) | User.objects.filter(
            pk=self.instance.owner_id
        )


class TopicForm(ListedForm):
    unit = UnitField(label=_("Unit that answers"), required=False)
    keywords = forms.CharField(
        label=_("Words people use"),
        required=False,
        help_text=_("With commas between; the topic is found by them when a contact is logged."),
    )

    class Meta:
        model = Topic
        fields = [
            *BOTH_NAMES, "parent", "service", "unit", "outside_body", "keywords", "guide_et", "guide_en", *ORDER_AND_DAYS,
        ]  # fmt: skip
        labels = {
            "parent": _("Group"), "service": _("Service"), "outside_body": _("Right door elsewhere"),
            "guide_et": _("Short answer in Estonian"), "guide_en": _("Short answer in English"),
        }  # fmt: skip
        help_texts = {
            "parent": _("Empty: this topic is itself a group."),
            "outside_body": _("When the matter is not ours: where the person is sent."),
            "guide_et": _("Read aloud to a caller: two or three sentences."),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        groups = in_use_or(Topic, self.instance.parent_id).filter(parent__isnull=True)
        self.fields["parent"].queryset = groups.exclude(pk=self.instance.pk)
        self.fields["service"].queryset = in_use_or(Service, self.instance.service_id)
        self.fields["outside_body"].queryset = in_use_or(OutsideBody, self.instance.outside_body_id)
        self.fields["unit"].offer(self.instance.unit_id)
        self.initial["keywords"] = ", ".join(self.instance.keywords)

    def clean_keywords(self):
        words = [word.strip() for word in self.cleaned_data["keywords"].split(",")]
        longest = Topic._meta.get_field("keywords").base_field.max_length
        if any(len(word) > longest for word in words):
            raise forms.ValidationError(_("One of these words is too long. Put commas between them."))
        return list(dict.fromkeys(word for word in words if word))

    def clean(self):
        cleaned = super().clean()
        if bool(cleaned.get("guide_et")) != bool(cleaned.get("guide_en")):
            missing = "guide_en" if cleaned.get("guide_et") else "guide_et"
            self.add_error(missing, _("Write the short answer in both languages."))
        return cleaned


class ChannelForm(ListedForm):
    icon = forms.ChoiceField(label=_("Sign"), choices=CHANNEL_ICONS)

    class Meta:
        model = Channel
        fields = [*BOTH_NAMES, "icon", "is_instant", *ORDER_AND_DAYS]
        labels = {"is_instant": _("Answered while the client is there (phone, visit, chat)")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        own = self.instance.icon
        if own and own not in dict(CHANNEL_ICONS):
            self.fields["icon"].choices = [(own, own), *CHANNEL_ICONS]


class OutsideBodyForm(ListedForm):
    class Meta:
        model = OutsideBody
        fields = [*BOTH_NAMES, "what_for_et", "what_for_en", "phone", "email", "url", *ORDER_AND_DAYS]
        labels = {
            "what_for_et": _("What for, in Estonian"), "what_for_en": _("What for, in English"), "phone": _("Phone"),
            "email": _("E-mail"), "url": _("Web address"),
        }  # fmt: skip


class RestrictionBasisForm(ListedForm):
    class Meta:
        model = RestrictionBasis
        fields = [*BOTH_NAMES, "law", "default_years", "ends_by_event", "is_confirmed", "source", *ORDER_AND_DAYS]
        labels = {
            "law": _("Legal basis"), "default_years": _("Usual length in years"), "ends_by_event": _("Ends by an event"),
            "is_confirmed": _("Confirmed by a lawyer"), "source": _("Source"),
        }  # fmt: skip
        help_texts = {"law": _("Only a law can be the basis, for example AvTS § 35 lg 1 p 12.")}

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("default_years") and not cleaned.get("ends_by_event"):
            self.add_error("default_years", _("Give a length in years, or tick that an event ends the restriction."))
        return cleaned


class CloseForm(forms.Form):
    last_day = day_field(_("Last day in use"))
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)


class CauseForm(ListedForm):
    class Meta:
        model = Cause
        fields = [*BOTH_NAMES, "parent", "note_et", "note_en", *ORDER_AND_DAYS]
        labels = {
            "parent": _("Group"), "note_et": _("When to choose it, in Estonian"), "note_en": _("When to choose it, in English"),
        }  # fmt: skip
        help_texts = {"parent": _("Empty: this cause is itself a group and is not chosen.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        groups = in_use_or(Cause, self.instance.parent_id).filter(parent__isnull=True)
        self.fields["parent"].queryset = groups.exclude(pk=self.instance.pk)


class NextInstanceForm(ListedForm):
    class Meta:
        model = NextInstance
        fields = [*BOTH_NAMES, "text_et", "text_en", "law", "is_confirmed", *ORDER_AND_DAYS]
        labels = {
            "text_et": _("Sentence in the letter, in Estonian"), "text_en": _("Sentence in the letter, in English"),
            "law": _("Legal basis"), "is_confirmed": _("Confirmed by a lawyer"),
        }  # fmt: skip
