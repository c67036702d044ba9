"""The lists a new desk starts with, from `bureau/seeds/*.toml`, in both languages.

Only what is missing is added, found by its code: what the head of bureau changed stays as it is, and running it again
changes nothing. Models come from the caller, so that migrations hand over the models of their own time.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Model, ProtectedError

from bureau.working_calendar import estonian_holidays

SEEDS = Path(__file__).resolve().parent / "seeds"
POSITION_STEP = 10  # room between two entries for one that the head adds
# Years whose days off are known to the desk from the start; foreign tables bring old requests.
CALENDAR_YEARS = range(2000, 2041)
HOLIDAY_SOURCE = "Pühade ja tähtpäevade seadus §-d 1 ja 2; TLS § 53"

Models = Callable[[str], type[Model]]
Row = dict[str, Any]

# List → model, and the fields that name another list's entry by its code. In the order in which they are filled.
LISTS: dict[str, tuple[str, dict[str, str]]] = {
    "unit": ("Unit", {"parent": "Unit"}),
    "service": ("Service", {"unit": "Unit"}),
    "outside_body": ("OutsideBody", {}),
    "topic": (
        "Topic",
        {"parent": "Topic", "service": "Service", "unit": "Unit", "outside_body": "OutsideBody"},
    ),
    "channel": ("Channel", {}),
    "restriction_basis": ("RestrictionBasis", {}),
}
FILES = {
    "unit": "units",
    "service": "services",
    "outside_body": "outside_bodies",
    "topic": "topics",
    "channel": "channels",
    "restriction_basis": "restriction_bases",
    "opening_hours": "opening_hours",
    "cause": "causes",
    "next_instance": "next_instances",
}
# Lists that came later than the first ones; a migration of their own fills them.
LATER_LISTS: dict[str, tuple[str, dict[str, str]]] = {
    "cause": ("Cause", {"parent": "Cause"}),
    "next_instance": ("NextInstance", {}),
}


def rows_of(path: Path) -> list[Row]:
    """Rows of a seed file that holds one list."""
    with path.open("rb") as file:
        (rows,) = tomllib.load(file).values()
    return list(rows)


def seed_rows(name: str) -> list[Row]:
    return rows_of(SEEDS / f"{FILES[name]}.toml")


@transaction.atomic
def seed_structure(models: Models) -> dict[str, int]:
    """Units, services, other bodies, topics, channels, grounds of restriction, opening hours. How many were added."""
    added = {}
    for name, (model_name, references) in LISTS.items():
        linked = {field: models(other) for field, other in references.items()}
        added[name] = add_missing(models(model_name), seed_rows(name), linked)
    added["opening_hours"] = seed_opening_hours(models("OpeningHours"))
    return added


@transaction.atomic
def seed_causes(models: Models) -> dict[str, int]:
    """Root causes and the doors after ours. How many were added."""
    return {
        name: add_missing(
            models(model_name), seed_rows(name), {field: models(other) for field, other in references.items()}
        )
        for name, (model_name, references) in LATER_LISTS.items()
    }


@transaction.atomic
def remove_causes(models: Models) -> None:
    """The way back: seeded entries that nothing uses."""
    for name, (model_name, _references) in LATER_LISTS.items():
        remove_unused(models(model_name), [row["code"] for row in seed_rows(name)])


def add_missing(model: type[Model], rows: Sequence[Row], linked: Mapping[str, type[Model]]) -> int:
    """Add the rows whose code is not there yet; a row may name an earlier row of its own list."""
    known = {other: ids_by_code(other) for other in {*linked.values(), model}}
    added = 0
    for position, row in enumerate(rows, start=1):
        if row["code"] in known[model]:
            continue
        values = {"position": position * POSITION_STEP}
        for key, value in row.items():
            if key in linked:
                values[f"{key}_id"] = known[linked[key]][value]
            else:
                values[key] = value
        known[model][row["code"]] = manager(model).create(**values).pk
        added += 1
    return added


def seed_opening_hours(model: type[Model]) -> int:
    """The published timetables of the phone line, unless some are there already."""
    if manager(model).exists():
        return 0
    hours = [
        model(weekday=weekday, **{key: value for key, value in row.items() if key != "weekdays"})
        for row in seed_rows("opening_hours")
        for weekday in row["weekdays"]
    ]
    return len(manager(model).bulk_create(hours))


@transaction.atomic
def seed_calendar(models: Models, years: Iterable[int] = CALENDAR_YEARS) -> int:
    """Public holidays and shortened days of these years; days that are there stay as they are."""
    model = models("CalendarDay")
    known = set(manager(model).values_list("day", flat=True))
    days = [
        model(day=day.day, kind=day.kind.value, name_et=day.name_et, name_en=day.name_en, source=HOLIDAY_SOURCE)
        for day in estonian_holidays(years)
        if day.day not in known
    ]
    return len(manager(model).bulk_create(days))


@transaction.atomic
def remove_structure(models: Models) -> None:
    """The way back: seeded entries that nothing uses; what is in use stays."""
    for name, (model_name, _references) in reversed(LISTS.items()):
        remove_unused(models(model_name), [row["code"] for row in seed_rows(name)])
    manager(models("OpeningHours")).all().delete()


def remove_unused(model: type[Model], codes: Sequence[str]) -> None:
    for code in reversed(codes):  # parts stand after what they are part of
        try:
            with transaction.atomic():
                manager(model).filter(code=code).delete()
        except ProtectedError:
            continue


def ids_by_code(model: type[Model]) -> dict[str, int]:
    return dict(manager(model).values_list("code", "pk"))


def manager(model: type[Model]) -> Any:
    return model._default_manager
