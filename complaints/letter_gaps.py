"""A letter with a gap does not leave, and a decision with a gap is not recorded. One check for all of them.

Our drafts leave "…" where only a person knows the words. What a field of the form knows is filled in; what is left is
refused. An omission within a quotation stands in brackets, as it is written anyhow: […] or (…).
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from bureau.refusals import DeedRefused

# Apart from the word before it: "jne…" trails off, "because …" lacks something.
GAP = re.compile(r"(?<!\S)(?:…|\.{3,}|_{3,})(?!\w)")
SIGNS_BEFORE = 30


def gaps(text: str) -> list[str]:
    """Each gap with the words before it, as a person finds it in the text."""
    return [" ".join(text[max(0, gap.start() - SIGNS_BEFORE) : gap.end()].split()) for gap in GAP.finditer(text)]


def refuse_gaps(text: str) -> None:
    found = gaps(text)
    if found:
        raise DeedRefused(
            _("The letter still has a gap: “%(gap)s”. Write the words that are missing, or take the gap out.")
            % {"gap": found[0]}
        )


def completed(text: str, *, shown: str, now: str, words: str = "", shown_day: str = "", now_day: str = "") -> str:
    """What a person sends: our draft follows the fields, and the first gap takes what a field says.

    `shown`: the draft that stood in the box; `now`: the same draft from the fields as they are sent. A text that the
    person changed is theirs: only its gap is filled, and the day that we wrote into it (`shown_day`) follows its field.
    """
    if same_words(text, shown):
        text = now
    elif shown_day:
        text = text.replace(shown_day, now_day)
    words = words.strip()
    if not words:
        return text
    ended = words if words[-1] in ".!?…" else f"{words}."
    return GAP.sub(lambda _gap: ended, text, count=1)


def same_words(one: str, other: str) -> bool:
    return one.split() == other.split()
