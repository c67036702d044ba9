"""Beside counts: measured figures, complaints, actions, load and next week, each for who may see it, and in one's own order."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict
from django.urls import reverse

from complaints.complaint_list import narrowed
from complaints.forms.complaints import ComplaintFilterForm
from quality.dashboard import Filters
from quality.dashboard_measured import arranged, extra
from quality.dashboard_tiles import Tile
from quality.models import Indicator, Measurement, Passport, Signal
from quality.periods import month_start, months_back
from tests.factories.complaints import complaint_case
from tests.factories.quality import ImprovementFactory

pytestmark = pytest.mark.django_db


def measured(today: date, value: float = 76.0, unit=None) -> None:
    indicator = Indicator.objects.get(code="satisfaction")
    first = months_back(month_start(today), 1)
    Measurement.objects.create(
        indicator=indicator, passport=Passport.objects.filter(indicator=indicator).first(), period="month", first_day=first,
        last_day=month_start(today) - timedelta(days=1), value=value, lower=70.0, upper=81.0, rows=200, status="final", code_version="x", unit=unit,
    )  # fmt: skip


def tiles_of(user, today, **filters) -> dict[str, Tile]:
    return {
        one.id: one
        for one in extra(user=type(user).objects.get(pk=user.pk), filters=Filters(**filters), today=today).tiles
    }


def test_the_head_sees_what_was_measured_and_what_is_overdue(jaan, mari, today):
    measured(today)
    complaint_case(by=mari)
    ImprovementFactory(owner=mari, due_on=today - timedelta(days=2))

    found = tiles_of(jaan, today)

    assert found["satisfaction"].value.startswith("76,0")
    assert "70,0–81,0" in found["satisfaction"].note
    assert (found["complaints"].value, found["actions"].value) == ("1", "1")
    assert found["actions"].url.endswith("?state=overdue")
    asked = QueryDict(found["complaints"].url.partition("?")[2])
    assert ComplaintFilterForm(asked, today=today).is_valid()
    assert narrowed(asked, user=jaan, today=today).count() == 1


def test_a_unit_head_sees_the_own_unit_and_no_load_of_persons(kai, today, forest_unit):
    measured(today, 76.0)
    measured(today, 91.0, unit=forest_unit)

    found = tiles_of(kai, today)

    assert found["satisfaction"].value.startswith("91,0")
    assert not {"load", "next-week"} & set(found)


def test_narrowed_to_a_channel_nothing_is_shown_that_is_not_measured_so(jaan, today):
    measured(today)

    assert tiles_of(jaan, today, channel_id=1) == {}


def test_signals_without_a_comment_stand_first_in_words(jaan, as_person, today):
    measured(today)
    Signal.objects.create(
        indicator=Indicator.objects.get(code="satisfaction"), period="month", first_day=months_back(month_start(today), 1), rule="outside",
        is_high=False, is_concern=True,
    )  # fmt: skip

    notices = extra(user=jaan, filters=Filters(), today=today).notices

    assert [one.title for one in notices] == ["Rahulolu teenindusega:"]
    assert notices[0].url == reverse("quality:indicator_detail", args=["satisfaction"])


def test_the_month_that_is_running_takes_no_signal_away(jaan, today):
    measured(today)
    satisfaction = Indicator.objects.get(code="satisfaction")
    Measurement.objects.create(
        indicator=satisfaction, passport=Passport.objects.filter(indicator=satisfaction).first(), period="month", first_day=month_start(today),
        last_day=today - timedelta(days=1), value=80.0, rows=20, status="provisional", code_version="x",
    )  # fmt: skip
    Signal.objects.create(
        indicator=satisfaction, period="month", first_day=months_back(month_start(today), 1), rule="outside", is_high=False, is_concern=True
    )  # fmt: skip

    assert len(extra(user=jaan, filters=Filters(), today=today).notices) == 1


def test_a_signal_of_a_month_that_is_not_the_last_is_passed_over(jaan, today):
    measured(today)
    Signal.objects.create(
        indicator=Indicator.objects.get(code="satisfaction"), period="month", first_day=months_back(month_start(today), 2), rule="outside",
        is_high=False, is_concern=True,
    )  # fmt: skip

    assert extra(user=jaan, filters=Filters(), today=today).notices == ()


def test_a_person_arranges_the_own_tiles(as_person, jaan, peeter):
    client = as_person(jaan)

    client.post(reverse("quality:dashboard_arrange"), {"open": "1", "late": "2"})
    page = client.get(reverse("quality:dashboard_arrange"))

    assert [one.id for one in arranged([tile("late"), tile("soon"), tile("open"), tile("new")], ["open", "late", "-soon"])] == ["open", "late", "new"]  # fmt: skip
    assert page.context["form"].initial == {}
    assert [page.context["form"].fields[code].initial for code in page.context["form"].codes][:3] == [1, 2, None]
    client.post(reverse("quality:dashboard_arrange"), {"usual": "1"})
    assert None not in [field.initial for field in client.get(reverse("quality:dashboard_arrange")).context["form"].fields.values()]  # fmt: skip


def test_an_arrangement_without_a_tile_is_refused(as_person, jaan):
    assert as_person(jaan).post(reverse("quality:dashboard_arrange"), {}).status_code == 422


def tile(code: str) -> Tile:
    return Tile(code, code, "1", "")


def test_the_wall_shows_no_links_to_rows(as_person, jaan, today):
    measured(today)

    page = as_person(jaan).get(reverse("quality:dashboard_wall")).content.decode()

    assert "76,0" in page
    assert "/cases/?" not in page
