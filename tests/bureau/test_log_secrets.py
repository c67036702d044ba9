"""No log holds what opens a door: pages, web server, worker and exceptions, each written for real and then searched."""

import logging
import logging.config
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from django.conf import settings
from django.urls import reverse

from bureau.log_secrets import CUT, NAMES_UNDER_ANSWER, without_secrets
from feedback.views import answer_urls
from tests.web_server import served

# As a token of a survey is: the same in every process, because it stands in the names of tests.
TOKEN = "CZyE5DlVeoq1Q0SoTrsqfOqKvLG-uyuVkf2kagX5KY8"


@pytest.mark.parametrize(
    "line",
    [
        f"Not Found: /answer/{TOKEN}/",
        f"Not Found: /answer/no/{TOKEN}/",
        f'127.0.0.1 "GET /answer/{TOKEN}/?q=5 HTTP/1.1" 404',
        f"Error handling request /answer/{TOKEN}",
        f"smtp refused: <a href='https://desk.example/answer/{TOKEN}/'>",
        f"task feedback.tasks.send received: args=('{TOKEN}',)",
        f"('{TOKEN}')",
    ],
)
def test_a_token_is_cut_wherever_it_stands(line):
    cut = without_secrets(line)

    assert TOKEN not in cut
    assert cut == line.replace(TOKEN, CUT)


@pytest.mark.parametrize("written", ["abc", f"{TOKEN[:30]}", f"{TOKEN}.", "form-abc", "%C3%B5unake", "opener"])
def test_what_is_no_whole_token_is_cut_too(written):
    assert without_secrets(f"Not Found: /answer/{written}/") == f"Not Found: /answer/{CUT}/"


def test_other_keys_in_addresses_are_cut():
    assert (
        without_secrets("GET /accounts/password/reset/key/3-c8xyz-abc/ HTTP")
        == f"GET /accounts/password/reset/key/{CUT}/ HTTP"
    )
    assert without_secrets('"GET /accounts/oidc/tara/login/callback/?code=AbC&state=xy"').count(CUT) == 2


@pytest.mark.parametrize(
    "line",
    ["Not Found: /answer/form/", "GET /answer/open/abcdefghjk/ 200", "Not Found: /cases/K-2026-00417/", "sha256 " + "a" * 64,
     "job 0d5c1d1e-64a4-4d0e-8f0e-0c4f7c1d7a11 done", "GET /answer/phone/12/outcome/"],
)  # fmt: skip
def test_what_is_no_secret_stays(line):
    assert without_secrets(line) == line


def test_every_name_under_answer_is_known():
    names = {str(entry.pattern).partition("/")[0] for entry in answer_urls.urlpatterns}

    assert {name for name in names if "<" not in name} == {*NAMES_UNDER_ANSWER, "no"}


@pytest.fixture
def log(tmp_path):
    """What the desk's own settings of logging write, in a file."""
    path = tmp_path / "desk.log"
    kept = {"class": "logging.FileHandler", "filename": str(path), "formatter": "plain"}
    config = settings.LOGGING | {"handlers": {"console": kept}, "root": {"handlers": ["console"], "level": "INFO"}}
    logging.config.dictConfig(config)
    yield lambda: path.read_text()
    logging.config.dictConfig(settings.LOGGING)


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["feedback:answer_token", "feedback:answer_decline_token"])
def test_a_link_that_does_not_open_leaves_no_token_in_the_log(client, log, page):
    assert client.get(reverse(page, args=[TOKEN])).status_code == 404

    assert "Not Found: /answer/" in log()
    assert TOKEN not in log()


def test_an_exception_is_written_without_the_token_in_it(log):
    try:
        raise ValueError(f"no letter to /answer/{TOKEN}/")
    except ValueError:
        logging.getLogger("bureau.outbox").exception("not sent")

    assert "ValueError: no letter to /answer/" in log()
    assert TOKEN not in log()


LOGGERS = """
import django, logging
django.setup()
from bureau.celery import app
app.log.setup(loglevel="INFO")
for name in ["", *logging.Logger.manager.loggerDict]:
    for handler in logging.getLogger(name).handlers:
        if not isinstance(handler, logging.NullHandler):
            print(name or "root", type(handler.formatter).__module__)
"""


def test_no_logger_of_web_or_worker_writes_past_the_formatter():
    said = subprocess.run(
        [sys.executable, "-c", LOGGERS], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "bureau.settings"},
    ).stdout  # fmt: skip

    assert {line.split()[1] for line in said.splitlines()} == {"bureau.log_secrets"}


def test_the_web_server_logs_no_token(tmp_path):
    """gunicorn with its list of requests switched on, asked for a link that does not open."""
    out = tmp_path / "gunicorn.log"
    with served(out, "--access-logfile", "-", LOG_LEVEL="INFO") as port:
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/answer/{TOKEN}/nowhere/", timeout=60)
        until = time.monotonic() + 20
        while "/answer/" not in out.read_text() and time.monotonic() < until:
            time.sleep(0.1)

    said = out.read_text()
    assert f"GET /answer/{CUT}/nowhere/" in said
    assert TOKEN not in said
