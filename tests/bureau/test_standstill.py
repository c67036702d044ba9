from bureau import standstill
from bureau.standstill import Standstill


def test_a_server_is_asked_again_after_a_pause_by_one_alone(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(standstill.time, "monotonic", lambda: now[0])
    server = Standstill(longest=5.0)
    assert server.is_away() is False

    assert server.failed() is True
    assert server.failed() is False
    assert server.is_away() is True
    now[0] += standstill.PAUSE_SECONDS

    assert [server.is_away() for _ in range(3)] == [False, True, True]
    server.answered()
    assert server.is_away() is False
