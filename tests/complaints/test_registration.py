"""Registration gives a case its number, clocks, first message and deed, or nothing at all."""

import uuid

import pytest
from django.db import connection

from bureau.models import Deed
from complaints.models import Case
from tests.factories import CaseFactory

pytestmark = pytest.mark.django_db


def test_a_registered_case_has_number_clock_message_and_deed(mari):
    case = CaseFactory(kind="explanation", by=mari)

    assert case.number.startswith(f"P-{case.registered_on.year}-000001-")
    assert [clock.kind.code for clock in case.clocks.all()] == ["explanation"]
    assert case.due_on == case.clocks.get().due_on
    assert case.messages.count() == 1
    assert Deed.objects.filter(action="case.registered", object_id=case.pk, actor=mari).count() == 1


def test_the_same_key_gives_the_same_case():
    key = uuid.uuid4()

    first = CaseFactory(key=key)
    again = CaseFactory(key=key)

    assert again.pk == first.pk
    assert Case.objects.count() == 1


def test_a_deed_cannot_be_changed_or_deleted():
    case = CaseFactory()

    for sql in ("UPDATE bureau_deed SET action = 'x'", "DELETE FROM bureau_deed"):
        with pytest.raises(Exception, match="Cannot|permission denied"), connection.cursor() as cursor:
            cursor.execute("SAVEPOINT one")
            try:
                cursor.execute(sql)
            finally:
                cursor.execute("ROLLBACK TO SAVEPOINT one")
    assert Deed.objects.filter(object_id=case.pk).count() == 1
