"""The codebook of causes and the doors after ours: seeded in both languages, kept by the head, known in memory."""

import pytest
from django.apps import apps

from bureau import reference, seeding
from bureau.models import Cause, NextInstance
from bureau.refusals import DeedRefused
from bureau.structure import add_entry, change_entry


def models(name):
    return apps.get_model("bureau", name)


@pytest.mark.parametrize("name", sorted(seeding.LATER_LISTS))
def test_codes_stand_once_and_both_languages_are_filled(name):
    rows = seeding.seed_rows(name)

    assert len({row["code"] for row in rows}) == len(rows)
    for row in rows:
        assert row["name_et"].strip(), row["code"]
        assert row["name_en"].strip(), row["code"]
        assert bool(row.get("text_et")) == bool(row.get("text_en")), row["code"]


def test_about_eight_groups_hold_some_thirty_causes(db):
    assert Cause.objects.filter(parent__isnull=True).count() == 8
    assert Cause.objects.filter(parent__parent__isnull=True, parent__isnull=False).count() >= 25
    assert {cause.parent_id is None for cause in Cause.objects.filter(parts__isnull=False)} == {True}


def test_seeding_again_adds_nothing_and_keeps_what_was_changed(db):
    Cause.objects.filter(code="knowledge").update(name_et="Oskused")

    assert seeding.seed_causes(models) == {"cause": 0, "next_instance": 0}
    assert Cause.objects.get(code="knowledge").name_et == "Oskused"


def test_causes_have_two_levels(jaan):
    group = Cause.objects.get(code="knowledge")
    part = group.parts.first()

    with pytest.raises(DeedRefused, match="kaks taset"):
        add_entry(entry=Cause(name_et="Liiga sügaval", name_en="Too deep", parent=part), by=jaan, name="cause")
    group.parent = Cause.objects.get(code="system")
    with pytest.raises(DeedRefused, match="kaks taset"):
        change_entry(entry=group, by=jaan, name="cause")


def test_memory_learns_of_a_change_at_once(jaan):
    instance = NextInstance.objects.get(code="next_court")
    assert reference.next_instances()[instance.pk].name_et == "Halduskohus"
    instance.name_et = "Tallinna Halduskohus"

    change_entry(entry=instance, by=jaan, name="next_instance")

    assert reference.next_instances()[instance.pk].name_et == "Tallinna Halduskohus"
