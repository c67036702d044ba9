"""A real browser against a running desk: signed-in pages, strict policy, no error on the console, axe."""

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import Client
from playwright.sync_api import Page, expect, sync_playwright

from tests.browsers import find_browser

# Playwright's loop runs in the thread of the test; the database is asked from there too, one at a time.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip
PICTURES = settings.BASE_DIR / "var" / "pictures"
PATIENCE_MS = 20_000  # on a machine that is busy with other things too
PASSWORD = "väga-salajane-sõna-1"  # of everybody whom tests/factories make
# What moves without end (the grey lines of a part on its way) is not waited for.
MOTION_ENDED = """() => Promise.all(document.getAnimations()
  .filter((one) => one.effect?.getComputedTiming().endTime !== Infinity)
  .map((one) => one.finished.catch(() => null)))"""
expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session", autouse=True)
def _kept_static_files():
    """The browser keeps style sheets and scripts, as it does in production; else they are most of what a test asks for."""
    serve = StaticFilesHandler.serve

    def kept(handler, request):
        response = serve(handler, request)
        response["Cache-Control"] = "max-age=3600"
        return response

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "serve", kept)
        yield


@pytest.fixture(scope="session")
def browser():
    path = find_browser()
    assert path, "No browser: install Chromium or name one in BROWSER_EXECUTABLE."
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_desk(browser, live_server):
    """Opens pages as a person (or as nobody); at the end no page may have complained on its console.

    open_desk(mari, width=320, scheme="dark", javascript=False, language="en") gives a Playwright page whose
    addresses are relative to the running desk.
    """
    contexts, complaints = [], []

    def open_as(
        person=None, *, width=1280, height=900, scheme="light", javascript=True, language="et", **more
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": width, "height": height}, color_scheme=scheme,
            java_script_enabled=javascript, locale="et-EE", timezone_id="Europe/Tallinn", **more,
        )  # fmt: skip
        contexts.append(context)
        cookies = [{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}]
        if person is not None:
            client = Client()
            client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
            session = client.cookies[settings.SESSION_COOKIE_NAME].value
            cookies.append({"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url})
        context.add_cookies(cookies)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if is_complaint(said) else None)
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert complaints == []


def is_complaint(said) -> bool:
    # A page that answers 4xx is an outcome of the walk, which the test itself looks at; so is a lost connection.
    expected = (
        "the server responded with a status of 4", "net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED", "htmx:sendError",
        "htmx:afterRequest",
    )  # fmt: skip
    return said.type == "error" and not any(words in said.text for words in expected)


@pytest.fixture
def violations():
    """What axe finds on the page, in words; empty when nothing is wrong."""

    def find(page: Page, *, contrast: bool = True) -> list[str]:
        options = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": contrast}}}
        page.evaluate(MOTION_ENDED)  # what is fading in has less contrast than what people read
        found = Axe().run(page, options=options).response["violations"]
        return [
            f"{rule['id']} ({rule['impact']}): {node['target']} {node['failureSummary']}"
            for rule in found
            for node in rule["nodes"]
        ]

    return find


@pytest.fixture
def photograph():
    """Keeps a picture of the whole page under var/pictures/."""

    def take(page: Page, name: str) -> Path:
        PICTURES.mkdir(parents=True, exist_ok=True)
        path = PICTURES / f"{name}.png"
        page.evaluate("document.activeElement?.blur(); window.scrollTo(0, 0)")
        page.screenshot(path=path, full_page=True)
        return path

    return take


def scrolls_sideways(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def sign_in(page: Page, person, *, by_keys: bool = False) -> None:
    """Through the sign-in page, as people do."""
    page.goto("/accounts/login/")
    if by_keys:
        tab_to(page, page.locator("input[name=login]"))
        page.keyboard.type(person.email)
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
    else:
        page.locator("input[name=login]").fill(person.email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("form:has(input[name=login]) button").click()
    page.locator("summary.me", has_text=person.last_name).wait_for()
    page.wait_for_load_state()


def tab_to(page: Page, target, *, most: int = 150) -> None:
    """Press Tab until the target has the focus; a person without a mouse must be able to come there."""
    target.wait_for()
    for _ in range(most):
        if target.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {target}")
