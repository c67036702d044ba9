import os
import pickle
import subprocess
import sys
import threading
from datetime import date

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import translation

from bureau import reference
from bureau.models import Channel, Topic, Unit
from complaints import reference as kinds_reference
from complaints.models import CaseKind

RENAME_ELSEWHERE = """
import django
django.setup()
from bureau.models import Unit
unit = Unit.objects.get(code="forest")
unit.name_et = "Metsabüroo"
unit.save()
"""


def name_of(code):
    return reference.by_code(reference.units())[code].name_et


def rename(code, name):
    unit = Unit.objects.get(code=code)
    unit.name_et = name
    unit.save()


def in_another_process(code):
    """Run a few lines as another process of the desk, on the same database and cache."""
    database = connection.settings_dict
    address = (
        f"postgresql://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
        f"/{database['NAME']}"
    )
    environment = os.environ | {"DATABASE_URL": address, "BUREAU_EMBEDDED": "1"}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


@pytest.fixture
def a_second_later(monkeypatch):
    """Every question looks at the version number, as if a second had passed since the last one."""
    monkeypatch.setattr(reference, "SECONDS_BETWEEN_LOOKS", -1.0)


@pytest.mark.django_db
def test_name_comes_in_the_language_of_the_request():
    unit = reference.by_code(reference.units())["forest"]
    topic = reference.by_code(reference.topics())["fishing_card"]

    with translation.override("et"):
        assert (unit.name, topic.guide[:12]) == ("Metsaosakond", "Kalastuskaar")
    with translation.override("en"):
        assert (unit.name, topic.guide[:14]) == ("Forest Department", "A fishing card")


@pytest.mark.django_db
def test_unknown_field_is_an_error_and_an_entry_survives_a_copy():
    unit = reference.by_code(reference.units())["forest"]

    with pytest.raises(AttributeError, match="color"):
        unit.color  # noqa: B018
    assert pickle.loads(pickle.dumps(unit)) == unit


@pytest.mark.django_db
def test_lists_are_read_once(django_assert_num_queries):
    reference.forget()

    with django_assert_num_queries(5):
        for _ in range(3):
            reference.units(), reference.topics(), reference.channels(), reference.outside_bodies()
            kinds_reference.kinds()


@pytest.mark.django_db
def test_lists_are_read_once_also_after_a_change_in_the_same_transaction(django_assert_num_queries):
    Channel.objects.create(code="fax", name_et="Faks", name_en="Fax")

    with django_assert_num_queries(1):
        assert "fax" in reference.by_code(reference.channels())
        assert "fax" in reference.by_code(reference.channels())


@pytest.mark.django_db
def test_cache_is_asked_at_most_once_a_second(monkeypatch):
    asked = []
    monkeypatch.setattr(reference.cache, "get", lambda key: asked.append(key) or 7)
    reference.forget()

    for _ in range(50):
        reference.units(), reference.topics()

    assert asked == [reference.VERSION_KEY]


@pytest.mark.django_db(transaction=True)
def test_change_is_seen_by_its_own_transaction_and_forgotten_with_it():
    before = name_of("forest")

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        rename("forest", "Metsabüroo")
        seen_inside = name_of("forest")
        raise ZeroDivisionError

    assert (before, seen_inside, name_of("forest")) == ("Metsaosakond", "Metsabüroo", "Metsaosakond")


@pytest.mark.django_db(transaction=True)
def test_rolled_back_part_of_a_transaction_is_forgotten_alone():
    with transaction.atomic():
        rename("water", "Veebüroo")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            rename("forest", "Metsabüroo")
            assert name_of("forest") == "Metsabüroo"
            raise ZeroDivisionError
        inside = (name_of("water"), name_of("forest"))

    assert inside == ("Veebüroo", "Metsaosakond")
    assert (name_of("water"), name_of("forest")) == ("Veebüroo", "Metsaosakond")


@pytest.mark.django_db(transaction=True)
def test_others_see_a_change_after_its_commit_and_not_before():
    def seen_by_other():
        seen = []
        other = threading.Thread(target=lambda: (seen.append(name_of("forest")), connection.close()))
        other.start()
        other.join()
        return seen[0]

    with transaction.atomic():
        rename("forest", "Metsabüroo")
        before = seen_by_other()

    assert (before, seen_by_other()) == ("Metsaosakond", "Metsabüroo")


@pytest.mark.django_db(transaction=True)
def test_row_of_changes_is_told_once():
    reference.units()
    cache.set(reference.VERSION_KEY, 1, None)

    with transaction.atomic():
        for topic in Topic.objects.all():
            topic.save()

    assert cache.get(reference.VERSION_KEY) == 2


@pytest.mark.django_db(transaction=True)
def test_change_in_another_process_is_seen_within_a_second(a_second_later):
    before = name_of("forest")

    in_another_process(RENAME_ELSEWHERE)

    assert (before, name_of("forest")) == ("Metsaosakond", "Metsabüroo")


@pytest.mark.django_db
def test_list_read_while_another_thread_throws_lists_away_is_not_kept(monkeypatch):
    def overtaken():
        entries = reference.entries(Unit.objects.all())
        reference.forget()
        return entries

    loads = []
    monkeypatch.setitem(reference._loaders, "units", lambda: loads.append(1) or overtaken())

    reference.units()
    reference.units()

    assert len(loads) == 2


@pytest.mark.django_db
def test_kind_that_changes_is_read_anew():
    kind = CaseKind.objects.get(code="praise")
    assert kinds_reference.kinds()[kind.pk].name_et == "Kiitus"

    kind.name_et = "Tänu"
    kind.save()

    assert kinds_reference.kinds()[kind.pk].name_et == "Tänu"


@pytest.mark.django_db
def test_sign_in_throws_no_list_away(mari, monkeypatch):
    told = []
    monkeypatch.setattr(reference, "changed", lambda **_signal: told.append(1))

    mari.save(update_fields=["last_login"])
    mari.save(update_fields=["last_name"])

    assert told == [1]


@pytest.mark.django_db
def test_part_of_a_tree_is_the_entry_and_all_below_it():
    units = reference.by_code(reference.units())

    ids = reference.unit_subtree_ids(units["client_service_and_personnel"].id)

    assert ids == {
        units[code].id for code in ("client_service_and_personnel", "client_service_bureau", "personnel_bureau")
    }


@pytest.mark.django_db
def test_tree_shows_parts_below_their_whole_in_order():
    tree = [(depth, entry.code) for depth, entry in reference.in_tree(reference.units())]

    assert tree[:6] == [
        (0, "agency"),
        (1, "management"),
        (1, "client_service_and_personnel"),
        (2, "client_service_bureau"),
        (2, "personnel_bureau"),
        (1, "supervision"),
    ]
    assert len(tree) == Unit.objects.count()


@pytest.mark.django_db
def test_tree_leaves_out_what_is_not_in_use_that_day():
    Topic.objects.filter(code="fishing").update(valid_to=date(2026, 6, 30))
    Topic.objects.filter(code="illegal_fishing").update(valid_to=date(2026, 6, 30))
    reference.forget()

    tree = {entry.code: depth for depth, entry in reference.in_tree(reference.topics(), on=date(2026, 7, 1))}

    assert "fishing" not in tree
    assert "illegal_fishing" not in tree
    assert (tree["fishing_card"], tree["forest_notification"]) == (0, 1)
