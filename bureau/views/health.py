"""For balancers and supervisors: alive, and ready with everything it needs."""

import time

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from redis.exceptions import RedisError

from bureau.heartbeat import BEAT_KEY, WORKER_KEY

# Beat writes every 30 seconds; three missed beats are a fault.
SECONDS_UNTIL_MISSED = 100


@login_not_required
@never_cache
def healthz(request):
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@never_cache
def readyz(request):
    """Database, broker, worker and beat: 200 when all answer, else 503 naming what does not."""
    state = parts_alive()
    return JsonResponse(state, status=200 if all(state.values()) else 503)


def parts_alive() -> dict[str, bool]:
    """Each part the desk needs, and whether it answers or has given a sign of life lately."""
    state = {"database": database_answers(), "broker": False, "worker": False, "beat": False}
    try:
        cache.set("readyz", "1", 5)
        state["broker"] = cache.get("readyz") == "1"
        now = time.time()
        state["beat"] = now - (cache.get(BEAT_KEY) or 0) < SECONDS_UNTIL_MISSED
        state["worker"] = now - (cache.get(WORKER_KEY) or 0) < SECONDS_UNTIL_MISSED
    except (RedisError, OSError):
        state["broker"] = False
    return state


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except DatabaseError:
        return False
