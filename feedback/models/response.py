"""What people answered. How much leads back to a person is fixed by the survey and held by the database."""

import uuid

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau import reference
from bureau.roles import Permission
from feedback.models.invitation import Invitation, of_seen_invitation
from feedback.models.survey import Anonymity, OpenLink, Questionnaire, Survey


class ResponseQuerySet(models.QuerySet):
    def of_seen_cases(self, user):
        """Without answers that lead to a case which does not exist for the person, openly or by the link kept apart."""
        return self.filter(of_seen_invitation(user), of_seen_invitation(user, "confidential_link__invitation_id"))

    def visible_to(self, user):
        """Single answers: all units for those who keep the survey, own units for a unit head; others see figures only.

        A unit head sees no single answers of an anonymous survey: with few of them, the hidden figures could be counted.
        An answer that leads to a case is seen by those for whom the case exists.

        Test answers are seen in the preview alone and count nowhere (`counted`).
        """
        rights = user.rights
        if not rights.grants(Permission.SURVEY_RESPONSES):
            return self.none()
        if rights.grants(Permission.CASE_VIEW_ALL_UNITS):
            return self.of_seen_cases(user)
        own = set()
        for unit_id in rights.units_for(Permission.SURVEY_RESPONSES):
            own |= reference.unit_subtree_ids(unit_id)
        return self.of_seen_cases(user).filter(unit_id__in=sorted(own)).exclude(anonymity=Anonymity.ANONYMOUS)

    def counted(self):
        return self.filter(is_test=False)


class Response(models.Model):
    """One whole answer. Closed answers stand in `answers` by question code, texts in `OpenAnswer`.

    The key is random, so neither it nor the order of rows tells when an anonymous answer came. Values by type of question:
    single "code"; multiple and ranking ["code", …]; scale, recommendation, effort a whole number; matrix
    {"row": "column"}; number a number; date "2026-11-22"; consent true or false.
    """

    class Way(models.TextChoices):
        INVITATION = "invitation", _("By invitation")
        OPEN_LINK = "open_link", _("Open link")
        PHONE = "phone", _("By telephone")
        IMPORT = "import", _("Imported")
        PREVIEW = "preview", _("Preview")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Of the filled form: sending it again gives the same answer, not a second one.
    submission_key = models.UUIDField(unique=True)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="responses", db_index=False)
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="responses", db_index=False)
    anonymity = models.CharField(max_length=12, choices=Anonymity)
    way = models.CharField(_("how it came"), max_length=12, choices=Way)
    language = models.CharField(max_length=2, default="et")
    answers = models.JSONField(default=dict)
    answered_on = models.DateField(_("answered on"))
    answered_at = models.DateTimeField(null=True, blank=True)
    seconds = models.PositiveIntegerField(_("seconds to answer"), null=True, blank=True)
    is_test = models.BooleanField(default=False)
    is_speeder = models.BooleanField(default=False)
    is_straight_liner = models.BooleanField(default=False)

    # Identified surveys only; confidential ones keep the link in `ConfidentialLink`.
    invitation = models.OneToOneField(Invitation, models.PROTECT, null=True, blank=True, related_name="response")
    open_link = models.ForeignKey(OpenLink, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    entered_by = models.ForeignKey("bureau.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)  # fmt: skip
    channel = models.ForeignKey("bureau.Channel", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)  # fmt: skip
    service = models.ForeignKey("bureau.Service", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)  # fmt: skip
    topic = models.ForeignKey("bureau.Topic", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    unit = models.ForeignKey("bureau.Unit", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    specialist = models.ForeignKey("bureau.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)  # fmt: skip
    stratum = models.CharField(max_length=60, blank=True)
    # Rows of one import, by its job; with the row's own key an import repeated takes none twice.
    job = models.ForeignKey("bureau.Job", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    foreign_key = models.CharField(max_length=120, blank=True)
    foreign_data = models.JSONField(null=True, blank=True)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        indexes = [
            models.Index(
                fields=["survey", "answered_on", "id"], name="feedback_response_by_day", condition=Q(is_test=False)
            ),  # fmt: skip
            models.Index(
                fields=["survey", "unit", "answered_on"], name="feedback_response_of_unit", condition=Q(is_test=False)
            ),  # fmt: skip
        ]
        constraints = [
            models.CheckConstraint(
                name="feedback_response_anonymous_leads_nowhere",
                condition=~Q(anonymity="anonymous")
                | Q(
                    answered_at__isnull=True,
                    invitation__isnull=True,
                    specialist__isnull=True,
                    foreign_data__isnull=True,
                ),
            ),
            models.CheckConstraint(
                name="feedback_response_only_identified_has_invitation",
                condition=Q(anonymity="identified") | Q(invitation__isnull=True),
            ),
            models.UniqueConstraint(
                "survey", "foreign_key", name="feedback_response_imported_once", condition=~Q(foreign_key="")
            ),
        ]
        # An answer is never rewritten; an import may be taken back and retention removes whole answers.
        triggers = [pgtrigger.Protect(name="response_is_never_rewritten", operation=pgtrigger.Update)]


class ConfidentialLink(models.Model):
    """From a confidential answer to its invitation. Opened only by those trusted with it, with a recorded reason."""

    response = models.OneToOneField(Response, models.CASCADE, primary_key=True, related_name="confidential_link")
    invitation = models.OneToOneField(Invitation, models.PROTECT, related_name="+")


class OpenAnswer(models.Model):
    """A text somebody wrote. Shown beyond the keepers of the survey only once personal data has been taken out."""

    class State(models.TextChoices):
        NEW = "new", _("Not looked at")
        RELEASED = "released", _("Released")
        WITHHELD = "withheld", _("Withheld")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    response = models.ForeignKey(Response, models.CASCADE, related_name="texts")
    # A question's code; "code#other" for an own answer beside the given ones.
    question = models.CharField(max_length=80)
    text = models.TextField()
    released_text = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    is_flagged = models.BooleanField(default=False)
    looked_at_by = models.ForeignKey("bureau.User", models.PROTECT, null=True, related_name="+", db_index=False)
    causes = models.ManyToManyField("bureau.Cause", through="feedback.OpenAnswerCause", related_name="open_answers")

    class Meta:
        constraints = [models.UniqueConstraint("response", "question", name="feedback_openanswer_once")]


class OpenAnswerCause(models.Model):
    """An open answer coded with the codebook that the whole product shares."""

    open_answer = models.ForeignKey(OpenAnswer, models.CASCADE, related_name="codings")
    cause = models.ForeignKey("bureau.Cause", models.PROTECT, related_name="+")
    coded_by = models.ForeignKey("bureau.User", models.PROTECT, related_name="+", db_index=False)
    coded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("open_answer", "cause", name="feedback_openanswercause_once")]


class UnfinishedAnswer(models.Model):
    """A form begun and not sent yet, so that it may be gone on with. Removed when it is sent, or after its days."""

    # Hash of the token or of the key in the visitor's cookie.
    key_hash = models.CharField(max_length=64, unique=True)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="+")
    questionnaire = models.ForeignKey(Questionnaire, models.CASCADE, related_name="+")
    submission_key = models.UUIDField(default=uuid.uuid4, unique=True)
    language = models.CharField(max_length=2, default="et")
    section = models.CharField(max_length=60, blank=True)
    data = models.JSONField(default=dict)
    begun_at = models.DateTimeField(default=timezone.now)
    expires_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["expires_on"], name="feedback_unfinished_old")]


class FollowUp(models.Model):
    """A bad score or a flagged comment that somebody answers for: contacted, resolved or unreachable, and the cause."""

    class State(models.TextChoices):
        NEW = "new", _("New")
        CONTACTED = "contacted", _("Contacted")
        RESOLVED = "resolved", _("Resolved")
        UNREACHABLE = "unreachable", _("Not reached")

    class Why(models.TextChoices):
        BAD_SCORE = "bad_score", _("A bad score")
        FLAGGED = "flagged", _("A flagged comment")
        CONTACT_WISH = "contact_wish", _("Wants to be contacted")

    number = models.BigAutoField(primary_key=True)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="follow_ups")
    # None where the wish for contact came from an anonymous survey: it is kept apart from the answer.
    response = models.ForeignKey(Response, models.PROTECT, null=True, blank=True, related_name="follow_ups")
    why = models.CharField(max_length=14, choices=Why)
    unit = models.ForeignKey("bureau.Unit", models.PROTECT, null=True, related_name="+", db_index=False)
    owner = models.ForeignKey("bureau.User", models.PROTECT, null=True, related_name="follow_ups")
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.NEW)
    created_on = models.DateField()
    due_on = models.DateField(_("to be contacted by"))
    contacted_on = models.DateField(null=True, blank=True)
    # When the link from a confidential answer to its client was opened for this follow-up; by whom and why is a deed.
    identity_opened_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    cause = models.ForeignKey("bureau.Cause", models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        indexes = [
            models.Index(
                fields=["due_on", "number"], name="feedback_followup_open", condition=Q(state__in=["new", "contacted"])
            ),  # fmt: skip
            models.Index(fields=["survey", "-created_on"], name="feedback_followup_of_survey"),
        ]
        constraints = [
            models.UniqueConstraint(
                "response", "why", name="feedback_followup_once", condition=Q(response__isnull=False)
            ),
            models.CheckConstraint(
                name="feedback_followup_ended_with_day",
                condition=(Q(state__in=["resolved", "unreachable"]) & Q(ended_on__isnull=False))
                | (Q(state__in=["new", "contacted"]) & Q(ended_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="feedback_followup_resolved_has_cause", condition=~Q(state="resolved") | Q(cause__isnull=False)
            ),
        ]


class ContactWish(models.Model):
    """How to reach somebody who asked to be contacted. In an anonymous survey nothing joins it to the answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    follow_up = models.OneToOneField(FollowUp, models.CASCADE, related_name="contact_wish")
    name = models.CharField(_("name"), max_length=200, blank=True)
    reach = models.CharField(_("e-mail or telephone"), max_length=254)
    words = models.TextField(_("what about"), blank=True)
