"""One word for one thing: what the Estonian catalogue never says, and what it says instead (docs/glossary.md)."""

import re

import pytest

from bureau.catalogue import Message, po_path, read_po

CATALOGUE = read_po(po_path()).values()
# What is written to clients or shown to them speaks of *Teie*.
TO_CLIENTS = re.compile(
    r"letter|notice_drafts|questionnaire_answers|feedback/follow_ups|templates/feedback/answer|feedback/forms/answering"
    r"|feedback/views/answering|email/|said\.html|accessibility|invitation"
)
# What is not to be found, and the word or form that stands for it.
INSTEAD = {
    r"”": "“",
    r"[0-9s] %(?!\()": "95%, without a blank",
    r"\b[Ss]i(ht|hi|hti|hid|htide|hini|hile|hiks|higa)\b": "eesmärk",
    r"\b[Õõ]igeks ajaks\b": "tähtajaks",
    r"\b[Jj]äreltegevus": "järelkäsitlus",
    r"\b[Mm]enetlejata\b": "määramata",
    r"\b[Ll]ahti(ne|se|st|sed|ste) (töö|kaebus|pöördumi)": "avatud",
    r"\b[Aa]lgpõhjus": "põhjus",
    r"osakonnajuhataja": "osakonna juhataja",
    r"\b85 sajast": "85. protsentiil",
    r"95% vahemik": "95% usaldusvahemik",
    r"\bNeil päevil\b": "neil päevadel",
    r"[Vv]õta failina välja": "ekspordi",
}
TEIE = re.compile(
    r"\b(Teie|Teil|Teile|Teid|Teist)\b"
    r"|\b([Vv]alige|[Kk]irjutage|[Ll]isage|[Kk]ontrollige|[Ss]isestage|[Öö]elge|[Pp]roovige|[Ll]ohistage|[Vv]ajutage|[Aa]vage)\b"
)


def entries(pattern: str) -> list[str]:
    return [text for message in CATALOGUE for text in message.strings if re.search(pattern, text)]


def is_to_staff(message: Message) -> bool:
    return not any(TO_CLIENTS.search(file) for file in message.files)


@pytest.mark.parametrize("pattern", INSTEAD, ids=list(INSTEAD.values()))
def test_the_other_word_is_not_used(pattern):
    assert entries(pattern) == []


def test_staff_are_spoken_to_as_sina():
    found = [text for message in CATALOGUE if is_to_staff(message) for text in message.strings if TEIE.search(text)]

    assert [text for text in found if not text.startswith("Teie ütlesite")] == []


def test_every_quotation_is_closed_as_it_was_opened():
    wrong = [text for message in CATALOGUE for text in message.strings if text.count("„") != text.count("“")]

    assert wrong == []


def test_pages_for_those_who_use_the_desk_speak_as_the_desk_does():
    pages = sorted((po_path().parents[3] / "docs" / "user" / "et").glob("*.md"))
    assert pages

    wrong = [
        f"{page.name}: {found.group()}"
        for page in pages
        for found in re.finditer(TEIE, page.read_text(encoding="utf-8").replace("Teie ütlesite, meie tegime", ""))
    ]
    assert wrong == []
