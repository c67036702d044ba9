"""Days on which the agency works otherwise than the week says, and when its lines are open."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bureau.history import keeps_history


@keeps_history()
class CalendarDay(models.Model):
    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("Public holiday")
        SHORTENED = "shortened", _("Shortened day")
        CLOSURE = "closure", _("Agency closed")
        WORKING = "working", _("Extra working day")

    day = models.DateField(_("day"), unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name_et = models.CharField(_("name in Estonian"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("special day")
        verbose_name_plural = _("special days")
        ordering = ["day"]

    def __str__(self):
        return f"{self.day}: {self.name}"

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_et


@keeps_history()
class OpeningHours(models.Model):
    """When the phone line is open on a weekday, from when to when it was so."""

    weekday = models.PositiveSmallIntegerField(_("weekday"), help_text=_("Monday is 0"))
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["-valid_from", "weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                name="bureau_openinghours_closes_after_opening", condition=Q(closes__gt=F("opens"))
            ),
            models.CheckConstraint(name="bureau_openinghours_weekday_in_week", condition=Q(weekday__lte=6)),
            models.CheckConstraint(
                name="bureau_openinghours_valid_days_in_order",
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
            ),
            models.UniqueConstraint("weekday", "valid_from", "opens", name="bureau_openinghours_once"),
        ]

    def __str__(self):
        return f"{self.weekday} {self.opens}–{self.closes}"
