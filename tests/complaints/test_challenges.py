from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from bureau.models import Deed
from complaints import challenge_in_court, challenges, closing
from complaints.challenge_stages import CHALLENGE_LIFECYCLE, defects_of, names_court
from complaints.complaint_handling import treat_as_complaint
from complaints.conflict_of_interest import name_person
from complaints.deeds import DeedRefused
from complaints.models import Challenge, ChallengeStage, Status
from tests.factories import CaseFactory
from tests.factories.challenges import (
    TO_COURT,
    WHOLE,
    again,
    challenge_case,
    decided,
    examined,
    in_court,
    passed_on,
)
from tests.factories.complaints import assessed, letter

FRIDAY = datetime(2026, 6, 12, 10, 0, tzinfo=timezone.get_default_timezone())


def running(case):
    return {(clock.kind.code, clock.purpose) for clock in case.clocks.filter(state="running")}


def test_every_stage_has_its_moves():
    assert set(CHALLENGE_LIFECYCLE.moves) == set(ChallengeStage)


def test_a_missing_signature_is_a_defect_and_missing_annexes_are_not():
    assert defects_of(set(WHOLE) - {"signature"}) == ["signature"]
    assert defects_of(WHOLE) == []


@pytest.mark.parametrize(
    ("text", "named"), [("… halduskohtusse …", True), ("… Administrative Court …", True), ("… kohtusse …", False)]
)
def test_the_way_to_the_court_is_known_in_either_language(text, named):
    assert names_court(text) is named


def test_a_case_of_this_kind_is_a_challenge_from_the_first_moment(mari):
    case = challenge_case(by=mari)

    assert case.challenge.stage == "received"
    assert running(case) == {("challenge", "forward"), ("challenge", "reply")}


def test_the_same_letter_is_a_complaint_and_a_challenge_each_with_its_clock(peeter):
    case = assessed(by=peeter, also_kinds=("challenge",))

    assert Challenge.objects.get(case=case).stage == "received"
    assert running(case) == {("service_complaint", "reply"), ("challenge", "forward")}


@time_machine.travel(FRIDAY, tick=False)
@pytest.mark.parametrize(("days", "late"), [(30, False), (31, False), (33, True)])
def test_the_term_to_file_counts_from_when_the_person_learnt(mari, days, late):
    """Of 12 June 31 days before is 12 May; its 30 days end on 11 June. A Saturday moves to Monday."""
    learnt = FRIDAY.date() - timedelta(days=days)
    case = examined(by=mari, days_since=days)

    term = case.challenge.terms.get()
    due = learnt + timedelta(days=30)
    while due.weekday() > 4:
        due += timedelta(days=1)
    assert term.due_on == due
    assert case.challenge.is_late is (FRIDAY.date() > due)
    assert term.steps


def test_a_late_challenge_goes_on_only_when_its_term_is_restored(peeter, forest_unit):
    case = examined(by=peeter, days_since=60)
    passing = challenges.PassingOn(on=timezone.localdate(), unit_id=forest_unit.pk)
    with pytest.raises(DeedRefused):
        challenges.pass_on(case=case, passing=passing, by=peeter)

    challenges.restore_term(case=case, reason="Oli haiglas.", by=peeter)
    challenges.pass_on(case=case, passing=passing, by=peeter)

    assert again(case).challenge.stage == "passed_on"


def test_a_late_challenge_is_returned_with_the_way_to_the_court(peeter):
    case = examined(by=peeter, days_since=60)
    with pytest.raises(DeedRefused, match="halduskohtu|administrative court"):
        challenges.return_challenge(case=case, ground="late", letter=letter("Hilja."), by=peeter)

    challenges.return_challenge(case=case, ground="late", letter=letter(TO_COURT), by=peeter)

    assert again(case).challenge.stage == "returned"
    assert running(case) == set()


@time_machine.travel(FRIDAY, tick=False)
def test_defects_get_ten_days_and_their_cure_leads_back(mari):
    case = examined(by=mari, contents=tuple(one for one in WHOLE if one != "signature"))

    challenges.ask_to_cure(case=case, letter=letter("Palume allkirja."), by=mari)
    term = again(case).challenge.terms.get(purpose="cure")
    assert (case.challenge.stage, term.due_on) == ("curing", date(2026, 6, 22))

    challenges.record_cure(case=case, contents=("signature",), on=FRIDAY.date(), by=mari)
    term.refresh_from_db()
    assert (again(case).challenge.stage, term.state) == ("received", "kept")


def test_what_is_not_cured_is_returned_only_after_the_term(peeter):
    case = examined(by=peeter, contents=("act",))
    challenges.ask_to_cure(case=case, letter=letter("Palume täiendada."), by=peeter)
    with pytest.raises(DeedRefused):
        challenges.return_challenge(case=case, ground="defects", letter=letter(TO_COURT), by=peeter)

    with time_machine.travel(timezone.now() + timedelta(days=20)):
        challenges.return_challenge(case=case, ground="defects", letter=letter(TO_COURT), by=peeter)

    assert again(case).challenge.terms.get(purpose="cure").state == "missed"


@time_machine.travel(FRIDAY, tick=False)
def test_the_term_to_decide_counts_from_the_passing_on(mari, forest_unit):
    case = passed_on(by=mari, unit=forest_unit)

    (clock,) = case.clocks.filter(state="running")
    assert (clock.purpose, clock.triggered_on, clock.due_on) == ("reply", FRIDAY.date(), date(2026, 6, 22))
    assert case.due_on == clock.due_on
    assert case.clocks.get(purpose="forward").state == "met"


def test_a_challenge_that_another_body_decides_is_no_longer_ours(mari):
    from bureau.models import OutsideBody

    case = challenge_case(by=mari)
    passing = challenges.PassingOn(
        on=timezone.localdate(), body_id=OutsideBody.objects.first().pk, letter=letter("Edastasime.")
    )

    challenges.pass_on(case=case, passing=passing, by=mari)

    assert again(case).challenge.stage == "elsewhere"
    assert running(case) == set()


def test_the_act_is_suspended_with_a_reason_until_the_decision(peeter, forest_unit):
    case = passed_on(by=peeter, unit=forest_unit)
    challenges.suspend(case=case, reason="Raie on pöördumatu.", by=peeter)
    assert again(case).challenge.is_suspended

    challenges.decide(case=case, outcome="satisfied", findings="", letter=letter(TO_COURT), by=peeter)

    assert not again(case).challenge.is_suspended


def test_who_made_the_decision_does_not_decide_on_the_challenge(peeter, jaan, forest_unit):
    case = passed_on(by=jaan, unit=forest_unit, official=peeter)

    with pytest.raises(DeedRefused):
        challenges.decide(case=case, outcome="rejected", findings="", letter=letter(TO_COURT), by=peeter)

    challenges.decide(case=case, outcome="rejected", findings="", letter=letter(TO_COURT), by=jaan)
    assert again(case).challenge.decided_by == jaan


def test_the_decision_answers_the_challenge_and_starts_the_term_to_go_to_court(peeter, forest_unit):
    case = decided(by=peeter, unit=forest_unit)

    assert (case.status, case.was_on_time) == (Status.ANSWERED, True)
    assert case.challenge.terms.get(purpose="court").state == "running"


def test_a_case_does_not_close_while_its_challenge_waits(peeter, forest_unit):
    case = challenge_case(by=peeter)

    with pytest.raises(DeedRefused):
        closing.close_case(case=case, by=peeter, outcome="explained", no_reply="nothing_owed")


def test_the_result_comes_back_to_the_case(peeter, forest_unit):
    case = decided(by=peeter, unit=forest_unit, outcome="partly")

    challenge_in_court.close_with_result(case=case, by=peeter)

    case.refresh_from_db()
    assert (case.status, case.outcome) == (Status.CLOSED, "partly_upheld")


def test_a_ruling_that_annuls_takes_the_case_up_again(peeter, forest_unit):
    case = in_court(by=peeter, unit=forest_unit)
    challenge_in_court.close_with_result(case=case, by=peeter)

    challenge_in_court.record_ruling(
        case=case, result="annulled", on=timezone.localdate(), by=peeter, reason="Uus otsus teha", reopen=True
    )

    assert again(case).status == Status.REOPENED
    assert case.challenge.stage == "court_ended"
    actions = set(Deed.objects.filter(object_id=case.pk).values_list("action", flat=True))
    assert {"challenge.decided", "challenge.in_court", "challenge.court_ended", "case.reopened"} <= actions


def test_a_challenge_beside_a_complaint_leaves_the_case_to_the_complaint(peeter, forest_unit):
    case = decided(by=peeter, unit=forest_unit)
    challenge = case.challenge
    other = passed_on(by=peeter, unit=forest_unit)
    treat_as_complaint(case=other, by=peeter)
    challenges.decide(case=other, outcome="rejected", findings="", letter=letter(TO_COURT), by=peeter)

    with pytest.raises(DeedRefused):
        challenge_in_court.close_with_result(case=other, by=peeter)
    assert challenge.stage == "decided"


def test_the_database_knows_no_decision_without_a_letter(mari):
    case = challenge_case(by=mari)

    with pytest.raises(IntegrityError), transaction.atomic():
        Challenge.objects.filter(pk=case.pk).update(stage="decided", ended_on=timezone.localdate())


# --- Pages --------------------------------------------------------------------------------------------------------------
def test_the_case_shows_the_way_terms_and_next_deed(as_person, peeter):
    case = examined(by=peeter, contents=("act",))
    client = as_person(peeter)

    page = client.get(case.get_absolute_url()).content.decode()

    assert "Raiekeeld nr 7" in page
    assert reverse("complaints:challenge_cure", args=[case.number]) in page
    assert "HMS § 75" in page


def test_whom_it_concerns_finds_no_challenge_in_the_list(as_person, peeter, liis):
    case = assessed(by=peeter, also_kinds=("challenge",))
    name_person(complaint=case.complaint, user=liis, by=peeter)
    client = as_person(liis)

    assert case.number not in client.get(reverse("complaints:challenge_list") + "?stage=all").content.decode()
    assert client.get(reverse("complaints:challenge_examine", args=[case.number])).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_any_number_of_rows(rows, as_person, peeter, django_assert_max_num_queries):
    for _n in range(rows):
        challenge_case(by=peeter)
    client = as_person(peeter)
    url = reverse("complaints:challenge_list")
    client.get(url)

    with django_assert_max_num_queries(8):
        assert client.get(url).content.decode().count("data-open") == rows


def test_a_case_that_is_no_challenge_has_no_sheet(as_person, peeter):
    case = CaseFactory(assignee=peeter)
    client = as_person(peeter)

    assert client.get(reverse("complaints:challenge_examine", args=[case.number])).status_code == 404


def test_the_proof_finds_a_challenge_moved_past_its_moves(mari):
    from complaints.verification import verify

    case = challenge_case(by=mari)
    assert verify(only=["challenges_follow_moves"])[0].is_clean

    Challenge.objects.filter(pk=case.pk).update(stage="curing")
    assert verify(only=["challenges_follow_moves"])[0].differences == 1


def test_taking_a_challenge_back_speaks_of_a_challenge():
    from django.utils.translation import gettext, override

    with override("et"):
        assert gettext("The person takes the challenge back") == "Esitaja võtab vaide tagasi"
