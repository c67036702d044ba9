"""Whether a server that stood still is worth asking again.

A page that waited once for a server that says nothing has waited enough: for some seconds all others of this process are
told at once that it is away, and one of them asks it again. So a server that stands still holds up one page, not every
thread of the process.
"""

import threading
import time

PAUSE_SECONDS = 2.0


class Standstill:
    """What this process knows of one server; `longest` is how long an asking may last until it fails by itself."""

    def __init__(self, longest: float = 5.0):
        self._longest = longest
        self._is_away = False
        self._quiet_until = 0.0
        self._lock = threading.Lock()

    def is_away(self) -> bool:
        """Whether not to ask it now. After the pause one caller is let through; the others wait for what it finds."""
        if not self._is_away:
            return False
        with self._lock:
            now = time.monotonic()
            if not self._is_away or now >= self._quiet_until:
                self._quiet_until = now + self._longest
                return False
            return True

    def failed(self) -> bool:
        """It said nothing; True when this is news."""
        with self._lock:
            is_news, self._is_away = not self._is_away, True
            self._quiet_until = time.monotonic() + PAUSE_SECONDS
        return is_news

    def answered(self) -> None:
        if self._is_away:
            with self._lock:
                self._is_away = False
