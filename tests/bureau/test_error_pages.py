"""Pages that say what went wrong: in the reader's language, with a way on, and working when little else does."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import Client, RequestFactory
from django.urls import path, reverse

from bureau.urls import handler400, handler403, handler404, handler500
from bureau.urls import urlpatterns as desk
from tests.factories import CaseFactory


def refuse(request):
    raise PermissionDenied


def suspect(request):
    raise SuspiciousOperation


def fail(request):
    raise RuntimeError("secret words of the fault")


urlpatterns = [*desk, path("refuse/", refuse), path("suspect/", suspect), path("fail/", fail)]

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.mark.parametrize(
    ("address", "status", "heading"),
    [
        ("/suspect/", 400, "Me ei saanud sellest päringust aru"),
        ("/refuse/", 403, "See leht ei ole sulle avatud"),
        ("/no-such-page/", 404, "Siin ei ole midagi"),
    ],
)
def test_who_is_signed_in_keeps_the_navigation(as_person, mari, address, status, heading):
    response = as_person(mari).get(address)

    assert response.status_code == status
    assert f"<h1>{heading}</h1>" in response.text
    assert 'id="navigation"' in response.text


def test_who_is_not_signed_in_gets_one_column(client):
    response = client.get("/no-such-page/")

    assert response.status_code == 404
    assert "<h1>Siin ei ole midagi</h1>" in response.text
    assert 'id="navigation"' not in response.text


def test_a_fault_of_ours_is_told_without_its_words_and_without_the_database(
    client, as_person, mari, django_assert_num_queries
):
    client.raise_request_exception = False

    response = as_person(mari).get("/fail/")

    assert response.status_code == 500
    assert "Midagi läks meie poolel katki" in response.text
    assert "secret words" not in response.text
    with django_assert_num_queries(0):
        handler500(RequestFactory().get("/fail/"))


def test_a_stale_form_says_that_what_was_written_is_kept(mari):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(mari, backend="allauth.account.auth_backends.AuthenticationBackend")

    response = strict.post("/language/", {"language": "en"})

    assert response.status_code == 403
    assert "<h1>Palun logi uuesti sisse</h1>" in response.text
    assert "Kirjutatu on alles eelmisel lehel" in response.text


def test_the_accessibility_statement_is_open_to_all_in_both_languages(client):
    assert "<h1>Ligipääsetavuse teatis</h1>" in client.get("/accessibility/").text
    client.post("/language/", {"language": "en", "next": "/accessibility/"})
    assert "<h1>Accessibility statement</h1>" in client.get("/accessibility/").text


WORDS = "Naaber helistas ja küsis sama asja, mis eile."


def strict_client(person=None):
    strict = Client(enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "same-origin"})
    if person is not None:
        strict.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return strict


def test_what_was_sent_after_the_session_ended_stands_in_the_page_that_asks_to_sign_in(client):
    case = CaseFactory()
    response = client.post(reverse("complaints:case_note", args=[case.number]), {"text": WORDS})

    assert response.status_code == 401
    assert f"\n{WORDS}</textarea>" in response.text
    assert f'name="text" value="{WORDS}"' in response.text


def test_signing_in_leads_to_the_page_of_the_form_and_never_to_where_it_is_sent(client):
    case = CaseFactory()
    sent_to = reverse("complaints:case_note", args=[case.number])

    response = client.post(sent_to, headers={"Referer": f"http://testserver{case.get_absolute_url()}?tab=1"})
    elsewhere = client.post(sent_to, headers={"Referer": "https://example.com/cases/"})

    assert parse_qs(urlsplit(response.url).query)["next"] == [f"{case.get_absolute_url()}?tab=1"]
    assert parse_qs(urlsplit(elsewhere.url).query)["next"] == ["/"]


def test_an_address_of_a_form_says_in_words_that_there_is_nothing_to_see(as_person, mari):
    case = CaseFactory(assignee=mari)
    response = as_person(mari).get(reverse("complaints:case_note", args=[case.number]))

    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "Siin ei ole midagi vaadata" in response.text


def test_a_mark_that_ran_out_is_renewed_only_for_forms_of_ours(mari):
    strict = strict_client(mari)
    sent = {"text": WORDS, "csrfmiddlewaretoken": "x" * 64}

    ours = strict.post("/language/", sent)
    theirs = strict.post("/language/", sent, headers={"Sec-Fetch-Site": "cross-site"})

    token = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', ours.text).group(1)
    assert token != "x" * 64
    assert WORDS in ours.text
    assert strict.post("/language/", sent | {"csrfmiddlewaretoken": token, "language": "en"}).status_code == 302
    assert WORDS not in theirs.text


def test_nobody_signed_in_is_sent_to_no_search_and_is_spoken_to_politely(client, as_person, mari):
    assert "otsinguga" not in client.get("/nothing-here/").text
    assert "Palun kontrollige aadressi." in client.get("/nothing-here/").text
    assert "otsinguga" in as_person(mari).get("/nothing-here/").text
