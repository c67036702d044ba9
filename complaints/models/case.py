"""Something the agency owes an answer to."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.history import keeps_history
from complaints.models import visibility


class Status(models.TextChoices):
    REGISTERED = "registered", _("Registered")
    IN_PROGRESS = "in_progress", _("In progress")
    WAITING = "waiting", _("Waiting")
    ANSWERED = "answered", _("Answered")
    FORWARDED = "forwarded", _("Forwarded")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Reopened")


OPEN = (Status.REGISTERED, Status.IN_PROGRESS, Status.WAITING, Status.REOPENED)
ENDED = (Status.ANSWERED, Status.FORWARDED, Status.CLOSED)


class CaseQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The one gate to cases. What it leaves out does not exist for `user`: 404, not counted, not suggested."""
        return visibility.cases_seen(self, user)

    def kept(self):
        """Without the empty places of imports that were taken back."""
        return self.exclude(outcome=visibility.TAKEN_BACK)

    def open(self):
        return self.filter(status__in=OPEN)

    def overdue(self, today):
        return self.open().filter(due_on__lt=today)

    def due_between(self, first, last):
        return self.open().filter(due_on__gte=first, due_on__lte=last)

    def unassigned(self):
        return self.open().filter(assignee__isnull=True)


@keeps_history(exclude=["description"])
class Case(models.Model):
    number = models.CharField(_("number"), max_length=20, unique=True)
    series = models.CharField(max_length=3)
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()

    kind = models.ForeignKey("complaints.CaseKind", models.PROTECT, verbose_name=_("kind"), db_index=False)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.REGISTERED)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("what the client writes or says"), blank=True)
    party = models.ForeignKey(
        "complaints.Party", models.PROTECT, verbose_name=_("party"), null=True, blank=True, related_name="cases"
    )
    co_signers = models.PositiveIntegerField(_("co-signers"), default=0)
    channel = models.ForeignKey("bureau.Channel", models.PROTECT, verbose_name=_("channel"), db_index=False)
    topic = models.ForeignKey(
        "bureau.Topic", models.PROTECT, verbose_name=_("topic"), null=True, blank=True, db_index=False
    )
    service = models.ForeignKey(
        "bureau.Service", models.PROTECT, verbose_name=_("service"), null=True, blank=True, db_index=False
    )
    unit = models.ForeignKey(
        "bureau.Unit", models.PROTECT, verbose_name=_("unit"), null=True, blank=True, db_index=False
    )
    assignee = models.ForeignKey(
        "bureau.User",
        models.PROTECT,
        verbose_name=_("handler"),
        null=True,
        blank=True,
        related_name="cases",
        db_index=False,
    )
    language = models.CharField(_("language"), max_length=2, default="et")
    is_environmental_information = models.BooleanField(_("environmental information"), default=False)
    no_reply_wanted = models.BooleanField(_("no reply wanted"), default=False)
    reply_channel = models.ForeignKey("bureau.Channel", models.PROTECT, verbose_name=_("reply wanted by"), null=True, blank=True, related_name="+", db_index=False)  # fmt: skip
    register_reference = models.CharField(_("reference in the document register"), max_length=60, blank=True)
    sender_reference = models.CharField(_("sender's reference"), max_length=60, blank=True)
    sender_dated_on = models.DateField(_("date on the letter"), null=True, blank=True)

    # Three moments apart: when it came, when it was registered, when the clock starts (domain of law, § 1.0).
    received_at = models.DateTimeField(_("received"))
    registered_at = models.DateTimeField(_("registered"))
    registered_on = models.DateField(_("registered on"))
    registered_by = models.ForeignKey("bureau.User", models.PROTECT, null=True, related_name="+", db_index=False)
    # The earliest running clock, kept here so that lists read one row.
    due_on = models.DateField(_("due"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    was_on_time = models.BooleanField(_("answered on time"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    # The day the case left our hands: answered, forwarded or closed, the first of them (complaints/case_ends.py).
    ended_on = models.DateField(_("ended"), null=True, blank=True)
    is_extended = models.BooleanField(_("term extended"), default=False)
    reopened_count = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(_("outcome"), max_length=20, blank=True)

    # Access restriction (AK mark, AvTS §§ 35, 40, 41)
    is_restricted = models.BooleanField(_("access restricted"), default=False)
    restriction_basis = models.ForeignKey("bureau.RestrictionBasis", models.PROTECT, verbose_name=_("basis"), null=True, blank=True, db_index=False)  # fmt: skip
    restricted_from = models.DateField(_("mark made"), null=True, blank=True)
    restricted_until = models.DateField(_("valid until"), null=True, blank=True)
    restriction_ends_by = models.CharField(_("ends by the event"), max_length=200, blank=True)
    restriction_scope = models.CharField(_("what is restricted"), max_length=200, blank=True)
    restriction_note = models.TextField(_("why"), blank=True)

    import_batch = models.ForeignKey(
        "complaints.ImportBatch", models.PROTECT, null=True, blank=True, related_name="cases", db_index=False
    )
    foreign_data = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        indexes = [
            models.Index(fields=["due_on", "id"], name="complaints_case_open_due", condition=Q(status__in=OPEN)),
            models.Index(
                fields=["assignee", "due_on", "id"], name="complaints_case_open_mine", condition=Q(status__in=OPEN)
            ),
            models.Index(
                fields=["unit", "due_on", "id"], name="complaints_case_open_unit", condition=Q(status__in=OPEN)
            ),
            models.Index(fields=["-registered_on", "-id"], name="complaints_case_registered"),
            models.Index(fields=["unit", "-registered_on", "-id"], name="complaints_case_of_unit"),
            models.Index(fields=["assignee", "-registered_on", "-id"], name="complaints_case_of_assignee"),
            models.Index(fields=["kind", "-registered_on", "-id"], name="complaints_case_of_kind"),
            models.Index(fields=["topic", "-registered_on", "-id"], name="complaints_case_of_topic"),
            models.Index(fields=["channel", "-registered_on", "-id"], name="complaints_case_of_channel"),
            models.Index(
                fields=["answered_on", "id"], name="complaints_case_answered", condition=Q(answered_on__isnull=False)
            ),
            models.Index(
                fields=["closed_on", "id"], name="complaints_case_closed", condition=Q(closed_on__isnull=False)
            ),
            models.Index(fields=["ended_on"], name="complaints_case_ended", condition=Q(ended_on__isnull=False)),
            models.Index(
                fields=["restricted_until"], name="complaints_case_restricted", condition=Q(is_restricted=True)
            ),
            models.Index(
                fields=["import_batch"], name="complaints_case_of_batch", condition=Q(import_batch__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint("series", "year", "sequence", name="complaints_case_number_once"),
            models.CheckConstraint(
                name="complaints_case_answered_at_set_when_answered",
                condition=~Q(status=Status.ANSWERED) | Q(answered_at__isnull=False, answered_on__isnull=False),
            ),
            models.CheckConstraint(
                name="complaints_case_closed_at_set_when_closed",
                condition=Q(status=Status.CLOSED, closed_at__isnull=False, closed_on__isnull=False)
                | (~Q(status=Status.CLOSED) & Q(closed_at__isnull=True, closed_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="complaints_case_ended_on_set_when_ended",
                condition=Q(status__in=OPEN, ended_on__isnull=True)
                | Q(status__in=ENDED, ended_on__isnull=False, ended_on__gte=F("registered_on")),
            ),
            models.CheckConstraint(
                name="complaints_case_restriction_whole",
                condition=Q(is_restricted=False)
                | (
                    Q(restriction_basis__isnull=False, restricted_from__isnull=False)
                    & (Q(restricted_until__isnull=False) | ~Q(restriction_ends_by=""))
                ),
            ),
            models.CheckConstraint(
                name="complaints_case_registered_after_receipt", condition=Q(registered_at__gte=F("received_at"))
            ),
        ]

    def __str__(self):
        return self.number

    def get_absolute_url(self):
        return reverse("complaints:case_detail", args=[self.number])

    @property
    def is_open(self) -> bool:
        return self.status in OPEN


class CaseAccess(models.Model):
    """A person let in to a restricted case by name, with the reason."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="accesses")
    user = models.ForeignKey("bureau.User", models.PROTECT, related_name="+")
    granted_by = models.ForeignKey("bureau.User", models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("case", "user", name="complaints_caseaccess_once")]


class CaseFollower(models.Model):
    """A person who wants to hear of every move of a case."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="followers")
    user = models.ForeignKey("bureau.User", models.CASCADE, related_name="followed_cases")

    class Meta:
        constraints = [models.UniqueConstraint("case", "user", name="complaints_casefollower_once")]


class NumberSeries(models.Model):
    """Last number given in a series and year; its row is locked at the very end of a registration."""

    series = models.CharField(max_length=3)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint("series", "year", name="complaints_numberseries_once")]


class SearchDocument(models.Model):
    """What full-text search finds of a case, rewritten in the transaction that changes the case."""

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="search_document")
    vector = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["vector"], name="complaints_search_vector", fastupdate=False)]
