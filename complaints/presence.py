"""Who else has the case open now. Nobody is locked out; everybody sees who is there.

Each person's open cases stand under a key of their own, so that two heartbeats never overwrite each other. A page that
closes without a word is forgotten after `SECONDS_UNTIL_GONE`.
"""

import time
from collections import defaultdict
from dataclasses import dataclass

from django.core.cache import cache

from bureau.reference import people

HEARTBEAT_SECONDS = 20
SECONDS_UNTIL_GONE = 45


@dataclass(frozen=True)
class Present:
    user_id: int
    name: str
    is_writing: bool


def key(user_id: int) -> str:
    return f"presence:{user_id}"


def beat(*, user_id: int, case_id: int, is_writing: bool = False) -> None:
    """This person has this case open now."""
    now = time.time()
    open_cases = {
        pk: seen for pk, seen in (cache.get(key(user_id)) or {}).items() if now - seen[0] < SECONDS_UNTIL_GONE
    }
    open_cases[case_id] = (now, is_writing)
    cache.set(key(user_id), open_cases, SECONDS_UNTIL_GONE)


def leave(*, user_id: int, case_id: int) -> None:
    open_cases = cache.get(key(user_id)) or {}
    if open_cases.pop(case_id, None):
        cache.set(key(user_id), open_cases, SECONDS_UNTIL_GONE)


def present_at(case_ids, *, but_not: int | None = None) -> dict[int, list[Present]]:
    """Who has which of these cases open, one question to the cache for any number of cases."""
    wanted, now = set(case_ids), time.time()
    found: dict[int, list[Present]] = defaultdict(list)
    if not wanted:
        return found
    names = people()
    keys = {key(user_id): user_id for user_id in names if user_id != but_not}
    for cache_key, open_cases in cache.get_many(keys).items():
        user_id = keys[cache_key]
        for case_id, (seen_at, is_writing) in open_cases.items():
            if case_id in wanted and now - seen_at < SECONDS_UNTIL_GONE:
                found[case_id].append(Present(user_id, names[user_id], is_writing))
    return found
