"""Seals over history: a chain of hashes over batches of deeds, readings and kept versions. See `bureau/sealing.py`."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.history import refuses_change


class SealShape(models.Model):
    """Which columns of a table enter its seals, in their order. A table that gets a column gets a new shape; the seals made
    before keep theirs. The names are not hashed: who renames a column renames it here as well."""

    table = models.CharField(max_length=63)
    key = models.CharField(max_length=63)
    plain = ArrayField(models.CharField(max_length=63))
    personal = ArrayField(models.CharField(max_length=63))

    class Meta:
        verbose_name = _("shape of seals")
        verbose_name_plural = _("shapes of seals")
        constraints = [
            models.UniqueConstraint(fields=["table", "key", "plain", "personal"], name="bureau_sealshape_once")
        ]

    def __str__(self):
        return self.table


class SealMark(models.Model):
    """Up to which number a table will be sealed once those who were writing to it at that moment have ended."""

    table = models.CharField(max_length=63, primary_key=True)
    upto = models.BigIntegerField()
    waits_for = ArrayField(models.TextField())

    class Meta:
        verbose_name = _("mark of a seal to come")
        verbose_name_plural = _("marks of seals to come")

    def __str__(self):
        return f"{self.table} {self.upto}"


class Seal(models.Model):
    """One link of the chain: the rows of one table with numbers above `above` up to `upto`.

    `rows_digest` proves them together; `ids` and `marks` (the first eight bytes of each row's digest) only help to name
    the one that differs.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(_("when"))
    shape = models.ForeignKey(SealShape, models.PROTECT, related_name="+", db_index=False)
    table = models.CharField(max_length=63)
    above = models.BigIntegerField()
    upto = models.BigIntegerField()
    ids = ArrayField(models.BigIntegerField())
    marks = models.BinaryField()
    rows_digest = models.BinaryField()
    previous = models.BinaryField()
    digest = models.BinaryField()

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        constraints = [models.UniqueConstraint(fields=["table", "upto"], name="bureau_seal_each_row_once")]
        triggers = [refuses_change("seal_refuses_change")]

    def __str__(self):
        return f"{self.number} {self.table}"
