"""Changing the facts of a case: three-way, with its clocks, and links, notes and followers beside."""

import pytest

from bureau.models import Notification, Topic
from complaints.classification import FactsClash, change_case
from complaints.deeds import DeedRefused
from complaints.links import link_cases, unlink_cases
from complaints.models import CaseFollower, CaseKind, ChangedDay, Clock, ClockEvent, SearchDocument
from complaints.notes import add_note, follow, unfollow
from tests.factories import CaseFactory, PartyFactory


def test_a_new_kind_recomputes_the_clock_from_the_same_registration(mari):
    case = CaseFactory(assignee=mari, kind="explanation", days_ago=1)
    clock = case.clocks.get()
    kind = CaseKind.objects.get(code="information_request")

    change_case(
        case=case, seen={"kind_id": case.kind_id}, wanted={"kind_id": kind.pk}, by=mari, reason="küsib dokumenti"
    )

    case.refresh_from_db()
    old_due, clock = clock.due_on, Clock.objects.get(pk=clock.pk)
    assert (case.kind, clock.kind, clock.triggered_on) == (kind, kind, case.registered_on)
    assert clock.due_on < old_due
    assert case.due_on == clock.due_on
    assert ClockEvent.objects.filter(clock=clock, what="recomputed").count() == 1
    assert ChangedDay.objects.filter(day=case.registered_on).exists()


def test_a_kind_without_a_term_ends_the_clock(mari):
    case = CaseFactory(assignee=mari)
    praise = CaseKind.objects.get(code="praise")

    change_case(case=case, seen={"kind_id": case.kind_id}, wanted={"kind_id": praise.pk}, by=mari)

    case.refresh_from_db()
    assert (case.due_on, case.clocks.get().end_reason) == (None, "reclassified")


def test_a_kind_with_a_term_starts_one(mari):
    case = CaseFactory(assignee=mari, kind="praise")
    assert case.due_on is None

    change_case(
        case=case,
        seen={"kind_id": case.kind_id},
        wanted={"kind_id": CaseKind.objects.get(code="explanation").pk},
        by=mari,
    )

    case.refresh_from_db()
    assert case.due_on == case.clocks.get().due_on


def test_two_people_may_change_different_facts_at_once(mari, liis):
    case = CaseFactory(title="Vana pealkiri")
    topic = Topic.objects.filter(service__isnull=False).first()
    seen = {"title": case.title, "topic_id": case.topic_id}

    change_case(case=case, seen=seen, wanted=seen | {"title": "Uus pealkiri"}, by=liis)
    change_case(case=case, seen=seen, wanted=seen | {"topic_id": topic.pk}, by=mari)

    case.refresh_from_db()
    assert (case.title, case.topic, case.service_id) == ("Uus pealkiri", topic, topic.service_id)


def test_the_same_fact_changed_by_both_is_a_clash_until_overruled(mari, liis):
    case = CaseFactory(title="Vana")
    change_case(case=case, seen={"title": "Vana"}, wanted={"title": "Liisi oma"}, by=liis)

    with pytest.raises(FactsClash) as clash:
        change_case(case=case, seen={"title": "Vana"}, wanted={"title": "Mari oma"}, by=mari)
    (one,) = clash.value.clashes
    assert (one.field, one.seen, one.now, one.wanted) == ("title", "Vana", "Liisi oma", "Mari oma")

    change_case(case=case, seen={"title": "Vana"}, wanted={"title": "Mari oma"}, by=mari, overrule=True)
    case.refresh_from_db()
    assert case.title == "Mari oma"


def test_what_is_not_changed_is_not_written(mari):
    case = CaseFactory(title="Sama")

    change_case(case=case, seen={"title": "Sama"}, wanted={"title": "Sama"}, by=mari)

    case.refresh_from_db()
    assert case.version == 1


def test_a_case_keeps_a_title(mari):
    case = CaseFactory()

    with pytest.raises(DeedRefused):
        change_case(case=case, seen={"title": case.title}, wanted={"title": " "}, by=mari)


def test_another_party_is_found_by_search(mari):
    case, party = CaseFactory(), PartyFactory(name="Kadri Hundinui")

    change_case(case=case, seen={"party_id": None}, wanted={"party_id": party.pk}, by=mari)

    assert "hundinui" in SearchDocument.objects.get(case=case).vector


def test_links_are_kept_once_and_not_to_itself(mari):
    case, other = CaseFactory(), CaseFactory()

    link = link_cases(case=case, other=other, kind="follow_up", by=mari)
    assert link_cases(case=case, other=other, kind="follow_up", by=mari) == link
    for pair in ({"case": case, "other": case}, {"case": other, "other": case}):
        with pytest.raises(DeedRefused):
            link_cases(**pair, kind="follow_up", by=mari)

    unlink_cases(link=link, by=mari)
    assert not case.links.exists()


def test_a_note_counts_the_version_and_is_searched(mari):
    case = CaseFactory()

    add_note(case=case, by=mari, text="Küsisin hundirattalt.")

    case.refresh_from_db()
    assert case.version == 2
    assert "hundirattalt" in SearchDocument.objects.get(case=case).vector
    with pytest.raises(DeedRefused):
        add_note(case=case, by=mari, text="  ")


def test_following_twice_is_following_once(mari):
    case = CaseFactory()

    assert (follow(case=case, by=mari), follow(case=case, by=mari)) == (True, False)
    assert CaseFollower.objects.filter(case=case).count() == 1
    assert (unfollow(case=case, by=mari), unfollow(case=case, by=mari)) == (True, False)


def test_a_colleague_named_in_a_note_hears_of_it_but_not_of_a_case_they_do_not_see(mari, liis, peeter):
    open_case, restricted = CaseFactory(), CaseFactory(assignee=mari, restricted=True)

    add_note(case=open_case, by=mari, text="@Liis Mets, kas sinul on see teatis?")
    add_note(case=restricted, by=mari, text="@liis mets ja @Peeter Saar")

    told = Notification.objects.filter(kind="case.mentioned").values_list("user_id", "arguments__number")
    assert set(told) == {(liis.pk, open_case.number), (peeter.pk, restricted.number)}
