"""No page crashes on an odd address or an odd form: the page, a sentence or "no such thing", never a fault of ours.

Names of what a page reads are not written down here: they are noted while the page reads them, so that a new filter or
field is tried from its first day. Every page of the matrix is asked as a role that may open it.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from urllib.parse import quote, quote_plus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from staff.models import PhoneQueue
from tests.factories import CaseFactory, PartyFactory
from tests.matrix import ROLES, Row
from tests.test_permission_matrix import ROWS, arguments, client_of, people  # noqa: F401 - a fixture

TWENTY_DIGITS = "9" * 20
# As they stand in an address; %ED%A0%80 is half of a surrogate pair, ²  and ٣ are digits to some and no numbers of ours.
ODD = [
    "9999-12-31", "0001-01-01", "0000-00-00", "2026-02-30", "9999-99", "9999-12", "0001-01", "2026-W53", "9999-12-31T23:59",
    "0001-01-01T00:00", "24:00", "%25", "_", "%27", "%22%3E", "%3C", "%5C", "*", "%25_%25", "(", "%26%7C%21", TWENTY_DIGITS,
    "9" * 400, "-1", "0", "1e49", "NaN", "Infinity", "-9223372036854775809", "1,5", "%C2%B2", "%D9%A3%D9%A3", "%ED%A0%80", "%FF",
    "%EF%BF%BF", "%0D%0AA:%20b", "%E2%80%AE", "", "%20", "~", "1~1", "2026-01-01~" + TWENTY_DIGITS, "9999-12-31~1", "none", "a" * 3000,
    "%00",
]  # fmt: skip
# Alone, each in turn, these reach what a broken neighbour in the same address would hide.
ALONE = ["9999-12-31", "0001-01-01", "%25", TWENTY_DIGITS, "-1"]
POSTED = [
    "\x00", "a\x00b", "\ud800", TWENTY_DIGITS, "-" + TWENTY_DIGITS, "9" * 400, "1e49", "NaN", "²", "9999-12-31", "0001-01-01",
    "9999-12-31T23:59", "0001-01-01T00:00", "%", "<\"'\\", "", "a" * 30_000,
]  # fmt: skip
PARTS = 12
# Of the turns in which all values stand together every so many-th is asked: another for each page, all of them over the desk.
STRIDE_OF_ADDRESSES, STRIDE_OF_FORMS = 5, 3


@contextmanager
def names_read() -> Iterator[set[str]]:
    """Names that are looked for in the address or the form while the block lasts."""
    found: set[str] = set()

    def noting(original):
        def read(self, name, *more):
            if isinstance(self, QueryDict) and isinstance(name, str):
                found.add(name)
            return original(self, name, *more)

        return read

    with pytest.MonkeyPatch.context() as patch:
        for method in ("get", "getlist", "__getitem__"):
            patch.setattr(MultiValueDict, method, noting(getattr(MultiValueDict, method)))
        patch.setattr(QueryDict, "__contains__", noting(dict.__contains__), raising=False)
        yield found
    found -= {"csrfmiddlewaretoken", "language", "next"}


def first_role(row: Row) -> str:
    """Somebody who may open it: the head of bureau where he may, else the first who may; else nobody signed in."""
    allowed = [role for role in ROLES if row.expected[role] in (200, 302, 422)]
    return "jaan" if "jaan" in allowed else allowed[0] if allowed else "anonymous"


def worth(row: Row) -> tuple:
    brings = len(row.data) if isinstance(row.data, dict) else 0
    return first_role(row) == "jaan", row.expected["jaan"] in (200, 302), callable(row.data), brings


def rows_of(part: int, method: str) -> list[Row]:
    """Each page once, by the row that the head of bureau may open and that brings most along."""
    chosen: dict[str, Row] = {}
    for row in sorted((row for row in ROWS if method in ("get", row.method)), key=worth, reverse=True):
        chosen.setdefault(row.page, row)
    return [row for number, row in enumerate(chosen.values()) if number % PARTS == part]


def broken_among(client, urls: list[str]) -> list[str]:
    found = []
    for url in urls:
        with transaction.atomic():
            answer = client.get(url)
            transaction.set_rollback(True)
        if answer.status_code >= 500 and "readyz" not in url:
            found.append(url[:200])
    return found


@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_breaks_on_what_its_address_asks(part, people):  # noqa: F811
    broken = []
    for number, row in enumerate(rows_of(part, "get")):
        url = reverse(row.page, kwargs=arguments(row, people))
        client = client_of(people, first_role(row))
        client.raise_request_exception = False
        with names_read() as read:
            client.get(url)
        with names_read() as more:
            client.get(url, dict.fromkeys(read, "1"))
        names = sorted(read | more)
        if names:
            together = [
                "&".join(f"{name}={ODD[(at + n) % len(ODD)]}" for n, name in enumerate(names))
                for at in range((part + number) % STRIDE_OF_ADDRESSES, len(ODD), STRIDE_OF_ADDRESSES)
            ]
            alone = [f"{name}={value}" for name in names for value in ALONE]
            twice = [f"{names[0]}=1&{names[0]}=2&" + "&".join(f"{name}=" for name in names)]
            asked = dict.fromkeys((*together, *alone, *twice))
            if len(names) == 1:
                asked = dict.fromkeys([*twice, *(f"{names[0]}={value}" for value in ODD)])
            broken += broken_among(client, [f"{url}?{query}" for query in asked])

    assert broken == []


@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_breaks_on_an_odd_address(part, people):  # noqa: F811
    broken = []
    for row in rows_of(part, "get"):
        given = arguments(row, people)
        client = client_of(people, first_role(row))
        client.raise_request_exception = False
        whole = reverse(row.page, kwargs=given)
        for value in given.values():
            held = quote(value.isoformat() if isinstance(value, date) else str(value))
            if whole.count(held) == 1:
                broken += broken_among(client, [whole.replace(held, odd) for odd in ODD if odd])

    assert broken == []


@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_breaks_on_an_odd_form(part, people):  # noqa: F811
    broken = []
    for number, row in enumerate(rows_of(part, "post")):
        url = reverse(row.page, kwargs=arguments(row, people)) + row.query
        client = client_of(people, first_role(row))
        client.raise_request_exception = False
        data = dict((row.data(people) if callable(row.data) else row.data) or {})
        if any(hasattr(value, "read") for value in data.values()):
            continue  # files have their own tests
        with transaction.atomic(), names_read() as read:
            client.post(url, data)
            transaction.set_rollback(True)
        names = sorted(read | set(data))
        tried = [
            {name: POSTED[(at + n) % len(POSTED)] for n, name in enumerate(names)}
            for at in range((part + number) % STRIDE_OF_FORMS, len(POSTED), STRIDE_OF_FORMS)
        ]
        tried += [data | {name: POSTED[(n + at) % len(POSTED)]} for n, name in enumerate(names) for at in (0, 9)]
        for posted in tried:
            body = "&".join(f"{name}={quote_plus(text(value))}" for name, value in flat(posted))
            with transaction.atomic():
                answer = client.post(url, body, content_type="application/x-www-form-urlencoded")
                transaction.set_rollback(True)
            if answer.status_code >= 500:
                broken.append(
                    (url, {name: str(value)[:20].encode("unicode_escape") for name, value in posted.items()})
                )

    assert broken == []


def flat(posted: dict) -> Iterator[tuple[str, object]]:
    for name, value in posted.items():
        for one in value if isinstance(value, list | tuple) else [value]:
            yield name, one


def text(value: object) -> bytes:
    return str(value).encode("utf-8", "surrogatepass")


# --- Files ------------------------------------------------------------------------------------------------------------
FORM_FILE = {
    "format": "bureau-survey/1", "languages": ["et"], "title": {"et": "Küsitlus"}, "intro": {}, "thanks": {},
    "sections": [{"code": "main", "title": {}, "text": {}, "show_if": None, "questions": []}],
}  # fmt: skip


def questionnaire(**changed) -> bytes:
    """As JSON that writes every odd sign as an escape, which is how they come through any encoding."""
    return json.dumps(FORM_FILE | changed, ensure_ascii=True).encode()


ODD_FILES = {
    "heading no letters": b"reference;m\xa1rge;title\n1;2;3\n4;5;6\n",
    "cell no letters": b"reference;title\n1;m\xa1rge\n4;5\n",
    "cell cut off": "Kuupäev;Pealkiri\n2026-01-05;Küsimus\n2026-01-06;Küsi\u00f5".encode()[:-1],
    "noughts": b"a;b\n\x00;\x00\n1;2\n",
    "nought in heading": b"a\x00;b\n1;2\n",
    "surrogate in utf-8": b"a;b\n\xed\xa0\x80;2\n",
    "surrogate in heading": b"a\xed\xa0\x80;b\n1;2\n",
    "noughts in utf-16": "a;b\n\x00;x\x00\n".encode("utf-16"),
    "quote left open": b'a;b\n1;"m\xa1\x00\n2;3\n4;5\n',
    "half a utf-16 sign": b"\xff\xfe\x00\xd8a\x00;\x00b\x00\n\x00",
    "numbers": b"a;b\n" + b"9" * 400 + b";1e999\n-0;nan\n",
    "one sign": b"%",
    "only line ends": b"\n\r\n\n",
    "json with half a pair": questionnaire(title={"et": "a\ud800"}),
    "json with half a pair in a name": questionnaire(title={"\ud800": "a"}),
    "json with a nought": questionnaire(title={"et": "a\x00b"}),
    "json of twenty digits": questionnaire(sections=[{"code": "main", "questions": [{"code": "n", "type": "number", "low": int("9" * 20)}]}]),
    "json of other shape": b"[[[{}]]]",
    "json as deep as it goes": b"[" * 100_000,
    "json number too long": b'{"format": ' + b"9" * 6000 + b"}",
    "xml": b"<?xml version='1.0'?><document><LimeSurveyDocType>Survey</LimeSurveyDocType></document>",
    "xml with a bomb": b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'aaaa'>]><document>&a;</document>",
}  # fmt: skip
FILE_PAGES = {
    "complaints:import_new": {}, "feedback:answer_import_new": {}, "feedback:recipient_list_new": {"rate_percent": "100", "expires_days": "21"},
    "feedback:form_import": {}, "feedback:questionnaire_import": {}, "staff:call_list": {},
}  # fmt: skip


@pytest.mark.parametrize("name", ODD_FILES)
def test_no_page_breaks_on_an_odd_file(name, people):  # noqa: F811
    """A sentence, or the next step, and each step that can be opened from there."""
    broken = []
    client = client_of(people, "jaan")
    client.raise_request_exception = False
    for page, data in FILE_PAGES.items():
        row = next(row for row in ROWS if row.page == page)
        url = reverse(page, kwargs=arguments(row, people))
        posted = dict(data)
        if page == "staff:call_list":
            posted["queue"] = PhoneQueue.objects.first().pk
        answer = client.post(url, posted | {"file": SimpleUploadedFile("tabel.csv", ODD_FILES[name])})
        if answer.status_code >= 500:
            broken.append((page, answer.status_code))
        elif answer.status_code == 302:
            steps = [answer.url] + [
                answer.url.replace("/file/", f"/{step}/") for step in ("columns", "words", "preview", "map")
            ]
            broken += [(page, step) for step in dict.fromkeys(steps) if client.get(step).status_code >= 500]

    assert broken == []


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["%", "_", "%%", "*", "\\", "'", "?!", "…", "&|", "(", "%_%"])
def test_signs_alone_find_nothing_by_words(typed, as_person, jaan, mari):
    """Where words are looked for, whoever typed signs alone is not shown everything as if it had been found."""
    case = CaseFactory(title="Kopratamm", assignee=mari, party=PartyFactory(name="Andres Kuusk"))
    client = as_person(jaan)

    for url in ("/cases/", "/search/", "/parties/", "/people/"):
        page = client.get(url, {"q": typed, "status": "all"}).text
        assert f"/cases/{case.number}/" not in page
        assert f"/parties/{case.party_id}/" not in page
        assert f"/people/{mari.pk}/" not in page
