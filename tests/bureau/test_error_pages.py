"""Pages that say what went wrong: in the reader's language, with a way on, and working when little else does."""

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import RequestFactory
from django.urls import path

from bureau.urls import handler400, handler403, handler404, handler500
from bureau.urls import urlpatterns as desk


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
    from django.test import Client

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
