"""The list under "who?": parties and cases that fit, with what is known of them, and the offer to add somebody new."""

import re
from dataclasses import dataclass, field
from datetime import date

from django.core.cache import cache

from bureau import phone_numbers
from bureau.audit import record_reading
from bureau.roles import Permission
from complaints import party_search
from complaints.models import Case, Party
from complaints.party_search import Summary

# One typing of a name leaves one record, not one a letter.
ONE_SEARCH_SECONDS = 60
# "000027" out of P-2026-000027-3: no telephone of a client begins with one nought, and abroad is longer.
SEQUENCE = re.compile(r"0[0-9]{2,6}")


@dataclass
class FoundParty:
    party: Party
    summary: Summary
    former: str = ""
    """What of theirs the data typed would take the place of."""


@dataclass
class Found:
    parties: list[FoundParty] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    can_be_new: bool = False
    unknown: str = ""
    """Whole data typed beside a name and known of nobody found: whoever is chosen, it must be said where it goes."""
    may_add: bool = False
    problem: str = ""


def found_for(who: str, *, user, today: date) -> Found:
    typed = party_search.read(who)
    if typed.is_empty or len(typed.text) < 2:
        return Found()
    if typed.case_number:
        return Found(cases=party_search.find_cases(who, user=user))
    parties = party_search.find_parties(who, user=user)
    if not parties and SEQUENCE.fullmatch(typed.text):
        return Found(cases=party_search.cases_meant(who, user=user))
    summaries = party_search.summaries(parties, user=user, today=today)
    found = Found(parties=[FoundParty(party, summaries[party.pk]) for party in parties])
    try:
        if typed.is_personal_code:
            party_search.who_is_meant(who, user=user)
        party_search.check_new(typed)
        found.can_be_new = len(typed.text) >= party_search.FEWEST_DIGITS and not is_certain(typed, parties)
    except party_search.WhoNotUnderstood as problem:
        # A number still being typed is no mistake yet.
        found.problem = str(problem) if typed.is_personal_code else ""
    if typed.name and parties and found.can_be_new:
        found.unknown = unknown_data(typed, parties)
        found.may_add = bool(found.unknown) and user.may(Permission.PARTY_CHANGE)
        for one in found.parties:
            one.former = former_data(typed, one.party)
    if parties:
        note_search(typed.text, user=user)
    return found


def former_data(typed: party_search.Typed, party: Party) -> str:
    """The number, address and code of the party that stand where others are typed, as they are shown."""
    stands = {"phone": phone_numbers.shown(party.phone), "email": party.email, "registry_code": party.registry_code}
    return ", ".join(
        words
        for name, words in stands.items()
        if words and getattr(typed, name) and getattr(party, name).lower() != getattr(typed, name)
    )


def unknown_data(typed: party_search.Typed, parties: list[Party]) -> str:
    """The number, address and code that none of these has, as they are shown."""
    shown = {"phone": phone_numbers.shown(typed.phone), "email": typed.email, "registry_code": typed.registry_code}
    new = [
        words
        for name, words in shown.items()
        if getattr(typed, name) and all(getattr(party, name).lower() != getattr(typed, name) for party in parties)
    ]
    return ", ".join(new[:1] if typed.phone and typed.registry_code else new)


def is_certain(typed: party_search.Typed, parties: list[Party]) -> bool:
    """A bare number, address or code that somebody has already: nobody new is offered beside them."""
    if typed.name:
        return False
    return any(
        (typed.phone and party.phone == typed.phone)
        or (typed.email and party.email.lower() == typed.email)
        or (typed.registry_code and party.registry_code == typed.registry_code)
        for party in parties
    )


def note_search(text: str, *, user) -> None:
    """Leave one reading record for one typing: the letters that follow the same beginning belong to it."""
    key = f"party-search:{user.pk}"
    begun = cache.get(key, "")
    cache.set(key, begun if begun and text.lower().startswith(begun) else text.lower(), ONE_SEARCH_SECONDS)
    if not begun or not text.lower().startswith(begun):
        record_reading(
            user=user, way="search", object_type=Party._meta.label_lower, label=text[:200], page="contact_log"
        )
