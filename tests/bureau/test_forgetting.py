"""History forgets what it must and still proves itself."""

import hashlib

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from bureau import sealing
from bureau.audit import record, record_reading
from bureau.forgetting import empty_history, rows_about
from bureau.models import Deed, ReadingRecord, SealShape
from complaints.models import Party
from tests.databases import past_the_guard
from tests.factories import PartyFactory


@pytest.fixture
def party(db, mari):
    party = PartyFactory(name="Juhan Juurikas", email="juhan@example.ee")
    record(
        "party.changed", by=mari, on=party, label="Juhan Juurikas", reason="Juhan palus", old="Juhan", new="Juhan J."
    )
    record_reading(user=mari, way=ReadingRecord.Way.VIEW, on=party, label="Juhan Juurikas", words="Juhan")
    Party.objects.filter(pk=party.pk).update(phone="+372 555")
    return party


def stored(*tables):
    found = ""
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT string_agg(t::text, '|') FROM {table} t")
            found += cursor.fetchone()[0] or ""
    return found


TABLES = ("bureau_deed", "bureau_readingrecord", "complaints_partyversion")


@pytest.mark.parametrize("is_sealed", [True, False])
def test_what_spoke_of_the_person_is_gone_and_the_seal_holds(party, jaan, is_sealed):
    if is_sealed:
        sealing.seal()
    assert "Juhan" in stored(*TABLES)

    deed = empty_history(rows_about(party), about=party, by=jaan, reason="Säilitustähtaeg on möödas")
    sealing.seal()

    assert "uhan" not in stored(*TABLES)
    assert sealing.proof()[1] == []
    assert (deed.action, deed.actor, deed.object_type, deed.object_id) == (
        "history.emptied",
        jaan,
        "complaints.party",
        party.pk,
    )
    assert set(deed.data["rows"]) == set(TABLES)


def test_who_did_what_when_stays(party, mari, jaan):
    before = Deed.objects.filter(object_type="complaints.party").values("at", "action", "actor", "object_id").get()

    empty_history(rows_about(party), about=party, by=jaan, reason="Isiku nõue")

    kept = Deed.objects.exclude(action="history.emptied").filter(object_type="complaints.party")
    assert kept.values("at", "action", "actor", "object_id").get() == before
    assert kept.values("object_label", "data", "reason").get() == {"object_label": "", "data": {}, "reason": ""}
    reading = ReadingRecord.objects.get()
    assert (reading.user, reading.way, reading.object_label, reading.detail) == (mari, "view", "", {})


def test_nobody_can_guess_what_stood_there(party, jaan):
    """The salt is gone: of a small set of names none can be tried against the digest."""
    empty_history(rows_about(party), about=party, by=jaan, reason="Isiku nõue")

    with connection.cursor() as cursor:
        cursor.execute("SELECT seal_salt, emptied_digest FROM bureau_readingrecord")
        salt, digest = cursor.fetchone()
    unsalted = hashlib.sha256(b'("Juhan Juurikas","{""words"": ""Juhan""}")').digest()
    assert salt is None
    assert len(digest) == 32
    assert bytes(digest) != unsalted


def test_emptying_is_itself_under_seal(party, jaan):
    deed = empty_history(rows_about(party), about=party, by=jaan, reason="Isiku nõue")
    sealing.seal()
    past_the_guard("DELETE FROM bureau_deed WHERE id = %s", [deed.pk])

    told = sealing.proof()[1]
    assert f"bureau_deed {deed.pk}: kustutatud" in told
    assert sum("tühjendatud ilma toiminguta" in one for one in told) == 3


def test_a_row_emptied_by_another_way_is_told(party):
    sealing.seal()
    past_the_guard(
        """UPDATE bureau_deed SET emptied_digest = sha256(uuid_send(seal_salt) || convert_to(ROW(object_label, data, reason)::text, 'UTF8')),
                  seal_salt = NULL, object_label = '', data = '{}', reason = ''"""
    )

    assert [one.split(": ")[1] for one in sealing.proof()[1]] == ["tühjendatud ilma toiminguta"]


def test_an_emptied_row_that_is_filled_again_is_told(party, jaan):
    empty_history(rows_about(party), about=party, by=jaan, reason="Isiku nõue")
    sealing.seal()
    past_the_guard("UPDATE bureau_readingrecord SET object_label = 'Keegi teine'")

    assert ["täidetud" in one for one in sealing.proof()[1]] == [True]


def test_emptying_again_changes_nothing_and_says_so(party, jaan):
    rows = rows_about(party)
    empty_history(rows, about=party, by=jaan, reason="Isiku nõue")

    again = empty_history(rows, about=party, by=jaan, reason="Isiku nõue")

    assert again.data == {"rows": {}}
    assert sealing.proof()[1] == []


def test_a_deed_of_emptying_is_never_emptied(party, jaan):
    deed = empty_history(rows_about(party), about=party, by=jaan, reason="Isiku nõue")

    assert deed.pk not in rows_about(party)["bureau_deed"]
    with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
        empty_history({"bureau_deed": [deed.pk]}, about=party, by=jaan, reason="Jäljed")


@pytest.mark.parametrize("table", ["complaints_party", "bureau_seal", "pg_authid", "bureau_deed; DROP TABLE x"])
def test_only_history_can_be_emptied(table, party, jaan):
    with pytest.raises(DatabaseError, match="Nothing of history"), transaction.atomic():
        empty_history({table: [1]}, about=party, by=jaan, reason="Isiku nõue")


def test_a_reason_is_needed(party, jaan):
    with pytest.raises(DatabaseError, match="reason"), transaction.atomic():
        empty_history(rows_about(party), about=party, by=jaan, reason=" ")


def test_the_door_is_shut_again(party, jaan):
    """What the function leaves out for itself is checked again for the statement after it."""
    empty_history(rows_about(party), about=party, by=jaan, reason="Isiku nõue")

    for attempt in ("UPDATE bureau_deed SET reason = ''", "UPDATE bureau_readingrecord SET object_label = ''"):
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            stored_by(attempt)


def stored_by(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_it_belongs_to_the_transaction_of_its_cause(mari):
    with pytest.raises(transaction.TransactionManagementError):
        empty_history({}, about=mari, by=mari, reason="Isiku nõue")


def test_every_table_of_history_can_be_emptied(db):
    """What stands instead fits every column, mandatory or not."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT "table", history_columns(personal), history_blanks("table", personal) FROM bureau_sealshape
                WHERE personal <> '{}'"""
        )
        found = cursor.fetchall()
    for table, columns, blanks in found:
        past_the_guard(f"EXPLAIN UPDATE {table} SET ({columns}) = ROW({blanks})")

    assert len(found) > 30


def test_what_may_speak_of_people_is_known_for_every_table(db):
    shapes = {shape.table: shape for shape in SealShape.objects.all()}

    assert shapes["bureau_deed"].personal == ["object_label", "data", "reason"]
    assert shapes["bureau_readingrecord"].personal == ["object_label", "detail"]
    assert {"name", "email", "phone", "address", "note"} <= set(shapes["complaints_partyversion"].personal)
    assert {"email", "first_name", "last_name"} <= set(shapes["bureau_userversion"].personal)
