"""Forms of kinds of cases and their terms."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bureau.forms.fields import use_day_inputs
from bureau.forms.structure import BOTH_NAMES, ORDER_AND_DAYS, ListedForm
from complaints.models import CaseKind, DeadlineRule


class KindForm(ListedForm):
    class Meta:
        model = CaseKind
        fields = [
            *BOTH_NAMES, "series", "law", "what_et", "what_en", "notices_et", "notices_en", "refusal_et", "refusal_en",
            "has_reply_clock", "is_complaint", "is_urgent", "needs_identity", "is_environmental_information", *ORDER_AND_DAYS,
        ]  # fmt: skip
        labels = {
            "series": _("Number series"), "law": _("Legal basis"), "what_et": _("What it is, in Estonian"),
            "what_en": _("What it is, in English"), "notices_et": _("Notices owed, in Estonian"),
            "notices_en": _("Notices owed, in English"), "refusal_et": _("Refusal and special points, in Estonian"),
            "refusal_en": _("Refusal and special points, in English"),
            "has_reply_clock": _("A reply is owed by a date"), "is_complaint": _("Says that we served badly"),
            "is_urgent": _("Urgent"), "needs_identity": _("The person must be identified"),
            "is_environmental_information": _("Environmental information"),
        }  # fmt: skip
        help_texts = {"series": _("One to three capital letters at the beginning of the number: P-2026-000001-X.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            # Numbers already given stay in their series.
            self.fields["series"].disabled = True

    def clean_series(self):
        series = self.cleaned_data["series"].strip().upper()
        if not (series.isascii() and series.isalpha()):
            raise forms.ValidationError(_("Use one to three letters from A to Z."))
        return series

    def clean(self):
        cleaned = super().clean()
        for name in ("what", "notices", "refusal"):
            if bool(cleaned.get(f"{name}_et")) != bool(cleaned.get(f"{name}_en")):
                missing = f"{name}_en" if cleaned.get(f"{name}_et") else f"{name}_et"
                self.add_error(missing, _("Write it in both languages."))
        return cleaned


LABELS = {
    "purpose": _("Term for"), "valid_from": _("In force from"), "valid_to": _("In force until"), "amount": _("Length"),
    "unit": _("Unit of time"), "runs_from": _("Runs from"), "extended_amount": _("Length when extended"),
    "extended_unit": _("Unit of time when extended"), "rolls": _("Moves from a day off to the next working day"),
    "holiday_list": _("Days off by"), "law": _("Legal basis"), "extension_law": _("Legal basis of the extension"),
    "start_law": _("Legal basis of the first day"), "source": _("Source"), "is_confirmed": _("Confirmed by a lawyer"),
    "note_et": _("Note in Estonian"), "note_en": _("Note in English"),
}  # fmt: skip


class TermForm(forms.ModelForm):
    """A new version of a term."""

    reason = forms.CharField(label=_("Reason of the change"), required=False, max_length=300)

    class Meta:
        model = DeadlineRule
        fields = [
            "purpose", "valid_from", "valid_to", "amount", "unit", "runs_from", "extended_amount", "extended_unit", "rolls",
            "holiday_list", "law", "extension_law", "start_law", "source", "is_confirmed", "note_et", "note_en",
        ]  # fmt: skip
        labels = LABELS
        help_texts = {
            "valid_from": _(
                "Cases registered from this day on are counted by it. The former version ends the day before."
            ),
            "valid_to": _("Empty: until the next version."),
        }

    def __init__(self, *args, kind: CaseKind, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.kind = kind
        use_day_inputs(self)
        self.fields["amount"].min_value = 1
        self.fields["amount"].widget.attrs["min"] = 1

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("amount") is not None and cleaned["amount"] < 1:
            self.add_error("amount", _("A term is at least one day long."))
        if (cleaned.get("extended_amount") is None) != (not cleaned.get("extended_unit")):
            self.add_error("extended_unit", _("Give both the length and the unit of the extension, or neither."))
        return cleaned

    def validate_constraints(self):
        """Overlaps are told by the deed, which knows which version ends."""


class TermRemarksForm(forms.ModelForm):
    class Meta:
        model = DeadlineRule
        fields = ["law", "extension_law", "start_law", "source", "is_confirmed", "note_et", "note_en"]
        labels = LABELS

    def validate_constraints(self):
        """Nothing written here touches a constraint."""
