from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from bureau.lifecycle import MoveRefused
from bureau.models import Cause, Deed, NextInstance
from complaints import closing, complaint_stages, correspondence, forwarding, reopening
from complaints import complaint_handling as handling
from complaints.complaint_severity import Weighed, steps_due
from complaints.complaint_stages import COMPLAINT_LIFECYCLE, PRAISE_LIFECYCLE, needed_before
from complaints.deeds import DeedRefused
from complaints.models import CaseKind, Complaint, ComplaintTarget, Message, Remedy, Stage, Status
from complaints.signals import complaint_decided, complaint_lesson_learned
from tests.factories import CaseFactory
from tests.factories.complaints import (
    GRAVE,
    a_decision,
    acknowledged,
    assessed,
    at_stage_1,
    at_stage_2,
    complaint_case,
    decided,
    decision_letter,
    fresh,
    letter,
)

# Tuesday; the targets of our own working days follow from it.
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=timezone.get_default_timezone())


def test_every_stage_has_its_moves():
    assert set(COMPLAINT_LIFECYCLE.moves) == set(PRAISE_LIFECYCLE.moves) == set(Stage)


def test_a_case_of_this_kind_has_its_complaint_from_the_first_moment(mari):
    case = complaint_case(by=mari)

    assert (case.complaint.stage, case.complaint.feedback) == ("received", "complaint")
    assert [move.new for move in case.complaint.moves.all()] == ["received"]


def test_praise_and_suggestions_are_known_by_their_kind(mari):
    assert complaint_case(kind="praise", by=mari).complaint.feedback == "praise"
    assert complaint_case(kind="suggestion", by=mari).complaint.feedback == "suggestion"
    assert not Complaint.objects.filter(case=complaint_case(kind="explanation", by=mari)).exists()


@time_machine.travel(MONDAY, tick=False)
def test_targets_stand_beside_the_statutory_clock(mari):
    case = at_stage_1(by=mari)

    acknowledge, stage_1 = case.complaint.targets.all()
    assert (acknowledge.due_on, acknowledge.state) == (date(2026, 3, 5), "met")
    assert (stage_1.due_on, stage_1.state) == (date(2026, 3, 9), "running")
    assert case.due_on == date(2026, 4, 1)  # 30 days by law, not our target


@time_machine.travel(MONDAY, tick=False)
def test_an_investigation_has_twenty_working_days(mari, peeter):
    case = at_stage_2(by=peeter, investigator=mari)

    assert case.complaint.targets.get(purpose="stage_2").due_on == date(2026, 3, 30)
    assert (case.assignee, case.status, case.complaint.investigator) == (mari, Status.IN_PROGRESS, mari)


def test_acknowledging_is_a_letter_on_the_case_and_meets_its_target(mari):
    case = acknowledged(by=mari)

    assert case.complaint.stage == Stage.ACKNOWLEDGED
    assert case.complaint.acknowledged_on == timezone.localdate()
    assert case.messages.filter(direction="out", kind=Message.Kind.CLARIFICATION).count() == 1
    assert case.complaint.targets.get().state == ComplaintTarget.State.MET


def test_a_stage_cannot_be_skipped(mari):
    case = complaint_case(by=mari, assignee=mari)

    with pytest.raises(MoveRefused):
        handling.start_stage_1(case=case, by=mari)


@pytest.mark.parametrize(
    ("weighed", "score", "way"),
    [
        (Weighed(0, 0, 0, 0, 0), 0, "frontline"),
        (Weighed(1, 1, 1, 0, 0), 3, "frontline"),
        (Weighed(1, 1, 1, 1, 0), 4, "investigation"),
        (Weighed(0, 0, 2, 0, 0), 2, "investigation"),
        (Weighed(3, 0, 0, 0, 0), 3, "urgent"),
        (Weighed(0, 0, 0, 3, 0), 3, "urgent"),
        (Weighed(2, 2, 2, 2, 1), 9, "urgent"),
    ],
)
def test_severity_gives_the_path(weighed, score, way):
    assert (weighed.score, weighed.way) == (score, way)


@pytest.mark.parametrize(("late", "step"), [(0, 0), (1, 1), (2, 1), (3, 2), (5, 2), (6, 3), (40, 3)])
def test_the_ladder_goes_up_with_working_days(late, step):
    assert steps_due(late) == step


def test_a_grave_complaint_goes_past_the_frontline_and_the_head_hears_of_it(peeter, jaan):
    case = assessed(by=peeter, weighed=GRAVE)

    assert case.complaint.path == "urgent"
    assert jaan.notifications.filter(kind="case.complaint_urgent").count() == 1
    with pytest.raises(DeedRefused, match="esmatasand"):
        handling.start_stage_1(case=case, by=peeter)


def test_one_letter_holds_several_requests_each_with_its_clock(peeter):
    case = assessed(by=peeter, also_kinds=("information_request", "data_subject_request"))

    kinds = {clock.kind.code for clock in case.clocks.filter(state="running", purpose="reply")}
    assert kinds == {"service_complaint", "information_request", "data_subject_request"}
    assert case.complaint.also_kinds == ["information_request", "data_subject_request"]


def test_the_decision_answers_the_complaint_and_leaves_the_other_request_running(peeter):
    case = at_stage_1(by=peeter, also_kinds=("information_request",))

    handling.decide(case=case, decision=a_decision(), letter=decision_letter(), by=peeter)

    fresh(case)
    assert [clock.kind.code for clock in case.clocks.filter(state="running")] == ["information_request"]
    assert (case.complaint.stage, case.status) == (Stage.DECIDED, Status.IN_PROGRESS)
    with pytest.raises(DeedRefused, match="tähtaeg"):
        handling.close_complaint(case=case, by=peeter)


def test_a_complaint_goes_from_receipt_to_its_end(peeter, django_capture_on_commit_callbacks):
    heard = []

    def hear(**told):
        heard.append((told["case_id"], told["outcome"]))

    complaint_decided.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            case = decided(by=peeter)
    finally:
        complaint_decided.disconnect(hear)
    handling.close_complaint(case=case, by=peeter)

    fresh(case)
    assert (case.complaint.stage, case.status, case.outcome) == (Stage.CLOSED, Status.CLOSED, "upheld")
    assert [move.new for move in case.complaint.moves.all()] == [
        "received", "acknowledged", "assessed", "stage_1", "decided", "closed",
    ]  # fmt: skip
    assert not case.complaint.targets.filter(state="running").exists()
    assert heard == [(case.pk, "upheld")]


def test_the_letter_must_name_the_next_instance(peeter):
    case = at_stage_1(by=peeter)

    with pytest.raises(DeedRefused, match="ei nimeta"):
        handling.decide(case=case, decision=a_decision(), letter=letter("Vabandame väga."), by=peeter)
    with pytest.raises(DeedRefused, match="järgmine instants"):
        handling.decide(case=case, decision=a_decision(next_instance_ids=()), letter=decision_letter(), by=peeter)

    assert fresh(case).complaint.stage == Stage.STAGE_1


@pytest.mark.parametrize("code", ["next_challenge", "next_court", "next_chancellor", "next_data_protection"])
def test_the_seeded_sentences_name_their_instance_in_both_languages(db, code):
    instance = NextInstance.objects.get(code=code)

    assert handling.unnamed(instance.text_et, (instance.pk,)) == []
    assert handling.unnamed(instance.text_en, (instance.pk,)) == []


def test_the_page_of_the_case_does_not_close_a_complaint(peeter):
    case = decided(by=peeter)

    with pytest.raises(DeedRefused, match="Sulge kaebus"):
        closing.close_case(case=case, by=peeter, outcome="upheld")


def test_nothing_closes_without_cause_outcome_and_letter(peeter):
    case = at_stage_1(by=peeter)
    Complaint.objects.filter(pk=case.pk).update(stage=Stage.DECIDED)

    with pytest.raises(DeedRefused, match="tulemus, põhjus, kiri"):
        handling.close_complaint(case=case, by=peeter)


def test_a_remedy_without_a_day_holds_the_complaint_open(peeter, today):
    case = decided(by=peeter)
    remedy = Remedy.objects.create(complaint=case.complaint, kind="apology", promised_on=today)

    with pytest.raises(DeedRefused, match="heastamine"):
        handling.close_complaint(case=case, by=peeter)

    remedy.due_on = today + timedelta(days=7)
    remedy.save()
    assert handling.close_complaint(case=case, by=peeter).stage == Stage.CLOSED


def test_what_is_needed_is_told_before(peeter):
    case = at_stage_1(by=peeter)

    needs = {need.code: need.is_met for need in needed_before(case.complaint, Stage.CLOSED)}

    assert needs == {
        "outcome": False,
        "cause": False,
        "letter": False,
        "remedies": True,
        "clocks": False,
        "topic": True,
    }


def test_withdrawing_ends_case_clocks_and_targets(mari):
    case = at_stage_1(by=mari)

    handling.withdraw(case=case, by=mari, reason="helistas ja loobus")

    fresh(case)
    assert (case.complaint.stage, case.complaint.outcome, case.status) == ("withdrawn", "withdrawn", Status.CLOSED)
    assert not case.clocks.filter(state="running").exists()
    assert {target.state for target in case.complaint.targets.all()} == {"met", "ended"}


def test_returning_tells_the_ground(mari):
    case = acknowledged(by=mari)

    handling.return_complaint(case=case, by=mari, ground="settled", letter=letter("Sama asi on lahendatud."))

    fresh(case)
    assert (case.complaint.stage, case.complaint.returned_because, case.outcome) == ("returned", "settled", "refused")


def test_forwarding_the_case_forwards_its_complaint(mari):
    from bureau.models import OutsideBody

    case = acknowledged(by=mari)
    sending = forwarding.SendingOn(body_id=OutsideBody.objects.first().pk, notice_text="Edastasime.")

    forwarding.forward_case(case=case, sending=sending, by=mari)

    assert fresh(case).complaint.stage == Stage.FORWARDED


def test_a_person_not_content_is_heard_again_with_a_target_of_the_day(peeter, mari, today):
    case = decided(by=peeter, days_ago=40)

    reopening.reopen_case(case=case, by=peeter, reason="ei ole vastusega rahul")
    fresh(case)
    assert (case.complaint.stage, case.complaint.reopened_count, case.complaint.outcome) == ("reopened", 1, "")
    handling.start_stage_2(case=case, investigator=mari, by=peeter)

    assert fresh(case).complaint.targets.get(purpose="stage_2").triggered_on == today


def test_any_case_can_be_treated_as_a_complaint_and_keeps_its_own_clock(mari):
    case = CaseFactory(kind="information_request", by=mari)

    handling.treat_as_complaint(case=case, by=mari)

    fresh(case)
    assert case.kind.code == "information_request"
    assert {clock.kind.code for clock in case.clocks.filter(state="running")} == {
        "information_request", "service_complaint",
    }  # fmt: skip
    with pytest.raises(DeedRefused, match="juba"):
        handling.treat_as_complaint(case=case, by=mari)


def test_praise_is_passed_on_thanked_and_closed_without_severity(mari, liis):
    case = complaint_case(kind="praise", by=mari, assignee=mari)

    handling.pass_on(case=case, to="Liis Mets", by=mari, user_ids=(liis.pk,))
    handling.thank(case=case, letter=letter("Aitäh heade sõnade eest!"), by=mari)
    handling.close_complaint(case=case, by=mari)

    fresh(case)
    assert (case.complaint.stage, case.complaint.severity, case.status) == (Stage.CLOSED, None, Status.CLOSED)
    assert liis.notifications.filter(kind="case.praise_passed_on").count() == 1


@time_machine.travel(MONDAY, tick=False)
def test_a_target_is_extended_within_the_rule_and_told_with_the_new_day(mari):
    case = at_stage_1(by=mari)
    until = date(2026, 3, 16)

    with pytest.raises(DeedRefused, match="peab olema uus päev"):
        handling.extend_target(case=case, until=until, reason="üksus vastab hiljem", letter=letter(), by=mari)
    with pytest.raises(DeedRefused, match="mitte hiljem"):
        handling.extend_target(case=case, until=date(2026, 3, 17), reason="x", letter=letter("17.03.2026"), by=mari)
    target = handling.extend_target(
        case=case, until=until, reason="üksus vastab hiljem", letter=letter("Vastame 16.03.2026."), by=mari
    )

    assert (target.due_on, target.first_due_on, target.is_extended) == (until, date(2026, 3, 9), True)
    assert fresh(case).due_on == date(2026, 4, 1)


def test_a_lesson_is_kept_and_announced(mari, django_capture_on_commit_callbacks):
    case = decided(by=mari)
    heard = []

    def hear(**told):
        heard.append((told["case_id"], told["cause_id"]))

    complaint_lesson_learned.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            handling.keep_lesson(case=case, lesson="Anname kliendile nädala pärast teada.", by=mari)
    finally:
        complaint_lesson_learned.disconnect(hear)

    assert fresh(case).complaint.lesson == "Anname kliendile nädala pärast teada."
    assert heard == [(case.pk, Cause.objects.get(code="communication_no_news").pk)]


def test_every_deed_of_a_complaint_is_among_the_deeds(peeter, mari):
    from bureau import deed_texts

    case = at_stage_2(by=peeter, investigator=mari)

    actions = list(
        Deed.objects.filter(object_id=case.pk, action__startswith="complaint.").values_list("action", flat=True)
    )
    assert sorted(actions) == [
        "complaint.acknowledged", "complaint.assessed", "complaint.opened", "complaint.stage_2",
    ]  # fmt: skip
    assert set(actions) <= deed_texts.known_actions()


def test_an_answer_from_the_page_of_the_case_does_not_decide_the_complaint(mari):
    case = at_stage_1(by=mari)
    reply = correspondence.Reply(text="Vastus", channel_id=case.channel_id, recipient="x", key=letter().key)
    correspondence.send_reply(case=case, reply=reply, by=mari)

    assert fresh(case).complaint.stage == Stage.STAGE_1
    handling.decide(case=case, decision=a_decision(), letter=decision_letter(), by=mari)
    assert fresh(case).complaint.stage == Stage.DECIDED


def test_targets_need_a_rule(mari):
    complaint_stages.complaint_kind().deadline_rules.filter(purpose="stage_1").delete()

    case = at_stage_1(by=mari)

    assert not case.complaint.targets.filter(purpose="stage_1").exists()
    assert CaseKind.objects.get(code="service_complaint").deadline_rules.filter(purpose="stage_2").exists()
