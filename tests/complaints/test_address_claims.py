"""A party is added once, whoever adds it at the same moment: by hand or by an import, and each may come first."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from bureau import reference
from bureau.models import User
from complaints import address_claims
from complaints.contact_log import Entry, log_contact
from complaints.intake.importing import loading
from complaints.models import AddressClaim, Case, Contact, Party
from complaints.parties import PartyFacts, party_of_address
from tests.complaints.imported import csv_of, take

ANDRES = PartyFacts(name="Andres Kuusk", email="Andres@example.ee", phone="+37255550199")


def phone_call(by, facts=ANDRES):
    channel = reference.by_code(reference.channels())["phone"].id
    return log_contact(entry=Entry(key=uuid.uuid4(), channel_id=channel, at=timezone.now(), new_party=facts), by=by)


class Beside:
    """`work` on a connection of its own, from now until `is_through` or it waits for another's row."""

    def __init__(self, work):
        self.problems: list[Exception] = []
        self.ended = threading.Event()
        self.pid: int | None = None
        self.began = threading.Event()
        self.thread = threading.Thread(target=self.run, args=[work])
        self.thread.start()
        assert self.began.wait(30)

    def run(self, work):
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                (self.pid,) = cursor.fetchone()
            self.began.set()
            work()
        except Exception as problem:  # told by the test's own thread
            self.problems.append(problem)
        finally:
            self.began.set()
            connection.close()
            self.ended.set()

    def waits(self) -> bool:
        """True as soon as it waits for a lock, false when it ended without."""
        while not self.ended.wait(0.02):
            with connection.cursor() as cursor:
                cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [self.pid])
                if cursor.fetchone()[0]:
                    return True
        return False

    def join(self):
        self.thread.join(60)
        assert self.problems == []


@pytest.fixture
def during_import(monkeypatch):
    """Runs `work` on a connection of its own when an import has its parties and does not stand committed yet."""
    found = {}

    def during(work):
        give = loading.Loading._give_numbers

        def meanwhile(self, cursor):
            found["beside"] = Beside(work)
            found["waited"] = found["beside"].waits()
            give(self, cursor)

        monkeypatch.setattr(loading.Loading, "_give_numbers", meanwhile)
        return found

    return during


@pytest.mark.django_db(transaction=True)
def test_a_call_during_an_import_finds_the_party_that_the_import_adds(mari, during_import):
    found = during_import(lambda: phone_call(User.objects.get(pk=mari.pk)))

    job = take(csv_of({}, {"Nimi": "Kadri Kask", "E-kiri": "kadri@example.ee", "Telefon": ""}), by=mari)
    found["beside"].join()

    assert (job.state, found["waited"]) == ("done", True)
    party = Party.objects.get(email__iexact=ANDRES.email)
    assert Contact.objects.get(outcome="answered").party == party == Case.objects.get(sender_reference="1").party


@pytest.mark.django_db(transaction=True)
def test_nobody_waits_for_an_import_that_adds_other_people(mari, during_import):
    found = during_import(
        lambda: phone_call(User.objects.get(pk=mari.pk), PartyFacts(name="Uus", phone="+37255550111"))
    )

    take(csv_of({}), by=mari)
    found["beside"].join()

    assert not found["waited"]


@pytest.mark.django_db(transaction=True)
def test_an_import_during_a_call_takes_the_party_of_the_call(mari):
    with transaction.atomic():
        party = party_of_address(facts=ANDRES, by=mari)
        beside = Beside(lambda: take(csv_of({}), by=User.objects.get(pk=mari.pk)))
        waited = beside.waits()
    beside.join()

    assert waited
    assert Case.objects.get(sender_reference="1").party == party
    assert Party.objects.filter(email__iexact=ANDRES.email).count() == 1


@pytest.mark.django_db
def test_a_claim_is_one_statement_and_many_addresses_fill_no_table_of_locks(django_assert_num_queries):
    assert not address_claims.claim(["", ""])
    with django_assert_num_queries(1):
        assert address_claims.claim(f"{number}@example.ee" for number in range(3000))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE pid = pg_backend_pid()")
        assert cursor.fetchone()[0] < 100
    assert AddressClaim.objects.count() == 3000


@pytest.mark.django_db
def test_an_old_claim_is_forgotten():
    address_claims.claim(["a@example.ee"])
    now = timezone.now()

    assert address_claims.forget(now=now) == 0
    assert address_claims.forget(now=now + timedelta(days=2)) == 1
