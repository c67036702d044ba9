"""A day of contacts typed afterwards: a row a call. What is wrong stands in its row; nothing typed is lost."""

import re
import uuid
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bureau import reference
from bureau.forms.fields import NearDayField
from complaints import contact_log, party_search
from complaints.forms.contacts import (
    CLOCKS_APART,
    DurationField,
    chosen_id,
    entry_choices,
    topic_choices,
)
from complaints.forms.quick_select import QuickSelect, TopicSelect
from complaints.models import Contact, Party
from complaints.parties import PartyFacts, facts_typed

ROWS_SHOWN = 10
MOST_ROWS = 80
OUTCOMES = [
    (outcome.value, outcome.label)
    for outcome in (Contact.Outcome.ANSWERED, Contact.Outcome.FORWARDED, Contact.Outcome.WRONG_BODY)
]


def time_typed(text: str) -> time:
    """Hours and minutes as they are jotted down: "9", "915", "9.15", "9:15"."""
    match = re.fullmatch(r"(\d{1,2})(?:[.:,\s]?(\d{2}))?", text.strip())
    if match is None:
        raise ValueError(text)
    return time(int(match[1]), int(match[2] or 0))


class TimeTypedField(forms.CharField):
    def clean(self, value):
        text = super().clean(value)
        if not text:
            return None
        try:
            return time_typed(text)
        except ValueError as problem:
            raise forms.ValidationError(_("Write hours and minutes, for example 9.15.")) from problem


class BatchDayForm(forms.Form):
    """Which day is being typed, and the buttons beside saving."""

    day = NearDayField(
        label=gettext_lazy("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": gettext_lazy("Choose the day.")},
    )  # fmt: skip
    more = forms.BooleanField(required=False)

    def __init__(self, *args, today: date, **kwargs):
        self.today = today
        super().__init__(*args, **kwargs)

    def clean_day(self):
        day = self.cleaned_data["day"]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        return day


class BatchRowForm(forms.Form):
    """One contact. A row in which nothing was typed does not count."""

    use_required_attribute = False

    key = forms.UUIDField(widget=forms.HiddenInput)
    time = TimeTypedField(label=gettext_lazy("Time"), required=False, max_length=5, widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))  # fmt: skip
    channel = forms.TypedChoiceField(label=gettext_lazy("Channel"), coerce=int, widget=QuickSelect)
    who = forms.CharField(label=gettext_lazy("Who"), required=False, max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))  # fmt: skip
    party = forms.CharField(label=gettext_lazy("Which of them"), required=False, max_length=20)
    topic = forms.TypedChoiceField(label=gettext_lazy("Topic"), coerce=chosen_id, empty_value=None, required=False, widget=TopicSelect)  # fmt: skip
    outcome = forms.ChoiceField(label=gettext_lazy("Outcome"), choices=OUTCOMES, initial=Contact.Outcome.ANSWERED)
    where = forms.ChoiceField(label=gettext_lazy("Where to"), required=False, widget=QuickSelect)
    duration = DurationField(label=gettext_lazy("Minutes"), required=False, max_length=10, widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))  # fmt: skip
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=4000, widget=forms.TextInput(attrs={"autocomplete": "off"}))  # fmt: skip
    was_dissatisfied = forms.BooleanField(label=pgettext_lazy("one client", "Dissatisfied"), required=False)

    TYPED = ("time", "who", "topic", "where", "duration", "note", "was_dissatisfied")

    def __init__(self, *args, user, today: date, choices: dict[str, list], **kwargs):
        self.user, self.today = user, today
        self.candidates: tuple[Party, ...] = ()
        self.chosen_party: Party | None = None
        self.new_party: PartyFacts | None = None
        self.is_somebody_else = False
        super().__init__(*args, **kwargs)
        for name, offered in choices.items():
            self.fields[name].choices = offered
        if not self.is_bound:
            self.initial.setdefault("key", uuid.uuid4())
            self.initial.setdefault("channel", phone_id())

    def has_changed(self) -> bool:
        """The key, the channel and the outcome are there before anybody types."""
        return any(self[name].value() not in (None, "", False) for name in self.TYPED) or (
            self["outcome"].value() not in (None, "", Contact.Outcome.ANSWERED)
        )

    def clean(self):
        data = super().clean()
        if not data.get("time") and "time" not in self.errors:
            self.add_error("time", _("When was it? Hours and minutes are enough."))
        self.settle_where(data)
        self.settle_who(data)
        return data

    def settle_where(self, data: dict) -> None:
        topic = reference.topics().get(data.get("topic"))
        chosen = data.get("where") or ""
        data["outside_body"] = data["passed_to_unit"] = None
        if data.get("outcome") == Contact.Outcome.WRONG_BODY:
            data["outside_body"] = int(chosen[1:]) if chosen[:1] == "b" else topic.outside_body_id if topic else None
            if not data["outside_body"]:
                self.add_error("where", _("Choose whose matter it is."))
        if data.get("outcome") == Contact.Outcome.FORWARDED:
            data["passed_to_unit"] = int(chosen[1:]) if chosen[:1] == "u" else topic.unit_id if topic else None
            if not data["passed_to_unit"]:
                self.add_error("where", _("Choose the unit."))

    def settle_who(self, data: dict) -> None:
        choice, who = data.get("party", ""), data.get("who", "")
        try:
            if choice == "new":
                typed = party_search.read(who)
                party_search.check_new(typed)
                self.new_party, self.is_somebody_else = facts_typed(typed), True
                return
            meant = party_search.who_is_meant(who, user=self.user)
        except party_search.WhoNotUnderstood as problem:
            self.add_error("who", str(problem))
            return
        self.chosen_party, data["case"] = meant.party, meant.case
        if meant.new:
            self.new_party = facts_typed(meant.new)
        if meant.candidates:
            self.candidates = meant.candidates
            self.chosen_party = next((party for party in meant.candidates if str(party.pk) == choice), None)
            if self.chosen_party is None:
                self.add_error("who", _("Several people fit. Choose who it was."))

    def entry(self, day: date) -> contact_log.Entry:
        data = self.cleaned_data
        at = timezone.make_aware(datetime.combine(day, data["time"]))
        return contact_log.Entry(
            key=data["key"], channel_id=data["channel"], at=at, outcome=data["outcome"], party=self.chosen_party,
            new_party=self.new_party, is_somebody_else=self.is_somebody_else, topic_id=data["topic"], outside_body_id=data["outside_body"],
            passed_to_unit_id=data["passed_to_unit"], case=data.get("case"), note=data["note"].strip(),
            was_dissatisfied=data["was_dissatisfied"], handling_seconds=data["duration"], is_backdated=True,
            typed=repr((day, [(name, self[name].value()) for name in self.fields if name != "key"])),
        )  # fmt: skip


def phone_id() -> int | None:
    phone = reference.by_code(reference.channels()).get("phone")
    return phone.id if phone else None


class BaseBatchFormSet(forms.BaseFormSet):
    """The rows of a day. Lists are made once for all rows."""

    def __init__(self, *args, user, today: date, day: date | None = None, **kwargs):
        self.day = day
        units = [(f"u{pk}", name) for pk, name in entry_choices(reference.units(), today)[1:]]
        bodies = [(f"b{pk}", name) for pk, name in entry_choices(reference.outside_bodies(), today)[1:]]
        choices: dict[str, Any] = {
            "channel": entry_choices(reference.channels(), today)[1:],
            "topic": topic_choices(today),
            "where": [("", "—"), (_("Units"), units), (_("Other bodies"), bodies)],
        }
        super().__init__(*args, form_kwargs={"user": user, "today": today, "choices": choices}, **kwargs)

    @cached_property
    def filled(self) -> list[BatchRowForm]:
        return [form for form in self.forms if form.has_changed()]

    def clean(self):
        if not self.filled:
            raise forms.ValidationError(_("Nothing was typed yet. Fill in at least one row."))
        for form in self.filled:
            at_time = form.cleaned_data.get("time") if hasattr(form, "cleaned_data") else None
            if self.day and at_time:
                at = timezone.make_aware(datetime.combine(self.day, at_time))
                if at > timezone.now() + CLOCKS_APART:
                    form.add_error("time", _("This moment has not come yet."))
        keys = [form.cleaned_data.get("key") for form in self.filled if hasattr(form, "cleaned_data")]
        if len(set(keys)) != len(keys):
            raise forms.ValidationError(_("The page was put together wrongly. Open it anew; your draft is kept."))

    def entries(self, day: date) -> list[contact_log.Entry]:
        return [form.entry(day) for form in self.filled]


def batch_rows(
    *, user, today: date, day: date | None = None, data=None, rows: int = ROWS_SHOWN, initial=None
) -> BaseBatchFormSet:
    kind = forms.formset_factory(
        BatchRowForm,
        formset=BaseBatchFormSet,
        extra=rows,
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS,
        validate_max=True,
    )
    made: BaseBatchFormSet = kind(data, user=user, today=today, day=day, initial=initial, prefix="row")
    return made


def rows_typed(typed: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows of a draft, or of a page sent for more rows, as first values of new ones."""
    rows: dict[int, dict[str, Any]] = {}
    for name, value in typed.items():
        match = re.fullmatch(r"row-(\d{1,3})-(\w+)", name)
        if match and match[2] in BatchRowForm.base_fields:
            rows.setdefault(int(match[1]), {})[match[2]] = value
    return [rows[number] for number in sorted(rows) if int(number) < MOST_ROWS]
