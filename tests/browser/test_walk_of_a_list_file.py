"""A list mended in a spreadsheet: brought, looked at with its faults, taken in."""

import pytest
from playwright.sync_api import expect

from complaints.models import Party
from tests.browser.conftest import scrolls_sideways
from tests.factories import PartyFactory

pytestmark = pytest.mark.django_db(transaction=True)
FILE = "Pöörduja number;Nimi;Telefon;Postiaadress\n{known};Mari Maasikas;5550 1991;Uus 2, Tartu\n;Jüri Uus;5550 1992;Kase 3\n;Vigane Rida;12;\n"


def test_parties_are_mended_in_a_file(open_desk, violations, photograph, mari, tmp_path):
    known = PartyFactory(
        name="Mari Maasikas", phone="+37255501991", email="", registry_code="", address="Vana 1, Tartu"
    )
    file = tmp_path / "pöördujad.csv"
    file.write_text(FILE.format(known=known.pk))
    page = open_desk(mari)

    page.goto("/parties/")
    page.get_by_role("link", name="Võta failist").click()
    expect(page.get_by_role("rowheader", name="Pöörduja number")).to_be_visible()
    assert violations(page) == []
    photograph(page, "list-file-new-1280")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Vaata fail üle").click()

    expect(page.get_by_text("Uus 2, Tartu")).to_be_visible()
    expect(page.locator("del", has_text="Vana 1, Tartu")).to_be_visible()
    expect(page.locator("tr", has_text="Telefon:")).to_be_visible()
    assert violations(page) == []
    look = page.url
    photograph(page, "list-file-look-1280")
    for width, scheme, language in ((768, "dark", "et"), (320, "light", "en"), (320, "dark", "et")):
        narrow = open_desk(mari, width=width, scheme=scheme, language=language)
        narrow.goto(look)
        assert not scrolls_sideways(narrow)
        photograph(narrow, f"list-file-look-{width}-{scheme}-{language}")
    narrow.goto("/parties/")
    assert not scrolls_sideways(narrow)
    photograph(narrow, "list-file-parties-320")
    page.get_by_role("button", name="Võta vigadeta read sisse").click()

    expect(page.get_by_text("Fail on sisse võetud.")).to_be_visible()
    expect(page.get_by_role("link", name="Teine fail")).to_be_visible()
    photograph(page, "list-file-done-1280")
    assert set(Party.objects.values_list("name", "address")) == {
        ("Mari Maasikas", "Uus 2, Tartu"),
        ("Jüri Uus", "Kase 3"),
    }
