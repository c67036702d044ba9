"""A person whom a complaint concerns finds nothing of it, by any route and on nobody's behalf."""

from datetime import timedelta

import pytest
from django.utils import timezone

from bureau import deed_filters
from bureau.models import Deed, Notification, ReadingRecord
from bureau.substitution import rights_of
from complaints import assignment, bulk, case_search, conflict_of_interest, notes, restriction
from complaints import complaint_handling as handling
from complaints import complaint_investigation as investigation
from complaints.deadline_warnings import warn_of_deadlines
from complaints.deeds import DeedRefused
from complaints.models import Case, CaseFollower, Complaint, ComplaintPerson, Contact, InvestigationTask
from tests.factories import CaseFactory, ContactFactory, PartyFactory, SubstitutionFactory
from tests.factories.complaints import MARKED, assessed, complaint_case, fresh

SECRET = "Ebaviisakas teenindaja telefonis"


@pytest.fixture
def party(db):
    return PartyFactory(name="Andres Kuusk", phone="+37255550001")


@pytest.fixture
def case(mari, peeter, party):
    """A complaint that Peeter handles and that concerns Mari."""
    case = complaint_case(by=peeter, assignee=peeter, title=SECRET, party=party, channel="phone")
    ContactFactory(case=case, party=party, handled_by=mari, outcome="complaint", note="ebaviisakas")
    conflict_of_interest.name_person(complaint=case.complaint, user=mari, by=peeter)
    return fresh(case)


def page(as_person, user, url):
    response = as_person(user).get(url, follow=True)
    return response.status_code, response.content.decode()


ADDRESSES = [
    "/cases/?status=all", "/cases/?status=all&q=ebaviisakas", "/complaints/?stage=all", "/contacts/", "/search/?q=ebaviisakas",
    "/search/?q=+37255550001", "/", "/desk/",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_list_and_no_search_shows_it(address, case, mari, as_person):
    status, body = page(as_person, mari, address)

    assert status in {200, 404}
    assert case.number not in body
    assert SECRET not in body


@pytest.mark.parametrize("address", ["/cases/?status=all", "/complaints/?stage=all", "/search/?q=ebaviisakas"])
def test_a_colleague_finds_it_by_the_same_routes(address, case, liis, as_person):
    assert case.number in page(as_person, liis, address)[1]


def test_its_page_and_every_deed_on_it_answer_404(case, mari, as_person):
    client = as_person(mari)
    deeds = ["", "reply/", "note/", "close/", "change/", "extend/", "assign/", "follow/", "link/", "presence/"]

    answers = {client.get(f"/cases/{case.number}/{deed}").status_code for deed in deeds}
    assert answers <= {403, 404, 405}
    posted = {
        client.post(f"/cases/{case.number}/{deed}").status_code
        for deed in ("note/", "reply/", "follow/", "presence/", "take/", "start/")
    }
    assert posted == {404}
    steps = ("acknowledge", "decide", "close", "step", "evidence", "remedy", "person", "lesson", "withdraw")
    assert {client.get(f"/complaints/{case.number}/{step}/").status_code for step in steps} == {404}


def test_the_contact_that_opened_it_is_gone_too(case, mari, liis, party):
    contact = Contact.objects.get(case=case)

    assert not Contact.objects.visible_to(mari).filter(pk=contact.pk).exists()
    assert Contact.objects.visible_to(liis).filter(pk=contact.pk).exists()


def test_the_page_of_the_party_counts_without_it(case, mari, liis, party, as_person):
    assert case.number not in page(as_person, mari, party.get_absolute_url())[1]
    assert case.number in page(as_person, liis, party.get_absolute_url())[1]


def test_search_knows_nothing(case, mari, liis, today):
    for text in (case.number, "ebaviisakas", "Andres Kuusk", "+372 5555 0001"):
        found = case_search.search(text, user=mari, today=today)
        assert found.case is None, text
        assert case.number not in [hit.number for hit in found.hits], text
    assert case_search.search(case.number, user=liis, today=today).case == case


def test_a_linked_case_does_not_name_it(case, mari, peeter, as_person):
    from complaints import links

    other = CaseFactory(assignee=mari, title="Teine asi")
    links.link_cases(case=other, other=case, kind="related", by=peeter)

    assert case.number not in page(as_person, mari, other.get_absolute_url())[1]
    assert case.number in page(as_person, peeter, other.get_absolute_url())[1]


def test_exports_hold_no_row_of_it(case, mari, liis, today):
    from django.http import QueryDict

    from complaints.exports import case_rows

    query = QueryDict("status=all")
    assert not case_rows(mari, query, today).filter(pk=case.pk).exists()
    assert case_rows(liis, query, today).filter(pk=case.pk).exists()


def test_even_trust_in_restricted_cases_does_not_open_it(peeter, jaan, mari):
    case = complaint_case(by=mari, assignee=mari, restricted=True)
    conflict_of_interest.name_person(complaint=case.complaint, user=jaan, by=mari)

    assert not Case.objects.visible_to(jaan).filter(pk=case.pk).exists()
    assert Case.objects.visible_to(peeter).filter(pk=case.pk).exists()
    with pytest.raises(DeedRefused, match="puudutab"):
        restriction.let_in(case=case, user=jaan, reason="abi", by=mari)


def test_neither_does_acting_for_somebody_else(case, mari, jaan, today):
    SubstitutionFactory(absent=jaan, substitute=mari, starts_on=today, ends_on=today)
    mari.__dict__.pop("rights", None)

    assert jaan.pk in rights_of(mari).acting_for
    assert not Case.objects.visible_to(mari).filter(pk=case.pk).exists()


def test_a_substitute_does_not_see_it_through_the_person_concerned(mari, kai, tiina, forest_unit, today):
    from tests.conftest import ROLES_SINCE
    from tests.factories import RoleHoldingFactory, UserFactory

    other_head = UserFactory(email="rein@example.ee", first_name="Rein", last_name="Ots")
    RoleHoldingFactory(user=other_head, role="unit_head", unit=None, starts_on=ROLES_SINCE)
    other_head.role_holdings.all().delete()
    from tests.factories import UnitFactory

    own = UnitFactory(code="test-own", name_et="Oma osakond", name_en="Own department")
    RoleHoldingFactory(user=other_head, role="unit_head", unit=own, starts_on=ROLES_SINCE)
    SubstitutionFactory(absent=kai, substitute=other_head, starts_on=today, ends_on=today)
    plain = complaint_case(by=mari, assignee=mari, unit=forest_unit)
    concerning_kai = complaint_case(by=mari, assignee=mari, unit=forest_unit)
    ContactFactory(case=concerning_kai, unit=forest_unit, handled_by=mari)
    conflict_of_interest.name_person(complaint=concerning_kai.complaint, user=kai, by=mari)

    seen = Case.objects.visible_to(other_head)

    assert seen.filter(pk=plain.pk).exists()
    assert not seen.filter(pk=concerning_kai.pk).exists()
    assert not Contact.objects.visible_to(other_head).filter(case=concerning_kai).exists()


def test_a_substitute_with_rights_of_their_own_keeps_them(case, liis, mari, today):
    SubstitutionFactory(absent=mari, substitute=liis, starts_on=today, ends_on=today)

    assert Case.objects.visible_to(liis).filter(pk=case.pk).exists()


def test_what_the_person_had_is_taken_away(mari, peeter, liis):
    case = complaint_case(by=mari, assignee=mari)
    CaseFollower.objects.create(case=case, user=mari)
    notes.add_note(case=case, by=peeter, text="vaata üle")
    assert mari.notifications.exists()

    conflict_of_interest.name_person(complaint=case.complaint, user=mari, by=peeter)

    fresh(case)
    assert case.assignee is None
    assert not case.followers.filter(user=mari).exists()
    assert not Notification.objects.filter(user=mari).exists()


def test_nobody_gives_it_to_the_person(case, mari, peeter, liis):
    with pytest.raises(DeedRefused, match="Mari Tamm"):
        assignment.assign_case(case=case, to=mari, by=peeter)
    job = bulk.order(numbers=[case.number], to=mari, by=peeter)
    bulk.run(job) if hasattr(bulk, "run") else None

    assert fresh(case).assignee == peeter


def test_take_next_passes_it_by(mari, peeter):
    case = complaint_case(by=peeter)
    conflict_of_interest.name_person(complaint=case.complaint, user=mari, by=peeter)

    with pytest.raises(assignment.NothingToTake):
        assignment.take_next(by=mari)
    assert assignment.take_next(by=peeter) == case


def test_no_investigator_step_or_remedy_goes_to_the_person(mari, peeter, liis, today):
    case = assessed(by=peeter, weighed=MARKED)
    conflict_of_interest.name_person(complaint=case.complaint, user=mari, by=peeter)

    with pytest.raises(DeedRefused, match="Mari Tamm"):
        handling.start_stage_2(case=case, investigator=mari, by=peeter)
    with pytest.raises(DeedRefused, match="Mari Tamm"):
        investigation.add_step(case=case, step=investigation.Step(what="x", due_on=today, owner=mari), by=peeter)
    with pytest.raises(DeedRefused, match="Mari Tamm"):
        promise = investigation.Promise(kind="apology", owner=mari, due_on=today)
        investigation.promise_remedy(case=case, promise=promise, by=peeter)


def test_the_sheet_of_the_investigator_says_why_the_person_is_not_offered(mari, peeter, as_person):
    case = assessed(by=peeter, weighed=MARKED)
    conflict_of_interest.name_person(complaint=case.complaint, user=mari, by=peeter)

    body = page(as_person, peeter, f"/complaints/{case.number}/investigate/")[1]

    assert f'<option value="{mari.pk}"' not in body
    assert "Ei pakuta, sest kaebus puudutab neid: Mari Tamm" in body


def test_no_notice_reaches_the_person(case, mari, peeter, monkeypatch):
    CaseFollower.objects.create(case=case, user=mari)  # a row left by an old page
    handling.keep_lesson(case=case, lesson="x", by=peeter)
    notes.add_note(case=case, by=peeter, text="märkus")
    monkeypatch.setattr("complaints.deadline_warnings.chief_specialists", lambda today: {mari.pk})
    monkeypatch.setattr("complaints.deadline_warnings.is_working_time", lambda now, calendar: True)
    case.clocks.update(
        due_on=timezone.localdate() - timedelta(days=1), triggered_on=timezone.localdate() - timedelta(days=9)
    )
    warn_of_deadlines(now=timezone.now())

    assert not Notification.objects.filter(user=mari).exists()


def test_audit_pages_leave_it_out(case, jaan, peeter, dora, as_person):
    conflict_of_interest.name_person(complaint=case.complaint, user=jaan, by=peeter)
    case.refresh_from_db()
    ReadingRecord.objects.create(
        user=peeter, way="view", object_type="complaints.case", object_id=case.pk, object_label=case.number
    )

    assert case.number not in page(as_person, jaan, "/deeds/")[1]
    asked = {"what": "", "who": None, "of": "", "since": None, "until": None}
    assert (
        not deed_filters.found_deeds(asked, user=jaan)
        .filter(object_type="complaints.case", object_id=case.pk)
        .exists()
    )
    assert deed_filters.found_deeds(asked, user=dora).filter(object_type="complaints.case", object_id=case.pk).exists()
    assert deed_filters.shown_to(ReadingRecord.objects.all(), dora).filter(object_id=case.pk).exists()
    assert not deed_filters.shown_to(ReadingRecord.objects.all(), jaan).filter(object_id=case.pk).exists()


def test_nobody_names_or_unnames_themselves(mari, peeter):
    case = complaint_case(by=peeter, assignee=peeter)

    with pytest.raises(DeedRefused):
        conflict_of_interest.name_person(complaint=case.complaint, user=peeter, by=peeter)
    conflict_of_interest.name_person(complaint=case.complaint, user=mari, by=peeter)
    conflict_of_interest.unname_person(complaint=case.complaint, user=mari, by=peeter, reason="eksitus")

    assert Case.objects.visible_to(mari).filter(pk=case.pk).exists()
    actions = Deed.objects.filter(object_id=case.pk, action__startswith="complaint.person").values_list(
        "action", flat=True
    )
    assert sorted(actions) == ["complaint.person_named", "complaint.person_unnamed"]


def test_the_counter_of_the_navigation_leaves_it_out(case, mari, peeter):
    from complaints.case_list import open_count_of
    from complaints.complaint_list import open_complaints_of

    Case.objects.filter(pk=case.pk).update(assignee=mari)  # as if by a repair past the deeds

    assert open_count_of(mari) == 0
    assert open_complaints_of(mari) == 0
    assert Complaint.objects.visible_to(mari).count() == 0


def test_gate_asks_by_an_index(mari):
    """The question about persons concerned costs one look into an index, and nothing when there is none."""
    plan = Case.objects.visible_to(mari).order_by("due_on", "id")[:50].explain()

    assert "complaints_complaintperson" in plan
    assert "Seq Scan on complaints_complaintperson" not in plan or ComplaintPerson.objects.count() == 0


def test_people_named_are_removed_from_open_steps(mari, peeter, today):
    case = assessed(by=peeter, weighed=MARKED)
    investigation.add_step(case=case, step=investigation.Step(what="x", due_on=today, owner=mari), by=peeter)

    conflict_of_interest.name_person(complaint=case.complaint, user=mari, by=peeter)

    assert not InvestigationTask.objects.filter(owner=mari).exists()


def test_dashboard_counts_what_the_list_shows(case, jaan, peeter, today):
    """The head whom it concerns counts one less, on a day counted before too."""
    from complaints import rollups
    from quality.daily_counts import DailyCounts, Question, Scope, counted_state
    from quality.periods import Period

    yesterday = today - timedelta(days=1)
    at = timezone.now() - timedelta(days=1)
    Case.objects.filter(pk=case.pk).update(registered_at=at, received_at=at, registered_on=yesterday)
    rollups.mark_changed(yesterday, today)
    rollups.count_changed_days()
    conflict_of_interest.name_person(complaint=case.complaint, user=jaan, by=peeter)
    span = Period(yesterday, today)
    question = Question(days=span, periods=(span,), week=span, baseline=span, weekday=0)

    def registered(user):
        counts = DailyCounts(user=user, scope=Scope(None, None, None), state=counted_state(today=today), today=today)
        return sum(totals.registered for totals in counts.answer(question).by_day.values())

    assert (registered(peeter), registered(jaan)) == (1, 0)
