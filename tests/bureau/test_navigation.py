"""Who sees what in the navigation, where one is, and what the frame of a page costs."""

import pytest
from django.core.cache import cache
from django.template import Context, Template, loader
from django.test import RequestFactory

from bureau import navigation
from bureau.context import frame
from bureau.navigation import Entry, NavigationItem, counters_for, entries_for, forget_counters, mark_current
from bureau.roles import Permission


@pytest.fixture
def only(monkeypatch):
    """Registry with the given entries alone."""

    def put(*entries):
        monkeypatch.setattr(navigation, "_entries", {entry.name: entry for entry in entries})

    return put


def item(name, url):
    return NavigationItem(name, name, url, "case", "", "work", 0, "", "neutral", False)


def test_an_entry_shows_only_to_those_who_hold_its_permission(only, mari, jaan, outi, admin_user):
    only(
        Entry("calendar", "Calendar", "bureau:home", "calendar", (Permission.CALENDAR_EDIT,), 20),
        Entry("cases", "Cases", "bureau:home", "case", (Permission.CASE_VIEW,), 10),
    )

    seen = {
        person.first_name: [entry.name for entry in entries_for(person)] for person in (mari, jaan, outi, admin_user)
    }

    assert seen == {"Mari": ["cases"], "Jaan": ["cases", "calendar"], "Outi": [], "Ando": []}


def test_entries_of_work_stand_before_those_of_the_house(only, jaan):
    only(
        Entry("calendar", "Calendar", "bureau:home", "calendar", (Permission.CALENDAR_EDIT,), 1, part="house"),
        Entry("cases", "Cases", "bureau:home", "case", (Permission.CASE_VIEW,), 90),
    )

    assert [entry.name for entry in entries_for(jaan)] == ["cases", "calendar"]


def test_an_entry_without_a_page_is_left_out(only, jaan):
    only(Entry("moon", "Moon", "bureau:no_such_page", "case", (Permission.CASE_VIEW,), 1))

    assert navigation.navigation_for(jaan, "/") == []


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/cases/", "cases"),
        ("/cases/P-2026-000001-X/", "cases"),
        ("/cases/import/", "imports"),
        ("/", "desk"),
        ("/people/", None),
    ],
)
def test_the_longest_beginning_of_the_address_is_where_we_are(path, current):
    items = [item("desk", "/"), item("cases", "/cases/"), item("imports", "/cases/import/")]

    marked = [one.name for one in mark_current(items, {}, path) if one.is_current]

    assert marked == ([current] if current else [])


def test_an_entry_may_answer_for_other_addresses_too():
    items = [item("desk", "/desk/"), item("cases", "/cases/")]

    marked = mark_current(items, {"desk": ("/drafts/",)}, "/drafts/4/")

    assert [one.is_current for one in marked] == [True, False]


def test_counters_are_asked_once_and_again_after_a_deed(mari):
    asked = []

    def waiting(user):
        asked.append(user)
        return len(asked)

    entry = Entry("cases", "Cases", "bureau:home", "case", (Permission.CASE_VIEW,), 1, counter=waiting)

    assert [counters_for(mari, [entry])["cases"] for _ in range(3)] == [1, 1, 1]
    forget_counters(mari.pk)
    assert counters_for(mari, [entry])["cases"] == 2


def test_every_registered_entry_has_a_drawing_and_its_own_key(settings):
    entries = list(navigation._entries.values())
    keys = [entry.key for entry in entries if entry.key]
    sprite = (settings.BASE_DIR / "static/img/icons.svg").read_text(encoding="utf-8")

    assert len(keys) == len(set(keys))
    assert [entry.name for entry in entries if f'<symbol id="{entry.icon}"' not in sprite] == []


def test_the_frame_asks_the_database_for_rights_alone_once_it_is_warm(mari, client, django_assert_num_queries):
    request = RequestFactory().get("/cases/")
    request.user = mari

    def draw():
        mari.__dict__.pop("rights", None)
        page = Template(
            "{{ frame.navigation|length }}{{ frame.unread_notifications }}{{ frame.acting_for|length }}{{ frame.my_role }}{{ frame.top_actions|length }}"
        )
        return page.render(Context(frame(request)))

    draw()
    with django_assert_num_queries(1):
        draw()


def test_the_frame_of_nobody_has_no_navigation():
    context = frame(RequestFactory().get("/"))["frame"]

    assert context["navigation"] == []
    assert context["shortcuts_enabled"] is False


def test_unread_notices_are_capped(mari):
    from bureau.models import Notification

    Notification.objects.bulk_create(Notification(user=mari, kind="job.done") for _ in range(120))
    cache.delete(f"notices:{mari.pk}")
    request = RequestFactory().get("/")
    request.user = mari

    assert frame(request)["frame"]["unread_notifications"] == 100


def test_the_administrator_sees_which_parts_answer(as_person, admin_user):
    page = as_person(admin_user).get("/").content.decode()

    assert "Andmebaas" in page
    assert "vastab" in page


def test_the_search_box_stands_only_where_it_may_be_used(as_person, admin_user, mari):
    assert 'role="search"' not in as_person(admin_user).get("/settings/").content.decode()
    assert 'role="search"' in as_person(mari).get("/settings/").content.decode()


@pytest.mark.django_db
def test_a_view_that_hides_a_name_of_the_frame_fails_its_test(mari):
    request = RequestFactory().get("/")
    request.user = mari

    with pytest.raises(AssertionError, match="hides {'user'}"):
        loader.get_template("bureau/home.html").render({"user": "somebody"}, request)
