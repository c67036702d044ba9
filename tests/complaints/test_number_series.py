"""Numbers are given without a gap and without a double, whoever else is registering and whoever fails."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from complaints.models import Case, NumberSeries
from complaints.number_series import allocate
from complaints.numbering import CaseNumber, parse_number
from tests.factories import CaseFactory

WRITERS = 50


class ForcedFailure(Exception):
    """Something that goes wrong after the number was given."""


def all_at_once(work):
    """Run `work(i)` for every writer at the same moment, each on a connection of its own."""
    together = Barrier(WRITERS)

    def one(i):
        together.wait(timeout=60)
        try:
            return work(i)
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(one, range(WRITERS)))


@pytest.mark.django_db(transaction=True)
def test_fifty_writers_with_forced_rollbacks_leave_no_gap_and_no_double():
    def take_four(i):
        kept = []
        for turn in range(4):
            try:
                with transaction.atomic():
                    number = allocate(series="T", year=2026)[0]
                    if (i + turn) % 3 == 0:
                        raise ForcedFailure
            except ForcedFailure:
                continue
            kept.append(number.sequence)
        return kept

    kept = sorted(sequence for numbers in all_at_once(take_four) for sequence in numbers)

    assert kept == list(range(1, len(kept) + 1))
    assert len(kept) == sum((i + turn) % 3 != 0 for i in range(WRITERS) for turn in range(4))
    assert NumberSeries.objects.get(series="T", year=2026).last == len(kept)


@pytest.mark.django_db(transaction=True)
def test_fifty_registrations_at_once_with_forced_rollbacks_are_numbered_without_a_gap():
    def register_two(i):
        for turn in range(2):
            try:
                with transaction.atomic():
                    CaseFactory()
                    if (i + turn) % 2 == 0:
                        raise ForcedFailure
            except ForcedFailure:
                continue

    all_at_once(register_two)

    cases = list(Case.objects.order_by("sequence"))
    assert [case.sequence for case in cases] == list(range(1, WRITERS + 1))
    assert all(parse_number(case.number) == CaseNumber("P", case.year, case.sequence) for case in cases)
    assert NumberSeries.objects.get(series="P", year=cases[0].year).last == WRITERS


@pytest.mark.django_db
def test_many_numbers_at_once_follow_each_other_and_each_series_and_year_counts_alone():
    first = allocate(series="T", year=2026, count=3)
    then = allocate(series="T", year=2026)

    assert [number.sequence for number in (*first, *then)] == [1, 2, 3, 4]
    assert allocate(series="T", year=2027)[0].sequence == 1
    assert allocate(series="K", year=2026)[0].sequence == 1


@pytest.mark.django_db(transaction=True)
def test_a_number_is_not_given_outside_the_transaction_that_uses_it():
    with pytest.raises(TransactionManagementError):
        allocate(series="T", year=2026)
