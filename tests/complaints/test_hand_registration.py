"""Registering by hand: party, kinds with their clocks, letter, restriction, draft, and no case twice."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from bureau import drafts
from bureau.models import Channel, Deed, RestrictionBasis, Topic
from complaints.models import Case, CaseKind, Party
from tests.factories import CaseFactory, PartyFactory

URL = "/cases/new/"


def typed(**given) -> dict:
    return {
        "key": str(uuid.uuid4()), "kind": CaseKind.objects.get(code="explanation").pk, "title": "Puurkaevu andmed on valed",
        "channel": Channel.objects.get(code="letter").pk, "received_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "language": "et",
    } | given  # fmt: skip


def registered(client, **given) -> Case:
    response = client.post(URL, typed(**given))
    assert response.status_code == 302, response.context["form"].errors
    return Case.objects.order_by("-pk").first()


def test_a_letter_with_all_its_facts(as_person, mari, liis, today):
    topic = Topic.objects.filter(unit__isnull=False, service__isnull=False, parent__isnull=False).first()
    other = CaseKind.objects.get(code="information_request")

    case = registered(
        as_person(mari), who="Andres Kuusk 5555 0199", topic=topic.pk, further_kinds=[other.pk], not_ours="on", co_signers=3,
        sender_dated_on=(today - timedelta(days=4)).isoformat(), sender_reference="7-3/12", register_reference="12-4/26/1", handler=liis.pk,
        description="Registris on vale sügavus.", received_at=(timezone.localtime() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"),
    )  # fmt: skip

    assert (case.party.name, case.party.phone, case.topic, case.unit, case.service) == ("Andres Kuusk", "+37255550199", topic, topic.unit, topic.service)  # fmt: skip
    assert sorted(case.clocks.values_list("purpose", "kind__code")) == [("forward", "explanation"), ("reply", "explanation"), ("reply", "information_request")]  # fmt: skip
    assert (case.co_signers, case.sender_reference, case.register_reference, case.assignee) == (
        3,
        "7-3/12",
        "12-4/26/1",
        liis,
    )
    assert case.registered_on == today
    assert case.registered_at > case.received_at


def test_an_anonymous_turn_has_no_party(as_person, mari):
    case = registered(as_person(mari))

    assert case.party is None
    assert Party.objects.count() == 0


def test_a_chosen_party_is_taken(as_person, mari):
    party = PartyFactory(name="Andres Kuusk")

    case = registered(as_person(mari), who="Andres", party=party.pk)

    assert (case.party, Party.objects.count()) == (party, 1)


def test_namesakes_must_be_chosen_from(as_person, mari):
    PartyFactory(name="Andres Kuusk")
    PartyFactory(name="Andres Kuusk")

    response = as_person(mari).post(URL, typed(who="Andres Kuusk"))

    assert response.status_code == 422
    assert response.content.decode().count('name="party"') == 3
    assert Case.objects.count() == 0


def test_find_without_script_shows_who_fits_and_keeps_what_was_typed(as_person, mari):
    PartyFactory(name="Andres Kuusk")

    response = as_person(mari).post(URL, typed(who="Andres", find="on"))

    page = response.content.decode()
    assert response.status_code == 200
    assert ("Andres Kuusk" in page, "Puurkaevu andmed on valed" in page, Case.objects.count()) == (True, True, 0)


def test_sending_twice_registers_once(as_person, mari):
    data = typed()

    answers = [as_person(mari).post(URL, data) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].url == answers[1].url
    assert Case.objects.count() == 1


def test_a_restriction_made_at_registration(as_person, mari, today):
    basis = RestrictionBasis.objects.filter(default_years__isnull=False).first()

    refused = as_person(mari).post(URL, typed(basis=basis.pk))
    case = registered(as_person(mari), basis=basis.pk, reason="terviseandmed", scope="lisa 1")

    assert refused.status_code == 422
    assert (case.is_restricted, case.restricted_until.year, case.restriction_scope) == (
        True,
        today.year + basis.default_years,
        "lisa 1",
    )
    assert Case.objects.visible_to(mari).filter(pk=case.pk).exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""}, {"kind": ""}, {"channel": ""}, {"received_at": "2999-01-01T10:00"}, {"registered_at": "2020-01-01T10:00"},
        {"sender_dated_on": "2999-01-01"}, {"due_on": "2020-01-01"}, {"who": "38001085718"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_kept(as_person, mari, wrong):
    response = as_person(mari).post(URL, typed(description="Pikk tekst, mis ei tohi kaduda.", **wrong))

    assert response.status_code == 422
    assert "Pikk tekst, mis ei tohi kaduda." in response.content.decode()
    assert Case.objects.count() == 0


def test_a_day_named_in_the_letter_is_not_computed(as_person, mari, today):
    day = today + timedelta(days=12)

    case = registered(as_person(mari), kind=CaseKind.objects.get(code="official_letter").pk, due_on=day.isoformat())

    assert (case.due_on, case.clocks.get().is_named_day) == (day, True)


def test_the_last_days_stand_beside_what_is_typed(as_person, mari):
    kind, other = CaseKind.objects.get(code="explanation"), CaseKind.objects.get(code="information_request")

    page = (
        as_person(mari)
        .get(
            "/cases/new/terms/",
            {"kind": kind.pk, "further_kinds": [other.pk], "registered_at": "2026-11-24T10:00", "not_ours": "on"},
        )
        .content.decode()
    )

    # domain of law, § 1.0: registered Tue 2026-11-24, thirty calendar days roll to Mon 2026-12-28
    assert "28.12.2026" in page
    assert "01.12.2026" in page
    assert "MSVS § 5" in page


def test_half_typed_terms_break_nothing(as_person, mari):
    for query in ({}, {"kind": "x"}, {"kind": 1, "registered_at": "2026-"}, {"kind": 999999}):
        assert as_person(mari).get("/cases/new/terms/", query).status_code == 200


def test_the_same_party_within_fourteen_days_is_shown(as_person, mari, liis):
    party, topic = PartyFactory(), Topic.objects.filter(parent__isnull=False).first()
    recent, old = CaseFactory(party=party, topic=topic, days_ago=5), CaseFactory(party=party, topic=topic, days_ago=20)
    hidden = CaseFactory(party=party, topic=topic, restricted=True, assignee=liis)

    page = as_person(mari).get("/cases/new/duplicates/", {"party": party.pk, "topic": topic.pk}).content.decode()

    assert (recent.number in page, old.number in page, hidden.number in page) == (True, False, False)


def test_a_draft_is_restored_and_gone_once_registered(as_person, mari):
    drafts.save_draft(user=mari, form="case_new", data={"title": "Pooleli pealkiri", "key": str(uuid.uuid4())})
    client = as_person(mari)

    assert "Pooleli pealkiri" in client.get(URL).content.decode()
    registered(client)
    assert drafts.draft_of(user=mari, form="case_new") is None


def test_a_late_registration_is_warned_of_and_recorded_with_its_reason(as_person, mari):
    came = {"received_at": "2026-11-02T10:00", "registered_at": "2026-11-30T10:00"}
    client = as_person(mari)

    refused = client.post(URL, typed(**came))
    case = registered(client, **came, late_because="Kiri jäi kappi")

    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["late_because"]
    assert "03.11.2026" in refused.context["form"].errors["late_because"][0]
    deed = Deed.objects.get(action="case.registered", object_id=case.pk)
    assert (deed.reason, deed.data["late_by"]) == ("Kiri jäi kappi", 19)
    assert "19" in client.get(case.get_absolute_url()).content.decode()


def test_the_next_working_day_is_in_time(as_person, mari):
    case = registered(as_person(mari), received_at="2026-11-27T16:00", registered_at="2026-11-30T10:00")

    assert "late_by" not in Deed.objects.get(action="case.registered", object_id=case.pk).data
