"""Contacts by the words of their notes, whether or not a case came of them.

Always within a queryset that went through the gate. Few are read from the index of words and sorted; frequent words are
walked from the latest contact back until the page is full, and are not counted. Both are the way of `text_search`.
"""

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import BooleanField, Case, Func, QuerySet, TextField, Value, When, prefetch_related_objects
from django.db.models.expressions import RawSQL

from bureau import prepared
from complaints.folding import Folded, WordsOf
from complaints.models import Contact
from complaints.text_search import KEYS, among, among_given, tsquery_of, words_of

# More than these, and a page is full before many contacts were walked.
FREQUENT = 20_000


@dataclass(frozen=True)
class WithWords:
    contacts: QuerySet
    is_frequent: bool = False


def with_words(contacts: QuerySet, text: str) -> WithWords:
    """Of these contacts, those whose note holds the words."""
    if not words_of(text):
        # Signs alone ("%") are no words; who typed them is not shown everything as if it had been found.
        return WithWords(contacts.none() if text.strip() else contacts)
    keys = keys_of(text)
    if keys is not None:
        return WithWords(contacts.filter(among("pk", keys)))
    return WithWords(walked(contacts, tsquery_of(text)), is_frequent=True)


def latest_seen(text: str, *, user, most: int) -> list[Contact]:
    """The latest contacts that the person sees and whose note holds the words, with their party and `case_shown`."""
    keys = keys_of(text) if words_of(text) else []
    if keys == []:
        return []
    if keys is None:
        seen = prepared.for_person(
            f"latest {most} contacts of words", user, lambda user: _latest(walked(_seen(user), WORDS), most)
        )
        rows = list(seen.objects(Contact, words=tsquery_of(text)))
    else:
        seen = prepared.for_person(
            f"latest {most} contacts of keys", user, lambda user: _latest(_seen(user).filter(among_given("pk", prepared.Given("keys", KEYS))), most)
        )  # fmt: skip
        rows = list(seen.objects(Contact, keys=keys))
    prefetch_related_objects(rows, "party")
    return rows


WORDS = prepared.Given("words", TextField())


def _seen(user) -> QuerySet:
    return Contact.objects.visible_to(user).kept().naming_case_to(user)


def _latest(contacts: QuerySet, most: int) -> prepared.Statement:
    return prepared.statement_of(contacts.order_by("-at", "-pk")[:most])


def walked(contacts: QuerySet, query: str | prepared.Given) -> QuerySet:
    """Each asked for itself: within CASE the condition cannot be turned into a read of the whole index."""
    asked = Case(When(note="", then=Value(False)), default=holding(query), output_field=BooleanField())
    return contacts.alias(holds_words=asked).filter(holds_words=True)


def holds(text: str) -> Func:
    return holding(tsquery_of(text))


def holding(query: str | prepared.Given) -> Func:
    query = RawSQL("%s::tsquery", [query])
    return Func(WordsOf(Folded("note")), query, template="%(expressions)s", arg_joiner=" @@ ", output_field=BooleanField())  # fmt: skip


def keys_of(text: str) -> list[int] | None:
    """Keys of the contacts whose notes hold the words; None when there are more than `FREQUENT`."""
    found = Contact.objects.exclude(note="").alias(holds_words=holds(text)).filter(holds_words=True).order_by()
    with transaction.atomic(), connection.cursor() as cursor:
        # The planner knows little of beginnings of words and would read every note for a word that nobody used.
        cursor.execute("SET LOCAL enable_seqscan = off")
        keys = list(found.values_list("pk", flat=True)[: FREQUENT + 1])
        cursor.execute("SET LOCAL enable_seqscan = on")
    return keys if len(keys) <= FREQUENT else None
