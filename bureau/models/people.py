"""People of the agency, what they may do from when to when, who stands in for whom, and who is away."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from bureau.history import keeps_history
from bureau.roles import ROLES, Permission


def days(starts: str, ends: str) -> Func:
    """SQL range of whole days, both ends included; an empty end never ends."""
    return Func(
        F(starts), F(ends), RangeBoundary(inclusive_lower=True, inclusive_upper=True), function="DATERANGE",
        output_field=DateRangeField(),
    )  # fmt: skip


class DatedQuerySet(models.QuerySet):
    def in_force(self, on):
        """Rows whose days include `on`."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on), starts_on__lte=on)


class UserManager(BaseUserManager):
    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)

    def create_user(self, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


@keeps_history(exclude=["password", "last_login"])
class User(AbstractBaseUser):
    """An official who signs in. Made by the administrator or by the state's sign-in for somebody already listed."""

    class Density(models.TextChoices):
        COMFORTABLE = "comfortable", _("Comfortable")
        DENSE = "dense", _("Dense")

    email = models.EmailField(_("e-mail"), max_length=254, unique=True)
    first_name = models.CharField(_("first name"), max_length=100)
    last_name = models.CharField(_("last name"), max_length=100)
    job_title = models.CharField(_("job title"), max_length=150, blank=True)
    unit = models.ForeignKey(
        "bureau.Unit", models.PROTECT, verbose_name=_("unit"), null=True, blank=True, related_name="people"
    )
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    # HMAC of the personal code as the state's sign-in gives it ("EE…"); the code itself is never kept.
    identity_hash = models.CharField(max_length=64, blank=True, default="")
    is_active = models.BooleanField(_("may sign in"), default=True)
    joined_at = models.DateTimeField(_("added"), auto_now_add=True)
    language = models.CharField(
        _("language"), max_length=2, choices=[("et", _("Estonian")), ("en", _("English"))], default="et"
    )
    languages_served = ArrayField(
        models.CharField(max_length=2), verbose_name=_("languages served"), default=list, blank=True
    )
    skills = models.ManyToManyField(
        "bureau.Topic", verbose_name=_("topics served"), blank=True, related_name="skilled_people"
    )
    shortcuts_enabled = models.BooleanField(_("keyboard shortcuts"), default=True)
    density = models.CharField(_("list density"), max_length=12, choices=Density, default=Density.DENSE)
    workload_share = models.DecimalField(_("share of full working time"), max_digits=3, decimal_places=2, default=1)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["first_name", "last_name"]

    objects = UserManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["last_name", "first_name", "pk"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="bureau_user_email_unique"),
            models.UniqueConstraint(
                "identity_hash", name="bureau_user_identity_unique", condition=~Q(identity_hash="")
            ),
            models.CheckConstraint(
                name="bureau_user_workload_share_possible", condition=Q(workload_share__gt=0, workload_share__lte=1)
            ),
        ]

    def __str__(self):
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    get_full_name = full_name.fget

    def get_short_name(self) -> str:
        return self.first_name

    @property
    def initials(self) -> str:
        return (self.first_name[:1] + self.last_name[:1]).upper()

    # Django asks these two of a user; answers come from `bureau.permissions.RoleBackend`.
    def has_perm(self, perm, obj=None) -> bool:
        return self.is_active and self.rights.grants(perm)

    def has_module_perms(self, app_label) -> bool:
        return False

    @cached_property
    def rights(self):
        """What this person may do today, substitutions included; read once per request."""
        from bureau.substitution import rights_of

        return rights_of(self)

    def may(self, permission: Permission) -> bool:
        return self.has_perm(permission)


class RoleHolding(models.Model):
    """Who holds a role, from when to when, over which unit, and on whose behalf when acting for another."""

    user = models.ForeignKey(User, models.PROTECT, verbose_name=_("person"), related_name="role_holdings")
    role = models.CharField(_("role"), max_length=40, choices=[(role.code, role.name) for role in ROLES.values()])
    unit = models.ForeignKey("bureau.Unit", models.PROTECT, verbose_name=_("unit"), null=True, blank=True)
    on_behalf_of = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("on behalf of"), null=True, blank=True, related_name="roles_lent"
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("role holding")
        verbose_name_plural = _("role holdings")
        ordering = ["user", "-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="bureau_roleholding_ends_after_start",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
            ),
            ExclusionConstraint(
                name="bureau_roleholding_same_role_not_twice",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (models.functions.Coalesce("unit_id", 0), RangeOperators.EQUAL),
                    (models.functions.Coalesce("on_behalf_of_id", 0), RangeOperators.EQUAL),
                    (days("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self):
        return f"{self.user}: {self.get_role_display()}"


class Substitution(models.Model):
    """For these days the substitute has the rights of the absent person; deeds then read "X eest Y"."""

    absent = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("person stood in for"), related_name="substituted_by"
    )
    substitute = models.ForeignKey(User, models.PROTECT, verbose_name=_("substitute"), related_name="substitutes_for")
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    ended_early_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("substitution")
        verbose_name_plural = _("substitutions")
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="bureau_substitution_ends_after_start", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(name="bureau_substitution_not_oneself", condition=~Q(absent=F("substitute"))),
            ExclusionConstraint(
                name="bureau_substitution_one_substitute_a_day",
                expressions=[
                    ("absent", RangeOperators.EQUAL),
                    (days("starts_on", "ends_on"), RangeOperators.OVERLAPS),
                ],
                # One ended early leaves its days to another.
                condition=Q(ended_early_at__isnull=True),
            ),
        ]

    def __str__(self):
        return f"{self.substitute} → {self.absent}"


class Absence(models.Model):
    """Days on which a person is away: no case is assigned to them, and deadlines must not rest on them."""

    class Kind(models.TextChoices):
        LEAVE = "leave", _("Leave")
        SICK = "sick", _("Sick leave")
        TRIP = "trip", _("Business trip")
        TRAINING = "training", _("Training")
        OTHER = "other", _("Other absence")

    user = models.ForeignKey(User, models.PROTECT, verbose_name=_("person"), related_name="absences")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.LEAVE)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(name="bureau_absence_ends_after_start", condition=Q(ends_on__gte=F("starts_on"))),
            ExclusionConstraint(
                name="bureau_absence_not_twice_a_day",
                expressions=[("user", RangeOperators.EQUAL), (days("starts_on", "ends_on"), RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self):
        return f"{self.user} {self.starts_on}–{self.ends_on}"
