"""What a measurement says and the rows that it counted cannot be changed without being told."""

from datetime import date
from decimal import Decimal

import pytest

from complaints.models import Case
from complaints.verification import verify
from quality import measurements, passports
from quality.models import Indicator, Measurement
from tests.databases import past_the_guard
from tests.factories.reports import answered_cases

pytestmark = pytest.mark.django_db
MONTH = date(2026, 9, 1)
CODES = ("measurements_equal_rows", "measurements_chained")


@pytest.fixture
def measured():
    answered_cases(True, True, True, False, True, True)
    measurements.measure_month(MONTH, today=date(2026, 10, 5), codes=["answered_on_time", "contacts"])
    return Measurement.objects.latest().get(indicator__code="answered_on_time", unit__isnull=True)


def differing() -> set[str]:
    return {finding.code for finding in verify(CODES) if not finding.is_clean}


def test_what_was_measured_is_clean(measured):
    assert differing() == set()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE quality_measurement SET lower = lower - 5 WHERE id = %s",
        "UPDATE quality_measurement SET upper = upper + 1 WHERE id = %s",
        "UPDATE quality_measurement SET lower = NULL, upper = NULL WHERE id = %s",
        "UPDATE quality_measurement SET value = value + 1 WHERE id = %s",
        "UPDATE quality_measurement SET numerator = numerator + 1 WHERE id = %s",
        "UPDATE quality_measurement SET status = 'final' WHERE id = %s",
        "UPDATE quality_measurementrows SET keys[1] = keys[1] + 1000 WHERE measurement_id = %s",
        "UPDATE quality_measurementrows SET keys = keys[2:] || keys[1:1] WHERE measurement_id = %s",
        "UPDATE quality_measurementrows SET amounts = amounts[2:] || amounts[1:1] WHERE measurement_id = %s AND amounts[1] <> amounts[4]",
        "UPDATE quality_measurementrows SET kind = 'contact' WHERE measurement_id = %s",
    ],
)  # fmt: skip
def test_each_change_past_the_desk_is_told(statement, measured):
    past_the_guard(statement, [measured.pk])

    assert differing() == {"measurements_equal_rows"}


@pytest.mark.parametrize(
    "statement", ["UPDATE quality_target SET value = value - 10 WHERE id = %s", "DELETE FROM quality_target WHERE id = %s"]
)  # fmt: skip
def test_a_target_changed_past_the_desk_is_told(statement, jaan, today):
    indicator = Indicator.objects.get(code="answered_on_time")
    facts = {"valid_from": today, "reason": "Kokku lepitud", "by": jaan, "today": today}
    passports.set_target(indicator=indicator, value=Decimal("85"), **facts)
    target = passports.set_target(indicator=indicator, value=Decimal("87.5"), **facts)
    assert [one.differences for one in verify(["targets_follow_deeds"])] == [0]

    past_the_guard(statement, [target.pk])

    assert [one.differences for one in verify(["targets_follow_deeds"])] == [1]


def test_a_provisional_value_of_the_same_counts_over_other_rows_is_kept_anew(measured):
    late, in_time = Case.objects.get(was_on_time=False), Case.objects.filter(was_on_time=True).first()
    Case.objects.filter(pk=late.pk).update(was_on_time=True)
    Case.objects.filter(pk=in_time.pk).update(was_on_time=False)

    done = measurements.measure_month(MONTH, today=date(2026, 10, 6), codes=["answered_on_time"])
    now = Measurement.objects.latest().get(indicator__code="answered_on_time", unit__isnull=True)

    assert done.new == 1
    assert (now.value, now.numerator, now.supersedes_id) == (measured.value, measured.numerator, measured.pk)
    rows = now.counted.get()
    assert dict(zip(rows.keys, rows.amounts, strict=True))[in_time.pk] == 0
    assert measurements.measure_month(MONTH, today=date(2026, 10, 6), codes=["answered_on_time"]).new == 0
    assert differing() == set()
