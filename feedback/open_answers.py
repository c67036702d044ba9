"""Texts that clients wrote: personal data is taken out before anybody beyond the keepers of the survey reads them.

What may be personal data is found by its form (a personal code with its check digit, an address, a number, an account, a
number plate) and suggested; a person decides. Texts are coded with the one codebook of causes.
"""

import re
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum import iban
from stdnum.ee import ik

from bureau import reference
from bureau.audit import record
from bureau.models import Cause
from bureau.refusals import DeedRefused
from bureau.roles import Permission
from feedback import follow_ups
from feedback.models import FollowUp, OpenAnswer, OpenAnswerCause, Response, Survey

TAKEN_OUT = "[…]"
WORDS = {
    "personal_code": gettext_lazy("personal code"), "email": gettext_lazy("e-mail"), "iban": gettext_lazy("account number"),
    "phone": gettext_lazy("telephone"), "plate": gettext_lazy("number plate"),
}  # fmt: skip
# In this order: an account or a code is not to be taken for a telephone number.
PATTERNS = (
    ("email", re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")),
    ("iban", re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b")),
    ("personal_code", re.compile(r"\b[1-8]\d{10}\b")),
    ("phone", re.compile(r"(?<![\d.])(?:\+?372[ -]?)?[5-7]\d{2,3}[ -]?\d{3,4}(?!\d)")),
    ("plate", re.compile(r"\b\d{3} ?[A-ZÕÄÖÜ]{3}\b")),
)


def personal_data_in(text: str) -> list[tuple[str, str]]:
    """(kind in words, what stands there) for everything that looks like personal data."""
    return [(str(WORDS[kind]), text[start:end]) for kind, start, end in spans(text)]


def spans(text: str) -> list[tuple[str, int, int]]:
    found: list[tuple[str, int, int]] = []
    for kind, pattern in PATTERNS:
        for hit in pattern.finditer(text[:20_000]):
            free = all(hit.end() <= start or hit.start() >= end for _kind, start, end in found)
            if free and is_real(kind, hit.group()):
                found.append((kind, hit.start(), hit.end()))
    return sorted(found, key=lambda one: one[1])


def is_real(kind: str, words: str) -> bool:
    """Codes and accounts have check digits; what fails them is some other number."""
    if kind == "personal_code":
        return bool(ik.is_valid(words))
    return bool(iban.is_valid(words)) if kind == "iban" else True


def without_personal_data(text: str) -> str:
    """The text with everything found replaced; a suggestion for the person who releases it."""
    made = text
    for _kind, start, end in reversed(spans(text)):
        made = made[:start] + TAKEN_OUT + made[end:]
    return made


# --- Who reads them ---------------------------------------------------------------------------------------------------
def may_look(user) -> bool:
    return bool(user.may(Permission.SURVEY_EDIT))


def visible_to(user, survey: Survey) -> QuerySet[OpenAnswer]:
    """Keepers of the survey see all; others see what was released, of the answers they may see."""
    texts = OpenAnswer.objects.filter(response__in=Response.objects.visible_to(user).counted().filter(survey=survey))
    return texts if may_look(user) else texts.filter(state=OpenAnswer.State.RELEASED)


@transaction.atomic
def look_at(*, text: OpenAnswer, by, state: str, released_text: str = "", is_flagged: bool = False, causes: Iterable[Cause] = ()) -> OpenAnswer:  # fmt: skip
    """Release the text without personal data, or withhold it; flag it for follow-up; code it."""
    if state not in (OpenAnswer.State.RELEASED, OpenAnswer.State.WITHHELD):
        raise DeedRefused(_("Release the text or withhold it."), field="state")
    held = OpenAnswer.objects.select_for_update(of=("self",)).select_related("response__survey").get(pk=text.pk)
    if state == OpenAnswer.State.RELEASED and not released_text.strip():
        raise DeedRefused(_("Write what is released, or withhold the text."), field="released_text")
    held.state, held.is_flagged, held.looked_at_by = state, is_flagged, by
    held.released_text = released_text.strip() if state == OpenAnswer.State.RELEASED else ""
    held.save()
    wanted = {cause.pk for cause in causes}
    OpenAnswerCause.objects.filter(open_answer=held).exclude(cause_id__in=wanted).delete()
    known = set(OpenAnswerCause.objects.filter(open_answer=held).values_list("cause_id", flat=True))
    OpenAnswerCause.objects.bulk_create(OpenAnswerCause(open_answer=held, cause_id=pk, coded_by=by) for pk in sorted(wanted - known))  # fmt: skip
    survey = held.response.survey
    record("survey.text_looked_at", by=by, on=survey, label=survey.title_et, state=state, flagged=is_flagged, causes=sorted(wanted))  # fmt: skip
    if is_flagged:
        follow_ups.open_follow_up(
            survey=survey, response=held.response, why=FollowUp.Why.FLAGGED, unit_id=held.response.unit_id,
            today=timezone.localdate(),
        )  # fmt: skip
    return held


def counts_by_cause(survey: Survey, user) -> list[tuple[str, int]]:
    """How often each cause was named, the most frequent first; only of texts the person may see."""
    seen = visible_to(user, survey)
    counts = OpenAnswerCause.objects.filter(open_answer__in=seen).values_list("cause_id").annotate(n=Count("pk")).order_by("-n")  # fmt: skip
    names = reference.listed("causes") if "causes" in reference._loaders else {}
    found = [(names[pk].name if pk in names else str(pk), n) for pk, n in counts]
    return [(name, n) for name, n in found if n >= survey.smallest_cell or may_look(user)]


@transaction.atomic
def note_export(*, survey: Survey, by, rows: int) -> None:
    record("survey.answers_exported", by=by, on=survey, label=survey.title_et, rows=rows)
