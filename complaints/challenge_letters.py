"""First words of the letters of a challenge, in the language of the case. The specialist changes them freely."""

from datetime import date

from django.utils.translation import gettext as _

from bureau import reference
from bureau.templatetags.formats import day
from complaints.challenge_stages import defect_words
from complaints.complaint_letters import with_next_instances
from complaints.models import Case, Challenge


def of_case(case: Case) -> dict[str, str]:
    return {"received": day(case.received_at), "number": case.number}


def cure_notice(case: Case, challenge: Challenge, until: date | None) -> str:
    return _(
        "Hello!\n\nWe have received your challenge of %(received)s (our number %(number)s). It cannot be decided yet, because "
        "it lacks: %(defects)s. Please send what is missing by %(until)s at the latest. A challenge whose defects remain "
        "is returned."
    ) % {
        **of_case(case),
        "defects": "; ".join(defect_words(challenge.contents)),
        "until": day(until) if until else "…",
    }


def passed_elsewhere(case: Case) -> str:
    return _(
        "Hello!\n\nYour challenge of %(received)s (our number %(number)s) is decided by another body, to which we have "
        "passed it on."
    ) % of_case(case)


def decision(case: Case, challenge: Challenge) -> str:
    words = _(
        "Hello!\n\nYou challenged %(act)s on %(received)s (our number %(number)s). We decided to …\n\nReasons: …"
    ) % {**of_case(case), "act": challenge.act or "…"}
    return with_court(words)


def return_notice(case: Case) -> str:
    words = _("Hello!\n\nWe return your challenge of %(received)s (our number %(number)s). The reason: …") % of_case(
        case
    )
    return with_court(words)


def with_court(words: str) -> str:
    """The way to the court as the head has worded it."""
    court = [one.id for one in reference.next_instances().values() if one.code == "next_court"]
    return with_next_instances(words, court, missing_only=court)
