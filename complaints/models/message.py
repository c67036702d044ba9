"""What stands on a case's timeline beside its contacts: notes, messages, links, forwardings."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class CaseNote(models.Model):
    """A note for ourselves. Kept in a table of its own so that no letter can ever be built from it."""

    case = models.ForeignKey("complaints.Case", models.CASCADE, related_name="notes")
    at = models.DateTimeField(default=timezone.now)
    author = models.ForeignKey("bureau.User", models.PROTECT, null=True, related_name="+", db_index=False)
    on_behalf_of = models.ForeignKey(
        "bureau.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    text = models.TextField(_("internal note"))

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["at", "pk"]


class Message(models.Model):
    """What went between the client and the agency in a case, either way."""

    class Direction(models.TextChoices):
        IN = "in", _("From the client")
        OUT = "out", _("To the client")

    class Kind(models.TextChoices):
        ORIGINAL = "original", _("First turn")
        FOLLOW_UP = "follow_up", _("Further turn")
        REPLY = "reply", _("Reply")
        EXTENSION_NOTICE = "extension_notice", _("Notice of extension")
        FORWARDING_NOTICE = "forwarding_notice", _("Notice of forwarding")
        CLARIFICATION = "clarification", _("Request to clarify")

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    case = models.ForeignKey("complaints.Case", models.CASCADE, related_name="messages")
    direction = models.CharField(max_length=3, choices=Direction)
    kind = models.CharField(max_length=20, choices=Kind)
    at = models.DateTimeField(default=timezone.now)
    channel = models.ForeignKey(
        "bureau.Channel", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    author = models.ForeignKey("bureau.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    on_behalf_of = models.ForeignKey(
        "bureau.User", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    recipient = models.CharField(max_length=300, blank=True)
    body = models.TextField(_("text"))

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["at", "pk"]


class CaseLink(models.Model):
    """Two cases that belong together, and how."""

    class Kind(models.TextChoices):
        RELATED = "related", _("Related to")
        FOLLOW_UP = "follow_up", _("Follow-up of")
        REPEAT = "repeat", _("Repeat of")
        APPEAL = "appeal", _("Appeal against")
        CAUSED_BY = "caused_by", _("Caused by")
        DUPLICATE = "duplicate", _("Duplicate of")

    case = models.ForeignKey("complaints.Case", models.CASCADE, related_name="links")
    other = models.ForeignKey("complaints.Case", models.CASCADE, related_name="linked_from")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.RELATED)
    created_by = models.ForeignKey("bureau.User", models.PROTECT, null=True, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint("case", "other", "kind", name="complaints_caselink_once"),
            models.CheckConstraint(name="complaints_caselink_not_to_itself", condition=~Q(case=F("other"))),
        ]


class Forwarding(models.Model):
    """A case sent on to the body whose matter it is, and the notice owed to the person."""

    case = models.ForeignKey("complaints.Case", models.CASCADE, related_name="forwardings")
    body = models.ForeignKey("bureau.OutsideBody", models.PROTECT, related_name="+")
    forwarded_at = models.DateTimeField()
    forwarded_by = models.ForeignKey("bureau.User", models.PROTECT, null=True, related_name="+", db_index=False)
    is_whole = models.BooleanField(_("the whole matter"), default=True)
    reason = models.TextField(blank=True)
    notice = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    notice_not_owed_because = models.CharField(max_length=300, blank=True)
