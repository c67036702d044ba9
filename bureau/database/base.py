"""Connections that tell a slow answer from a server that stands still.

`statement_timeout` is kept by the server, so it helps nothing when the server itself says nothing more. Where the
database's settings have `STILL_AFTER` (web processes), whoever has waited that many seconds for an answer tries a new
connection: a server that takes it is at work and is waited for, one that does not stands still, and the asking fails.
Workers have no such limit: what they wait for may take an hour, and goes on when the server does.
"""

import time
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from psycopg.errors import ConnectionTimeout, _WaitTimeout

from bureau.standstill import Standstill

CONNECT_SECONDS = 2  # the least that libpq knows
# A server that is at work and yet does not end a statement at its own limit has lost the one who worked on it.
SECONDS_OVER_THE_LIMIT = 5

standstill = Standstill(longest=CONNECT_SECONDS + 3)


class StandsStill(psycopg.OperationalError):
    """The server takes connections and says nothing."""


class WatchedConnection(psycopg.Connection):
    still_after: float
    longest: float
    parameters: dict[str, Any]

    def wait(self, gen, interval=0.1, timeout=None):
        if timeout is not None:
            return super().wait(gen, interval, timeout)
        if standstill.is_away():
            self._give_up()
        until = time.monotonic() + self.longest
        while True:
            try:
                answer = super().wait(gen, interval, self.still_after)
            except _WaitTimeout:
                if time.monotonic() > until or not self._server_takes_connections():
                    standstill.failed()
                    self._give_up()
            else:
                standstill.answered()
                return answer

    def _give_up(self):
        self.close()
        raise StandsStill("the database does not answer")

    def _server_takes_connections(self) -> bool:
        try:
            psycopg.connect(**self.parameters | {"connect_timeout": CONNECT_SECONDS}).close()
        except ConnectionTimeout:
            return False
        except psycopg.OperationalError:
            return True  # it refused, so it is there; if it ended, our own connection says so next
        return True


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params):
        still_after = self.settings_dict.get("STILL_AFTER")
        if not still_after:
            return super().get_new_connection(conn_params)
        if standstill.is_away():
            raise StandsStill("the database does not answer")
        try:
            connection = super().get_new_connection(conn_params)
        except ConnectionTimeout:
            standstill.failed()
            raise
        standstill.answered()
        # Django opens connections of psycopg's own class only; ours differs in how it waits and in nothing it holds.
        connection.__class__ = WatchedConnection
        connection.still_after = still_after
        connection.longest = self.settings_dict["STATEMENT_SECONDS"] + SECONDS_OVER_THE_LIMIT
        connection.parameters = {
            name: value for name, value in conn_params.items() if name not in ("context", "cursor_factory")
        }
        return connection
