"""Finding a party while it is typed: by name, telephone number, e-mail, registry code, or the number of a case.

One box takes them all; what was typed decides how it is looked for. Whole data (a number, an address, a code) is found
by its index and points to somebody; a name only suggests, because two people may bear it.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from django.contrib.postgres.search import TrigramWordSimilarity
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import BigIntegerField, CharField, Count, Q, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from bureau import phone_numbers, prepared, registry_codes
from bureau.calendar_store import working_calendar
from bureau.typed_numbers import whole
from bureau.working_calendar import days_left
from complaints.folding import Folded, folded
from complaints.models import Case, Contact, NumberSeries, Party
from complaints.number_guesses import guesses
from complaints.numbering import NumberNotUnderstood, parse_number

MOST_SHOWN = 6
# Names are ranked among so many; a fragment that fits more people than this says nothing yet.
MOST_RANKED = 300
FEWEST_DIGITS = 3
CONTACTS_CAP = 100
LONGEST_NUMBER = 30

_EMAIL = re.compile(r"[^\s<>,;]+@[^\s<>,;]*")
_PHONE = re.compile(r"(?:\+|\b00)?\d[\d\s()/.\-]{1,}\d")
_CASE_NUMBER = re.compile(r"[A-Za-z][\s\-]?(?:19|20)\d\d(?:[\s\-]?\d*)*")


class WhoNotUnderstood(ValueError):
    """What was typed names nobody; says so in the reader's language."""


@dataclass(frozen=True)
class Typed:
    """What a text in the box may mean. Empty parts were not typed."""

    text: str
    name: str = ""
    email: str = ""
    phone: str = ""
    """A whole number in E.164."""
    digits: str = ""
    """Digits of a number that may not be whole yet, with + when the country was typed."""
    registry_code: str = ""
    case_number: str = ""
    is_personal_code: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.text


def read(text: str) -> Typed:
    """Take apart what was typed: "Andres Kuusk 5555 0199" is a name and a number."""
    text = " ".join(text.split())
    if not text:
        return Typed("")
    if _CASE_NUMBER.fullmatch(text):
        return Typed(text, case_number=text.upper())
    rest = text
    email = next(iter(_EMAIL.findall(rest)), "")
    rest = rest.replace(email, " ") if email else rest
    digits = phone = registry_code = ""
    is_personal_code = False
    number = _PHONE.search(rest)
    if number:
        written = number.group().strip()
        rest = rest.replace(number.group(), " ")
        bare = phone_numbers.digits_of(written)
        is_personal_code = not written.startswith(("+", "00")) and (
            registry_codes.is_personal_code(bare)
            or (registry_codes.looks_like_personal_code(bare) and phone_numbers.to_e164(written) is None)
        )
        if not is_personal_code:
            phone = phone_numbers.to_e164(written) or ""
            registry_code = bare if len(bare) == 8 and registry_codes.is_registry_code(bare) else ""
            abroad = written.startswith(("+", "00"))
            digits = f"+{bare.removeprefix('00') if written.startswith('00') else bare}" if abroad else bare
    return Typed(
        text, name=" ".join(rest.split(",")).strip(" -–;"), email=email.lower(), phone=phone, digits=digits,
        registry_code=registry_code, is_personal_code=is_personal_code,
    )  # fmt: skip


def chosen_party(key: object, *, user) -> Party | None:
    """The party that a form names by its key, if `user` may see it."""
    pk = whole(key)
    if pk is None:
        return None
    seen = prepared.for_person("party by key", user, _by_key)
    return next(seen.objects(Party, party=pk), None)


def _by_key(user) -> prepared.Statement:
    return prepared.statement_of(Party.objects.visible_to(user).filter(pk=prepared.Given("party", BigIntegerField())))


def find_parties(text: str, *, user, limit: int = MOST_SHOWN) -> list[Party]:
    """Parties that `user` may see and that fit what was typed so far, the likeliest first."""
    typed = read(text)
    is_name = bool(typed.name) and not typed.case_number and is_in_any_name(typed.name)
    if not (is_name or typed.digits or typed.email):
        return []  # most words that are searched for are nobody's name, and the gate is the dear part of the question
    found: dict[int, Party] = {}
    if typed.phone:
        # What is searched for most: a whole number.
        having = prepared.for_person(f"{limit} parties by phone", user, lambda user: _by_phone(user, limit))
        found |= {party.pk: party for party in having.objects(Party, phone=typed.phone)}
        if not (is_name or typed.registry_code or typed.email):
            return list(found.values())
    seen = Party.objects.visible_to(user)
    for fitting in _by_data(typed, seen):
        for party in fitting[:limit]:
            found.setdefault(party.pk, party)
    if is_name and len(found) < limit:
        for party in by_name(typed.name, seen, limit=limit):
            found.setdefault(party.pk, party)
    return list(found.values())[:limit]


def _by_phone(user, limit: int) -> prepared.Statement:
    given = prepared.Given("phone", CharField())
    return prepared.statement_of(Party.objects.visible_to(user).filter(phone=given).order_by("-pk")[:limit])


def _by_data(typed: Typed, seen: QuerySet) -> list[QuerySet]:
    """By a number that is not whole yet, by code and by address."""
    ways = []
    if not typed.phone and len(typed.digits.lstrip("+")) >= FEWEST_DIGITS:
        starts = Q(phone__startswith="+" + typed.digits.lstrip("+"))
        if not typed.digits.startswith("+"):
            starts |= Q(phone__startswith=f"+372{typed.digits}")
        # The index holds only those with a number.
        ways.append(seen.filter(starts).exclude(phone="").order_by("phone", "-pk"))
    if typed.registry_code:
        ways.append(seen.filter(registry_code=typed.registry_code).order_by("-pk"))
    if len(typed.email) >= FEWEST_DIGITS:
        ways.append(
            seen.alias(lower_email=Lower("email"))
            .filter(lower_email__startswith=typed.email)
            .exclude(email="")
            .order_by("email", "-pk")
        )
    return ways


def by_name(name: str, seen: QuerySet, *, limit: int = MOST_SHOWN) -> list[Party]:
    """Every word is somewhere in the name; when few are, names that sound nearly so come after them."""
    name = folded(name)
    words = name.split()
    named = seen.annotate(folded_name=Folded("name"))
    fitting = named
    for word in words:
        fitting = fitting.filter(folded_name__contains=word)
    ranked = sorted(fitting.values_list("folded_name", "pk")[:MOST_RANKED], key=lambda row: _rank(row[0], name, words))
    keys = [pk for _name, pk in ranked[:limit]]
    if len(keys) < limit and len(name) >= FEWEST_DIGITS:
        near = (
            named.filter(folded_name__trigram_word_similar=name)
            .exclude(pk__in=keys)
            .order_by(TrigramWordSimilarity(name, "folded_name").desc(), "pk")
        )
        keys += near.values_list("pk", flat=True)[: limit - len(keys)]
    parties = Party.objects.in_bulk(keys)
    return [parties[pk] for pk in keys]


def is_in_any_name(name: str) -> bool:
    """Whether any party at all, seen or not, fits or sounds nearly so. Decides only whether the gate is asked."""
    name = folded(name)
    words = name.split()
    named = Party.objects.annotate(folded_name=Folded("name")).order_by()
    fitting = named
    for word in words:
        fitting = fitting.filter(folded_name__contains=word)
    return fitting.exists() or (
        len(name) >= FEWEST_DIGITS and named.filter(folded_name__trigram_word_similar=name).exists()
    )


def _rank(folded_name: str, name: str, words: list[str]) -> tuple:
    parts = folded_name.split()
    begun = all(any(part.startswith(word) for part in parts) for word in words)
    return (folded_name != name, not folded_name.startswith(name), not begun, len(folded_name), folded_name)


def find_case(text: str, *, user) -> Case | None:
    """The case whose whole number was typed, if `user` may see it."""
    try:
        number = parse_number(text)
    except NumberNotUnderstood:
        return None
    return Case.objects.visible_to(user).select_related("party").filter(number=str(number)).first()


def find_cases(text: str, *, user, limit: int = 3) -> list[Case]:
    """Cases whose number begins as typed: "P-2026-0042"."""
    typed = read(text)
    if not typed.case_number:
        return []
    whole = find_case(text, user=user)
    if whole:
        return [whole]
    compact = re.sub(r"[\s\-]", "", typed.case_number)
    begun = "-".join(part for part in (compact[0], compact[1:5], compact[5:11]) if part)
    found = []
    if len(compact) >= 8:
        seen = Case.objects.visible_to(user).select_related("party")
        found = list(seen.filter(number__startswith=begun).order_by("number")[:limit])
    return found or cases_meant(text, user=user, limit=limit)


def cases_meant(text: str, *, user, limit: int = MOST_SHOWN) -> list[Case]:
    """Cases that `user` may see and whose number is like the one typed, the likeliest first."""
    if not re.search(r"\d", text) or len(text) > LONGEST_NUMBER:
        return []
    given = list(NumberSeries.objects.order_by("series", "-year").values_list("series", "year"))
    likely = guesses(
        text, series=list(dict.fromkeys(one for one, _year in given)), years={year for _series, year in given}
    )
    if not likely:
        return []
    cases = Case.objects.visible_to(user).select_related("party").filter(number__in=likely)
    return sorted(cases, key=lambda case: likely.index(case.number))[:limit]


# --- Who was meant ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Meant:
    """The answer to "who?": a party, a case (with its party), several to choose from, somebody new, or nobody named."""

    party: Party | None = None
    case: Case | None = None
    candidates: tuple[Party, ...] = ()
    new: Typed | None = None

    @property
    def is_anonymous(self) -> bool:
        return not (self.party or self.case or self.candidates or self.new)


def who_is_meant(text: str, *, user) -> Meant:
    """Settle a text that nobody chose from the list.

    A whole number, address or code that belongs to one party means that party; one that belongs to several, or a bare
    name that is already known, must be chosen by the person who hears the caller. What is not known is somebody new.
    """
    typed = read(text)
    if typed.is_empty:
        return Meant()
    if typed.case_number:
        case = find_case(text, user=user)
        if case is None:
            raise WhoNotUnderstood(_("There is no such case, or it is not open to you. Check the number."))
        return Meant(party=case.party, case=case)
    if typed.is_personal_code:
        raise WhoNotUnderstood(_("Personal codes are not kept. Write the name or the phone number."))
    certain = certain_parties(typed, user=user)
    if len(certain) == 1:
        return Meant(party=certain[0])
    if certain:
        return Meant(candidates=tuple(certain))
    if typed.name and not (typed.phone or typed.email or typed.registry_code):
        namesakes = named_exactly(Party.objects.visible_to(user), typed.name).order_by("-pk")[:MOST_SHOWN]
        if namesakes:
            return Meant(candidates=tuple(namesakes))
    check_new(typed)
    return Meant(new=typed)


def certain_parties(typed: Typed, *, user, limit: int = MOST_SHOWN) -> list[Party]:
    """Those who have exactly this number, address or code. A name beside it narrows them when it fits."""
    seen = Party.objects.visible_to(user)
    found: dict[int, Party] = {}
    for way in having(seen, phone=typed.phone, registry_code=typed.registry_code, email=typed.email):
        for party in way[:limit]:
            found.setdefault(party.pk, party)
    named = [party for party in found.values() if typed.name and folded(party.name) == folded(typed.name)]
    return named or list(found.values())[:limit]


def having(seen: QuerySet, *, phone: str = "", registry_code: str = "", email: str = "") -> list[QuerySet]:
    """Those with exactly this number, code or address: a question for each, by its own index.

    In the order of names, because the order of ids would tempt the database to read every party from the end.
    """
    ways = []
    if phone:
        ways.append(seen.filter(phone=phone).exclude(phone=""))
    if registry_code:
        ways.append(seen.filter(registry_code=registry_code).exclude(registry_code=""))
    if email:
        ways.append(seen.alias(lower_email=Lower("email")).filter(lower_email=email.lower()).exclude(email=""))
    return [way.order_by("name", "-pk") for way in ways]


def named_exactly(seen: QuerySet, name: str) -> QuerySet:
    """Those who bear this very name, with its marks or without.

    The index of trigrams is asked by a pattern: it cannot tell how rare a name is.
    """
    plain = folded(name)
    return seen.alias(folded_name=Folded("name")).filter(folded_name__contains=plain, folded_name=plain)


def check_new(typed: Typed) -> None:
    """Whether what was typed can be kept as a new party."""
    if typed.email:
        try:
            validate_email(typed.email)
        except ValidationError as problem:
            raise WhoNotUnderstood(
                _("This e-mail address is not whole: %(email)s") % {"email": typed.email}
            ) from problem
    if len(typed.digits) == registry_codes.REGISTRY_DIGITS and not (typed.phone or typed.registry_code):
        try:
            registry_codes.checked_registry_code(typed.digits)
        except registry_codes.CodeRefused as refusal:
            raise WhoNotUnderstood(
                _("%(digits)s is neither a phone number nor a registry code. %(why)s")
                % {"digits": typed.digits, "why": refusal}
            ) from refusal
    if typed.digits and not (typed.phone or typed.registry_code):
        raise WhoNotUnderstood(
            _("%(digits)s is no phone number. Write it whole, with + and the country for a foreign one.")
            % {"digits": typed.digits}
        )
    if not (typed.name or typed.phone or typed.email or typed.registry_code):
        raise WhoNotUnderstood(_("Write a name, a phone number, an e-mail address, a registry code or a case number."))


# --- What is known of those found -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class OpenCase:
    number: str
    title: str
    due_on: date | None
    days_left: int | None
    url: str
    topic_id: int | None


@dataclass
class Summary:
    """What stands beside a found party: how often they turned to us and what is open."""

    contacts: int = 0
    open_cases: list[OpenCase] = field(default_factory=list)


def open_cases_of(parties, *, user, today: date, each: int = 2) -> dict[int, list[OpenCase]]:
    """Open cases of these parties that `user` may see, the most urgent first."""
    calendar = working_calendar()
    found: dict[int, list[OpenCase]] = {party.pk: [] for party in parties}
    rows = (
        Case.objects.visible_to(user).open().filter(party_id__in=found).order_by("due_on", "pk")
        .only("number", "title", "due_on", "topic_id", "party_id")[: 10 * max(1, len(found))]
    )  # fmt: skip
    for case in rows:
        known = found[case.party_id]
        if len(known) < each:
            left = days_left(case.due_on, today, calendar) if case.due_on else None
            known.append(OpenCase(case.number, case.title, case.due_on, left, case.get_absolute_url(), case.topic_id))
    return found


def summaries(parties: list[Party], *, user, today: date) -> dict[int, Summary]:
    """Two statements for any number of parties."""
    if not parties:
        return {}
    counted = (
        Contact.objects.visible_to(user).kept().filter(party_id__in=[party.pk for party in parties])
        .values("party_id").annotate(times=Count("pk")).values_list("party_id", "times").order_by()
    )  # fmt: skip
    times = dict(counted)
    open_cases = open_cases_of(parties, user=user, today=today)
    return {party.pk: Summary(times.get(party.pk, 0), open_cases[party.pk]) for party in parties}
