"""Forms of open links, of rules by which surveys are sent, and of follow-ups."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import reference
from bureau.forms.fields import NearDayField, NearMomentField
from bureau.models import Cause, Channel, User
from complaints.models import CaseKind
from feedback.models import InvitationRule, OpenLink

LARGEST_LIST_BYTES = 20_000_000


class OpenLinkForm(forms.Form):
    label = forms.CharField(label=gettext_lazy("Where it hangs"), max_length=150, help_text=gettext_lazy("For you: counter in Pärnu, web page, hall."))  # fmt: skip
    channel_id = forms.TypedChoiceField(label=gettext_lazy("Channel"), coerce=int, empty_value=None, required=False)
    unit_id = forms.TypedChoiceField(label=gettext_lazy("Unit"), coerce=int, empty_value=None, required=False)
    service_id = forms.TypedChoiceField(label=gettext_lazy("Service"), coerce=int, empty_value=None, required=False)
    hourly_limit = forms.IntegerField(
        label=gettext_lazy("Forms begun from one network address in an hour"), min_value=1, max_value=10_000,
        initial=OpenLink.HOURLY_LIMIT,
        help_text=gettext_lazy("All people of a school or an office come from one address: write more than may answer there in an hour. A form counts once, also when it is never sent."),
    )  # fmt: skip
    valid_to = NearDayField(label=gettext_lazy("Open until"), required=False, widget=forms.DateInput(attrs={"type": "date", "class": "input"}, format="%Y-%m-%d"))  # fmt: skip

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        lists = {"channel_id": reference.channels(), "unit_id": reference.units(), "service_id": reference.services()}
        for name, entries in lists.items():
            used = [(entry.id, entry.name) for entry in entries.values() if entry.in_use(today)]
            self.fields[name].choices = [("", _("not told")), *used]


class RuleForm(forms.Form):
    """When a survey is sent by itself."""

    event = forms.ChoiceField(label=gettext_lazy("After"), choices=InvitationRule.Event.choices)
    rate_percent = forms.IntegerField(label=gettext_lazy("Share invited, %"), min_value=0, max_value=100, initial=100, help_text=gettext_lazy("Drawn by a lot that nobody can choose: the same event always draws the same."))  # fmt: skip
    stratum_rates = forms.CharField(
        label=gettext_lazy("Other shares by channel"), required=False, max_length=300,
        help_text=gettext_lazy("Code of the channel and share: phone=20, email=50"),
    )  # fmt: skip
    delay_hours = forms.IntegerField(
        label=gettext_lazy("Hours after the event"), min_value=0, max_value=720, initial=24
    )
    quiet_from = forms.TimeField(label=gettext_lazy("Nothing is sent from"), initial="20:00", widget=forms.TimeInput(attrs={"type": "time", "class": "input"}, format="%H:%M"))  # fmt: skip
    quiet_until = forms.TimeField(label=gettext_lazy("until"), initial="08:00", widget=forms.TimeInput(attrs={"type": "time", "class": "input"}, format="%H:%M"))  # fmt: skip
    reminder_days = forms.CharField(label=gettext_lazy("Reminders after days"), required=False, max_length=40, help_text=gettext_lazy("For example: 5, 12"))  # fmt: skip
    expires_days = forms.IntegerField(label=gettext_lazy("Days to answer"), min_value=1, max_value=365, initial=21)
    asks_by_phone = forms.BooleanField(label=gettext_lazy("Call those without an e-mail"), required=False, help_text=gettext_lazy("A specialist calls and fills in; never about their own work."))  # fmt: skip
    kinds = forms.ModelMultipleChoiceField(label=gettext_lazy("Only these kinds"), queryset=CaseKind.objects.all(), required=False, widget=forms.CheckboxSelectMultiple)  # fmt: skip
    channels = forms.ModelMultipleChoiceField(label=gettext_lazy("Only these channels"), queryset=Channel.objects.all(), required=False, widget=forms.CheckboxSelectMultiple)  # fmt: skip

    topics = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Only these topics"), coerce=int, required=False, widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=gettext_lazy("A group means all of it. Several with Ctrl held down; none chosen means every topic."),
    )  # fmt: skip

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        rows = reference.in_tree(reference.topics())
        chosen = set(self.initial.get("topics", ()))
        self.fields["topics"].choices = [
            (one.id, "\u2003" * depth + one.name) for depth, one in rows if one.in_use(today) or one.id in chosen
        ]

    def clean_stratum_rates(self):
        found, codes = {}, {channel.code for channel in reference.channels().values()}
        for part in self.cleaned_data["stratum_rates"].split(","):
            if part.strip():
                code, _equals, share = (piece.strip() for piece in part.partition("="))
                if code not in codes or not share.isdecimal() or int(share) > 100:
                    raise forms.ValidationError(_("“%(part)s” is not a channel's code and a share of 0–100.") % {"part": part.strip()})  # fmt: skip
                found[code] = int(share)
        return found

    def clean_reminder_days(self):
        parts = [part.strip() for part in self.cleaned_data["reminder_days"].split(",") if part.strip()]
        if any(not part.isdecimal() or not 1 <= int(part) <= 300 for part in parts) or len(parts) > 3:
            raise forms.ValidationError(_("Write up to three numbers of days, separated by commas."))
        return sorted({int(part) for part in parts})


class FollowUpForm(forms.Form):
    """What came of it."""

    to = forms.ChoiceField(label=gettext_lazy("What came of it"), widget=forms.RadioSelect)
    cause = forms.ModelChoiceField(label=gettext_lazy("Cause"), queryset=Cause.objects.none(), required=False)
    note = forms.CharField(label=gettext_lazy("Note"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4, "class": "input"}))  # fmt: skip

    def __init__(self, *args, moves, causes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = moves
        self.fields["cause"].queryset = causes


class GiveForm(forms.Form):
    """To whom a follow-up goes, and why."""

    owner = forms.ModelChoiceField(label=gettext_lazy("To whom"), queryset=User.objects.none())
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people


class OpenIdentityForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Why must the person be known?"), max_length=500, widget=forms.Textarea(attrs={"rows": 3, "class": "input"}))  # fmt: skip


class RecipientListForm(forms.Form):
    """A list of people to ask, and how."""

    file = forms.FileField(
        label=gettext_lazy("List of recipients"), max_length=255, allow_empty_file=False,
        help_text=gettext_lazy("Columns: E-post (needed), Nimi, Keel (et, en, ru), Kiht. English headings will do as well."),
    )  # fmt: skip
    rate_percent = forms.IntegerField(label=gettext_lazy("Share invited, %"), min_value=1, max_value=100, initial=100, help_text=gettext_lazy("Drawn by a lot that nobody can choose: the same address always draws the same."))  # fmt: skip
    leaves_at = NearMomentField(
        label=gettext_lazy("Leaves"), required=False, help_text=gettext_lazy("Empty: as soon as the hours allow, between 8 and 20."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )  # fmt: skip
    expires_days = forms.IntegerField(label=gettext_lazy("Days to answer"), min_value=1, max_value=365, initial=21)

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_LIST_BYTES:
            raise forms.ValidationError(_("The file is larger than 20 MB. A list of 50 000 people is smaller."))
        return file
