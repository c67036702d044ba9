"""Forms of cases. They read what was typed; what may be done is decided by the rule modules."""

import uuid
from datetime import date

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from bureau import reference
from bureau.forms.fields import NearDayField, NearMomentField
from complaints import transitions
from complaints.classification import FIELDS
from complaints.correspondence import recipient_of, reply_channel_of
from complaints.forms.contacts import LANGUAGES, chosen_id, entry_choices, topic_choices
from complaints.mailed_letters import button_words, leaves_by_mail
from complaints.models import Case, CaseLink, Clock, DeadlineRule, Party
from complaints.numbering import NumberNotUnderstood, parse_number
from complaints.outcomes import NoReply, outcomes_for
from complaints.reference import kinds
from complaints.restriction import default_end

MOST_TEXT = 100_000
MINUTE = "%Y-%m-%dT%H:%M"


def day_input(**attrs) -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **attrs})


def moment_input() -> forms.DateTimeInput:
    return forms.DateTimeInput(format=MINUTE, attrs={"type": "datetime-local"})


def text_area(rows: int, **attrs) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


def id_field(label, *, required: bool = False, widget=None, help_text="") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, coerce=chosen_id, empty_value=None, required=required, help_text=help_text, **({"widget": widget} if widget else {})
    )  # fmt: skip


def tree_choices(of: dict, today: date, keep: int | None = None, empty: str = "—") -> list:
    """Entries as a tree, parts moved in under what they are part of."""
    rows = [(one.id, "\u2003" * depth + one.name) for depth, one in reference.in_tree(of, today)]
    if keep and keep in of and keep not in {pk for pk, _name in rows}:
        rows.append((keep, of[keep].name))
    return [("", empty), *rows]


class DeedForm(forms.Form):
    """A deed on a case, made from the version that the page showed."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, case: Case, **kwargs):
        self.case = case
        kwargs.setdefault("auto_id", "sheet_%s")
        kwargs["initial"] = {"version": case.version} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)

    @property
    def seen_version(self) -> int | None:
        return self.cleaned_data.get("version")

    def made_anew(self, *, version: int, seen: int) -> None:
        """After a warning: what was typed stays, the next sending is from the case as it stands now."""
        self.data = self.data.copy()
        self.data["version"], self.data["seen"] = str(version), str(seen)


class ConfirmForm(DeedForm):
    """One button, nothing to type."""


class ReasonForm(DeedForm):
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=2000, widget=text_area(3))


class OptionalReasonForm(DeedForm):
    reason = forms.CharField(label=gettext_lazy("Remark"), max_length=2000, required=False, widget=text_area(2))


class WaitForm(DeedForm):
    waiting_for = forms.ChoiceField(
        label=gettext_lazy("Waits for"),
        choices=list(transitions.WAITING_FOR.items()),
        widget=forms.RadioSelect,
        initial="client",
    )
    reason = forms.CharField(
        label=gettext_lazy("What is awaited"), max_length=500, widget=text_area(3),
        help_text=gettext_lazy("No deadline stops while a case waits."),
    )  # fmt: skip


# --- Letters and notes ------------------------------------------------------------------------------------------------
class ChannelSelect(forms.Select):
    """Each choice carries what the button does over it and whom the letter reaches."""

    party: Party | None = None

    def create_option(self, name, value, label, selected, index, subindex=None, attrs=None):
        option = super().create_option(name, value, label, selected, index, subindex, attrs)
        channel = reference.channels().get(int(value)) if value else None
        if channel:
            reached = {"channel_id": channel.id, "recipient": recipient_of(self.party, channel.code)}
            option["attrs"]["data-words"] = button_words(**reached)
            option["attrs"]["data-words-afterwards"] = button_words(**reached, is_afterwards=True)
        return option


class RestrictedLetterFields(forms.Form):
    """Asks once before a letter of a restricted case leaves by e-mail."""

    sends_restricted = forms.BooleanField(
        label=gettext_lazy("This letter of restricted access may leave by e-mail"), required=False,
        help_text=gettext_lazy("It bears the mark of restricted access (AvTS § 41)."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.case.is_restricted:
            del self.fields["sends_restricted"]

    def ask_before_sending(self, *, channel_id: int | None, is_afterwards: bool) -> None:
        channel = reference.channels().get(channel_id)
        if "sends_restricted" not in self.fields or channel is None or is_afterwards:
            return
        recipient = recipient_of(self.case.party, channel.code)
        if leaves_by_mail(channel_id=channel_id, recipient=recipient) and not self.cleaned_data.get(
            "sends_restricted"
        ):
            words = _("Access to this case is restricted. Look at the text and at the address %(address)s once more, then say that the letter may leave.")  # fmt: skip
            self.add_error("sends_restricted", words % {"address": recipient})


class ReplyForm(RestrictedLetterFields, DeedForm):
    """A letter of ours. Which requests it answers is asked only when there are several."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("Reply"), max_length=MOST_TEXT, strip=False, widget=text_area(6, **{"data-shortcut": "r"})
    )
    channel = forms.TypedChoiceField(label=gettext_lazy("Sent by"), coerce=int, widget=ChannelSelect)
    way = forms.ChoiceField(
        label=gettext_lazy("This letter"),
        choices=[
            ("answers", pgettext_lazy("letter", "answers")),
            ("waits", pgettext_lazy("letter", "asks, and the case waits for the client")),
            ("interim", pgettext_lazy("letter", "is in between")),
        ],
        widget=forms.RadioSelect,
        initial="answers",
    )
    clocks = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Which requests it answers"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    at = NearMomentField(label=gettext_lazy("When it went out, if not now"), required=False, widget=moment_input())

    def __init__(self, *args, case: Case, clocks: list[Clock] = (), today: date, **kwargs):
        kwargs.setdefault("auto_id", "reply_%s")
        super().__init__(*args, case=case, **kwargs)
        self.running = [clock for clock in clocks if clock.is_running and clock.purpose == DeadlineRule.Purpose.REPLY]
        self.fields["channel"].choices = entry_choices(reference.channels(), today, keep=case.channel_id)[1:]
        self.fields["channel"].widget.party = case.party
        names = kinds()
        self.fields["clocks"].choices = [(clock.pk, names[clock.kind_id].name) for clock in self.running]
        if len(self.running) < 2:
            del self.fields["clocks"]
        if not case.is_open:
            del self.fields["way"]

    def clean(self):
        data = super().clean()
        if data.get("way") == "answers" and "clocks" in self.fields and not data.get("clocks"):
            self.add_error("clocks", _("Choose at least one request that this letter answers."))
        self.ask_before_sending(channel_id=data.get("channel"), is_afterwards=bool(data.get("at")))
        return data


def fresh_reply(case: Case, draft: dict) -> dict:
    """What an empty reply box begins with; a draft goes over it."""
    initial = {"key": uuid.uuid4(), "channel": reply_channel_of(case), "way": "answers"}
    return initial | {
        name: value for name, value in draft.items() if name not in {"version", "seen", "sends_restricted"}
    }


class NoteForm(DeedForm):
    key = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)
    text = forms.CharField(
        label=gettext_lazy("Internal note"),
        max_length=MOST_TEXT,
        widget=text_area(3, **{"data-shortcut": "n"}),
        strip=False,
    )

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("auto_id", "note_%s")
        super().__init__(*args, **kwargs)


class TurnForm(DeedForm):
    """What the client wrote or said further, recorded by hand."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("What the client wrote or said"), max_length=MOST_TEXT, widget=text_area(6), strip=False
    )
    channel = forms.TypedChoiceField(label=gettext_lazy("Channel"), coerce=int)
    at = NearMomentField(label=gettext_lazy("When"), widget=moment_input())
    reopen = forms.BooleanField(
        label=gettext_lazy("Reopen the case: a new term begins today"), required=False, initial=True
    )

    def __init__(self, *args, case: Case, today: date, **kwargs):
        super().__init__(*args, case=case, **kwargs)
        self.fields["channel"].choices = entry_choices(reference.channels(), today, keep=case.channel_id)[1:]
        if case.is_open:
            del self.fields["reopen"]


# --- Ending, forwarding, extending ------------------------------------------------------------------------------------
class CloseForm(DeedForm):
    outcome = forms.ChoiceField(label=gettext_lazy("How it ended"))
    no_reply = forms.ChoiceField(label=gettext_lazy("Why no reply is given"), choices=[("", "—"), *NoReply.choices])
    topic = id_field(gettext_lazy("Topic"), required=True)
    note = forms.CharField(label=gettext_lazy("Remark"), max_length=1000, required=False, widget=text_area(2))

    def __init__(self, *args, case: Case, today: date, **kwargs):
        super().__init__(*args, case=case, **kwargs)
        complaint = kinds()[case.kind_id].is_complaint
        self.fields["outcome"].choices = [("", "—"), *outcomes_for(is_complaint=complaint)]
        self.fields["outcome"].initial = case.outcome
        if case.status in {"answered", "forwarded"}:
            del self.fields["no_reply"]
        else:
            self.fields["no_reply"].initial = NoReply.NOT_WANTED if case.no_reply_wanted else ""
        if case.topic_id:
            del self.fields["topic"]
        else:
            self.fields["topic"].choices = topic_choices(today)


class NoticeFields(RestrictedLetterFields):
    """What the person is told, and over which channel."""

    notice_text = forms.CharField(
        label=gettext_lazy("Notice to the person"),
        max_length=MOST_TEXT,
        widget=text_area(6),
        required=False,
        strip=False,
    )
    notice_channel = forms.TypedChoiceField(label=gettext_lazy("Told by"), coerce=int)

    def offer_channels(self, case: Case, today: date) -> None:
        self.fields["notice_channel"].choices = entry_choices(reference.channels(), today, keep=case.channel_id)[1:]
        self.fields["notice_channel"].initial = reply_channel_of(case)

    def clean(self):
        data = super().clean()
        is_told_otherwise = bool(data.get("at") or data.get("no_notice_because", "").strip())
        self.ask_before_sending(channel_id=data.get("notice_channel"), is_afterwards=is_told_otherwise)
        return data

    def notice_recipient(self, case: Case) -> str:
        channel = reference.channels().get(self.cleaned_data.get("notice_channel"))
        return recipient_of(case.party, channel.code if channel else "")


class ForwardForm(NoticeFields, DeedForm):
    body = id_field(gettext_lazy("To which body"), required=True)
    is_whole = forms.TypedChoiceField(
        label=gettext_lazy("What is forwarded"), coerce=lambda value: value == "whole",
        choices=[("whole", gettext_lazy("the whole matter; ours it is no longer")), ("part", gettext_lazy("a part; we answer the rest"))],
        widget=forms.RadioSelect, initial="whole",
    )  # fmt: skip
    reason = forms.CharField(
        label=gettext_lazy("Why it is theirs"), max_length=2000, required=False, widget=text_area(2)
    )
    at = NearMomentField(
        label=gettext_lazy("When it was forwarded, if not now"), required=False, widget=moment_input()
    )
    no_notice_because = forms.CharField(
        label=gettext_lazy("Why no notice can be given"), max_length=300, required=False,
        help_text=gettext_lazy("Only when the person left no contact data or asked not to be told."),
    )  # fmt: skip

    field_order = ["body", "is_whole", "reason", "notice_text", "notice_channel", "no_notice_because", "at"]

    def __init__(self, *args, case: Case, today: date, **kwargs):
        super().__init__(*args, case=case, **kwargs)
        self.offer_channels(case, today)
        self.fields["body"].choices = entry_choices(reference.outside_bodies(), today)
        topic = reference.topics().get(case.topic_id)
        if topic and topic.outside_body_id:
            self.fields["body"].initial = topic.outside_body_id


class ExtensionForm(NoticeFields, DeedForm):
    clock = forms.TypedChoiceField(label=gettext_lazy("Which deadline"), coerce=int)
    until = NearDayField(label=gettext_lazy("New last day"), widget=day_input())
    reason = forms.CharField(label=gettext_lazy("Why more time is needed"), max_length=2000, widget=text_area(3))

    field_order = ["clock", "until", "reason", "notice_text", "notice_channel"]

    def __init__(self, *args, case: Case, clocks: list[Clock], today: date, **kwargs):
        super().__init__(*args, case=case, **kwargs)
        self.offer_channels(case, today)
        self.fields["notice_text"].required = True
        names = kinds()
        self.fields["clock"].choices = [
            (clock.pk, f"{names[clock.kind_id].name}, {clock.due_on:%d.%m.%Y}") for clock in clocks
        ]
        if len(clocks) == 1:
            self.fields["clock"].widget = forms.HiddenInput()
            self.fields["clock"].initial = clocks[0].pk


class DeclineForm(ReasonForm):
    clock = forms.IntegerField(widget=forms.HiddenInput)


# --- Facts, clocks, restriction, links --------------------------------------------------------------------------------
class FactsForm(DeedForm):
    """The facts of a case. What the page showed travels along, so that only what the person changed is changed."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200, show_hidden_initial=True)
    kind_id = id_field(gettext_lazy("Kind"), required=True, help_text=gettext_lazy("A new kind brings its own term, counted from the same registration."))  # fmt: skip
    topic_id = id_field(gettext_lazy("Topic"))
    unit_id = id_field(gettext_lazy("Unit"))
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES)
    co_signers = forms.IntegerField(label=gettext_lazy("Co-signers"), min_value=0, max_value=1_000_000)
    is_environmental_information = forms.BooleanField(
        label=gettext_lazy("Asks for environmental information"), required=False
    )
    no_reply_wanted = forms.BooleanField(label=gettext_lazy("No reply wanted"), required=False)
    reply_channel_id = id_field(gettext_lazy("Reply wanted by"))
    register_reference = forms.CharField(
        label=gettext_lazy("Reference in the document register"), max_length=60, required=False
    )
    sender_reference = forms.CharField(label=gettext_lazy("Sender's reference"), max_length=60, required=False)
    sender_dated_on = NearDayField(label=gettext_lazy("Date on the letter"), required=False, widget=day_input())
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=2000, required=False, widget=text_area(2))
    overrule = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, case: Case, today: date, **kwargs):
        kwargs["initial"] = {name: getattr(case, name) for name in FIELDS if name != "party_id"} | (
            kwargs.get("initial") or {}
        )
        super().__init__(*args, case=case, **kwargs)
        fields = self.fields
        fields["kind_id"].choices = entry_choices(kinds(), today, keep=case.kind_id)[1:]
        fields["topic_id"].choices = topic_choices(today, keep=case.topic_id)
        fields["unit_id"].choices = tree_choices(reference.units(), today, keep=case.unit_id)
        fields["reply_channel_id"].choices = entry_choices(reference.channels(), today, keep=case.reply_channel_id)
        for name in FIELDS:
            if name in fields:
                fields[name].show_hidden_initial = True

    def seen_and_wanted(self) -> tuple[dict, dict]:
        """What the page showed and what is wanted, of the same facts."""
        seen, wanted = {}, {}
        for name in FIELDS:
            if name not in self.fields:
                continue
            field = self.fields[name]
            shown = field.hidden_widget().value_from_datadict(self.data, self.files, self.add_initial_prefix(name))
            try:
                seen[name] = field.clean(shown)
            except forms.ValidationError:
                seen[name] = self.initial.get(name)
            wanted[name] = self.cleaned_data[name]
        return seen, wanted


class WhoForm(forms.Form):
    """A person or company being typed; also whom to give the case instead."""

    who = forms.CharField(
        label=gettext_lazy("Who?"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class PartyForm(WhoForm, DeedForm):
    party = forms.ChoiceField(label=gettext_lazy("Which one"), required=False, widget=forms.RadioSelect)
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=2000, required=False, widget=text_area(2))

    field_order = ["who", "party", "reason"]

    def offer(self, candidates: list[Party]) -> None:
        self.fields["party"].choices = [(str(party.pk), party_words(party)) for party in candidates]
        if not candidates:
            self.fields["party"].widget = forms.HiddenInput()


def party_words(party: Party) -> str:
    details = [part for part in (party.phone, party.email, party.registry_code) if part]
    return " · ".join([str(party), *details[: 3 if party.name else 2]])


class RequestForm(DeedForm):
    what = forms.ChoiceField(
        label=gettext_lazy("What else it holds"), choices=[("request", gettext_lazy("one more request")), ("not_ours", gettext_lazy("something that is not ours to answer"))],
        widget=forms.RadioSelect, initial="request",
    )  # fmt: skip
    kind = id_field(gettext_lazy("Kind of the further request"))

    def __init__(self, *args, case: Case, today: date, **kwargs):
        super().__init__(*args, case=case, **kwargs)
        self.fields["kind"].choices = entry_choices(kinds(), today)

    def clean(self):
        data = super().clean()
        if data.get("what") == "request" and not data.get("kind"):
            self.add_error("kind", _("Choose the kind of the request."))
        return data


class RestrictionFields(forms.Form):
    basis = id_field(gettext_lazy("Basis"))
    until = NearDayField(
        label=gettext_lazy("Valid until"), required=False, widget=day_input(),
        help_text=gettext_lazy("Left empty, the usual length of the basis is taken."),
    )  # fmt: skip
    ends_by = forms.CharField(label=gettext_lazy("Or until the event"), max_length=200, required=False)
    scope = forms.CharField(
        label=gettext_lazy("What is restricted"), max_length=200, required=False,
        help_text=gettext_lazy("For example: annex 1. Empty means the whole case."),
    )  # fmt: skip

    def offer_bases(self, today: date, keep: int | None = None) -> None:
        self.fields["basis"].choices = [
            ("", "—"),
            *((one.id, f"{one.law} · {one.name}") for one in reference.restriction_bases().values() if one.in_use(today) or one.id == keep),
        ]  # fmt: skip

    def fill_end(self, data: dict, today: date) -> None:
        """The usual end of the basis where none was given."""
        basis = reference.restriction_bases().get(data.get("basis"))
        if basis is None or data.get("until") or data.get("ends_by", "").strip():
            return
        data["until"] = default_end(default_years=basis.default_years, restricted_from=today)
        if data["until"] is None:
            self.add_error("ends_by", _("This basis has no usual length. Say until when, or until which event."))


class RestrictionForm(RestrictionFields, DeedForm):
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=2000, widget=text_area(3))

    field_order = ["basis", "until", "ends_by", "scope", "reason"]

    def __init__(self, *args, case: Case, today: date, **kwargs):
        self.today = today
        if case.is_restricted:
            kwargs["initial"] = {
                "basis": case.restriction_basis_id, "until": case.restricted_until, "ends_by": case.restriction_ends_by,
                "scope": case.restriction_scope, "reason": case.restriction_note,
            }  # fmt: skip
        super().__init__(*args, case=case, **kwargs)
        self.offer_bases(today, keep=case.restriction_basis_id)
        self.fields["basis"].required = True

    def clean(self):
        data = super().clean()
        self.fill_end(data, self.today)
        return data


class LetInForm(ReasonForm):
    person = id_field(gettext_lazy("Person"), required=True)

    field_order = ["person", "reason"]

    def __init__(self, *args, people: list[tuple[int, str]], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", "—"), *people]


class LinkForm(DeedForm):
    kind = forms.ChoiceField(label=gettext_lazy("How they belong together"), choices=CaseLink.Kind.choices)
    other = forms.CharField(
        label=gettext_lazy("Number of the other case"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args, user, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_other(self) -> Case:
        try:
            number = parse_number(self.cleaned_data["other"])
        except NumberNotUnderstood as problem:
            raise forms.ValidationError(str(problem)) from problem
        other = Case.objects.visible_to(self.user).filter(number=str(number)).first()
        if other is None:
            raise forms.ValidationError(_("There is no such case, or it is not open to you. Check the number."))
        return other


class UnlinkForm(forms.Form):
    link = forms.IntegerField(widget=forms.HiddenInput)


# --- Assignment -------------------------------------------------------------------------------------------------------
class TimelineForm(forms.Form):
    """Which groups of the timeline are shown."""

    show = forms.CharField(required=False, max_length=60)


class PresenceForm(forms.Form):
    writing = forms.BooleanField(required=False)


class ExtensionQueryForm(forms.Form):
    clock = forms.IntegerField(required=False)


class DeskTakeForm(forms.Form):
    """One button."""
