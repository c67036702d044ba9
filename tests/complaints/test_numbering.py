"""Case numbers: every single mistyped digit and every swap of neighbours is caught."""

import re

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from complaints.numbering import CaseNumber, NumberNotUnderstood, format_number, parse_number

numbers = st.builds(
    CaseNumber,
    series=st.sampled_from("PK"),
    year=st.integers(1991, 2099),
    sequence=st.integers(1, 1_200_000),
)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def test_a_number_shows_series_year_sequence_and_check_digit():
    assert format_number("P", 2026, 4217) == "P-2026-004217-3"
    assert parse_number("P-2026-004217-3") == CaseNumber("P", 2026, 4217)


@given(number=numbers)
def test_what_is_written_is_read_back(number):
    assert parse_number(str(number)) == number


@pytest.mark.parametrize(
    "typed",
    [
        "p-2026-004217-3",
        "  P 2026 004217 3 ",
        "P–2026–004217–3",
        "P/2026/4217/3",
        "P-2026-4217-3",
        "p 2026 4217 3",
        "P20260042173",
        "P-20260042173",
        "P-2026-0042173",
        "P2026-4217-3",
        "P202642173",
    ],
)
def test_a_number_is_read_however_it_was_typed(typed):
    assert str(parse_number(typed)) == "P-2026-004217-3"


@given(number=numbers, data=st.data())
def test_a_number_without_hyphens_and_leading_zeros_is_read(number, data):
    between = data.draw(st.sampled_from([" ", "-", ".", "/", " - "]))
    typed = between.join([number.series, str(number.year), str(number.sequence), number.check_digit])

    assert parse_number(typed.lower()) == number
    assert parse_number(str(number).replace("-", "")) == number


def digits_of(number):
    return [i for i, sign in enumerate(number) if sign.isdigit()]


def assert_caught(written):
    with pytest.raises(NumberNotUnderstood):
        parse_number(written)


@pytest.mark.parametrize("series", ["P", "K"])
def test_every_single_mistyped_digit_is_caught(series):
    for sequence in [*range(1, 200), 4217, 99_999, 100_000, 123_456, 909_090, 999_999]:
        written = format_number(series, 2026, sequence)
        for i in digits_of(written):
            for wrong in set("0123456789") - {written[i]}:
                assert_caught(written[:i] + wrong + written[i + 1 :])


@pytest.mark.parametrize("series", ["P", "K"])
def test_every_swap_of_neighbouring_digits_is_caught(series):
    for sequence in [*range(1, 1000), 4217, 99_999, 100_000, 123_456, 909_090, 999_998]:
        written = format_number(series, 2027, sequence)
        places = digits_of(written)
        for i, j in zip(places, places[1:], strict=False):
            if written[i] != written[j]:
                swapped = list(written)
                swapped[i], swapped[j] = swapped[j], swapped[i]
                assert_caught("".join(swapped))


@given(number=numbers, data=st.data())
def test_one_mistake_in_any_number_is_caught(number, data):
    written = str(number)
    i = data.draw(st.sampled_from(digits_of(written)))
    wrong = data.draw(st.sampled_from(sorted(set("0123456789") - {written[i]})))

    assert_caught(written[:i] + wrong + written[i + 1 :])


@given(number=numbers)
def test_one_series_is_not_taken_for_another(number):
    other = "K" if number.series == "P" else "P"

    assert_caught(other + str(number)[1:])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "The number is missing"),
        ("2026-004217-3", "begins with the letter of its series, as in P-2026-004217-3"),
        ("tere", "not a case number"),
        ("P-26-4217-3", "not a case number"),
        ("P-2026-00421x-3", "not a case number"),
        ("PP-2026-004217-3", "not a case number"),
        ("P-2026-004217", "check digit after the last hyphen is missing"),
        ("P-2026-4217", "check digit after the last hyphen is missing"),
        ("P2026004217", "check digit after the last hyphen is missing"),
        ("P-2026-", "check digit after the last hyphen is missing"),
        ("P-2026-000000-0", "no such number"),
        ("P-0026-000001-0", "no such number"),
        ("P-2026-004217-4", "check digit of P-2026-004217-4 does not fit: was a digit mistyped?"),
        ("P-2026-4271-3", "check digit of P-2026-004271-3 does not fit: was a digit mistyped?"),
        ("Р-2026-004217-3", "not a case number"),  # a Cyrillic letter that looks like P
        ("P-２０２６-004217-3", "not a case number"),
    ],
)
def test_what_is_wrong_is_said(typed, said):
    with pytest.raises(NumberNotUnderstood, match=re.escape(said)):
        parse_number(typed)


@pytest.mark.parametrize(
    ("series", "year", "sequence"), [("PP", 2026, 1), ("p", 2026, 1), ("P", 26, 1), ("P", 2026, 0)]
)
def test_a_number_that_cannot_be_is_not_made(series, year, sequence):
    with pytest.raises(ValueError, match="not"):
        CaseNumber(series, year, sequence)


@given(text=st.text(max_size=30))
def test_any_text_is_either_read_or_refused_with_a_sentence(text):
    said = ""
    try:
        number = parse_number(text)
    except NumberNotUnderstood as refusal:
        number, said = None, str(refusal)

    assert number or said.endswith((".", "?"))
