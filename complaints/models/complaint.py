"""A complaint, praise or suggestion on top of its case: stages, targets, severity, investigation, remedy, lesson.

The row has the key of its case, so a question about a case's complaint, or about the people it concerns, needs no join.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.history import keeps_history, refuses_change
from complaints.models.case import Case
from complaints.models.kinds import DeadlineRule


class Feedback(models.TextChoices):
    COMPLAINT = "complaint", _("Complaint")
    PRAISE = "praise", _("Praise")
    SUGGESTION = "suggestion", _("Suggestion")


class Stage(models.TextChoices):
    RECEIVED = "received", pgettext_lazy("stage", "Received")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("stage", "Acknowledged")
    ASSESSED = "assessed", pgettext_lazy("stage", "Assessed")
    STAGE_1 = "stage_1", pgettext_lazy("stage", "Frontline resolution")
    STAGE_2 = "stage_2", pgettext_lazy("stage", "Investigation")
    DECIDED = "decided", pgettext_lazy("stage", "Decided")
    CLOSED = "closed", pgettext_lazy("stage", "Closed")
    WITHDRAWN = "withdrawn", pgettext_lazy("stage", "Withdrawn")
    FORWARDED = "forwarded", pgettext_lazy("stage", "Forwarded")
    RETURNED = "returned", pgettext_lazy("stage", "Returned without review")
    REOPENED = "reopened", pgettext_lazy("stage", "Reopened")
    # Praise and suggestions
    PASSED_ON = "passed_on", pgettext_lazy("stage", "Passed on")
    THANKED = "thanked", pgettext_lazy("stage", "Thanked")


STAGES_ENDED = (Stage.CLOSED, Stage.WITHDRAWN, Stage.FORWARDED, Stage.RETURNED)


class Aspect(models.TextChoices):
    POLITENESS = "politeness", pgettext_lazy("aspect", "Politeness")
    TIMELINESS = "timeliness", pgettext_lazy("aspect", "Timeliness")
    COMPETENCE = "competence", pgettext_lazy("aspect", "Competence")
    CLARITY = "clarity", pgettext_lazy("aspect", "Clarity")
    E_SERVICE = "e_service", pgettext_lazy("aspect", "E-service")
    DECISION = "decision", pgettext_lazy("aspect", "Content of a decision")


class ComplaintOutcome(models.TextChoices):
    UPHELD = "upheld", pgettext_lazy("complaint outcome", "Upheld")
    PARTLY_UPHELD = "partly_upheld", pgettext_lazy("complaint outcome", "Partly upheld")
    NOT_UPHELD = "not_upheld", pgettext_lazy("complaint outcome", "Not upheld")
    RESOLVED = "resolved", pgettext_lazy("complaint outcome", "Resolved")
    WITHDRAWN = "withdrawn", pgettext_lazy("complaint outcome", "Withdrawn")


class Path(models.TextChoices):
    """Which way a complaint goes after it was weighed."""

    FRONTLINE = "frontline", pgettext_lazy("path", "Frontline: solved at once")
    INVESTIGATION = "investigation", pgettext_lazy("path", "Investigation")
    URGENT = "urgent", pgettext_lazy("path", "Investigation, told to the head at once")


LAST_SEVERITY = 3


def severity_part(label):
    """One side of the severity matrix: 0 none, 1 slight, 2 marked, 3 grave; empty until weighed."""
    return models.PositiveSmallIntegerField(label, null=True, blank=True)


class ComplaintQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Complaints whose case exists for `user`."""
        return self.filter(case__in=Case.objects.visible_to(user))

    def open(self):
        return self.exclude(stage__in=STAGES_ENDED)

    def closed_between(self, first, last):
        return self.filter(closed_on__gte=first, closed_on__lte=last)


@keeps_history(exclude=["wanted_remedy", "lesson", "findings"])
class Complaint(models.Model):
    case = models.OneToOneField(
        "complaints.Case", models.CASCADE, verbose_name=_("case"), primary_key=True, related_name="complaint"
    )
    feedback = models.CharField(_("what it is"), max_length=10, choices=Feedback, default=Feedback.COMPLAINT)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage, default=Stage.RECEIVED)
    # Furthest stage of handling: 1 frontline, 2 investigation; empty until one began.
    handled_at_stage = models.PositiveSmallIntegerField(_("handled at stage"), null=True, blank=True)

    # What it is about
    aspects = ArrayField(
        models.CharField(max_length=12, choices=Aspect), verbose_name=_("aspects"), default=list, blank=True
    )
    unit = models.ForeignKey("bureau.Unit", models.PROTECT, verbose_name=_("unit complained of"), null=True, blank=True, related_name="+", db_index=False)  # fmt: skip
    service = models.ForeignKey("bureau.Service", models.PROTECT, verbose_name=_("service complained of"), null=True, blank=True, related_name="+", db_index=False)  # fmt: skip
    happened_on = models.DateField(_("when it happened"), null=True, blank=True)
    wanted_remedy = models.TextField(_("what the person asks for"), blank=True)

    # Triage: what else stands in the letter (codes of kinds), and how grave it is
    also_kinds = ArrayField(models.CharField(max_length=60), verbose_name=_("also contains"), default=list, blank=True)
    harm = severity_part(_("harm to the person"))
    vulnerability = severity_part(_("vulnerability of the person"))
    publicity = severity_part(_("publicity"))
    legal = severity_part(_("breach of law"))
    repetition = severity_part(_("repetition"))
    severity = models.PositiveSmallIntegerField(_("severity"), null=True, blank=True)
    path = models.CharField(_("path"), max_length=14, choices=Path, blank=True)

    investigator = models.ForeignKey(
        "bureau.User", models.PROTECT, verbose_name=_("investigator"), null=True, blank=True, related_name="+"
    )
    findings = models.TextField(_("findings"), blank=True)
    outcome = models.CharField(_("outcome"), max_length=14, choices=ComplaintOutcome, blank=True)
    cause = models.ForeignKey("bureau.Cause", models.PROTECT, verbose_name=_("root cause"), null=True, blank=True, related_name="+", db_index=False)  # fmt: skip
    decided_by = models.ForeignKey(
        "bureau.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decision_letter = models.ForeignKey(
        "complaints.Message", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    next_instances = models.ManyToManyField("bureau.NextInstance", verbose_name=_("next instances named"), blank=True)
    lesson = models.TextField(_("lesson"), blank=True)
    lesson_on = models.DateField(_("lesson kept on"), null=True, blank=True)
    returned_because = models.CharField(_("why it was returned"), max_length=300, blank=True)
    passed_to = models.CharField(_("passed on to"), max_length=200, blank=True)

    # Days of the stages; every move stands in ComplaintMove too
    received_on = models.DateField(_("received on"))
    acknowledged_on = models.DateField(_("acknowledged on"), null=True, blank=True)
    acknowledged_channel = models.ForeignKey(
        "bureau.Channel", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    assessed_on = models.DateField(_("assessed on"), null=True, blank=True)
    stage_1_on = models.DateField(_("frontline since"), null=True, blank=True)
    stage_2_on = models.DateField(_("investigated since"), null=True, blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    closed_on = models.DateField(_("ended on"), null=True, blank=True)
    reopened_count = models.PositiveSmallIntegerField(default=0)
    created_by = models.ForeignKey("bureau.User", models.PROTECT, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        indexes = [
            models.Index(fields=["-received_on", "-case"], name="complaints_complaint_received"),
            models.Index(fields=["stage", "-received_on", "-case"], name="complaints_complaint_of_stage"),
            models.Index(
                fields=["closed_on", "case"], name="complaints_complaint_closed", condition=Q(closed_on__isnull=False)
            ),
            models.Index(
                fields=["cause", "closed_on"], name="complaints_complaint_of_cause", condition=Q(cause__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="complaints_complaint_closed_is_whole",
                condition=~Q(stage=Stage.CLOSED, feedback=Feedback.COMPLAINT)
                | (~Q(outcome="") & Q(cause__isnull=False, decision_letter__isnull=False)),
            ),
            models.CheckConstraint(
                name="complaints_complaint_ended_has_day",
                condition=Q(stage__in=STAGES_ENDED, closed_on__isnull=False)
                | (~Q(stage__in=STAGES_ENDED) & Q(closed_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="complaints_complaint_severity_within_matrix",
                condition=Q(harm__isnull=True)
                | Q(
                    harm__lte=LAST_SEVERITY, vulnerability__lte=LAST_SEVERITY, publicity__lte=LAST_SEVERITY,
                    legal__lte=LAST_SEVERITY, repetition__lte=LAST_SEVERITY, severity__isnull=False,
                ),
            ),
        ]  # fmt: skip

    def __str__(self):
        return str(self.case)

    @property
    def is_complaint(self) -> bool:
        return self.feedback == Feedback.COMPLAINT

    @property
    def is_ended(self) -> bool:
        return self.stage in STAGES_ENDED


class ComplaintPerson(models.Model):
    """One of us whom the matter concerns: can neither handle nor read it, by any way and on nobody's behalf."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="persons")
    user = models.ForeignKey("bureau.User", models.PROTECT, related_name="concerned_in", db_index=False)
    note = models.CharField(_("how it concerns the person"), max_length=300, blank=True)
    added_by = models.ForeignKey("bureau.User", models.PROTECT, null=True, related_name="+", db_index=False)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("person concerned")
        verbose_name_plural = _("persons concerned")
        constraints = [models.UniqueConstraint("user", "complaint", name="complaints_complaintperson_once")]


class ComplaintTarget(models.Model):
    """A day of our own by which a stage should be done, beside the statutory clock of the case.

    By the dated rule in force when the case was registered; it never changes the case's own last day.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        MET = "met", _("Met")
        ENDED = "ended", pgettext_lazy("target", "Fell away")

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="targets")
    purpose = models.CharField(_("target for"), max_length=12, choices=DeadlineRule.Purpose)
    rule = models.ForeignKey(DeadlineRule, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.RUNNING)
    triggered_on = models.DateField(_("counted from"))
    due_on = models.DateField(_("target"))
    first_due_on = models.DateField(_("target before extension"))
    is_extended = models.BooleanField(_("extended"), default=False)
    extension_reason = models.TextField(_("reason of the extension"), blank=True)
    told_with = models.ForeignKey(
        "complaints.Message", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    met_on = models.DateField(_("met on"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(fields=["due_on"], name="complaints_target_running", condition=Q(state="running")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "purpose"], condition=Q(state="running"), name="complaints_target_one_running"
            ),
            models.CheckConstraint(
                name="complaints_target_met_on_set_when_met",
                condition=Q(state="met", met_on__isnull=False) | (~Q(state="met") & Q(met_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="complaints_target_extension_whole",
                condition=Q(is_extended=False) | (Q(due_on__gte=F("first_due_on")) & ~Q(extension_reason="")),
            ),
        ]

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING

    @property
    def was_on_time(self) -> bool | None:
        return self.met_on <= self.due_on if self.met_on else None


class ComplaintMove(models.Model):
    """One step of a complaint, in order; only added."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="moves")
    old = models.CharField(max_length=12, choices=Stage, blank=True)
    new = models.CharField(max_length=12, choices=Stage)
    at = models.DateTimeField(default=timezone.now)
    on = models.DateField()
    by = models.ForeignKey("bureau.User", models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        triggers = [refuses_change("complaintmove_refuses_change")]


class ComplaintEscalation(models.Model):
    """A step of the ladder for a target that passed: who was told, and who took it up. Each step once a target."""

    class Level(models.IntegerChoices):
        HANDLER = 1, pgettext_lazy("ladder", "the handler")
        HEAD_OF_BUREAU = 2, pgettext_lazy("ladder", "the head of bureau")
        HEAD_OF_DEPARTMENT = 3, pgettext_lazy("ladder", "the head of department")

    target = models.ForeignKey(ComplaintTarget, models.CASCADE, related_name="escalations")
    level = models.PositiveSmallIntegerField(choices=Level)
    due_on = models.DateField()
    told_at = models.DateTimeField(default=timezone.now)
    told_ids = ArrayField(models.PositiveBigIntegerField(), default=list)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey("bureau.User", models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        ordering = ["level", "pk"]
        constraints = [
            models.UniqueConstraint("target", "level", "due_on", name="complaints_escalation_once"),
        ]


class InvestigationTask(models.Model):
    """A step of the investigation: work with an owner, or a question to a unit, with a day of its own."""

    class Kind(models.TextChoices):
        TASK = "task", pgettext_lazy("investigation", "Task")
        REQUEST = "request", pgettext_lazy("investigation", "Question to a unit")

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="tasks")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.TASK)
    what = models.CharField(_("what is to be found out"), max_length=300)
    owner = models.ForeignKey("bureau.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    unit = models.ForeignKey("bureau.Unit", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    # What a unit is given beside the question; the case itself need not be the unit's to see.
    background = models.TextField(_("what the unit needs to know"), blank=True)
    shows_words = models.BooleanField(_("the unit sees what the client wrote"), default=False)
    due_on = models.DateField(_("by"))
    answer = models.TextField(_("answer"), blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    done_by = models.ForeignKey("bureau.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    created_by = models.ForeignKey("bureau.User", models.PROTECT, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("step of the investigation")
        verbose_name_plural = _("steps of the investigation")
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="complaints_task_has_owner_or_unit",
                condition=Q(kind="task", owner__isnull=False) | Q(kind="request", unit__isnull=False),
            ),
            models.CheckConstraint(
                name="complaints_task_done_has_answer", condition=Q(done_on__isnull=True) | ~Q(answer="")
            ),
        ]

    def get_absolute_url(self):
        """The page of a question to a unit; a step with an owner stands on the page of its case."""
        if self.kind == self.Kind.REQUEST:
            return reverse("complaints:unit_question", args=[self.pk])
        return self.complaint.case.get_absolute_url()


class Evidence(models.Model):
    """What the investigation found and where: a letter, a recording, a log. Never part of a letter to the client."""

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="evidence")
    text = models.TextField(_("what it shows"))
    source = models.CharField(_("where it is found"), max_length=300, blank=True)
    added_by = models.ForeignKey("bureau.User", models.PROTECT, null=True, related_name="+", db_index=False)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["added_at", "pk"]


class Remedy(models.Model):
    """What puts it right for the person: promised by a day, then delivered."""

    class Kind(models.TextChoices):
        APOLOGY = "apology", pgettext_lazy("remedy", "Apology")
        CORRECTION = "correction", pgettext_lazy("remedy", "Correction")
        EXPLANATION = "explanation", pgettext_lazy("remedy", "Explanation")
        REFUND = "refund", pgettext_lazy("remedy", "Refund of a fee")
        OTHER = "other", pgettext_lazy("remedy", "Something else")

    complaint = models.ForeignKey(Complaint, models.CASCADE, related_name="remedies")
    kind = models.CharField(_("remedy"), max_length=12, choices=Kind)
    what = models.CharField(_("what exactly"), max_length=300, blank=True)
    amount_cents = models.PositiveIntegerField(_("amount"), null=True, blank=True, help_text=_("In euro cents."))
    owner = models.ForeignKey("bureau.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    promised_on = models.DateField(_("promised on"))
    due_on = models.DateField(_("promised by"), null=True, blank=True)
    delivered_on = models.DateField(_("delivered on"), null=True, blank=True)
    delivered_by = models.ForeignKey(
        "bureau.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    delivered_note = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("remedy")
        verbose_name_plural = _("remedies")
        ordering = ["promised_on", "pk"]
        indexes = [
            models.Index(fields=["due_on"], name="complaints_remedy_promised", condition=Q(delivered_on__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(
                name="complaints_remedy_delivered_after_promise",
                condition=Q(delivered_on__isnull=True) | Q(delivered_on__gte=F("promised_on")),
            ),
        ]

    @property
    def euros(self) -> float | None:
        return self.amount_cents / 100 if self.amount_cents else None
