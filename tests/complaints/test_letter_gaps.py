"""No letter leaves and no decision is recorded while a gap stands in its text; what a field knows is filled in."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client

from bureau.calendar_store import working_calendar
from bureau.models import OutsideBody
from bureau.refusals import DeedRefused
from bureau.templatetags.formats import day
from complaints import correspondence, extension
from complaints.correspondence import Reply
from complaints.letter_gaps import completed, gaps, refuse_gaps
from complaints.models import Message
from tests.factories import CaseFactory

DRAFT = "Tere!\n\nVajame rohkem aega. Põhjus: …\n\nVastame hiljemalt 14.12.2026."


@pytest.mark.parametrize(
    "text",
    ["leidsime, et …", "sest …, ja", "asutusele: …", "… vastab", "Põhjus: ...", "Põhjus: ____", "Otsustasime …\n\nPõhjendused"],
)  # fmt: skip
def test_a_gap_is_found_wherever_it_stands(text):
    assert len(gaps(text)) == 1
    with pytest.raises(DeedRefused, match="lün|gap"):
        refuse_gaps(text)


@pytest.mark.parametrize("text", ["", "Saadame teate, otsuse jne…", "„Vald […] keeldus“", "Lk 3...5", "(…)"])
def test_what_trails_off_or_is_left_out_of_a_quotation_is_no_gap(text):
    refuse_gaps(text)

    assert gaps(text) == []


def test_our_draft_follows_the_fields_and_takes_their_words():
    now = DRAFT.replace("14.12", "18.12")

    assert completed(DRAFT.replace("\n", "\r\n"), shown=DRAFT, now=now, words="ootame mõõtmist") == (
        "Tere!\n\nVajame rohkem aega. Põhjus: ootame mõõtmist.\n\nVastame hiljemalt 18.12.2026."
    )
    assert completed("Oma sõnad …", shown=DRAFT, now=now, words="\\1 kaks.") == "Oma sõnad \\1 kaks."
    assert gaps(completed(DRAFT, shown=DRAFT, now=now, words=" ")) == ["Vajame rohkem aega. Põhjus: …"]


def test_a_text_of_ones_own_keeps_its_words_and_takes_the_day_of_the_field():
    own = DRAFT.replace("Tere!", "Tere, Anne!")
    given = {"shown": DRAFT, "now": DRAFT.replace("14.12", "18.12"), "words": "ootame mõõtmist"}

    told = completed(own, **given, shown_day="14.12.2026", now_day="18.12.2026")

    assert told == "Tere, Anne!\n\nVajame rohkem aega. Põhjus: ootame mõõtmist.\n\nVastame hiljemalt 18.12.2026."


def test_a_reply_with_a_gap_is_neither_sent_nor_recorded(mari):
    case = CaseFactory(assignee=mari)

    with pytest.raises(DeedRefused):
        correspondence.send_reply(
            case=case,
            by=mari,
            reply=Reply(text="Leidsime, et …", channel_id=case.channel_id, recipient="", key=uuid.uuid4()),
        )

    assert not case.messages.filter(direction=Message.Direction.OUT).exists()


def test_forwarding_names_the_chosen_body_in_its_letter(as_person, mari):
    case = CaseFactory(assignee=mari)
    body = OutsideBody.objects.first()
    client: Client = as_person(mari)
    page = client.get(f"/cases/{case.number}/forward/")
    form = page.context["form"]

    client.post(
        f"/cases/{case.number}/forward/",
        {
            "version": case.version, "body": body.pk, "is_whole": "whole", "reason": "",
            "notice_text": form["notice_text"].value(), "notice_channel": case.channel_id,
        },
    )  # fmt: skip

    letter = case.messages.get(kind=Message.Kind.FORWARDING_NOTICE)
    assert body.name_et in letter.body
    assert gaps(letter.body) == []


def test_extending_tells_the_reason_and_the_chosen_day(as_person, jaan):
    case = CaseFactory()
    clock = extension.extendable(case)[0]
    page = as_person(jaan).get(f"/cases/{case.number}/extend/")
    form = page.context["form"]

    as_person(jaan).post(
        f"/cases/{case.number}/extend/",
        {
            "version": case.version, "clock": clock.pk, "until": extension.advised(clock).isoformat(), "reason": "Ootame mõõtmist",
            "notice_text": form["notice_text"].value(), "notice_channel": case.channel_id,
        },
    )  # fmt: skip

    letter = case.messages.get(kind=Message.Kind.EXTENSION_NOTICE)
    assert "Põhjus: Ootame mõõtmist.\n" in letter.body
    assert gaps(letter.body) == []


def test_who_grants_another_day_than_was_asked_for_tells_the_granted_one(as_person, jaan, mari):
    case = CaseFactory(assignee=mari)
    clock = extension.extendable(case)[0]
    asked = extension.advised(clock)
    granted = working_calendar().previous_working_day(asked - timedelta(days=1))
    form = as_person(mari).get(f"/cases/{case.number}/extend/").context["form"]
    given = {"clock": clock.pk, "reason": "Ootame mõõtmist", "notice_channel": case.channel_id}
    as_person(mari).post(
        f"/cases/{case.number}/extend/",
        given
        | {
            "version": case.version,
            "until": asked.isoformat(),
            "notice_text": form["notice_text"].value() + " Aitäh!",
        },
    )
    form = as_person(jaan).get(f"/cases/{case.number}/extend/").context["form"]
    assert day(asked) in form["notice_text"].value()

    as_person(jaan).post(
        f"/cases/{case.number}/extend/",
        given
        | {
            "version": form["version"].value(),
            "until": granted.isoformat(),
            "notice_text": form["notice_text"].value(),
        },
    )

    letter = case.messages.get(kind=Message.Kind.EXTENSION_NOTICE).body
    assert day(granted) in letter
    assert "Aitäh!" in letter
    assert day(asked) not in letter
