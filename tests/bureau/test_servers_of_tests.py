"""The tests' own servers stand in memory where there is room, and on the disk where there is not."""

import sys
from collections import namedtuple

import pytest

from tests import servers

Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def memory(tmp_path, monkeypatch):
    monkeypatch.delenv("TESTS_ON_DISK", raising=False)
    monkeypatch.setattr(servers, "MEMORY", tmp_path)
    monkeypatch.setattr(servers.shutil, "disk_usage", lambda _: Usage(0, 0, servers.ROOM))
    return tmp_path


@pytest.mark.skipif(sys.platform != "linux", reason="memory as a folder is Linux's")
def test_where_there_is_room_in_memory_the_data_is_there(memory):
    assert servers.place() == servers.in_memory()
    assert servers.place().parent == memory

    servers.remove()

    assert list(memory.iterdir()) == []


def test_with_little_room_the_disk_is_used(memory, monkeypatch):
    monkeypatch.setattr(servers.shutil, "disk_usage", lambda _: Usage(0, 0, servers.ROOM - 1))

    assert servers.place() is None
    assert list(memory.iterdir()) == []


def test_who_wants_the_disk_gets_it(memory, monkeypatch):
    monkeypatch.setenv("TESTS_ON_DISK", "1")

    assert servers.place() is None


def test_a_machine_without_such_a_folder_uses_the_disk(memory, monkeypatch):
    monkeypatch.setattr(servers, "MEMORY", memory / "nowhere")
    monkeypatch.setattr(servers.shutil, "disk_usage", lambda _: (_ for _ in ()).throw(FileNotFoundError()))

    assert servers.place() is None
