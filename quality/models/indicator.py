"""Indicators with their passports, measurements that are never overwritten, and the rows that they counted."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bureau.history import keeps_history, refuses_change


def in_both_languages(name: str):
    """Reads `<name>_et` or `<name>_en` by the language of the request; Estonian where there is no English."""

    def read(row) -> str:
        return (getattr(row, f"{name}_en") if get_language() == "en" else "") or getattr(row, f"{name}_et")

    return property(read)


class Indicator(models.Model):
    """A figure that the bureau is led by. How it is computed is code of the same name; what it means is its passport."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    position = models.PositiveSmallIntegerField(_("order"), default=100)
    is_in_use = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        ordering = ["position", "code"]

    def __str__(self):
        return self.code


@keeps_history()
class Passport(models.Model):
    """One version of what an indicator means: proposed by the head, agreed with the head of department, then unchanged."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        AGREED = "agreed", _("Agreed")
        REPLACED = "replaced", _("Replaced")

    class Direction(models.TextChoices):
        INCREASE = "increase", _("More is better")
        DECREASE = "decrease", _("Less is better")
        NEUTRAL = "neutral", _("Neither is better")

    class Unit(models.TextChoices):
        PERCENT = "percent", _("percent")
        COUNT = "count", _("count")
        PER_THOUSAND = "per_thousand", _("per thousand")
        PER_DAY = "per_day", _("per working day")
        DAYS = "days", _("days")
        MINUTES = "minutes", _("minutes")
        SECONDS = "seconds", _("seconds")
        POINTS = "points", _("points")
        SCORE = "score", _("score")
        RATIO = "ratio", _("ratio")

    class Chart(models.TextChoices):
        XMR = "xmr", _("single values (XmR)")
        P = "p", _("shares (p)")
        U = "u", _("rates (u)")
        G = "g", _("cases between (g)")
        T = "t", _("days between (t)")
        NONE = "none", _("none")

    indicator = models.ForeignKey(Indicator, models.PROTECT, verbose_name=_("indicator"), related_name="passports")
    version = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PROPOSED)
    name_et = models.CharField(_("name in Estonian"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)
    purpose_et = models.TextField(_("what decision it serves, in Estonian"))
    purpose_en = models.TextField(_("what decision it serves, in English"))
    numerator_et = models.TextField(_("numerator, in Estonian"))
    numerator_en = models.TextField(_("numerator, in English"))
    denominator_et = models.TextField(_("denominator, in Estonian"), blank=True)
    denominator_en = models.TextField(_("denominator, in English"), blank=True)
    exclusions_et = models.TextField(_("what is left out, in Estonian"), blank=True)
    exclusions_en = models.TextField(_("what is left out, in English"), blank=True)
    quality_note_et = models.TextField(_("known limits of the data, in Estonian"), blank=True)
    quality_note_en = models.TextField(_("known limits of the data, in English"), blank=True)
    source_et = models.CharField(_("where the data come from, in Estonian"), max_length=300, blank=True)
    source_en = models.CharField(_("where the data come from, in English"), max_length=300, blank=True)
    owner = models.ForeignKey(
        "bureau.User", models.PROTECT, verbose_name=_("owner"), null=True, blank=True, related_name="+"
    )
    steward = models.ForeignKey(
        "bureau.User", models.PROTECT, verbose_name=_("who keeps the data"), null=True, blank=True, related_name="+"
    )
    unit = models.CharField(_("unit"), max_length=14, choices=Unit)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction)
    chart = models.CharField(_("control chart"), max_length=4, choices=Chart, default=Chart.XMR)
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=1)
    is_daily = models.BooleanField(_("also measured daily"), default=False)
    cut_off_day = models.PositiveSmallIntegerField(_("provisional until this day of the next month"), default=10)
    baseline_points = models.PositiveSmallIntegerField(_("points that the limits rest on"), default=13)
    run_length = models.PositiveSmallIntegerField(_("points of a run"), default=7)
    screens_outliers = models.BooleanField(_("extreme moves are left out of the limits"), default=True)
    fewest = models.PositiveSmallIntegerField(_("fewest rows for a value"), default=5)
    breakdowns = ArrayField(
        models.CharField(max_length=20), verbose_name=_("breakdowns allowed"), default=list, blank=True
    )
    effective_from = models.DateField(_("in force from"))
    effective_to = models.DateField(_("in force until"), null=True, blank=True)
    # Text of the computation at the time of agreeing: a changed function asks for a new version.
    query_hash = models.CharField(max_length=64, blank=True)
    proposed_by = models.ForeignKey(
        "bureau.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    proposed_at = models.DateTimeField(default=timezone.now)
    agreed_by = models.ForeignKey(
        "bureau.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    agreed_at = models.DateTimeField(null=True, blank=True)

    name = in_both_languages("name")
    purpose = in_both_languages("purpose")
    numerator = in_both_languages("numerator")
    denominator = in_both_languages("denominator")
    exclusions = in_both_languages("exclusions")
    quality_note = in_both_languages("quality_note")
    source = in_both_languages("source")

    class Meta:
        verbose_name = _("passport of an indicator")
        verbose_name_plural = _("passports of indicators")
        ordering = ["indicator", "-version"]
        constraints = [
            models.UniqueConstraint("indicator", "version", name="quality_passport_version_once"),
            models.UniqueConstraint(
                "indicator", name="quality_passport_one_agreed", condition=Q(state="agreed")
            ),
            models.UniqueConstraint(
                "indicator", name="quality_passport_one_proposed", condition=Q(state="proposed")
            ),
            models.CheckConstraint(
                name="quality_passport_agreed_by_somebody", condition=Q(state="proposed") | Q(agreed_at__isnull=False)
            ),
            models.CheckConstraint(
                name="quality_passport_days_in_order",
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
            ),
            models.CheckConstraint(name="quality_passport_cut_off_in_a_month", condition=Q(cut_off_day__range=(1, 28))),
        ]  # fmt: skip

    def __str__(self):
        return self.name


@keeps_history()
class Target(models.Model):
    """What the indicator should reach from a day on, and who set it."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, verbose_name=_("indicator"), related_name="targets")
    value = models.DecimalField(_("target"), max_digits=12, decimal_places=3)
    valid_from = models.DateField(_("in force from"))
    reason = models.CharField(_("reason"), max_length=300)
    set_by = models.ForeignKey("bureau.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["indicator", "-valid_from"]
        constraints = [models.UniqueConstraint("indicator", "valid_from", name="quality_target_one_a_day")]


@keeps_history()
class Rebase(models.Model):
    """A dated, reasoned event from which on the chart has limits of its own: a guide, a system, the staffing changed."""

    class Kind(models.TextChoices):
        GUIDE = "guide", _("Guide published")
        SYSTEM = "system", _("System released")
        STAFFING = "staffing", _("Staffing changed")
        LAW = "law", _("Law changed")
        DEFINITION = "definition", _("Definition changed")
        OTHER = "other", _("Other")

    indicator = models.ForeignKey(Indicator, models.PROTECT, verbose_name=_("indicator"), related_name="rebases")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    starts_on = models.DateField(_("first day of the new limits"))
    reason = models.CharField(_("what happened"), max_length=300)
    set_by = models.ForeignKey("bureau.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    set_at = models.DateTimeField(default=timezone.now)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("event that changes the limits")
        verbose_name_plural = _("events that change the limits")
        ordering = ["indicator", "starts_on"]
        constraints = [
            models.UniqueConstraint(
                "indicator", "starts_on", name="quality_rebase_one_a_day", condition=Q(taken_back_at__isnull=True)
            )
        ]


class MeasurementQuerySet(models.QuerySet):
    def latest(self):
        """The one that counts now: superseded by none."""
        return self.filter(is_latest=True)

    def visible_to(self, user):
        """All for those who see the whole; a unit head sees the own units."""
        from bureau import reference
        from bureau.roles import Permission

        if user.may(Permission.INDICATOR_VIEW):
            return self
        units = user.rights.units_for(Permission.INDICATOR_VIEW_UNIT)
        if not units:
            return self.none()
        own = set().union(*(reference.unit_subtree_ids(unit_id) for unit_id in units))
        return self.filter(unit_id__in=sorted(own))


class Measurement(models.Model):
    """The value of an indicator for a period and a unit, as it was computed at a moment. Nothing here is overwritten:
    a later value is a row of its own that names the one it supersedes."""

    class Period(models.TextChoices):
        DAY = "day", _("day")
        MONTH = "month", _("month")

    class Status(models.TextChoices):
        PROVISIONAL = "provisional", _("Provisional")
        FINAL = "final", _("Final")
        RESTATED = "restated", _("Restated")

    indicator = models.ForeignKey(Indicator, models.PROTECT, verbose_name=_("indicator"), related_name="measurements", db_index=False)  # fmt: skip
    passport = models.ForeignKey(Passport, models.PROTECT, related_name="+", db_index=False)
    period = models.CharField(_("period"), max_length=5, choices=Period)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    # Empty: the whole bureau.
    unit = models.ForeignKey("bureau.Unit", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    numerator = models.FloatField(_("numerator"), null=True)
    denominator = models.FloatField(_("denominator"), null=True)
    # Empty where nothing was counted: no value is not nought.
    value = models.FloatField(_("value"), null=True)
    lower = models.FloatField(_("interval from"), null=True)
    upper = models.FloatField(_("interval to"), null=True)
    rows = models.PositiveIntegerField(_("rows counted"), default=0)
    status = models.CharField(_("status"), max_length=12, choices=Status)
    computed_at = models.DateTimeField(_("computed"), default=timezone.now)
    code_version = models.CharField(max_length=64)
    supersedes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="superseded_by", verbose_name=_("supersedes")
    )
    is_latest = models.BooleanField(default=True)
    # Of what is told here and of the rows counted, so that a change past the desk shows (`measurements.seal_of`).
    seal = models.CharField(max_length=64, blank=True, editable=False)
    reason = models.CharField(_("why it was restated"), max_length=500, blank=True)
    approved_by = models.ForeignKey(
        "bureau.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        ordering = ["indicator", "first_day", "pk"]
        indexes = [
            models.Index(
                fields=["indicator", "period", "unit", "first_day"],
                name="quality_measurement_series",
                condition=Q(is_latest=True),
            ),
            models.Index(fields=["first_day", "period"], name="quality_measurement_of_days"),
        ]
        constraints = [
            models.UniqueConstraint(
                "indicator",
                "period",
                "unit",
                "first_day",
                name="quality_measurement_one_counts",
                condition=Q(is_latest=True),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="quality_measurement_restated_has_reason_and_approval",
                condition=~Q(status="restated") | (Q(approved_by__isnull=False) & ~Q(reason="")),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="quality_measurement_never_overwritten", operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["is_latest"]),
            ),
            pgtrigger.Protect(name="quality_measurement_never_deleted", operation=pgtrigger.Delete),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.indicator} {self.first_day}"


class MeasurementRows(models.Model):
    """Keys of the rows that a measurement counted, with what each gave to it, as they stood when it was computed."""

    class Side(models.TextChoices):
        # Every row gives to both: 1 or 0 of 1, or a value of which the middle is taken.
        BOTH = "both", "both"
        NUMERATOR = "numerator", "numerator"
        DENOMINATOR = "denominator", "denominator"

    measurement = models.ForeignKey(Measurement, models.PROTECT, related_name="counted")
    side = models.CharField(max_length=12, choices=Side)
    # What the rows are: case, contact, complaint, response, follow_up, queue_interval, improvement …
    kind = models.CharField(max_length=20)
    keys = ArrayField(models.BigIntegerField())
    amounts = ArrayField(models.FloatField(), null=True)

    class Meta:
        constraints = [models.UniqueConstraint("measurement", "side", name="quality_measurementrows_once")]
        triggers = [refuses_change("quality_measurementrows_append_only")]


class Restatement(models.Model):
    """Asked for by the head, approved by the head of department: a final value is to be computed again."""

    class State(models.TextChoices):
        ASKED = "asked", _("Waits for approval")
        APPROVED = "approved", _("Approved")
        REFUSED = "refused", _("Refused")

    indicator = models.ForeignKey(Indicator, models.PROTECT, verbose_name=_("indicator"), related_name="restatements")
    first_day = models.DateField(_("first day"))
    period = models.CharField(max_length=5, choices=Measurement.Period)
    reason = models.CharField(_("reason"), max_length=500)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED)
    asked_by = models.ForeignKey("bureau.User", models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        "bureau.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("restatement")
        verbose_name_plural = _("restatements")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "indicator", "period", "first_day", name="quality_restatement_one_waits", condition=Q(state="asked")
            ),
            models.CheckConstraint(
                name="quality_restatement_decided_by_somebody_else",
                condition=Q(state="asked") | (Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by"))),
            ),
        ]


class Signal(models.Model):
    """Something unusual that a control chart showed, told once: the point, the rule, and what was done about it."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="signals")
    unit = models.ForeignKey("bureau.Unit", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    period = models.CharField(max_length=5, choices=Measurement.Period)
    first_day = models.DateField(_("period from"))
    rule = models.CharField(_("rule"), max_length=12)
    is_high = models.BooleanField()
    is_concern = models.BooleanField()
    found_at = models.DateTimeField(default=timezone.now)
    # What people said of it; a signal without a comment waits.
    comment = models.TextField(_("comment"), blank=True)
    commented_by = models.ForeignKey(
        "bureau.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    commented_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("signal")
        verbose_name_plural = _("signals")
        ordering = ["-first_day", "-pk"]
        constraints = [
            models.UniqueConstraint(
                "indicator",
                "unit",
                "period",
                "first_day",
                "rule",
                name="quality_signal_told_once",
                nulls_distinct=False,
            )
        ]
