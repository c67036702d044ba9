"""The case asks whatever proceedings are registered, at every place where one may have a say."""

import uuid
from datetime import date

import pytest

from bureau.models import Channel, OutsideBody, Topic
from bureau.refusals import DeedRefused
from complaints import proceedings
from complaints.case_actions import Action
from complaints.closing import close_case
from complaints.contact_log import close_as_mistake
from complaints.correspondence import Reply, send_reply
from complaints.forwarding import SendingOn, forward_case
from complaints.outcomes import Outcome
from complaints.proceedings import Panel, Proceeding
from complaints.reopening import reopen_case
from tests.factories import CaseFactory


@pytest.fixture
def asked(monkeypatch):
    """A proceeding of the test, which writes down what it was asked and may refuse."""
    monkeypatch.setattr(proceedings, "_REGISTERED", dict(proceedings._REGISTERED))
    calls, refuses = [], set()

    def check_may_close(case):
        calls.append(("check_may_close", case.number))
        if "close" in refuses:
            raise DeedRefused("not decided yet")

    proceedings.register(
        Proceeding(
            code="scratch", order=30, relation="complaint",
            begin=lambda *, case, by: calls.append(("begin", case.number)),
            begin_by_kind=lambda *, case, by: calls.append(("begin_by_kind", case.number)),
            check_may_close=check_may_close,
            follow=lambda case, move, *, by, reason="": calls.append((f"follow {move}", case.number)),
            panel=lambda *, case, user, today: Panel("components/draft_status.html", None),
            actions=lambda *, case, user: [Action("scratch", "Pane proovile", "/scratch/")],
            ends_case=lambda case: "ends" in refuses,
            timeline_words={"scratch.begun": "Alustas proovi"},
        )
    )  # fmt: skip
    return calls, refuses


def replied(case, by):
    channel = Channel.objects.get(code="email")
    send_reply(case=case, reply=Reply(text="Vastame.", channel_id=channel.pk, recipient="", key=uuid.uuid4()), by=by)
    case.refresh_from_db()
    return case


def test_both_proceedings_are_registered_in_the_order_of_the_page():
    assert [one.code for one in proceedings.proceedings()] == ["complaint", "challenge"]


def test_registration_asks_whether_the_kind_begins_it(asked, mari):
    case = CaseFactory(assignee=mari)

    assert asked[0] == [("begin_by_kind", case.number)]


def test_closing_is_refused_by_a_proceeding_and_followed_by_it(asked, mari):
    calls, refuses = asked
    topic = Topic.objects.filter(parent__isnull=False).first()
    case = replied(CaseFactory(assignee=mari, topic=topic), mari)
    refuses.add("close")
    with pytest.raises(DeedRefused, match="not decided yet"):
        close_case(case=case, by=mari, outcome=Outcome.EXPLAINED)
    refuses.clear()

    case = close_case(case=case, by=mari, outcome=Outcome.EXPLAINED)
    reopen_case(case=case, by=mari, reason="Klient helistas")

    assert [what for what, _number in calls] == [
        "begin_by_kind", "check_may_close", "check_may_close", "follow closed", "follow reopened",
    ]  # fmt: skip


def test_forwarding_of_the_whole_and_a_mistake_are_followed(asked, mari):
    body = OutsideBody.objects.first()
    for is_whole in (False, True):
        sending = SendingOn(body_id=body.pk, reason="pädevus", notice_text="Edastasime.", is_whole=is_whole)
        forward_case(case=CaseFactory(assignee=mari), sending=sending, by=mari)
    close_as_mistake(CaseFactory(assignee=mari), by=mari)

    assert [what for what, _number in asked[0] if what.startswith("follow")] == ["follow forwarded", "follow closed"]


def test_the_page_shows_its_panel_and_action_and_leaves_closing_to_it(asked, mari, as_person):
    client, (_calls, refuses) = as_person(mari), asked
    case = replied(CaseFactory(assignee=mari), mari)

    shown = client.get(case.get_absolute_url())
    refuses.add("ends")
    ended_otherwise = client.get(case.get_absolute_url())

    assert [panel.template for panel in shown.context["page"].panels] == ["components/draft_status.html"]
    assert "Pane proovile" in shown.content.decode()
    assert shown.context["page"].actions.primary.code == "close"
    assert ended_otherwise.context["page"].actions.primary is None


def test_a_proceeding_begins_by_its_code_and_names_its_events(asked, mari):
    case = CaseFactory(assignee=mari)

    assert proceedings.begin("scratch", case=case, by=mari)
    assert not proceedings.begin("not registered", case=case, by=mari)
    assert ("begin", case.number) in asked[0]
    assert proceedings.timeline_word("scratch.begun") == "Alustas proovi"
    assert proceedings.timeline_word("case.closed") == ""


def test_no_proceeding_of_ours_has_a_panel_for_an_ordinary_case(mari):
    assert proceedings.panels(case=CaseFactory(assignee=mari), user=mari, today=date(2026, 3, 2)) == []
