from datetime import UTC, datetime, timedelta

import pytest

from bureau.secret_links import HASH_LENGTH, TOKEN_LENGTH, is_link_open, new_token, token_fits, token_hash

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


def test_a_token_fits_its_own_hash_and_two_tokens_never_agree():
    token, kept = new_token("survey.answer")
    other, other_kept = new_token("survey.answer")

    assert (len(token), len(kept)) == (TOKEN_LENGTH, HASH_LENGTH)
    assert token_hash(token, "survey.answer") == kept
    assert token_fits(token=token, purpose="survey.answer", kept_hash=kept)
    assert not token_fits(token=other, purpose="survey.answer", kept_hash=kept)
    assert other_kept != kept


def test_the_kept_hash_does_not_hold_the_token():
    token, kept = new_token("survey.answer")

    assert token not in kept
    assert not token_fits(token=kept, purpose="survey.answer", kept_hash=kept)


def test_a_token_of_one_door_does_not_open_another():
    token, kept = new_token("survey.answer")

    assert not token_fits(token=token, purpose="case.status", kept_hash=kept)
    assert token_hash(token, "case.status") != kept


def test_a_token_in_other_case_does_not_fit():
    token, kept = new_token("survey.answer")

    assert token.swapcase() != token
    assert not token_fits(token=token.swapcase(), purpose="survey.answer", kept_hash=kept)
    assert not token_fits(token=token.lower(), purpose="survey.answer", kept_hash=kept)


@pytest.mark.parametrize(
    "token",
    ["", " ", "a", "x" * 42, "x" * 44, "õ" * 43, "x" * 42 + "\n", "../" * 14 + "x", "x" * 42 + "\0", "\ud800" * 43],
)
def test_what_is_not_shaped_like_a_token_fits_nothing(token):
    kept = new_token("survey.answer")[1]
    hash_of_it = token_hash(token, "survey.answer")

    assert len(hash_of_it) == HASH_LENGTH
    assert not token_fits(token=token, purpose="survey.answer", kept_hash=kept)
    assert not token_fits(token=token, purpose="survey.answer", kept_hash=hash_of_it)


def test_an_emptied_hash_is_opened_by_no_token_and_not_by_an_empty_one():
    token = new_token("survey.answer")[0]

    assert not token_fits(token=token, purpose="survey.answer", kept_hash="")
    assert not token_fits(token="", purpose="survey.answer", kept_hash="")


def test_a_link_without_a_purpose_is_refused():
    with pytest.raises(ValueError, match="purpose"):
        new_token("")


def test_a_link_ends_at_its_last_moment():
    token, kept = new_token("survey.answer")
    door = {"token": token, "purpose": "survey.answer", "kept_hash": kept}

    assert is_link_open(**door, expires_at=NOW + timedelta(seconds=1), now=NOW)
    assert not is_link_open(**door, expires_at=NOW, now=NOW)
    assert is_link_open(**door, expires_at=None, now=NOW)
    assert not is_link_open(**{**door, "token": ""}, expires_at=None, now=NOW)
