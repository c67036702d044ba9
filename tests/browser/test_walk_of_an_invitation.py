"""From a closed case to the score with its interval, and the follow-up of the bad answer."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from bureau import outbox
from bureau.models import Topic
from complaints.closing import close_case
from complaints.outcomes import NoReply, Outcome
from feedback import invitations
from feedback.models import FollowUp, InvitationRule, Response
from feedback.open_links import make_link
from feedback.ready_questionnaires import templates
from feedback.surveys import create_survey, publish
from tests.browser.conftest import scrolls_sideways
from tests.factories import CaseFactory, PartyFactory
from tests.factories.feedback import ResponseFactory
from tests.mail.server import Keeper, LoopbackServer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def keeper(settings):
    keeper = Keeper()
    server = LoopbackServer(keeper)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield keeper
    server.stop()


@pytest.fixture
def survey(jaan):
    ready = templates()["satisfaction"]
    survey = create_survey(
        title_et="Rahulolu pärast kontakti", title_en="Satisfaction", draft=ready.form, by=jaan, purpose=ready.purpose
    )
    questionnaire = publish(survey=survey, by=jaan)
    InvitationRule.objects.create(
        survey=survey, event="case_closed", delay_hours=0, quiet_from="00:00", quiet_until="00:00"
    )
    for mark in (5, 5, 4, 4, 3):
        ResponseFactory(questionnaire=questionnaire, answers={"satisfaction": mark, "solved": "yes"})
    return survey


def test_a_closed_case_brings_an_answer_a_score_and_a_follow_up(open_desk, violations, photograph, jaan, mari, keeper, survey):  # fmt: skip
    case = CaseFactory(assignee=mari, party=PartyFactory(email="andres@example.com"))
    close_case(
        case=case, by=mari, outcome=Outcome.values[0], no_reply=NoReply.values[0], topic_id=Topic.objects.get(code="forest_notification").pk
    )  # fmt: skip
    invitations.do_round(now=timezone.now())  # what the timetable does each minute
    invitations.decide_event(kind="case_closed", pk=case.pk)
    invitations.send_due(now=timezone.now())
    outbox.send_due()
    [letter] = keeper.letters
    address = re.search(r"/answer/[\w-]{43}/", letter.get_body(("plain",)).get_content())[0]

    phone = open_desk(None, width=320, height=640, javascript=False)
    phone.goto(f"{address}?satisfaction=1")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Kuidas me Teid teenindasime?")
    assert "/answer/form/" in phone.url
    phone.get_by_role("button", name="Kinnita ja saada").last.click()
    phone.get_by_label("Mis jäi puudu?").fill("Ootasin vastust kaks nädalat.")
    phone.get_by_role("group", name="Kas saite oma küsimusele vastuse?").get_by_label("Ei", exact=True).check()
    phone.get_by_role("button", name="Saada vastused").or_(phone.get_by_role("button", name="Kinnita ja saada")).last.click()  # fmt: skip
    expect(phone.get_by_role("heading", level=1)).to_have_text("Aitäh!")

    assert Response.objects.filter(way="invitation").get().answers == {"satisfaction": 1, "solved": "no"}
    desk = open_desk(jaan)
    desk.goto(survey.get_absolute_url())
    desk.get_by_role("link", name="Tulemused").click()
    expect(desk.get_by_text("67% (30%–90%)").first).to_be_visible()
    assert violations(desk) == []
    photograph(desk, "survey-results-et-1280")

    follow_up = FollowUp.objects.get()
    assert follow_up.owner == jaan
    desk.goto(f"/follow-ups/{follow_up.pk}/")
    expect(desk.get_by_text("Ootasin vastust kaks nädalat.")).to_be_visible()
    # The survey is confidential: whoever is to contact the client learns first who it is, with a reason that is kept.
    desk.get_by_role("link", name="Ava seos isikuga").click()
    desk.get_by_label("Miks on vaja teada, kes see on?").fill("Halb vastus, võtame ühendust.")
    desk.get_by_role("button", name="Ava ja jäädvusta").click()
    desk.get_by_role("button", name="Ava ja jäädvusta").wait_for(state="detached")
    desk.goto(f"/follow-ups/{follow_up.pk}/")
    desk.get_by_label("Ühendust võetud").check()
    desk.get_by_role("button", name="Salvesta").click()
    desk.get_by_label("Lahendatud").check()
    desk.locator("select[name=cause]").select_option(index=1)
    desk.get_by_role("button", name="Salvesta").click()
    expect(desk.get_by_text("Lahendatud").first).to_be_visible()

    follow_up.refresh_from_db()
    assert (follow_up.state, follow_up.contacted_on) == ("resolved", timezone.localdate())


@pytest.mark.parametrize(("language", "width"), [("et", 320), ("en", 320), ("ru", 768)])
def test_the_public_form_is_whole_without_script_in_every_language(open_desk, violations, photograph, jaan, language, width):  # fmt: skip
    ready = templates()["yearly"]
    survey = create_survey(title_et="Aasta", draft=ready.form, by=jaan, anonymity="anonymous")
    publish(survey=survey, by=jaan)
    survey.refresh_from_db()
    link = make_link(survey=survey, label="Lett", by=jaan, hourly_limit=50)
    page = open_desk(None, width=width, language="et")
    page.goto(f"/answer/open/{link.key}/")
    if language != "et":
        page.locator(f"button[name=switch][value={language}]").click()

    assert page.evaluate("document.documentElement.lang") == language
    assert violations(page) == []
    assert not scrolls_sideways(page)
    photograph(page, f"survey-answer-{language}-{width}")
