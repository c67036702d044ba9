"""Finished days counted once, so that a dashboard reads days and not cases."""

from django.db import models
from django.utils import timezone


class DayCount(models.Model):
    """Counts of one day for one channel, kind, topic and unit. A missing dimension is an empty value, not a lost row."""

    day = models.DateField()
    channel = models.ForeignKey("bureau.Channel", models.PROTECT, related_name="+", db_index=False)
    kind = models.ForeignKey("complaints.CaseKind", models.PROTECT, null=True, related_name="+", db_index=False)
    topic = models.ForeignKey("bureau.Topic", models.PROTECT, null=True, related_name="+", db_index=False)
    unit = models.ForeignKey("bureau.Unit", models.PROTECT, null=True, related_name="+", db_index=False)
    contacts = models.PositiveIntegerField(default=0)
    contact_seconds = models.PositiveBigIntegerField(default=0)
    contacts_timed = models.PositiveIntegerField(default=0)
    registered = models.PositiveIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    # Of the answered ones those that had a term for the reply: a share in time is counted of these.
    answered_judged = models.PositiveIntegerField(default=0)
    answered_on_time = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    forwarded = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "day", "channel", "kind", "topic", "unit", name="complaints_daycount_once", nulls_distinct=False
            )
        ]


class HourCount(models.Model):
    """Contacts of one hour of one day, for the heat map of hours and weekdays (local time)."""

    day = models.DateField()
    hour = models.PositiveSmallIntegerField()
    channel = models.ForeignKey("bureau.Channel", models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey("bureau.Unit", models.PROTECT, null=True, related_name="+", db_index=False)
    contacts = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "day", "hour", "channel", "unit", name="complaints_hourcount_once", nulls_distinct=False
            )
        ]


class ChangedDay(models.Model):
    """A day whose counts are out of date. Rows are only appended, so writers never wait for each other."""

    day = models.DateField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["day"], name="complaints_changedday_day")]


class CountedUntil(models.Model):
    """Days up to this one have been counted at least once."""

    day = models.DateField()
    counted_at = models.DateTimeField(default=timezone.now)
