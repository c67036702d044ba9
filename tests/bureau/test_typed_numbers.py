"""Whole numbers of addresses: every id that the database can hold is one, and nothing else is."""

import pytest

from bureau.typed_numbers import whole


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("0", 0), (" 17 ", 17), (7, 7), ("007", 7), ("9223372036854775807", 2**63 - 1), ("1234567890123456789", 1234567890123456789),
        ("9223372036854775808", None), ("99999999999999999999", None), ("9" * 5000, None), ("²", None), ("٣", None), ("-1", None),
        ("1.0", None), ("", None), (None, None), ("1\x00", None),
    ],
)  # fmt: skip
def test_a_number_is_what_an_id_can_be(written, number):
    assert whole(written) == number
