"""The Estonian message catalogue: found in the source, kept sorted, checked and compiled without system gettext.

Python is read by its syntax tree, so that an alias (`gettext_lazy as _`) counts only where it was imported;
templates go through Django's own `templatize` and Babel's extractor. A translation whose message is not in the
source (yet, or any more) stays in the file as an obsolete `#~` entry: `--check` names it, `--prune` drops it.

Nothing here needs settings or a database: `python -m bureau.catalogue` does the same as `manage.py catalogue`,
also while some app cannot be imported.
"""

import argparse
import ast
import fcntl
import json
import os
import re
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any

BASE_DIR = Path(__file__).resolve().parent.parent
SOURCES = ("bureau", "complaints", "feedback", "staff", "quality", "templates")
LEFT_OUT = {"migrations", "node_modules", "__pycache__"}
CONTEXT_MARK = "\u0004"

HEADER = """\
# Estonian messages. Made by `manage.py catalogue`; add translations with `manage.py catalogue --add FILE.json`.
msgid ""
msgstr ""
"Language: et\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""

# Django's function → places of (context, singular, plural) among its arguments.
FUNCTIONS: dict[str, tuple[int | None, int, int | None]] = {
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
# The same for Babel, which counts from one; templatize writes only these five.
TEMPLATE_KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}

Key = tuple[str, str]  # context ("" for none), singular message


@dataclass(frozen=True)
class Message:
    """One message of the catalogue: where it is used and how it reads in Estonian."""

    singular: str
    context: str = ""
    plural: str = ""
    files: frozenset[str] = frozenset()
    strings: tuple[str, ...] = ()
    is_fuzzy: bool = False

    @property
    def key(self) -> Key:
        return (self.context, self.singular)

    @property
    def is_translated(self) -> bool:
        return len(self.strings) == (2 if self.plural else 1) and all(self.strings)

    def __str__(self) -> str:
        return json.dumps(self.json_key, ensure_ascii=False)

    @property
    def json_key(self) -> str:
        return f"{self.context}{CONTEXT_MARK}{self.singular}" if self.context else self.singular


@dataclass
class Source:
    """All messages of the source, and the files that could not be read."""

    messages: dict[Key, Message] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def add(self, *, context: str, singular: str, plural: str, file: str) -> None:
        if not singular:
            return
        known = self.messages.get((context, singular))
        if known is None:
            self.messages[context, singular] = Message(singular, context, plural, frozenset({file}))
            return
        if plural and known.plural and plural != known.plural:
            self.problems.append(f"{file}: two plurals of {known}: {known.plural!r} and {plural!r}")
        self.messages[known.key] = replace(known, plural=known.plural or plural, files=known.files | {file})


# --- Finding the messages -------------------------------------------------------------------------------------------


def read_source(base: Path = BASE_DIR, sources: Iterable[str] = SOURCES) -> Source:
    """Every message of Python files and templates below the given folders."""
    found = Source()
    for path in source_files(base, sources):
        name = path.relative_to(base).as_posix()
        read = python_messages if path.suffix == ".py" else template_messages
        try:
            for context, singular, plural in read(path.read_text(encoding="utf-8")):
                found.add(context=context, singular=singular, plural=plural, file=name)
        except (SyntaxError, UnicodeDecodeError, ValueError) as error:
            found.problems.append(f"{name}: cannot be read ({error})")
    return found


def source_files(base: Path, sources: Iterable[str]) -> Iterator[Path]:
    for source in sources:
        for folder, folders, names in os.walk(base / source):
            folders[:] = sorted(set(folders) - LEFT_OUT)
            for name in sorted(names):
                if name.endswith(".py") or ("templates" in Path(folder).parts and name.endswith((".html", ".txt"))):
                    yield Path(folder) / name


def python_messages(text: str) -> Iterator[tuple[str, str, str]]:
    """(context, singular, plural) of each call of a translation function, under the name it was imported by."""
    tree = ast.parse(text)
    local: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            local |= {name.asname or name.name: name.name for name in node.names if name.name in FUNCTIONS}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name):
            function = local.get(node.func.id, "")
        elif isinstance(node.func, ast.Attribute) and node.func.attr in FUNCTIONS:
            function = node.func.attr  # translation.gettext(…)
        else:
            continue
        if function:
            context, singular, plural = (literal(node, place) for place in FUNCTIONS[function])
            if singular:
                yield context, singular, plural


def literal(call: ast.Call, place: int | None) -> str:
    """The text written at that place of the call; empty when it is computed."""
    if place is None or place >= len(call.args):
        return ""
    match call.args[place]:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr():
            raise SyntaxError(f"line {call.lineno}: an f-string cannot be translated")
        case _:
            return ""


def template_messages(text: str) -> Iterator[tuple[str, str, str]]:
    """(context, singular, plural) of `translate`, `blocktranslate` and `_()` in a template."""
    from babel.messages.extract import extract
    from django.utils.translation.template import templatize

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        code = templatize(text)
    # What is no message has become X; one bracket around all of it keeps Python's tokenizer from minding indents.
    for _line, message, _comments, context in extract("python", BytesIO(f"({code}\n)".encode()), TEMPLATE_KEYWORDS):
        singular, plural = message if isinstance(message, tuple) else (message, "")
        yield context or "", singular, plural


# --- Reading, merging and writing the catalogue ---------------------------------------------------------------------


def po_path(base: Path = BASE_DIR) -> Path:
    return base / "locale" / "et" / "LC_MESSAGES" / "django.po"


def read_po(path: Path) -> dict[Key, Message]:
    """Messages of the file, obsolete ones included."""
    from babel.messages.pofile import read_po as babel_read_po

    if not path.exists():
        return {}
    with path.open("rb") as file:
        catalog = babel_read_po(file, locale="et")
    found = {}
    for entry in [*catalog, *catalog.obsolete.values()]:
        if not entry.id:
            continue
        singular, plural = entry.id if isinstance(entry.id, (tuple, list)) else (entry.id, "")
        strings = entry.string if isinstance(entry.string, (tuple, list)) else (entry.string or "",)
        files = frozenset(name for name, _line in entry.locations)
        message = Message(singular, entry.context or "", plural, files, tuple(strings), entry.fuzzy)
        found[message.key] = message
    return found


def merged(source: dict[Key, Message], known: dict[Key, Message]) -> tuple[list[Message], list[Message]]:
    """(messages in use, obsolete messages that still hold a translation), both sorted."""
    used = []
    for key, message in source.items():
        old = known.get(key)
        if old is not None:
            message = replace(message, strings=strings_for(message, old), is_fuzzy=old.is_fuzzy)
        used.append(message)
    obsolete = [message for key, message in known.items() if key not in source and any(message.strings)]
    return sorted(used, key=sort_key), sorted(obsolete, key=sort_key)


def strings_for(message: Message, old: Message) -> tuple[str, ...]:
    """The old translation, as far as it fits: a message that became plural still lacks its second form."""
    if message.plural and len(old.strings) == 1:
        return (*old.strings, "")
    return old.strings if message.plural else old.strings[:1]


def sort_key(message: Message) -> tuple[str, str, str]:
    return (message.singular.casefold(), message.singular, message.context)


def written_po(used: Iterable[Message], obsolete: Iterable[Message]) -> str:
    """The file as text: sorted, files without line numbers, no dates, so that differences stay small."""
    from babel.messages.pofile import generate_po

    catalog = babel_catalog(used)
    for message in obsolete:
        catalog.obsolete[message.key] = babel_entry(replace(message, files=frozenset()))
    return HEADER + "".join(generate_po(catalog, include_lineno=False, omit_header=True, width=0))


def babel_catalog(messages: Iterable[Message]) -> Any:
    from babel.messages.catalog import Catalog

    catalog = Catalog(locale="et", charset="utf-8", fuzzy=False)
    for message in messages:
        entry = babel_entry(message)
        catalog[entry.id] = entry
    return catalog


def babel_entry(message: Message) -> Any:
    from babel.messages.catalog import Message as Entry

    strings = message.strings or ("", "")
    return Entry(
        babel_id(message),
        tuple(strings) if message.plural else strings[0],
        locations=[(name, 0) for name in sorted(message.files)],
        flags=["fuzzy"] if message.is_fuzzy else [],
        context=message.context or None,
    )


def babel_id(message: Message) -> str | tuple[str, str]:
    return (message.singular, message.plural) if message.plural else message.singular


def write(path: Path, content: bytes) -> bool:
    """Replace the file at one stroke; leave it alone when nothing would change."""
    if path.exists() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        file.write(content)
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)
    return True


@contextmanager
def locked(base: Path) -> Iterator[None]:
    """One writer at a time; the folder itself is the lock, so no file is left behind."""
    folder = base / "locale"
    folder.mkdir(exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


# --- Compiling ------------------------------------------------------------------------------------------------------


def compile_catalogue(base: Path = BASE_DIR) -> int:
    """Write django.mo beside each django.po below locale/; returns the number of messages in them."""
    from babel.messages.mofile import write_mo

    count = 0
    for po in sorted((base / "locale").glob("*/LC_MESSAGES/*.po")):
        messages = [message for message in read_po(po).values() if message.is_translated and not message.is_fuzzy]
        out = BytesIO()
        write_mo(out, babel_catalog(messages))
        mo = po.with_suffix(".mo")
        if not write(mo, out.getvalue()):
            os.utime(mo)
        count += len(messages)
    return count


def is_stale(base: Path = BASE_DIR) -> bool:
    """Is a compiled catalogue missing or older than its source?"""
    for po in (base / "locale").glob("*/LC_MESSAGES/*.po"):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime_ns < po.stat().st_mtime_ns:
            return True
    return False


def compile_if_stale(base: Path = BASE_DIR) -> bool:
    """Called at the start of every process: two `stat` calls when all is well."""
    if not is_stale(base):
        return False
    try:
        compile_catalogue(base)
    except OSError as error:
        print(f"The Estonian catalogue could not be compiled: {error}", file=sys.stderr)
        return False
    return True


# --- Checking -------------------------------------------------------------------------------------------------------

NAMED = re.compile(r"%\((\w+)\)[-+#0-9.]*[a-zA-Z]")
PLAIN = re.compile(r"%[sdr]")
BRACES = re.compile(r"\{\w*\}")


def placeholders(text: str) -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]:
    """Named places as a set; nameless ones and {braces} sorted, each as often as it stands."""
    text = text.replace("%%", "")
    return (
        frozenset(NAMED.findall(text)),
        tuple(sorted(PLAIN.findall(text))),
        tuple(sorted(BRACES.findall(text))),
    )


def placeholder_problem(message: Message) -> str:
    """How the places to fill differ between message and translation; empty when they agree.

    The first form of a plural may leave the number out ("one case"), as its message may.
    """
    allowed = [{placeholders(message.singular)}]
    if message.plural:
        both = {placeholders(message.singular), placeholders(message.plural)}
        allowed = [both, {placeholders(message.plural)}]
    for string, choices in zip(message.strings, allowed, strict=False):
        if placeholders(string) not in choices:
            return f"{string!r} must hold the same places as {message.plural or message.singular!r}"
        is_filled = any(any(places) for places in choices) or "%%" in message.singular
        if is_filled and "%" in PLAIN.sub("", NAMED.sub("", string.replace("%%", ""))):
            return f"{string!r}: write a percent sign as %%"
        if string != string.strip() and message.singular == message.singular.strip():
            return f"{string!r} begins or ends with a space"
    return ""


def problems(base: Path = BASE_DIR, under: Iterable[str] = ()) -> list[str]:
    """Each missing, fuzzy or obsolete entry and each mismatch, as a sentence; empty when the catalogue is complete."""
    source = read_source(base)
    used, obsolete = merged(source.messages, read_po(po_path(base)))
    under = tuple(under)
    found = [problem for problem in source.problems if not under or problem.startswith(under)]
    for message in used:
        if under and not any(name.startswith(under) for name in message.files):
            continue
        where = ", ".join(sorted(message.files))
        if not message.is_translated:
            found.append(f"missing: {message}  ({where})")
        elif message.is_fuzzy:
            found.append(f"fuzzy: {message}  ({where})")
        elif mismatch := placeholder_problem(message):
            found.append(f"mismatch: {message}: {mismatch}  ({where})")
    if not under:
        found += [f"obsolete: {message}" for message in obsolete]
    return found


# --- Deeds ----------------------------------------------------------------------------------------------------------


def update(base: Path = BASE_DIR, additions: dict[str, str | list[str]] | None = None, *, prune: bool = False) -> dict:
    """Read the source anew, merge translations in, write and compile. Returns counts and what was refused."""
    with locked(base):
        source = read_source(base)
        known = read_po(po_path(base))
        refused, changed, unknown = [], [], []
        for key, value in (additions or {}).items():
            context, _mark, singular = key.rpartition(CONTEXT_MARK)
            old = known.get((context, singular))
            message = source.messages.get((context, singular))
            if message is None:
                unknown.append(key)
                plural = old.plural if old else ""
                message = Message(singular, context, plural or (singular if isinstance(value, list) else ""))
            message = replace(message, strings=tuple([value] if isinstance(value, str) else value))
            if not message.is_translated:
                forms = "two forms, [one, many]" if message.plural else "one text"
                refused.append(f"{message}: needs {forms}")
            elif mismatch := placeholder_problem(message):
                refused.append(f"{message}: {mismatch}")
            else:
                if old is not None and old.is_translated and old.strings != message.strings:
                    changed.append(f"{message}: {' | '.join(old.strings)} → {' | '.join(message.strings)}")
                known[message.key] = message
        used, obsolete = merged(source.messages, known)
        write(po_path(base), written_po(used, [] if prune else obsolete).encode())
        compile_catalogue(base)
    return {
        "messages": len(used),
        "missing": sum(not message.is_translated for message in used),
        "obsolete": 0 if prune else len(obsolete),
        "refused": refused,
        "changed": changed,
        "unknown": unknown,
        "problems": source.problems,
    }


def missing(base: Path = BASE_DIR, under: Iterable[str] = ()) -> dict[str, str | list[str]]:
    """Messages without a translation, in the shape that `--add` takes back once filled in."""
    used, _obsolete = merged(read_source(base).messages, read_po(po_path(base)))
    under = tuple(under)
    return {
        message.json_key: ["", ""] if message.plural else ""
        for message in used
        if not message.is_translated and (not under or any(name.startswith(under) for name in message.files))
    }


def command_line() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="The Estonian message catalogue.")
    add_arguments(parser)
    return parser


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--add", metavar="FILE.json", action="append", default=[], help="merge translations")
    parser.add_argument("--check", action="store_true", help="fail when anything is missing, fuzzy or obsolete")
    parser.add_argument("--compile", action="store_true", help="only write the compiled catalogue")
    parser.add_argument("--missing", action="store_true", help="print what lacks a translation, as JSON for --add")
    parser.add_argument("--prune", action="store_true", help="drop obsolete entries")
    parser.add_argument("--under", metavar="PATH", action="append", default=[], help="only messages used below PATH")
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def run(options: dict[str, Any], say: Callable[[str], Any], base: Path = BASE_DIR) -> int:
    """What the command line asks for; returns the exit status."""
    if options["compile"]:
        result: dict[str, Any] = {"compiled": compile_catalogue(base)}
        say(json.dumps(result) if options["json"] else f"Compiled {result['compiled']} messages.")
        return 0
    if options["missing"]:
        say(json.dumps(missing(base, options["under"]), ensure_ascii=False, indent=1))
        return 0
    if options["check"]:
        found = problems(base, options["under"])
        for problem in found:
            say(problem)
        say(json.dumps({"problems": len(found)}) if options["json"] else f"{len(found)} problems.")
        return 1 if found else 0
    additions: dict[str, str | list[str]] = {}
    for name in options["add"]:
        additions |= json.loads(Path(name).read_text(encoding="utf-8"))
    result = update(base, additions, prune=options["prune"])
    for kind in ("refused", "changed", "unknown", "problems"):
        for text in result[kind]:
            say(f"{'not in the source' if kind == 'unknown' else kind}: {text}")
    if options["json"]:
        say(json.dumps(result, ensure_ascii=False))
    else:
        say(f"{result['messages']} messages, {result['missing']} missing, {result['obsolete']} obsolete.")
    return 1 if result["refused"] else 0


if __name__ == "__main__":
    sys.exit(run(vars(command_line().parse_args()), print))
