"""For balancers and supervisors: alive, and ready with everything it needs. Both are answered by
`bureau.middleware.AliveMiddleware` before any other part of the desk; the addresses have their names here."""

import shutil
import tempfile
import time
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.http import HttpResponse, JsonResponse

from bureau.faults import DISK_FULL_KEY
from bureau.heartbeat import BEAT_KEY, WORKER_KEY

# Beat writes every 30 seconds; three missed beats are a fault.
SECONDS_UNTIL_MISSED = 100
KEPT_BY_NOBODY = {"Cache-Control": "no-store, private"}


@login_not_required
def healthz(request):
    return HttpResponse("ok", content_type="text/plain", headers=KEPT_BY_NOBODY)


@login_not_required
def readyz(request):
    """Database, broker, worker, beat and disk: 200 when all is well, else 503 naming what is not."""
    state = parts_alive()
    return JsonResponse(state, status=200 if all(state.values()) else 503, headers=KEPT_BY_NOBODY)


def parts_alive() -> dict[str, bool]:
    """Each part the desk needs, and whether it answers or has given a sign of life lately."""
    cache.set("readyz", "1", 5)
    now = time.time()
    return {
        "database": database_answers(),
        "broker": cache.get("readyz") == "1",
        "worker": now - (cache.get(WORKER_KEY) or 0) < SECONDS_UNTIL_MISSED,
        "beat": now - (cache.get(BEAT_KEY) or 0) < SECONDS_UNTIL_MISSED,
        "disk": disk_has_room(),
    }


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except DatabaseError:
        return False


def disk_has_room() -> bool:
    """Whether files can be kept here, and no page was told lately that a disk is full (the database's own, say)."""
    if cache.get(DISK_FULL_KEY):
        return False
    return all(room_for(place) for place in (Path(default_storage.location), Path(tempfile.gettempdir())))


def room_for(place: Path) -> bool:
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free >= settings.FREE_DISK_MEGABYTES * 1_000_000
