from datetime import date, time
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError

from bureau import seeding
from bureau.models import CalendarDay, Channel, OpeningHours, OutsideBody, RestrictionBasis, Service, Topic, Unit
from bureau.working_calendar import DayKind, WorkingCalendar

LISTS = sorted(seeding.LISTS)
BOTH_LANGUAGES = ["name", "guide", "what_for"]


def models(name):
    return apps.get_model("bureau", name)


def everything():
    tables = (Unit, Service, Topic, OutsideBody, Channel, RestrictionBasis, OpeningHours, CalendarDay)
    return {model: list(model.objects.order_by("pk").values()) for model in tables}


@pytest.mark.parametrize("name", LISTS)
def test_every_code_stands_once(name):
    codes = [row["code"] for row in seeding.seed_rows(name)]

    assert sorted(codes) == sorted(set(codes))


@pytest.mark.parametrize("name", LISTS)
def test_both_languages_are_filled_and_differ_only_in_names_of_systems(name):
    for row in seeding.seed_rows(name):
        assert row["name_et"].strip(), row["code"]
        assert row["name_en"].strip(), row["code"]
        for field in BOTH_LANGUAGES:
            assert bool(row.get(f"{field}_et")) == bool(row.get(f"{field}_en")), (row["code"], field)


@pytest.mark.parametrize("name", LISTS)
def test_every_reference_names_an_entry(name):
    files = {model: other for other, (model, _references) in seeding.LISTS.items()}
    _model, references = seeding.LISTS[name]
    for row in seeding.seed_rows(name):
        for field, other in references.items():
            if field in row:
                assert row[field] in {entry["code"] for entry in seeding.seed_rows(files[other])}, row["code"]


@pytest.mark.parametrize("name", ["unit", "topic"])
def test_parents_stand_before_their_parts(name):
    seen = set()
    for row in seeding.seed_rows(name):
        assert "parent" not in row or row["parent"] in seen, row["code"]
        seen.add(row["code"])


def test_topics_have_two_levels_and_every_topic_knows_what_to_say():
    rows = {row["code"]: row for row in seeding.seed_rows("topic")}

    for row in rows.values():
        if "parent" in row:
            assert "parent" not in rows[row["parent"]], row["code"]
            assert row["guide_et"], row["code"]
            assert row["unit"], row["code"]
            assert len(row["keywords"]) == len({word.lower() for word in row["keywords"]}), row["code"]


def test_every_group_of_topics_has_topics():
    rows = seeding.seed_rows("topic")
    groups = {row["code"] for row in rows if "parent" not in row}

    assert groups == {row["parent"] for row in rows if "parent" in row}


@pytest.mark.django_db
@pytest.mark.parametrize("name", LISTS)
def test_seeded_rows_are_there_and_would_pass_their_forms(name):
    model = models(seeding.LISTS[name][0])
    rows = {entry.code: entry for entry in model.objects.all()}

    for row in seeding.seed_rows(name):
        try:
            rows[row["code"]].full_clean()
        except ValidationError as error:
            pytest.fail(f"{row['code']}: {error}")


@pytest.mark.django_db
def test_filling_again_changes_nothing():
    before = everything()

    added = seeding.seed_structure(models)
    days = seeding.seed_calendar(models)

    assert set(added.values()) == {0}
    assert days == 0
    assert everything() == before


@pytest.mark.django_db
def test_what_the_head_changed_stays():
    Unit.objects.filter(code="forest").update(name_et="Metsabüroo")
    Topic.objects.filter(code="forest_notification").update(guide_et="Küsi katastritunnust.")
    Topic.objects.filter(code="fishing_card").delete()

    added = seeding.seed_structure(models)

    assert added["topic"] == 1
    assert Unit.objects.get(code="forest").name_et == "Metsabüroo"
    assert Topic.objects.get(code="forest_notification").guide_et == "Küsi katastritunnust."
    assert Topic.objects.get(code="fishing_card").parent.code == "fishing"


@pytest.mark.django_db
def test_own_opening_hours_are_not_mixed_with_the_seeded_ones():
    OpeningHours.objects.all().delete()
    OpeningHours.objects.create(weekday=0, opens=time(8), closes=time(12), valid_from=date(2026, 1, 1))

    seeding.seed_structure(models)

    assert OpeningHours.objects.count() == 1


@pytest.mark.django_db
def test_seeded_calendar_knows_holidays_shortened_days_and_phone_hours():
    calendar = WorkingCalendar.from_rows(CalendarDay.objects.all(), OpeningHours.objects.all())

    assert calendar.is_holiday(date(2026, 2, 24))
    assert calendar.is_shortened(date(2026, 12, 23))
    assert not calendar.is_shortened(date(2025, 2, 23))
    assert calendar.opening_hours(date(2024, 11, 22)) == ((time(9), time(14, 30)),)
    assert calendar.opening_hours(date(2026, 11, 20)) == ((time(9), time(16)),)
    assert (calendar.first_day.year, calendar.last_day.year) == (2000, 2040)


@pytest.mark.django_db
def test_day_that_the_agency_set_is_not_overwritten():
    CalendarDay.objects.filter(day=date(2026, 12, 23)).update(kind=DayKind.CLOSURE, name_et="Suletud")

    seeding.seed_calendar(models)

    assert CalendarDay.objects.get(day=date(2026, 12, 23)).name_et == "Suletud"


@pytest.mark.django_db
def test_way_back_removes_what_is_unused_and_keeps_the_rest():
    own = Unit.objects.create(
        code="own", name_et="Oma", name_en="Own", parent=Unit.objects.get(code="supervision_viru")
    )

    import_module("bureau.migrations.0002_seed_structure").empty(apps, None)

    assert set(Unit.objects.values_list("code", flat=True)) == {"own", "supervision_viru", "supervision", "agency"}
    assert own.parent.parent.code == "supervision"
    assert not Topic.objects.exists()
    assert not OpeningHours.objects.exists()
    assert not CalendarDay.objects.exists()
