"""Who takes which case: the ranking, the next one, giving and giving back, many at once."""

import threading
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import timezone

from bureau.models import Job, Notification, Topic
from complaints import bulk
from complaints.assignment import (
    Candidate,
    NothingToTake,
    assign_case,
    proposals_for,
    rank_assignees,
    resting_on_absent,
    take_next,
    unassign_case,
)  # fmt: skip
from complaints.deeds import DeedRefused
from complaints.models import Case, Clock, Status
from tests.factories import AbsenceFactory, CaseFactory, SubstitutionFactory

DAY = date(2026, 11, 23)
FOREST = SimpleNamespace(id=7, name="Metsateatis")


def someone(pk, **given) -> Candidate:
    return Candidate(id=pk, name=f"Inimene {pk}", **given)


def order(candidates, **given):
    given = {"topic": FOREST, "language": "et", "on": DAY} | given
    return [proposal.candidate.id for proposal in rank_assignees(candidates=candidates, **given)]


def test_skill_comes_before_load():
    assert order([someone(1, open_cases=0), someone(2, open_cases=9, skills=frozenset({7}))]) == [2, 1]


def test_among_equals_the_least_loaded_comes_first():
    assert order([someone(1, open_cases=9), someone(2, open_cases=3)]) == [2, 1]


def test_load_is_counted_per_full_post():
    half = someone(1, open_cases=4, workload_share=Decimal("0.5"))
    full = someone(2, open_cases=6)

    assert order([half, full]) == [2, 1]


def test_who_is_away_comes_last_whatever_the_skill():
    away = someone(1, skills=frozenset({7}), away_from=DAY - timedelta(days=1), away_until=DAY + timedelta(days=5))

    assert order([away, someone(2, open_cases=50)]) == [2, 1]


def test_who_will_be_away_on_the_last_day_comes_after_who_will_not():
    leaving = someone(1, away_from=DAY + timedelta(days=10), away_until=DAY + timedelta(days=20))

    assert order([leaving, someone(2, open_cases=5)], due_on=DAY + timedelta(days=12)) == [2, 1]
    assert order([leaving, someone(2, open_cases=5)], due_on=DAY + timedelta(days=5)) == [1, 2]


def test_a_language_not_served_weighs_more_than_skill():
    assert order([someone(1, skills=frozenset({7})), someone(2, languages=frozenset({"ru"}))], language="ru") == [2, 1]


def test_reasons_stand_in_words():
    away = someone(1, away_from=DAY, away_until=date(2026, 12, 4), open_cases=3, substitute="Liis Mets")
    (proposal,) = rank_assignees(candidates=[away], topic=FOREST, language="et", on=DAY)

    assert proposal.is_available is False
    assert proposal.reasons == ["ära kuni 04.12.2026", "asendaja Liis Mets", "3 avatud pöördumist"]


def test_proposals_read_skills_load_and_absences(mari, liis, peeter, today):
    topic = Topic.objects.filter(parent__isnull=False).first()
    liis.skills.add(topic.parent)
    AbsenceFactory(user=peeter, starts_on=today, ends_on=today + timedelta(days=3))
    case = CaseFactory(topic=topic)
    CaseFactory(assignee=mari)

    proposals = proposals_for(case, today)

    assert [one.candidate.id for one in proposals] == [liis.pk, mari.pk, peeter.pk]
    assert (proposals[0].has_skill, proposals[1].candidate.open_cases, proposals[2].is_available) == (True, 1, False)


def test_assigning_tells_the_new_and_the_former_handler(peeter, mari, liis):
    case = CaseFactory(assignee=mari)

    assign_case(case=case, to=liis, by=peeter)

    assert set(Notification.objects.filter(kind="case.assigned").values_list("user_id", flat=True)) == {
        mari.pk,
        liis.pk,
    }


def test_an_ended_case_is_not_handed_over(peeter, mari, liis):
    case = CaseFactory(assignee=mari)
    Case.objects.filter(pk=case.pk).update(status=Status.FORWARDED, ended_on=timezone.localdate())

    with pytest.raises(DeedRefused):
        assign_case(case=case, to=liis, by=peeter)
    with pytest.raises(DeedRefused):
        unassign_case(case=case, by=peeter)


def test_a_case_goes_back_to_the_queue(mari):
    case = CaseFactory(assignee=mari)

    unassign_case(case=case, by=mari, reason="ei ole minu teema")

    case.refresh_from_db()
    assert case.assignee is None


def due(case, day):
    Clock.objects.filter(case=case).update(due_on=day)
    Case.objects.filter(pk=case.pk).update(due_on=day)


def test_take_next_gives_the_oldest_clock(mari, today):
    later, sooner, clockless = CaseFactory(), CaseFactory(), CaseFactory(kind="praise")
    due(later, today + timedelta(days=9))
    due(sooner, today + timedelta(days=2))

    assert [take_next(by=mari).pk for _ in range(3)] == [sooner.pk, later.pk, clockless.pk]
    with pytest.raises(NothingToTake):
        take_next(by=mari)


def test_a_topic_that_a_present_colleague_masters_is_left_to_them(mari, liis, today):
    topic = Topic.objects.filter(parent__isnull=False).first()
    liis.skills.add(topic)
    special = CaseFactory(topic=topic)

    with pytest.raises(NothingToTake):
        take_next(by=mari)
    absence = AbsenceFactory(user=liis, starts_on=today, ends_on=today)
    assert take_next(by=mari) == special
    absence.delete()


def test_who_is_away_takes_nothing(mari, today):
    CaseFactory()
    AbsenceFactory(user=mari, starts_on=today, ends_on=today)

    with pytest.raises(NothingToTake):
        take_next(by=mari)


def test_a_restricted_case_in_the_queue_is_not_taken_by_who_may_not_see_it(mari, peeter):
    case = CaseFactory(restricted=True)

    with pytest.raises(NothingToTake):
        take_next(by=mari)
    assert take_next(by=peeter) == case


def test_a_language_that_is_not_served_is_left(mari):
    mari.languages_served = ["en"]
    mari.save()
    CaseFactory(language="ru")

    with pytest.raises(NothingToTake):
        take_next(by=mari)


@pytest.mark.django_db(transaction=True)
def test_two_who_take_at_once_get_two_cases(mari, liis):
    CaseFactory()
    CaseFactory()
    taken, start = [], threading.Barrier(2)

    def take(person):
        start.wait()
        try:
            taken.append(take_next(by=person).pk)
        finally:
            connection.close()

    takers = [threading.Thread(target=take, args=(person,)) for person in (mari, liis)]
    [taker.start() for taker in takers]
    [taker.join() for taker in takers]

    assert len(set(taken)) == 2


def test_deadlines_that_fall_on_an_absent_person_are_listed(peeter, mari, liis, today):
    falls, before, other = CaseFactory(assignee=mari), CaseFactory(assignee=mari), CaseFactory(assignee=liis)
    due(falls, today + timedelta(days=6))
    due(before, today + timedelta(days=2))
    due(other, today + timedelta(days=6))
    first, last = today + timedelta(days=5), today + timedelta(days=9)
    AbsenceFactory(user=mari, starts_on=first, ends_on=last)
    SubstitutionFactory(absent=mari, substitute=liis, starts_on=first, ends_on=last)

    (resting,) = resting_on_absent(peeter, today)

    assert (resting.case, resting.substitute) == (falls, "Liis Mets")


def test_many_are_given_at_once_and_taken_back(peeter, mari, liis):
    mine, theirs, ended = CaseFactory(assignee=mari), CaseFactory(assignee=liis), CaseFactory(assignee=mari)
    queue = CaseFactory()
    Case.objects.filter(pk=ended.pk).update(status=Status.FORWARDED, ended_on=timezone.localdate())
    numbers = [mine.number, theirs.number, ended.number, queue.number, "P-1999-000001-0"]

    before = bulk.preview(numbers=numbers, to=liis, by=peeter)
    job = bulk.order(numbers=numbers, to=liis, by=peeter)

    assert (before.to_change, before.theirs_already, before.ended, before.unseen) == (2, 1, 1, 1)
    assert (job.state, job.done, job.refused) == (Job.State.DONE, 5, 2)
    assert sorted(job.rows.values_list("reason_code", flat=True)) == ["refused", "theirs", "unseen"]
    assert Notification.objects.filter(user=liis).count() == 1
    mine.refresh_from_db()
    assert mine.assignee == liis

    back = bulk.undo(job=job, by=peeter)

    mine.refresh_from_db()
    queue.refresh_from_db()
    assert (mine.assignee, queue.assignee, back.result) == (mari, None, {"back": 2})
    with pytest.raises(DeedRefused):
        bulk.undo(job=job, by=peeter)


def test_what_was_moved_on_since_stays_when_taken_back(peeter, mari, liis, jaan):
    case = CaseFactory(assignee=mari)
    job = bulk.order(numbers=[case.number], to=liis, by=peeter)
    assign_case(case=case, to=jaan, by=peeter)

    back = bulk.undo(job=job, by=peeter)

    case.refresh_from_db()
    assert (case.assignee, back.result) == (jaan, {"back": 0})


def test_more_than_fifty_go_to_a_worker(peeter, liis, django_capture_on_commit_callbacks):
    case = CaseFactory()
    numbers = [case.number, *(f"P-1999-{number:06d}-0" for number in range(1, 60))]

    with django_capture_on_commit_callbacks():
        job = bulk.order(numbers=numbers, to=liis, by=peeter)

    assert job.state == Job.State.QUEUED
    from bureau import jobs

    jobs.run(job_id=job.pk)
    job.refresh_from_db()
    case.refresh_from_db()
    assert (job.state, job.done, job.result["moved"], case.assignee) == (
        Job.State.DONE,
        60,
        [[case.number, None, liis.pk]],
        liis,
    )


def test_the_head_is_proposed_after_those_whose_work_it_is():
    head = someone(1, open_cases=0, skills=frozenset({7}), shares_queue=False)

    assert order([head, someone(2, open_cases=30)]) == [2, 1]


def test_take_next_says_who_may_take_what_waits(mari, liis):
    topic = Topic.objects.filter(parent__isnull=False).first()
    liis.skills.add(topic)
    mari.languages_served = ["et", "en"]
    mari.save(update_fields=["languages_served"])
    CaseFactory(topic=topic)
    CaseFactory(language="ru", topic=None)

    with pytest.raises(NothingToTake) as nothing:
        take_next(by=mari)

    said = str(nothing.value)
    assert ("Liis Mets" in said, said.count("1 ")) == (True, 2)
