"""Sign-in: password with a second factor, or the state's service. Nobody registers themselves.

TARA's rules (domain of infrastructure, § 4.1): code flow only, the ID token is read and no user information is asked,
its signature, issuer, audience, time, nonce and level of assurance are checked, and `sub` is matched to an official who
is already listed. The personal code itself is never kept, not even in the session.
"""

import base64
import hashlib
import hmac
import logging

import jwt
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.signals import user_logged_in
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.dispatch import receiver
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare, get_random_string
from django.utils.translation import get_language, gettext_lazy, gettext_noop
from django.utils.translation import gettext as _

from bureau.audit import record
from bureau.client_address import client_address, network_of
from bureau.models import User

log = logging.getLogger(__name__)

# Levels of assurance in rising order (eIDAS).
ASSURANCE = ("low", "substantial", "high")
# TARA signs by RS256; nothing weaker is taken, whatever a token says of itself.
SIGNED_BY = ("RS256", "PS256", "ES256")
CLOCKS_DIFFER_SECONDS = 10
# What the provider answers when the person changed their mind.
CANCELLED = {"user_cancel", "access_denied"}
# How this session was let in: "password", or "state" by an electronic identity, which is two factors already.
SESSION_WAY = "signed_in_by"


# Said by allauth itself; named here so that our catalogue says them in the words of the desk.
SAID_BY_ALLAUTH = (
    gettext_noop("You must type the same password each time."),
    gettext_noop("Your password has been changed."),
    gettext_noop("Password Changed"),
    gettext_noop("Your password has been reset."),
    gettext_noop("Password Reset"),
    gettext_noop("Password successfully changed."),
    gettext_noop("Use your password"),
    gettext_noop("Use authenticator app or code"),
    gettext_noop("Use a security key"),
)


def identity_hash(subject: str) -> str:
    """Keyed hash of the identity that the state's sign-in gives ("EE38001085718"); the code itself is not kept."""
    key = hashlib.sha256(b"identity:" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, subject.strip().upper().encode(), hashlib.sha256).hexdigest()


def reaches_assurance(given: str | None) -> bool:
    """Whether the provider's level reaches the configured one; an empty setting asks for none."""
    wanted = settings.OIDC_MINIMUM_ACR
    if not wanted:
        return True
    return given in ASSURANCE and ASSURANCE.index(given) >= ASSURANCE.index(wanted)


@receiver(user_logged_in)
def note_sign_in(request, user, **kwargs) -> None:
    """Remember in the session how the person was let in, and leave a deed."""
    way = "state" if kwargs.get("sociallogin") else "password"
    request.session[SESSION_WAY] = way
    with transaction.atomic():
        record("person.signed_in", by=user, on=user, way=way)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": gettext_lazy("This account is closed. Ask the administrator to open it."),
        "email_password_mismatch": gettext_lazy("The e-mail address or the password is not right."),
        "too_many_login_attempts": gettext_lazy("Too many failed attempts. Wait five minutes and try again."),
        "enter_current_password": gettext_lazy("This is not your present password."),
        "incorrect_password": gettext_lazy("The password is not right."),
        "rate_limited": gettext_lazy("Too many attempts. Wait a few minutes and try again."),
        "incorrect_code": gettext_lazy("The code is not right, or its time has passed. Enter a new one."),
    }

    def is_open_for_signup(self, request):
        return False

    def get_logout_redirect_url(self, request):
        return settings.LOGOUT_REDIRECT_URL

    def get_client_ip(self, request):
        """By which tries are counted; never empty, so that whoever has no address is counted too."""
        return network_of(client_address(request)) or "unknown"

    def format_email_subject(self, subject):
        return f"{_('Customer service')}: {subject}"

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        """To the address that the administrator entered; allauth keeps none of its own here."""
        super().send_notification_mail(template_prefix, user, context, email or user.email)

    def get_login_stages(self):
        """Who came by an electronic identity has shown two factors already; a code of our own is not asked again."""
        stages = super().get_login_stages()
        if getattr(self.request, "came_by_state_identity", False):
            stages.remove("allauth.mfa.stages.AuthenticateStage")
        return stages

    def add_message(self, request, level, message_template=None, message_context=None, extra_tags="", message=None):
        """Greetings at the door are noise; what changed in the account is said."""
        if message_template in {"account/messages/logged_in.txt", "account/messages/logged_out.txt"}:
            return
        super().add_message(request, level, message_template, message_context, extra_tags, message)


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("The code is not right, or its time has passed. Enter a new one."),
        "cannot_delete_authenticator": gettext_lazy(
            "A second factor is obligatory here. Add another one before you remove this one."
        ),
    }

    def _fernet(self) -> Fernet:
        return Fernet(
            base64.urlsafe_b64encode(hashlib.sha256(b"second-factor:" + settings.SECRET_KEY.encode()).digest())
        )

    def encrypt(self, text):
        """Secrets of authenticator apps and recovery codes do not stand open in the database."""
        return self._fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        return self._fernet().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator):
        if not settings.SECOND_FACTOR_REQUIRED:
            return True
        model = type(authenticator)
        others = model.objects.filter(user=authenticator.user_id, type__in=[model.Type.TOTP, model.Type.WEBAUTHN])
        return others.exclude(pk=authenticator.pk).exists()

    def generate_authenticator_name(self, user, type):
        return _("Security key")

    def _get_site_name(self):
        return _("Customer service")


class StateIdentityEndpoints(OpenIDConnectOAuth2Adapter):
    """The provider's endpoints. Unlike allauth's own, verifies the signature of every ID token by the provider's keys."""

    def _decode_id_token(self, app, id_token):
        try:
            claims = jwt.decode(
                id_token,
                key=self._key_of(jwt.get_unverified_header(id_token).get("kid")),
                algorithms=SIGNED_BY,
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                leeway=CLOCKS_DIFFER_SECONDS,
                options={"require": ["iss", "aud", "exp", "iat", "sub"]},
            )
        except (jwt.PyJWTError, KeyError, ValueError) as error:
            raise OAuth2Error("The ID token does not hold") from error
        jwtkit.verify_jti(claims)
        return claims

    def _key_of(self, kid: str | None):
        """The published key of that name; a token may leave the name out where there is but one key."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        keys = jwt.PyJWKSet.from_dict(answer.json()).keys
        fit = [key for key in keys if key.key_id == kid] if kid else keys
        if len(fit) != 1:
            raise OAuth2Error("The ID token names no key of the provider")
        return fit[0].key


class StateIdentityProvider(OpenIDConnectProvider):
    """Asks for an identity in the language of the page, bound to this browser by state and nonce."""

    oauth2_adapter_class = StateIdentityEndpoints

    def get_scope_from_request(self, request):
        return self.get_scope()  # never from the address

    def redirect(self, request, process, next_url=None, data=None, **kwargs):
        nonce = get_random_string(43)
        kwargs["auth_params"] = {**self.get_auth_params(), "nonce": nonce, "ui_locales": get_language() or "et"}
        if settings.OIDC_MINIMUM_ACR:
            kwargs["auth_params"]["acr_values"] = settings.OIDC_MINIMUM_ACR
        return super().redirect(request, "login", next_url, data, nonce=nonce, **kwargs)


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request, sociallogin):
        return False

    def get_provider(self, request, provider, client_id=None):
        found = super().get_provider(request, provider, client_id)
        return StateIdentityProvider(request, app=found.app) if isinstance(found, OpenIDConnectProvider) else found

    def pre_social_login(self, request, sociallogin):
        """Let in only an official who is listed, by the identity the provider vouches for."""
        claims = (sociallogin.account.extra_data or {}).get("id_token") or {}
        nonce = sociallogin.state.get("nonce")
        if not nonce or not constant_time_compare(claims.get("nonce", ""), nonce):
            self.refuse(request, _("This sign-in was not begun in this browser. Start again from here."))
        if not reaches_assurance(claims.get("acr")):
            self.refuse(
                request,
                _(
                    "The way you signed in is not strong enough for this service. Use an ID card, Mobile-ID or Smart-ID."
                ),
            )
        known = identity_hash(sociallogin.account.uid)
        user = User.objects.filter(identity_hash=known, is_active=True).first()
        if user is None:
            self.refuse(
                request, _("You are not on the list of this bureau's people. Ask the administrator to add you.")
            )
        # From here on allauth keeps the identity in the session: the hash, never the code.
        sociallogin.account.uid = known
        sociallogin.account.extra_data = {}
        sociallogin.user = user
        request.came_by_state_identity = True

    def on_authentication_error(self, request, provider, error=None, exception=None, extra_context=None):
        if request.GET.get("error") in CANCELLED:
            self.refuse(request, _("Signing in was cancelled. You can start again whenever you like."))
        log.warning("state sign-in failed: %s %r", request.GET.get("error", error), exception)
        self.refuse(request, _("Signing in did not succeed or took too long. Nothing was changed; start again."))

    def refuse(self, request, sentence):
        messages.error(request, sentence)
        raise ImmediateHttpResponse(redirect(settings.LOGIN_URL))
