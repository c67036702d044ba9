"""A cache whose server is away finds nothing and keeps nothing, and holds nobody up."""

import time

import pytest
from django.core.cache import cache

from bureau.patient_cache import PatientCache
from tests.mail.server import free_port


@pytest.fixture
def away():
    params = {"KEY_PREFIX": "away", "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1}}
    return PatientCache(f"redis://127.0.0.1:{free_port()}/0", params)


def test_nothing_is_found_and_nothing_fails(away):
    began = time.monotonic()

    for _ in range(200):
        assert away.get("name", "otherwise") == "otherwise"
        away.set("name", 1)
        assert away.get_many(["name", "other"]) == {}
        assert away.add("name", 1) is True
        assert away.incr("name", 3) == 3
        assert away.delete("name") is False
        away.delete_many(["name"])
        assert away.set_many({"name": 1}) == ["name"]
        assert away.touch("name") is False
        assert "name" not in away

    assert time.monotonic() - began < 8


def test_what_did_not_reach_the_cache_is_removed_before_it_is_read_again(settings):
    cache.set_many({"changed": "old", "untouched": "kept"})
    cache._not_written.add([cache.make_key("changed")])

    assert cache.get_many(["changed", "untouched"]) == {"untouched": "kept"}


def test_a_key_that_is_not_there_is_still_a_fault_of_the_caller():
    with pytest.raises(ValueError):
        cache.incr("never-set")
