"""The owner of a follow-up can reach the client, with a reason that is kept; nobody counts as contacted who could not be."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bureau.models import Deed, Notification, ReadingRecord
from complaints.verification import verify
from feedback import follow_ups
from feedback.follow_ups import Way, way_to_client
from feedback.models import ConfidentialLink, ContactWish, FollowUp
from quality.indicators import FollowUp as Counted
from tests.factories import RoleHoldingFactory, SubstitutionFactory, UserFactory
from tests.factories.feedback import FollowUpFactory, InvitationFactory, QuestionnaireFactory, ResponseFactory

pytestmark = pytest.mark.django_db
REASON = {"reason": "Klient on pahane, helistan talle."}


@pytest.fixture
def follow_up(kai, forest_unit):
    """Of a confidential answer about Kai's unit; Kai owns it."""
    response = ResponseFactory(unit=forest_unit, way="invitation")
    invitation = InvitationFactory(survey=response.survey, state="answered", name="Andres Kuusk", address="andres@example.com", phone="+37255550001")  # fmt: skip
    ConfidentialLink.objects.create(response=response, invitation=invitation)
    return FollowUpFactory(response=response, unit=forest_unit, owner=kai)


def address(follow_up, end=""):
    return f"/follow-ups/{follow_up.pk}/{end}"


def test_a_unit_head_who_owns_it_opens_the_link_and_contacts_the_client(follow_up, kai, as_person, today):
    client = as_person(kai)
    assert address(follow_up, "person/") in client.get(address(follow_up)).content.decode()

    shown = client.post(address(follow_up, "person/"), REASON)
    client.post(address(follow_up), {"to": "contacted", "note": "Helistasin."})

    follow_up.refresh_from_db()
    assert "andres@example.com" in shown.content.decode()
    assert (follow_up.state, follow_up.contacted_on, follow_up.identity_opened_on) == ("contacted", today, today)
    deed = Deed.objects.get(action="survey.identity_opened")
    assert (deed.actor, deed.on_behalf_of_id, deed.reason) == (kai, None, REASON["reason"])
    assert ReadingRecord.objects.filter(user=kai, detail__reason=REASON["reason"]).exists()


def test_nobody_counts_as_contacted_before_the_link_is_open(follow_up, kai, jaan, as_person):
    for person in (kai, jaan):
        for to in ("contacted", "resolved"):
            answer = as_person(person).post(address(follow_up), {"to": to, "cause": "", "note": "Helistasin talle."})
            assert answer.status_code == 422

    follow_up.refresh_from_db()
    assert (follow_up.state, follow_up.contacted_on) == ("new", None)


def test_not_reached_needs_no_open_link(follow_up, kai, as_person):
    answer = as_person(kai).post(address(follow_up), {"to": "unreachable", "note": "Aadress ei kehti enam."})

    assert answer.status_code == 302


def test_who_stands_in_for_the_owner_does_it_on_behalf(follow_up, kai, water_unit, today, as_person):
    stand_in = UserFactory(first_name="Vello", last_name="Jõgi")
    RoleHoldingFactory(user=stand_in, role="unit_head", unit=water_unit)
    SubstitutionFactory(absent=kai, substitute=stand_in, starts_on=today, ends_on=today)
    follow_ups.tell_owner(follow_up)
    client = as_person(stand_in)

    (url,) = Notification.objects.filter(user=stand_in, kind="follow_up.opened").values_list("url", flat=True)
    assert client.get(url).status_code == 200
    client.post(address(follow_up, "person/"), REASON)
    client.post(address(follow_up), {"to": "contacted"})

    done = dict(Deed.objects.filter(actor=stand_in).values_list("action", "on_behalf_of"))
    assert done == {"survey.identity_opened": kai.pk, "follow_up.moved": kai.pk}


def test_who_neither_owns_it_nor_is_trusted_with_links_opens_nothing(follow_up, peeter, as_person):
    client = as_person(peeter)

    assert client.get(address(follow_up)).status_code == 200
    assert client.get(address(follow_up, "person/")).status_code == 403
    assert client.post(address(follow_up, "person/"), REASON).status_code == 403


def test_an_owner_of_whom_the_answer_speaks_opens_nothing(kai, forest_unit, as_person):
    follow_up = FollowUpFactory(
        response=ResponseFactory(unit=forest_unit, specialist=kai), unit=forest_unit, owner=kai
    )

    assert as_person(kai).get(address(follow_up, "person/")).status_code == 404


def test_where_nothing_leads_to_a_person_the_note_says_how(kai, forest_unit, as_person):
    follow_up = FollowUpFactory(response=ResponseFactory(unit=forest_unit), unit=forest_unit, owner=kai)
    client = as_person(kai)

    assert way_to_client(follow_up) is Way.NONE
    assert client.post(address(follow_up), {"to": "contacted"}).status_code == 422
    assert client.post(address(follow_up), {"to": "contacted", "note": "Tuli ise leti äärde."}).status_code == 302


def test_a_wish_and_a_named_answer_are_ways_enough(kai, forest_unit):
    wished = FollowUpFactory(response=ResponseFactory(unit=forest_unit), owner=kai)
    ContactWish.objects.create(follow_up=wished, reach="andres@example.com")
    asked = InvitationFactory(state="answered")
    named = ResponseFactory(
        questionnaire=QuestionnaireFactory(survey__identified=True), invitation=asked, way="invitation"
    )

    assert way_to_client(wished) is Way.WISH
    assert way_to_client(FollowUpFactory(response=named, owner=kai)) is Way.INVITATION


def test_the_share_and_the_proof_leave_out_whom_nobody_could_reach(follow_up, today):
    FollowUp.objects.filter(pk=follow_up.pk).update(state="contacted", contacted_on=today)

    def share():
        return follow_ups.share_contacted_in_time(
            seen=FollowUp.objects.all(), first=today - timedelta(days=1), last=today, today=today
        )

    (found,) = verify(["follow_ups_reached"])
    assert (share(), found.differences) == ((0, 1), 1)
    assert not Counted.objects.filter(follow_ups.contacted_in_time()).exists()

    FollowUp.objects.filter(pk=follow_up.pk).update(identity_opened_on=timezone.localdate())

    (found,) = verify(["follow_ups_reached"])
    assert (share(), found.differences) == ((1, 1), 0)
