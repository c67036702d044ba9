"""The monthly report: its draft with what people write, its issues that are never changed, who read them and what they answered."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.history import keeps_history, refuses_change
from bureau.roles import Permission


class ReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Drafts for those who make them; a unit head those whose units are asked or were told; others what is issued."""
        if user.may(Permission.REPORT_EDIT):
            return self
        seen = Q(pk__in=[])
        if user.may(Permission.REPORT_VIEW):
            # What was issued stays readable while it is being corrected.
            seen |= Q(pk__in=ReportIssue.objects.values("report_id"))
        if user.rights.grants(Permission.REPORT_VIEW_UNIT):
            units = user.rights.units_for(Permission.REPORT_VIEW_UNIT)
            packs = ReportPack.objects.all() if units is None else ReportPack.objects.filter(unit_id__in=sorted(units))
            asked = Q(state__in=[Report.State.WITH_UNITS, Report.State.WITH_HEAD])
            seen |= asked | Q(pk__in=packs.values("issue__report_id"))
        return self.filter(seen)


class Report(models.Model):
    """A report of one period, from its draft to its issues."""

    class Period(models.TextChoices):
        MONTH = "month", _("Month")
        QUARTER = "quarter", _("Quarter")
        YEAR = "year", _("Year")

    # Whenever it was begun; of those that end together the shortest is the newest: December, the quarter, the year. No two have both days.
    BY_PERIOD = ("last_day", "first_day")

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        WITH_UNITS = "with_units", _("With the units")
        WITH_HEAD = "with_head", _("With the head of bureau")
        ISSUED = "issued", _("Issued")

    period = models.CharField(_("period"), max_length=7, choices=Period, default=Period.MONTH)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    # The day by which it is to be with the head of department; units comment two working days before it.
    due_on = models.DateField(_("to be issued by"))
    comments_due_on = models.DateField(_("units comment by"))
    created_at = models.DateTimeField(default=timezone.now)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-first_day", "period"]
        constraints = [models.UniqueConstraint("period", "first_day", name="quality_report_one_a_period")]

    def __str__(self):
        return self.number

    @property
    def number(self) -> str:
        """2026-10, 2026-Q3 or 2026."""
        if self.period == self.Period.QUARTER:
            return f"{self.first_day.year}-Q{(self.first_day.month + 2) // 3}"
        return f"{self.first_day:%Y}" if self.period == self.Period.YEAR else f"{self.first_day:%Y-%m}"

    @property
    def is_issued(self) -> bool:
        return self.state == self.State.ISSUED


@keeps_history()
class ReportComment(models.Model):
    """What people say of one figure of the report, of the whole bureau or of one unit."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="comments")
    # Code of an indicator.
    about = models.CharField(max_length=60)
    unit = models.ForeignKey("bureau.Unit", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    what = models.TextField(_("what is seen"), max_length=1000)
    why = models.TextField(_("why"), max_length=1000)
    action = models.TextField(_("what is done"), max_length=1000)
    owner = models.ForeignKey("bureau.User", models.PROTECT, verbose_name=_("who"), null=True, blank=True, related_name="+", db_index=False)  # fmt: skip
    due_on = models.DateField(_("by"), null=True, blank=True)
    written_by = models.ForeignKey("bureau.User", models.PROTECT, related_name="+", db_index=False)
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("comment of a report")
        verbose_name_plural = _("comments of reports")
        ordering = ["about", "pk"]
        constraints = [
            models.UniqueConstraint(
                "report", "about", "unit", name="quality_reportcomment_one", nulls_distinct=False
            )
        ]  # fmt: skip


@keeps_history()
class ReportAsk(models.Model):
    """A decision that the report asks of the head of department."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="asks")
    text = models.CharField(_("decision asked"), max_length=400)
    text_en = models.CharField(_("decision asked, in English"), max_length=400, blank=True)
    written_by = models.ForeignKey("bureau.User", models.PROTECT, related_name="+", db_index=False)
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("decision asked")
        verbose_name_plural = _("decisions asked")
        ordering = ["pk"]

    def worded(self, language: str) -> str:
        """In English where somebody wrote it in English, else in Estonian."""
        return self.text_en if language == "en" and self.text_en else self.text


@keeps_history()
class ReportQuote(models.Model):
    """A client's words chosen for the report. The text may be shortened, so that nobody can be known by it."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="quotes")
    # Empty once the answer was deleted; the words chosen stay.
    answer = models.ForeignKey("feedback.OpenAnswer", models.SET_NULL, null=True, related_name="+")
    text = models.CharField(_("words"), max_length=300)
    chosen_by = models.ForeignKey("bureau.User", models.PROTECT, related_name="+", db_index=False)
    chosen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("words of a client")
        verbose_name_plural = _("words of clients")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("report", "answer", name="quality_reportquote_once")]


class ReportIssue(models.Model):
    """One frozen issue: what it says word for word, sealed. A correction is an issue of its own that names the one it corrects."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="issues")
    number = models.PositiveSmallIntegerField(_("issue"))
    # Canonical JSON (quality/report_content.py), kept as text so that it stays byte for byte.
    content = models.TextField()
    seal = models.CharField(_("seal"), max_length=64)
    code_version = models.CharField(max_length=64)
    cut_off = models.DateTimeField(_("figures as of"))
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    issued_by = models.ForeignKey("bureau.User", models.PROTECT, related_name="+", db_index=False)
    corrects = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="corrected_by")
    reason = models.CharField(_("what was corrected"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("issue of a report")
        verbose_name_plural = _("issues of reports")
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint("report", "number", name="quality_reportissue_number_once"),
            models.CheckConstraint(
                name="quality_reportissue_correction_has_its_reason",
                condition=Q(number=1, corrects__isnull=True) | (Q(corrects__isnull=False) & ~Q(reason="")),
            ),
        ]
        triggers = [refuses_change("quality_reportissue_append_only")]

    def __str__(self):
        return f"{self.report.number}/{self.number}"


class ReportPack(models.Model):
    """The same issue for one unit: its own figures, frozen with the whole."""

    issue = models.ForeignKey(ReportIssue, models.PROTECT, related_name="packs")
    unit = models.ForeignKey("bureau.Unit", models.PROTECT, related_name="+")
    content = models.TextField()
    seal = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("report of a unit")
        verbose_name_plural = _("reports of units")
        constraints = [models.UniqueConstraint("issue", "unit", name="quality_reportpack_once")]
        triggers = [refuses_change("quality_reportpack_append_only")]


class ReportRows(models.Model):
    """Keys of the rows that a figure of an issue counted where no measurement holds them."""

    issue = models.ForeignKey(ReportIssue, models.PROTECT, related_name="rows")
    unit = models.ForeignKey("bureau.Unit", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    figure = models.CharField(max_length=100)
    kind = models.CharField(max_length=20)
    keys = ArrayField(models.BigIntegerField())

    class Meta:
        constraints = [
            models.UniqueConstraint("issue", "unit", "figure", name="quality_reportrows_once", nulls_distinct=False)
        ]
        triggers = [refuses_change("quality_reportrows_append_only")]


class ReportReader(models.Model):
    """Who an issue was sent to, and whether it arrived, was opened and read. The list is frozen with the issue."""

    issue = models.ForeignKey(ReportIssue, models.PROTECT, related_name="readers")
    user = models.ForeignKey("bureau.User", models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=40)
    # A unit head reads the pack of the own unit.
    unit = models.ForeignKey("bureau.Unit", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    with_attachment = models.BooleanField(default=False)
    mail = models.ForeignKey("bureau.OutgoingMail", models.SET_NULL, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    read_at = models.DateTimeField(_("read"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)

    class Meta:
        verbose_name = _("reader of an issue")
        verbose_name_plural = _("readers of issues")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint("issue", "user", name="quality_reportreader_once")]
        triggers = [
            pgtrigger.Protect(
                name="quality_reportreader_list_frozen", operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("issue", "user", "role", "unit", "with_attachment"),
            ),
            pgtrigger.Protect(name="quality_reportreader_never_deleted", operation=pgtrigger.Delete),
        ]  # fmt: skip


@keeps_history()
class ReportQuestion(models.Model):
    """A question of a reader about an issue, and its answer."""

    issue = models.ForeignKey(ReportIssue, models.PROTECT, related_name="questions")
    # The figure or the section asked about; empty: the whole.
    about = models.CharField(max_length=100, blank=True)
    text = models.TextField(_("question"), max_length=2000)
    asked_by = models.ForeignKey("bureau.User", models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField(default=timezone.now)
    answer = models.TextField(_("answer"), max_length=4000, blank=True)
    answered_by = models.ForeignKey("bureau.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)  # fmt: skip
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("question about a report")
        verbose_name_plural = _("questions about reports")
        ordering = ["pk"]


@keeps_history()
class ReportDecision(models.Model):
    """What the head of department decided on an issue. What is to be done becomes an improvement action."""

    class Outcome(models.TextChoices):
        AGREED = "agreed", _("Agreed")
        REFUSED = "refused", _("Not agreed")
        LATER = "later", _("Decided later")

    issue = models.ForeignKey(ReportIssue, models.PROTECT, related_name="decisions")
    # What was asked, word for word; empty: decided of the reader's own accord.
    asked = models.CharField(max_length=400, blank=True)
    outcome = models.CharField(_("decision"), max_length=8, choices=Outcome)
    text = models.TextField(_("in words"), max_length=1000)
    owner = models.ForeignKey("bureau.User", models.PROTECT, verbose_name=_("who"), null=True, blank=True, related_name="+", db_index=False)  # fmt: skip
    due_on = models.DateField(_("by"), null=True, blank=True)
    improvement = models.ForeignKey("quality.Improvement", models.PROTECT, null=True, blank=True, related_name="decisions")  # fmt: skip
    decided_by = models.ForeignKey("bureau.User", models.PROTECT, related_name="+", db_index=False)
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("decision on a report")
        verbose_name_plural = _("decisions on reports")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "issue", "asked", name="quality_reportdecision_one_on_each", condition=~Q(asked="")
            ),
            models.CheckConstraint(
                name="quality_reportdecision_owner_has_a_day", condition=Q(owner__isnull=True) | Q(due_on__isnull=False)
            ),
        ]  # fmt: skip


class OwnReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own and what colleagues shared; what is read in it is the reader's own."""
        if not (user.may(Permission.INDICATOR_VIEW) or user.rights.grants(Permission.INDICATOR_VIEW_UNIT)):
            return self.none()
        return self.filter(Q(owner=user) | Q(is_shared=True))


@keeps_history()
class OwnReport(models.Model):
    """A question of one's own over indicators, kept to be asked again."""

    class Breakdown(models.TextChoices):
        NONE = "none", _("none")
        UNIT = "unit", _("by unit")

    class Chart(models.TextChoices):
        CONTROL = "control", _("control chart")
        LINES = "lines", _("lines together")
        TABLE = "table", _("table alone")

    class Schedule(models.TextChoices):
        NONE = "none", _("not sent")
        WEEKLY = "weekly", _("every Monday")
        MONTHLY = "monthly", _("on the first working day of a month")

    name = models.CharField(_("name"), max_length=120)
    owner = models.ForeignKey("bureau.User", models.CASCADE, related_name="own_reports")
    indicators = ArrayField(models.SlugField(max_length=60), verbose_name=_("indicators"))
    breakdown = models.CharField(_("breakdown"), max_length=6, choices=Breakdown, default=Breakdown.NONE)
    months = models.PositiveSmallIntegerField(_("months back"), default=12)
    chart = models.CharField(_("chart"), max_length=8, choices=Chart, default=Chart.CONTROL)
    is_shared = models.BooleanField(_("colleagues may use it"), default=False)
    schedule = models.CharField(_("sent to me"), max_length=8, choices=Schedule, default=Schedule.NONE)
    created_at = models.DateTimeField(default=timezone.now)

    objects = OwnReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("own report")
        verbose_name_plural = _("own reports")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(name="quality_ownreport_months_in_reach", condition=Q(months__range=(1, 60))),
        ]  # fmt: skip

    def __str__(self):
        return self.name


__all__ = [
    "OwnReport",
    "Report", "ReportAsk", "ReportComment", "ReportDecision", "ReportIssue", "ReportPack", "ReportQuestion", "ReportQuote",
    "ReportReader", "ReportRows",
]  # fmt: skip
