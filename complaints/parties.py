"""Adding and changing a party. Numbers are kept in the international form, codes are checked, nothing is invented."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from bureau import phone_numbers, registry_codes
from bureau.audit import record
from bureau.models import Deed
from bureau.refusals import DeedRefused
from complaints import search_index
from complaints.address_claims import claim
from complaints.deeds import name_of
from complaints.models import Case, Contact, Party
from complaints.party_search import Typed, certain_parties, having, named_exactly

FIELDS = ("kind", "name", "registry_code", "email", "phone", "address", "language", "note")
# More cases than this are left to the next change of each; no sender has as many open letters.
MOST_SEARCH_DOCUMENTS = 200


class PartyRefused(ValueError):
    """The party cannot be kept so; the message is a sentence in the reader's language."""


@dataclass(frozen=True, kw_only=True)
class PartyFacts:
    """What is known of a party. Any one of name, phone, e-mail and registry code is enough."""

    kind: str = Party.Kind.PERSON
    name: str = ""
    registry_code: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    language: str = "et"
    note: str = ""


@dataclass(frozen=True)
class Clash:
    """One field that somebody else changed after the page was opened, and so did I."""

    field: str
    label: str
    base: str
    theirs: str
    mine: str
    by: str


class PartyChanged(Exception):
    """Both changed the same fields. Nothing was saved; the page shows the three values of each."""

    def __init__(self, party: Party, clashes: list[Clash], merged: dict[str, str]):
        self.party, self.clashes = party, clashes
        # What the form shows next: mine where I changed something, theirs elsewhere.
        self.merged = merged
        super().__init__(f"party {party.pk}: {', '.join(clash.field for clash in clashes)}")


def checked_phone(text: str) -> str:
    if not text.strip():
        return ""
    number = phone_numbers.to_e164(text)
    if number is None:
        raise PartyRefused(_("This is no phone number. Write it whole, with + and the country for a foreign one."))
    return number


def checked_registry_code(text: str) -> str:
    if not text.strip():
        return ""
    if registry_codes.looks_like_personal_code(text):
        raise PartyRefused(_("This is a personal code. Personal codes are not kept; leave the field empty."))
    try:
        return registry_codes.checked_registry_code(text)
    except registry_codes.CodeRefused as refusal:
        raise PartyRefused(str(refusal)) from refusal


def checked_facts(facts: PartyFacts) -> PartyFacts:
    """The same facts as they are kept; `PartyRefused` says what cannot be."""
    values = {name: value.strip() if isinstance(value, str) else value for name, value in asdict(facts).items()}
    values["phone"] = checked_phone(values["phone"])
    values["registry_code"] = checked_registry_code(values["registry_code"])
    if values["email"]:
        try:
            validate_email(values["email"])
        except ValidationError as problem:
            raise PartyRefused(
                _("This e-mail address is not whole: %(email)s") % {"email": values["email"]}
            ) from problem
    if not any(values[name] for name in ("name", "phone", "email", "registry_code")):
        raise PartyRefused(_("Write at least a name, a phone number, an e-mail address or a registry code."))
    return PartyFacts(**values)


def facts_typed(typed: Typed, *, language: str = "et") -> PartyFacts:
    """What was typed into the one box, as facts of a new party. A registry code makes it a company."""
    kind = Party.Kind.COMPANY if typed.registry_code else Party.Kind.PERSON
    # Eight digits that are both a code and no number are a code.
    phone = "" if typed.registry_code and not typed.digits.startswith("+") else typed.phone
    return PartyFacts(
        kind=kind,
        name=typed.name,
        phone=phone,
        email=typed.email,
        registry_code=typed.registry_code,
        language=language,
    )


@transaction.atomic
def add_party(*, facts: PartyFacts, by) -> Party:
    facts = checked_facts(facts)
    party = Party.objects.create(**asdict(facts), created_by=by)
    record("party.added", by=by, on=party, label=label_of(party), fields=[f for f in FIELDS if getattr(party, f)])
    return party


def wait_for_address(*facts: PartyFacts) -> bool:
    """Let only one transaction at a time add a party of the same number, e-mail or code; false when there is none."""
    return claim(address for one in facts for address in (one.phone, one.registry_code, one.email.lower()))


@transaction.atomic
def party_of_address(*, facts: PartyFacts, by, is_somebody_else: bool = False) -> Party:
    """Add a party, unless somebody added it while this one was being typed: the rule of `who_is_meant` asked once more.

    `is_somebody_else`: whoever typed it knows of others with the same address; then only the very same facts are one.
    """
    facts = checked_facts(facts)
    if wait_for_address(facts):
        typed = Typed("", name=facts.name, email=facts.email, phone=facts.phone, registry_code=facts.registry_code)
        found = certain_parties(typed, user=by)
        if is_somebody_else:
            found = [party for party in found if is_same(party, facts)][:1]
        if len(found) == 1:
            return found[0]
        if found:
            raise DeedRefused(_("Several people fit. Choose who it was."), field="who")
    return add_party(facts=facts, by=by)


def is_same(party: Party, facts: PartyFacts) -> bool:
    return all(
        getattr(party, name).casefold() == getattr(facts, name).casefold()
        for name in ("name", "registry_code", "email", "phone")
    )


@transaction.atomic
def change_party(*, party: Party, facts: PartyFacts, by, seen_version: int) -> tuple[Party, list[str]]:
    """Keep `facts`, made from version `seen_version`.

    Fields that only others changed since keep their new values (their labels are returned, to be told); fields that
    both changed raise `PartyChanged`.
    """
    facts = checked_facts(facts)
    party = Party.objects.select_for_update(of=("self",)).get(pk=party.pk)
    mine = asdict(facts)
    now = {name: getattr(party, name) for name in FIELDS}
    merged: list[str] = []
    if party.version != seen_version:
        base = facts_of_version(party, seen_version)
        theirs = {name for name in FIELDS if now[name] != base[name]}
        both = [name for name in FIELDS if name in theirs and mine[name] not in {base[name], now[name]}]
        if both:
            actor = last_changed_by(party)
            clashes = [Clash(name, label_of_field(name), base[name], now[name], mine[name], actor) for name in both]
            shown = {name: now[name] if mine[name] == base[name] else mine[name] for name in FIELDS}
            raise PartyChanged(party, clashes, shown)
        for name in theirs:
            if mine[name] == base[name]:
                mine[name] = now[name]
                merged.append(label_of_field(name))
    changed = [name for name in FIELDS if mine[name] != now[name]]
    if not changed:
        return party, merged
    for name in changed:
        setattr(party, name, mine[name])
    party.version += 1
    party.save(update_fields=[*changed, "version"])
    record("party.changed", by=by, on=party, label=label_of(party), fields=changed)
    if {"name", "email", "phone", "registry_code"} & set(changed):
        for case in Case.objects.filter(party=party).order_by("-pk")[:MOST_SEARCH_DOCUMENTS]:
            search_index.refresh(case)
    return party, merged


def add_data(*, party: Party, typed: Typed, by) -> Party:
    """Give a known person the number, address or code that was typed beside the name; the former stays in history."""
    party = Party.objects.select_for_update(of=("self",)).get(pk=party.pk)
    new = facts_typed(typed)
    given = {name: getattr(new, name) for name in ("phone", "email", "registry_code") if getattr(new, name)}
    facts = PartyFacts(**{name: getattr(party, name) for name in FIELDS} | given)
    return change_party(party=party, facts=facts, by=by, seen_version=party.version)[0]


def facts_of_version(party: Party, version: int) -> dict:
    """The fields as they were at `version`, from the kept row versions."""
    row = party.versions.filter(version=version).order_by("pgh_id").first()
    return {name: getattr(row or party, name) for name in FIELDS}


def label_of_field(name: str) -> str:
    return str(Party._meta.get_field(name).verbose_name)


def label_of(party: Party) -> str:
    """How a deed names the party: deeds are kept for ever, so no name or number of a person stands in them."""
    return f"#{party.pk}"


def last_changed_by(party: Party) -> str:
    deed = (
        Deed.objects.filter(object_type=Party._meta.label_lower, object_id=party.pk, action="party.changed")
        .order_by("-id").only("actor_id").first()
    )  # fmt: skip
    return name_of(deed.actor_id) if deed else ""


def look_alikes(party: Party, *, user, limit: int = 5) -> list[Party]:
    """Other parties with the same number, address or code, or the very same name: perhaps the same one twice."""
    others = Party.objects.visible_to(user).exclude(pk=party.pk)
    same = having(others, phone=party.phone, registry_code=party.registry_code, email=party.email)
    if party.name:
        same.append(named_exactly(others, party.name).order_by("name", "-pk"))
    first, *rest = [one[:limit] for one in same]
    return sorted(first.union(*rest) if rest else first, key=lambda other: -other.pk)[:limit]


@dataclass(frozen=True)
class YearOfParty:
    """How often a party turned to us in twelve months: a count, without a word on what it means."""

    contacts: int
    cases: int


def year_of(party: Party, *, user, today: date) -> YearOfParty:
    since = today - timedelta(days=365)
    return YearOfParty(
        contacts=Contact.objects.visible_to(user).kept().filter(party=party, on__gt=since).count(),
        cases=Case.objects.visible_to(user).filter(party=party, registered_on__gt=since).count(),
    )
