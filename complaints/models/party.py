"""Who contacts the bureau. Nobody has to have an e-mail address, and nobody is invented: an unknown caller has no party."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau import phone_numbers
from bureau.history import keeps_history
from complaints.folding import Folded
from complaints.models import visibility


class PartyQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Parties known from a case or contact that exists for `user`, or from none at all."""
        return visibility.parties_seen(self, user)


@keeps_history()
class Party(models.Model):
    class Kind(models.TextChoices):
        PERSON = "person", _("Private person")
        COMPANY = "company", _("Company or association")
        AGENCY = "agency", _("Other agency")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.PERSON)
    name = models.CharField(_("name"), max_length=200, blank=True)
    registry_code = models.CharField(_("registry code"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(
        _("phone"), max_length=20, blank=True, help_text=_("Kept in the international form, +372 …")
    )
    address = models.CharField(_("postal address"), max_length=300, blank=True)
    language = models.CharField(_("language"), max_length=2, default="et")
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField(_("added"), default=timezone.now)
    created_by = models.ForeignKey("bureau.User", models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        indexes = [
            GinIndex(OpClass(Folded("name"), "gin_trgm_ops"), name="complaints_party_name_folded"),
            models.Index(OpClass("phone", "text_pattern_ops"), name="complaints_party_phone", condition=~Q(phone="")),
            models.Index(
                OpClass(Lower("email"), "text_pattern_ops"), name="complaints_party_email", condition=~Q(email="")
            ),
            models.Index(fields=["registry_code"], name="complaints_party_registry", condition=~Q(registry_code="")),
        ]
        constraints = [
            models.CheckConstraint(
                name="complaints_party_says_something", condition=~Q(name="", registry_code="", email="", phone="")
            )
        ]

    def __str__(self):
        return self.name or phone_numbers.shown(self.phone) or self.email or self.registry_code

    def get_absolute_url(self):
        from django.urls import reverse

        return reverse("complaints:party_detail", args=[self.pk])


class AddressClaim(models.Model):
    """The digest of an address of which a party is being added; whoever writes the row holds it until the commit."""

    place = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(default=timezone.now)
