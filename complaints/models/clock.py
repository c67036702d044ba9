"""Running terms of a case. One letter may hold several requests, so a case may have several clocks."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.history import keeps_history, refuses_change
from complaints.models.kinds import DeadlineRule


@keeps_history()
class Clock(models.Model):
    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        MET = "met", _("Met")
        ENDED = "ended", _("Ended without a reply")

    case = models.ForeignKey("complaints.Case", models.CASCADE, related_name="clocks")
    kind = models.ForeignKey("complaints.CaseKind", models.PROTECT, verbose_name=_("kind"), db_index=False)
    purpose = models.CharField(
        _("term for"), max_length=12, choices=DeadlineRule.Purpose, default=DeadlineRule.Purpose.REPLY
    )
    rule = models.ForeignKey(
        DeadlineRule, models.PROTECT, verbose_name=_("rule"), null=True, blank=True, related_name="clocks"
    )
    law = models.CharField(_("basis"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.RUNNING)
    # The day of the event that starts the term; the term itself starts the day after (TsÜS § 135 lg 1).
    triggered_on = models.DateField(_("start"))
    raw_due_on = models.DateField()
    due_on = models.DateField(_("last day"))
    # A day that somebody named (an agency's own date) is not computed and does not move.
    is_named_day = models.BooleanField(default=False)
    is_extended = models.BooleanField(_("extended"), default=False)
    first_due_on = models.DateField(_("last day before extension"))
    extension_reason = models.TextField(_("reason of the extension"), blank=True)
    extended_by = models.ForeignKey(
        "bureau.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    notice_sent_at = models.DateTimeField(_("person told"), null=True, blank=True)
    steps = models.JSONField(default=list)
    met_on = models.DateField(_("met on"), null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["due_on"], name="complaints_clock_running", condition=Q(state="running"))]
        constraints = [
            models.CheckConstraint(
                name="complaints_clock_met_on_set_when_met",
                condition=Q(state="met", met_on__isnull=False) | (~Q(state="met") & Q(met_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="complaints_clock_never_before_start", condition=Q(due_on__gte=F("triggered_on"))
            ),
            models.CheckConstraint(
                name="complaints_clock_extension_not_earlier",
                condition=Q(due_on__gte=F("first_due_on")) | Q(is_extended=False),
            ),
            models.CheckConstraint(
                name="complaints_clock_extension_has_reason", condition=Q(is_extended=False) | ~Q(extension_reason="")
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.due_on}"

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING

    @property
    def is_confirmed(self) -> bool:
        """Whether a lawyer has confirmed the term that the last day rests on; a day that somebody named rests on none."""
        return self.is_named_day or self.rule is None or self.rule.is_confirmed

    @property
    def was_on_time(self) -> bool | None:
        return self.met_on <= self.due_on if self.met_on else None


class ClockEvent(models.Model):
    """What happened to a clock, in order: the date can always be recomputed from these rows."""

    class What(models.TextChoices):
        STARTED = "started", _("Started")
        EXTENDED = "extended", _("Extended")
        RECOMPUTED = "recomputed", _("Recomputed")
        MET = "met", _("Met")
        ENDED = "ended", _("Ended")
        RESUMED = "resumed", _("Resumed")

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    what = models.CharField(max_length=12, choices=What)
    by = models.ForeignKey("bureau.User", models.PROTECT, null=True, related_name="+", db_index=False)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["pk"]
        triggers = [refuses_change("clockevent_refuses_change")]
