"""Signs of life that beat and the worker leave in the cache: beat orders a note, the worker writes it."""

import time

from django.core.cache import cache

BEAT_KEY = "alive-beat"
WORKER_KEY = "alive-worker"


def note_beat(ordered_at: float | None = None) -> None:
    """Run by the worker when beat's order arrives, so one note proves both alive."""
    cache.set(BEAT_KEY, time.time(), None)
    cache.set(WORKER_KEY, time.time(), None)
