"""Foreign tables of requests: how their columns map to ours, what was taken, and what waits for a better mapping."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ImportMap(models.Model):
    """A mapping that was used once and is offered again: TOML, the same text as in a mapping file."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    text = models.TextField(_("mapping"))
    header_fingerprint = models.CharField(max_length=64, blank=True)
    created_by = models.ForeignKey("bureau.User", models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("import mapping")
        verbose_name_plural = _("import mappings")
        ordering = ["name"]


class ImportBatch(models.Model):
    """One import: what came in by it can be taken back by it."""

    class State(models.TextChoices):
        REHEARSED = "rehearsed", _("Rehearsed")
        TAKEN = "taken", _("Taken in")
        UNDONE = "undone", _("Taken back")

    job = models.OneToOneField("bureau.Job", models.PROTECT, null=True, blank=True, related_name="import_batch")
    source = models.CharField(_("source"), max_length=100)
    file_name = models.CharField(_("file"), max_length=255)
    file_sha256 = models.CharField(max_length=64)
    map_text = models.TextField()
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.TAKEN)
    rows_read = models.PositiveBigIntegerField(default=0)
    rows_taken = models.PositiveBigIntegerField(default=0)
    rows_known = models.PositiveBigIntegerField(default=0)
    rows_refused = models.PositiveBigIntegerField(default=0)
    created_by = models.ForeignKey("bureau.User", models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey("bureau.User", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]

    def __str__(self):
        return f"{self.source}: {self.file_name}"

    @property
    def is_undone(self) -> bool:
        return self.state == self.State.UNDONE

    def first_and_last_case(self) -> tuple[int | None, int | None]:
        """Ids of the batch lie between these, in the order of registration; others may lie between them too."""
        ends = self.cases.aggregate(first=models.Min("pk"), last=models.Max("pk"))
        return ends["first"], ends["last"]


class ImportedRow(models.Model):
    """The fingerprint of a foreign row that became a case: the same row is not taken twice from one source."""

    source = models.CharField(max_length=100)
    fingerprint = models.CharField(max_length=64)
    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="imported_rows")
    case = models.ForeignKey("complaints.Case", models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [models.UniqueConstraint("source", "fingerprint", name="complaints_importedrow_once")]
