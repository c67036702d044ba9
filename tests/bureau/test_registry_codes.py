"""Registry and personal codes; every code here is made up or published as an example."""

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from stdnum.ee import ik

from bureau.registry_codes import (
    CodeRefused,
    birth_date,
    checked_personal_code,
    checked_registry_code,
    is_personal_code,
    is_registry_code,
    masked_personal_code,
)

EXAMPLE_PERSON = "36805280109"  # the example of python-stdnum


def test_a_registry_code_is_taken_without_blanks():
    assert checked_registry_code(" 1234 5678 ") == "12345678"
    assert is_registry_code("12345678")


def test_a_personal_code_is_taken_without_blanks():
    assert checked_personal_code(" 368 0528 0109 ") == EXAMPLE_PERSON
    assert is_personal_code(EXAMPLE_PERSON)
    assert birth_date(EXAMPLE_PERSON).isoformat() == "1968-05-28"


@pytest.mark.parametrize(
    ("check", "typed", "said"),
    [
        (checked_registry_code, "1234567", "A registry code has eight digits."),
        (checked_registry_code, "1234567a", "A registry code has eight digits."),
        (checked_registry_code, "", "A registry code has eight digits."),
        (checked_registry_code, "22345678", "A registry code begins with 1, 7, 8 or 9."),
        (checked_registry_code, "12345679", "The last digit of the registry code does not fit: was a digit mistyped?"),
        (checked_personal_code, "3680528010", "A personal code has eleven digits."),
        (checked_personal_code, "36813280109", "The personal code holds a date of birth that does not exist."),
        (
            checked_personal_code,
            "36805280108",
            "The last digit of the personal code does not fit: was a digit mistyped?",
        ),
    ],
)
def test_what_is_wrong_is_said(check, typed, said):
    with translation.override("en"), pytest.raises(CodeRefused) as refusal:
        check(typed)

    assert str(refusal.value) == said


def test_a_mistyped_digit_of_a_registry_code_is_caught():
    code = "12345678"

    for i, right in enumerate(code):
        for wrong in set("0123456789") - {right}:
            assert not is_registry_code(code[:i] + wrong + code[i + 1 :])


def test_a_personal_code_is_masked_in_lists():
    assert masked_personal_code(EXAMPLE_PERSON) == "3••••••••09"
    assert masked_personal_code("AB123") == "•••••"
    assert masked_personal_code("") == ""


@given(born=st.dates(), serial=st.integers(0, 999), text=st.text(max_size=20))
def test_a_masked_code_tells_no_birth_date(born, serial, text):
    digits = f"3{born:%y%m%d}{serial:03d}"
    code = digits + ik.calc_check_digit(digits + "0")

    assert masked_personal_code(code)[1:9] == "•" * 8
    assert text == "" or len(ik.compact(text)) == 11 or not set(masked_personal_code(text)) - {"•"}
