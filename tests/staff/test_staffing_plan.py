"""From counted calls to a plan: forecast, need, presence, and how good the forecast was."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from bureau.models import Channel
from bureau.refusals import DeedRefused
from complaints.models import DayCount
from staff import forecasts, shifts
from staff.call_files import HalfHour
from staff.call_statistics import keep
from staff.models import Forecast, LoadEvent, PhoneQueue, Shift
from staff.staffing_plan import day_plan
from staff.staffing_words import against_repetition
from tests.factories import AbsenceFactory
from tests.factories.staff import ShiftFactory, at

pytestmark = pytest.mark.django_db

MONDAY = date(2026, 9, 7)
LAST = date(2026, 11, 1)  # a Sunday, eight weeks on


@pytest.fixture
def queue():
    return PhoneQueue.objects.get(code="info")


def calls_of_eight_weeks(queue):
    half_hours = []
    for number in range((LAST - MONDAY).days + 1):
        day = MONDAY + timedelta(days=number)
        if day.weekday() < 5:
            for slot in range(18, 22):
                calls = 20 + 5 * (slot - 18) + day.weekday()
                half_hours.append(
                    HalfHour(day, slot, {"offered": calls, "answered": calls, "talk_seconds": calls * 180})
                )
    return keep(queue=queue, half_hours=half_hours)


def test_a_steady_line_is_forecast_as_it_was(queue):
    calls_of_eight_weeks(queue)

    made = forecasts.make(queue=queue, step=Forecast.Step.HALF_HOUR, until=LAST)

    monday = {one.slot: one for one in made.values.filter(day=LAST + timedelta(days=1))}
    assert [round(monday[slot].expected) for slot in range(18, 22)] == [20, 25, 30, 35]
    saturday = made.values.filter(day=LAST + timedelta(days=6))
    assert {one.expected for one in saturday} == {0}
    assert all(one.lower <= one.expected <= one.upper for one in monday.values())


def test_a_monday_night_on_which_nothing_ran_is_made_up_for_once(queue):
    calls_of_eight_weeks(queue)
    week = [LAST + timedelta(days=number) for number in range(1, 4)]

    made = [forecasts.make_missed(today=day) for day in week]
    Forecast.objects.update(made_at=at(MONDAY, 9))

    assert made == [1, 0, 0]
    assert forecasts.make_missed(today=week[0]) == 1


def test_days_of_an_incident_are_not_learnt_from_and_a_campaign_to_come_is_expected(queue):
    calls_of_eight_weeks(queue)
    last_week = LAST - timedelta(days=6)
    keep(queue=queue, half_hours=[HalfHour(last_week, slot, {"offered": 900}) for slot in range(18, 22)])
    LoadEvent.objects.create(kind="incident", name_et="Häire", starts_on=last_week, ends_on=last_week)
    LoadEvent.objects.create(
        kind="campaign", name_et="Kiri kõigile", starts_on=LAST + timedelta(days=2), ends_on=LAST + timedelta(days=2), factor="1.50"
    )  # fmt: skip

    made = forecasts.make(queue=queue, step=Forecast.Step.HALF_HOUR, until=LAST)

    def expected(days):
        return round(made.values.get(day=LAST + timedelta(days=days), slot=18).expected, 1)

    assert expected(1) == 20
    assert expected(2) == pytest.approx(21 * 1.5)


def test_too_little_makes_no_forecast(queue):
    assert forecasts.make(queue=queue, step=Forecast.Step.HALF_HOUR, until=LAST) is None
    keep(queue=queue, half_hours=[HalfHour(LAST - timedelta(days=2), 18, {"offered": 5})])
    assert forecasts.make(queue=queue, step=Forecast.Step.HALF_HOUR, until=LAST) is None


def test_contacts_of_a_channel_are_forecast_by_day_and_by_month():
    channel = Channel.objects.get(code="email")
    for number in range(26 * 7):
        day = LAST - timedelta(days=number)
        if day.weekday() < 5:
            DayCount.objects.create(day=day, channel=channel, contacts=40 + day.weekday())

    made = forecasts.make(channel=channel, step=Forecast.Step.DAY, until=LAST)

    assert [round(one.expected) for one in made.values.all()[:7]] == [40, 41, 42, 43, 44, 0, 0]
    assert forecasts.make(channel=channel, step=Forecast.Step.MONTH, until=LAST) is None


def test_what_came_is_held_against_the_forecast(queue):
    calls_of_eight_weeks(queue)
    made = forecasts.make(queue=queue, step=Forecast.Step.HALF_HOUR, until=LAST)
    assert forecasts.accuracy(made, until=LAST + timedelta(days=1)).error_share is None

    keep(queue=queue, half_hours=[HalfHour(LAST + timedelta(days=1), slot, {"offered": calls}) for slot, calls in ((18, 25), (19, 25), (20, 30), (21, 35))])  # fmt: skip
    found = forecasts.accuracy(made, until=LAST + timedelta(days=1))

    assert found.steps == 4
    assert found.error_share == pytest.approx(5 / 115, abs=0.002)
    assert found.bias_share == pytest.approx(5 / 115, abs=0.002)
    assert found.within == 0.75


def test_need_stands_beside_presence(queue, mari, liis):
    calls_of_eight_weeks(queue)
    forecasts.make(queue=queue, step=Forecast.Step.HALF_HOUR, until=LAST)
    day = LAST + timedelta(days=1)
    ShiftFactory(user=mari, starts_at=at(day, 9), ends_at=at(day, 10))
    ShiftFactory(user=liis, starts_at=at(day, 9), ends_at=at(day, 11))
    AbsenceFactory(user=liis, starts_on=day, ends_on=day)

    plan = day_plan(queue, day, today=LAST)

    nine = plan.slots[0]
    assert (plan.handling, plan.is_handling_measured) == (180, True)
    assert (nine.starts, round(nine.expected), nine.need.people, nine.there) == ("09.00", 20, 4, 1)
    assert nine.lacking == 3
    assert nine.served.grows
    assert plan.lacking_hours == sum(slot.lacking for slot in plan.slots) / 2
    assert [slot.there for slot in plan.slots] == [1, 1, 0, 0]


def test_shifts_repeat_on_weekdays_and_pass_over_days_off(mari, jaan):
    added = shifts.add(
        user=mari, duty="phone", first=date(2026, 12, 21), last=date(2027, 1, 3), weekdays=range(5), starts=time(9), ends=time(13), by=jaan,
    )  # fmt: skip

    assert (added.shifts, added.skipped) == (7, [date(2026, 12, 24), date(2026, 12, 25), date(2027, 1, 1)])


def test_two_duties_of_a_person_never_overlap_and_nothing_is_added(mari, jaan):
    given = {"user": mari, "first": date(2026, 11, 2), "last": date(2026, 11, 6), "weekdays": range(5), "by": jaan}
    shifts.add(duty="phone", starts=time(9), ends=time(13), **given)

    with pytest.raises(DeedRefused):
        shifts.add(duty="written", starts=time(12), ends=time(16), **given)

    assert Shift.objects.count() == 5
    assert shifts.add(duty="written", starts=time(13), ends=time(16), **given).shifts == 5


def test_half_hours_count_who_is_there_for_the_whole_of_them(mari, today):
    ShiftFactory(user=mari, starts_at=at(today, 9, 10), ends_at=at(today, 10, 40))

    found = shifts.present_by_slot(today)

    assert [slot for slot, count in enumerate(found) if count] == [19, 20]


def test_the_answer_comes_while_the_figure_is_changed(as_person, jaan):
    client = as_person(jaan)

    whole = client.get(reverse("staff:what_if"), {"calls": 100, "handling": 180, "share": 80, "within": 20, "occupancy": 100, "shrinkage": 30})  # fmt: skip
    part = client.get(
        reverse("staff:what_if"),
        {"calls": 100, "handling": 180, "share": 80, "within": 20, "occupancy": 100, "shrinkage": 30, "people": 10},
        headers={"HX-Request": "true"},
    )

    assert "Liinil on vaja 14 inimest, graafikus 20." in whole.content.decode()
    assert "järjekord kasvab" in part.content.decode()
    assert "<html" not in part.content.decode()


def test_a_figure_that_cannot_be_keeps_the_others(as_person, jaan):
    answer = as_person(jaan).get(reverse("staff:what_if"), {"calls": "palju", "handling": 200})

    assert answer.status_code == 422
    assert 'value="200"' in answer.content.decode()


def test_the_pages_have_as_many_statements_for_three_days_as_for_one(
    as_person, jaan, queue, django_assert_max_num_queries
):
    calls_of_eight_weeks(queue)
    client = as_person(jaan)
    client.get(reverse("staff:call_list"))

    with django_assert_max_num_queries(9):
        assert "30.10.2026" in client.get(reverse("staff:call_list"), {"until": "2026-11-01"}).content.decode()


def test_what_nobody_can_keep_is_answered_in_words(as_person, jaan):
    asked = {
        "calls": 2000,
        "handling": 600,
        "people": "",
        "share": 80,
        "within": 20,
        "occupancy": 10,
        "patience": 120,
        "shrinkage": 30,
    }
    client = as_person(jaan)

    answer = client.get(reverse("staff:what_if"), asked).content.decode()
    tried = client.get(reverse("staff:what_if"), asked | {"people": 500}).content.decode()

    assert "Seda lubadust ei täidaks ka 5\u00a0000 inimest." in answer
    assert "Seda lubadust ei täidaks" in tried
    assert ">500</th>" in tried


def test_a_day_that_nobody_can_serve_says_so(as_person, jaan, queue):
    """A queue that lets nobody be busy for more than a tenth of the time, and a forecast of thousands of calls."""
    day = LAST + timedelta(days=1)
    made = Forecast.objects.create(queue=queue, step=Forecast.Step.HALF_HOUR, first_day=day, last_day=day, learnt_from=LAST, learnt_until=LAST, method="profile")  # fmt: skip
    made.values.create(day=day, slot=18, expected=9000, lower=8000, upper=10_000)
    made.values.create(day=day, slot=19, expected=20, lower=15, upper=25)
    queue.highest_occupancy_percent = 10
    queue.save()

    plan = day_plan(queue, day, today=LAST, handling=240)
    page = as_person(jaan).get(reverse("staff:staffing"), {"day": f"{day:%Y-%m-%d}"}).content.decode()

    assert [slot.need is None for slot in plan.slots] == [True, False]
    assert plan.most_needed is None
    assert "Kell 09.00 ei täidaks lubadust ka 5\u00a0000 inimest" in page
    assert "üle 5\u00a0000" in page


@pytest.mark.parametrize(
    ("relative_mae", "words"),
    [
        (0.72, "eksib 28% vähem kui eelmise nädala kordamine"),
        (1.104, "eksib 10% rohkem kui eelmise nädala kordamine"),
        (0.998, "eksib sama palju kui eelmise nädala kordamine"),
        (2, "eksib 100% rohkem kui eelmise nädala kordamine"),
        (None, ""),
    ],
)
def test_the_error_of_a_forecast_is_told_as_less_or_more_than_that_of_repeating_the_week(relative_mae, words):
    with translation.override("et"):
        assert against_repetition(relative_mae) == words


def test_the_promise_of_a_line_is_a_thing_and_no_button(as_person, jaan):
    """“Luba” is what one presses to promise; the column is headed by the promise itself."""
    page = as_person(jaan).get("/staffing/what-if/?calls=20&handling=276&share=80&within=20&occupancy=85&shrinkage=30")

    assert 'data-label="Lubadus"' in page.content.decode()
    assert ">Luba<" not in page.content.decode()
