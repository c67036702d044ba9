"""The agency as the bureau sees it: units, services, topics, channels, other bodies. Dated, never deleted once used."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bureau.history import keeps_history


class ListedQuerySet(models.QuerySet):
    def in_use(self, on):
        """Entries that may be chosen on the day `on`."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=on), Q(valid_to__isnull=True) | Q(valid_to__gte=on)
        )


class Listed(models.Model):
    """An entry of a list kept by the head: a stable code, names in both languages, days of validity."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    name_et = models.CharField(_("name in Estonian"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)
    position = models.PositiveIntegerField(_("order"), default=100)
    valid_from = models.DateField(_("in use from"), null=True, blank=True)
    valid_to = models.DateField(_("in use until"), null=True, blank=True)

    objects = ListedQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["position", "name_et", "pk"]

    def __str__(self):
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_et


def valid_days_in_order(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=name, condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from"))
    )


@keeps_history()
class Unit(Listed):
    """A structural unit of the agency, in a tree."""

    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("part of"), null=True, blank=True, related_name="parts"
    )
    email = models.EmailField(_("e-mail"), blank=True)

    class Meta(Listed.Meta):
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            valid_days_in_order("bureau_unit_valid_days_in_order"),
            models.CheckConstraint(
                name="bureau_unit_not_its_own_part", condition=~Q(parent=F("id")) | Q(parent__isnull=True)
            ),
        ]


@keeps_history()
class Service(Listed):
    """A service of the agency with the unit, and the person, that owns it."""

    unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name=_("owner unit"), null=True, blank=True, related_name="services"
    )
    owner = models.ForeignKey(
        "bureau.User", models.PROTECT, verbose_name=_("service owner"), null=True, blank=True, related_name="+"
    )
    url = models.URLField(_("address"), blank=True)

    class Meta(Listed.Meta):
        verbose_name = _("service")
        verbose_name_plural = _("services")
        constraints = [valid_days_in_order("bureau_service_valid_days_in_order")]


@keeps_history()
class OutsideBody(Listed):
    """Another body that is the right door for what is not ours: a municipality, the forest manager, the rescue board."""

    what_for_et = models.CharField(_("what for, in Estonian"), max_length=300, blank=True)
    what_for_en = models.CharField(_("what for, in English"), max_length=300, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    url = models.URLField(_("address"), blank=True)

    class Meta(Listed.Meta):
        verbose_name = _("other body")
        verbose_name_plural = _("other bodies")
        constraints = [valid_days_in_order("bureau_outsidebody_valid_days_in_order")]

    @property
    def what_for(self) -> str:
        return self.what_for_en if get_language() == "en" else self.what_for_et


@keeps_history()
class Topic(Listed):
    """What a contact is about; two levels. Carries the short answer to give and the right door when it is not ours."""

    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("group"), null=True, blank=True, related_name="parts"
    )
    service = models.ForeignKey(
        Service, models.PROTECT, verbose_name=_("service"), null=True, blank=True, related_name="topics"
    )
    unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name=_("unit that answers"), null=True, blank=True, related_name="topics"
    )
    outside_body = models.ForeignKey(
        OutsideBody,
        models.PROTECT,
        verbose_name=_("right door elsewhere"),
        null=True,
        blank=True,
        related_name="topics",
    )
    keywords = ArrayField(
        models.CharField(max_length=60), verbose_name=_("words people use"), default=list, blank=True
    )
    guide_et = models.TextField(_("short answer in Estonian"), blank=True)
    guide_en = models.TextField(_("short answer in English"), blank=True)

    class Meta(Listed.Meta):
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        constraints = [
            valid_days_in_order("bureau_topic_valid_days_in_order"),
            models.CheckConstraint(
                name="bureau_topic_not_its_own_part", condition=~Q(parent=F("id")) | Q(parent__isnull=True)
            ),
        ]

    @property
    def guide(self) -> str:
        return self.guide_en if get_language() == "en" else self.guide_et


@keeps_history()
class Channel(Listed):
    """A way in which clients reach the bureau."""

    icon = models.CharField(_("icon"), max_length=30, default="contact")
    is_instant = models.BooleanField(_("answered while the client is there"), default=False)

    class Meta(Listed.Meta):
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        constraints = [valid_days_in_order("bureau_channel_valid_days_in_order")]


@keeps_history()
class RestrictionBasis(Listed):
    """A ground in law on which access may be restricted (AvTS § 35), with its usual length."""

    law = models.CharField(_("legal basis"), max_length=120)
    default_years = models.PositiveSmallIntegerField(_("usual length in years"), null=True, blank=True)
    ends_by_event = models.BooleanField(_("ends by an event"), default=False)
    is_confirmed = models.BooleanField(_("confirmed by a lawyer"), default=False)
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta(Listed.Meta):
        verbose_name = _("basis of restriction")
        verbose_name_plural = _("bases of restriction")
        constraints = [valid_days_in_order("bureau_restrictionbasis_valid_days_in_order")]
