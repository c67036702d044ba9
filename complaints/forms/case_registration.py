"""Forms of a case registered by hand, and of what its page asks while it is filled in."""

import uuid
from datetime import date, datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import reference
from bureau.forms.fields import NearDayField, NearMomentField
from complaints.forms.cases import (
    MINUTE,
    MOST_TEXT,
    RestrictionFields,
    WhoForm,
    day_input,
    id_field,
    moment_input,
    text_area,
    tree_choices,
)
from complaints.forms.contacts import LANGUAGES, entry_choices, topic_choices
from complaints.late_registration import question_why_late
from complaints.reference import kinds


class NewCaseForm(RestrictionFields, WhoForm):
    """A case registered by hand: a letter, a visit, whatever did not come by itself."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    party = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    kind = forms.TypedChoiceField(label=gettext_lazy("Kind"), coerce=int)
    further_kinds = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Further requests in the same letter"), coerce=int, required=False,
        widget=forms.CheckboxSelectMultiple, help_text=gettext_lazy("Each gets a deadline of its own."),
    )  # fmt: skip
    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    description = forms.CharField(label=gettext_lazy("What the client writes or says"), max_length=MOST_TEXT, required=False, widget=text_area(6), strip=False)  # fmt: skip
    channel = forms.TypedChoiceField(label=gettext_lazy("Channel"), coerce=int)
    received_at = NearMomentField(label=gettext_lazy("Received"), widget=moment_input())
    registered_at = NearMomentField(
        label=gettext_lazy("Registered"),
        required=False,
        widget=moment_input(),
        help_text=gettext_lazy("Empty means now."),
    )
    late_because = forms.CharField(
        label=gettext_lazy("Why it is registered late"), max_length=300, required=False,
        help_text=gettext_lazy("Only where it was registered later than the working day after it came (AvTS § 16)."),
    )  # fmt: skip
    topic = id_field(gettext_lazy("Topic"))
    unit = id_field(gettext_lazy("Unit"))
    handler = id_field(gettext_lazy("Handler"), help_text=gettext_lazy("Empty leaves it in the queue."))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES, initial="et")
    reply_channel = id_field(gettext_lazy("Reply wanted by"))
    no_reply_wanted = forms.BooleanField(label=gettext_lazy("No reply wanted"), required=False)
    not_ours = forms.BooleanField(label=gettext_lazy("Not ours: must be forwarded"), required=False)
    is_environmental_information = forms.BooleanField(
        label=gettext_lazy("Asks for environmental information"), required=False
    )
    co_signers = forms.IntegerField(label=gettext_lazy("Co-signers"), min_value=0, max_value=1_000_000, required=False)
    sender_dated_on = NearDayField(label=gettext_lazy("Date on the letter"), required=False, widget=day_input())
    sender_reference = forms.CharField(label=gettext_lazy("Sender's reference"), max_length=60, required=False)
    register_reference = forms.CharField(
        label=gettext_lazy("Reference in the document register"), max_length=60, required=False
    )
    due_on = NearDayField(
        label=gettext_lazy("Day of reply named in the letter"), required=False, widget=day_input(),
        help_text=gettext_lazy("Only where another agency named it; it is then not computed."),
    )  # fmt: skip
    event_on = NearDayField(
        label=gettext_lazy("Day that sets the term going"), required=False, widget=day_input(),
        help_text=gettext_lazy("Only for kinds whose term runs from an event, such as a challenge passed on."),
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Why access is restricted"), max_length=2000, required=False, widget=text_area(2)
    )

    def __init__(self, *args, today: date, handlers: list[tuple[int, str]], **kwargs):
        kwargs.setdefault("auto_id", "new_%s")
        self.today = today
        super().__init__(*args, **kwargs)
        fields = self.fields
        choices = entry_choices(kinds(), today)
        fields["kind"].choices = [("", "—"), *choices[1:]]
        fields["further_kinds"].choices = [(pk, name) for pk, name in choices[1:] if kinds()[pk].has_reply_clock]
        fields["channel"].choices = [("", "—"), *entry_choices(reference.channels(), today)[1:]]
        fields["reply_channel"].choices = entry_choices(reference.channels(), today)
        fields["topic"].choices = topic_choices(today)
        fields["unit"].choices = tree_choices(reference.units(), today)
        fields["handler"].choices = [("", "—"), *handlers]
        self.offer_bases(today)

    def clean(self):
        data = super().clean()
        now = timezone.now()
        received, registered = data.get("received_at"), data.get("registered_at") or now
        if received and received > now + timedelta(minutes=2):
            self.add_error("received_at", _("This has not happened yet: the moment is in the future."))
        elif received and data.get("registered_at") and registered < received:
            self.add_error("registered_at", _("A case cannot be registered before it came."))
        elif registered > now + timedelta(minutes=2):
            self.add_error("registered_at", _("This has not happened yet: the moment is in the future."))
        data["registered_at"] = max(registered, received) if received else registered
        if received and not self.errors:
            self.ask_why_late(data, received)
        if data.get("sender_dated_on") and received and data["sender_dated_on"] > timezone.localdate(received):
            self.add_error("sender_dated_on", _("A letter is not dated after it came."))
        if data.get("due_on") and data["due_on"] < timezone.localdate(data["registered_at"]):
            self.add_error("due_on", _("This day has passed already."))
        if data.get("basis"):
            self.fill_end(data, self.today)
            if not data.get("reason", "").strip():
                self.add_error("reason", _("Say why access is restricted."))
        return data

    def ask_why_late(self, data: dict, received: datetime) -> None:
        """Late registration shortens the client's time: it is told, and the reason is asked (AvTS § 16)."""
        question = question_why_late(received, data["registered_at"])
        if question and not data["late_because"].strip():
            self.add_error("late_because", question)


class TermsForm(forms.Form):
    """What the last days of a case being typed depend on; anything half typed counts as not given."""

    kind = forms.IntegerField(required=False)
    further_kinds = forms.TypedMultipleChoiceField(required=False, coerce=int)
    received_at = NearMomentField(required=False)
    registered_at = NearMomentField(required=False)
    event_on = NearDayField(required=False)
    due_on = NearDayField(required=False)
    not_ours = forms.BooleanField(required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["further_kinds"].choices = [(pk, pk) for pk in kinds()]

    def known(self) -> dict:
        self.is_valid()
        return self.cleaned_data


class DuplicatesForm(forms.Form):
    party = forms.IntegerField(required=False)
    topic = forms.IntegerField(required=False)
    title = forms.CharField(required=False, max_length=200)


def begun_at(now: datetime) -> dict:
    """What a new case begins with."""
    return {"key": uuid.uuid4(), "received_at": timezone.localtime(now).strftime(MINUTE)}
