"""The keys of a mapping file as its page in docs/ shows them: written beside the code that reads them, never twice."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

BEGIN, END = "<!-- keys -->", "<!-- end of keys -->"


@dataclass(frozen=True)
class Key:
    """`place` is the key with its table (`file.encoding`); `holds` the kind of value, `meaning` one sentence."""

    place: str
    holds: str
    meaning: str


def as_markdown(keys: Iterable[Key]) -> str:
    lines = ["| key | value | what it says |", "| --- | --- | --- |"]
    lines += [f"| `{key.place}` | {key.holds} | {key.meaning} |" for key in keys]
    return "\n".join(lines)


def keys_in(page: Path) -> str:
    """What stands between the marks of the page."""
    return page.read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0].strip()
