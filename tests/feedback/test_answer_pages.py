"""The public pages: no sign-in, nothing changed by looking, nothing typed lost."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bureau import secret_links
from bureau.models import Deed
from feedback import responses
from feedback.models import Anonymity, ContactWish, Declined, InvitationToken, OpenLink, Response, UnfinishedAnswer
from tests.factories.feedback import InvitationFactory, QuestionnaireFactory, SurveyFactory, both, simple_form

pytestmark = pytest.mark.django_db
FORM = "/answer/form/"


def invited(anonymity=Anonymity.CONFIDENTIAL, form=None, **more):
    survey = SurveyFactory(published=True, anonymity=anonymity, draft=form or simple_form())
    QuestionnaireFactory(survey=survey)
    invitation = InvitationFactory(survey=survey, **more)
    token, token_hash = secret_links.new_token(responses.TOKEN_PURPOSE)
    InvitationToken.objects.create(invitation=invitation, token_hash=token_hash, expires_on=invitation.expires_on)
    return survey, invitation, reverse("feedback:answer_token", args=[token])


def linked(form=None, **more):
    survey = SurveyFactory(published=True, draft=form or simple_form())
    QuestionnaireFactory(survey=survey)
    return OpenLink.objects.create(survey=survey, key="abcdefgh23", label="Lett", **more)


def key_on(page) -> str:
    return str(page.context["form"]["key"].value())


def sent(client, page, **data):
    return client.post(FORM, {"key": key_on(page), "section": "main", "language": "et", **data})


def two_parts() -> dict:
    form = simple_form()
    form["sections"].append({"code": "more", "title": both("Veel"), "text": {}, "show_if": None, "questions": [
        {"code": "wish", "type": "text", "text": both("Mida soovid?"), "help": {}, "required": True, "show_if": None, "long": True}]})  # fmt: skip
    return form


def test_the_token_leaves_the_address_and_looking_changes_nothing(client):
    _survey, invitation, address = invited()

    away = client.get(address)
    page = client.get(FORM)

    assert (away.status_code, away["Location"]) == (302, FORM)
    assert (away["Referrer-Policy"], page["Referrer-Policy"], page["X-Robots-Tag"]) == (
        "no-referrer",
        "same-origin",
        "noindex",
    )
    assert "Kuidas jäite rahule?" in page.content.decode()
    assert (Response.objects.count(), UnfinishedAnswer.objects.count()) == (0, 0)
    invitation.refresh_from_db()
    assert invitation.state == "sent"


def test_a_question_that_an_answer_brought_up_is_told_and_led_to(client):
    _survey, _invitation, address = invited()
    client.get(address)
    further = sent(client, client.get(FORM), **{"q-satisfaction": "1"})

    assert further.status_code == 200
    assert "Teie vastuse tõttu avanes lisaküsimus. Palun vastake ka sellele ja saatke siis uuesti." in further.text
    assert '<a href="#question-why">' in further.text
    assert "lisaküsimus" not in client.get(FORM).text  # told to who sent it, not to who opens the form later


def test_an_answer_is_taken_and_thanked_for(client):
    invited_survey, _invitation, address = invited()
    client.get(address)
    sent(client, client.get(FORM), **{"q-satisfaction": "2"})
    page = client.get(FORM)  # the bad mark brings up one question more

    thanked = client.post(
        FORM, {"key": key_on(page), "section": "main", "language": "et", "q-satisfaction": "2", "q-why": "Kaua"}, follow=True
    )  # fmt: skip

    response = Response.objects.get(survey=invited_survey)
    assert response.answers == {"satisfaction": 2}
    assert response.texts.get().text == "Kaua"
    assert "Aitäh!" in thanked.content.decode()
    assert client.get(address).status_code == 404  # answered once


def test_what_is_missing_is_said_and_what_was_typed_stays(client):
    _survey, _invitation, address = invited()
    client.get(address)
    page = client.get(FORM)

    refused = sent(client, page, **{"q-solved": "no"})

    html = refused.content.decode()
    assert refused.status_code == 422
    assert "Palun vastake sellele küsimusele." in html  # in the client's language
    assert 'value="no"' in html
    assert "checked" in html
    assert Response.objects.count() == 0


def test_a_form_in_parts_is_gone_on_with_from_elsewhere(client):
    survey, _invitation, address = invited(form=two_parts())
    client.get(address)
    sent(client, client.get(FORM), **{"q-satisfaction": "5"})
    client.cookies.clear()

    client.get(address)
    page = client.get(FORM)
    client.post(FORM, {"key": key_on(page), "section": "more", "language": "et", "q-wish": "Kõik hästi"})

    assert page.context["form"].part.code == "more"
    assert Response.objects.get(survey=survey).answers == {"satisfaction": 5}
    assert not UnfinishedAnswer.objects.exists()


def test_the_language_changes_and_nothing_typed_is_lost(client):
    _survey, _invitation, address = invited()
    client.get(address)
    page = client.get(FORM)

    client.post(
        FORM, {"key": key_on(page), "section": "main", "language": "et", "q-satisfaction": "4", "switch": "en"}
    )
    again = client.get(FORM)

    html = again.content.decode()
    assert '<html lang="en">' in html
    assert "How satisfied are you?" in html
    assert "checked" in html


def test_a_mark_chosen_in_the_letter_is_only_shown_as_chosen(client):
    _survey, _invitation, address = invited()
    client.get(address + "?satisfaction=4&strange=9")

    page = client.get(FORM)

    assert page.context["form"].initial["q-satisfaction"] == "4"
    assert page.context["is_preset"]
    assert Response.objects.count() == 0


@pytest.mark.parametrize("address", ["/answer/xyz/", "/answer/form/", "/answer/open/nosuchlink/", "/answer/no/xyz/", "/answer/thanks/"])  # fmt: skip
def test_every_closed_door_looks_the_same(client, address):
    found = client.get(address)

    assert found.status_code == 404
    assert "See link ei ava enam küsitlust" in found.content.decode()


def test_too_many_forms_from_one_address_wait_and_lose_nothing_typed(client):
    link = linked(hourly_limit=1)
    door = reverse("feedback:answer_open", args=[link.key])
    client.get(door)
    sent(client, client.get(FORM), **{"q-satisfaction": "5"})
    client.get(door)

    crowded = sent(client, client.get(FORM), **{"q-satisfaction": "3"})

    assert crowded.status_code == 429
    assert 0 < int(crowded["Retry-After"]) <= 3601
    assert Response.objects.count() == 1
    assert UnfinishedAnswer.objects.count() == 0  # who floods us fills no table of ours
    assert crowded.context["form"]["q-satisfaction"].value() == "3"
    again = f"kella {timezone.localtime() + timedelta(hours=1):%H}.00"
    assert again in crowded.text
    link.hourly_limit = 2
    link.save()
    assert sent(client, crowded, **{"q-satisfaction": "3"}).status_code == 302
    assert Response.objects.count() == 2


def test_forms_that_are_begun_and_left_count_too(client):
    """Three people of one school, each with a browser of their own; the third is stopped at the first page already."""
    link = linked(two_parts(), hourly_limit=2)
    answers = []
    for _person in range(3):
        browser = Client()
        browser.get(reverse("feedback:answer_open", args=[link.key]))
        answers.append(sent(browser, browser.get(FORM), **{"q-satisfaction": "4"}).status_code)

    assert answers == [302, 302, 429]
    assert UnfinishedAnswer.objects.count() == 2


def test_who_has_begun_is_never_stopped_half_way(client):
    link = linked(two_parts(), hourly_limit=1)
    client.get(reverse("feedback:answer_open", args=[link.key]))
    assert sent(client, client.get(FORM), **{"q-satisfaction": "4"}).status_code == 302
    stranger = Client()
    stranger.get(reverse("feedback:answer_open", args=[link.key]))
    assert sent(stranger, stranger.get(FORM), **{"q-satisfaction": "4"}).status_code == 429

    last = sent(client, client.get(FORM), section="more", **{"q-wish": "hea"})

    assert last.url == "/answer/thanks/"


def test_people_behind_a_proxy_of_ours_count_by_their_own_address(settings):
    settings.TRUSTED_PROXY_COUNT = 1
    link = linked(hourly_limit=1)
    answers = []
    for address in ("198.51.100.7", "198.51.100.8", "198.51.100.7", "2001:db8:1:1::1", "2001:db8:1:1::2"):
        browser = Client(headers={"X-Forwarded-For": f"203.0.113.9, {address}"})
        browser.get(reverse("feedback:answer_open", args=[link.key]))
        answers.append(sent(browser, browser.get(FORM), **{"q-satisfaction": "4"}).status_code)

    assert answers == [302, 302, 429, 302, 429]


def test_a_whole_school_answers_within_the_hour(client):
    link = linked()
    assert link.hourly_limit == OpenLink.HOURLY_LIMIT == 300
    answers = []
    for _pupil in range(40):
        browser = Client()
        browser.get(reverse("feedback:answer_open", args=[link.key]))
        answers.append(sent(browser, browser.get(FORM), **{"q-satisfaction": "4"}).status_code)

    assert answers == [302] * 40


def test_the_limit_of_a_link_is_changed_with_a_deed(as_person, jaan):
    link = linked()
    url = reverse("feedback:open_link_edit", args=[link.survey.code, link.key])

    page = as_person(jaan).get(url)
    assert page.context["form"]["hourly_limit"].value() == 300
    assert as_person(jaan).post(url, {"label": link.label, "hourly_limit": "0"}).status_code == 422
    assert as_person(jaan).post(url, {"label": link.label, "hourly_limit": "900"}).status_code == 302

    link.refresh_from_db()
    deed = Deed.objects.get(action="survey.link_changed")
    assert (link.hourly_limit, deed.data["changes"]) == (900, {"hourly_limit": [300, 900]})


def test_a_wish_to_be_contacted_stands_apart_from_an_anonymous_answer(client, jaan):
    _survey, _invitation, address = invited(Anonymity.ANONYMOUS)
    client.get(address)
    sent(client, client.get(FORM), **{"q-satisfaction": "5"})

    client.post("/answer/thanks/", {"reach": "klient@example.com", "name": "", "words": "Helistage"})

    wish = ContactWish.objects.get()
    assert (wish.reach, wish.follow_up.response, wish.follow_up.why) == ("klient@example.com", None, "contact_wish")


def test_who_does_not_want_to_be_asked_is_not_asked(client):
    _survey, invitation, address = invited()
    client.get(address)

    looked = client.get("/answer/decline/")
    before = Declined.objects.count()
    client.post("/answer/decline/")

    assert (looked.status_code, before) == (200, 0)
    assert Declined.objects.get().person_hash == responses.person_hash(invitation.address)


def test_a_preview_counts_nowhere(as_person, jaan):
    survey = SurveyFactory(draft=simple_form())
    client = as_person(jaan)
    address = reverse("feedback:answer_preview", args=[survey.code])
    page = client.get(address)

    thanked = client.post(
        address, {"key": key_on(page), "section": "main", "q-satisfaction": "1", "carried": page.context["carried"]}
    )

    assert thanked.status_code == 200
    assert "proovivastus" in thanked.content.decode()
    assert Response.objects.count() == 0
