"""Whom we asked, whom we did not and why, and what one person was asked within a year over all surveys and groups."""

from django.db import models
from django.db.models import OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.gates import asked_one_by_one
from bureau.history import refuses_change
from complaints.models.visibility import leads_to_seen
from feedback.models.survey import InvitationRule, Survey


class InvitationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Those of cases that exist for the person, and of none; who looks at invitations at all is asked by each page."""
        return self.filter(leads_to_seen(user), leads_to_seen(user, "contact__case_id"))


def of_seen_invitation(user, invitation: str = "invitation_id") -> Q:
    """Rows of an invitation that the person may see, and of none. `invitation`: the path to the field of its key."""
    seen = Invitation.objects.visible_to(user).filter(pk=OuterRef(invitation))
    return Q(**{f"{invitation}__isnull": True}) | Q(asked_one_by_one(seen))


class Invitation(models.Model):
    """One request to answer. Responsible specialist, unit and the rest are frozen as they were when it was made.

    In an anonymous survey the row never learns that it was answered: its token is spent in `SpentToken`, without a moment.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Not delivered")
        ANSWERED = "answered", _("Answered")
        EXPIRED = "expired", _("Not answered in time")
        CANCELLED = "cancelled", _("Cancelled")
        # Said on the telephone: not willing to answer, or not reached however often we called.
        DECLINED = "declined", _("Did not want to answer")
        UNREACHED = "unreached", _("Not reached")

    class Way(models.TextChoices):
        MAIL = "mail", _("E-mail")
        PHONE = "phone", _("By telephone")

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="invitations")
    rule = models.ForeignKey(InvitationRule, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    way = models.CharField(max_length=6, choices=Way, default=Way.MAIL)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    party = models.ForeignKey("complaints.Party", models.PROTECT, null=True, blank=True, related_name="invitations")
    case = models.ForeignKey("complaints.Case", models.PROTECT, null=True, blank=True, related_name="invitations")
    contact = models.ForeignKey(
        "complaints.Contact", models.PROTECT, null=True, blank=True, related_name="invitations", db_index=False
    )
    name = models.CharField(_("name"), max_length=200, blank=True)
    address = models.CharField(_("address"), max_length=254, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    language = models.CharField(max_length=2, default="et")

    # Frozen when the invitation is made.
    channel = models.ForeignKey("bureau.Channel", models.PROTECT, null=True, related_name="+", db_index=False)
    service = models.ForeignKey("bureau.Service", models.PROTECT, null=True, related_name="+", db_index=False)
    topic = models.ForeignKey("bureau.Topic", models.PROTECT, null=True, related_name="+", db_index=False)
    unit = models.ForeignKey("bureau.Unit", models.PROTECT, null=True, related_name="+", db_index=False)
    specialist = models.ForeignKey("bureau.User", models.PROTECT, null=True, related_name="+", db_index=False)
    stratum = models.CharField(max_length=60, blank=True)

    send_at = models.DateTimeField(_("to be sent"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    expires_on = models.DateField(_("to be answered by"))
    # Calls that nobody took, and the moment of the last one.
    tries = models.PositiveSmallIntegerField(_("calls in vain"), default=0)
    last_try_at = models.DateTimeField(null=True, blank=True)
    reminders_sent = models.PositiveSmallIntegerField(default=0)
    next_reminder_on = models.DateField(null=True, blank=True)
    created_by = models.ForeignKey("bureau.User", models.PROTECT, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        indexes = [
            models.Index(fields=["send_at", "id"], name="feedback_invitation_due", condition=Q(state="planned")),
            models.Index(
                fields=["next_reminder_on"],
                name="feedback_invitation_remind",
                condition=Q(state="sent", next_reminder_on__isnull=False),
            ),  # fmt: skip
            models.Index(fields=["survey", "state", "-id"], name="feedback_invitation_of_survey"),
        ]
        constraints = [
            models.CheckConstraint(
                name="feedback_invitation_reaches_somebody", condition=~Q(address="") | ~Q(phone="")
            ),
            models.CheckConstraint(
                name="feedback_invitation_sent_at_when_sent",
                # A call that nobody made in time was never sent.
                condition=Q(state__in=["planned", "cancelled", "failed"])
                | Q(sent_at__isnull=False)
                | Q(way="phone", state__in=["expired", "declined", "unreached"]),
            ),
        ]


class InvitationToken(models.Model):
    """A way in, sent by one mail. Only the hash is kept, so a reminder brings a token of its own."""

    invitation = models.ForeignKey(Invitation, models.CASCADE, related_name="tokens")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_on = models.DateField()


class SpentToken(models.Model):
    """A token of an anonymous survey that was used. No moment, no order, nothing that leads to an answer."""

    token_hash = models.CharField(max_length=64, primary_key=True)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="+")


class InvitationDecision(models.Model):
    """For every event that a rule looked at: invited, or not and why. Without it no bias could be shown."""

    class Reason(models.TextChoices):
        INVITED = "invited", _("Invited")
        NOT_SAMPLED = "not_sampled", _("Not drawn into the sample")
        NO_ADDRESS = "no_address", _("No e-mail address or telephone")
        ASKED_LATELY = "asked_lately", _("Was asked within the quiet period")
        ASKED_ENOUGH = "asked_enough", _("Was asked often enough this year")
        DECLINED = "declined", _("Does not want to be asked")
        OPEN_COMPLAINT = "open_complaint", _("Has a complaint open")
        RESTRICTED = "restricted", _("The case is restricted")
        CONDITIONS = "conditions", _("Does not meet the conditions of the rule")
        SURVEY_CLOSED = "survey_closed", _("The survey was not running")
        INTERNAL = "internal", _("Not a client: an agency or an official")

    rule = models.ForeignKey(InvitationRule, models.PROTECT, related_name="decisions", db_index=False)
    # "case 417 closed 2": the same event is decided once.
    event_key = models.CharField(max_length=80)
    reason = models.CharField(max_length=16, choices=Reason)
    # The draw, 0–99.99, from the hash of the event: the same for whoever draws again.
    draw = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    stratum = models.CharField(max_length=60, blank=True)
    channel = models.ForeignKey("bureau.Channel", models.PROTECT, null=True, related_name="+", db_index=False)
    unit = models.ForeignKey("bureau.Unit", models.PROTECT, null=True, related_name="+", db_index=False)
    invitation = models.ForeignKey(Invitation, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["rule", "-at"], name="feedback_decision_of_rule")]
        constraints = [models.UniqueConstraint("rule", "event_key", name="feedback_decision_once")]
        triggers = [refuses_change("decision_is_final")]


class AskedPerson(models.Model):
    """The one fatigue ledger: who was asked for anything, on which day. Surveys and focus groups write here."""

    class What(models.TextChoices):
        SURVEY = "survey", _("Survey")
        FOCUS_GROUP = "focus_group", _("Focus group")

    # HMAC of the e-mail address or phone number, so that persons without a record are known again.
    person_hash = models.CharField(max_length=64)
    what = models.CharField(max_length=12, choices=What, default=What.SURVEY)
    asked_on = models.DateField()
    reference = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["person_hash", "-asked_on"], name="feedback_asked_person")]
        constraints = [models.UniqueConstraint("person_hash", "reference", name="feedback_asked_once_for_it")]


class Declined(models.Model):
    """Somebody who asked not to be asked."""

    person_hash = models.CharField(max_length=64, unique=True)
    declined_on = models.DateField()
