"""First words of the letters of a complaint, in the language of the case. The specialist changes them freely."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bureau import reference
from bureau.templatetags.formats import day
from complaints.models import Case


def acknowledgement(case: Case, handler: str, reply_by: date | None) -> str:
    return _(
        "Hello!\n\nWe have received your complaint of %(received)s (our number %(number)s). It is handled by %(handler)s. "
        "We will answer by %(until)s at the latest and tell you if we need more time."
    ) % {
        "received": day(case.received_at), "number": case.number, "handler": handler or _("our bureau"),
        "until": day(reply_by) if reply_by else "…",
    }  # fmt: skip


def decision(case: Case) -> str:
    return _(
        "Hello!\n\nYou complained to us on %(received)s (our number %(number)s). We looked into it and found that …\n\n"
        "What we do to put it right: …"
    ) % {"received": day(case.received_at), "number": case.number}


def with_next_instances(text: str, ids: Iterable[int], *, missing_only: Iterable[int]) -> str:
    """The letter with the sentences of the instances that it does not name yet, in the language now active."""
    names, wanted = reference.next_instances(), set(missing_only)
    language = "text_en" if get_language() == "en" else "text_et"
    sentences = [names[pk].extra[language] for pk in ids if pk in wanted and pk in names]
    return "\n\n".join([text.rstrip(), *sentences]) if sentences else text


def return_notice(case: Case) -> str:
    return _(
        "Hello!\n\nYou complained to us on %(received)s (our number %(number)s). We do not review it as a complaint. The reason: …"
    ) % {"received": day(case.received_at), "number": case.number}


def target_notice(case: Case, until: date | None) -> str:
    return _(
        "Hello!\n\nYour complaint (our number %(number)s) needs more time. The reason: …\n\nWe will answer by %(until)s at the latest."
    ) % {"number": case.number, "until": day(until) if until else "…"}


def thanks(case: Case) -> str:
    return _("Hello!\n\nThank you for writing to us on %(received)s. We have passed your words on.") % {
        "received": day(case.received_at)
    }
