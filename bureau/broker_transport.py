"""Celery's way to the broker, mended in one place.

A task that ends after the connection to the broker was lost acknowledges itself on a channel whose connection is gone; kombu
5.7 then fails with `'NoneType' object has no attribute 'hostname'`, which nothing expects, and the worker ends. As a lost
connection the same is expected: the acknowledgement is given up, and the worker connects again and goes on.
"""

from kombu.transport import redis
from redis.exceptions import ConnectionError as ConnectionLost


class Channel(redis.Channel):
    def _connparams(self, asynchronous=False):
        if self.connection is None or self.connection.client is None:
            raise ConnectionLost("the connection of this channel was closed")
        return super()._connparams(asynchronous=asynchronous)


class Transport(redis.Transport):
    Channel = Channel
