"""What no page decides for itself: that nobody keeps its answer."""

import pytest
from django.conf import settings

from tests.bureau.test_error_pages import __name__ as pages_that_fail

NEVER_KEPT = "no-store, private"


@pytest.mark.django_db
@pytest.mark.urls(pages_that_fail)
@pytest.mark.parametrize("address", ["/", "/suspect/", "/refuse/", "/fail/", "/no-such-page/", "/cases/?q=%00"])
def test_errors_and_refusals_are_kept_by_nobody(as_person, mari, address):
    client = as_person(mari)
    client.raise_request_exception = False

    assert client.get(address)["Cache-Control"] == NEVER_KEPT


@pytest.mark.django_db
def test_the_answering_of_a_survey_by_its_secret_link_is_kept_by_nobody(client):
    for address in (
        "/answer/form/",
        "/answer/thanks/",
        "/answer/decline/",
        "/answer/open/abc/",
        "/answer/x/",
        "/answer/no/x/",
    ):
        assert client.get(address)["Cache-Control"] == NEVER_KEPT


def test_static_files_are_answered_before_they_come_to_the_rule():
    order = settings.MIDDLEWARE

    assert order.index("whitenoise.middleware.WhiteNoiseMiddleware") < order.index(
        "bureau.middleware.NothingKeptMiddleware"
    )
