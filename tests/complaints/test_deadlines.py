"""Last days by law, against the vectors of the domain reference and a naive re-reading of the law."""

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from bureau.working_calendar import (
    DayKind,
    SpecialDay,
    WorkingCalendar,
    days_left,
    estonian_calendar,
    estonian_holidays,
)
from complaints.deadline_steps import DayOff, DayOffReason
from complaints.deadlines import (
    ExtensionRefused,
    HolidayList,
    MomentMissing,
    NoRuleInForce,
    RunsFrom,
    SeveralRulesInForce,
    Step,
    StepCode,
    TermRule,
    Unit,
    Urgency,
    clock_start,
    compute_due,
    due_table,
    explained,
    extend_to,
    latest_registration_on,
    rule_in_force,
    step_sentence,
    steps_from_json,
    trigger_day,
    warnings_for,
)

TALLINN = ZoneInfo("Europe/Tallinn")
ESTONIA = estonian_calendar(1999, 2045)
HOLIDAYS = {day.day for day in estonian_holidays(range(1999, 2046)) if day.kind == DayKind.HOLIDAY}

EXPLANATION = TermRule(
    kind="explanation",
    amount=30,
    unit=Unit.CALENDAR_DAYS,
    runs_from=RunsFrom.REGISTRATION,
    basis="MSVS § 6",
    valid_from=date(2005, 1, 1),
    extended_amount=2,
    extended_unit=Unit.MONTHS,
    extension_law="MSVS § 6",
)
INFORMATION = TermRule(
    kind="information",
    amount=5,
    unit=Unit.WORKING_DAYS,
    runs_from=RunsFrom.REGISTRATION,
    basis="AvTS § 18 lg 1",
    valid_from=date(2001, 1, 1),
    extended_amount=15,
    extended_unit=Unit.WORKING_DAYS,
    extension_law="AvTS § 19",
    start_law="AvTS § 20",
)
DATA_SUBJECT = TermRule(
    kind="data_subject",
    amount=1,
    unit=Unit.MONTHS,
    runs_from=RunsFrom.RECEIPT,
    basis="IKÜM art 12 lg 3",
    valid_from=date(2018, 5, 25),
    extended_amount=3,
    extended_unit=Unit.MONTHS,
    extension_law="IKÜM art 12 lg 3",
    holiday_list=HolidayList.EU,
)
CHALLENGE = TermRule(
    kind="challenge",
    amount=10,
    unit=Unit.CALENDAR_DAYS,
    runs_from=RunsFrom.EVENT,
    basis="HMS § 84 lg 1",
    valid_from=date(2002, 1, 1),
    extended_amount=40,
    extended_unit=Unit.CALENDAR_DAYS,
    extension_law="HMS § 84 lg 2",
)
FORWARDING = TermRule(
    kind="forwarding",
    amount=5,
    unit=Unit.WORKING_DAYS,
    runs_from=RunsFrom.REGISTRATION,
    basis="MSVS § 5",
    valid_from=date(2005, 1, 1),
)
ACKNOWLEDGEMENT = TermRule(
    kind="complaint_acknowledgement",
    amount=3,
    unit=Unit.WORKING_DAYS,
    runs_from=RunsFrom.REGISTRATION,
    basis="sisekord",
    valid_from=date(2026, 1, 1),
    holiday_list=HolidayList.AGENCY,
)
RULES = [EXPLANATION, INFORMATION, DATA_SUBJECT, CHALLENGE, FORWARDING, ACKNOWLEDGEMENT]

triggers = st.dates(date(2000, 2, 1), date(2043, 12, 31))
units = st.sampled_from(list(Unit))


@st.composite
def any_rules(draw, **fixed):
    """A rule as the law could make it, from one day to a year, with or without an extension."""
    unit = draw(units)
    longest = {Unit.CALENDAR_DAYS: 180, Unit.WORKING_DAYS: 90, Unit.MONTHS: 12}
    extended_unit = draw(st.none() | units)
    return TermRule(
        **{
            "kind": "any",
            "amount": draw(st.integers(1, longest[unit])),
            "unit": unit,
            "runs_from": draw(st.sampled_from(list(RunsFrom))),
            "basis": "seadus § 1",
            "valid_from": date(2000, 1, 1),
            "extended_amount": draw(st.integers(1, longest[extended_unit])) if extended_unit else None,
            "extended_unit": extended_unit,
            "rolls": draw(st.booleans()),
            "holiday_list": draw(st.sampled_from(list(HolidayList))),
        }
        | fixed
    )


extendable_rules = any_rules().filter(lambda rule: rule.is_extendable)


def due(rule, trigger_on, *, extended=False, calendar=ESTONIA):
    return compute_due(rule=rule, trigger_on=trigger_on, calendar=calendar, extended=extended)


# -- the vectors -----------------------------------------------------------------------------


def days_of(amount, unit=Unit.CALENDAR_DAYS, **more):
    return replace(EXPLANATION, amount=amount, unit=unit, extended_amount=None, extended_unit=None, **more)


@pytest.mark.parametrize(
    ("rule", "trigger_on", "expected"),
    [
        (days_of(30), date(2026, 11, 23), date(2026, 12, 23)),  # a shortened day is still due
        (days_of(30), date(2026, 11, 24), date(2026, 12, 28)),
        (days_of(15), date(2026, 12, 10), date(2026, 12, 28)),
        (INFORMATION, date(2026, 12, 21), date(2026, 12, 30)),
        (days_of(15, Unit.WORKING_DAYS), date(2026, 12, 21), date(2027, 1, 14)),
        (FORWARDING, date(2026, 6, 19), date(2026, 6, 30)),
        (INFORMATION, date(2026, 3, 31), date(2026, 4, 8)),  # Easter Monday is worked
        (days_of(2, Unit.MONTHS), date(2026, 12, 31), date(2027, 3, 1)),
        (days_of(2, Unit.MONTHS), date(2026, 4, 30), date(2026, 6, 30)),
        (DATA_SUBJECT, date(2026, 1, 30), date(2026, 3, 2)),
        (CHALLENGE, date(2026, 6, 12), date(2026, 6, 22)),
        (CHALLENGE, date(2026, 6, 13), date(2026, 6, 25)),
        # beyond the reference
        (days_of(1, Unit.MONTHS), date(2028, 1, 31), date(2028, 2, 29)),  # leap year
        (days_of(1, Unit.MONTHS), date(2027, 1, 31), date(2027, 3, 1)),
        (days_of(12, Unit.MONTHS), date(2028, 2, 29), date(2029, 2, 28)),
        (days_of(30), date(2028, 1, 30), date(2028, 2, 29)),
        (INFORMATION, date(2026, 11, 28), date(2026, 12, 4)),  # registered on a Saturday
        (INFORMATION, date(2026, 11, 29), date(2026, 12, 4)),
        (days_of(30, rolls=False), date(2026, 11, 24), date(2026, 12, 24)),
    ],
)
def test_last_day(rule, trigger_on, expected):
    assert due(rule, trigger_on).due_on == expected


@pytest.mark.parametrize(
    ("rule", "trigger_on", "expected"),
    [
        (EXPLANATION, date(2026, 11, 24), date(2027, 1, 25)),  # 24.01.2027 is a Sunday
        (EXPLANATION, date(2026, 12, 31), date(2027, 3, 1)),
        (INFORMATION, date(2026, 12, 21), date(2027, 1, 14)),
        (DATA_SUBJECT, date(2026, 11, 30), date(2027, 3, 1)),  # three months: 28.02.2027, Sunday
        (CHALLENGE, date(2026, 6, 12), date(2026, 7, 22)),
    ],
)
def test_last_day_of_the_longest_extension(rule, trigger_on, expected):
    assert due(rule, trigger_on, extended=True).due_on == expected


def test_raw_and_advisable_days_stand_beside_the_last_day():
    found = due(EXPLANATION, date(2026, 11, 24))

    assert (found.due_on, found.raw_due_on, found.advisable_on) == (
        date(2026, 12, 28),
        date(2026, 12, 24),
        date(2026, 12, 23),
    )


def test_a_term_that_ends_before_any_of_our_days_advises_its_last_day():
    found = due(days_of(1), date(2026, 11, 27))  # Friday; ends on Saturday, moves to Monday

    assert (found.due_on, found.advisable_on) == (date(2026, 11, 30), date(2026, 11, 30))


def test_a_closure_of_ours_moves_our_targets_and_not_the_law():
    closure = SpecialDay(date(2026, 11, 26), DayKind.CLOSURE, "majapäev", "staff day")
    calendar = WorkingCalendar((*estonian_holidays(range(2025, 2029)), closure))

    acknowledged = due(ACKNOWLEDGEMENT, date(2026, 11, 24), calendar=calendar)
    by_law = due(days_of(2), date(2026, 11, 24), calendar=calendar)

    assert acknowledged.due_on == date(2026, 11, 30)
    assert due(FORWARDING, date(2026, 11, 24), calendar=calendar).due_on == date(2026, 12, 1)
    assert (by_law.due_on, by_law.advisable_on) == (date(2026, 11, 26), date(2026, 11, 25))
    assert acknowledged.steps[2].days_off == (DayOff(date(2026, 11, 26), DayOffReason.CLOSURE),)


# -- against the law read day by day -----------------------------------------------------------


def is_day_off(day):
    return day.weekday() >= 5 or day in HOLIDAYS


def naive_due(amount, unit, trigger_on, rolls):
    """The same law walked one day at a time, without the engine's tables."""
    day = trigger_on
    if unit == Unit.CALENDAR_DAYS:
        for _ in range(amount):
            day += timedelta(days=1)
    elif unit == Unit.WORKING_DAYS:
        counted = 0
        while counted < amount:
            day += timedelta(days=1)
            counted += not is_day_off(day)
    else:
        year, month = trigger_on.year, trigger_on.month
        for _ in range(amount):
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        number = trigger_on.day
        while True:
            try:
                day = date(year, month, number)
                break
            except ValueError:
                number -= 1
    while rolls and is_day_off(day):
        day += timedelta(days=1)
    return day


@settings(max_examples=600)
@given(rule=any_rules(), trigger_on=triggers)
def test_agrees_with_the_law_read_day_by_day(rule, trigger_on):
    assert due(rule, trigger_on).due_on == naive_due(rule.amount, rule.unit, trigger_on, rule.rolls)


@settings(max_examples=400)
@given(rule=any_rules(rolls=True), trigger_on=triggers, extended=st.booleans())
def test_a_last_day_that_rolls_is_never_a_day_off(rule, trigger_on, extended):
    found = due(rule, trigger_on, extended=extended and rule.is_extendable)

    assert not is_day_off(found.due_on)
    assert trigger_on < found.raw_due_on <= found.due_on
    assert trigger_on < found.advisable_on <= found.due_on


@settings(max_examples=400)
@given(rule=any_rules(), trigger_on=triggers, later=st.integers(0, 60), extended=st.booleans())
def test_a_later_trigger_never_ends_earlier(rule, trigger_on, later, extended):
    extended = extended and rule.is_extendable
    first = due(rule, trigger_on, extended=extended)
    second = due(rule, trigger_on + timedelta(days=later), extended=extended)

    assert first.due_on <= second.due_on
    assert first.raw_due_on <= second.raw_due_on


@settings(max_examples=400)
@given(rule=extendable_rules, trigger_on=triggers)
def test_an_extension_never_ends_earlier_than_the_first_term(rule, trigger_on):
    assert due(rule, trigger_on, extended=True).due_on >= due(rule, trigger_on).due_on


@settings(max_examples=200)
@given(trigger_on=triggers, n=st.integers(1, 90))
def test_working_day_terms_end_that_many_working_days_away(trigger_on, n):
    rule = days_of(n, Unit.WORKING_DAYS)

    assert ESTONIA.working_days_between(trigger_on, due(rule, trigger_on).due_on) == n


@settings(max_examples=300)
@given(rule=any_rules(), trigger_on=triggers, extended=st.booleans())
def test_steps_survive_storing_and_lead_to_the_last_day(rule, trigger_on, extended):
    found = due(rule, trigger_on, extended=extended and rule.is_extendable)

    assert steps_from_json(found.steps_to_json()) == found.steps
    assert found.steps[0].on == trigger_on
    assert found.steps[-1].on == found.due_on
    if found.steps[-1].code != StepCode.NOT_BEFORE_FIRST:
        assert [step.on for step in found.steps if step.code.startswith("ends")] == [found.raw_due_on]
    for language in ("et", "en"):
        with translation.override(language):
            assert all(str(step_sentence(step)) for step in found.steps)


@given(year=st.integers(2000, 2043))
def test_every_day_of_a_year_both_clock_changes_and_leap_days_included(year):
    """The engine works on days, so a letter received in a skipped or repeated hour keeps its day."""
    for day in (n for n in (date(year, 1, 1) + timedelta(days=i) for i in range(366)) if n.year == year):
        for hour in (0, 3, 23):
            moment = datetime(day.year, day.month, day.day, hour, 30, tzinfo=TALLINN)
            assert trigger_day(DATA_SUBJECT, received_at=moment.astimezone(UTC)) == day


# -- moments -----------------------------------------------------------------------------------


def test_the_day_of_a_moment_is_its_day_in_tallinn():
    late_evening = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)  # half past midnight in Tallinn

    assert trigger_day(EXPLANATION, registered_at=late_evening) == date(2026, 11, 24)


def test_each_rule_runs_from_its_own_moment():
    moments = {
        "received_at": date(2026, 11, 21),
        "registered_at": date(2026, 11, 23),
        "event_at": date(2026, 11, 25),
    }

    assert trigger_day(EXPLANATION, **moments) == date(2026, 11, 23)
    assert trigger_day(DATA_SUBJECT, **moments) == date(2026, 11, 21)
    assert trigger_day(CHALLENGE, **moments) == date(2026, 11, 25)


def test_a_missing_moment_is_named():
    with pytest.raises(MomentMissing) as refusal, translation.override("en"):
        trigger_day(DATA_SUBJECT, registered_at=date(2026, 11, 23))

    with translation.override("en"):
        assert str(refusal.value) == "This term runs from receipt; the day is missing."


def test_day_one_of_an_information_request_is_the_next_working_day():
    assert clock_start(INFORMATION, date(2026, 12, 23), ESTONIA) == date(2026, 12, 28)
    assert clock_start(EXPLANATION, date(2026, 12, 23), ESTONIA) == date(2026, 12, 24)


def test_a_letter_is_to_be_registered_by_the_next_working_day():
    assert latest_registration_on(date(2026, 12, 23), ESTONIA) == date(2026, 12, 28)
    assert latest_registration_on(date(2026, 11, 28), ESTONIA) == date(2026, 11, 30)


# -- which rule --------------------------------------------------------------------------------

OLD = replace(EXPLANATION, valid_to=date(2026, 12, 31))
NEW = replace(EXPLANATION, amount=15, valid_from=date(2027, 1, 1))


def test_a_case_keeps_the_rule_in_force_on_its_registration_day():
    rules = [NEW, INFORMATION, OLD]

    assert rule_in_force(rules, "explanation", date(2026, 12, 31)) == OLD
    assert rule_in_force(rules, "explanation", date(2027, 1, 1)) == NEW


def test_a_missing_or_doubled_rule_is_named():
    with translation.override("en"):
        with pytest.raises(NoRuleInForce) as none:
            rule_in_force(RULES, "vihje", date(2026, 1, 1))
        assert str(none.value) == "No deadline rule is stored for “vihje”."

        with pytest.raises(NoRuleInForce) as too_early:
            rule_in_force([OLD, NEW], "explanation", date(2004, 5, 3))
        assert str(too_early.value) == (
            "No deadline rule for “explanation” was in force on 03.05.2004. "
            "Stored rules hold: 01.01.2005–31.12.2026; 01.01.2027–."
        )

        with pytest.raises(SeveralRulesInForce) as several:
            rule_in_force([EXPLANATION, NEW], "explanation", date(2027, 5, 3))
        assert "01.01.2005–; 01.01.2027–" in str(several.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": 0},
        {"extended_amount": None},
        {"extended_unit": None},
        {"extended_amount": 0},
        {"valid_to": date(2004, 12, 31)},
    ],
)
def test_a_rule_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError):
        replace(EXPLANATION, **wrong)


# -- extension to a chosen day -----------------------------------------------------------------


def chosen(day, **more):
    return extend_to(
        day,
        rule=EXPLANATION,
        trigger_on=date(2026, 11, 24),
        calendar=ESTONIA,
        current_due_on=date(2026, 12, 28),
        **more,
    )


def test_a_chosen_day_within_the_law_is_taken():
    found = chosen(date(2027, 1, 15), decided_on=date(2026, 12, 28))

    assert found.due_on == date(2027, 1, 15)
    assert found.steps[-1] == Step(StepCode.CHOSEN, date(2027, 1, 15), law="MSVS § 6")
    assert chosen(date(2027, 1, 25)).due_on == date(2027, 1, 25)  # the outer limit itself


@pytest.mark.parametrize(
    ("day", "decided_on", "said"),
    [
        (date(2026, 12, 28), None, "Choose a day later than the present last day, 28.12.2026."),
        (date(2027, 1, 26), None, "The term can be extended to 25.01.2027 at most. (MSVS § 6)"),
        (
            date(2027, 1, 16),
            None,
            "16.01.2027 is not a working day. The working day before it is 15.01.2027.",
        ),
        (
            date(2027, 1, 15),
            date(2026, 12, 29),
            "The term ended on 28.12.2026 and can no longer be extended.",
        ),
    ],
)
def test_a_chosen_day_outside_the_law_is_refused_with_the_reason(day, decided_on, said):
    with translation.override("en"), pytest.raises(ExtensionRefused) as refusal:
        chosen(day, decided_on=decided_on)

    assert str(refusal.value) == said


def test_a_term_without_extension_is_not_extended():
    with pytest.raises(ExtensionRefused):
        due(FORWARDING, date(2026, 11, 24), extended=True)


@settings(max_examples=200)
@given(rule=extendable_rules, trigger_on=triggers, ahead=st.integers(-10, 400))
def test_any_day_is_taken_only_between_the_limits_and_on_a_working_day(rule, trigger_on, ahead):
    current = due(rule, trigger_on).due_on
    outer = due(rule, trigger_on, extended=True).due_on
    day = current + timedelta(days=ahead)
    allowed = current < day <= outer and not is_day_off(day)

    try:
        found = extend_to(day, rule=rule, trigger_on=trigger_on, calendar=ESTONIA, current_due_on=current)
    except ExtensionRefused:
        found = None

    assert (found is not None) == allowed


# -- how near ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "left", "urgency"),
    [
        (date(2026, 12, 18), 4, Urgency.NONE),
        (date(2026, 12, 20), 4, Urgency.NONE),
        (date(2026, 12, 21), 3, Urgency.THREE_DAYS),
        (date(2026, 12, 22), 2, Urgency.THREE_DAYS),
        (date(2026, 12, 23), 1, Urgency.ONE_DAY),
        (date(2026, 12, 26), 1, Urgency.ONE_DAY),
        (date(2026, 12, 28), 0, Urgency.ONE_DAY),
        (date(2026, 12, 29), -1, Urgency.LATE),
        (date(2026, 12, 30), -2, Urgency.LATE),
    ],
)
def test_urgency_rises_as_the_last_day_comes_near(today, left, urgency):
    last_day = date(2026, 12, 28)

    assert days_left(last_day, today, ESTONIA) == left
    assert warnings_for(last_day, today, ESTONIA) == urgency


def test_late_is_never_nought_days():
    friday, saturday = date(2026, 11, 27), date(2026, 11, 28)

    assert days_left(friday, saturday, ESTONIA) == -1
    assert warnings_for(friday, saturday, ESTONIA) == Urgency.LATE


@given(last_day=triggers, today=triggers)
def test_days_left_is_below_zero_exactly_when_late(last_day, today):
    assert (days_left(last_day, today, ESTONIA) < 0) == (today > last_day)
    assert (warnings_for(last_day, today, ESTONIA) == Urgency.LATE) == (today > last_day)


# -- many at once ------------------------------------------------------------------------------


def test_a_table_of_trigger_days_agrees_with_single_answers():
    table = due_table(EXPLANATION, ESTONIA, date(2026, 1, 1), date(2026, 12, 31))

    assert len(table) == 365
    assert all(due(EXPLANATION, day) == found for day, found in table.items())


def test_a_million_terms_take_seconds():
    days = [date(2024, 1, 1) + timedelta(days=i) for i in range(730)]
    started = time.perf_counter()

    for i in range(1_000_000):
        compute_due(rule=EXPLANATION, trigger_on=days[i % 730], calendar=ESTONIA)

    assert time.perf_counter() - started < 20  # about 2 s when the machine is not shared


# -- the words ---------------------------------------------------------------------------------

IN_ENGLISH = [
    "Registered on 24.11.2026",
    "the term begins to run on the next day, 25.11.2026 (TsÜS § 135 lg 1)",
    "30 calendar days end on 24.12.2026 (MSVS § 6)",
    "24., 25., 26.12 are public holidays, 27.12 is a Sunday",
    "the next working day is Monday 28.12.2026 (TsÜS § 136 lg 8)",
]
IN_ESTONIAN = [
    "Registreeritud 24.11.2026",
    "tähtaeg hakkab kulgema järgmisel päeval, 25.11.2026 (TsÜS § 135 lg 1)",
    "30 kalendripäeva lõpeb 24.12.2026 (MSVS § 6)",
    "24., 25., 26.12 on riigipühad, 27.12 on pühapäev",
    "järgmine tööpäev on esmaspäev, 28.12.2026 (TsÜS § 136 lg 8)",
]


@pytest.mark.parametrize(("language", "expected"), [("en", IN_ENGLISH), ("et", IN_ESTONIAN)])
def test_why_this_date_is_told_in_both_languages(language, expected):
    steps = due(EXPLANATION, date(2026, 11, 24)).steps
    sentences = [step_sentence(step) for step in steps]  # worded below, not here

    with translation.override(language):
        assert [str(sentence) for sentence in sentences] == expected
        assert str(explained(steps)) == " → ".join(expected)


@pytest.mark.parametrize(
    ("rule", "trigger_on", "extended", "language", "told"),
    [
        (
            INFORMATION,
            date(2026, 12, 21),
            True,
            "en",
            "Registered on 21.12.2026 → the term begins to run on the next working day, 22.12.2026 (AvTS § 20) → "
            "the term is extended to 15 working days in total (AvTS § 19) → "
            "not counted: 24., 25.12, 1.01 are public holidays → 15 working days end on 14.01.2027",
        ),
        (
            INFORMATION,
            date(2026, 12, 21),
            True,
            "et",
            "Registreeritud 21.12.2026 → tähtaeg hakkab kulgema järgmisel tööpäeval, 22.12.2026 (AvTS § 20) → "
            "tähtaega on pikendatud kokku 15 tööpäevani (AvTS § 19) → "
            "arvesse ei lähe: 24., 25.12, 1.01 on riigipühad → 15 tööpäeva lõpeb 14.01.2027",
        ),
        (
            DATA_SUBJECT,
            date(2026, 1, 30),
            False,
            "en",
            "Received on 30.01.2026 → the term begins to run on the next day, 31.01.2026 (1182/71 art 3 lg 1) → "
            "1 month ends on the last day of a shorter month, 28.02.2026 "
            "(IKÜM art 12 lg 3, 1182/71 art 3 lg 2) → 28.02 is a Saturday, 1.03 is a Sunday → "
            "the next working day is Monday 02.03.2026 (1182/71 art 3 lg 4)",
        ),
        (
            DATA_SUBJECT,
            date(2026, 1, 30),
            False,
            "et",
            "Saabunud 30.01.2026 → tähtaeg hakkab kulgema järgmisel päeval, 31.01.2026 (1182/71 art 3 lg 1) → "
            "1 kuu lõpeb lühema kuu viimasel päeval, 28.02.2026 "
            "(IKÜM art 12 lg 3, 1182/71 art 3 lg 2) → 28.02 on laupäev, 1.03 on pühapäev → "
            "järgmine tööpäev on esmaspäev, 02.03.2026 (1182/71 art 3 lg 4)",
        ),
    ],
)
def test_other_terms_are_told_too(rule, trigger_on, extended, language, told):
    with translation.override(language):
        assert str(explained(due(rule, trigger_on, extended=extended).steps)) == told


def test_an_extension_shorter_than_the_first_term_says_that_it_does_not_shorten():
    rule = replace(EXPLANATION, amount=60, extended_amount=1)
    found = due(rule, date(2026, 11, 24), extended=True)

    assert found.due_on == due(rule, date(2026, 11, 24)).due_on
    assert found.steps[-1].code == StepCode.NOT_BEFORE_FIRST
