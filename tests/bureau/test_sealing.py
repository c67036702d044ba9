"""History under seal: every change, removal and row slipped in afterwards is told, and no late row breaks a seal."""

import threading

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.utils import timezone

from bureau import sealing
from bureau.audit import record, record_reading
from bureau.models import Deed, ReadingRecord, Seal, SealMark, SealShape, Unit
from tests.databases import owner_address, past_the_guard
from tests.factories import UserFactory


def deeds(count):
    person = UserFactory()
    with transaction.atomic():
        return [
            record("person.changed", by=person, on=person, old=str(n), new="b", reason="Põhjus") for n in range(count)
        ]


@pytest.fixture
def sealed(db, monkeypatch):
    """Deeds in seals of two rows each, a reading and a version."""
    monkeypatch.setattr(sealing, "ROWS_IN_SEAL", 2)
    made = deeds(5)
    record_reading(user=made[0].actor, way=ReadingRecord.Way.VIEW, on=made[0].actor)
    unit = Unit.objects.first()
    Unit.objects.filter(pk=unit.pk).update(name_et="Uus nimi")
    sealing.seal()
    return made


def differences():
    return sealing.proof()[1]


# --- Sealing ----------------------------------------------------------------------------------------------------------
def test_all_that_was_written_comes_under_seal_once(sealed):
    rows = sum(len(seal.ids) for seal in Seal.objects.all())

    assert sealing.proof() == (rows, [])
    assert rows == Deed.objects.count() + ReadingRecord.objects.count() + sum(
        model.objects.count() for model in versions()
    )
    assert sealing.unsealed() == 0
    assert sealing.seal() == 0


def versions():
    from django.apps import apps

    from bureau.history import history_models

    return [model for model in history_models(apps) if hasattr(model, "pgh_tracked_model")]


def test_each_link_holds_the_one_before_it(sealed):
    links = list(Seal.objects.order_by("number").values_list("number", "previous", "digest"))

    assert [number for number, _, _ in links] == list(range(1, len(links) + 1))
    assert [bytes(previous) for _, previous, _ in links[1:]] == [bytes(digest) for _, _, digest in links[:-1]]
    assert sealing.head().number == len(links)
    assert sealing.holds(len(links), sealing.head().digest)
    assert not sealing.holds(len(links), "00" * 32)


def test_what_came_after_the_last_seal_is_the_tail(sealed):
    deeds(3)

    assert sealing.unsealed() == sealing.standing(Deed)[1] == 3
    assert "3" in sealing.words()
    assert differences() == []


def test_a_seal_is_the_same_in_every_zone_and_style(sealed):
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL timezone = 'America/New_York'; SET LOCAL datestyle = 'German'; SET LOCAL bytea_output = 'escape'"
        )

    assert differences() == []


def test_a_column_that_comes_later_leaves_old_seals_as_they_are(sealed):
    shape = SealShape.objects.filter(table="bureau_deed").latest("pk")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    past_the_guard("ALTER TABLE bureau_deed ADD COLUMN later text DEFAULT 'x'")
    past_the_guard(
        "INSERT INTO bureau_sealshape (\"table\", key, plain, personal) VALUES ('bureau_deed', 'id', %s, %s)",
        [shape.plain, [*shape.personal, "later"]],
    )
    deeds(2)
    sealing.seal()

    # Every seal holds; that no model of ours has the column is told, for seals may be read over our columns only.
    assert differences() == ["bureau_deed: selle pitsereid loetakse teistest veergudest, kui tal on"]


# --- What is told -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE bureau_deed SET data = '{{}}' WHERE id = {id}", "muudetud"),
        ("UPDATE bureau_deed SET at = at - interval '1 day' WHERE id = {id}", "muudetud"),
        ("UPDATE bureau_deed SET actor_id = NULL WHERE id = {id}", "muudetud"),
        ("UPDATE bureau_deed SET seal_salt = gen_random_uuid() WHERE id = {id}", "muudetud"),
        ("DELETE FROM bureau_deed WHERE id = {id}", "kustutatud"),
    ],
)
def test_a_row_that_is_not_as_it_was_sealed_is_named(sealed, statement, what):
    past_the_guard(statement.format(id=sealed[2].pk))

    assert differences() == [f"bureau_deed {sealed[2].pk}: {what}"]


def test_a_row_slipped_in_is_named(sealed):
    past_the_guard("DELETE FROM bureau_deed WHERE id = %s", [sealed[2].pk])
    past_the_guard(
        """INSERT INTO bureau_deed (id, at, action, object_type, object_id, object_label, data, reason)
           OVERRIDING SYSTEM VALUE SELECT %s, at, action, object_type, object_id, object_label, data, reason FROM bureau_deed WHERE id = %s""",
        [sealed[2].pk, sealed[1].pk],
    )
    assert differences() == [f"bureau_deed {sealed[2].pk}: muudetud"]

    past_the_guard(
        "UPDATE bureau_seal SET ids = array_remove(ids, %s) WHERE %s = ANY (ids)", [sealed[2].pk, sealed[2].pk]
    )
    assert f"bureau_deed {sealed[2].pk}: vahele pandud" in differences()


def test_a_number_that_was_rolled_back_stays_empty(db):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        gap = deeds(1)[0]
        raise ZeroDivisionError
    kept = deeds(1)[0]
    sealing.seal()
    past_the_guard(
        """INSERT INTO bureau_deed (id, at, action, object_type, object_id, object_label, data, reason)
           OVERRIDING SYSTEM VALUE SELECT %s, at, action, object_type, object_id, object_label, data, reason FROM bureau_deed WHERE id = %s""",
        [gap.pk, kept.pk],
    )

    assert differences() == [f"bureau_deed {gap.pk}: vahele pandud"]


def test_a_changed_version_and_a_changed_reading_are_named(sealed):
    reading = ReadingRecord.objects.get()
    past_the_guard("UPDATE bureau_readingrecord SET object_label = 'keegi teine'")
    past_the_guard("UPDATE bureau_unitversion SET name_et = 'Muu'")

    told = differences()
    assert f"bureau_readingrecord {reading.pk}: muudetud" in told
    assert any(one.startswith("bureau_unitversion") for one in told)


def test_a_chain_that_was_touched_is_told(sealed):
    past_the_guard("UPDATE bureau_seal SET at = at - interval '1 day' WHERE number = 1")

    assert any(one.startswith("pitser 1, ") for one in differences())


def test_a_link_taken_out_is_told(sealed):
    past_the_guard("DELETE FROM bureau_seal WHERE number = 2")

    assert any("ei järgne" in one for one in differences())


def test_seals_read_over_a_column_made_beside_are_told(sealed):
    """The old words stand in a column of their own, where the seal now looks for them: each digest fits."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    past_the_guard("ALTER TABLE bureau_deed ADD COLUMN was varchar")
    past_the_guard("UPDATE bureau_deed SET was = action")
    past_the_guard("UPDATE bureau_deed SET action = 'person.invited'")
    past_the_guard(
        "UPDATE bureau_sealshape SET plain = array_replace(plain, 'action', 'was') WHERE \"table\" = 'bureau_deed'"
    )

    assert differences() == ["bureau_deed: selle pitsereid loetakse teistest veergudest, kui tal on"]


def test_seals_read_over_columns_that_changed_places_are_told(sealed):
    """Who did it, and on whose behalf."""
    past_the_guard("UPDATE bureau_deed SET actor_id = on_behalf_of_id, on_behalf_of_id = actor_id")
    past_the_guard(
        """UPDATE bureau_sealshape SET plain = array_replace(array_replace(array_replace(plain,
               'actor_id', 'x'), 'on_behalf_of_id', 'actor_id'), 'x', 'on_behalf_of_id') WHERE "table" = 'bureau_deed'"""
    )

    assert differences() == ["bureau_deed: selle pitsereid loetakse teistest veergudest, kui tal on"]


@pytest.mark.parametrize(
    "blinded",
    [
        """CREATE OR REPLACE FUNCTION public.history_differences() RETURNS TABLE (number bigint, of_table varchar, row_id bigint, what text)
               LANGUAGE sql STABLE AS 'SELECT 1::bigint, NULL::varchar, 1::bigint, NULL WHERE false'""",
        "ALTER FUNCTION public.history_differences() SET search_path = elsewhere, public, pg_temp",
        "CREATE FUNCTION public.history_differences(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 1'",
    ],
    ids=["written anew", "reads elsewhere", "beside"],
)
def test_a_proof_that_was_made_blind_is_told(sealed, blinded):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    past_the_guard(blinded)
    past_the_guard("UPDATE bureau_deed SET reason = 'muu' WHERE id = %s", [sealed[0].pk])

    assert "andmebaasi funktsioon history_differences ei ole töölaua enda oma" in differences()


def test_verify_tells_it(sealed, capsys):
    past_the_guard("UPDATE bureau_deed SET reason = 'muu' WHERE id = %s", [sealed[0].pk])

    with pytest.raises(SystemExit):
        call_command("verify", "--check", "history_sealed", "--language", "en")

    assert f"bureau_deed {sealed[0].pk}: changed" in capsys.readouterr().out


# --- Writers meanwhile ------------------------------------------------------------------------------------------------
def other_connection():
    return psycopg.connect(owner_address(connection.settings_dict["NAME"]))


WRITE = """INSERT INTO bureau_deed (at, action, object_type, object_id, object_label, data, reason)
           VALUES (now(), 'person.changed', 'bureau.user', 1, '', '{}', '') RETURNING id"""


@pytest.mark.django_db(transaction=True)
def test_a_row_that_commits_late_neither_breaks_a_seal_nor_is_lost():
    with other_connection() as slow:
        (low,) = slow.execute(WRITE).fetchone()
        (high,) = [deed.pk for deed in deeds(1)]
        sealing.seal()
        before = sealing.standing(Deed)[1], differences()
        slow.commit()
    deeds(1)
    sealing.seal()

    assert low < high
    assert before == (1, [])
    assert (sealing.standing(Deed)[1], differences()) == (0, [])
    assert low in {row for seal in Seal.objects.filter(table="bureau_deed") for row in seal.ids}


@pytest.mark.django_db(transaction=True)
def test_sealing_goes_on_though_somebody_always_writes():
    first = other_connection()
    first.execute(WRITE)
    sealing.seal()
    marked = SealMark.objects.get(table="bureau_deed").upto
    with other_connection() as second:
        second.execute(WRITE)
        first.commit()
        first.close()
        sealing.seal()

        assert Seal.objects.filter(table="bureau_deed").latest("number").upto == marked
        assert sealing.standing(Deed)[1] == 0
    sealing.seal()
    assert (sealing.standing(Deed)[1], differences()) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_sealing_makes_no_writer_wait_and_two_who_seal_make_one_chain():
    deeds(50)
    with other_connection() as sealer:
        sealer.execute("SELECT history_seal(10)")
        started = timezone.now()
        deeds(1)
        assert (timezone.now() - started).total_seconds() < 5

        def seal_too():
            sealing.seal()
            connections.close_all()

        other = threading.Thread(target=seal_too)
        other.start()
        sealer.commit()
        other.join(30)

    assert differences() == []
    assert Seal.objects.count() == Seal.objects.latest("number").number


# --- Rights -----------------------------------------------------------------------------------------------------------
def test_the_desk_cannot_touch_its_seals(sealed):
    for attempt in ("UPDATE bureau_seal SET at = at", "DELETE FROM bureau_seal", "TRUNCATE bureau_seal", "INSERT INTO bureau_sealmark VALUES ('x', 1, '{}')", "DELETE FROM bureau_sealshape"):  # fmt: skip
        with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(attempt)
