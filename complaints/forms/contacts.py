"""Forms of contacts. They read what was typed; who is meant and what may be kept is decided by the rule modules."""

import re
import uuid
from datetime import date, datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import reference
from bureau.forms.fields import NearMomentField, TextArea
from bureau.roles import Permission
from bureau.typed_numbers import whole
from complaints import contact_log, party_search
from complaints.expected_terms import ExpectedTerm, expected_terms
from complaints.favourite_topics import choosable_topics
from complaints.forms.quick_select import QuickSelect, TopicSelect
from complaints.late_registration import question_why_late
from complaints.models import Case, Contact, Party
from complaints.parties import PartyFacts, facts_typed
from complaints.right_doors import right_door

LANGUAGES = [("et", gettext_lazy("Estonian")), ("en", gettext_lazy("English")), ("ru", gettext_lazy("Russian"))]
# Nobody talks longer; a larger figure is a forgotten clock.
LONGEST_SECONDS = 8 * 3600
LONGEST_ENTRY_MILLISECONDS = 3600 * 1000
CLOCKS_APART = timedelta(minutes=2)
# What waited in a browser without a connection may be sent as late as this with its own moment.
QUEUED_FOR = timedelta(days=14)
CHOOSE_ANONYMOUS, CHOOSE_NEW, CHOOSE_ADD = "none", "new", "add"


def seconds_typed(text: str) -> int | None:
    """Seconds of a duration as people write it: "3" and "3 min" are minutes, "3.20" and "3:20" minutes and seconds."""
    text = text.strip().lower().removesuffix("min").strip()
    if not text:
        return None
    parts = re.split(r"[.:,]", text)
    if len(parts) > 3 or not all(re.fullmatch(r"[0-9]{1,4}", part) for part in parts):
        raise ValueError(text)
    numbers = [int(part) for part in parts]
    if len(numbers) == 1:
        return numbers[0] * 60
    if len(numbers) == 2:
        return numbers[0] * 60 + numbers[1]
    return numbers[0] * 3600 + numbers[1] * 60 + numbers[2]


class DurationField(forms.CharField):
    """Minutes and seconds; gives seconds or nothing."""

    def clean(self, value):
        text = super().clean(value)
        try:
            seconds = seconds_typed(text)
        except ValueError as problem:
            raise forms.ValidationError(_("Write minutes and seconds, for example 3.20.")) from problem
        if seconds is not None and seconds > LONGEST_SECONDS:
            raise forms.ValidationError(_("This is longer than a working day. Was the clock left running?"))
        return seconds


def topic_choices(today: date, keep: int | None = None) -> list:
    """Topics under their groups, as a select shows them; `keep` stays even when no longer in use."""
    topics = reference.topics()
    groups: dict[int | None, list] = {}
    for topic in choosable_topics(today):
        groups.setdefault(topic.parent_id, []).append((topic.id, topic.name))
    if keep and keep in topics and not any(keep == pk for rows in groups.values() for pk, _name in rows):
        groups.setdefault(topics[keep].parent_id, []).append((keep, topics[keep].name))
    choices: list = [("", "—")]
    for parent_id, rows in groups.items():
        if parent_id is None:
            choices += rows
        else:
            choices.append((topics[parent_id].name, rows))
    return choices


def entry_choices(entries: dict, today: date, empty: str = "—", keep: int | None = None) -> list:
    return [("", empty), *((one.id, one.name) for one in entries.values() if one.in_use(today) or one.id == keep)]


def chosen_id(value) -> int | None:
    return int(value) if value else None


class ContactFields(forms.Form):
    """What every contact has, whether logged at once, corrected or opened again."""

    channel = forms.TypedChoiceField(label=gettext_lazy("Channel"), coerce=int, widget=QuickSelect)
    direction = forms.ChoiceField(
        label=gettext_lazy("Direction"), choices=Contact.Direction, required=False, initial=Contact.Direction.IN
    )
    topic = forms.TypedChoiceField(label=gettext_lazy("Topic"), coerce=chosen_id, empty_value=None, required=False, widget=TopicSelect)  # fmt: skip
    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"),
        choices=Contact.Outcome,
        widget=forms.RadioSelect,
        initial=Contact.Outcome.ANSWERED,
    )
    passed_to_unit = forms.TypedChoiceField(
        label=gettext_lazy("Passed on to"), coerce=chosen_id, empty_value=None, required=False, widget=QuickSelect
    )
    outside_body = forms.TypedChoiceField(
        label=gettext_lazy("Right door"), coerce=chosen_id, empty_value=None, required=False, widget=QuickSelect
    )
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=4000, widget=TextArea(attrs={"rows": 2}))  # fmt: skip
    was_dissatisfied = forms.BooleanField(label=gettext_lazy("The client was dissatisfied"), required=False)
    duration = DurationField(
        label=gettext_lazy("Duration, minutes and seconds"), required=False, max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )  # fmt: skip
    at = NearMomentField(
        label=gettext_lazy("When it was"),
        required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES, required=False, initial="et")
    case = forms.CharField(
        label=gettext_lazy("Belongs to the case"), required=False, max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args, user, today: date, contact: Contact | None = None, **kwargs):
        self.user, self.today = user, today
        super().__init__(*args, **kwargs)
        kept = contact or Contact()
        fields = self.fields
        fields["channel"].choices = entry_choices(reference.channels(), today, keep=kept.channel_id)[1:]
        fields["topic"].choices = topic_choices(today, keep=kept.topic_id)
        fields["passed_to_unit"].choices = entry_choices(reference.units(), today, keep=kept.passed_to_unit_id)
        fields["outside_body"].choices = entry_choices(reference.outside_bodies(), today, keep=kept.outside_body_id)

    def clean_at(self):
        at = self.cleaned_data["at"]
        if at and at > timezone.now() + CLOCKS_APART:
            raise forms.ValidationError(_("This moment has not come yet."))
        return at

    def clean_direction(self):
        return self.cleaned_data["direction"] or Contact.Direction.IN

    def clean_language(self):
        return self.cleaned_data["language"] or "et"

    def clean_case(self) -> Case | None:
        number = self.cleaned_data["case"].strip()
        if not number:
            return None
        case = party_search.find_case(number, user=self.user)
        if case is None:
            raise forms.ValidationError(_("There is no such case, or it is not open to you. Check the number."))
        return case

    def settle_destination(self, data: dict) -> None:
        """The right door and the unit are the topic's own unless another was chosen."""
        topic = reference.topics().get(data.get("topic"))
        outcome = data.get("outcome")
        if outcome == Contact.Outcome.WRONG_BODY:
            door = right_door(topic, self.today)
            data["outside_body"] = data.get("outside_body") or (door.id if door else None)
            if not data["outside_body"]:
                self.add_error("outside_body", _("Choose whose matter it is, so that the client can be told."))
        else:
            data["outside_body"] = None
        if outcome == Contact.Outcome.FORWARDED:
            data["passed_to_unit"] = data.get("passed_to_unit") or (topic.unit_id if topic else None)
            if not data["passed_to_unit"]:
                self.add_error("passed_to_unit", _("Choose the unit to which it was passed on."))
        else:
            data["passed_to_unit"] = None


def late_field() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Why it is registered late"), max_length=300, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class CaseWordsFields(forms.Form):
    """Kind, title and text of a case that a contact opens; the kinds show the day they would be due."""

    kind = forms.TypedChoiceField(
        label=gettext_lazy("Kind"), coerce=chosen_id, empty_value=None, required=False, widget=QuickSelect
    )
    complaint_kind = forms.TypedChoiceField(
        label=gettext_lazy("Kind of complaint"), coerce=chosen_id, empty_value=None, required=False, widget=QuickSelect
    )
    title = forms.CharField(label=gettext_lazy("Title"), required=False, max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}))  # fmt: skip
    description = forms.CharField(
        label=gettext_lazy("What the client says"),
        required=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    late_because = late_field()
    take_myself = forms.BooleanField(label=gettext_lazy("I handle it myself"), required=False)

    def offer_kinds(self, today: date) -> None:
        self.terms: dict[int, ExpectedTerm] = expected_terms(today)
        cases = [term for term in self.terms.values() if not term.is_complaint]
        complaints = [term for term in self.terms.values() if term.is_complaint]
        self.fields["kind"].choices = [(term.kind_id, term.words) for term in cases]
        self.fields["complaint_kind"].choices = [(term.kind_id, term.words) for term in complaints]
        explanation = next((term.kind_id for term in cases if term.code == "explanation"), None)
        if self.fields["kind"].initial is None:
            self.fields["kind"].initial = explanation

    def words(self, outcome: str, data: dict) -> contact_log.CaseWords | None:
        """What the case is opened with, by the outcome; a dissatisfied client's complaint waits as a draft."""
        if outcome == Contact.Outcome.CASE:
            kind_id = data.get("kind") or self.fields["kind"].initial
        elif outcome == Contact.Outcome.COMPLAINT or data.get("was_dissatisfied"):
            kinds = self.fields["complaint_kind"].choices
            kind_id = data.get("complaint_kind") or (kinds[0][0] if kinds else None)
        else:
            return None
        if not kind_id:
            return None
        return contact_log.CaseWords(
            kind_id=kind_id,
            title=data.get("title", "").strip(),
            description=data.get("description", "").strip(),
            assignee_id=self.user.pk if data.get("take_myself") else None,
            late_because=data.get("late_because", "").strip(),
        )


class LogContactForm(CaseWordsFields, ContactFields):
    """The sheet. Nothing but the channel and the outcome must be given, and both are there already."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    draft_subject = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    who = forms.CharField(
        label=gettext_lazy("Who?"), required=False, max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True, "spellcheck": "false"}),
    )  # fmt: skip
    party = forms.IntegerField(required=False, widget=forms.HiddenInput)
    choice = forms.CharField(required=False, max_length=20)
    favourite = forms.CharField(required=False, max_length=20)
    # Buttons beside "save": look the person up, throw the draft away.
    find = forms.BooleanField(required=False)
    afresh = forms.BooleanField(required=False)
    # What the browser measured; what cannot be is left out, never refused.
    typed_at = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    entry_milliseconds = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_kinds(self.today)
        self.candidates: tuple[Party, ...] = ()
        self.chosen_party: Party | None = None
        self.new_party: PartyFacts | None = None
        self.is_somebody_else = False
        self.added: party_search.Typed | None = None
        self.fields["case"].widget = forms.HiddenInput()
        if not self.is_bound and not self.initial.get("channel"):
            phone = reference.by_code(reference.channels()).get("phone")
            self.initial["channel"] = phone.id if phone else None

    @classmethod
    def fresh(cls, *, user, today, initial=None, **kwargs):
        """An empty sheet with a key of its own."""
        return cls(user=user, today=today, initial={"key": uuid.uuid4()} | (initial or {}), **kwargs)

    def clean_favourite(self) -> int | None:
        value = self.cleaned_data["favourite"]
        known = {str(topic.id): topic.id for topic in choosable_topics(self.today)}
        return known.get(value)

    def clean_typed_at(self) -> datetime | None:
        try:
            typed_at = parse_datetime(self.cleaned_data["typed_at"])
        except ValueError:
            return None
        if typed_at is None or timezone.is_naive(typed_at):
            return None
        now = timezone.now()
        return typed_at if now - QUEUED_FOR <= typed_at <= now + CLOCKS_APART else None

    def clean_entry_milliseconds(self) -> int | None:
        taken = self.cleaned_data["entry_milliseconds"]
        return int(taken) if taken.isdecimal() and int(taken) <= LONGEST_ENTRY_MILLISECONDS else None

    def clean(self):
        data = super().clean()
        data["topic"] = data.get("topic") or data.get("favourite")
        self.settle_destination(data)
        self.settle_who(data)
        case = data.get("case")
        if case and data.get("outcome") in contact_log.OPENS_CASE:
            # It was added to a case that is there: none is opened beside it.
            data["outcome"] = Contact.Outcome.ANSWERED
        self.ask_of_case(data)
        return data

    def ask_of_case(self, data: dict) -> None:
        """What a complaint is about, which its topic does not say, and why the case is registered late."""
        if data.get("outcome") == Contact.Outcome.COMPLAINT and not any(
            data.get(name, "").strip() for name in ("title", "description", "note")
        ):
            self.add_error("description", _("Write what the client complains of: the topic does not say it."))
        if data.get("outcome") in contact_log.OPENS_CASE and not self.errors and not data["late_because"].strip():
            question = question_why_late(self.moment()[0], timezone.now())
            if question:
                self.add_error("late_because", question)

    def settle_who(self, data: dict) -> None:
        """Settle who is meant: the one chosen from the list, or the one whom the text names beyond doubt."""
        choice, who = data.get("choice", ""), data.get("who", "")
        if choice == CHOOSE_ANONYMOUS:
            return
        chosen = whole(choice) or data.get("party")
        if chosen:
            self.chosen_party = party_search.chosen_party(chosen, user=self.user)
            if self.chosen_party is None:
                self.add_error("who", _("This party is no longer there. Choose again."))
            elif choice == CHOOSE_ADD and self.user.may(Permission.PARTY_CHANGE):
                self.settle_added(who)
            return
        try:
            if choice == CHOOSE_NEW:
                typed = party_search.read(who)
                party_search.check_new(typed)
                self.new_party = facts_typed(typed, language=data.get("language") or "et")
                self.is_somebody_else = True
                return
            meant = party_search.who_is_meant(who, user=self.user)
        except party_search.WhoNotUnderstood as problem:
            self.add_error("who", str(problem))
            return
        self.chosen_party = meant.party
        if meant.case and not data.get("case"):
            data["case"] = meant.case
        if meant.new:
            self.new_party = facts_typed(meant.new, language=data.get("language") or "et")
        if meant.candidates:
            self.candidates = meant.candidates
            self.add_error("who", _("Several people fit. Choose who it was."))

    def settle_added(self, who: str) -> None:
        """The number, address or code typed beside the name becomes the chosen person's."""
        typed = party_search.read(who)
        try:
            party_search.check_new(typed)
        except party_search.WhoNotUnderstood as problem:
            self.add_error("who", str(problem))
            return
        self.added = typed

    def moment(self) -> tuple[datetime, bool]:
        """When the contact began, and whether it was entered afterwards."""
        data, now = self.cleaned_data, timezone.now()
        if data["at"]:
            return data["at"], now - data["at"] > contact_log.BACKDATED_AFTER
        saved_at = min(data["typed_at"] or now, now)
        return saved_at - timedelta(seconds=data["duration"] or 0), False

    def entry(self, *, draft_key: uuid.UUID | None = None) -> contact_log.Entry:
        data = self.cleaned_data
        at, is_backdated = self.moment()
        return contact_log.Entry(
            key=data["key"], channel_id=data["channel"], at=at, outcome=data["outcome"], direction=data["direction"],
            party=self.chosen_party, new_party=self.new_party, added=self.added, is_somebody_else=self.is_somebody_else, topic_id=data["topic"],
            outside_body_id=data["outside_body"],
            passed_to_unit_id=data["passed_to_unit"], case=data["case"], opens=self.words(data["outcome"], data),
            note=data["note"].strip(), was_dissatisfied=data["was_dissatisfied"], handling_seconds=data["duration"],
            entry_milliseconds=data["entry_milliseconds"], language=data["language"], is_backdated=is_backdated,
            draft_subject=data["draft_subject"], draft_key=draft_key,
        )  # fmt: skip


class ChangeContactForm(ContactFields):
    """Correcting a contact."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    party = forms.CharField(
        label=gettext_lazy("Who?"), required=False, max_length=200,
        help_text=gettext_lazy("Phone number, e-mail, registry code or the whole name; empty is anonymous."),
    )  # fmt: skip
    choice = forms.CharField(required=False, max_length=20)
    field_order = ["party", "topic", "outcome"]

    def __init__(self, *args, contact: Contact, case: Case | None, **kwargs):
        self.contact = contact
        self.candidates: tuple[Party, ...] = ()
        # A case that is no longer open to this person is neither named nor left.
        self.hidden_case = contact.case if case is None else None
        super().__init__(*args, contact=contact, **kwargs)
        if self.hidden_case:
            del self.fields["case"]
        self.fields["at"].required = True

    @classmethod
    def of(cls, contact: Contact, *, case: Case | None, user, today, data=None):
        """`case`: the contact's, as far as this person may see it."""
        return cls(data, contact=contact, case=case, user=user, today=today, initial={
            "channel": contact.channel_id, "direction": contact.direction, "topic": contact.topic_id,
            "outcome": contact.outcome, "passed_to_unit": contact.passed_to_unit_id,
            "outside_body": contact.outside_body_id, "note": contact.note, "was_dissatisfied": contact.was_dissatisfied,
            "duration": written(contact.handling_seconds), "at": contact.at, "language": contact.language,
            "case": case.number if case else "", "party": str(contact.party) if contact.party else "",
            "seen_version": contact_log.version_of(contact),
        })  # fmt: skip

    def clean(self):
        data = super().clean()
        if self.hidden_case:
            data["case"] = self.hidden_case
        self.settle_destination(data)
        text, choice = data.get("party", "").strip(), data.get("choice", "")
        kept = self.contact.party
        if whole(choice) is not None:
            data["party"] = party_search.chosen_party(choice, user=self.user)
        elif kept and text == str(kept):
            data["party"] = kept
        else:
            try:
                meant = party_search.who_is_meant(text, user=self.user)
            except party_search.WhoNotUnderstood as problem:
                self.add_error("party", str(problem))
                return data
            data["party"] = meant.party
            if meant.candidates:
                self.candidates = meant.candidates
                self.add_error("party", _("Several people fit. Choose who it was."))
            if meant.new:
                self.add_error("party", _("Nobody is known by this. Add the party first."))
        if data.get("outcome") in contact_log.OPENS_CASE and not data.get("case"):
            self.add_error("case", _("Write the number of the case, or open one from the contact's page."))
        return data

    def values(self) -> dict:
        data = self.cleaned_data
        return {
            "at": data["at"], "channel_id": data["channel"], "direction": data["direction"],
            "party_id": data["party"].pk if data["party"] else None, "topic_id": data["topic"],
            "outcome": data["outcome"], "outside_body_id": data["outside_body"],
            "passed_to_unit_id": data["passed_to_unit"], "note": data["note"].strip(),
            "was_dissatisfied": data["was_dissatisfied"], "handling_seconds": data["duration"],
            "language": data["language"],
        }  # fmt: skip


class OpenCaseForm(forms.Form):
    """A case or a complaint from a contact already logged."""

    kind = forms.TypedChoiceField(label=gettext_lazy("Kind"), coerce=int)
    title = forms.CharField(label=gettext_lazy("Title"), required=False, max_length=200)
    description = forms.CharField(label=gettext_lazy("What the client says"), required=False, max_length=50_000, widget=forms.Textarea(attrs={"rows": 5}))  # fmt: skip
    late_because = late_field()
    take_myself = forms.BooleanField(label=gettext_lazy("I handle it myself"), required=False)

    def __init__(self, *args, user, today: date, received_at: datetime, **kwargs):
        self.user = user
        self.received_at = received_at
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(term.kind_id, term.words) for term in expected_terms(today).values()]

    def clean(self):
        data = super().clean()
        question = question_why_late(self.received_at, timezone.now())
        if question and not data.get("late_because", "").strip():
            self.add_error("late_because", question)
        return data

    def words(self) -> contact_log.CaseWords:
        data = self.cleaned_data
        return contact_log.CaseWords(
            kind_id=data["kind"], title=data["title"].strip(), description=data["description"].strip(),
            assignee_id=self.user.pk if data["take_myself"] else None, late_because=data["late_because"].strip(),
        )  # fmt: skip


def written(seconds: int | None) -> str:
    """Seconds as the field reads them: 3.20, or 1.02.05 above an hour."""
    if seconds is None:
        return ""
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}.{minute:02d}.{second:02d}" if hours else f"{minute:02d}.{second:02d}"
