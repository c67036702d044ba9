"""Whom a rule asks: eligibility with the reason of every skip, a draw that anybody can repeat, and when it is sent.

Pure. The draw is a hash of the event, so that neither chance nor a specialist picks who is asked: the same event always
draws the same lot, and a rate of thirty percent asks those whose lot is below thirty.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

QUARANTINE_DAYS = 30
TIMES_A_YEAR = 4
LOTS = 10_000


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of an event when a rule looks at it. Days of asking over all surveys and focus groups."""

    event_key: str
    on: date
    is_running: bool = True
    meets_conditions: bool = True
    is_internal: bool = False
    is_restricted: bool = False
    has_address: bool = True
    has_declined: bool = False
    has_open_complaint: bool = False
    asked_on: tuple[date, ...] = ()


@dataclass(frozen=True)
class Decision:
    """`reason` "invited", or why not; `draw` where the lot was drawn."""

    reason: str
    draw: Decimal | None = None

    @property
    def is_invited(self) -> bool:
        return self.reason == "invited"


def lot(event_key: str, *, salt: str = "") -> Decimal:
    """0–99.99 for this event, the same for whoever draws; `salt` makes the draws of two rules independent."""
    digest = hashlib.sha256(f"{salt}\0{event_key}".encode()).digest()
    return Decimal(int.from_bytes(digest[:8], "big") % LOTS) / 100


def rate_for(stratum: str, *, rate_percent: int, stratum_rates: Mapping[str, int]) -> int:
    """The share of a stratum of its own, else the rule's."""
    return stratum_rates.get(stratum, rate_percent)


def decide(facts: Facts, *, rate: int, salt: str = "") -> Decision:
    """The first thing that stands against asking, in the order in which it would be explained to the person.

    What lies with the survey and the matter comes first, then the person's wish, then the burden, and last the lot: so the
    share of those drawn is a share of all who could have been asked.
    """
    if not facts.is_running:
        return Decision("survey_closed")
    if not facts.meets_conditions:
        return Decision("conditions")
    if facts.is_internal:
        return Decision("internal")
    if facts.is_restricted:
        return Decision("restricted")
    if not facts.has_address:
        return Decision("no_address")
    if facts.has_declined:
        return Decision("declined")
    if facts.has_open_complaint:
        return Decision("open_complaint")
    lately = [day for day in facts.asked_on if facts.on - timedelta(days=QUARANTINE_DAYS) < day <= facts.on]
    if lately:
        return Decision("asked_lately")
    year = [day for day in facts.asked_on if facts.on - timedelta(days=365) < day <= facts.on]
    if len(year) >= TIMES_A_YEAR:
        return Decision("asked_enough")
    drawn = lot(facts.event_key, salt=salt)
    return Decision("invited" if drawn < rate else "not_sampled", drawn)


def send_moment(event_at: datetime, *, delay_hours: int, quiet_from: time, quiet_until: time) -> datetime:
    """The delay after the event, moved out of the quiet hours; all in the zone of `event_at`."""
    at = event_at + timedelta(hours=delay_hours)
    local = at.timetz().replace(tzinfo=None)
    if quiet_from == quiet_until:
        return at
    wraps = quiet_from > quiet_until
    is_quiet = (local >= quiet_from or local < quiet_until) if wraps else (quiet_from <= local < quiet_until)
    if not is_quiet:
        return at
    day = at.date() + timedelta(days=1) if wraps and local >= quiet_from else at.date()
    return datetime.combine(day, quiet_until, tzinfo=at.tzinfo)
