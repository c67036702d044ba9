"""Which filling of a form was sent, with what, and what it was answered."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Submission(models.Model):
    """A form that did its deed. The row is written in the deed's own transaction: both are there or neither is.

    Neither the person nor what was written stands here: `id` is made of the form's key and the person, `content` is a
    keyed digest. `bureau/submissions.py` says what is made of it.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    address = models.CharField(max_length=300)
    content = models.UUIDField()
    # Where the first sending led and what was said; nothing where a repeated view finds its deed by itself.
    outcome = models.JSONField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("sent form")
        verbose_name_plural = _("sent forms")
