"""Which numbers may have been meant when what was typed is no whole number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.number_guesses import guesses
from complaints.numbering import CaseNumber

YEARS = {2025, 2026}


@pytest.mark.parametrize(
    "typed",
    [
        "000027",
        "27",
        "2026 27",
        "k2026 27",
        "K-2026-000027-5",
        "P-2026-000027",
        "P-2026-000027-0",
        "p2026/27",
        "PP-2026-000027-5",
        "Р-2026-000027-5",  # Cyrillic
        "P-26-27",
        "000027-5",
    ],
)
def test_a_number_that_is_not_whole_or_mistyped_is_guessed(typed):
    assert str(CaseNumber("P", 2026, 27)) in guesses(typed, series=["P"], years=YEARS)[:4]


def test_the_latest_year_comes_first_where_none_was_typed():
    assert guesses("000027", series=["P"], years=YEARS)[:2] == [
        str(CaseNumber("P", 2026, 27)),
        str(CaseNumber("P", 2025, 27)),
    ]


@pytest.mark.parametrize("typed", ["", "metsateatis", "55550199", "+372 5555 0199", "38001010000", "2026", "a@b.ee"])
def test_what_is_no_number_of_ours_is_not_guessed_at_length(typed):
    assert len(guesses(typed, series=["P"], years=YEARS)) <= 4


@pytest.mark.parametrize("sequence", [1, 27, 4217, 123_456, 909_090, 999_999])
def test_one_mistyped_digit_of_the_sequence_is_guessed(sequence):
    written = str(CaseNumber("P", 2026, sequence))

    for place in range(7, 13):
        for wrong in set("0123456789") - {written[place]}:
            typed = written[:place] + wrong + written[place + 1 :]
            assert written in guesses(typed, series=["P"], years=YEARS), typed


@given(text=st.text(max_size=30))
def test_any_text_is_borne(text):
    assert isinstance(guesses(text, series=["P"], years=YEARS), list)
