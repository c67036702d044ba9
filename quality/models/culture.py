"""Client-minded culture: campaigns in the units, what clients praised, what teams pledge."""

from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.history import keeps_history
from complaints.models import Case
from complaints.models.visibility import concerning, seen_among
from quality.models.indicator import in_both_languages


@keeps_history()
class Campaign(models.Model):
    """A theme that units work on together for some weeks; its reach is counted by those who say that they took part."""

    title_et = models.CharField(_("title in Estonian"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    text_et = models.TextField(_("what it is about, in Estonian"))
    text_en = models.TextField(_("what it is about, in English"), blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    # No unit: the whole agency.
    units = models.ManyToManyField("bureau.Unit", verbose_name=_("units"), blank=True, related_name="+")
    indicator = models.ForeignKey(
        "quality.Indicator", models.PROTECT, verbose_name=_("indicator that should move"), null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    made_by = models.ForeignKey("bureau.User", models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField(default=timezone.now)

    title = in_both_languages("title")
    text = in_both_languages("text")

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(name="quality_campaign_days_in_order", condition=Q(ends_on__gte=F("starts_on")))
        ]

    def __str__(self):
        return self.title_et


class CampaignReach(models.Model):
    """Somebody says: I have read it, or: I took part. Once a person."""

    class How(models.TextChoices):
        READ = "read", _("Read")
        TOOK_PART = "took_part", _("Took part")

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="reached")
    user = models.ForeignKey("bureau.User", models.PROTECT, related_name="+")
    unit = models.ForeignKey("bureau.Unit", models.PROTECT, null=True, related_name="+", db_index=False)
    how = models.CharField(max_length=10, choices=How)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint("campaign", "user", "how", name="quality_campaignreach_once")]


class PraiseQuerySet(models.QuerySet):
    def on_board(self, user):
        """What everybody reads, without the words of a case that was restricted or came to concern the reader since."""
        people = [user.pk, *user.rights.acting_for]
        is_open = Q(case__is_restricted=False) & ~concerning(*people, case="case_id")
        seen = seen_among(Case.objects.filter(pk=OuterRef("case_id")), user)
        return self.filter(Q(case__isnull=True) | is_open | Q(seen), taken_down_at__isnull=True)


@keeps_history()
class Praise(models.Model):
    """A client's praise put on the board, without the client's name; the person praised agreed to be named."""

    text = models.TextField(_("what the client said"))
    unit = models.ForeignKey("bureau.Unit", models.PROTECT, verbose_name=_("unit"), null=True, blank=True, related_name="+")  # fmt: skip
    person = models.ForeignKey(
        "bureau.User", models.PROTECT, verbose_name=_("person praised"), null=True, blank=True, related_name="+"
    )
    case = models.ForeignKey("complaints.Case", models.PROTECT, null=True, blank=True, related_name="+")
    shown_from = models.DateField(_("on the board from"), default=timezone.localdate)
    put_by = models.ForeignKey("bureau.User", models.PROTECT, related_name="+", db_index=False)
    taken_down_at = models.DateTimeField(null=True, blank=True)

    objects = PraiseQuerySet.as_manager()

    class Meta:
        verbose_name = _("praise")
        verbose_name_plural = _("praise")
        ordering = ["-shown_from", "-pk"]
        constraints = [models.UniqueConstraint("case", name="quality_praise_once_a_case")]


@keeps_history()
class Pledge(models.Model):
    """What a unit promises its clients for a time, in words that can be checked."""

    unit = models.ForeignKey("bureau.Unit", models.PROTECT, verbose_name=_("unit"), related_name="+")
    text_et = models.CharField(_("pledge in Estonian"), max_length=300)
    text_en = models.CharField(_("pledge in English"), max_length=300, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    indicator = models.ForeignKey(
        "quality.Indicator", models.PROTECT, verbose_name=_("indicator that shows it"), null=True, blank=True,
        related_name="+",
    )  # fmt: skip
    was_kept = models.BooleanField(_("was kept"), null=True, blank=True)
    judged_on = models.DateField(null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    made_by = models.ForeignKey("bureau.User", models.PROTECT, related_name="+", db_index=False)

    text = in_both_languages("text")

    class Meta:
        verbose_name = _("pledge")
        verbose_name_plural = _("pledges")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(name="quality_pledge_days_in_order", condition=Q(ends_on__gte=F("starts_on")))
        ]
