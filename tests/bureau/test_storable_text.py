"""Which texts the database can keep."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from bureau.storable_text import is_storable


@pytest.mark.parametrize("value", ["\x00", "a\ud800", ["\udfff"], {"a": [{"b": "\x00"}]}, {"\ud83d": 1}])
def test_what_cannot_be_kept(value):
    assert not is_storable(value)


@pytest.mark.parametrize("value", ["", "õ 🌲 \u202e \ufffd", None, 5, ["a", {"b": None}], {}])
def test_what_can_be_kept(value):
    assert is_storable(value)


@pytest.mark.django_db
def test_the_database_agrees():
    @given(st.text(alphabet=st.characters(codec=None, exclude_characters="")))
    def agrees(text):
        if is_storable(text):
            with connection.cursor() as cursor:
                cursor.execute("SELECT %s::text", [text])
                assert cursor.fetchone()[0] == text

    agrees()
