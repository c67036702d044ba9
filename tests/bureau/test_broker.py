import time

from celery import Celery
from django.conf import settings

from bureau.broker import order_task
from tests.mail.server import free_port


def test_a_broker_that_is_away_holds_nobody_up():
    app = Celery("away", broker=f"redis://127.0.0.1:{free_port()}/0", set_as_current=False)
    app.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    began = time.monotonic()

    assert order_task("bureau.tasks.send_outgoing_mail", app=app) is False
    assert time.monotonic() - began < 3
