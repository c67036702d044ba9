"""Numbers are read however they were typed and stored once, as E.164."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.phone_numbers import digits_of, shown, to_e164


@pytest.mark.parametrize(
    "typed",
    [
        "5555 0199",
        "55550199",
        "5555-0199",
        "+372 5555 0199",
        "+37255550199",
        "0037255550199",
        "00 372 5555 0199",
        "372 5555 0199",
        "(+372) 5555 0199",
        "  +372 (5555) 0199 ",
        "tel. 5555 0199",
        "Tel: +372 5555 0199",
        "mob: 5555 0199",
        "5555 0199 (Mari)",
        "5555 0199 sise 12",
        "5555\u00a00199",
    ],
)
def test_an_estonian_mobile_is_read_however_it_was_typed(typed):
    assert to_e164(typed) == "+37255550199"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("662 5999", "+3726625999"),
        ("+358 40 123 4567", "+358401234567"),
        ("+371 2612 3456", "+37126123456"),
        ("800 2008", "+3728002008"),
    ],
)
def test_other_numbers(typed, stored):
    assert to_e164(typed) == stored


@pytest.mark.parametrize(
    "typed", ["", "   ", "tere", "123", "112", "1247", "5555", "+999 1234567", "5555 0199 123456", "-", "+"]
)
def test_what_is_no_whole_number_is_none(typed):
    assert to_e164(typed) is None


def test_numbers_are_shown_in_groups():
    assert shown("+37255550199") == "+372 5555 0199"
    assert shown("+3726625999") == "+372 662 5999"
    assert shown("varjatud number") == "varjatud number"
    assert shown("") == ""


@given(text=st.text(max_size=40))
def test_any_text_is_read_or_left(text):
    stored = to_e164(text)

    assert stored is None or to_e164(shown(stored)) == stored
    assert isinstance(shown(text), str)


def test_digits_for_search():
    assert digits_of("+372 5555-01") == "372555501"
