"""Confidentiality has one gate: what leads to a case is shown to nobody for whom the case does not exist.

Rows of every model that lead to a complaint about the reader, to a restricted case and to a case of another unit bear marks
(`tests/one_gate/world.py`). Every list, search, file and page is asked as every role: no mark of a hidden case may stand in
an answer, and the address of what leads to it answers 404. A new model, and a new page of an object, must be given its place.
"""

import io
import zipfile

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import reverse

from bureau import exports, gates
from complaints.models import Case
from tests.one_gate import addresses
from tests.one_gate.placing import LEADS_NOWHERE, LEADS_TO_CASE
from tests.one_gate.world import HIDDEN_FROM, READERS, build
from tests.test_permission_matrix import BACKEND, named_pages

OURS = ("bureau", "complaints", "feedback", "staff", "quality")
SERVE = ("mari", "peeter", "jaan", "tiina", "kai", "dora")


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Made once for all tests here and taken back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def client_of(world, reader: str) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(getattr(world.people, reader), backend=BACKEND)
    return client


def body_of(response) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content[:2] == b"PK":
        book = zipfile.ZipFile(io.BytesIO(content))
        content = b"".join(book.read(name) for name in book.namelist())
    return content.decode("utf-8", "replace").lower()


def hidden_from(world, reader: str) -> list:
    return [one for name, one in world.hidden.items() if reader in HIDDEN_FROM.get(name, ())]


def listing_addresses(world, reader: str) -> list[str]:
    """Every page of the desk that needs no object, with the queries that find most, and the pages of what all may open."""
    found = []
    for page, pattern in named_pages().items():
        if page.partition(":")[0] in OURS and "<" not in pattern:
            urls = addresses.crawled(world, reader).get(page) or reverse_of(page)
            found += [url + query for url in urls for query in ("", *addresses.QUERIES.get(page, ()))]
    for page, urls in addresses.crawled(world, reader).items():
        found += [url + query for url in urls for query in ("", *addresses.QUERIES.get(page, ()))]
    return list(dict.fromkeys(found))


def reverse_of(page: str) -> list[str]:
    try:
        return [reverse(page)]
    except Exception:  # its include has arguments of its own
        return []


def shown_to(world, reader: str) -> dict[str, str]:
    """Address → what is answered, asked once a reader; what asking writes is taken back."""
    if reader not in world.answers:
        with transaction.atomic():
            world.answers[reader] = answers_to(world, reader)
            transaction.set_rollback(True)
    return world.answers[reader]


def answers_to(world, reader: str) -> dict[str, str]:
    """Pages, then every export in both forms and every file of answers."""
    client = client_of(world, reader)
    shown = {}
    for url in listing_addresses(world, reader):
        with transaction.atomic():
            response = client.get(url)
            if response.status_code == 200:
                shown[url] = body_of(response)
    further = [reverse("bureau:list_export", args=[code]) for code, one in exports.listings().items() if one.page]
    for page in (*addresses.EXPORTS, *further):
        url = page if page in further else reverse(page) + addresses.EXPORT_QUERIES.get(page, "")
        for form in ("csv", "xlsx"):
            response = client.post(url, {"format": form})
            if response.status_code == 200:
                shown[f"{url} {form}"] = body_of(response)
    for survey in world.surveys.values():
        for form in ("csv", "xlsx"):
            url = reverse("feedback:answer_export", args=[survey.code, form])
            response = client.post(url)
            if response.status_code == 200:
                shown[url] = body_of(response)
    for one in world.hidden.values():
        url = reverse("bureau:job_rows_export", args=[one.objects["reports"][reader].public_id])
        response = client.post(url)
        if response.status_code == 200:
            shown[url] = body_of(response)
    return shown


def own_rows(one, reader: str) -> list[str]:
    """What only this person can ask for: files they had made, a notice given to them."""
    files = [reverse("bureau:job_file", args=[job.public_id]) for job in one.objects["files"][reader]]
    return [*files, reverse("bureau:notification_read", args=[one.objects["notices"][reader].pk])]


# --- Places -----------------------------------------------------------------------------------------------------------
def kept_models() -> set[str]:
    """Models of ours, without the versions that the database keeps of a row, which no page lists."""
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in OURS]
    return {model._meta.label for model in models if not hasattr(model, "pgh_tracked_model")}


def test_every_model_has_its_place():
    assert kept_models() == LEADS_TO_CASE | set(LEADS_NOWHERE)
    assert LEADS_TO_CASE.isdisjoint(LEADS_NOWHERE)


def test_every_model_that_leads_to_a_case_has_rows(world):
    assert [name for name in sorted(LEADS_TO_CASE) if not apps.get_model(name)._default_manager.exists()] == []


def test_every_page_of_an_object_is_asked(world):
    """By its hidden objects, as a list, or with the reason why it leads to no case."""
    known = set(addresses.OF_OBJECT) | set(addresses.crawled(world, "mari"))
    left = {
        page: pattern
        for page, pattern in whole_patterns().items()
        if "<" in pattern and page not in known and not pattern.startswith((*addresses.OF_CASE, *addresses.OF_NO_CASE))
    }

    assert left == {}


def test_every_exported_list_keeps_what_it_was_made_from():
    """Each list, and what its rows lead to, has a gate by which the file is given or not."""
    assert [
        name
        for listing in exports._listings.values()
        for name in (listing.object_type, *listing.leads_to)
        if name not in gates._gates and name not in gates._apart
    ] == []


def whole_patterns(resolver=None, before="", namespace="") -> dict[str, str]:
    from django.urls import URLResolver, get_resolver

    found = {}
    for entry in (resolver or get_resolver()).url_patterns:
        pattern = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            found |= whole_patterns(entry, pattern, inner)
        elif entry.name:
            found[f"{namespace}{entry.name}"] = pattern
    return found


# --- The property -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("reader", READERS)
def test_the_cases_are_hidden_as_the_tests_below_say(world, reader):
    seen = set(Case.objects.visible_to(getattr(world.people, reader)).values_list("number", flat=True))

    assert {name for name, one in world.hidden.items() if one.case.number not in seen} == {
        name for name, readers in HIDDEN_FROM.items() if reader in readers
    }


@pytest.mark.parametrize("reader", READERS)
def test_no_list_search_or_file_shows_what_leads_to_a_hidden_case(world, reader):
    marks = {mark.lower() for one in hidden_from(world, reader) for mark in one.marks - one.not_of_content(reader)}

    shown = shown_to(world, reader)

    assert [(url, sorted(mark for mark in marks if mark in body)) for url, body in shown.items() if any(mark in body for mark in marks)] == []  # fmt: skip


def test_who_may_see_them_finds_them(world):
    """Else the test above would hold for an empty desk."""
    client = client_of(world, "peeter")
    for name in ("restricted", "foreign"):
        one = world.hidden[name]
        pages = [client.get(url) for url in [one.case.get_absolute_url(), *urls_of_objects(one)]]
        lists = [body for reader in ("peeter", "jaan", "dora") for body in shown_to(world, reader).values()]
        shown = " ".join([*lists, *(body_of(page) for page in pages)])

        missing = {mark for mark in one.marks if mark.lower() not in shown}

        assert missing <= one.on_no_list(), name


def urls_of_objects(one) -> list[str]:
    return [
        reverse(page, kwargs=make(one.objects[name]))
        for page, objects in addresses.OF_OBJECT.items()
        for name, make in objects
        if name in one.objects and page not in addresses.ONLY_OWN
    ]


@pytest.mark.parametrize("reader", READERS)
def test_the_address_of_what_leads_to_a_hidden_case_answers_404(world, reader):
    client, people, wrong = client_of(world, reader), world.people, []
    for one in hidden_from(world, reader):
        urls = own_rows(one, reader)
        for page, pattern in whole_patterns().items():
            if pattern.startswith(addresses.OF_CASE) and (reader in SERVE or page == "complaints:case_detail"):
                urls.append(addresses.of_case(page, one, people))
        for page, objects in addresses.OF_OBJECT.items():
            if one.name == "concerned" or not page.startswith(addresses.ONLY_WHEN_CONCERNED):
                urls += [
                    reverse(page, kwargs=make(one.objects[name])) for name, make in objects if name in one.objects
                ]
        for url in urls:
            status = asked(client, url)
            if status not in (403, 404):
                wrong.append((url, status))

    assert wrong == []


def asked(client: Client, url: str) -> int:
    """What a deed is answered, or, where there is none, a page."""
    status = 405
    for send in (client.post, client.get):
        if status == 405:
            with transaction.atomic():
                status = send(url).status_code
                transaction.set_rollback(True)
    return status


def test_who_may_see_them_opens_them(world):
    """The same addresses answer whoever may see the case; most deeds want more than an empty form."""
    client = client_of(world, "jaan")
    for one in (world.hidden["restricted"], world.hidden["foreign"]):
        urls = [*own_rows(one, "jaan"), one.case.get_absolute_url(), *urls_of_objects(one)]

        assert [url for url in urls if asked(client, url) in (403, 404)] == []
