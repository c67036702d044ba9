from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from complaints.assignment import Candidate
from staff.redistribution import Piece, Receiver, plan

TODAY = date(2026, 11, 23)


def person(pk, *, hours=40, cases=0, **facts):
    candidate = Candidate(id=pk, name=f"Inimene {pk:02d}", open_cases=cases, **facts)
    return Receiver(candidate, hours=Decimal(hours), minutes=Decimal(30 * cases))


def case(at, holder, *, due=5, minutes=30, **facts):
    due_on = None if due is None else TODAY + timedelta(days=due)
    return Piece(f"P-2026-{at:06d}-0", f"Asi {at}", holder, Decimal(minutes), due_on, None, "et", **facts)


def moved(found):
    return {move.piece.number[-8:-2]: move.to for move in found.moves}


def away(days=14):
    return {"away_from": TODAY, "away_until": TODAY + timedelta(days=days)}


def test_a_deadline_never_rests_on_an_absent_person():
    people = [person(1, hours=0, cases=2, **away()), person(2, cases=1)]

    found = plan([case(1, 1, due=5), case(2, 1, due=30)], people, today=TODAY)

    assert moved(found) == {"000001": 2}
    assert "Inimene 01" in found.moves[0].why_from


def test_what_is_late_already_goes_from_who_is_away():
    found = plan([case(1, 1, due=-3)], [person(1, hours=0, cases=1, **away()), person(2)], today=TODAY)

    assert moved(found) == {"000001": 2}


def test_an_absence_to_come_counts_on_its_days_only():
    soon = {"away_from": TODAY + timedelta(days=7), "away_until": TODAY + timedelta(days=14)}

    found = plan([case(1, 1, due=5), case(2, 1, due=9)], [person(1, cases=2, **soon), person(2)], today=TODAY)

    assert moved(found) == {"000002": 2}


def test_work_goes_to_whom_it_makes_least_loaded_by_hours_there_are():
    people = [person(1, cases=3, **away()), person(2, hours=20, cases=4), person(3, hours=40, cases=5)]

    found = plan([case(at, 1) for at in (1, 2, 3)], people, today=TODAY)

    # 4.5 h over 20 hours would be more than 5 h over 40.
    assert set(moved(found).values()) == {3}
    assert found.after[3] == Decimal("4.0") / 40


def test_whom_a_complaint_concerns_never_gets_it():
    people = [person(1, cases=1, **away()), person(2), person(3, cases=30)]

    found = plan([case(1, 1, barred=frozenset({2}))], people, today=TODAY)

    assert moved(found) == {"000001": 3}


def test_nobody_left_is_said():
    found = plan([case(1, 1)], [person(1, cases=1, **away()), person(2, hours=0, **away())], today=TODAY)

    assert not found.moves
    assert found.stays[0].piece.number == "P-2026-000001-0"


def test_all_work_of_a_person_is_shared_when_asked():
    found = plan([case(1, 1, due=None), case(2, 1, due=90)], [person(1, cases=2), person(2)], today=TODAY, leaving=[1])

    assert moved(found) == {"000001": 2, "000002": 2}


def test_levelling_moves_what_is_due_last_and_stops_when_fair():
    people = [person(1, hours=10, cases=40), person(2, hours=10)]

    found = plan([case(at, 1, due=at) for at in range(1, 41)], people, today=TODAY, level=True)

    assert "000040" in moved(found)
    assert "000001" not in moved(found)
    assert abs(found.after[1] - found.after[2]) <= Decimal("0.25")


def test_language_and_skill_come_before_load():
    people = [person(1, cases=1, **away()), person(2), person(3, cases=20, languages=frozenset({"ru"}))]
    piece = Piece("P-2026-000001-0", "Asi", 1, Decimal(30), TODAY, None, "ru")

    assert moved(plan([piece], people, today=TODAY)) == {"000001": 3}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_levelling_never_widens_the_gap_and_loses_no_work(data):
    people = [person(pk, hours=data.draw(st.integers(1, 60)), cases=0) for pk in range(1, 7)]
    pieces = [
        case(
            at, data.draw(st.integers(1, 6)), due=data.draw(st.integers(1, 60)), minutes=data.draw(st.integers(5, 120))
        )
        for at in range(data.draw(st.integers(0, 40)))
    ]
    have = {pk: sum((piece.minutes for piece in pieces if piece.holder == pk), Decimal(0)) for pk in range(1, 7)}
    people = [Receiver(one.candidate, one.hours, have[one.candidate.id]) for one in people]

    found = plan(pieces, people, today=TODAY, level=True)

    def gap(loads):
        return max(loads.values()) - min(loads.values())

    assert gap(found.after) <= gap(found.before)
    hours = {one.candidate.id: one.hours for one in people}
    work = sum(load * hours[pk] for pk, load in found.after.items())
    assert work == pytest.approx(sum(have.values()) / 60)
