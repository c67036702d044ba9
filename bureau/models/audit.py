"""What was done, and who looked. Rows are only ever added; the database refuses to change or delete them."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.history import refuses_change


class Deed(models.Model):
    """A change made by a person or a job, written in the transaction of the change itself."""

    at = models.DateTimeField(_("when"), default=timezone.now)
    action = models.CharField(_("deed"), max_length=60)
    actor = models.ForeignKey(
        "bureau.User", models.PROTECT, verbose_name=_("who"), null=True, blank=True, related_name="+", db_index=False
    )
    on_behalf_of = models.ForeignKey(
        "bureau.User",
        models.PROTECT,
        verbose_name=_("on behalf of"),
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    object_label = models.CharField(max_length=120, blank=True)
    data = models.JSONField(default=dict)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("deed")
        verbose_name_plural = _("deeds")
        indexes = [
            models.Index(fields=["object_type", "object_id", "-id"], name="bureau_deed_of_object"),
            models.Index(fields=["actor", "-id"], name="bureau_deed_of_actor"),
            models.Index(fields=["action", "-id"], name="bureau_deed_of_action"),
            models.Index(fields=["at"], name="bureau_deed_of_day"),
        ]
        triggers = [refuses_change("deed_refuses_change")]

    def __str__(self):
        return f"{self.action} {self.object_label}"


class ReadingRecord(models.Model):
    """Somebody read, searched, exported or printed restricted or personal data."""

    class Way(models.TextChoices):
        VIEW = "view", _("Viewed")
        SEARCH = "search", _("Searched")
        EXPORT = "export", _("Exported")
        PRINT = "print", _("Printed")

    at = models.DateTimeField(_("when"), default=timezone.now)
    user = models.ForeignKey("bureau.User", models.PROTECT, verbose_name=_("who"), related_name="+", db_index=False)
    on_behalf_of = models.ForeignKey(
        "bureau.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    way = models.CharField(_("how"), max_length=10, choices=Way)
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField(null=True, blank=True)
    object_label = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("reading record")
        verbose_name_plural = _("reading records")
        indexes = [
            models.Index(fields=["object_type", "object_id", "-id"], name="bureau_reading_of_object"),
            models.Index(fields=["user", "-id"], name="bureau_reading_of_user"),
            models.Index(fields=["at"], name="bureau_reading_of_day"),
        ]
        triggers = [refuses_change("readingrecord_refuses_change")]

    def __str__(self):
        return f"{self.way} {self.object_label}"
