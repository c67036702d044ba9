"""What the telephone exchange counted: queues, and calls of each half hour."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.history import keeps_history
from bureau.models.structure import Listed, valid_days_in_order

HALF_HOUR = 30  # minutes of an interval
SLOTS_OF_A_DAY = 48


@keeps_history()
class PhoneQueue(Listed):
    """A line that clients call, with the service it promises: so many percent of calls answered within so many seconds."""

    channel = models.ForeignKey("bureau.Channel", models.PROTECT, verbose_name=_("channel"), related_name="+")
    answer_seconds = models.PositiveSmallIntegerField(_("answered within, seconds"), default=20)
    target_percent = models.PositiveSmallIntegerField(_("share of calls answered within it, percent"), default=80)
    highest_occupancy_percent = models.PositiveSmallIntegerField(_("highest occupancy, percent"), default=85)
    # Mean seconds a caller would wait before hanging up; empty until abandoned calls are known.
    patience_seconds = models.PositiveSmallIntegerField(_("patience of callers, seconds"), null=True, blank=True)

    class Meta(Listed.Meta):
        verbose_name = _("telephone queue")
        verbose_name_plural = _("telephone queues")
        constraints = [
            valid_days_in_order("staff_phonequeue_valid_days_in_order"),
            models.CheckConstraint(
                name="staff_phonequeue_percents_possible",
                condition=Q(target_percent__range=(1, 99), highest_occupancy_percent__range=(10, 100)),
            ),
        ]


@keeps_history()
class QueueInterval(models.Model):
    """Calls of one half hour of one queue. What the exchange does not tell stays empty: it is unknown, not nought."""

    queue = models.ForeignKey(PhoneQueue, models.PROTECT, verbose_name=_("telephone queue"), related_name="intervals")
    starts_at = models.DateTimeField(_("half hour from"))
    # The local day and the half hour of it (0 is midnight), so that days are summed without time zones.
    day = models.DateField(_("day"))
    slot = models.PositiveSmallIntegerField(_("half hour of the day"))
    offered = models.PositiveIntegerField(_("calls offered"))
    answered = models.PositiveIntegerField(_("answered"), null=True, blank=True)
    abandoned = models.PositiveIntegerField(_("abandoned"), null=True, blank=True)
    within_threshold = models.PositiveIntegerField(_("answered within the promised time"), null=True, blank=True)
    talk_seconds = models.PositiveIntegerField(_("talk, seconds"), null=True, blank=True)
    hold_seconds = models.PositiveIntegerField(_("hold, seconds"), null=True, blank=True)
    after_call_seconds = models.PositiveIntegerField(_("after-call work, seconds"), null=True, blank=True)
    wait_seconds = models.PositiveIntegerField(_("wait of all callers, seconds"), null=True, blank=True)
    job = models.ForeignKey("bureau.Job", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    entered_by = models.ForeignKey(
        "bureau.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("half hour of calls")
        verbose_name_plural = _("half hours of calls")
        ordering = ["-starts_at", "pk"]
        indexes = [models.Index(fields=["queue", "day", "slot"], name="staff_queueinterval_by_day")]
        constraints = [
            models.UniqueConstraint("queue", "starts_at", name="staff_queueinterval_once"),
            models.CheckConstraint(
                name="staff_queueinterval_parts_within_offered",
                condition=(Q(answered__isnull=True) | Q(answered__lte=F("offered")))
                & (Q(abandoned__isnull=True) | Q(abandoned__lte=F("offered")))
                & (Q(within_threshold__isnull=True) | Q(within_threshold__lte=F("answered"))),
            ),
            models.CheckConstraint(
                name="staff_queueinterval_slot_of_a_day", condition=Q(slot__gte=0, slot__lt=SLOTS_OF_A_DAY)
            ),
        ]

    def __str__(self):
        return f"{self.queue}: {timezone.localtime(self.starts_at):%d.%m.%Y %H.%M}"


@keeps_history()
class LoadEvent(models.Model):
    """Days on which the load is not as usual and is known not to be: a campaign, an incident, a new system."""

    class Kind(models.TextChoices):
        CAMPAIGN = "campaign", _("Campaign")
        INCIDENT = "incident", _("Incident")
        SEASON = "season", _("Season")
        OTHER = "other", _("Other")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name_et = models.CharField(_("name in Estonian"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    channel = models.ForeignKey(
        "bureau.Channel", models.PROTECT, verbose_name=_("channel"), null=True, blank=True, related_name="+"
    )
    # 1.3 means three tenths more contacts than usual; empty: learnt from the days themselves.
    factor = models.DecimalField(_("expected load against the usual"), max_digits=4, decimal_places=2, null=True, blank=True)  # fmt: skip
    is_left_out_of_learning = models.BooleanField(_("forecasts do not learn from these days"), default=True)
    note = models.TextField(_("note"), blank=True)
    recorded_by = models.ForeignKey("bureau.User", models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("event in the load")
        verbose_name_plural = _("events in the load")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(name="staff_loadevent_days_in_order", condition=Q(ends_on__gte=F("starts_on"))),
            models.CheckConstraint(
                name="staff_loadevent_factor_above_nought", condition=Q(factor__isnull=True) | Q(factor__gt=0)
            ),
        ]

    def __str__(self):
        return self.name_et


class Forecast(models.Model):
    """A forecast as it was made: method, its error in the backtest, and values that reality is later held against."""

    class Step(models.TextChoices):
        HALF_HOUR = "half_hour", _("half hour")
        DAY = "day", _("day")
        MONTH = "month", _("month")

    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = models.ForeignKey("bureau.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    # What is forecast: calls of a queue, or contacts of a channel.
    queue = models.ForeignKey(PhoneQueue, models.PROTECT, null=True, blank=True, related_name="forecasts")
    channel = models.ForeignKey("bureau.Channel", models.PROTECT, null=True, blank=True, related_name="+")
    step = models.CharField(_("step"), max_length=10, choices=Step)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    learnt_from = models.DateField(_("learnt from"))
    learnt_until = models.DateField(_("learnt until"))
    method = models.CharField(_("method"), max_length=40)
    # Mean absolute error of the rolling backtest ÷ that of repeating the same weekday on the same steps: below 1 is better.
    relative_mae = models.FloatField(_("error relative to the naive forecast (RelMAE)"), null=True, blank=True)
    tried = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("forecast")
        verbose_name_plural = _("forecasts")
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["queue", "channel", "step", "-made_at"], name="staff_forecast_latest")]
        constraints = [
            models.CheckConstraint(
                name="staff_forecast_of_one_series",
                condition=Q(queue__isnull=True, channel__isnull=False) | Q(queue__isnull=False, channel__isnull=True),
            ),
        ]


class ForecastValue(models.Model):
    """One expected value with the range that holds it four times out of five."""

    forecast = models.ForeignKey(Forecast, models.CASCADE, related_name="values")
    day = models.DateField()
    # The half hour of the day; empty for a day or a month.
    slot = models.PositiveSmallIntegerField(null=True, blank=True)
    expected = models.FloatField()
    lower = models.FloatField()
    upper = models.FloatField()

    class Meta:
        ordering = ["day", "slot"]
        constraints = [
            models.UniqueConstraint("forecast", "day", "slot", name="staff_forecastvalue_once", nulls_distinct=False)
        ]
