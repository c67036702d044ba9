"""Sign-in by password: throttled, the same answer for known and unknown, nobody registers, everything closed by default."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bureau.models import Deed, User
from tests.test_permission_matrix import named_pages

PASSWORD = "väga-salajane-sõna-1"
# Who is not signed in may open these and nothing else.
PUBLIC = {
    "healthz", "readyz", "bureau:accessibility_statement", "bureau:language_choose", "account_login", "account_logout",
    "account_inactive", "account_signup", "socialaccount_signup", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "mfa_authenticate", "openid_connect_login",
    "openid_connect_callback", "socialaccount_login_cancelled", "quality:you_said",
}  # fmt: skip


def sign_in(client, email, password=PASSWORD, **data):
    return client.post(reverse("account_login"), {"login": email, "password": password, **data})


def words(response, *without: str) -> str:
    text = re.sub(r'(csrfmiddlewaretoken" value|form_key" value|data-csrf)="[^"]*"', "", response.content.decode())
    for one in without:
        text = text.replace(one, "")
    return text


def test_the_right_password_opens_the_desk_and_leaves_a_deed(client, mari):
    response = sign_in(client, "mari@example.ee")

    assert (response.status_code, response.url) == (302, "/")
    deed = Deed.objects.get(action="person.signed_in")
    assert (deed.actor, deed.data) == (mari, {"way": "password"})


def test_the_page_that_was_asked_for_opens_after_sign_in(client, mari):
    asked = client.get("/me/")

    response = sign_in(client, "mari@example.ee", next="/me/")

    assert asked.url == f"{reverse('account_login')}?next=/me/"
    assert response.url == "/me/"


def test_a_foreign_address_is_never_gone_to_after_sign_in(client, mari):
    response = sign_in(client, "mari@example.ee", next="https://evil.example/")

    assert response.url == "/"


def test_known_and_unknown_addresses_get_the_same_answer(mari):
    known = sign_in(Client(), "mari@example.ee", "vale-salasõna-1")
    unknown = sign_in(Client(), "keegi@example.ee", "vale-salasõna-1")

    assert known.status_code == unknown.status_code == 200
    assert "E-posti aadress või parool on vale" in words(known)
    assert words(known, "mari@example.ee") == words(unknown, "keegi@example.ee")


def test_a_closed_person_stays_out_and_only_the_right_password_tells_why(mari):
    User.objects.filter(pk=mari.pk).update(is_active=False)
    client = Client()

    right = sign_in(client, "mari@example.ee")
    wrong = sign_in(Client(), "mari@example.ee", "vale-salasõna-1")
    unknown = sign_in(Client(), "keegi@example.ee", "vale-salasõna-1")

    assert right.url == reverse("account_inactive")
    assert "_auth_user_id" not in client.session
    assert words(wrong, "mari@example.ee") == words(unknown, "keegi@example.ee")


def test_asking_for_a_new_password_tells_nothing_about_who_is_known(mari, mailoutbox):
    known = Client().post(reverse("account_reset_password"), {"email": "mari@example.ee"}, follow=True)
    unknown = Client().post(reverse("account_reset_password"), {"email": "keegi@example.ee"}, follow=True)

    assert words(known) == words(unknown)
    assert [mail.to for mail in mailoutbox] == [["mari@example.ee"], ["keegi@example.ee"]]
    assert mailoutbox[0].subject == mailoutbox[1].subject == "Klienditeenindus: uue parooli link"
    assert "/password/reset/key/" in mailoutbox[0].body
    assert "http" not in mailoutbox[1].body


def test_after_five_failures_even_the_right_password_must_wait(mari):
    client = Client()
    for _attempt in range(5):
        sign_in(client, "mari@example.ee", "vale-salasõna-1")

    response = sign_in(client, "mari@example.ee")

    assert response.status_code in (200, 429)
    assert "_auth_user_id" not in client.session


def test_one_mailbox_gets_no_more_than_three_letters_an_hour(mari, mailoutbox):
    for _attempt in range(6):
        Client().post(reverse("account_reset_password"), {"email": "mari@example.ee"})

    assert len(mailoutbox) == 3


def test_the_link_of_the_letter_sets_a_new_password_once(client, mari, mailoutbox):
    client.post(reverse("account_reset_password"), {"email": "mari@example.ee"})
    link = re.search(r"http://testserver(/\S+)", mailoutbox[0].body)[1]
    form = client.get(link, follow=True)
    new = {"password1": "hoopis-uus-salasõna-7", "password2": "hoopis-uus-salasõna-7"}

    client.post(form.redirect_chain[-1][0], new)
    again = Client().get(link, follow=True)

    mari.refresh_from_db()
    assert mari.check_password("hoopis-uus-salasõna-7")
    assert "See link enam ei kehti" in words(again)


def test_nobody_registers_themselves(client, db):
    url = reverse("account_signup")
    data = {"email": "uus@example.ee", "password1": "hoopis-uus-salasõna-7"}

    page, sent = client.get(url), client.post(url, data)

    assert "Keegi ei registreeri end ise" in words(page)
    assert "Keegi ei registreeri end ise" in words(sent)
    assert not User.objects.filter(email="uus@example.ee").exists()


def test_signing_out_takes_a_post(as_person, mari):
    client = as_person(mari)

    asked = client.get(reverse("account_logout"))
    still_in = "_auth_user_id" in client.session
    client.post(reverse("account_logout"))

    assert (asked.status_code, still_in) == (200, True)
    assert "_auth_user_id" not in client.session


def test_a_session_ends_after_its_hours(client, mari, settings, time_machine):
    sign_in(client, "mari@example.ee")
    before = client.get(reverse("bureau:profile")).status_code
    session = Session.objects.get()
    hours = session.expire_date - timezone.now()

    time_machine.move_to(timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE + 60))
    cache.delete(f"django.contrib.sessions.cached_db{session.session_key}")
    after = client.get(reverse("bureau:profile"))

    assert before == 200
    assert timedelta(hours=9) < hours <= timedelta(hours=10)
    assert after.url.startswith(reverse("account_login"))


def test_a_person_who_is_closed_is_out_with_the_next_click(as_person, mari):
    client = as_person(mari)
    User.objects.filter(pk=mari.pk).update(is_active=False)

    response = client.get(reverse("bureau:profile"))

    assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("name", sorted(set(named_pages()) - PUBLIC))
def test_every_page_is_closed_to_who_is_not_signed_in(name, client, db):
    from django.urls import get_resolver

    pattern = next(iter(patterns_of(name, get_resolver())))
    url = "/" + address_of(pattern)

    response = client.get(url)

    if response.status_code == 302:
        assert response.url.startswith(reverse("account_login"))
    else:
        assert response.status_code in (401, 404, 405)


def patterns_of(name, resolver, before="", namespace=""):
    """The whole pattern of a named page."""
    from django.urls import URLResolver

    for entry in resolver.url_patterns:
        whole = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns_of(
                name, entry, whole, f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            )
        elif name in (f"{namespace}{entry.name}", f"unnamed {entry.pattern}"):
            yield whole


def address_of(pattern: str) -> str:
    """Any address the pattern knows: the guard of the door does not ask whether the room exists."""
    samples = {
        "int": "1",
        "slug": "x",
        "str": "x",
        "uuid": "00000000-0000-4000-8000-000000000000",
        "day": "2026-11-23",
        "path": "x",
    }
    pattern = re.sub(r"<(?:(\w+):)?\w+>", lambda found: samples.get(found[1] or "str", "1"), pattern)
    return pattern.replace("^", "").replace("$", "").replace("\\Z", "")
