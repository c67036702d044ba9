"""Whose matter it is when it is not ours: the body of the topic, else the one that its advice names first.

Advice is prose ("… annab loa kohalik omavalitsus"), so a body is known by its abbreviation, its number, or the words of
its name in any case ending. What is found is proposed; the person who hears the client decides.
"""

import re
from collections.abc import Iterable
from datetime import date

from bureau import reference
from bureau.reference import Entry

ENDING = 2
SHORTEST_STEM = 4


def right_door(topic: Entry | None, today: date) -> Entry | None:
    if topic is None:
        return None
    bodies = reference.outside_bodies()
    if topic.outside_body_id:
        return bodies.get(topic.outside_body_id)
    in_use = [body for body in bodies.values() if body.in_use(today)]
    return first_named(str(topic.extra.get("guide_et") or ""), in_use)


def first_named(advice: str, bodies: Iterable[Entry]) -> Entry | None:
    """The body that stands first in the advice."""
    found = []
    for body in bodies:
        places = [hit.start() for pattern in patterns_of(body.name_et) if (hit := pattern.search(advice))]
        if places:
            found.append((min(places), body.id, body))
    return min(found)[2] if found else None


def patterns_of(name: str) -> list[re.Pattern]:
    known = [re.compile(rf"\b{re.escape(short)}(?=[^A-ZÕÄÖÜ0-9]|$)") for short in re.findall(r"\b(?:[A-ZÕÄÖÜ][A-Za-z]*[A-ZÕÄÖÜ]|\d{3,4})\b", name)]  # fmt: skip
    words = re.sub(r"\(.*?\)", " ", name).split()
    if all(len(word) > SHORTEST_STEM for word in words):
        stems = [re.escape(word[:-ENDING]) + r"\w*" for word in words]
        known.append(re.compile(r"\b" + r"\s+".join(stems), re.IGNORECASE))
    return known
