"""Adding, changing and closing people. A person is never deleted: their deeds carry their name for ever."""

from datetime import timedelta

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.audit import record
from bureau.models import RoleHolding, Substitution, User
from bureau.outbox import queue_mail, register_purpose
from bureau.refusals import DeedRefused
from bureau.role_holdings import keep_an_administrator
from bureau.roles import ADMINISTRATOR
from bureau.sign_in import identity_hash

register_purpose("person.invitation", gettext_lazy("Sign-in letter to a colleague"))

# What the history of a person tells of: names of fields that may stand in a deed.
CHANGED_BY_KEEPER = (
    "first_name", "last_name", "email", "job_title", "unit_id", "phone", "language", "languages_served", "workload_share",
)  # fmt: skip


@transaction.atomic
def add_person(*, by: User, personal_code: str = "", skills=(), **facts) -> User:
    """List a new official and send a letter with a link for setting the password."""
    person = User(**facts)
    person.email = User.objects.normalize_email(person.email).lower()
    person.identity_hash = identity_hash(personal_code) if personal_code else ""
    person.set_unusable_password()
    saved(person)
    person.skills.set(skills)
    record("person.added", by=by, on=person)
    invite(person, by=by)
    return person


@transaction.atomic
def change_person(*, person: User, by: User, personal_code: str | None = None, skills=None, **facts) -> User:
    """Change what is known of a person. `personal_code`: None keeps it, "" takes the state's sign-in away."""
    person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    old = {name: getattr(person, name) for name in CHANGED_BY_KEEPER}
    for name, value in facts.items():
        setattr(person, name, value)
    person.email = User.objects.normalize_email(person.email).lower()
    changed = {
        name: [plain(old[name]), plain(getattr(person, name))] for name in old if old[name] != getattr(person, name)
    }
    if personal_code is not None:
        person.identity_hash = identity_hash(personal_code) if personal_code else ""
        changed["identity"] = ["", ""]
    saved(person)
    if "email" in changed:
        # allauth keeps the addresses it has seen; the old one must not open the door any more.
        EmailAddress.objects.filter(user=person).delete()
    if skills is not None and set(person.skills.values_list("pk", flat=True)) != {topic.pk for topic in skills}:
        person.skills.set(skills)
        changed["skills"] = ["", sorted(topic.code for topic in skills)]
    if changed:
        record("person.changed", by=by, on=person, changed=changed)
    return person


@transaction.atomic
def close_person(*, person: User, by: User, reason: str = "") -> User:
    """The person signs in no more, from the next click. Roles and substitutions end today."""
    person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    today = timezone.localdate()
    if person.pk == by.pk:
        raise DeedRefused(_("Nobody closes themselves. Ask another administrator."))
    if not person.is_active:
        return person
    holdings = RoleHolding.objects.select_for_update(of=("self",)).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today)
    )
    if holdings.filter(user=person, role=ADMINISTRATOR.code).exists():
        keep_an_administrator(leaving=Q(user=person), from_day=today + timedelta(days=1))
    person.is_active = False
    person.save(update_fields=["is_active"])
    for holding in holdings.filter(Q(user=person) | Q(on_behalf_of=person)):
        holding.ends_on = max(today, holding.starts_on)
        holding.save(update_fields=["ends_on"])
    Substitution.objects.filter(
        Q(absent=person) | Q(substitute=person), ends_on__gte=today, ended_early_at=None
    ).update(ended_early_at=timezone.now())
    record("person.closed", by=by, on=person, reason=reason)
    return person


@transaction.atomic
def open_person(*, person: User, by: User) -> User:
    """The person may sign in again; roles are given anew."""
    person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    if not person.is_active:
        person.is_active = True
        person.save(update_fields=["is_active"])
        record("person.opened", by=by, on=person)
    return person


@transaction.atomic
def send_invitation(*, person: User, by: User) -> None:
    """The letter once more: the first one was lost, or its three days have passed."""
    record("person.invited", by=by, on=person)
    invite(person, by=by)


def invite(person: User, *, by: User) -> None:
    """A letter with a link for setting the password, in the person's language. The link works once, for three days."""
    key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
    uidb36, _dash, token = key.partition("-")
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uidb36, "key": token})
    with translation.override(person.language):
        queue_mail(
            to=person.email,
            subject=_("Your sign-in to the desk of customer service"),
            text=render_to_string(
                "account/email/invitation.txt",
                {"person": person, "url": settings.SITE_URL.rstrip("/") + path, "agency_name": settings.AGENCY_NAME},
            ),
            purpose="person.invitation",
            about=person,
            by=by,
            secret=True,
        )


@transaction.atomic
def change_own_settings(*, user: User, language: str, density: str, shortcuts_enabled: bool) -> None:
    """A person's own way of working; no deed, it concerns nobody else."""
    user.language, user.density, user.shortcuts_enabled = language, density, shortcuts_enabled
    user.save(update_fields=["language", "density", "shortcuts_enabled"])


def saved(person: User) -> None:
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        if "bureau_user_identity_unique" in str(error):
            raise DeedRefused(_("Another person is listed with this personal code."), field="personal_code") from None
        if "email" in str(error):
            raise DeedRefused(_("Another person has this e-mail address."), field="email") from None
        raise


def plain(value):
    return value if isinstance(value, str | int | list | None.__class__) else str(value)
