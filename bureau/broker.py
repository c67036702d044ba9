"""Ordering work from a worker. The rows are the truth and a sweep finds what was not ordered, so a broker that is away
holds nobody up: the page answers, the work waits."""

import logging

from celery import Celery, current_app
from kombu.exceptions import OperationalError

from bureau.standstill import Standstill

log = logging.getLogger(__name__)

_standstills: dict[str, Standstill] = {}


def order_task(name: str, *, app: Celery | None = None, **arguments: object) -> bool:
    """Order a task by its name; False when the broker is away."""
    app = app or current_app
    standstill = _standstills.setdefault(app.connection().as_uri(), Standstill())
    if standstill.is_away():
        log.warning("%s %s waits for the broker", name, arguments or "")
        return False
    try:
        app.send_task(name, kwargs=arguments, retry=False)
    except (OSError, OperationalError, *app.connection().connection_errors) as error:
        standstill.failed()
        log.warning("%s %s waits for the broker: %s", name, arguments or "", error)
        return False
    standstill.answered()
    return True
