"""Numbers in foreign tables and typed ones: read by one reader, and never a thousand times too small."""

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bureau.foreign_numbers import NotANumber, TypedNumber, UnclearNumber, number_of


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", "12"),
        ("-5,5", "-5.5"),
        ("−5,5", "-5.5"),
        ("+7", "7"),
        ("1234,5", "1234.5"),
        ("1 234,5", "1234.5"),
        ("1\u00a0234\u00a0567", "1234567"),
        ("2\u202f500", "2500"),
        ("1’234.50", "1234.50"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("0,125", "0.125"),
        ("1234,567", "1234.567"),
        ("1,5E+3", "1500"),
        (" 7 ", "7"),
        (12.125, "12.125"),
        (TypedNumber("1.125"), "1.125"),
    ],
)
def test_a_number_is_read_as_it_is_written(text, number):
    assert number_of(text) == Decimal(number)


@pytest.mark.parametrize("text", ["1,000", "2.500", "-12,345", "999.999"])
def test_what_may_be_a_thousand_times_more_is_unclear(text):
    with pytest.raises(UnclearNumber):
        number_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nan",
        "inf",
        "-Infinity",
        "1,2,3",
        "1 23",
        "12 34,5",
        "1,23.4",
        "٣",
        "½",
        "1e999",
        "0x10",
        "1_000",
        "5%",
        None,
        True,
        float("nan"),
        "9" * 100,
    ],
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(NotANumber):
        number_of(text)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_two_places_are_never_lost(number):
    assert number_of(f"{number:.2f}".replace(".", ",")) == number


@given(st.text(max_size=30))
def test_no_text_does_harm(text):
    with contextlib.suppress(NotANumber):
        assert number_of(text).is_finite()
