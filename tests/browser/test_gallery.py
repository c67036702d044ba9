"""Every component in each state: photographed, read by axe, walked by keys, bent to narrow screens and large text."""

import pytest

from tests.browser.conftest import scrolls_sideways


def open_gallery(page):
    assert page.goto("/ui/").status == 200


pytestmark = pytest.mark.urls("tests.browser.gallery_urls")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 768, 320])
def test_every_component_is_accessible_at_every_width(open_desk, violations, photograph, jaan, width, scheme):
    page = open_desk(jaan, width=width, scheme=scheme, reduced_motion="reduce")
    open_gallery(page)

    photograph(page, f"gallery-{width}-{scheme}")

    assert not scrolls_sideways(page)
    assert violations(page) == []


def test_text_of_double_size_still_fits(open_desk, jaan):
    page = open_desk(jaan, width=1280)
    open_gallery(page)

    # What a browser's own setting does: the root size doubles, everything else is relative to it.
    page.evaluate(
        "() => { const sheet = new CSSStyleSheet(); sheet.replaceSync('html { font-size: 200% }');"
        " document.adoptedStyleSheets = [sheet]; }"
    )

    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == 32
    assert not scrolls_sideways(page)


def test_english_is_as_whole_as_estonian(open_desk, violations, jaan):
    page = open_desk(jaan, language="en")
    open_gallery(page)

    assert page.get_by_role("button", name="Fold the navigation").is_visible()
    assert page.locator("html").get_attribute("lang") == "en"
    assert violations(page) == []


def test_keys_walk_the_rows_and_mark_them(open_desk, mari):
    page = open_desk(mari)
    open_gallery(page)
    page.evaluate("document.activeElement.blur()")

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")

    assert page.evaluate("document.activeElement.textContent") == "P-2026-004188-0"
    assert page.get_by_role("checkbox", name="Märgi P-2026-004188-0").is_checked()
    assert page.locator("[data-marked]").text_content() == "1"
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent") == "P-2026-004102-3"
    page.keyboard.press("Enter")
    page.wait_for_url("**/ui/?nr=P-2026-004102-3")


def test_keys_of_one_letter_can_be_switched_off(open_desk, mari):
    mari.shortcuts_enabled = False
    mari.save(update_fields=["shortcuts_enabled"])
    page = open_desk(mari)
    open_gallery(page)
    page.evaluate("document.activeElement.blur()")

    page.keyboard.press("j")
    page.keyboard.press("?")

    assert page.locator("tr[data-current]").count() == 0
    assert not page.locator("#help").is_visible()


def test_letters_typed_into_a_field_are_only_letters(open_desk, mari):
    page = open_desk(mari)
    open_gallery(page)

    page.locator("#id_note").first.focus()
    page.keyboard.type("c/j?")

    assert page.locator("#id_note").first.input_value() == "c/j?"
    assert page.locator("dialog[open]").count() == 0


def test_the_list_of_keys_opens_and_closes_by_keys(open_desk, violations, mari):
    page = open_desk(mari)
    open_gallery(page)
    page.evaluate("document.activeElement.blur()")

    page.keyboard.press("?")

    assert page.get_by_role("dialog", name="Kiirklahvid").is_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    assert not page.locator("#help").is_visible()


def test_the_side_sheet_opens_over_the_page_and_guards_what_was_typed(open_desk, violations, mari):
    page = open_desk(mari, reduced_motion="reduce")
    open_gallery(page)

    page.get_by_role("link", name="Ava külgpaneel").click()
    sheet = page.get_by_role("dialog", name="Logi kontakt")
    sheet.wait_for()

    assert page.evaluate("document.activeElement.name") == "subject"
    assert violations(page) == []
    sheet.get_by_label("Märkus").fill("Helistas metsateatise pärast")
    page.keyboard.press("Escape")
    question = page.get_by_role("dialog", name="Kas sulgeda salvestamata?")
    question.get_by_role("button", name="Jätka kirjutamist").click()
    assert sheet.get_by_label("Märkus").input_value() == "Helistas metsateatise pärast"
    page.keyboard.press("Escape")
    question.get_by_role("button", name="Sulge salvestamata").click()
    assert page.locator("dialog[open]").count() == 0


def test_a_toast_offers_undo_and_writes_its_text_as_text(open_desk, mari):
    page = open_desk(mari)
    open_gallery(page)

    page.evaluate(
        "document.dispatchEvent(new CustomEvent('desk:toast', {detail: {text: '<b>Salvestatud</b>', tone: 'good', undo: '/undo/'}}))"
    )

    toast = page.locator("#toasts .toast")
    assert toast.locator(".toast-text").text_content() == "<b>Salvestatud</b>"
    assert toast.locator("form").get_attribute("action") == "/undo/"
    toast.get_by_role("button", name="Sulge").click()
    assert page.locator("#toasts .toast").count() == 0


def test_the_folded_navigation_stays_folded(open_desk, violations, jaan):
    page = open_desk(jaan)
    open_gallery(page)

    page.get_by_role("button", name="Ahenda menüü").click()
    page.reload()

    assert page.locator("html").get_attribute("data-nav") == "folded"
    assert page.locator("#navigation").bounding_box()["width"] < 80
    assert violations(page) == []


def test_the_navigation_of_a_narrow_screen_opens_and_closes(open_desk, violations, jaan):
    page = open_desk(jaan, width=320)
    open_gallery(page)
    assert not page.locator("#navigation").is_visible()

    page.get_by_role("button", name="Menüü").click()

    assert page.get_by_role("navigation", name="Põhimenüü").is_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    assert not page.locator("#navigation").is_visible()


def test_without_javascript_everything_is_there_and_nothing_useless(open_desk, jaan):
    page = open_desk(jaan, javascript=False)
    open_gallery(page)

    assert page.get_by_role("navigation", name="Põhimenüü").is_visible()
    assert page.locator(".js-only:visible").count() == 0
    page.locator("summary.me").click()
    assert page.get_by_role("button", name="Logi välja").is_visible()
    page.get_by_role("link", name="Ava külgpaneel").click()
    assert page.url.endswith("part=sheet")


def test_the_skip_link_is_first_and_leads_to_the_content(open_desk, mari):
    page = open_desk(mari)
    page.goto("/accessibility/")

    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.textContent") == "Otse sisu juurde"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize("address", ["/accessibility/", "/accounts/login/", "/no-such-page/"])
@pytest.mark.parametrize("width", [1280, 320])
def test_pages_of_one_column_are_accessible(open_desk, violations, address, width):
    page = open_desk(width=width)
    page.goto(address)

    assert not scrolls_sideways(page)
    assert violations(page) == []


def test_the_language_is_chosen_by_a_button_and_comes_back_to_the_page(open_desk, mari):
    page = open_desk(mari)
    page.goto("/accessibility/")

    page.get_by_role("button", name="In English").click()

    assert page.url.endswith("/accessibility/")
    assert page.get_by_role("heading", level=1).text_content() == "Accessibility statement"


def test_a_lost_session_asks_to_sign_in_and_leaves_the_page_as_it_is(open_desk, mari):
    page = open_desk(mari)
    open_gallery(page)
    page.locator("#id_note").first.fill("pikk vastus")

    page.context.clear_cookies(name="sessionid")
    page.get_by_role("link", name="Ava külgpaneel").click()

    page.locator("#signed-out[open]").wait_for()
    assert page.locator("#sheet").is_visible() is False
    assert page.locator("#id_note").first.input_value() == "pikk vastus"


def test_a_toast_can_be_pressed_while_the_sheet_is_open(open_desk, mari):
    page = open_desk(mari, reduced_motion="reduce")
    open_gallery(page)
    page.get_by_role("link", name="Ava külgpaneel").click()
    page.locator("#sheet[open]").wait_for()

    page.evaluate(
        "document.dispatchEvent(new CustomEvent('desk:toast', {detail: {text: 'Salvestatud', undo: '/undo/'}}))"
    )

    toast = page.locator("#sheet .toast")
    toast.get_by_role("button", name="Sulge").click()
    assert toast.count() == 0
