"""Mail on its way out: written in the transaction of its deed, sent afterwards, and each attempt in a journal."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau import gates


class OutgoingMailQuerySet(models.QuerySet):
    def visible_to(self, user):
        """For those who keep the outgoing mail all but what leads to a complaint about them, for others none.

        Its text is shown to nobody here; `is_closed` says that its purpose and the recipient's domain are not either.
        """
        from bureau.roles import Permission

        if not user.may(Permission.MAIL_KEEP):
            return self.none()
        return gates.with_closed(gates.not_hidden(self, user), user)

    def due(self, now):
        return self.filter(state=OutgoingMail.State.QUEUED, due_at__lte=now)

    def that_need_a_person(self):
        return self.filter(state__in=OutgoingMail.NEED_A_PERSON)

    def about(self, thing):
        return self.filter(object_type=thing._meta.label_lower, object_id=thing.pk)


class OutgoingMail(models.Model):
    """One letter to one address. Who may read what it is about reads it there: here stands only how it fares."""

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("mail", "Waits to be sent")
        SENDING = "sending", pgettext_lazy("mail", "Being sent")
        SENT = "sent", pgettext_lazy("mail", "Sent")
        FAILED = "failed", pgettext_lazy("mail", "Not sent")
        # Its text had been given to the server when the worker died or the line broke: perhaps there, perhaps not.
        UNCERTAIN = "uncertain", pgettext_lazy("mail", "Perhaps sent")
        CANCELLED = "cancelled", pgettext_lazy("mail", "Cancelled")

    NEED_A_PERSON = ("failed", "uncertain")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(_("purpose"), max_length=40)
    # Mail that nobody wrote by hand says so in its headers, and lets letters of people go first.
    is_automatic = models.BooleanField(default=True)
    to = models.CharField(_("recipient"), max_length=254)
    reply_to = models.CharField(max_length=254, blank=True)
    subject = models.CharField(_("subject"), max_length=300)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    # Made once: a letter sent again by a person bears the same, so that the receiving side can tell.
    message_id = models.CharField(max_length=255, unique=True)
    # The text holds a link that opens something; it is wiped as soon as the letter has left.
    is_secret = models.BooleanField(default=False)
    once_key = models.CharField(max_length=120, null=True, blank=True, unique=True)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.BigIntegerField(null=True, blank=True)
    object_label = models.CharField(max_length=120, blank=True)
    queued_by = models.ForeignKey(
        "bureau.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    on_behalf_of = models.ForeignKey(
        "bureau.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    created_at = models.DateTimeField(_("queued"), default=timezone.now)
    not_before = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(default=timezone.now)
    # A server that could not be reached does not count against the letter.
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    server_code = models.CharField(max_length=20, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    # Given by `visible_to`: a letter that was not asked for through it is shown to nobody.
    is_closed: bool

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mail")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["is_automatic", "due_at", "id"], condition=Q(state="queued"), name="bureau_outgoingmail_queue"
            ),
            models.Index(fields=["state", "-id"], name="bureau_outgoingmail_state"),
            models.Index(fields=["purpose", "-id"], name="bureau_outgoingmail_purpose"),
            models.Index(fields=["object_type", "object_id"], name="bureau_outgoingmail_of_object"),
        ]
        constraints = [
            models.CheckConstraint(
                name="bureau_outgoingmail_sent_at_set_when_sent",
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="bureau_outgoingmail_secret_wiped_when_over",
                condition=Q(is_secret=False) | ~Q(state__in=["sent", "cancelled"]) | Q(text="", html=""),
            ),
        ]

    def __str__(self):
        return f"{self.purpose} → {self.domain}"

    @property
    def domain(self) -> str:
        """All that the page of outgoing mail shows of the recipient."""
        return self.to.rpartition("@")[2]

    @property
    def domain_shown(self) -> str:
        """Of a letter asked for by `visible_to`: nothing of one about a restricted case that the reader may not see."""
        return "" if self.is_closed else self.domain

    @property
    def is_waiting(self) -> bool:
        return self.state == self.State.QUEUED

    @property
    def needs_a_person(self) -> bool:
        return self.state in self.NEED_A_PERSON


class OutgoingAttachment(models.Model):
    """A file that goes with a letter."""

    mail = models.ForeignKey(OutgoingMail, models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=80)
    content = models.BinaryField()


class MailAttempt(models.Model):
    """Journal of one attempt. It is written before the server is called, so that a killed worker leaves its trace.

    `content_begun_at` is committed after the server asked for the text and before a byte of it leaves. Without it the
    letter has certainly not arrived and may be tried again; with it and without an answer nobody knows.
    """

    class Result(models.TextChoices):
        UNDER_WAY = "under_way", pgettext_lazy("mail attempt", "Under way")
        ACCEPTED = "accepted", pgettext_lazy("mail attempt", "Accepted by the server")
        DEFERRED = "deferred", pgettext_lazy("mail attempt", "Put off by the server")
        REFUSED = "refused", pgettext_lazy("mail attempt", "Refused by the server")
        NO_CONNECTION = "no_connection", pgettext_lazy("mail attempt", "The server was not reached")
        LOST = "lost", pgettext_lazy("mail attempt", "Broken off before the text was given")
        UNCERTAIN = "uncertain", pgettext_lazy("mail attempt", "Broken off while the text was given")

    mail = models.ForeignKey(OutgoingMail, models.CASCADE, related_name="journal")
    started_at = models.DateTimeField()
    content_begun_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=15, choices=Result, default=Result.UNDER_WAY)
    server_code = models.CharField(max_length=20, blank=True)
    # The server's own words, which may name the recipient: shown to nobody, kept for whoever reads the database.
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("attempt to send")
        verbose_name_plural = _("attempts to send")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="bureau_mailattempt_ended_at_set_when_ended",
                condition=Q(result="under_way", ended_at__isnull=True)
                | (~Q(result="under_way") & Q(ended_at__isnull=False)),
            ),
            models.UniqueConstraint(
                fields=["mail"], condition=Q(result="under_way"), name="bureau_mailattempt_one_at_a_time"
            ),
            models.UniqueConstraint(
                fields=["mail"], condition=Q(result="accepted"), name="bureau_mailattempt_accepted_once"
            ),
        ]

    def __str__(self):
        return f"{self.mail_id} {self.result}"
