"""A challenge (vaie, HMS ch. 5) on top of its case: whose decision, its terms, defects, suspension, decision, court.

The row has the key of its case, as a complaint has: one letter may be both, each with its own clock.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.history import keeps_history, refuses_change
from complaints.models.case import Case
from complaints.models.kinds import DeadlineRule


class ChallengeStage(models.TextChoices):
    RECEIVED = "received", pgettext_lazy("challenge", "Received")
    CURING = "curing", pgettext_lazy("challenge", "Defects to be cured")
    PASSED_ON = "passed_on", pgettext_lazy("challenge", "With the deciding body")
    DECIDED = "decided", pgettext_lazy("challenge", "Decided")
    RETURNED = "returned", pgettext_lazy("challenge", "Returned")
    WITHDRAWN = "withdrawn", pgettext_lazy("challenge", "Withdrawn")
    ELSEWHERE = "elsewhere", pgettext_lazy("challenge", "Decided by another body")
    IN_COURT = "in_court", pgettext_lazy("challenge", "In court")
    COURT_ENDED = "court_ended", pgettext_lazy("challenge", "Court has ruled")


# We still owe something.
CHALLENGE_OPEN = (ChallengeStage.RECEIVED, ChallengeStage.CURING, ChallengeStage.PASSED_ON)


class ChallengeContent(models.TextChoices):
    """What a challenge must hold, HMS § 76 lg 2 as told on vet.agri.ee; the text of the act has not been checked."""

    ADDRESSEE = "addressee", pgettext_lazy("content", "the body that it is addressed to")
    CHALLENGER = "challenger", pgettext_lazy("content", "name and contact data of the challenger")
    ACT = "act", pgettext_lazy("content", "the act or measure that is challenged")
    REASONS = "reasons", pgettext_lazy("content", "why it breaches the person's rights")
    DEMAND = "demand", pgettext_lazy("content", "a clear demand")
    NO_COURT = "no_court", pgettext_lazy("content", "a statement that no court has ruled or is ruling on it")
    ANNEXES = "annexes", pgettext_lazy("content", "a list of annexes")
    SIGNATURE = "signature", pgettext_lazy("content", "signature")


class ChallengeOutcome(models.TextChoices):
    SATISFIED = "satisfied", pgettext_lazy("challenge", "Satisfied")
    PARTLY = "partly", pgettext_lazy("challenge", "Partly satisfied")
    REJECTED = "rejected", pgettext_lazy("challenge", "Rejected")


class CourtResult(models.TextChoices):
    STANDS = "stands", pgettext_lazy("court", "Our decision stands")
    ANNULLED = "annulled", pgettext_lazy("court", "Our decision was annulled")
    PARTLY = "partly", pgettext_lazy("court", "Our decision was annulled in part")
    SETTLED = "settled", pgettext_lazy("court", "Settled between the parties")
    NOT_HEARD = "not_heard", pgettext_lazy("court", "The action was returned or withdrawn")


class ChallengeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Challenges whose case exists for `user`."""
        return self.filter(case__in=Case.objects.visible_to(user))

    def open(self):
        return self.filter(stage__in=CHALLENGE_OPEN)


@keeps_history(exclude=["demand", "findings", "late_because", "suspension_reason"])
class Challenge(models.Model):
    case = models.OneToOneField(
        "complaints.Case", models.CASCADE, verbose_name=_("case"), primary_key=True, related_name="challenge"
    )
    stage = models.CharField(_("stage"), max_length=12, choices=ChallengeStage, default=ChallengeStage.RECEIVED)
    filed_on = models.DateField(_("filed on"))

    # What is challenged
    act = models.CharField(_("challenged act or measure"), max_length=300, blank=True)
    act_on = models.DateField(_("date of the act"), null=True, blank=True)
    unit = models.ForeignKey("bureau.Unit", models.PROTECT, verbose_name=_("unit whose decision it is"), null=True, blank=True, related_name="+", db_index=False)  # fmt: skip
    official = models.ForeignKey("bureau.User", models.PROTECT, verbose_name=_("official who decided"), null=True, blank=True, related_name="+", db_index=False)  # fmt: skip
    learnt_on = models.DateField(_("when the person learnt of it"), null=True, blank=True)
    demand = models.TextField(_("what is demanded"), blank=True)
    contents = ArrayField(
        models.CharField(max_length=12, choices=ChallengeContent), verbose_name=_("contents"), default=list, blank=True
    )
    examined_on = models.DateField(_("examined on"), null=True, blank=True)
    # Filed after the term: None until it is known when the person learnt.
    is_late = models.BooleanField(_("filed late"), null=True, blank=True)
    late_because = models.TextField(_("why the term was restored"), blank=True)
    restored_on = models.DateField(_("term restored on"), null=True, blank=True)

    # Who decides
    deciding_unit = models.ForeignKey("bureau.Unit", models.PROTECT, verbose_name=_("deciding unit"), null=True, blank=True, related_name="+", db_index=False)  # fmt: skip
    deciding_body = models.ForeignKey("bureau.OutsideBody", models.PROTECT, verbose_name=_("deciding body"), null=True, blank=True, related_name="+", db_index=False)  # fmt: skip
    passed_on = models.DateField(_("passed on"), null=True, blank=True)

    # The act held back meanwhile
    suspended_on = models.DateField(_("suspended on"), null=True, blank=True)
    suspended_until = models.DateField(_("suspended until"), null=True, blank=True)
    suspension_reason = models.TextField(_("reason of the suspension"), blank=True)
    suspension_ended_on = models.DateField(_("suspension ended on"), null=True, blank=True)

    outcome = models.CharField(_("outcome"), max_length=10, choices=ChallengeOutcome, blank=True)
    findings = models.TextField(_("findings"), blank=True)
    return_ground = models.CharField(_("ground of the return"), max_length=16, blank=True)
    decided_by = models.ForeignKey(
        "bureau.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    letter = models.ForeignKey("complaints.Message", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)  # fmt: skip
    ended_on = models.DateField(_("ended on"), null=True, blank=True)

    court = models.CharField(_("court"), max_length=120, blank=True)
    court_number = models.CharField(_("number at the court"), max_length=40, blank=True)
    court_filed_on = models.DateField(_("brought before the court"), null=True, blank=True)
    court_result = models.CharField(_("result of the court"), max_length=10, choices=CourtResult, blank=True)
    court_ended_on = models.DateField(_("court ruled on"), null=True, blank=True)
    created_by = models.ForeignKey("bureau.User", models.PROTECT, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ChallengeQuerySet.as_manager()

    class Meta:
        verbose_name = _("challenge")
        verbose_name_plural = _("challenges")
        indexes = [
            models.Index(fields=["-filed_on", "-case"], name="complaints_challenge_filed"),
            models.Index(fields=["stage", "-filed_on", "-case"], name="complaints_challenge_of_stage"),
        ]
        constraints = [
            models.CheckConstraint(
                name="complaints_challenge_decided_is_whole",
                condition=~Q(stage=ChallengeStage.DECIDED)
                | (~Q(outcome="") & Q(letter__isnull=False, decided_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="complaints_challenge_ended_has_day",
                condition=Q(stage__in=CHALLENGE_OPEN, ended_on__isnull=True)
                | (~Q(stage__in=CHALLENGE_OPEN) & Q(ended_on__isnull=False)),
            ),
            models.CheckConstraint(
                name="complaints_challenge_restored_with_reason",
                condition=Q(restored_on__isnull=True) | (Q(is_late=True) & ~Q(late_because="")),
            ),
            models.CheckConstraint(
                name="complaints_challenge_suspended_with_reason",
                condition=Q(suspended_on__isnull=True, suspension_ended_on__isnull=True)
                | (Q(suspended_on__isnull=False) & ~Q(suspension_reason="")),
            ),
            models.CheckConstraint(
                name="complaints_challenge_one_deciding",
                condition=Q(deciding_unit__isnull=True) | Q(deciding_body__isnull=True),
            ),
            models.CheckConstraint(
                name="complaints_challenge_court_result_whole",
                condition=Q(court_result="", court_ended_on__isnull=True)
                | (~Q(court_result="") & Q(court_filed_on__isnull=False, court_ended_on__gte=F("court_filed_on"))),
            ),
        ]

    def __str__(self):
        return str(self.case)

    @property
    def is_open(self) -> bool:
        return self.stage in CHALLENGE_OPEN

    @property
    def is_suspended(self) -> bool:
        return self.suspended_on is not None and self.suspension_ended_on is None


class ChallengeTerm(models.Model):
    """A term of the person: to file, to cure defects, to go to court. Ours (to pass on, to decide) are clocks of the case.

    Computed by the dated rule in force on its first day; the steps are kept, so that "why this date" can be answered.
    """

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        KEPT = "kept", pgettext_lazy("term", "Kept")
        MISSED = "missed", pgettext_lazy("term", "Missed")
        ENDED = "ended", pgettext_lazy("term", "Fell away")

    challenge = models.ForeignKey(Challenge, models.CASCADE, related_name="terms")
    purpose = models.CharField(_("term for"), max_length=12, choices=DeadlineRule.Purpose)
    rule = models.ForeignKey(DeadlineRule, models.PROTECT, null=True, related_name="+", db_index=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.RUNNING)
    triggered_on = models.DateField(_("counted from"))
    due_on = models.DateField(_("last day"))
    steps = models.JSONField(default=list)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("term of the challenger")
        verbose_name_plural = _("terms of the challenger")
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(fields=["due_on"], name="complaints_challengeterm_runs", condition=Q(state="running")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["challenge", "purpose"], condition=Q(state="running"), name="complaints_challengeterm_one_runs"
            ),
        ]


class ChallengeMove(models.Model):
    """One step of a challenge, in order; only added."""

    challenge = models.ForeignKey(Challenge, models.CASCADE, related_name="moves")
    old = models.CharField(max_length=12, choices=ChallengeStage, blank=True)
    new = models.CharField(max_length=12, choices=ChallengeStage)
    at = models.DateTimeField(default=timezone.now)
    on = models.DateField()
    by = models.ForeignKey("bureau.User", models.PROTECT, null=True, related_name="+", db_index=False)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        triggers = [refuses_change("challengemove_refuses_change")]
