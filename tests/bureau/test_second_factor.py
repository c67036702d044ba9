"""A second factor: set up, asked for, obligatory where the setting says so."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.urls import reverse

from bureau.models import Deed
from bureau.second_factor import reset_second_factor
from tests.bureau.test_sign_in import PASSWORD, sign_in


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def set_up(client) -> str:
    """Walk the way of a person with an authenticator app; gives the secret."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    response = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert response.url == reverse("mfa_view_recovery_codes")
    return secret


@pytest.mark.django_db(transaction=True)
def test_an_authenticator_app_is_set_up_and_asked_for(client, mari, mailoutbox):
    sign_in(client, "mari@example.ee")
    secret = set_up(client)
    newcomer = Client()

    after_password = sign_in(newcomer, "mari@example.ee")
    in_yet = "_auth_user_id" in newcomer.session
    # The code just used does not open twice; the recovery code does once.
    codes = re.findall(r"<code>(\d{8})</code>", client.get(reverse("mfa_view_recovery_codes")).content.decode())
    after_code = newcomer.post(reverse("mfa_authenticate"), {"code": codes[0]})

    assert after_password.url == reverse("mfa_authenticate")
    assert not in_yet
    assert (len(codes), after_code.url) == (10, "/")
    assert len(secret) >= 32
    assert {mail.to[0] for mail in mailoutbox} == {"mari@example.ee"}
    assert "Klienditeenindus: Autentimisrakendus seadistatud" in [mail.subject for mail in mailoutbox]


def test_the_secret_does_not_stand_open_in_the_database(client, mari):
    sign_in(client, "mari@example.ee")
    secret = set_up(client)

    stored = Authenticator.objects.get(user=mari, type="totp").data["secret"]

    assert secret not in stored
    assert stored.startswith("gAAAA")


def test_pages_of_the_second_factor_have_no_inline_script(client, mari):
    sign_in(client, "mari@example.ee")
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    for name in ("mfa_add_webauthn", "mfa_activate_totp", "mfa_index", "mfa_list_webauthn"):
        text = client.get(reverse(name)).content.decode()

        assert not re.search(r"<script(?![^>]*(src=|application/json))", text)
        assert not re.search(r"\son\w+=|\sstyle=", text)


def test_who_has_none_is_led_to_its_set_up_when_it_is_obligatory(client, mari, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    sign_in(client, "mari@example.ee")

    led = client.get(reverse("bureau:profile"))
    page = client.get(reverse("mfa_index"))

    assert (led.status_code, led.url) == (302, reverse("mfa_index"))
    assert "Teine tegur on siin kohustuslik" in page.content.decode()


def test_the_desk_opens_once_it_is_set_up(client, mari, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    sign_in(client, "mari@example.ee")
    set_up(client)

    response = client.get(reverse("bureau:profile"))

    assert response.status_code == 200


def test_the_last_one_cannot_be_taken_away_while_it_is_obligatory(client, mari, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    sign_in(client, "mari@example.ee")
    set_up(client)

    response = client.post(reverse("mfa_deactivate_totp"))

    assert response.status_code == 200
    assert Authenticator.objects.filter(user=mari, type="totp").exists()


def test_the_administrator_takes_a_lost_one_away_with_a_reason(mari, admin_user):
    Authenticator.objects.create(user=mari, type="totp", data={"secret": "x"})

    reset_second_factor(person=mari, by=admin_user, reason="Telefon läks kaotsi, helistasin tagasi")

    assert not Authenticator.objects.filter(user=mari).exists()
    deed = Deed.objects.get(action="person.second_factor_reset")
    assert (deed.actor, deed.reason) == (admin_user, "Telefon läks kaotsi, helistasin tagasi")


@pytest.mark.parametrize("page", ["bureau:language_choose", "account_logout"])
def test_language_and_the_way_out_stay_open(page, client, mari, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    sign_in(client, "mari@example.ee")

    response = client.post(reverse(page), {"language": "en", "next": "/"})

    assert response.status_code == 302
    assert response.url != reverse("mfa_index")
