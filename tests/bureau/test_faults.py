"""What stands around the desk and fails is told in words, never as an error of ours, and what was typed is given back."""

import errno
import os

import psycopg
import pytest
from django.contrib.auth.decorators import login_not_required
from django.db import InterfaceError, OperationalError
from django.test import Client
from django.urls import path
from redis.exceptions import TimeoutError as RedisTimeout

from bureau import faults
from bureau.urls import handler400, handler403, handler404, handler500
from bureau.urls import urlpatterns as desk


@login_not_required
def full(request):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@login_not_required
def slow(request):
    raise OperationalError("canceling statement") from psycopg.errors.QueryCanceled("canceling statement")


urlpatterns = [*desk, path("full/", full), path("slow/", slow)]

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def patient():
    """A browser that gets pages where tests usually get exceptions."""
    return Client(raise_request_exception=False)


def caused(cause):
    error = OperationalError("words of the driver")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (OSError(errno.ENOSPC, "no space"), faults.DISK_FULL),
        (OSError(errno.EDQUOT, "over quota"), faults.DISK_FULL),
        (OSError(errno.EACCES, "not allowed"), None),
        (caused(psycopg.errors.DiskFull("no space")), faults.DISK_FULL),
        (caused(psycopg.errors.LockNotAvailable("locked")), faults.LOCKED),
        (caused(psycopg.errors.QueryCanceled("too long")), faults.TOO_LONG),
        (caused(psycopg.errors.DeadlockDetected("both")), faults.BOTH_CHANGED),
        (caused(psycopg.errors.TooManyConnections("too many clients")), faults.NO_DATABASE),
        (caused(psycopg.OperationalError("server closed the connection")), faults.NO_DATABASE),
        (InterfaceError("connection already closed"), faults.NO_DATABASE),
        (psycopg.errors.AdminShutdown("terminating"), faults.NO_DATABASE),
        (RedisTimeout("timed out"), faults.NO_BROKER),
        (ValueError("ours"), None),
        (None, None),
    ],
)
def test_which_fault_an_exception_tells_of(error, fault):
    assert faults.fault_of(error) is fault


def test_a_full_disk_is_a_sentence_and_readyz_says_so_for_a_minute(patient):
    assert patient.get("/readyz").json()["disk"] is True

    answer = patient.post("/full/", {"text": "Kevadel oli siin veel mets, nüüd ei ole."})

    assert answer.status_code == 503
    assert "<h1>Töölaua kettaruum on otsas</h1>" in answer.text
    assert "<h2>The desk has run out of disk space</h2>" in answer.text
    assert patient.get("/readyz").json()["disk"] is False


def test_too_little_room_is_told_before_it_is_none(client, settings):
    settings.FREE_DISK_MEGABYTES = 10**9

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["disk"] is False


def test_what_was_typed_comes_back_with_a_button_in_the_readers_language(patient):
    patient.cookies["django_language"] = "en"
    text = "The forest stood here <b>in spring</b>, now it does not."

    answer = patient.post("/slow/?step=2", {"text": text, "topic": "7", "csrfmiddlewaretoken": "mark"})

    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    assert answer["Cache-Control"] == "no-store, private"
    assert "<h1>This took too long and was stopped</h1>" in answer.text
    assert '<form class="stack" method="post" action="/slow/?step=2" enctype="multipart/form-data">' in answer.text
    assert '<input type="hidden" name="topic" value="7">' in answer.text
    assert '<input type="hidden" name="csrfmiddlewaretoken" value="mark">' in answer.text
    assert "\nThe forest stood here &lt;b&gt;in spring&lt;/b&gt;, now it does not.</textarea>" in answer.text
    assert "Send again" in answer.text


@pytest.mark.parametrize(
    "sent", [{"new_password1": "väga-salajane-sõna-1", "name": "Mari"}, {f"field{n}": "x" for n in range(501)}]
)
def test_passwords_and_heaps_of_fields_are_not_written_back(patient, sent):
    answer = patient.post("/slow/", sent)

    assert answer.status_code == 503
    assert "<form" not in answer.text
    assert "väga-salajane" not in answer.text
    assert "minge brauseri nupuga tagasi" in answer.text  # nobody is signed in here: it may be a client


def test_healthz_asks_nothing(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz", HTTP_HOST="any.name.at.all", HTTP_COOKIE="sessionid=whatever")

    assert (answer.status_code, answer.text) == (200, "ok")
