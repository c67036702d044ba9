"""Who may open what: every named address × every role × own, foreign and restricted objects. A page without a row fails.

Rows stand in `tests/matrix/<area>.py`, in a list `ROWS` of `Row` (from `tests.matrix`):

    from tests.matrix import Row

    SERVES = "mari peeter jaan"

    OBJECTS = {
        # name → function of the people (a namespace: people.mari … people.liis, people.forest_unit, people.water_unit)
        # that makes the object and returns the arguments of its address
        "own_case": lambda people: {"number": CaseFactory(assignee=people.mari).number},
    }

    ROWS = [
        Row("complaints:case_list", may="mari peeter jaan tiina kai dora"),              # the others get 403
        Row("complaints:case_detail", may=SERVES, of="own_case"),
        Row("complaints:case_detail", may="peeter jaan tiina dora", of="restricted_case", others=404),
        Row("complaints:case_detail", may="…", of="foreign_case", others=404, answers={"admin_user": 403, "outi": 403}),
        Row("complaints:case_assign", may="peeter jaan tiina", of="own_case", method="post", answer=422),  # empty form
        Row("complaints:case_assign", may="…", of="own_case", method="post", answer=302, data=lambda people: {…}),
    ]

* `may`: names of the roles that get `answer` (200 when not given), "all" for everybody signed in; the rest get `others`
  (403 when not given); `answers={"kai": 404}` overrules both for single roles. Nobody signed in is led to the
  sign-in page unless the row says `anonymous=200`.
* Roles: mari specialist, peeter chief specialist, jaan head of bureau, tiina head of department, kai head of
  forest_unit, dora data-protection officer, admin_user administrator, outi without a role; people.liis is another
  specialist, for objects that are foreign to mari.
* `of`: a name in any area's `OBJECTS`, or a function like those there; empty when the address takes no arguments.
* `method` "get" or "post"; `data` a dict or a function of the people; `query` "?sort=…"; `headers={"HX-Request": "true"}`.
* Each request is rolled back, so the order of roles does not matter and the same form may be sent by all.
* Give each deed a row with valid data (302 or 200) so that the guard is what answers, and each page with an object a row
  for own, foreign and, where there is such a thing, restricted.

Every address of every row is also asked by GET, as each role: the database must stay as it was, but for reading
records and sessions.
"""

import importlib
import pkgutil
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from tests import matrix
from tests.matrix import ROLES, SIGN_IN, Row

AREAS = [importlib.import_module(f"tests.matrix.{area.name}") for area in pkgutil.iter_modules(matrix.__path__)]
ROWS: list[Row] = [row for area in AREAS for row in area.ROWS]
OBJECTS = {name: make for area in AREAS for name, make in getattr(area, "OBJECTS", {}).items()}
# That an issue of a report was opened is written down beside its reader.
WITH_RECORDS_OF_LOOKING = {"bureau_readingrecord", "django_session", "quality_reportreader"}
NEVER_KEPT = "no-store, private"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def named_pages(resolver=None, namespace="") -> dict[str, str]:
    """Every address of the desk: name with its namespace → pattern. An address without a name stands under its pattern.

    Left out: the gallery of components, which has an address only in development, where whoever reads the code sees it.
    """
    pages = {}
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            pages |= named_pages(entry, inner)
        elif entry.name != "gallery":
            pages[f"{namespace}{entry.name}" if entry.name else f"unnamed {entry.pattern}"] = str(entry.pattern)
    return pages


@pytest.fixture
def people(mari, liis, peeter, jaan, tiina, kai, dora, admin_user, outi, forest_unit, water_unit):
    return SimpleNamespace(
        mari=mari, liis=liis, peeter=peeter, jaan=jaan, tiina=tiina, kai=kai, dora=dora, admin_user=admin_user, outi=outi,
        forest_unit=forest_unit, water_unit=water_unit,
    )  # fmt: skip


def arguments(row: Row, people) -> dict:
    """Arguments of the row's address; an object named by several rows is made once a test."""
    if not row.of:
        return {}
    if not isinstance(row.of, str):
        return row.of(people)
    made = people.__dict__.setdefault("made", {})
    if row.of not in made:
        made[row.of] = OBJECTS[row.of](people)
    return made[row.of]


def asked(client: Client, row: Row, url: str, people):
    """The answer to one request, taken back from the database afterwards."""
    data = row.data(people) if callable(row.data) else row.data
    with transaction.atomic():
        send = client.post if row.method == "post" else client.get
        response = send(url + row.query, data or {}, headers=row.headers)
        transaction.set_rollback(True)
    return response


def outcome(response) -> int | str:
    if response.status_code == 302 and response.url.startswith(reverse("account_login")):
        return SIGN_IN
    if response.status_code == 401 and not response.wsgi_request.user.is_authenticated:
        return SIGN_IN  # it asks to sign in too, and holds what was typed
    return response.status_code


def client_of(people, role: str) -> Client:
    client = Client(raise_request_exception=True)
    if role != "anonymous":
        client.force_login(getattr(people, role), backend=BACKEND)
    return client


def test_every_page_has_a_row():
    without_row = set(named_pages()) - {row.page for row in ROWS}

    assert without_row == set()


def test_every_row_has_a_page():
    assert {row.page for row in ROWS} - set(named_pages()) == set()


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_page_answers_each_role_as_the_matrix_says(row, people):
    url = reverse(row.page, kwargs=arguments(row, people))

    answers = {role: outcome(asked(client_of(people, role), row, url, people)) for role in (*ROLES, "anonymous")}

    assert answers == row.expected


@pytest.mark.parametrize("role", [*ROLES, "anonymous"])
def test_looking_changes_nothing_and_is_kept_by_nobody(role, people):
    """Pages, files, refusals and redirects alike, for whoever is signed in and for the public."""
    urls = sorted({reverse(row.page, kwargs=arguments(row, people)) + row.query for row in ROWS})
    client = client_of(people, role)
    before = contents()

    kept = [url for url in urls if client.get(url)["Cache-Control"] != NEVER_KEPT]

    after = contents()
    assert kept == []
    assert [table for table in before if before[table] != after[table]] == []


def contents() -> dict[str, str]:
    """A fingerprint of every table."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - WITH_RECORDS_OF_LOOKING
        found = {}
        for table in sorted(tables):
            cursor.execute(
                f"SELECT count(*), sum(hashtextextended(t::text, 0)) FROM {connection.ops.quote_name(table)} t"
            )
            found[table] = str(cursor.fetchone())
    return found
