"""How a case ended, and on which ground a reply may be left out."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Outcome(models.TextChoices):
    EXPLAINED = "explained", pgettext_lazy("outcome", "Explained")
    GIVEN = "given", pgettext_lazy("outcome", "Information given")
    PARTLY_GIVEN = "partly_given", pgettext_lazy("outcome", "Information given in part")
    SOLVED = "solved", pgettext_lazy("outcome", "Solved")
    NOTED = "noted", pgettext_lazy("outcome", "Taken note of")
    REFUSED = "refused", pgettext_lazy("outcome", "Refused")
    UPHELD = "upheld", pgettext_lazy("outcome", "Upheld")
    PARTLY_UPHELD = "partly_upheld", pgettext_lazy("outcome", "Upheld in part")
    NOT_UPHELD = "not_upheld", pgettext_lazy("outcome", "Not upheld")
    FORWARDED = "forwarded", pgettext_lazy("outcome", "Forwarded to another body")
    WITHDRAWN = "withdrawn", pgettext_lazy("outcome", "Withdrawn by the client")
    NOT_ANSWERED = "not_answered", pgettext_lazy("outcome", "Left unanswered by law")
    MISTAKE = "mistake", pgettext_lazy("outcome", "Registered by mistake")


class NoReply(models.TextChoices):
    """Grounds to leave a turn unanswered; MSVS § 5 as told on tja.ee, and what follows from the matter itself."""

    NOT_WANTED = "not_wanted", _("The person asked for no reply")
    NO_CONTACT = "no_contact", _("The person gave no contact data")
    UNIDENTIFIABLE = "unidentifiable", _("The person cannot be identified")
    ILLEGIBLE = "illegible", _("The letter is illegible")
    UNREASONABLE = "unreasonable", _("A reply would need reorganised work or unreasonable cost")
    LANGUAGE = "language", _("The letter is not in Estonian")
    GUARDIAN = "guardian", _("The guardian's consent is missing")
    WITHDRAWN = "withdrawn", _("The person withdrew")
    DUPLICATE = "duplicate", _("It is answered under another case")
    NOTHING_OWED = "nothing_owed", _("This kind needs no reply")


def outcomes_for(*, is_complaint: bool) -> list[tuple[str, str]]:
    """Outcomes to choose from: whether a complaint was right is asked of complaints only."""
    of_complaints = {Outcome.UPHELD, Outcome.PARTLY_UPHELD, Outcome.NOT_UPHELD}
    shown = [one for one in Outcome if is_complaint or one not in of_complaints]
    return [(one.value, one.label) for one in shown]


def outcome_words(code: str) -> str:
    """Empty for what is no outcome of ours: a code says nothing to a reader."""
    return str(Outcome(code).label) if code in Outcome.values else ""


# Why a clock ended without a reply; the code is kept, the word is shown in the reader's language.
CLOCK_ENDINGS: dict[str, object] = {
    "answered_by_us": _("answered by ourselves"),
    "forwarded": _("forwarded to the right body"),
    "reclassified": _("the kind was changed"),
    "case_closed": _("the case was closed"),
    **{ground.value: ground.label for ground in NoReply},
}


def clock_ending(code: str) -> str:
    return str(CLOCK_ENDINGS.get(code, ""))
