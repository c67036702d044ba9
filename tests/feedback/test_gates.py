"""What clients say about a case is seen with the case: owners, identities, calls, notices and deeds."""

import pytest
from django.urls import reverse
from django.utils import timezone

from bureau import deed_filters
from bureau.audit import record
from bureau.models import Deed, Notification, ReadingRecord, RestrictionBasis
from bureau.refusals import DeedRefused
from complaints.conflict_of_interest import name_person
from complaints.restriction import Restriction, restrict_case
from feedback import follow_ups, telephone
from feedback.models import ConfidentialLink, FollowUp, Response
from tests.factories import CaseFactory
from tests.factories.complaints import complaint_case
from tests.factories.feedback import FollowUpFactory, InvitationFactory, QuestionnaireFactory, ResponseFactory

pytestmark = pytest.mark.django_db


def answered(case, *, specialist=None, identified=False, **given) -> FollowUp:
    """The follow-up of a bad answer about a case: confidential, or openly of the invitation."""
    asked = {"survey__identified": True} if identified else {}
    questionnaire = QuestionnaireFactory(survey__published=True, **asked)
    invitation = InvitationFactory(survey=questionnaire.survey, case=case, state="answered", name="Salajane Klient")
    response = ResponseFactory(
        questionnaire=questionnaire, specialist=specialist, invitation=invitation if identified else None, way="invitation", unit=case.unit,
    )  # fmt: skip
    if not identified:
        ConfidentialLink.objects.create(response=response, invitation=invitation)
    return FollowUpFactory(response=response, unit=case.unit, **given)


def restricted(case, by):
    basis = RestrictionBasis.objects.first()
    restrict_case(case=case, restriction=Restriction(basis_id=basis.pk, ends_by="otsus", reason="Alus"), by=by)


@pytest.mark.parametrize("identified", [True, False])
def test_an_answer_about_a_complaint_is_hidden_from_whom_it_concerns(peeter, mari, jaan, identified):
    case = complaint_case(by=mari)
    follow_up = answered(case, identified=identified)

    name_person(complaint=case.complaint, user=peeter, by=mari)

    for user, sees in ((peeter, False), (jaan, True)):
        assert follow_ups.visible_to(user).filter(pk=follow_up.pk).exists() is sees
        assert Response.objects.visible_to(user).filter(pk=follow_up.response_id).exists() is sees


def test_who_stands_in_does_not_see_it_by_the_rights_of_whom_it_concerns(peeter, mari, kai, today):
    from tests.factories import SubstitutionFactory, UserFactory

    standing_in = UserFactory()
    SubstitutionFactory(absent=peeter, substitute=standing_in, starts_on=today, ends_on=today)
    case = complaint_case(by=mari)
    follow_up = answered(case)
    assert follow_ups.visible_to(standing_in).filter(pk=follow_up.pk).exists()

    name_person(complaint=case.complaint, user=peeter, by=mari)

    assert not follow_ups.visible_to(type(standing_in).objects.get(pk=standing_in.pk)).filter(pk=follow_up.pk).exists()


def test_the_head_does_not_open_who_gave_a_confidential_answer_about_him(as_person, jaan, peeter):
    follow_up = answered(CaseFactory(assignee=jaan), specialist=jaan)
    client, address = as_person(jaan), reverse("feedback:follow_up_identity", args=[follow_up.pk])

    assert client.get(address).status_code == 404
    assert client.post(address, {"reason": "Tahan teada, kes see oli."}).status_code == 404
    assert client.get(reverse("feedback:follow_up_detail", args=[follow_up.pk])).status_code == 404
    assert f"/follow-ups/{follow_up.pk}/" not in client.get(reverse("feedback:follow_up_list")).content.decode()
    with pytest.raises(DeedRefused):
        follow_ups.open_identity(follow_up=follow_up, by=jaan, reason="Tahan teada, kes see oli.")
    assert follow_ups.visible_to(peeter).filter(pk=follow_up.pk).exists()


def test_it_falls_to_nobody_whom_it_concerns(jaan, peeter, mari, today):
    case = complaint_case(by=mari)
    name_person(complaint=case.complaint, user=jaan, by=mari)
    response = answered(case).response

    assert follow_ups.owner_of(None, today, response) == peeter
    assert follow_ups.owner_of(None, today, ResponseFactory(specialist=jaan)) == peeter
    assert follow_ups.owner_of(None, today, ResponseFactory()) == jaan


def test_it_is_given_to_nobody_whom_it_concerns(jaan, peeter, mari):
    case = complaint_case(by=mari)
    follow_up = answered(case, owner=jaan)
    name_person(complaint=case.complaint, user=peeter, by=mari)

    with pytest.raises(DeedRefused):
        follow_ups.give_to(follow_up=follow_up, owner=peeter, by=jaan, reason="Palun")


def test_naming_its_owner_passes_it_on(jaan, peeter, mari):
    case = complaint_case(by=mari)
    follow_up = answered(case, owner=jaan)

    name_person(complaint=case.complaint, user=jaan, by=mari)

    follow_up.refresh_from_db()
    assert follow_up.owner == peeter
    assert Deed.objects.filter(action="follow_up.given", object_id=follow_up.pk).count() == 1
    assert Notification.objects.filter(user=peeter, kind="follow_up.opened").count() == 1


def test_restricting_the_case_passes_on_what_its_owner_may_no_longer_see(jaan, mari, liis):
    case = CaseFactory(assignee=liis)
    follow_up = answered(case, owner=mari)

    restricted(case, jaan)

    follow_up.refresh_from_db()
    assert follow_up.owner == jaan
    assert not follow_ups.visible_to(mari).filter(pk=follow_up.pk).exists()


def test_a_call_about_a_hidden_case_is_on_no_list(mari, jaan, liis, today):
    case = CaseFactory(assignee=liis)
    survey = QuestionnaireFactory(survey__published=True).survey
    call = InvitationFactory(survey=survey, case=case, way="phone", address="", phone="+37255550177", state="planned")
    assert call in telephone.to_call(mari, on=today)

    restricted(case, jaan)

    assert call not in telephone.to_call(mari, on=today)
    assert call in telephone.to_call(liis, on=today)


def test_a_notice_of_it_goes_with_the_case(as_person, mari, jaan, liis):
    case = CaseFactory(assignee=liis)
    follow_up = answered(case, owner=mari)
    of_case = Notification.objects.create(user=mari, kind="case.closed", url=case.get_absolute_url(), arguments={"number": case.number})  # fmt: skip
    of_answer = Notification.objects.create(user=mari, kind="follow_up.opened", url=f"/follow-ups/{follow_up.pk}/", arguments={"number": "1", "day": "x"})  # fmt: skip
    of_nothing = Notification.objects.create(user=mari, kind="job.done", url="/jobs/", arguments={"title": "Töö"})
    assert set(Notification.objects.visible_to(mari)) == {of_case, of_answer, of_nothing}

    restricted(case, jaan)

    client = as_person(mari)
    assert set(Notification.objects.visible_to(mari)) == {of_nothing}
    assert case.number not in client.get(reverse("bureau:notification_list")).content.decode()
    assert client.post(reverse("bureau:notification_read", args=[of_case.pk])).status_code == 404


def test_deeds_and_readings_that_name_it_are_left_out_for_whom_it_concerns(jaan, dora, mari):
    case = complaint_case(by=mari)
    follow_up = answered(case)
    response, survey = follow_up.response, follow_up.survey
    invitation = response.confidential_link.invitation
    name_person(complaint=case.complaint, user=jaan, by=dora)
    other = CaseFactory()
    named = [
        record("case.linked", by=mari, on=other, other=case.number, kind="related"),
        record("praise.put_up", by=mari, on=mari, label="1", case=case.number),
        record("case.changed", by=mari, on=other, reason=f"Vt {case.number}"),
        record("survey.call_in_vain", by=mari, on=survey, invitation=invitation.pk),
        record("survey.identity_opened", by=mari, on=survey, response=str(response.pk)),
        record("follow_up.moved", by=mari, on=follow_up, label=str(follow_up.pk)),
    ]
    untouched = record("case.linked", by=mari, on=other, other=other.number, kind="related")
    read = ReadingRecord.objects.create(user=mari, way="view", object_type="feedback.survey", detail={"follow_up": follow_up.pk})  # fmt: skip

    seen = set(deed_filters.shown_to(Deed.objects.all(), jaan).values_list("pk", flat=True))

    assert seen.isdisjoint(deed.pk for deed in named)
    assert untouched.pk in seen
    assert {deed.pk for deed in named} <= set(deed_filters.shown_to(Deed.objects.all(), dora).values_list("pk", flat=True))  # fmt: skip
    assert not deed_filters.shown_to(ReadingRecord.objects.all(), jaan).filter(pk=read.pk).exists()
    assert timezone.now() > read.at
