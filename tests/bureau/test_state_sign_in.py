"""Sign-in by OpenID Connect, by TARA's rules, against a real provider on loopback and a live desk."""

import re
from urllib.parse import parse_qs, urlsplit

import oidc_provider_mock
import pytest
import requests
from django.contrib.sessions.models import Session
from django.urls import reverse

from bureau.models import Deed, User
from bureau.sign_in import identity_hash, reaches_assurance

MARI = "EE38001085718"
STRANGER = "EE60001019906"


@pytest.fixture
def provider():
    """Knows Mari and a stranger by strong means, and Liis by weak ones."""
    people = [
        oidc_provider_mock.User(sub=MARI, claims={"acr": "high", "amr": ["idcard"]}),
        oidc_provider_mock.User(sub=STRANGER, claims={"acr": "high", "amr": ["mID"]}),
        oidc_provider_mock.User(sub="EE47101010033", claims={"acr": "low"}),
    ]
    with oidc_provider_mock.run_server_in_thread(user_claims=people, require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def desk(provider, settings, live_server):
    """The address of a live desk that knows the provider."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.OIDC_SERVER_URL = provider
    settings.OIDC_MINIMUM_ACR = "substantial"
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "tara", "name": "TARA", "client_id": "desk", "secret": "s3cret",
                    "settings": {
                        "server_url": provider, "token_auth_method": "client_secret_basic", "scope": ["openid"],
                        "fetch_userinfo": False,
                    },
                }
            ]
        }
    }  # fmt: skip
    return live_server.url


@pytest.fixture
def listed_mari(transactional_db):
    return User.objects.create(
        email="mari@example.ee", first_name="Mari", last_name="Tamm", identity_hash=identity_hash(MARI)
    )


def begun(desk, browser: requests.Session, **data) -> str:
    """Press the button of the sign-in page; gives the address at the provider."""
    page = browser.get(desk + reverse("account_login"))
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]
    assert "Logi sisse: TARA" in page.text
    pressed = browser.post(
        desk + reverse("openid_connect_login", args=["tara"]),
        {"csrfmiddlewaretoken": token, **data},
        allow_redirects=False,
    )
    assert pressed.status_code == 302
    return pressed.headers["Location"]


def agreed(address: str, sub: str) -> str:
    """The person shows an identity at the provider; gives the way back."""
    answer = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def is_signed_in(desk, browser) -> bool:
    return browser.get(desk + reverse("bureau:profile"), allow_redirects=False).status_code == 200


def test_a_listed_official_is_let_in(desk, listed_mari):
    browser = requests.Session()

    back = agreed(begun(desk, browser), MARI)
    browser.get(back)

    assert is_signed_in(desk, browser)
    deed = Deed.objects.get(action="person.signed_in")
    assert (deed.actor, deed.data) == (listed_mari, {"way": "state"})


def test_the_question_asks_by_code_with_state_nonce_language_and_level(desk, listed_mari):
    browser = requests.Session()

    asked = parse_qs(urlsplit(begun(desk, browser)).query)

    assert {name: asked[name] for name in ("response_type", "scope", "ui_locales", "acr_values", "client_id")} == {
        "response_type": ["code"], "scope": ["openid"], "ui_locales": ["et"], "acr_values": ["substantial"], "client_id": ["desk"],
    }  # fmt: skip
    assert len(asked["state"][0]) >= 16
    assert len(asked["nonce"][0]) >= 32


def test_an_address_cannot_ask_for_more_than_the_setting(desk, listed_mari):
    browser = requests.Session()
    page = browser.get(desk + reverse("account_login"))
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]

    pressed = browser.post(
        desk + reverse("openid_connect_login", args=["tara"]) + "?scope=phone&auth_params=acr_values%3Dlow&process=connect",
        {"csrfmiddlewaretoken": token}, allow_redirects=False,
    )  # fmt: skip

    asked = parse_qs(urlsplit(pressed.headers["Location"]).query)
    assert (asked["scope"], asked["acr_values"]) == (["openid"], ["substantial"])


def test_the_personal_code_is_kept_nowhere_not_even_in_the_session(desk, listed_mari):
    browser = requests.Session()

    browser.get(agreed(begun(desk, browser), MARI))

    kept = " ".join(str(session.get_decoded()) for session in Session.objects.all())
    assert identity_hash(MARI) in kept
    assert MARI not in kept
    assert MARI[2:] not in kept


def test_an_unknown_person_is_refused_kindly(desk, listed_mari):
    browser = requests.Session()

    page = browser.get(agreed(begun(desk, browser), STRANGER))

    assert not is_signed_in(desk, browser)
    assert "Sind ei ole selle büroo inimeste nimekirjas" in page.text
    assert User.objects.count() == 1


def test_a_closed_person_is_refused(desk, listed_mari):
    User.objects.update(is_active=False)
    browser = requests.Session()

    browser.get(agreed(begun(desk, browser), MARI))

    assert not is_signed_in(desk, browser)


def test_too_weak_a_way_is_refused(desk, transactional_db):
    User.objects.create(
        email="liis@example.ee", first_name="Liis", last_name="Mets", identity_hash=identity_hash("EE47101010033")
    )
    browser = requests.Session()

    page = browser.get(agreed(begun(desk, browser), "EE47101010033"))

    assert not is_signed_in(desk, browser)
    assert "Selle teenuse jaoks ei ole sisselogimisviis piisavalt turvaline" in page.text


def test_who_changes_their_mind_comes_back_to_a_friendly_page(desk, listed_mari):
    browser = requests.Session()
    state = parse_qs(urlsplit(begun(desk, browser)).query)["state"][0]

    page = browser.get(
        desk + reverse("openid_connect_callback", args=["tara"]), params={"error": "user_cancel", "state": state}
    )

    assert page.status_code == 200
    assert "Sisselogimine katkestati" in page.text


def test_an_answer_to_another_browser_is_refused(desk, listed_mari):
    victim = requests.Session()

    page = victim.get(agreed(begun(desk, requests.Session()), MARI))

    assert not is_signed_in(desk, victim)
    assert "Sisselogimine ei õnnestunud" in page.text


def test_an_answer_does_not_open_twice(desk, listed_mari):
    browser = requests.Session()
    back = agreed(begun(desk, browser), MARI)
    browser.get(back)
    browser.cookies.clear()

    browser.get(back)

    assert not is_signed_in(desk, browser)


def test_a_provider_that_is_away_is_told_of_without_a_fault(desk, listed_mari, settings):
    apps = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
    apps[0]["settings"]["server_url"] = "http://localhost:9"
    browser = requests.Session()
    page = browser.get(desk + reverse("account_login"))
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)[1]

    answer = browser.post(desk + reverse("openid_connect_login", args=["tara"]), {"csrfmiddlewaretoken": token})

    assert answer.status_code == 200
    assert "Sisselogimine ei õnnestunud" in answer.text


def test_a_second_factor_of_ours_is_not_asked_from_who_showed_an_identity(desk, listed_mari, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    browser = requests.Session()

    browser.get(agreed(begun(desk, browser), MARI))

    assert is_signed_in(desk, browser)


def test_a_foreign_page_cannot_begin_a_sign_in(desk, listed_mari):
    asked = requests.get(desk + reverse("openid_connect_login", args=["tara"]), allow_redirects=False, timeout=10)
    sent = requests.post(desk + reverse("openid_connect_login", args=["tara"]), allow_redirects=False, timeout=10)

    assert (asked.status_code, sent.status_code) == (405, 403)


@pytest.mark.parametrize(
    ("given", "wanted", "enough"),
    [
        ("high", "substantial", True), ("substantial", "substantial", True), ("low", "substantial", False),
        (None, "substantial", False), ("strange", "low", False), (None, "", True),
    ],
)  # fmt: skip
def test_levels_of_assurance(given, wanted, enough, settings):
    settings.OIDC_MINIMUM_ACR = wanted

    assert reaches_assurance(given) is enough


def test_the_hash_knows_one_identity_however_it_is_written():
    assert identity_hash(" ee38001085718 ") == identity_hash(MARI)
    assert identity_hash(MARI) != identity_hash(STRANGER)
    assert MARI[2:] not in identity_hash(MARI)
