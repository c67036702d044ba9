"""What is measured, kept, made final and restated; two workers at once make one; later edits change nothing that stands."""

import json
import threading
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import InternalError, connections, transaction
from django.db.utils import DatabaseError
from django.utils import timezone

from bureau.models import Notification
from bureau.refusals import DeedRefused
from complaints.models import Case
from quality import measurements, passports
from quality.control_chart_kinds import Direction
from quality.models import Indicator, Measurement, MeasurementRows, Passport, Restatement
from tests.factories import CaseFactory

MONTH = date(2026, 9, 1)
SOON, LATER = date(2026, 10, 5), date(2026, 10, 11)


def answered_case(on_time: bool, *, day=15, unit=None) -> Case:
    case = CaseFactory(unit=unit)
    Case.objects.filter(pk=case.pk).update(
        status="answered",
        registered_on=MONTH,
        answered_on=date(2026, 9, day),
        answered_at=timezone.now(),
        was_on_time=on_time,
        ended_on=date(2026, 9, day),
    )
    return case


def measured(today=SOON, *codes):
    return measurements.measure_month(MONTH, today=today, codes=codes or ("answered_on_time",))


def current(unit=None, code="answered_on_time") -> Measurement:
    return Measurement.objects.latest().get(indicator__code=code, period="month", first_day=MONTH, unit=unit)


@pytest.fixture
def three_of_four(db):
    return [answered_case(one) for one in (True, True, True, False)]


def test_a_share_is_kept_with_its_interval_and_its_rows(three_of_four):
    measured()

    one = current()
    assert (one.numerator, one.denominator, one.value, one.rows, one.status) == (3, 4, 75, 4, "provisional")
    assert one.lower < 75 < one.upper
    rows = one.counted.get()
    assert (rows.kind, rows.side, sorted(rows.keys)) == ("case", "both", sorted(case.pk for case in three_of_four))
    assert sum(rows.amounts) == 3


def test_measuring_again_makes_nothing_new(three_of_four):
    measured()

    assert measured().new == 0
    assert Measurement.objects.filter(indicator__code="answered_on_time").count() == 1


def test_a_provisional_value_follows_the_rows_and_the_former_stays(three_of_four):
    measured()
    answered_case(False)
    measured()

    one = current()
    assert (one.value, one.supersedes.value, one.supersedes.is_latest) == (60, 75, False)


def test_after_the_cut_off_day_the_value_is_final_and_no_edit_changes_it(three_of_four):
    measured()
    measured(LATER)
    assert current().status == "final"

    Case.objects.update(was_on_time=False)
    assert measured(LATER).new == 0
    assert current().value == 75
    assert measurements.as_it_stood(current()).value == 75


def test_a_restatement_needs_a_reason_and_another_person_and_shows_old_and_new(three_of_four, jaan, tiina):
    measured(LATER)
    indicator = Indicator.objects.get(code="answered_on_time")
    with pytest.raises(DeedRefused):
        measurements.ask_restatement(indicator=indicator, first_day=MONTH, reason=" ", by=jaan)
    asked = measurements.ask_restatement(
        indicator=indicator, first_day=MONTH, reason="Neli vastust kanti valele päevale", by=jaan
    )
    assert Notification.objects.filter(user=tiina, kind="measurement.restatement_asked").count() == 1
    with pytest.raises(DeedRefused):
        measurements.decide_restatement(restatement=asked, approve=True, by=jaan)
    Case.objects.update(was_on_time=True)

    measurements.decide_restatement(restatement=asked, approve=True, by=tiina)

    one = current()
    assert (one.status, one.value, one.supersedes.value, one.approved_by) == ("restated", 100, 75, tiina)
    assert one.reason == "Neli vastust kanti valele päevale"
    assert Notification.objects.filter(user=tiina, kind="measurement.restated").count() == 1
    with pytest.raises(DeedRefused):
        measurements.decide_restatement(restatement=asked, approve=True, by=tiina)


def test_a_refused_restatement_changes_nothing(three_of_four, jaan, tiina):
    measured(LATER)
    asked = measurements.ask_restatement(indicator=Indicator.objects.get(code="answered_on_time"), first_day=MONTH, reason="x", by=jaan)  # fmt: skip
    Case.objects.update(was_on_time=True)

    measurements.decide_restatement(restatement=asked, approve=False, by=tiina, note="Ei ole põhjendatud")

    assert current().value == 75
    assert Restatement.objects.get().state == "refused"


def test_a_provisional_value_is_not_restated(three_of_four, jaan):
    measured()

    with pytest.raises(DeedRefused):
        measurements.ask_restatement(indicator=Indicator.objects.get(code="answered_on_time"), first_day=MONTH, reason="x", by=jaan)  # fmt: skip


def test_units_are_measured_and_small_ones_cannot_be_found_by_subtraction(forest_unit, water_unit):
    from tests.factories import UnitFactory

    waste = UnitFactory(code="test-waste")
    for unit, cases in ((forest_unit, 5), (waste, 7), (water_unit, 1)):
        for _each in range(cases):
            answered_case(True, unit=unit)

    measured()

    # The water unit is too small, and the forest unit, the next smallest, hides it from subtraction.
    assert (current(waste).value, current(waste).rows) == (100, 7)
    assert (current(water_unit).value, current(forest_unit).value) == (None, None)
    assert (current(forest_unit).rows, current().denominator) == (5, 13)


def test_a_unit_counts_what_lies_under_it(forest_unit):
    from tests.factories import UnitFactory

    part = UnitFactory(code="test-part", parent=forest_unit)
    for _each in range(6):
        answered_case(True, unit=part)

    measured()

    assert current(forest_unit).rows == current(part).rows == 6


def test_the_database_refuses_to_overwrite_or_delete_a_measurement(three_of_four):
    measured()
    one = current()

    for rewrite in (
        lambda: Measurement.objects.filter(pk=one.pk).update(value=99),
        lambda: Measurement.objects.filter(pk=one.pk).delete(),
        lambda: MeasurementRows.objects.update(keys=[1]),
        lambda: MeasurementRows.objects.all().delete(),
    ):
        with pytest.raises((InternalError, DatabaseError)), transaction.atomic():
            rewrite()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one():
    for one in (True, True, False):
        answered_case(one)
    start = threading.Barrier(4)

    def work():
        start.wait()
        measured()
        connections.close_all()

    threads = [threading.Thread(target=work) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Measurement.objects.filter(indicator__code="answered_on_time").count() == 1


@pytest.mark.parametrize(
    ("old", "new", "target", "direction", "told"),
    [
        (90, 90.5, None, "increase", False),
        (90, 91.5, None, "increase", True),
        (94.8, 95.2, 95, "increase", True),
        (95, 95.2, 95, "increase", False),
        (100 * (0.1 + 0.2), 30.2, 30, "increase", False),
        (8, 8.2, 8, "decrease", True),
        (7.8, 8, 8, "decrease", False),
        (None, 3, None, "increase", True),
        (None, None, None, "increase", False),
    ],
)
def test_a_change_of_a_point_or_over_the_target_is_told(old, new, target, direction, told):
    """A target met exactly is met, from above as from below."""
    assert measurements.is_worth_a_notice(old, new, target=target, direction=Direction(direction)) is told


def test_the_command_measures_months_and_tells_seconds(three_of_four, capsys):
    call_command("measure", "--month", "2026-09", "--backfill", "1", "--only", "answered_on_time", "--json")

    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [one["month"] for one in said["months"]] == ["2026-08", "2026-09"]
    assert said["months"][1]["new"] >= 1


def test_every_indicator_measures_a_bureau_without_rows(db):
    found = measurements.measure_month(MONTH, today=SOON)

    assert found.new == Indicator.objects.count() >= 25
    nothing = {one.indicator.code: one.value for one in Measurement.objects.latest().select_related("indicator")}
    assert nothing["answered_on_time"] is None
    assert nothing["contacts"] == 0


def test_every_indicator_has_its_function_and_every_function_its_passport(db):
    from quality.indicators import INDICATORS

    assert {one.code for one in Indicator.objects.all()} == set(INDICATORS)
    for passport in passports.passports_in_force().values():
        for name in ("name", "purpose", "numerator", "source", "exclusions", "quality_note"):
            assert getattr(passport, f"{name}_et"), (passport.indicator.code, name)
            assert getattr(passport, f"{name}_en"), (passport.indicator.code, name)


def test_a_day_is_measured_for_those_that_are_daily(db):
    day = timezone.localdate() - timedelta(days=1)

    measurements.measure_day(day, today=timezone.localdate())

    assert set(Measurement.objects.values_list("indicator__code", flat=True)) == {
        "cases_registered",
        "contacts",
        "calls_offered",
    }


def test_two_values_that_read_alike_are_judged_alike():
    passport = Passport(decimals=1)
    told = [measurements.as_told(value, passport) for value in (79.96, 80.04)]

    assert [measurements.words(value, passport.decimals) for value in (79.96, 80.04)] == ["80,0", "80,0"]
    assert not measurements.is_worth_a_notice(*told, target=80, direction=Direction.INCREASE)
