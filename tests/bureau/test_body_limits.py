"""Too large a body is refused by its length, before it is read; large files only where they belong, from who may."""

import socket
from pathlib import Path

import psutil
import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLResolver, get_resolver

from bureau.body_limits import LARGEST_FORM_BYTES, BodyLimitMiddleware
from tests.test_permission_matrix import named_pages
from tests.web_server import served

HUGE = 150_000_000


def sent(client: Client, url: str, length: int | str = HUGE, **more):
    return client.generic(
        "POST", url, b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(length), **more,
    )  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    "page", ["/accounts/login/", "/", "/nowhere/", "/imports/new/", "/answer/form/", "/language/"]
)
def test_who_is_not_signed_in_sends_nothing_large(client, page):
    answer = sent(client, page)

    assert answer.status_code == 413
    assert "<h1>Korraga saadeti liiga palju</h1>" in answer.text


def test_the_page_that_says_alive_answers_without_reading_what_was_sent(client):
    answer = sent(client, "/healthz")

    assert (answer.status_code, answer.text) == (200, "ok")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "page", "status"),
    [
        ("mari", "/imports/new/", 403),  # may not import
        ("peeter", "/cases/new/", 413),  # may import, but not here
        ("peeter", "/staffing/calls/", 413),
        ("jaan", "/contacts/log/", 413),
    ],
)
def test_a_large_body_needs_the_page_and_the_right(as_person, request, role, page, status):
    length = HUGE if "staffing" not in page else 250_000_000

    assert sent(as_person(request.getfixturevalue(role)), page, length).status_code == status


@pytest.mark.django_db
def test_who_may_import_is_let_in(as_person, peeter):
    client = as_person(peeter)

    assert sent(client, "/imports/new/").status_code == 422  # asked for the file by the form itself
    assert sent(client, "/imports/new/", 300_000_000).status_code == 413


@pytest.mark.django_db
def test_a_body_that_tells_no_length_is_refused(client):
    answer = client.generic("POST", "/accounts/login/", b"", HTTP_TRANSFER_ENCODING="chunked", CONTENT_LENGTH="")

    assert answer.status_code == 411
    assert "Korraga saadeti liiga palju" in answer.text


@pytest.mark.django_db
@pytest.mark.parametrize("length", ["-1", "1e9", "0x10", "²", "9" * 5000])
def test_an_odd_length_is_refused(client, length):
    assert sent(client, "/accounts/login/", length).status_code in (400, 413)


@pytest.mark.django_db
def test_too_many_fields_are_refused_in_words(client):
    data = {f"f{n}": "x" for n in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}

    answer = client.post("/accounts/login/", data)

    assert answer.status_code == 413
    assert "<h1>Korraga saadeti liiga palju</h1>" in answer.text


@pytest.mark.django_db
def test_a_text_as_large_as_a_file_is_refused_in_words(as_person, peeter):
    answer = as_person(peeter).post("/imports/new/", {"map_text": "x" * (LARGEST_FORM_BYTES + 1)})

    assert answer.status_code == 413
    assert "<h1>Korraga saadeti liiga palju</h1>" in answer.text


def test_the_check_stands_before_whatever_reads_a_form():
    names = settings.MIDDLEWARE
    here = names.index(f"{BodyLimitMiddleware.__module__}.{BodyLimitMiddleware.__name__}")

    # Those before it look at headers and cookies only; forms are read from here on (CSRF reads when the view is known).
    assert set(names[:here]) <= {
        "bureau.middleware.AliveMiddleware", "django.middleware.security.SecurityMiddleware", "whitenoise.middleware.WhiteNoiseMiddleware",
        "bureau.middleware.NothingKeptMiddleware", "csp.middleware.CSPMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
        "bureau.middleware.LanguageMiddleware",
    }  # fmt: skip


def test_every_page_that_reads_files_says_how_large_they_may_be():
    """A form with a file on a page without a limit of its own would take none above two megabytes."""
    known = {
        "bureau:list_file_new", "complaints:import_new", "feedback:answer_import_new", "feedback:questionnaire_import",
        "feedback:recipient_list_new", "staff:call_list",
    }  # fmt: skip

    def views(resolver, namespace=""):
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                yield from views(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace)
            else:
                yield f"{namespace}{entry.name}", entry.callback

    assert {name for name, view in views(get_resolver()) if hasattr(view, "largest_file_bytes")} == known
    assert known <= set(named_pages())


# --- The real server --------------------------------------------------------------------------------------------------
def conversation(port: int, head: str, pieces: int, piece: bytes) -> str:
    """What the server says to a client that goes on sending as long as it is let."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        line.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n")
        try:
            for _n in range(pieces):
                line.sendall(piece)
        except OSError:
            pass  # the server has closed: it wants no more of it
        said = b""
        try:
            while got := line.recv(65536):
                said += got
        except OSError:
            pass
    return said.decode(errors="replace")


def test_a_real_server_takes_no_part_of_it_to_its_disk_or_memory(tmp_path):
    """150 MB to the sign-in page by nobody: refused in words, /tmp untouched, the process as large as before."""
    spool = tmp_path / "spool"
    spool.mkdir()
    with served(tmp_path / "log", TMPDIR=str(spool)) as port:
        head = f"POST /accounts/login/ HTTP/1.1\nHost: localhost\nConnection: close\nContent-Type: multipart/form-data; boundary=x\nContent-Length: {HUGE}"
        conversation(port, "GET /accounts/login/ HTTP/1.1\nHost: localhost\nConnection: close", 0, b"")
        before = memory_at(port)
        # The first answer comes before anything was sent of the body.
        early = conversation(port, head, 0, b"")
        late = conversation(port, head, HUGE // 1_000_000, b"x" * 1_000_000)
        chunked = conversation(
            port,
            "POST /accounts/login/ HTTP/1.1\nHost: localhost\nConnection: close\nTransfer-Encoding: chunked", 0, b"",
        )  # fmt: skip
        left = list(Path(spool).rglob("*"))
        after = memory_at(port)

    assert early.startswith("HTTP/1.1 413")
    assert "Korraga saadeti liiga palju" in early
    assert late == "" or late.startswith("HTTP/1.1 413")
    assert chunked.startswith("HTTP/1.1 411")
    assert [one for one in left if one.is_file() and one.stat().st_size > 1_000_000] == []
    assert after - before < 30_000_000


def memory_at(port: int) -> int:
    """Resident bytes of the web processes that listen at the port."""
    return sum(
        process.memory_info().rss
        for process in psutil.process_iter()
        if f"127.0.0.1:{port}" in " ".join(process.cmdline())
    )
