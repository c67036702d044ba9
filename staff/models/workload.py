"""What a case weighs, and working time that is not a case."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.history import keeps_history
from bureau.models.structure import Listed, valid_days_in_order
from bureau.roles import Permission
from complaints.models.visibility import leads_to_seen

LONGEST_ENTRY_MINUTES = 24 * 60


@keeps_history()
class WorkKind(Listed):
    """Work that is not a case: writing guides, trainings, meetings. A codebook that the head keeps."""

    class Meta(Listed.Meta):
        verbose_name = _("kind of other work")
        verbose_name_plural = _("kinds of other work")
        constraints = [valid_days_in_order("staff_workkind_valid_days_in_order")]


class WorkEntryQuerySet(models.QuerySet):
    def kept(self):
        return self.filter(taken_back_at__isnull=True)

    def visible_to(self, user):
        """Everybody's own; those of the team for the head and who stands in for the head. Each with its case, or not at all."""
        if user.may(Permission.WORKLOAD_TEAM):
            return self.kept().filter(leads_to_seen(user))
        if not user.may(Permission.TIME_LOG):
            return self.none()
        return self.kept().filter(leads_to_seen(user), user=user)


@keeps_history()
class WorkEntry(models.Model):
    """Minutes that a person spent on a case, or on other work of a kind."""

    user = models.ForeignKey("bureau.User", models.PROTECT, verbose_name=_("person"), related_name="work_entries")
    day = models.DateField(_("day"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    kind = models.ForeignKey(
        WorkKind, models.PROTECT, verbose_name=_("kind of work"), null=True, blank=True, related_name="+"
    )
    case = models.ForeignKey(
        "complaints.Case", models.PROTECT, verbose_name=_("case"), null=True, blank=True, related_name="work_entries"
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    # The key of one filling of the form: a repeated submit finds its entry.
    key = models.UUIDField(unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = WorkEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("working time")
        verbose_name_plural = _("working times")
        ordering = ["-day", "-pk"]
        indexes = [models.Index(fields=["user", "-day", "-id"], name="staff_workentry_of_person")]
        constraints = [
            models.CheckConstraint(
                name="staff_workentry_case_or_kind",
                condition=Q(kind__isnull=True, case__isnull=False) | Q(kind__isnull=False, case__isnull=True),
            ),
            models.CheckConstraint(
                name="staff_workentry_minutes_of_a_day", condition=Q(minutes__gt=0, minutes__lte=LONGEST_ENTRY_MINUTES)
            ),
        ]


@keeps_history()
class KindWeight(models.Model):
    """Active minutes that a case of a kind takes, from a day on: measured on a sample, or estimated and marked so."""

    kind = models.ForeignKey("complaints.CaseKind", models.PROTECT, verbose_name=_("kind"), related_name="weights")
    minutes = models.DecimalField(_("active minutes"), max_digits=6, decimal_places=1)
    valid_from = models.DateField(_("in use from"))
    is_measured = models.BooleanField(_("measured"), default=False)
    sample = models.PositiveIntegerField(_("cases in the sample"), null=True, blank=True)
    measured_from = models.DateField(_("sample from"), null=True, blank=True)
    measured_until = models.DateField(_("sample until"), null=True, blank=True)
    basis = models.CharField(_("on what it rests"), max_length=300, blank=True)
    set_by = models.ForeignKey("bureau.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("weight of a kind")
        verbose_name_plural = _("weights of kinds")
        ordering = ["kind", "-valid_from"]
        constraints = [
            models.UniqueConstraint("kind", "valid_from", name="staff_kindweight_one_a_day"),
            models.CheckConstraint(name="staff_kindweight_minutes_above_nought", condition=Q(minutes__gt=0)),
            models.CheckConstraint(
                name="staff_kindweight_measured_has_its_sample",
                condition=Q(is_measured=False) | Q(sample__gt=0, measured_from__isnull=False, measured_until__isnull=False),
            ),
        ]  # fmt: skip
