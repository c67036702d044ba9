"""Improvement actions: from what was learned to the effect that a control chart shows; campaigns, praise and pledges."""

from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau import reference
from bureau.gates import asked_one_by_one
from bureau.history import keeps_history
from bureau.roles import Permission
from complaints.models import Case, ComplaintPerson
from complaints.models.visibility import seen_among
from feedback import follow_ups
from feedback.models import FollowUp


def from_complaints_about(*user_ids: int) -> Q:
    """Actions made of a lesson of a complaint that concerns one of these people, or of an answer about such a complaint."""
    complaints = ComplaintPerson.objects.filter(user_id__in=user_ids).values("complaint_id")
    of_case = Q(response__invitation__case_id__in=complaints)
    of_case |= Q(response__confidential_link__invitation__case_id__in=complaints)
    answers = FollowUp.objects.filter(of_case | follow_ups.speaks_of(*user_ids)).values("pk")
    return Q(source="complaint", source_id__isnull=False, source_id__in=complaints) | Q(
        source="follow_up", source_id__isnull=False, source_id__in=answers
    )


def of_closed_case() -> Q:
    """Actions made of a case that does not exist for some of those who serve: restricted, or a complaint about one of us."""
    closed = Case.objects.filter(Q(is_restricted=True) | Q(complaint__persons__isnull=False)).values("pk")
    of_case = Q(response__invitation__case_id__in=closed)
    of_case |= Q(response__confidential_link__invitation__case_id__in=closed)
    return Q(source="complaint", source_id__isnull=False, source_id__in=closed) | Q(
        source="follow_up", source_id__isnull=False, source_id__in=FollowUp.objects.filter(of_case).values("pk")
    )


def of_seen_origin(user) -> Q:
    """Actions that come of no case, or of one that exists for the person."""
    case = Case.objects.filter(pk=OuterRef("source_id"))
    answer = follow_ups.for_eyes_of(user).filter(pk=OuterRef("source_id"))
    return (~Q(source="complaint") | Q(source_id__isnull=True) | Q(seen_among(case, user))) & (
        ~Q(source="follow_up") | Q(source_id__isnull=True) | Q(asked_one_by_one(answer))
    )


class ImprovementQuerySet(models.QuerySet):
    def visible_to(self, user):
        """All for those who lead; otherwise one's own, those one has a task in, and those of one's unit.

        What was made of a complaint does not exist for whom that complaint concerns; nor for a substitute by that person's rights.
        Nor does what was made of a case that one may not see, unless it was given to one by name.
        """
        rights = user.rights
        rows = self.exclude(from_complaints_about(user.pk))
        if rights.acting_for:
            tasks = ImprovementTask.objects.filter(owner=user).values("improvement_id")
            own = Q(owner=user) | Q(pk__in=tasks) | Q(proposed_by=user)
            if not rights.own.grants(Permission.IMPROVEMENT_VIEW_ALL):
                rows = rows.filter(~from_complaints_about(*rights.acting_for) | own)
        if user.may(Permission.IMPROVEMENT_VIEW_ALL):
            return rows
        if not rights.grants(Permission.IMPROVEMENT_VIEW):
            return self.none()
        people = [user.pk, *rights.acting_for]
        tasks = ImprovementTask.objects.filter(owner_id__in=people).values("improvement_id")
        seen = Q(owner_id__in=people) | Q(pk__in=tasks) | Q(proposed_by=user)
        units: set[int] = set()
        for unit_id in rights.units_for(Permission.INDICATOR_VIEW_UNIT) or ():
            units |= reference.unit_subtree_ids(unit_id)
        return rows.filter(seen | (Q(unit_id__in=sorted(units)) & of_seen_origin(user)))

    def open(self):
        return self.exclude(state__in=[Improvement.State.CLOSED, Improvement.State.DROPPED])

    def with_closed_case(self):
        """Each with `is_of_closed_case`: what is written for many readers does not name it."""
        return self.annotate(is_of_closed_case=models.ExpressionWrapper(of_closed_case(), models.BooleanField()))

    def told(self):
        """What clients are told, for everybody to read."""
        return self.filter(told_on__isnull=False, state__in=Improvement.TOLD_IN).exclude(told_et="")


@keeps_history()
class Improvement(models.Model):
    """What is changed because of what clients, figures or mishaps taught us: plan, do, check, act (ISO 9001 10.3)."""

    class State(models.TextChoices):
        PLAN = "plan", pgettext_lazy("state of an action", "Plan")
        DO = "do", pgettext_lazy("state of an action", "Do")
        CHECK = "check", pgettext_lazy("state of an action", "Check")
        ACT = "act", pgettext_lazy("state of an action", "Act")
        CLOSED = "closed", _("Closed")
        DROPPED = "dropped", _("Dropped")

    class Source(models.TextChoices):
        COMPLAINT = "complaint", _("Lesson of a complaint")
        SURVEY = "survey", _("Survey result")
        FOLLOW_UP = "follow_up", _("Follow-up of a bad answer")
        SIGNAL = "signal", _("Signal of a control chart")
        DISRUPTION = "disruption", _("Disruption")
        PROPOSAL = "proposal", _("Proposal")
        REPORT = "report", _("Decision on a report")

    class Effect(models.TextChoices):
        NOT_JUDGED = "", _("Not judged yet")
        BETTER = "better", _("Better")
        NO_CHANGE = "no_change", _("No change")
        WORSE = "worse", _("Worse")
        TOO_EARLY = "too_early", _("Too few points")

    # What becomes one action, however often it is announced; the constraint below says the same.
    ONCE = frozenset({Source.COMPLAINT, Source.SIGNAL, Source.FOLLOW_UP})
    # Clients are told of what is in force or done.
    TOLD_IN = frozenset({State.CHECK, State.ACT, State.CLOSED})
    # What clients are told stands by the day on which it was told, whenever the action was begun.
    BY_TELLING = ("told_on", "pk")

    number = models.CharField(_("number"), max_length=20, unique=True)
    title = models.CharField(_("title"), max_length=200)
    problem = models.TextField(_("what is wrong"))
    plan = models.TextField(_("what is going to be changed"), blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLAN)
    source = models.CharField(_("where it comes from"), max_length=12, choices=Source)
    # What it comes from, by key: a complaint's case, a survey, a follow-up or a signal.
    source_id = models.BigIntegerField(null=True, blank=True)
    source_words = models.CharField(_("in the client's words"), max_length=500, blank=True)
    cause = models.ForeignKey("bureau.Cause", models.PROTECT, verbose_name=_("cause"), null=True, blank=True, related_name="+")  # fmt: skip
    unit = models.ForeignKey("bureau.Unit", models.PROTECT, verbose_name=_("unit"), null=True, blank=True, related_name="+")  # fmt: skip
    owner = models.ForeignKey("bureau.User", models.PROTECT, verbose_name=_("owner"), related_name="improvements")
    proposed_by = models.ForeignKey("bureau.User", models.PROTECT, null=True, related_name="+", db_index=False)
    indicator = models.ForeignKey(
        "quality.Indicator", models.PROTECT, verbose_name=_("indicator that should move"), null=True, blank=True,
        related_name="improvements",
    )  # fmt: skip
    should_rise = models.BooleanField(_("it should rise"), null=True, blank=True)
    due_on = models.DateField(_("due"))
    # From this day on the change is in force: the chart is compared before and after it.
    changed_on = models.DateField(_("the change came into force"), null=True, blank=True)
    check_on = models.DateField(_("effect is checked on"), null=True, blank=True)
    effect = models.CharField(_("effect"), max_length=10, choices=Effect, blank=True, default="")
    effect_facts = models.JSONField(default=dict, blank=True)
    effect_note = models.TextField(_("what was seen"), blank=True)
    told_et = models.TextField(_("you said, we did: in Estonian"), blank=True)
    told_en = models.TextField(_("you said, we did: in English"), blank=True)
    told_on = models.DateField(_("told to clients on"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_on = models.DateField(default=timezone.localdate)
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.ForeignKey(
        "bureau.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    dropped_because = models.CharField(_("why it was dropped"), max_length=500, blank=True)

    objects = ImprovementQuerySet.as_manager()

    class Meta:
        verbose_name = _("improvement action")
        verbose_name_plural = _("improvement actions")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "due_on"], name="quality_improvement_due"),
            models.Index(fields=["source", "source_id"], name="quality_improvement_source"),
        ]
        constraints = [
            models.CheckConstraint(
                name="quality_improvement_closed_by_another_person",
                condition=~Q(state="closed") | (Q(closed_by__isnull=False) & ~Q(closed_by=F("owner"))),
            ),
            models.CheckConstraint(
                name="quality_improvement_dropped_has_its_reason", condition=~Q(state="dropped") | ~Q(dropped_because="")
            ),
            # A lesson or a signal becomes one action, however often it is announced.
            models.UniqueConstraint(
                "source", "source_id", name="quality_improvement_source_once",
                condition=Q(source__in=["complaint", "signal", "follow_up"], source_id__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.number} {self.title}"

    @property
    def is_open(self) -> bool:
        return self.state not in (self.State.CLOSED, self.State.DROPPED)


@keeps_history()
class ImprovementTask(models.Model):
    """A step of an action with its owner and day."""

    improvement = models.ForeignKey(Improvement, models.CASCADE, related_name="tasks")
    title = models.CharField(_("what is to be done"), max_length=300)
    owner = models.ForeignKey("bureau.User", models.PROTECT, verbose_name=_("owner"), related_name="+")
    due_on = models.DateField(_("due"))
    done_on = models.DateField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey("bureau.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("task of an action")
        verbose_name_plural = _("tasks of an action")
        ordering = ["due_on", "pk"]


class ImprovementNote(models.Model):
    """Evidence or a remark; kept as it was written."""

    improvement = models.ForeignKey(Improvement, models.CASCADE, related_name="notes")
    text = models.TextField(_("text"))
    is_evidence = models.BooleanField(_("evidence"), default=False)
    link = models.URLField(_("link"), blank=True)
    written_by = models.ForeignKey("bureau.User", models.PROTECT, related_name="+", db_index=False)
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("note of an action")
        verbose_name_plural = _("notes of an action")
        ordering = ["-written_at", "-pk"]
