"""A client answers on a phone without script; the public pages are read by axe."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from bureau import secret_links
from feedback import responses
from feedback.models import InvitationToken, OpenLink, Response
from tests.browser.conftest import scrolls_sideways
from tests.factories.feedback import InvitationFactory, QuestionnaireFactory, SurveyFactory

pytestmark = pytest.mark.django_db(transaction=True)


def asked():
    survey = SurveyFactory(published=True, anonymous=True)
    QuestionnaireFactory(survey=survey)
    invitation = InvitationFactory(survey=survey)
    token, token_hash = secret_links.new_token(responses.TOKEN_PURPOSE)
    InvitationToken.objects.create(invitation=invitation, token_hash=token_hash, expires_on=invitation.expires_on)
    OpenLink.objects.create(survey=survey, key="lettavatud", label="Lett")
    return reverse("feedback:answer_token", args=[token])


def test_a_client_answers_on_a_phone_without_script(open_desk):
    page = open_desk(width=320, javascript=False)
    page.goto(asked() + "?satisfaction=5")
    page.wait_for_url("**/answer/form/")

    expect(page.get_by_label("5", exact=True)).to_be_checked()
    assert not Response.objects.exists()
    page.get_by_label("Jah", exact=True).check()
    page.get_by_role("button", name="Kinnita ja saada").click()
    page.wait_for_url("**/answer/thanks/")

    expect(page.get_by_role("heading", name="Aitäh!")).to_be_visible()
    assert Response.objects.get().answers == {"satisfaction": 5, "solved": "yes"}


def test_public_pages_hold_on_a_phone_and_for_axe(open_desk, violations, photograph):
    address = asked()
    page = open_desk(width=320)
    page.goto(address)
    for name in ("form", "decline"):
        page.goto(f"/answer/{name}/")
        photograph(page, f"answer-{name}-320")
        assert violations(page) == [], name
        assert not scrolls_sideways(page), name
    page.goto("/answer/form/")
    page.get_by_role("button", name="Saada vastused").click()
    page.locator("#errors").wait_for()
    photograph(page, "answer-errors-320")
    assert violations(page) == []
    page.get_by_label("4", exact=True).check()
    page.get_by_role("button", name="Saada vastused").click()
    page.wait_for_url("**/answer/thanks/")
    photograph(page, "answer-thanks-320")
    assert violations(page) == []
    page.goto("/answer/nosuchtoken/")
    assert violations(page) == []
