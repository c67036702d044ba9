"""Full text of cases: the query as PostgreSQL understands it, in the words in which the document was written.

Each word is looked for as an Estonian stem and as it was typed. The stemmer keeps the nominative and the genitive apart
(kopratamm, kopratammi), so a longer stem is also looked for as a beginning, without its last vowels. The last word is a
beginning anyhow, because it may still be being typed. With quotation marks, "or" or a minus it is a web search instead.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from django.contrib.postgres.fields import ArrayField
from django.db import connection, transaction
from django.db.models import BigIntegerField, BooleanField, Expression, F, Func, OuterRef, QuerySet, Subquery, Value
from django.db.models.expressions import RawSQL

from complaints.models import SearchDocument

# More cases than this, and the words are frequent. About where reading so many places of the index costs what walking the
# cases costs until a page is full, at a million cases.
FREQUENT = 4000
# So many of the newest cases are asked first; when so many of them hold the words, the index need not be read at all.
SAMPLE, OFTEN_IN_SAMPLE = 400, 6
SHORTEST_BEGINNING = 3
SHORTEST_STEM = 5
MOST_WORDS = 12
KEYS = ArrayField(BigIntegerField())
OPERATORS = re.compile(r'"|(?:^|\s)-\w|\s(?:or|OR)\s')
PLAIN = re.compile(r"[^\W\d_]+")
# The stem of a plain word without its last vowels, as a beginning; nothing where too little is left of it.
STEM_SQL = """
    (SELECT CASE WHEN length(stem) >= 5 THEN to_tsquery('simple', quote_literal(stem) || ':*') ELSE ''::tsquery END
       FROM rtrim((ts_lexize('estonian_stem', unaccent(lower(%s))))[1], 'aeiou') stem)"""
WORD = re.compile(r"[\w@.+'’-]*\w", re.UNICODE)


def words_of(text: str) -> list[str]:
    return WORD.findall(text)[:MOST_WORDS]


@lru_cache(maxsize=2048)
def tsquery_of(text: str) -> str:
    """What a person typed, as `tsquery`. Asked of the database once a text, so that the planner of the search itself sees
    how frequent the words are. Values travel as parameters; nothing typed becomes SQL."""
    sql, parameters = query_sql(text.replace("\x00", " ")[:300])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT ({sql})::text", parameters)
        return cursor.fetchone()[0]


def query_sql(text: str) -> tuple[str, list[str]]:
    if OPERATORS.search(text):
        return "websearch_to_tsquery('estonian', unaccent(%s)) || websearch_to_tsquery('simple', unaccent(%s))", [
            text,
            text,
        ]
    words = words_of(text)
    parts, parameters = [], []
    for place, word in enumerate(words, start=1):
        part = "plainto_tsquery('estonian', unaccent(%s)) || plainto_tsquery('simple', unaccent(%s))"
        parameters += [word, word]
        if PLAIN.fullmatch(word) and len(word) > SHORTEST_STEM:
            part += f" || {STEM_SQL}"
            parameters.append(word)
        beginning = re.sub(r"\W", "", word)
        if place == len(words) and beginning == word and len(word) >= SHORTEST_BEGINNING:
            part += " || to_tsquery('simple', unaccent(%s))"
            parameters.append(f"'{beginning}':*")
        parts.append(f"({part})")
    return " && ".join(parts) or "''::tsquery", parameters


def holds(vector: str, text: str) -> Func:
    """The condition that a document's vector holds the words."""
    query = RawSQL("%s::tsquery", [tsquery_of(text)])
    return Func(F(vector), query, template="%(expressions)s", arg_joiner=" @@ ", output_field=BooleanField())


SAMPLE_SQL = """
    SELECT count(*) FROM (SELECT vector FROM complaints_searchdocument ORDER BY case_id DESC LIMIT %s) newest
     WHERE vector @@ %s::tsquery
"""


def is_often_lately(text: str) -> bool:
    """Whether many of the newest cases hold the words: reading all their places in the index would take a while."""
    with connection.cursor() as cursor:
        cursor.execute(SAMPLE_SQL, [SAMPLE, tsquery_of(text)])
        return cursor.fetchone()[0] >= OFTEN_IN_SAMPLE


def rare_keys(text: str) -> list[int] | None:
    """Keys of the cases that hold the words, read from the index; None when there are more than `FREQUENT`.

    The planner knows little of word beginnings and would walk the whole table for a word that nobody used; here it is
    told to use the index.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "SELECT case_id FROM complaints_searchdocument WHERE vector @@ %s::tsquery LIMIT %s",
            [tsquery_of(text), FREQUENT + 1],
        )
        keys = [row[0] for row in cursor.fetchall()]
        cursor.execute("SET LOCAL enable_seqscan = on")
    return keys if len(keys) <= FREQUENT else None


def keys_when_rare(text: str) -> list[int] | None:
    """Keys of the cases that hold the words, seen or not; None when they are walked instead of read from the index."""
    return None if is_often_lately(text) else rare_keys(text)


def among(field: str, keys: list[int]) -> Func:
    """`= ANY(array)`: thousands of keys travel as one parameter."""
    return among_given(field, Value(keys, output_field=KEYS))


def among_given(field: str, values: Expression) -> Func:
    return Func(F(field), values, template="%(expressions)s)", arg_joiner=" = ANY(", output_field=BooleanField())


@dataclass(frozen=True)
class Matching:
    """Cases that hold the words. `is_frequent`: they are walked in the order of the list, and not counted."""

    cases: QuerySet
    is_frequent: bool = False


def matching(cases: QuerySet, text: str) -> Matching:
    """Of these cases, those whose number, title, party, texts, notes or contacts hold the words.

    Few are read from the index of words. Of many only a page is wanted: the cases are walked in their order and each is
    asked, for which the condition is written so that the planner cannot turn it into a read of the whole index.
    """
    if not words_of(text):
        # Signs alone ("%") are no words; who typed them is not shown everything as if it had been found.
        return Matching(cases.none() if text.strip() else cases)
    keys = keys_when_rare(text)
    if keys is not None:
        return Matching(cases.filter(among("pk", keys)))
    return Matching(walked(cases, text), is_frequent=True)


def walked(cases: QuerySet, text: str) -> QuerySet:
    """Of these cases, those that hold the words, each asked for itself in the order of the list."""
    of_case = (
        SearchDocument.objects.filter(case_id=OuterRef("pk")).annotate(holds=holds("vector", text)).values("holds")
    )
    return cases.alias(holds_words=Subquery(of_case[:1], output_field=BooleanField())).filter(holds_words=True)
