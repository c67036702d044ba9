"""Whatever writes can be repeated: every POST form bears a key, and each deed of the matrix sent twice at once is done once."""

import re
import threading
import uuid
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.exceptions import MultipleObjectsReturned
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client, TestCase, TransactionTestCase
from django.urls import reverse

from bureau import reference
from bureau.models import Job
from bureau.submissions import KEYS, SIGN_IN_PAGES
from tests.conftest import person
from tests.factories import UnitFactory
from tests.matrix import ROLES
from tests.test_permission_matrix import AREAS, ROWS, arguments, client_of

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"
# Rows that say who looked and who is signed in, not what was done.
NOT_DEEDS = {"bureau_readingrecord", "bureau_submission", "django_session", "django_migrations"}


# --- Every form bears a key -------------------------------------------------------------------------------------------
class Forms(HTMLParser):
    """The POST forms of a page: where each leads, and the names and values it sends by itself."""

    def __init__(self, page: str):
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.inside = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = given.get("method", "").lower() == "post"
            if self.inside:
                self.found.append((given.get("action", ""), {}))
        elif tag == "input" and self.inside:
            self.found[-1][1][given.get("name", "")] = given.get("value", "")

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False


def has_key(fields: dict[str, str]) -> bool:
    return any(re.fullmatch(r"[0-9a-f-]{36}", fields.get(name, "")) for name in KEYS)


@pytest.fixture
def people(mari, liis, peeter, jaan, tiina, kai, dora, admin_user, outi, forest_unit, water_unit):
    return SimpleNamespace(
        mari=mari, liis=liis, peeter=peeter, jaan=jaan, tiina=tiina, kai=kai, dora=dora, admin_user=admin_user, outi=outi,
        forest_unit=forest_unit, water_unit=water_unit,
    )  # fmt: skip


def test_every_post_form_of_every_page_bears_a_key(people):
    without, seen = set(), 0
    for row in ROWS:
        roles = [role for role in (*ROLES, "anonymous") if row.expected[role] == 200]
        if row.method != "get" or not roles:
            continue
        url = reverse(row.page, kwargs=arguments(row, people)) + row.query
        response = client_of(people, roles[0]).get(url, headers=row.headers)
        if response.streaming or "html" not in response.headers.get("Content-Type", ""):
            continue
        for action, fields in Forms(response.content.decode()).found:
            seen += 1
            if not has_key(fields) and not (action or url).startswith(f"/{SIGN_IN_PAGES}"):
                without.add((row.page, action))

    assert without == set()
    assert seen > 300


def test_every_post_form_of_every_template_bears_a_key():
    without = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        for form in re.findall(r"<form\b[^>]*\bmethod=\"post\".*?</form>", path.read_text(), re.DOTALL):
            # The page of a fault sends again what was sent, with its key.
            if not any(words in form for words in ("{% csrf_token %}", "{% form_key", "in sent.fields %}")):
                without.append(f"{path.relative_to(TEMPLATES)}: {form[:80]}")

    assert without == []


# --- Each deed sent twice at once is done once ------------------------------------------------------------------------
def counts() -> dict[str, int]:
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - NOT_DEEDS
        asked = " UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in sorted(tables))
        cursor.execute(asked)
        return dict(cursor.fetchall())


def grown(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    return {table: after[table] - before[table] for table in before if after[table] != before[table]}


def at_once(clients: list[Client], url: str, data: dict, headers: dict) -> list:
    """The same form sent by threads on connections of their own."""
    ready, answers = threading.Barrier(len(clients)), []

    def send(client, fields):
        try:
            ready.wait()
            answers.append(client.post(url, fields, headers=headers))
        except Exception as problem:
            answers.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=[client, copied(data)]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


DONE = (200, 204, 302)
# That a person was shown to somebody is recorded as often as it happens.
RECORDED_EACH_TIME = {"feedback:follow_up_identity"}


def repeatable_rows(area) -> list:
    """One row of each deed that somebody may do."""
    rows = [row for row in area.ROWS if row.method == "post" and any(row.expected[role] in DONE for role in ROLES)]
    return [row for row in {row.page: row for row in reversed(rows)}.values() if row.page not in RECORDED_EACH_TIME]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "area", [area for area in AREAS if repeatable_rows(area)], ids=lambda area: area.__name__.rpartition(".")[2]
)
def test_each_deed_sent_twice_at_once_is_done_once(area):
    doubled, people = [], people_of_the_matrix()
    for row in repeatable_rows(area):
        try:
            told = sent_once_and_twice(row, people)
        except (InNeedOfRoom, IntegrityError, MultipleObjectsReturned):
            # What rows before it left is in its way.
            TransactionTestCase._fixture_teardown(None)
            reference.forget()
            people = people_of_the_matrix()
            told = sent_once_and_twice(row, people)
        if told:
            doubled.append(f"{row}: {told}")

    assert not doubled, "\n".join(doubled)


class InNeedOfRoom(Exception):
    pass


def people_of_the_matrix() -> SimpleNamespace:
    forest, water = UnitFactory(code="test-forest"), UnitFactory(code="test-water")
    made = {name: person(f"{name}@example.ee", name, "Proov", role, unit) for name, role, unit in (
        ("mari", "specialist", None), ("liis", "specialist", None), ("peeter", "chief_specialist", None), ("jaan", "head_of_bureau", None),
        ("tiina", "head_of_department", None), ("kai", "unit_head", forest), ("dora", "data_protection_officer", None),
        ("admin_user", "administrator", None), ("outi", None, None),
    )}  # fmt: skip
    return SimpleNamespace(**made, forest_unit=forest, water_unit=water)


def sent_once_and_twice(row, people) -> str:
    """What the second of two equal sendings changed; empty when nothing."""
    people.made = {}
    role = next(role for role in ROLES if row.expected[role] in DONE)
    url = reverse(row.page, kwargs=arguments(row, people)) + row.query
    data = dict((row.data(people) if callable(row.data) else row.data) or {})
    before, files = counts(), files_of_jobs()
    with transaction.atomic():
        with TestCase.captureOnCommitCallbacks(execute=True):
            once = client_of(people, role).post(url, copied(data) | {"form_key": uuid.uuid4()}, headers=row.headers)
        wanted = grown(before, counts())
        transaction.set_rollback(True)
    for path, content in files.items():  # a rollback brings back rows, not files
        path.write_bytes(content)
    if once.status_code != row.expected[role]:
        raise InNeedOfRoom(f"{row}: {once.status_code}")
    if "Content-Disposition" in once.headers:
        return ""  # a file is given each time it is asked for, and each time that is recorded
    reference.forget()
    clients = [client_of(people, role) for _ in range(2)]
    before = counts()

    answers = at_once(clients, url, data | {"form_key": uuid.uuid4()}, row.headers)

    told = [getattr(answer, "status_code", repr(answer)) for answer in answers]
    leads = {getattr(answer, "headers", {}).get("Location") for answer in answers}
    found = grown(before, counts())
    if found == wanted and told == [once.status_code] * 2 and len(leads) == 1:
        return ""
    return f"once {once.status_code} {wanted}, twice {told} {found}, to {leads}"


def files_of_jobs() -> dict[Path, bytes]:
    kept = [Path(job.input_file.path) for job in Job.objects.exclude(input_file="")]
    return {path: path.read_bytes() for path in kept if path.exists()}


def copied(data: dict) -> dict:
    """The same fields, with files of their own: each sending reads them from the beginning."""
    fields = {}
    for name, value in data.items():
        if hasattr(value, "seek"):
            value.seek(0)
            value = SimpleUploadedFile(value.name, value.read())
        fields[name] = value
    return fields
