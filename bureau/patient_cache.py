"""The cache as a help and not a need: while its server is away or stands still, nothing is found and nothing is kept.

What was not kept or not removed meanwhile is removed before the cache is read again: a session that ended while the
cache was away must not live on in it.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import DataError, RedisError, ResponseError

from bureau.standstill import Standstill

log = logging.getLogger(__name__)

# Beyond as many keys, what is not remembered grows old in the cache as it would have without a change.
MOST_MISSED = 100_000


class Missed:
    """Keys whose change did not reach the cache, for this process."""

    def __init__(self) -> None:
        self._keys: set[str] = set()
        self._lock = threading.Lock()

    def add(self, keys: Iterable[str]) -> None:
        with self._lock:
            if len(self._keys) < MOST_MISSED:
                self._keys.update(keys)

    def taken(self) -> set[str]:
        """All of them; whoever takes them removes them, or gives them back."""
        if not self._keys:
            return set()
        with self._lock:
            keys, self._keys = self._keys, set()
        return keys


# Shared by the threads of the process: each has a cache object of its own.
_standstills: dict[str, Standstill] = {}
_missed: dict[str, Missed] = {}


class PatientCache(RedisCache):
    def __init__(self, server: str, params: dict[str, Any]):
        super().__init__(server, params)
        self._standstill = _standstills.setdefault(str(server), Standstill())
        self._not_written = _missed.setdefault(str(server), Missed())

    def _asked(self, question: Callable[[], Any], *, otherwise: Any, changes: Iterable[str] = ()) -> Any:
        """The answer, or what stands for it while the server is away."""
        if self._standstill.is_away():
            self._not_written.add(changes)
            return otherwise
        try:
            self._remove_missed()
            answer = question()
        except DataError:
            raise
        except (RedisError, OSError) as error:
            self._not_written.add(changes)
            # A server that refuses, for want of memory or disk, still answers.
            if isinstance(error, ResponseError) or self._standstill.failed():
                log.warning("The cache goes without: %s", error)
            return otherwise
        self._standstill.answered()
        return answer

    def _remove_missed(self) -> None:
        keys = self._not_written.taken()
        if keys:
            try:
                self._cache.delete_many(keys)
            except (RedisError, OSError):
                self._not_written.add(keys)
                raise

    def _key(self, key: str, version: int | None) -> str:
        return self.make_and_validate_key(key, version=version)

    def get(self, key, default=None, version=None):
        return self._asked(lambda: super(PatientCache, self).get(key, default, version), otherwise=default)

    def get_many(self, keys, version=None):
        keys = list(keys)
        return self._asked(lambda: super(PatientCache, self).get_many(keys, version), otherwise={}) if keys else {}

    def has_key(self, key, version=None):
        return self._asked(lambda: super(PatientCache, self).has_key(key, version), otherwise=False)

    def set(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        self._asked(
            lambda: super(PatientCache, self).set(key, value, timeout, version),
            otherwise=None,
            changes=[self._key(key, version)],
        )

    def set_many(self, data, timeout=DEFAULT_TIMEOUT, version=None):
        return self._asked(
            lambda: super(PatientCache, self).set_many(data, timeout, version),
            otherwise=list(data),
            changes=[self._key(key, version) for key in data],
        )

    def add(self, key, value, timeout=DEFAULT_TIMEOUT, version=None):
        """True also while the server is away, as though nobody had been there before."""
        return self._asked(
            lambda: super(PatientCache, self).add(key, value, timeout, version),
            otherwise=True,
            changes=[self._key(key, version)],
        )

    def incr(self, key, delta=1, version=None):
        """`delta` while the server is away, as though this were the first."""
        return self._asked(
            lambda: super(PatientCache, self).incr(key, delta, version),
            otherwise=delta,
            changes=[self._key(key, version)],
        )

    def touch(self, key, timeout=DEFAULT_TIMEOUT, version=None):
        return self._asked(lambda: super(PatientCache, self).touch(key, timeout, version), otherwise=False)

    def delete(self, key, version=None):
        return self._asked(
            lambda: super(PatientCache, self).delete(key, version),
            otherwise=False,
            changes=[self._key(key, version)],
        )

    def delete_many(self, keys, version=None):
        keys = list(keys)
        self._asked(
            lambda: super(PatientCache, self).delete_many(keys, version),
            otherwise=None,
            changes=[self._key(key, version) for key in keys],
        )
