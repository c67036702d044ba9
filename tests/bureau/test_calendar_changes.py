"""The working calendar is changed by the head: checked, shown first, written with a deed, in force at once."""

from datetime import date, time

import pytest
from django.urls import reverse

from bureau import calendar_changes
from bureau.calendar_changes import (
    CalendarChange,
    Opening,
    apply_change,
    days_of,
    preview,
    set_opening_hours,
    timetables,
)
from bureau.calendar_store import working_calendar
from bureau.models import CalendarDay, Deed, OpeningHours
from bureau.refusals import DeedRefused
from bureau.working_calendar import DayKind

MONDAY, SATURDAY, CHRISTMAS = date(2031, 6, 2), date(2031, 6, 7), date(2031, 12, 25)


def change(*days, kind=DayKind.CLOSURE):
    return CalendarChange(days=days, kind=kind, name_et="Asutuse päev", name_en="Agency day", source="Käskkiri 1")


def test_a_closure_is_a_day_off_at_once_and_a_plain_day_again_when_taken_out(jaan):
    apply_change(change=change(MONDAY), by=jaan, reason="Kolimine")
    closed = not working_calendar().is_working_day(MONDAY)
    statutory = working_calendar().statutory.is_working_day(MONDAY)
    apply_change(change=change(MONDAY, kind=None), by=jaan)

    assert (closed, statutory) == (True, True)
    assert working_calendar().is_working_day(MONDAY)
    deeds = list(Deed.objects.order_by("pk").values_list("action", "reason", "object_label"))
    assert deeds == [("calendar.day_set", "Kolimine", "02.06.2031"), ("calendar.day_removed", "", "02.06.2031")]


def test_an_extra_working_day_is_worked(jaan):
    apply_change(change=change(SATURDAY, kind=DayKind.WORKING), by=jaan)

    assert working_calendar().is_working_day(SATURDAY)


def test_a_shortened_day_closes_three_hours_earlier(jaan):
    usual = working_calendar().opening_hours(MONDAY)[-1][1]

    apply_change(change=change(MONDAY, kind=DayKind.SHORTENED), by=jaan)

    assert working_calendar().is_working_day(MONDAY)
    assert working_calendar().opening_hours(MONDAY)[-1][1] == time(usual.hour - 3, usual.minute)


@pytest.mark.parametrize(
    ("day", "kind"),
    [(MONDAY, DayKind.WORKING), (SATURDAY, DayKind.SHORTENED), (CHRISTMAS, DayKind.SHORTENED), (CHRISTMAS, DayKind.CLOSURE)],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(day, kind, jaan):
    with pytest.raises(DeedRefused):
        preview(change(day, kind=kind))
    with pytest.raises(DeedRefused):
        apply_change(change=change(day, kind=kind), by=jaan)

    assert not Deed.objects.filter(action="calendar.day_set").exists()


def test_a_closure_of_a_week_leaves_its_weekend_alone(db):
    assert days_of(MONDAY, date(2031, 6, 9), kind=DayKind.CLOSURE) == (
        *(date(2031, 6, n) for n in (2, 3, 4, 5, 6)),
        date(2031, 6, 9),
    )


@pytest.mark.parametrize(
    ("first", "last"), [(MONDAY, date(2031, 6, 1)), (MONDAY, date(2031, 7, 30)), (SATURDAY, date(2031, 6, 8))]
)
def test_a_span_that_cannot_be_is_refused(first, last, db):
    with pytest.raises(DeedRefused):
        days_of(first, last, kind=DayKind.CLOSURE)


def test_the_preview_writes_nothing(as_person, jaan):
    before = list(CalendarDay.objects.values_list("pk", "kind"))

    page = as_person(jaan).post(
        reverse("bureau:calendar_day", args=[MONDAY]),
        {"kind": "closure", "name_et": "Asutuse päev", "name_en": "Agency day"},
    )

    assert page.status_code == 200
    assert "Midagi pole veel muudetud" in page.content.decode()
    assert list(CalendarDay.objects.values_list("pk", "kind")) == before


def test_the_page_needs_names_in_both_languages(as_person, jaan):
    page = as_person(jaan).post(
        reverse("bureau:calendar_day", args=[MONDAY]), {"kind": "closure", "name_et": "Asutuse päev"}
    )

    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["name_en"]


def test_a_refusal_stands_beside_its_field(as_person, jaan):
    page = as_person(jaan).post(
        reverse("bureau:calendar_day", args=[CHRISTMAS]), {"kind": "closure", "name_et": "Päev", "name_en": "Day"}
    )

    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["kind"]


def test_the_year_shows_every_special_day_with_its_word(as_person, mari):
    page = as_person(mari).get(reverse("bureau:calendar_year", args=[2026])).content.decode()

    assert page.count('class="month"') == 12
    assert "Riigipüha: jõululaupäev" in page
    assert "neljapäev, 24.12.2026" in page
    assert f'href="{reverse("bureau:calendar_day", args=["2026-12-24"])}"' not in page


def test_working_days_of_the_year_are_counted(as_person, mari):
    page = as_person(mari).get(reverse("bureau:calendar_year", args=[2026]))

    assert page.context["working_days"] == 252


def test_a_year_beyond_the_stored_ones_is_added(as_person, jaan):
    client = as_person(jaan)
    empty = client.get(reverse("bureau:calendar_year", args=[2041]))

    client.post(reverse("bureau:calendar_year_fill", args=[2041]))
    again = client.post(reverse("bureau:calendar_year_fill", args=[2041]), follow=True)

    assert not empty.context["has_holidays"]
    assert again.context["has_holidays"]
    assert working_calendar().is_holiday(date(2041, 2, 24))
    assert Deed.objects.filter(action="calendar.year_added").count() == 1


def test_the_year_costs_a_fixed_number_of_statements(as_person, jaan, django_assert_num_queries):
    client = as_person(jaan)
    client.get(reverse("bureau:calendar_year", args=[2026]))

    with django_assert_num_queries(4):  # user, rights, special days, opening hours
        client.get(reverse("bureau:calendar_year", args=[2026]))


def test_new_hours_end_the_former_the_day_before(jaan):
    set_opening_hours(openings=[Opening(0, time(8), time(15))], valid_from=date(2031, 1, 6), by=jaan)

    calendar = working_calendar()
    assert calendar.opening_hours(date(2031, 1, 6)) == ((time(8), time(15)),)
    assert calendar.opening_hours(date(2031, 1, 7)) == ()
    assert not OpeningHours.objects.filter(valid_to=None, valid_from__lt=date(2031, 1, 6)).exists()
    assert timetables()[0]["valid_from"] == date(2031, 1, 6)


def test_hours_of_a_season_lie_over_the_usual_ones(jaan):
    usual = working_calendar().opening_hours(date(2031, 9, 1))
    summer = [Opening(0, time(9), time(12))]

    set_opening_hours(openings=summer, valid_from=date(2031, 7, 1), valid_to=date(2031, 8, 31), by=jaan)

    assert working_calendar().opening_hours(date(2031, 7, 7)) == ((time(9), time(12)),)
    assert working_calendar().opening_hours(date(2031, 9, 1)) == usual


@pytest.mark.parametrize(
    "given",
    [
        {"openings": []},
        {"openings": [Opening(0, time(15), time(9))]},
        {"openings": [Opening(0, time(9), time(15))], "valid_to": date(2030, 1, 1)},
    ],
)
def test_hours_that_cannot_be_are_refused(given, jaan):
    with pytest.raises(DeedRefused):
        set_opening_hours(valid_from=date(2031, 1, 6), by=jaan, **given)


def test_effects_of_other_apps_are_asked_with_the_calendar_as_it_would_be(jaan, monkeypatch):
    seen = []
    monkeypatch.setattr(calendar_changes, "_effects", {})
    calendar_changes.register_effect(
        "test",
        preview=lambda calendar: seen.append(calendar.is_working_day(MONDAY)),
        apply=lambda calendar, by, reason: seen.append((calendar.is_working_day(MONDAY), by, reason)) or 3,
    )

    preview(change(MONDAY))
    moved = apply_change(change=change(MONDAY), by=jaan, reason="Kolimine")

    assert seen == [False, (False, jaan, "Kolimine")]
    assert moved == 3
