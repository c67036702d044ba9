"""The one box: a number, a telephone, an address, a code first; then the words of everything that was written.

The gate of rows is joined before anything is ordered or cut, so nothing that a person may not see is counted, hinted at
or suggested. Newest first. A rare word is read from the index; a frequent one is walked from the newest case back,
because reading a quarter of a million places to show twenty-five of them would take a second.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from django.core.cache import cache
from django.db import connection
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from bureau import prepared, reference
from bureau.calendar_store import working_calendar
from complaints import party_search
from complaints.case_ends import with_ended_term
from complaints.case_list import address_of, answered_words, due_pill, ended_words, status_badge
from complaints.contact_words import latest_seen
from complaints.models import Case, Contact, Party
from complaints.numbering import NumberNotUnderstood, parse_number
from complaints.paging import KeyPaging, Order
from complaints.reference import kinds
from complaints.text_search import KEYS, among_given, keys_when_rare, tsquery_of, walked, words_of

PAGE_SIZE = 25
CONTACTS_SHOWN = 5
EXCERPT_FROM = 4000
VOCABULARY_KEPT_SECONDS = 3600
VOCABULARY_CASES = 5000
LIKE_ENOUGH = 0.4
NEWEST = Order("registered_on", descending=True, is_date=True)

START, STOP = "\x02", "\x03"


@dataclass(frozen=True, slots=True)
class Hit:
    number: str
    url: str
    title: str
    is_restricted: bool
    status: SafeString
    due: SafeString | str
    kind: str
    handler: str
    registered_on: date
    excerpt: SafeString


@dataclass
class Found:
    """The answer to a search."""

    text: str
    case: Case | None = None
    number_problem: str = ""
    cases_meant: list[Case] = field(default_factory=list)
    """Cases whose number is like the one that was typed."""
    parties: list[Party] = field(default_factory=list)
    hits: list[Hit] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    """The latest contacts whose note holds the words, with a case or without."""
    has_more_contacts: bool = False
    next_key: str = ""
    previous_key: str = ""
    meant: str = ""
    is_person_data: bool = False
    is_personal_code: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.case or self.cases_meant or self.parties or self.hits or self.contacts)


def search(text: str, *, user, today: date, after: str = "", before: str = "") -> Found:
    text = " ".join(text.replace("\x00", " ").split())[:200]
    found = Found(text)
    if not text:
        return found
    if looks_like_number(text):
        try:
            found.case = Case.objects.visible_to(user).filter(number=str(parse_number(text))).first()
        except NumberNotUnderstood as problem:
            found.number_problem = str(problem)
        if found.case:
            return found
    if not (after or before):
        found.cases_meant = party_search.cases_meant(text, user=user)
    typed = party_search.read(text)
    found.is_person_data = bool(typed.phone or typed.email or typed.registry_code or typed.is_personal_code)
    found.is_personal_code = typed.is_personal_code
    if not (after or before) and not typed.is_personal_code:
        found.parties = party_search.find_parties(text, user=user)
    if found.is_person_data:
        seen = prepared.for_person("cases of parties", user, lambda user: _of_keys(user, "party_id"))
        cases = Case.objects.filter(pk__in=seen.keys(keys=[party.pk for party in found.parties]))
        page = paged(cases, after, before) if found.parties else None
    else:
        page = None
    if page is None or not page.rows:
        page = text_page(text, user=user, after=after, before=before)
    if not (found.is_person_data or after or before):
        rows = latest_seen(text, user=user, most=CONTACTS_SHOWN + 1)
        found.contacts, found.has_more_contacts = rows[:CONTACTS_SHOWN], len(rows) > CONTACTS_SHOWN
    found.hits = hits_of(page.rows, text, today)
    found.next_key, found.previous_key = page.next_key, page.previous_key
    if not (found.hits or found.contacts or found.cases_meant or after or before):
        found.meant = did_you_mean(text)
    return found


def looks_like_number(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z][\s\-‐–—_/.]*[12][0-9]{3}[\s\-‐–—_/.0-9]*", text) is not None


READ = (
    "number", "title", "is_restricted", "status", "due_on", "answered_on", "was_on_time", "kind_id", "assignee_id", "ended_term", "pk",
)  # fmt: skip


def paged(cases, after: str, before: str):
    return KeyPaging(with_ended_term(cases), NEWEST, list(READ), size=PAGE_SIZE, after=after, before=before).page()


def text_page(text: str, *, user, after: str, before: str):
    """Cases that hold the words, newest first."""
    if not words_of(text):
        return paged(Case.objects.none(), after, before)
    keys = keys_when_rare(text)
    if keys is None:
        return paged(walked(Case.objects.visible_to(user), text), after, before)
    seen = prepared.for_person("cases of keys", user, lambda user: _of_keys(user, "pk"))
    return paged(Case.objects.filter(pk__in=seen.keys(keys=keys)), after, before)


def _of_keys(user, field: str) -> prepared.Statement:
    given = prepared.Given("keys", KEYS)
    return prepared.statement_of(Case.objects.visible_to(user).filter(among_given(field, given)).values("pk"))


def hits_of(rows: list[tuple], text: str, today: date) -> list[Hit]:
    language = get_language()
    # A restricted case is named to those who may see it; what it says is read in the case, where reading is recorded.
    open_keys = [row[1] for row in rows if not row[4]]
    excerpts = excerpts_of(open_keys, text)
    names = kinds()
    hits = []
    for (
        registered_on,
        pk,
        number,
        title,
        is_restricted,
        status,
        due_on,
        answered_on,
        was_on_time,
        kind_id,
        assignee_id,
        ended_term,
        *_more,
    ) in rows:
        if due_on:
            due = due_pill(due_on, today, language)
        else:
            due = ended_words(ended_term, language, working_calendar())
            due = due or (answered_words(answered_on, was_on_time, language) if answered_on else "")
        hits.append(
            Hit(
                number=number, url=address_of(number), title=title, is_restricted=is_restricted,
                status=status_badge(status, language), due=due, kind=names[kind_id].name,
                handler=reference.people().get(assignee_id, "") if assignee_id else "", registered_on=registered_on,
                excerpt=excerpts.get(pk, SafeString("")),
            )
        )  # fmt: skip
    return hits


# The words are marked in the text as it was written, accents and all, so the query is asked in both spellings.
EXCERPT_SQL = """
    SELECT c.id, ts_headline('estonian', left(coalesce(nullif(c.description, ''), first.body, ''), %s),
           %s::tsquery || plainto_tsquery('estonian', %s) || plainto_tsquery('simple', %s),
           'StartSel="' || chr(2) || '", StopSel="' || chr(3) || '", MaxFragments=2, MaxWords=18, MinWords=8, FragmentDelimiter=" … "')
      FROM complaints_case c
      LEFT JOIN LATERAL (SELECT m.body FROM complaints_message m WHERE m.case_id = c.id AND m.direction = 'in'
                          ORDER BY m.id LIMIT 1) first ON true
     WHERE c.id = ANY(%s)
"""


def excerpts_of(keys: list[int], text: str) -> dict[int, SafeString]:
    """A line of each case around the words: of its description, else of its first letter."""
    if not keys or not words_of(text):
        return {}
    with connection.cursor() as cursor:
        cursor.execute(EXCERPT_SQL, [EXCERPT_FROM, tsquery_of(text), text, text, keys])
        return {pk: marked(line) for pk, line in cursor.fetchall() if line}


def marked(line: str) -> SafeString:
    """Escaped, with the found words marked."""
    shown = escape(" ".join(line.split())).replace(START, "<mark>").replace(STOP, "</mark>")
    return mark_safe(shown)  # noqa: S308 (escaped just now)


# --- Mistyped words ---------------------------------------------------------------------------------------------------
def did_you_mean(text: str) -> str:
    """The same words with mistyped ones replaced by the likest that we use; empty when nothing is likely."""
    if not words_of(text):
        return ""
    known = vocabulary()
    words, changed = [], False
    for word in text.split():
        bare = re.sub(r"\W", "", word).lower()
        if len(bare) < 4 or bare in known:
            words.append(word)
            continue
        likest = likest_word(bare, known)
        words.append(likest or word)
        changed |= bool(likest)
    return " ".join(words) if changed else ""


def likest_word(word: str, known: list[str]) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word FROM unnest(%s::text[]) word WHERE similarity(word, %s) >= %s ORDER BY similarity(word, %s) DESC, word LIMIT 1",
            [known, word, LIKE_ENOUGH, word],
        )
        row = cursor.fetchone()
    return row[0] if row else ""


def vocabulary() -> list[str]:
    """Words of our lists and of the titles of the latest unrestricted cases, used more than once; kept for an hour."""
    key = "search-vocabulary"
    known = cache.get(key)
    if known is None:
        counted: Counter[str] = Counter()
        titles = (
            Case.objects.filter(is_restricted=False, complaint__persons__isnull=True)
            .order_by("-registered_on", "-id")
            .values_list("title", flat=True)
        )
        for title in titles[:VOCABULARY_CASES]:
            counted.update(plain_words(title))
        listed: set[str] = set()
        for entry in (*reference.topics().values(), *reference.services().values(), *reference.units().values()):
            listed |= set(
                plain_words(f"{entry.name_et} {entry.name_en} {' '.join(entry.extra.get('keywords') or [])}")
            )
        known = sorted(listed | {word for word, times in counted.items() if times > 1})
        cache.set(key, known, VOCABULARY_KEPT_SECONDS)
    return known


def plain_words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]{4,}", text.lower())
