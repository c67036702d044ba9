"""Contacts by the words of their notes, whether or not a case came of them.

Always within a queryset that went through the gate. Few are read from the index of words and sorted; frequent words are
walked from the latest contact back until the page is full, and are not counted. Both are the way of `text_search`.
"""

from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import BooleanField, Case, Func, QuerySet, Value, When
from django.db.models.expressions import RawSQL

from complaints.folding import Folded, WordsOf
from complaints.models import Contact
from complaints.text_search import among, tsquery_of, words_of

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
    return holding(contacts, text, keys_of(text))


def holding(contacts: QuerySet, text: str, keys: list[int] | None) -> WithWords:
    """The same for who has asked `keys_of(text)`, and makes the queryset only when there are any."""
    if keys is not None:
        return WithWords(contacts.filter(among("pk", keys)))
    # Within CASE the condition cannot be turned into a read of the whole index.
    walked = Case(When(note="", then=Value(False)), default=holds(text), output_field=BooleanField())
    return WithWords(contacts.alias(holds_words=walked).filter(holds_words=True), is_frequent=True)


def holds(text: str) -> Func:
    query = RawSQL("%s::tsquery", [tsquery_of(text)])
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
