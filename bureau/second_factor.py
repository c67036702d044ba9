"""A second factor for everybody who signs in with a password, where `SECOND_FACTOR_REQUIRED` says so."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.shortcuts import redirect

from bureau.audit import record
from bureau.sign_in import SESSION_WAY

# Pages that remain open to a person who has yet to set up a second factor.
OPEN_PAGES = {
    "account_logout", "account_reauthenticate", "account_change_password", "bureau:language_choose",
    "bureau:accessibility_statement", "healthz", "readyz",
}  # fmt: skip
SESSION_HAS_ONE = "has_second_factor"


def has_second_factor(user) -> bool:
    return Authenticator.objects.filter(
        user=user, type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    ).exists()


@transaction.atomic
def reset_second_factor(*, person, by, reason: str) -> int:
    """Take the second factor of a person who lost it away; they set up a new one at their next sign-in."""
    removed, _models = Authenticator.objects.filter(user=person).delete()
    record("person.second_factor_reset", by=by, on=person, reason=reason, removed=removed)
    return removed


class SecondFactorMiddleware:
    """Leads a signed-in person without a second factor to its set-up, whatever page they ask for."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not settings.SECOND_FACTOR_REQUIRED or not request.user.is_authenticated:
            return None
        if request.session.get(SESSION_WAY) == "state" or request.session.get(SESSION_HAS_ONE):
            return None
        page = request.resolver_match.view_name or ""
        if page in OPEN_PAGES or page.startswith("mfa_"):
            return None
        if has_second_factor(request.user):
            request.session[SESSION_HAS_ONE] = True
            return None
        return redirect("mfa_index")
