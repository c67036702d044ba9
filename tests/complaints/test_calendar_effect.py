"""A change of the calendar moves running clocks: shown before, moved in its transaction, with an event and a deed each."""

from datetime import date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from bureau.calendar_changes import CalendarChange, apply_change, calendar_after, preview
from bureau.calendar_store import working_calendar
from bureau.models import Deed, Notification
from bureau.working_calendar import DayKind
from complaints import deadlines
from complaints.clocks import moved_by, recompute_open
from complaints.models import Case, CaseKind, Clock, ClockEvent
from tests.factories import CaseFactory


def at(day: date):
    return timezone.make_aware(datetime(day.year, day.month, day.day, 10))


def holiday(day: date) -> CalendarChange:
    return CalendarChange(days=(day,), kind=DayKind.HOLIDAY, name_et="Erakorraline püha", name_en="Extra holiday")


@pytest.fixture
def case(mari):
    """A request for explanation; its last day is a plain working day."""
    return CaseFactory(registered_at=at(date(2026, 11, 2)), assignee=mari)


def test_a_new_holiday_on_the_last_day_moves_it_to_the_next_working_day(case, jaan):
    old = case.due_on

    shown = preview(holiday(old))
    moved = apply_change(change=holiday(old), by=jaan, reason="Valitsuse korraldus")

    case.refresh_from_db()
    clock = case.clocks.get()
    expected = working_calendar().next_working_day(old)
    assert [(row.label, row.old, row.new) for effect in shown for row in effect.rows] == [(case.number, old, expected)]
    assert moved == 1
    assert (case.due_on, clock.due_on, clock.first_due_on, clock.raw_due_on) == (expected, expected, expected, old)
    assert (
        clock.steps
        == deadlines.compute_due(
            rule=clock.rule.as_term_rule(), trigger_on=clock.triggered_on, calendar=working_calendar()
        ).steps_to_json()
    )
    event = ClockEvent.objects.get(clock=clock, what="recomputed")
    deed = Deed.objects.get(action="clock.recomputed")
    assert (event.by, event.data) == (jaan, {"old": old.isoformat(), "new": expected.isoformat()})
    assert (deed.actor, deed.object_id, deed.reason, deed.data["new"]) == (
        jaan,
        case.pk,
        "Valitsuse korraldus",
        expected.isoformat(),
    )


def test_taken_out_again_the_day_comes_back(case, jaan):
    old = case.due_on
    apply_change(change=holiday(old), by=jaan)

    apply_change(change=CalendarChange(days=(old,), kind=None), by=jaan)

    case.refresh_from_db()
    assert case.due_on == old
    assert moved_by(working_calendar()) == []


def test_our_own_closure_wins_no_day_from_the_person_who_waits(case, jaan):
    closure = CalendarChange(days=(case.due_on,), kind=DayKind.CLOSURE, name_et="Kolimine", name_en="Moving")

    assert preview(closure)[0].count == 0
    assert apply_change(change=closure, by=jaan) == 0


def test_the_preview_and_the_rehearsal_write_nothing(case, jaan):
    old = case.due_on
    preview(holiday(old))
    case.refresh_from_db()

    assert case.due_on == old
    assert recompute_open(calendar=working_calendar(), by=jaan, dry_run=True) == []
    assert not ClockEvent.objects.filter(what="recomputed").exists()


def test_named_met_and_ended_clocks_stay(case, jaan, mari):
    named = CaseFactory(registered_at=at(date(2026, 11, 2)), due_on=case.due_on)
    met = CaseFactory(registered_at=at(date(2026, 11, 2)))
    Clock.objects.filter(case=met).update(state="met", met_on=date(2026, 11, 5))

    moved = apply_change(change=holiday(case.due_on), by=jaan)

    assert moved == 1
    assert Clock.objects.get(case=named).due_on == named.due_on
    assert Clock.objects.get(case=met).due_on == met.due_on


def test_a_day_chosen_within_an_extension_moves_only_from_a_rest_day(case, jaan):
    clock = case.clocks.get()
    chosen = working_calendar().add_working_days(clock.due_on, 5)
    due = deadlines.chosen_due(
        chosen_on=chosen, rule=clock.rule.as_term_rule(), trigger_on=clock.triggered_on, calendar=working_calendar()
    )
    Clock.objects.filter(pk=clock.pk).update(
        is_extended=True,
        extension_reason="Keeruline",
        due_on=due.due_on,
        raw_due_on=due.raw_due_on,
        steps=due.steps_to_json(),
    )
    Case.objects.filter(pk=case.pk).update(due_on=chosen)

    first = apply_change(change=holiday(clock.due_on), by=jaan)
    second = apply_change(change=holiday(chosen), by=jaan)

    clock.refresh_from_db()
    case.refresh_from_db()
    assert (first, second) == (0, 1)
    assert (clock.raw_due_on, clock.due_on) == (chosen, working_calendar().next_working_day(chosen))
    assert case.due_on == clock.due_on


def test_a_case_shows_the_earliest_of_its_clocks(jaan):
    case = CaseFactory(kind="explanation", registered_at=at(date(2026, 11, 2)), further_kinds=[another_kind()])
    first, second = case.clocks.order_by("due_on")

    apply_change(change=holiday(first.due_on), by=jaan)

    case.refresh_from_db()
    first.refresh_from_db()
    second.refresh_from_db()
    assert case.due_on == min(first.due_on, second.due_on)


def another_kind():
    return CaseKind.objects.exclude(code="explanation").filter(deadline_rules__purpose="reply").distinct().first()


def test_each_handler_is_told_once(case, mari, jaan):
    CaseFactory(registered_at=at(date(2026, 11, 2)), assignee=mari)
    CaseFactory(registered_at=at(date(2026, 11, 2)), assignee=jaan)

    apply_change(change=holiday(case.due_on), by=jaan)

    notices = Notification.objects.filter(kind="clock.recomputed")
    assert [(notice.user, notice.arguments) for notice in notices] == [(mari, {"count": 2})]


def test_the_page_shows_old_and_new_day_and_then_moves_them(as_person, case, jaan):
    client = as_person(jaan)
    url = reverse("bureau:calendar_day", args=[case.due_on])
    data = {"kind": "holiday", "name_et": "Erakorraline püha", "name_en": "Extra holiday"}

    page = client.post(url, data).content.decode()
    client.post(url, {**data, "apply": "yes", "reason": "Korraldus"})

    old, new = case.due_on, working_calendar().next_working_day(case.due_on)
    case.refresh_from_db()
    assert f"{old:%d.%m.%Y}" in page
    assert f"{new:%d.%m.%Y}" in page
    assert case.number in page
    assert case.due_on == new


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_for_one_and_for_three(count, mari, jaan):
    cases = [CaseFactory(registered_at=at(date(2026, 11, 2)), assignee=mari) for _number in range(count)]
    after = calendar_after(holiday(cases[0].due_on))
    with CaptureQueriesContext(connection) as shown:
        assert len(moved_by(after)) == count
    with CaptureQueriesContext(connection) as written:
        recompute_open(calendar=after, by=jaan)

    assert len(shown) == 2
    assert len(written) == 12
