"""Adding and changing a party. Nothing but one of name, phone, e-mail and registry code is asked for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints import parties
from complaints.forms.contacts import LANGUAGES
from complaints.models import Party
from complaints.parties import PartyFacts, PartyRefused


class PartyForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=Party.Kind, widget=forms.RadioSelect, initial=Party.Kind.PERSON)
    name = forms.CharField(label=_("Name"), required=False, max_length=200)
    phone = forms.CharField(
        label=_("Phone"), required=False, max_length=40, help_text=_("Any way of writing; kept as +372 5555 0199."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )  # fmt: skip
    email = forms.CharField(label=_("E-mail"), required=False, max_length=254, widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}))  # fmt: skip
    registry_code = forms.CharField(
        label=_("Registry code"), required=False, max_length=20, help_text=_("Eight digits; never a personal code."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    address = forms.CharField(label=_("Postal address"), required=False, max_length=300)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, initial="et")
    note = forms.CharField(label=_("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))

    def clean_phone(self):
        return self.asked(parties.checked_phone, "phone")

    def clean_registry_code(self):
        return self.asked(parties.checked_registry_code, "registry_code")

    def asked(self, rule, name):
        try:
            return rule(self.cleaned_data[name])
        except PartyRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal

    def clean(self):
        data = super().clean()
        if not self.errors:
            try:
                parties.checked_facts(self.facts())
            except PartyRefused as refusal:
                self.add_error("email" if data.get("email") else None, str(refusal))
        return data

    def facts(self) -> PartyFacts:
        return PartyFacts(**{name: self.cleaned_data[name] for name in parties.FIELDS})


class ChangePartyForm(PartyForm):
    seen_version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, party: Party, data=None):
        initial = {name: getattr(party, name) for name in parties.FIELDS}
        return cls(data, initial=initial | {"seen_version": party.version})
