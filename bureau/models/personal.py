"""What belongs to one person's way of working: notices, saved views, list settings, unfinished texts."""

from django.db import models
from django.db.models import Case, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau import gates, notice_ends


class NotificationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own, without those that lead to what does not exist for the person any more."""
        return self.filter(gates.leads_to_seen(user), user=user)

    def unread(self):
        """Not read, and not about what is done already."""
        return self.filter(read_at__isnull=True).exclude(notice_ends.ended())

    def with_end(self):
        """`has_ended`: what the notice asks for is done."""
        return self.annotate(has_ended=Case(When(notice_ends.ended(), then=True), default=False))


class Notification(models.Model):
    """A notice in the application. Kind and arguments are stored, the sentence is made in the reader's language."""

    user = models.ForeignKey("bureau.User", models.CASCADE, related_name="notifications")
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=60)
    arguments = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    # The same notice is given once: a repeated task finds its key taken.
    once_key = models.CharField(max_length=200, null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    digested_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["user", "-id"], name="bureau_notification_of_user"),
            models.Index(fields=["user"], name="bureau_notification_unread", condition=models.Q(read_at__isnull=True)),
        ]
        constraints = [models.UniqueConstraint("user", "once_key", name="bureau_notification_given_once")]


class SavedView(models.Model):
    """A list with its filter, columns and order, kept under a name: the address is the view."""

    user = models.ForeignKey("bureau.User", models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=60)
    name = models.CharField(_("name"), max_length=80)
    query = models.TextField(blank=True)
    is_shared = models.BooleanField(_("show to the whole team"), default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint("user", "page", "name", name="bureau_savedview_name_once")]


class ListSetting(models.Model):
    """What a person chose to see of a list and in which order: columns of a table, topics on the keys 1–9."""

    user = models.ForeignKey("bureau.User", models.CASCADE, related_name="list_settings")
    page = models.CharField(max_length=60)
    columns = models.JSONField(default=list)
    sort = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("user", "page", name="bureau_listsetting_once")]


class Draft(models.Model):
    """What somebody has typed and not yet sent; kept on the server until it is sent or thrown away."""

    user = models.ForeignKey("bureau.User", models.CASCADE, related_name="drafts")
    form = models.CharField(max_length=60)
    subject = models.CharField(max_length=60, blank=True)
    data = models.JSONField(default=dict)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [models.UniqueConstraint("user", "form", "subject", name="bureau_draft_once")]
