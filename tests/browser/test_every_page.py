# ruff: noqa: F401, F811 (the fixture `people` is taken over from the permission matrix)
"""Every page of the desk in a real browser, as each role that may see it, in both languages, wide and narrow.

What is opened comes from the permission matrix: a new page is covered as soon as it has its row there. A role to whom a
page shows nothing that was not looked at already is passed over. An address without a page of its own stands below with
its reason. Contrast, which axe computes slowly, depends on neither language nor width and is measured once.
"""

import re
from collections import defaultdict
from functools import cache

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.urls import reverse

from bureau import catalogue
from bureau.demo.loading import DemoBureau
from bureau.management.commands.load_demo import last_working_moment
from tests.browser.conftest import PASSWORD, scrolls_sideways, sign_in
from tests.databases import as_owner, prepared
from tests.test_permission_matrix import ROWS, arguments, client_of, named_pages, people

pytestmark = pytest.mark.django_db(transaction=True)

NOT_A_PAGE = {
    "healthz": "a word for the machine that asks whether the desk lives",
    "bureau:draft_token": "a token for scripts",
    "complaints:contact_finder": "options under the box of the sheet; tests/browser/test_log_contact.py",
    "complaints:contact_person": "a card in the sheet; tests/browser/test_log_contact.py",
    "complaints:contact_hints": "hints in the sheet; tests/browser/test_log_contact.py",
    "complaints:contact_deadline": "a date in the sheet; tests/browser/test_log_contact.py",
    "bureau:job_file": "a file to take",
    "quality:report_file": "a file to take",
    "quality:own_report_file": "a file to take",
    "complaints:map_download": "a file to take",
    "complaints:import_map_download": "a file to take",
    "feedback:form_export": "a file to take",
    "complaints:case_new_terms": "the last day beside the form of a new case",
    "complaints:case_new_parties": "people to choose from in the form of a new case",
    "complaints:case_new_duplicates": "cases of the same person beside the form of a new case",
}
# What a client is asked is asked in the client's language, whatever the desk of the one who reads it out is in.
IN_THE_CLIENTS_LANGUAGE = {"feedback:phone_answer"}
# Who sees most is looked at first.
ROLES = ("jaan", "peeter", "admin_user", "mari", "dora", "tiina", "kai", "outi", "anonymous")
WIDTHS = {"et": 1280, "en": 320}


def opens_a_page(row) -> bool:
    return row.method == "get" and not row.headers and 200 in row.expected.values() and row.page not in NOT_A_PAGE


def by_place() -> dict[str, list]:
    """Rows that open a page, by what the page is about: the first word of its name."""
    places = defaultdict(list)
    for row in filter(opens_a_page, ROWS):
        places[row.page.split(":")[-1].split("_")[0]].append(row)
    return dict(sorted(places.items()))


PLACES = by_place()


@pytest.fixture
def small_bureau(db):
    """Loaded once by each worker, then copied."""
    prepared("small_bureau", load_small_bureau)


def load_small_bureau():
    with as_owner():
        DemoBureau(cases=16, years=0.2, seed=1, now=last_working_moment()).load(is_measured=False)


@pytest.mark.parametrize("place", PLACES)
def test_pages_are_whole_for_every_role_in_both_languages(
    place,
    small_bureau,
    people,
    live_server,
    open_desk,
    violations,
):
    faults = []
    look = Look(people, live_server.url, open_desk, violations, faults)

    for row in PLACES[place]:
        address = reverse(row.page, kwargs=arguments(row, people)) + row.query
        for role in ROLES:
            if row.expected[role] == 200:
                look.at(row, address, role)

    assert faults == []


def test_pages_of_the_second_factor_are_whole(people, live_server, open_desk, violations):
    """They ask for the password once more; who has just signed in is asked for nothing."""
    faults = []
    look = Look(people, live_server.url, open_desk, violations, faults)
    sign_in(look.window("newcomer"), people.outi)

    look.everywhere("newcomer", "mfa_activate_totp", "mfa_add_webauthn")
    TOTP.activate(people.outi, generate_totp_secret())
    RecoveryCodes.activate(people.outi)
    look.everywhere(
        "newcomer", "mfa_index", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"
    )
    stranger = look.window("halfway in")
    stranger.goto(reverse("account_login"))
    stranger.locator("input[name=login]").fill(people.outi.email)
    stranger.locator("input[name=password]").fill(PASSWORD)
    stranger.keyboard.press("Enter")
    stranger.wait_for_url("**/2fa/authenticate/")
    look.everywhere("halfway in", "mfa_authenticate")

    assert faults == []


class Look:
    """Opens pages in one window a role, and notes what is wrong with them."""

    def __init__(self, people, desk_url, open_desk, violations, faults):
        self.people, self.desk_url, self.open_desk = people, desk_url, open_desk
        self.violations, self.faults = violations, faults
        self.clients, self.windows, self.seen, self.narrow = {}, {}, defaultdict(set), set()

    def at(self, row, address: str, role: str) -> None:
        client = self.clients.setdefault(role, client_of(self.people, role))
        frame, _, page = client.get(address).content.decode().partition("<main")
        frame, page = parts_of(frame), parts_of(page)
        if frame <= self.seen["frame"] and page <= self.seen[row.page]:
            return
        self.seen["frame"] |= frame
        self.seen[row.page] |= page
        self.look(address, role, speaks_clients_language=row.page in IN_THE_CLIENTS_LANGUAGE)

    def everywhere(self, role: str, *pages: str) -> None:
        for page in pages:
            self.look(reverse(page), role)

    def look(self, address: str, role: str, speaks_clients_language: bool = False) -> None:
        for language, width in WIDTHS.items():
            self.look_in(address, role, language, width, says="et" if speaks_clients_language else language)

    def look_in(self, address: str, role: str, language: str, width: int, says: str) -> None:
        window = self.window(role)
        window.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": self.desk_url}])
        window.set_viewport_size({"width": width, "height": 900})
        window.said.clear()
        status = window.goto(address).status
        found = [] if status == 200 else [f"answers {status}"]
        found += window.said
        found += page_faults(window, says)
        # Narrow and in English a page is examined once; what another role sees more of it is examined wide.
        if language == "et" or address not in self.narrow:
            found += self.violations(window, contrast=language == "et")
        if language == "en":
            self.narrow.add(address)
        if language == "et":
            window.set_viewport_size({"width": 320, "height": 900})
        if scrolls_sideways(window):
            found.append("scrolls sideways at 320 px")
        self.faults += [f"{address} as {role} in {language}: {fault}" for fault in found]

    def window(self, role: str):
        if role not in self.windows:
            window = self.open_desk(getattr(self.people, role, None), reduced_motion="reduce")
            window.said = []
            window.on("console", lambda said: window.said.append(said.text) if said.type == "error" else None)
            self.windows[role] = window
        return self.windows[role]


def parts_of(html: str) -> set[str]:
    """The kinds of elements that a page is built of: tags with their attributes, of which only classes have a value."""
    tags = re.findall(r"<[a-z][^>]*>", html)
    return {re.sub(r'\b(?!class=)([a-z-]+)="[^"]*"', r"\1", tag) for tag in tags}


def page_faults(window, language: str) -> list[str]:
    facts = window.evaluate(
        """() => {
            const said = [document.title];
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            // Codes are codes in every language, and what is marked as another language is meant to be in it.
            while (walker.nextNode())
                if (!walker.currentNode.parentElement.closest('code, [lang]:not(html)')) said.push(walker.currentNode.data);
            for (const name of ['aria-label', 'placeholder', 'title', 'data-label'])
                for (const one of document.querySelectorAll(`[${name}]`)) said.push(one.getAttribute(name));
            return {
                lang: document.documentElement.lang,
                title: document.title.split(' · ')[0].trim(),
                headings: document.querySelectorAll('h1').length,
                said: said.map((words) => words.replace(/\\s+/g, ' ').trim()),
            };
        }"""
    )
    found = []
    if facts["lang"] != language:
        found.append(f"says it is in {facts['lang']}")
    if not facts["title"]:
        found.append("has no title")
    if facts["headings"] != 1:
        found.append(f"has {facts['headings']} headings of the first level")
    if language == "et":
        found += [f"says “{words}”" for words in sorted(set(facts["said"]) & only_english())]
    return found


@cache
def only_english() -> set[str]:
    """Texts of the catalogue that an Estonian page never says. Single letters and short words are left out."""
    messages = catalogue.read_po(catalogue.po_path()).values()
    english = {text for message in messages for text in (message.singular, message.plural) if len(text) > 2}
    return english - {text for message in messages for text in message.strings}


def test_every_address_is_opened_or_has_its_reason():
    opened = {row.page for row in ROWS if opens_a_page(row)}
    led_on_or_sent = {row.page for row in ROWS} - {
        row.page for row in ROWS if row.method == "get" and 200 in row.expected.values()
    }

    assert set(named_pages()) - opened - led_on_or_sent == set(NOT_A_PAGE)
