"""Deeds and the reading trail: found by person, kind, object and day; in words; looking leaves a record."""

import ast
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from bureau import deed_texts
from bureau.audit import record, record_reading
from bureau.models import Deed, ReadingRecord
from tests.factories import CaseFactory, SubstitutionFactory


def deeds_shown(client, **asked):
    page = client.get(reverse("bureau:audit"), asked)
    assert page.status_code == 200
    return [row["sentence"] for row in page.context["rows"]]


@pytest.fixture
def deeds(mari, jaan, liis):
    moment = timezone.make_aware(datetime(2026, 3, 5, 10))
    for action, by, on in [
        ("person.added", jaan, mari),
        ("person.changed", jaan, liis),
        ("absence.recorded", mari, mari),
    ]:
        record(action, by=by, on=on, starts_on="2026-03-09", ends_on="2026-03-13")
    Deed.objects.bulk_create(
        [Deed(at=moment, action="role.granted", actor=jaan, object_type="bureau.user", object_id=mari.pk, object_label="Mari Tamm",
              data={"role": "chief_specialist", "starts_on": "2026-03-05"})]
    )  # fmt: skip


def test_every_deed_reads_as_a_sentence_newest_first(as_person, dora, deeds):
    shown = deeds_shown(as_person(dora))

    assert shown == [
        "Mari Tamm sai rolli Peaspetsialist, 05.03.2026–", "Mari Tamm on ära 09.03.2026–13.03.2026",
        "Muudeti andmeid: Liis Mets", "Mari Tamm lisati",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"what": "person"}, 2), ({"what": "absence"}, 1), ({"of": "Mari Tamm"}, 3), ({"of": "mari tamm"}, 3),
        ({"of": "Keegi Muu"}, 0), ({"since": "2026-03-05", "until": "2026-03-05"}, 1), ({"until": "2026-03-04"}, 0),
        ({"since": "2026-03-06"}, 3), ({}, 4),
    ],
)  # fmt: skip
def test_deeds_are_narrowed(asked, count, as_person, dora, deeds, time_machine):
    assert len(deeds_shown(as_person(dora), **asked)) == count


def test_deeds_of_one_person_and_of_a_case(as_person, dora, jaan, mari, deeds):
    case = CaseFactory(by=mari)
    client = as_person(dora)

    assert len(deeds_shown(client, who=jaan.pk)) == 3
    assert len(deeds_shown(client, of=case.number)) == 1
    assert len(deeds_shown(client, of=case.number.lower())) == 1


def test_pages_by_key_show_every_deed_once(as_person, dora, mari):
    for _number in range(120):
        record("person.opened", by=mari, on=mari)
    client, seen, after = as_person(dora), [], None

    while True:
        page = client.get(reverse("bureau:audit"), {"after": after} if after else {})
        seen += [row["deed"].pk for row in page.context["rows"]]
        after = page.context["page"].next_key
        if after is None:
            break
    back = client.get(reverse("bureau:audit"), {"before": page.context["page"].previous_key})

    assert len(seen) == len(set(seen)) == 120
    assert [row["deed"].pk for row in back.context["rows"]] == seen[50:100]


@pytest.mark.parametrize("junk", ["-1", "x", "9" * 40, "1; DROP TABLE"])
def test_a_broken_key_begins_at_the_first_page(junk, as_person, dora, deeds):
    assert len(as_person(dora).get(reverse("bureau:audit"), {"after": junk}).context["rows"]) == 4


def test_the_lender_is_named_beside_the_doer(as_person, dora, peeter, jaan, today):
    SubstitutionFactory(absent=jaan, substitute=peeter, starts_on=today, ends_on=today)
    as_person(peeter).post(reverse("bureau:calendar_year_fill", args=[2090]))

    page = as_person(dora).get(reverse("bureau:audit")).content.decode()

    assert "Peeter Saar" in page
    assert "asendab: Jaan Kask" in page


def test_looking_at_deeds_leaves_a_reading_record(as_person, dora, mari):
    as_person(dora).get(reverse("bureau:audit"), {"who": mari.pk})

    row = ReadingRecord.objects.get()
    assert (row.user, row.object_type, row.detail) == (dora, "bureau.deed", {"who": str(mari.pk)})


def test_the_trail_shows_who_looked_and_itself(as_person, dora, mari):
    case = CaseFactory(restricted=True)
    record_reading(user=mari, way=ReadingRecord.Way.VIEW, on=case)
    client = as_person(dora)
    client.get(reverse("bureau:reading_trail"))

    rows = client.get(reverse("bureau:reading_trail")).context["rows"]

    assert [(row["user"], row["record"].object_label) for row in rows] == [
        ("Dora Paju", ""),
        ("Mari Tamm", case.number),
    ]


def test_the_head_sees_deeds_and_no_reading_trail(as_person, jaan):
    client = as_person(jaan)

    assert "Lugemiste jälg" not in client.get(reverse("bureau:audit")).content.decode()
    assert client.get(reverse("bureau:reading_trail")).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_and_for_three(count, as_person, dora, mari, django_assert_num_queries):
    for _number in range(count):
        record("person.opened", by=mari, on=mari)
    client = as_person(dora)
    client.get(reverse("bureau:audit"))

    with django_assert_num_queries(
        6
    ):  # user, rights, numbers hidden from her, deeds, the record of looking, the last seal
        client.get(reverse("bureau:audit"))


def test_every_deed_the_desk_writes_has_a_sentence_in_both_languages():
    """Actions written as constants in the source; those made of parts are listed by their parts."""
    written = set()
    for path in [path for app in ("bureau", "complaints", "quality") for path in Path(app).rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            is_record = isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("record", "record_each")
            if is_record and node.args and isinstance(node.args[0], ast.Constant):
                written.add(node.args[0].value)
    lists = ("unit", "service", "topic", "channel", "outside_body", "restriction_basis", "kind")
    written |= {f"{name}.{deed}" for name in lists for deed in ("added", "changed", "closed", "deleted")}
    written |= {f"job.{state}" for state in ("done", "failed", "cancelled")}

    assert written - deed_texts.known_actions() == set()
    for action in sorted(written):
        deed = Deed(action=action, object_label="X", data={})
        with translation.override("et"):
            estonian = deed_texts.sentence_of(deed)
        with translation.override("en"):
            english = deed_texts.sentence_of(deed)
        assert estonian != english


def test_a_deed_of_a_kind_no_longer_known_is_shown_by_its_name(as_person, dora, mari):
    record("ancient.thing", by=mari, on=mari)

    assert deeds_shown(as_person(dora)) == ["ancient.thing Mari Tamm"]


def test_a_period_is_found_after_the_clock_moves(as_person, dora, mari, time_machine):
    record("person.opened", by=mari, on=mari)
    today = timezone.localdate()
    client = as_person(dora)

    assert len(deeds_shown(client, since=today, until=today)) == 1
    assert len(deeds_shown(client, since=today + timedelta(days=1))) == 0
