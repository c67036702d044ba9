"""What somebody has typed and not yet sent, kept on the server until it is sent or thrown away.

One draft per person, form and subject (the number of a case, say, or nothing). Writing again is one statement, so that
saving every few seconds costs nothing worth speaking of. A deed removes its draft in its own transaction.
"""

import json
import re
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau import phone_numbers, registry_codes
from bureau.models import Draft, User

# A letter of a hundred pages fits; a pasted film does not.
MOST_CHARACTERS = 400_000
# Nobody leaves so many things half written; whoever fills the table on purpose is stopped.
MOST_DRAFTS = 500
# What a page sends along and nobody typed.
NOT_KEPT = {"csrfmiddlewaretoken", "form_key", "password"}


# Boxes in which somebody is named or found. A personal code typed into them, rightly or not, is kept nowhere.
NAMES_SOMEBODY = {"who", "phone", "registry_code", "name", "q"}
_DIGITS = re.compile(r"(?<![+\d])\d[\d\s]{8,}\d")


class DraftRefused(ValueError):
    """More than a draft may hold, or one more than somebody may have; says so in the reader's language."""


def typed(posted: QueryDict) -> dict[str, Any]:
    """Fields of a form as they were typed: one value as text, several as a list. NUL has no place in a text."""
    kept: dict[str, Any] = {}
    for name, values in posted.lists():
        if name in NOT_KEPT:
            continue
        clean = [value.replace("\x00", "") for value in values if isinstance(value, str)]
        if name.rpartition("-")[2] in NAMES_SOMEBODY:
            clean = ["" if holds_personal_code(value) else value for value in clean]
        kept[name] = clean[0] if len(clean) == 1 else clean
    return kept


def holds_personal_code(text: str) -> bool:
    return any(
        registry_codes.looks_like_personal_code(found) and phone_numbers.to_e164(found) is None
        for found in _DIGITS.findall(text)
    )


def save_draft(*, user: User, form: str, subject: str = "", data: dict[str, Any]) -> Draft:
    """Keep `data` as the person's draft of this form, in place of the one before."""
    if len(json.dumps(data, ensure_ascii=False)) > MOST_CHARACTERS:
        raise DraftRefused(_("This text is too long to be kept as a draft. Shorten it or attach it as a file."))
    draft = Draft(user=user, form=form, subject=subject, data=data, updated_at=timezone.now())
    place = Draft.objects.filter(user=user, form=form, subject=subject)
    if place.update(data=data, updated_at=draft.updated_at):
        return draft
    if Draft.objects.filter(user=user).values("pk")[:MOST_DRAFTS].count() >= MOST_DRAFTS:
        raise DraftRefused(
            _("You have %(count)s unfinished texts. Send or throw away some of them; until then no new one is kept.")
            % {"count": MOST_DRAFTS}
        )
    Draft.objects.bulk_create(
        [draft],
        update_conflicts=True,
        unique_fields=["user", "form", "subject"],
        update_fields=["data", "updated_at"],
    )
    return draft


def draft_of(*, user: User, form: str, subject: str = "") -> Draft | None:
    return Draft.objects.filter(user=user, form=form, subject=subject).first()


def restored(*, user: User, form: str, subject: str = "") -> dict[str, Any]:
    """What was typed, to be given to a form as `initial`; empty when there is no draft."""
    draft = draft_of(user=user, form=form, subject=subject)
    return dict(draft.data) if draft else {}


def discard_draft(*, user: User, form: str, subject: str = "", having: dict[str, str] | None = None) -> int:
    """Throw the draft away: it was sent, or is no longer wanted. One statement, whether there was one or not.

    `having`: only when the draft holds these values; what is being typed meanwhile stays.
    """
    drafts = Draft.objects.filter(user=user, form=form, subject=subject)
    if having:
        drafts = drafts.filter(data__contains=having)
    return drafts._raw_delete(drafts.db)


def drafts_of(user: User) -> list[Draft]:
    """A person's unfinished texts, newest first."""
    return list(Draft.objects.filter(user=user).order_by("-updated_at", "-pk")[:50])
