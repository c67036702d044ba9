"""A survey: its draft, the versions that were published, the open doors to it, and how answers are asked for."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bureau.history import keeps_history, refuses_change
from bureau.roles import Permission


class Anonymity(models.TextChoices):
    """Fixed when a survey is published, kept in the schema from then on."""

    IDENTIFIED = "identified", _("Identified: answers stand with the person and the case")
    CONFIDENTIAL = "confidential", _("Confidential: the link is kept apart and opened only for a reason")
    ANONYMOUS = "anonymous", _("Anonymous: nothing leads from an answer to a person")


class SurveyQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever sees results of any breadth sees that the survey exists; drafts are seen by those who make them."""
        if user.rights.grants(Permission.SURVEY_EDIT):
            return self
        if user.rights.grants(Permission.SURVEY_RESULTS) or user.rights.grants(Permission.SURVEY_ANSWER_FOR):
            return self.exclude(state=Survey.State.DRAFT)
        return self.none()

    def running(self, on):
        return self.filter(
            Q(opens_on__isnull=True) | Q(opens_on__lte=on),
            Q(closes_on__isnull=True) | Q(closes_on__gte=on),
            state=Survey.State.PUBLISHED,
        )


@keeps_history(exclude=["draft"])
class Survey(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        CLOSED = "closed", _("Closed")

    class Purpose(models.TextChoices):
        SATISFACTION = "satisfaction", _("Satisfaction after a contact")
        EFFORT = "effort", _("Effort")
        RECOMMENDATION = "recommendation", _("Recommendation")
        COMPLAINT_HANDLING = "complaint_handling", _("Handling of a complaint")
        E_SERVICE = "e_service", _("E-service")
        YEARLY = "yearly", _("Yearly client survey")
        TRAINING = "training", _("Evaluation of a training")
        OTHER = "other", _("Other")

    code = models.SlugField(_("code"), max_length=60, unique=True)
    title_et = models.CharField(_("title in Estonian"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose, default=Purpose.SATISFACTION)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    anonymity = models.CharField(_("anonymity"), max_length=12, choices=Anonymity, default=Anonymity.CONFIDENTIAL)
    smallest_cell = models.PositiveSmallIntegerField(_("smallest group shown"), default=5)
    # The questionnaire as it is being made; its form is told in `feedback/questionnaires.py`.
    draft = models.JSONField(_("questionnaire"), default=dict)
    draft_version = models.PositiveIntegerField(default=1)
    owner = models.ForeignKey("bureau.User", models.PROTECT, verbose_name=_("owner"), related_name="+")
    unit = models.ForeignKey(
        "bureau.Unit", models.PROTECT, verbose_name=_("unit"), null=True, blank=True, related_name="+"
    )
    opens_on = models.DateField(_("open from"), null=True, blank=True)
    closes_on = models.DateField(_("open until"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="feedback_survey_published_at_set_once_published",
                condition=Q(state="draft") | Q(published_at__isnull=False),
            ),
            models.CheckConstraint(name="feedback_survey_smallest_cell", condition=Q(smallest_cell__gte=3)),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("feedback:survey_detail", args=[self.code])

    @property
    def title(self) -> str:
        return (self.title_en or self.title_et) if get_language() == "en" else self.title_et


class Questionnaire(models.Model):
    """A questionnaire as it was published. Never changed: whoever answered it answered these words."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="questionnaires")
    number = models.PositiveSmallIntegerField(_("version"))
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey("bureau.User", models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ["survey", "-number"]
        constraints = [models.UniqueConstraint("survey", "number", name="feedback_questionnaire_number_once")]
        triggers = [refuses_change("questionnaire_is_final")]

    def __str__(self):
        return f"{self.survey} {self.number}"


@keeps_history()
class InvitationRule(models.Model):
    """When a survey is sent by itself: which event, for whom, how many of them, how soon, how often reminded."""

    class Event(models.TextChoices):
        CASE_CLOSED = "case_closed", _("A case was closed")
        COMPLAINT_DECIDED = "complaint_decided", _("A complaint was decided")
        CHAT_ENDED = "chat_ended", _("A chat ended")
        VISIT = "visit", _("A visit ended")

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="rules")
    event = models.CharField(_("after"), max_length=20, choices=Event)
    kinds = models.ManyToManyField("complaints.CaseKind", verbose_name=_("only these kinds"), blank=True)
    channels = models.ManyToManyField("bureau.Channel", verbose_name=_("only these channels"), blank=True)
    topics = models.ManyToManyField("bureau.Topic", verbose_name=_("only these topics"), blank=True)
    # Share of eligible events that are invited, 0–100; a stratum (channel code) may have its own.
    rate_percent = models.PositiveSmallIntegerField(_("share invited, %"), default=100)
    stratum_rates = models.JSONField(_("shares by channel, %"), default=dict, blank=True)
    delay_hours = models.PositiveSmallIntegerField(_("hours after the event"), default=24)
    quiet_from = models.TimeField(_("not sent from"), default="20:00")
    quiet_until = models.TimeField(_("not sent until"), default="08:00")
    reminder_days = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("reminders after days"), default=list, blank=True
    )
    expires_days = models.PositiveSmallIntegerField(_("days to answer"), default=21)
    # Who has no e-mail is called by a specialist; that is work, so a rule does it only where it is told to.
    asks_by_phone = models.BooleanField(_("call those without an e-mail"), default=False)
    is_active = models.BooleanField(_("in force"), default=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("invitation rule")
        verbose_name_plural = _("invitation rules")
        ordering = ["survey", "event", "pk"]
        constraints = [
            models.CheckConstraint(name="feedback_invitationrule_rate_is_a_share", condition=Q(rate_percent__lte=100)),
            models.CheckConstraint(name="feedback_invitationrule_time_to_answer", condition=Q(expires_days__gte=1)),
        ]

    def __str__(self):
        return f"{self.survey}: {self.get_event_display()}"


@keeps_history()
class OpenLink(models.Model):
    """An open door to a survey: an address anybody may use, a QR code on the counter."""

    # A school or an office of some hundred people has one address; who floods needs thousands to be of any weight.
    HOURLY_LIMIT = 300

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="open_links")
    key = models.SlugField(max_length=40, unique=True)
    label = models.CharField(_("where it hangs"), max_length=150)
    channel = models.ForeignKey("bureau.Channel", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)  # fmt: skip
    service = models.ForeignKey("bureau.Service", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)  # fmt: skip
    unit = models.ForeignKey("bureau.Unit", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    # Forms begun from one network address in an hour; the address is kept only in the cache, hashed.
    hourly_limit = models.PositiveSmallIntegerField(_("forms from one address in an hour"), default=HOURLY_LIMIT)
    valid_to = models.DateField(_("open until"), null=True, blank=True)
    is_active = models.BooleanField(_("open"), default=True)
    created_by = models.ForeignKey("bureau.User", models.PROTECT, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("open link")
        verbose_name_plural = _("open links")
        ordering = ["survey", "label", "pk"]

    def __str__(self):
        return self.label
