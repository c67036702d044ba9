"""One word for one thing: what the Estonian catalogue never says, and what it says instead (docs/glossary.md)."""

import re
import tomllib
from collections.abc import Iterator

import pytest

from bureau.catalogue import Message, po_path, read_po

CATALOGUE = read_po(po_path()).values()
HELP = sorted((po_path().parents[3] / "docs" / "user" / "et").glob("*.md"))
# What is written to clients or shown to them speaks of *Teie*; so do pages of errors, which clients see as well.
TO_CLIENTS = re.compile(
    r"letter|notice_drafts|questionnaire_answers|feedback/follow_ups|templates/feedback/answer_(?!import)|feedback/forms/answering"
    r"|feedback/views/answering|email/|said\.html|accessibility|invitation"
    r"|templates/[45][0-9][0-9]|components/(fault_words|send_again)"
)
# Of these, what nobody at the desk reads as told to them.
ONLY_TO_CLIENTS = re.compile(
    r"complaints/complaint_letters|notice_drafts|questionnaire_answers|templates/feedback/answer_(?!import|preview)|templates/feedback/email/"
    r"|accessibility_statement"
)
# What is not to be found, and the word or form that stands for it.
INSTEAD = {
    r"”": "“",
    r"[0-9s][ \u00a0\u202f]%(?!\()": "95%, without a blank",
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
    r"\b(te|teie|teid|teil|teile)\b": "Teie",
    r"[Üü]mber ?(hinnat|hindam|hinnang|arvest)": "ümber arvutama",
    r"[Jj]uurpõhjus": "põhjus of a complaint",
    r"\b[Bb]üroo juhataja": "büroojuhataja",
    r"\beemal(ol|\b)": "ära",
    r"\b[Pp]uudumi(ne|se|st|sed|si|ste|seks)\b|\b[Pp]uuduja": "äraolek",
    r"[Vv]astendus": "vastavustabel",
    r"\b[Ss]issetulek": "saabumine",
    r"\bavalik(u|ku)? link": "avatud link",
    r"\b([Kk]utsumise reeg|[Ss]aatmisreeg)": "saatmise reegel",
    r"\b[Mm]uu(d|de)? asutus": "teine asutus",
    r"\b[Kk]ülmuta": "kinnita",
    r"\b([Ss]ihttase|[Ll]ähtetase|[Ss]ihttäht)": "eesmärk, sihtpäev",
    r"\btähta\w+ (enam ei )?jooks|\b[Jj]ooks\w+ tähta": "kulgema",
    r"\b[Ss]taatus": "seis",
    r"\b[Pp]i(kk|ka|kal|kad|kki) tö[öi]": "taustatöö",
    r"\bgraafik(ud)?$|\b[Kk]aart$": "joonis, kontrollkaart",
    r"[Kk]okkuleppeni": "kinnitamine",
}
TEIE = re.compile(
    r"\b(Teie|Teil|Teile|Teid|Teist)\b"
    r"|\b([Tt]ohite|[Vv]õite|[Ss]aate|[Oo]lete|[Ss]eadke|[Vv]alige|[Kk]irjutage|[Ll]isage|[Kk]ontrollige|[Ss]isestage|[Öö]elge|[Pp]roovige|[Ll]ohistage|[Vv]ajutage|[Aa]vage)\b"
)

# A capital for *sina* amid a sentence is for letters between two people, not for a page.
SINA = re.compile(r"(?<=[^.!?] )(Sa|Sina|Sinu|Sul|Sulle|Sult|Sind)\b")
SINA_OR_ORDER = re.compile(
    r"\b([Ss]a|[Ss]ina|[Ss]inu|[Ss]ul|[Ss]ulle|[Ss]ind|[Vv]õid|[Ss]aad|[Tt]ohid|[Vv]ajad|[Pp]öördu|[Kk]irjuta|[Vv]ali|[Oo]ota|[Mm]ine|[Vv]ajuta|[Vv]asta)\b"
)


def entries(pattern: str) -> list[str]:
    return [text for message in CATALOGUE for text in message.strings if re.search(pattern, text)]


def is_to_staff(message: Message) -> bool:
    return not any(TO_CLIENTS.search(file) for file in message.files)


@pytest.mark.parametrize("pattern", INSTEAD, ids=list(INSTEAD.values()))
def test_the_other_word_is_not_used(pattern):
    assert entries(pattern) == []


@pytest.mark.parametrize("pattern", INSTEAD, ids=list(INSTEAD.values()))
def test_nor_is_it_in_the_pages_of_help(pattern):
    assert [page.name for page in HELP if re.search(pattern, page.read_text(encoding="utf-8"))] == []


def test_a_percent_sign_follows_its_number_in_english_too():
    assert [message.singular for message in CATALOGUE if re.search(r"[0-9s] %(?!\()", message.singular)] == []


def seeded(value: object, name: str = "") -> Iterator[str]:
    """Every Estonian text of a seed file, however deep it lies and however many lines it has."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from seeded(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from seeded(inner, name)
    elif isinstance(value, str) and (name == "et" or name.endswith("_et")):
        yield value


@pytest.mark.parametrize("pattern", INSTEAD, ids=list(INSTEAD.values()))
def test_nor_is_it_in_the_lists_that_a_new_desk_has(pattern):
    seeds = sorted(po_path().parents[3].glob("*/seeds/*.toml"))
    texts = [text for path in seeds for text in seeded(tomllib.loads(path.read_text(encoding="utf-8")))]
    assert len(texts) > 300

    assert [text for text in texts if re.search(pattern, text)] == []


def test_staff_are_spoken_to_as_sina():
    found = [text for message in CATALOGUE if is_to_staff(message) for text in message.strings if TEIE.search(text)]

    assert [text for text in found if "Teie ütlesite" not in text] == []


def test_sina_is_written_small_within_a_sentence():
    assert entries(SINA.pattern) == []


def test_clients_are_spoken_to_as_teie():
    told = [
        message
        for message in CATALOGUE
        if message.files and all(ONLY_TO_CLIENTS.search(file) for file in message.files)
    ]
    assert len(told) > 30

    assert [text for message in told for text in message.strings if SINA_OR_ORDER.search(text)] == []


def test_every_quotation_is_closed_as_it_was_opened():
    wrong = [text for message in CATALOGUE for text in message.strings if text.count("„") != text.count("“")]

    assert wrong == []


def test_pages_for_those_who_use_the_desk_speak_as_the_desk_does():
    assert HELP

    wrong = [
        f"{page.name}: {found.group()}"
        for page in HELP
        for found in re.finditer(TEIE, page.read_text(encoding="utf-8").replace("Teie ütlesite, meie tegime", ""))
    ]
    assert wrong == []


def test_the_glossary_has_one_row_for_each_word():
    rows = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \|", (HELP[0].parents[2] / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    codes = [code for code, _ in rows if code not in ("Code", "---")]

    assert sorted({code for code in codes if codes.count(code) > 1}) == []
