"""One touch with a client over any channel. An answered call is a contact with an outcome and nothing more."""

import uuid

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau.history import keeps_history
from bureau.roles import Permission
from complaints.folding import Folded, WordsOf
from complaints.models import visibility


class ContactQuerySet(models.QuerySet):
    def kept(self):
        """Without those taken back within the seconds of undo."""
        return self.filter(undone_at__isnull=True)

    def visible_to(self, user):
        """Contacts of unrestricted cases and of none; those of a restricted case follow the case."""
        return visibility.contacts_seen(self, user)

    def naming_case_to(self, user, *, shown="case_shown", field="number"):
        """Each with `case_shown`: the number of its case, empty where the case does not exist for `user`."""
        if user.rights.own.grants(Permission.CASE_VIEW_RESTRICTED):
            # Contacts of cases that concern the person are left out before.
            return self.annotate(**{shown: F(f"case__{field}")})
        from complaints.models.case import Case

        seen = Case.objects.visible_to(user).filter(pk=OuterRef("case_id"))
        return self.annotate(**{shown: Subquery(seen.values(field)[:1])})


@keeps_history()
class Contact(models.Model):
    class Outcome(models.TextChoices):
        ANSWERED = "answered", _("Answered")
        FORWARDED = "forwarded", _("Passed on")
        CASE = "case", _("Case")
        COMPLAINT = "complaint", _("Complaint")
        WRONG_BODY = "wrong_body", _("Wrong body")

    class Direction(models.TextChoices):
        IN = "in", _("Incoming")
        OUT = "out", _("Outgoing")

    # The key of one filling of the form: a repeated submit finds its contact instead of making another.
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    at = models.DateTimeField(_("when"))
    on = models.DateField(_("day"))
    channel = models.ForeignKey("bureau.Channel", models.PROTECT, verbose_name=_("channel"), db_index=False)
    direction = models.CharField(_("direction"), max_length=3, choices=Direction, default=Direction.IN)
    party = models.ForeignKey("complaints.Party", models.PROTECT, verbose_name=_("party"), null=True, blank=True, related_name="contacts", db_index=False)  # fmt: skip
    topic = models.ForeignKey(
        "bureau.Topic", models.PROTECT, verbose_name=_("topic"), null=True, blank=True, db_index=False
    )
    unit = models.ForeignKey(
        "bureau.Unit", models.PROTECT, verbose_name=_("unit"), null=True, blank=True, db_index=False
    )
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, default=Outcome.ANSWERED)
    outside_body = models.ForeignKey(
        "bureau.OutsideBody", models.PROTECT, verbose_name=_("right door"), null=True, blank=True, db_index=False
    )
    passed_to_unit = models.ForeignKey("bureau.Unit", models.PROTECT, verbose_name=_("passed on to"), null=True, blank=True, related_name="+", db_index=False)  # fmt: skip
    case = models.ForeignKey(
        "complaints.Case", models.PROTECT, verbose_name=_("case"), null=True, blank=True, related_name="contacts"
    )
    note = models.TextField(_("note"), blank=True)
    was_dissatisfied = models.BooleanField(_("the client was dissatisfied"), default=False)
    handled_by = models.ForeignKey("bureau.User", models.PROTECT, verbose_name=_("handled by"), null=True, related_name="contacts", db_index=False)  # fmt: skip
    handling_seconds = models.PositiveIntegerField(_("handling time, seconds"), null=True, blank=True)
    entry_milliseconds = models.PositiveIntegerField(null=True, blank=True)
    language = models.CharField(_("language"), max_length=2, default="et")
    is_backdated = models.BooleanField(_("entered afterwards"), default=False)
    # Copied from the case, so that the gate reads one row.
    is_restricted = models.BooleanField(default=False)
    undone_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [
            models.Index(fields=["-at", "-id"], name="complaints_contact_latest"),
            models.Index(fields=["handled_by", "-at", "-id"], name="complaints_contact_of_handler"),
            models.Index(fields=["unit", "-at", "-id"], name="complaints_contact_of_unit"),
            models.Index(fields=["on", "channel"], name="complaints_contact_of_day"),
            models.Index(fields=["party", "-at", "-id"], name="complaints_contact_of_party"),
            models.Index(fields=["topic", "-at", "-id"], name="complaints_contact_of_topic"),
            models.Index(fields=["channel", "-at", "-id"], name="complaints_contact_of_channel"),
            # Most calls are answered; the other outcomes are what one looks for.
            models.Index(
                fields=["outcome", "-at", "-id"],
                name="complaints_contact_of_outcome",
                condition=~Q(outcome="answered"),
            ),
            models.Index(fields=["-at", "-id"], name="complaints_contact_unhappy", condition=Q(was_dissatisfied=True)),
            GinIndex(
                WordsOf(Folded("note")), name="complaints_contact_words", fastupdate=False, condition=~Q(note="")
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="complaints_contact_wrong_body_names_the_right_one",
                condition=~Q(outcome="wrong_body") | Q(outside_body__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{timezone.localtime(self.at):%d.%m.%Y %H.%M}"
