"""Security keys under the strict policy: a virtual key of the browser is added, asked for and refused."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from tests.browser.conftest import PASSWORD, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def with_key(open_desk, settings):
    """A browser into which a key is plugged; over plain http only this machine itself counts as safe."""
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    page = open_desk()
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    key = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2", "transport": "usb", "hasResidentKey": False, "hasUserVerification": True,
                "isUserVerified": True, "automaticPresenceSimulation": True,
            }
        },
    )  # fmt: skip
    return page, session, key["authenticatorId"]


def add_key(page) -> None:
    page.goto(reverse("mfa_add_webauthn"))
    page.get_by_label("Parool").fill(PASSWORD)
    page.get_by_role("button", name="Kinnita").click()
    page.get_by_label("Võtme nimi").fill("Võtmekimp")
    page.locator("form[data-security-key] button").click()
    page.wait_for_url(f"**{reverse('mfa_view_recovery_codes')}")


def test_a_key_is_added_and_opens_the_desk(with_key, mari):
    page, _session, _key = with_key
    sign_in(page, mari)
    add_key(page)
    page.locator("summary.me").click()
    page.get_by_role("button", name="Logi välja").click()

    page.locator("input[name=login]").fill(mari.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form:has(input[name=login]) button").click()
    page.wait_for_url(f"**{reverse('mfa_authenticate')}*")
    page.locator("form[data-security-key] button").click()

    page.locator("summary.me", has_text="Tamm").wait_for()
    assert str(Authenticator.objects.get(user=mari, type="webauthn")) == "Võtmekimp"


def test_a_key_that_does_not_answer_is_told_and_nothing_is_changed(with_key, mari):
    page, session, key = with_key
    sign_in(page, mari)
    page.goto(reverse("mfa_add_webauthn"))
    page.get_by_label("Parool").fill(PASSWORD)
    page.get_by_role("button", name="Kinnita").click()
    # The person takes the hand off: the browser asks in vain until it is told no.
    session.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": key})
    page.evaluate(
        "() => { navigator.credentials.create = () => Promise.reject(new DOMException('no', 'NotAllowedError')); }"
    )

    page.locator("form[data-security-key] button").click()

    page.locator("#security-key-error").wait_for(state="visible")
    assert not Authenticator.objects.exists()
