"""Who is on which channel when."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.history import keeps_history
from bureau.roles import Permission


class ShiftQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The team's shifts for those who plan them; otherwise one's own."""
        if user.may(Permission.STAFFING_VIEW):
            return self
        return self.filter(user=user) if user.may(Permission.TIME_LOG) else self.none()


@keeps_history()
class Shift(models.Model):
    """Hours of a person at one duty. Two duties of one person never overlap."""

    class Duty(models.TextChoices):
        PHONE = "phone", _("Telephone")
        WRITTEN = "written", _("Letters and mails")
        CHAT = "chat", _("Chat")
        VISIT = "visit", _("Counter")
        OTHER = "other", _("Other work")

    user = models.ForeignKey("bureau.User", models.PROTECT, verbose_name=_("person"), related_name="shifts")
    duty = models.CharField(_("duty"), max_length=10, choices=Duty)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    recorded_by = models.ForeignKey("bureau.User", models.PROTECT, null=True, related_name="+", db_index=False)
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = ShiftQuerySet.as_manager()

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["starts_at", "ends_at"], name="staff_shift_when")]
        constraints = [
            models.CheckConstraint(name="staff_shift_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))),
            ExclusionConstraint(
                name="staff_shift_one_duty_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (
                        Func(
                            F("starts_at"), F("ends_at"), RangeBoundary(), function="TSTZRANGE",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.user}: {timezone.localtime(self.starts_at):%d.%m.%Y %H.%M}"
