"""What README, docs and the changelog name is there: files, links, headings, commands with their options, make targets."""

import re
import shlex
from functools import cache
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

PROJECT = Path(__file__).resolve().parent.parent
PAGES = [
    PROJECT / "README.md", PROJECT / "CHANGELOG.md", PROJECT / "bench/README.md", *sorted((PROJECT / "docs").rglob("*.md")),
]  # fmt: skip
FILE = re.compile(r"[\w.-]+(/[\w.-]+)*\.(py|toml|md|sql|html|css|js|yml|typ|svg|txt|po|png|woff2)")
FOLDER = re.compile(r"[\w.-]+(/[\w.-]+)*/")
MADE_LATER = {"var", "files"}  # by the desk at work; `files` within a backup
WRITTEN_LATER = {"manifest.json", "database.dump"}
OUR_COMMANDS = ("bureau", "complaints", "feedback", "staff", "quality")


def short(page):
    return str(page.relative_to(PROJECT))


def each(pages=PAGES):
    return pytest.mark.parametrize("page", pages, ids=short)


@cache
def ways():
    """Every file and folder of the project by each end of its way: `bureau/views/outbox.py`, `views/outbox.py`, `outbox.py`."""
    found = set()
    for path in PROJECT.rglob("*"):
        parts = path.relative_to(PROJECT).parts
        if parts[0] in (".git", ".venv", "var") or "__pycache__" in parts:
            continue
        found |= {"/".join(parts[start:]) for start in range(len(parts))}
    return found


def in_ticks(text):
    """What stands between backticks, blocks of code left out."""
    return re.findall(r"`([^`]+)`", re.sub(r"(?ms)^```.*?^```", "", text).replace("\n", " "))


def anchors(page):
    """What may stand behind # in a link to it, as GitHub makes it of headings."""
    headings = re.findall(r"(?m)^#+ (.+)$", page.read_text())
    return {re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", heading.strip().lower())) for heading in headings}


@each()
def test_every_link_leads_to_a_file_and_to_a_heading_of_it(page):
    lost = []
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if re.match(r"(https?|mailto):", link):
            continue
        way, _, heading = link.partition("#")
        target = page.parent / way if way else page
        if not target.exists() or heading and heading not in anchors(target):
            lost.append(link)

    assert lost == []


@each()
def test_every_file_and_folder_that_is_named_is_there(page):
    named = {word for word in in_ticks(page.read_text()) if FILE.fullmatch(word) or FOLDER.fullmatch(word)}

    assert {
        word
        for word in named
        if word.rstrip("/") not in ways() and word.split("/")[0] not in MADE_LATER and word not in WRITTEN_LATER
    } == set()


def commands_named(text):
    """[(command, its words)] of every `manage.py …`, and of what README lists under Commands."""
    spoken = [word.split("manage.py ", 1)[1] for word in in_ticks(text) if "manage.py " in word]
    spoken += re.findall(r"(?m)^ {4,}.*manage\.py (.+)$", text)
    for part in re.findall(r"(?ms)^## Commands$(.*?)^## ", text):
        spoken += [word for word in in_ticks(part) if not word.startswith("-") and "manage.py" not in word]
    return [(words.split()[0], words) for words in spoken if re.match(r"[a-z_]+( |$)", words)]


@each()
def test_every_command_that_is_named_is_there_with_its_options(page):
    lost = []
    for name, words in commands_named(page.read_text()):
        if name == "help":
            continue
        if name not in get_commands():
            lost.append(words)
        else:
            options = (
                load_command_class(get_commands()[name], name).create_parser("manage.py", name)._option_string_actions
            )
            lost += [f"{name} {option}" for option in re.findall(r"--[a-z-]+", words) if option not in options]

    assert lost == []


def test_readme_names_every_command_of_ours_and_what_all_of_them_take():
    text = (PROJECT / "README.md").read_text()
    named = {name for name, _ in commands_named(text)}
    ours = {name for name, app in get_commands().items() if app in OUR_COMMANDS}

    assert ours - named == set()
    with_json, _, without = re.search(r"(?ms)^## Commands$(.*?)^## ", text)[1].partition("All take `--json`")
    for name, _ in commands_named(f"## Commands\n{with_json}\n## "):
        parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
        assert "--json" in parser._option_string_actions, name
    assert without


@each()
def test_every_make_target_and_service_that_is_named_is_there(page):
    text = page.read_text()
    targets = set(re.findall(r"(?m)^([a-z]+):", (PROJECT / "Makefile").read_text()))
    named = {target for words in in_ticks(text) for target in re.findall(r"\bmake ([a-z]+)", words)}

    assert named - targets == set()
    variables = {
        name for words in in_ticks(text) for name in re.findall(r"^([A-Z]+)=\S* ?make|make .*?([A-Z]+)=", words)
    }
    makefile = (PROJECT / "Makefile").read_text() + (PROJECT / "bureau/settings.py").read_text()
    assert {name for pair in variables for name in pair if name and name not in makefile} == set()


@pytest.mark.parametrize("example", re.findall(r"`manage\.py (due [^`]+)`", (PROJECT / "README.md").read_text()))
def test_the_examples_of_readme_are_words_that_a_shell_takes(example):
    parser = load_command_class("complaints", "due").create_parser("manage.py", "due")

    assert parser.parse_args(shlex.split(example)[1:]).registered


def test_the_sign_ins_of_readme_are_those_of_the_demo():
    from bureau.demo.people import PASSWORD, SIGN_INS

    text = (PROJECT / "README.md").read_text()

    assert f"`{PASSWORD}`" in text
    assert {person.email for person in SIGN_INS} == set(re.findall(r"\b[\w.]+@naide\.ee\b", text))


@each([page for page in PAGES if (PROJECT / "docs/user") in page.parents])
def test_every_page_for_users_stands_in_both_languages(page):
    language = page.parent.name
    other = page.parent.parent / {"et": "en", "en": "et"}[language] / page.name

    assert other.exists()
    levels = [len(mark) for mark in re.findall(r"(?m)^(#+) ", page.read_text())]
    assert levels == [len(mark) for mark in re.findall(r"(?m)^(#+) ", other.read_text())]
