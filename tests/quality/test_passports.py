"""Targets: what a figure cannot be and a day that is over are refused in words, and the form says what it is about."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from bureau.refusals import DeedRefused
from quality import passports
from quality.models import Indicator, Passport, Target

pytestmark = pytest.mark.django_db


def set_target(today, jaan, *, code="answered_on_time", value="95", days=0):
    return passports.set_target(
        indicator=Indicator.objects.get(code=code), value=Decimal(value), valid_from=today + timedelta(days=days), reason="Kokkulepe", by=jaan,
        today=today,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("answered_on_time", "150"), ("answered_on_time", "100.1"), ("answered_on_time", "-1"), ("calls_in_time", "101"),
        ("complaints_per_thousand", "1001"), ("open_cases", "-5"), ("days_to_answer", "-0.5"), ("calls_wait", "-1"),
        ("contacts_per_working_day", "-1"),
    ],
)  # fmt: skip
def test_a_value_that_the_figure_cannot_have_is_no_target(code, value, today, jaan):
    with pytest.raises(DeedRefused) as refused:
        set_target(today, jaan, code=code, value=value)

    assert refused.value.field == "value"
    assert not Target.objects.filter(set_by=jaan).exists()


@pytest.mark.parametrize("days", [-1, -400])
def test_a_day_that_is_over_keeps_the_target_it_had(days, today, jaan):
    with pytest.raises(DeedRefused) as refused:
        set_target(today, jaan, days=days)

    assert refused.value.field == "valid_from"


@pytest.mark.parametrize("value", ["0", "100", "87.5"])
def test_a_possible_target_is_set_from_today_on(value, today, jaan):
    assert set_target(today, jaan, value=value).valid_from == today


def test_every_unit_has_its_bounds(today, jaan):
    assert set(passports.POSSIBLE) <= set(Passport.Unit)


def test_the_form_names_indicator_unit_and_present_target_and_refuses_in_words(as_person, jaan, today):
    jaan.language = "en"
    jaan.save()
    client, url = as_person(jaan), reverse("quality:target_set", args=["answered_on_time"])
    passport = passports.passport_of(Indicator.objects.get(code="answered_on_time"))
    set_target(today, jaan, value="88", days=30)

    page = client.get(url).content.decode()
    refused = client.post(url, {"value": "150", "valid_from": today.isoformat(), "reason": "Nii"})
    past = client.post(url, {"value": "90", "valid_from": (today - timedelta(days=1)).isoformat(), "reason": "Nii"})

    assert passport.name_en in page
    assert "Unit: percent." in page
    assert "In force is" in page
    assert "it will be 88" in page
    assert refused.status_code == past.status_code == 422
    assert "lies between 0 and 100" in refused.content.decode()
    assert "A target holds from today on or later" in past.content.decode()
