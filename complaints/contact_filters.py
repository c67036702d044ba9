"""What a list of contacts is narrowed to, and how it is paged.

Names in the address: channel, topic (a group means all of it), service (its topics), outcome, unit (with its parts), handler (me or a person),
from, to, weekday (1 is Monday), hour (local), dissatisfied, afterwards, direction, body, party, q (words of the note). Lists are named by their codes, several by commas. A value that
does not exist finds nothing: a mistyped filter never shows more.
"""

from datetime import UTC, date, datetime, timedelta

import django_filters
from django.core.cache import cache
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from bureau import reference
from bureau.key_paging import ROWS_ON_PAGE, Page
from bureau.typed_numbers import whole
from complaints.contact_words import with_words
from complaints.filters import ids_named, topics_of_services
from complaints.models import Contact
from complaints.persons_work import may_narrow_to


class ContactFilter(django_filters.FilterSet):
    """Narrows a queryset that already went through `visible_to`."""

    channel = django_filters.CharFilter(method="of_channel")
    topic = django_filters.CharFilter(method="of_topic")
    service = django_filters.CharFilter(method="of_service")
    outcome = django_filters.CharFilter(method="of_outcome")
    unit = django_filters.CharFilter(method="of_unit")
    handler = django_filters.CharFilter(method="of_handler")
    dissatisfied = django_filters.CharFilter(method="of_yes")
    afterwards = django_filters.CharFilter(method="of_yes")
    direction = django_filters.CharFilter(method="of_direction")
    body = django_filters.CharFilter(method="of_body")
    party = django_filters.NumberFilter(field_name="party_id")
    weekday = django_filters.NumberFilter(field_name="on__iso_week_day")
    hour = django_filters.NumberFilter(field_name="at__hour")
    q = django_filters.CharFilter(method="of_words")

    class Meta:
        model = Contact
        fields: list[str] = []

    def __init__(self, data=None, queryset=None, *, request=None, user=None, **kwargs):
        super().__init__(data, queryset, request=request, **kwargs)
        self.user = user or request.user
        # Frequent words are walked a page at a time: what they find is not counted.
        self.is_frequent = False
        # "from" is a word of Python; in the address it is a word of people.
        self.filters["from"] = django_filters.DateFilter(method="of_days", field_name="from")
        self.filters["to"] = django_filters.DateFilter(method="of_days", field_name="to")
        for name in ("from", "to"):
            self.filters[name].parent, self.filters[name].model = self, Contact
        self.filters = type(self.filters)((name, one) for name, one in self.filters.items() if self.data.get(name))

    @property
    def qs(self) -> QuerySet:
        return super().qs if self.form.is_valid() else self.queryset.none()

    def of_list(self, contacts, field: str, ids: set[int], wants_none: bool):
        condition = Q(**{f"{field}__in": sorted(ids)}) if ids else Q(pk__in=[])
        return contacts.filter(condition | Q(**{f"{field}__isnull": True}) if wants_none else condition)

    def of_channel(self, contacts, name, value):
        return self.of_list(contacts, "channel_id", *ids_named(reference.channels(), value))

    def of_topic(self, contacts, name, value):
        ids, wants_none = ids_named(reference.topics(), value)
        return self.of_list(contacts, "topic_id", set().union(*map(reference.topic_subtree_ids, ids)), wants_none)

    def of_service(self, contacts, name, value):
        return contacts.filter(topic_id__in=sorted(topics_of_services(value)))

    def of_unit(self, contacts, name, value):
        ids, wants_none = ids_named(reference.units(), value)
        return self.of_list(contacts, "unit_id", set().union(*map(reference.unit_subtree_ids, ids)), wants_none)

    def of_body(self, contacts, name, value):
        return self.of_list(contacts, "outside_body_id", *ids_named(reference.outside_bodies(), value))

    def of_outcome(self, contacts, name, value):
        return contacts.filter(outcome__in=sorted(set(value.split(",")) & set(Contact.Outcome.values)))

    def of_words(self, contacts, name, value):
        found = with_words(contacts, value[:200])
        self.is_frequent = found.is_frequent
        return found.contacts

    def of_direction(self, contacts, name, value):
        return contacts.filter(direction=value)

    def of_handler(self, contacts, name, value):
        ids = {
            self.user.pk if word == "me" else whole(word)
            for word in value.split(",")
            if word == "me" or may_narrow_to(self.user, whole(word))
        } - {None}
        return self.of_list(contacts, "handled_by_id", ids, False)

    def of_yes(self, contacts, name, value):
        field = {"dissatisfied": "was_dissatisfied", "afterwards": "is_backdated"}[name]
        return contacts.filter(**{field: value == "yes"}) if value in {"yes", "no"} else contacts.none()

    def of_days(self, contacts, name, value):
        """By local days; asked of the moment, so that the order by moment walks one index."""
        start = timezone.make_aware(datetime.combine(value, datetime.min.time()))
        if name == "from":
            return contacts.filter(at__gte=start)
        if value == date.max:
            return contacts
        return contacts.filter(
            at__lt=timezone.make_aware(datetime.combine(value + timedelta(days=1), datetime.min.time()))
        )


# --- Pages by key -----------------------------------------------------------------------------------------------------
def key_of(contact: Contact) -> str:
    microseconds = int(contact.at.timestamp()) * 1_000_000 + contact.at.microsecond
    return f"{microseconds}-{contact.pk}"


def moment_and_id(key: str | None) -> tuple[datetime, int] | None:
    """A key from the address; what is not one begins at the first page."""
    moment, _dash, pk = (key or "").partition("-")
    known, contact_id = whole(moment) if len(moment) < 18 else None, whole(pk)
    if known is None or contact_id is None:
        return None
    seconds, microseconds = divmod(known, 1_000_000)
    return datetime.fromtimestamp(seconds, tz=UTC) + timedelta(microseconds=microseconds), contact_id


def latest_first(
    contacts: QuerySet, *, after: str | None = None, before: str | None = None, size: int = ROWS_ON_PAGE
) -> Page:
    """Latest contacts first, a page by key, one statement."""
    start, end = moment_and_id(before), moment_and_id(after)
    if start:
        at, pk = start
        later = contacts.filter(Q(at__gt=at) | Q(pk__gt=pk), at__gte=at).order_by("at", "pk")
        rows = list(later[: size + 1])
        has_previous, has_next = len(rows) > size, True
        rows = rows[:size][::-1]
    else:
        if end:
            at, pk = end
            contacts = contacts.filter(Q(at__lt=at) | Q(pk__lt=pk), at__lte=at)
        rows = list(contacts.order_by("-at", "-pk")[: size + 1])
        has_previous, has_next = end is not None, len(rows) > size
        rows = rows[:size]
    if not rows:
        return Page()
    return Page(rows, key_of(rows[-1]) if has_next else None, key_of(rows[0]) if has_previous else None)


# --- How quick logging is ---------------------------------------------------------------------------------------------
MEDIAN_DAYS = 30
MEDIAN_KEPT_SECONDS = 600
MEDIAN_SQL = """
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY entry_milliseconds) FROM complaints_contact
     WHERE at >= %s AND entry_milliseconds IS NOT NULL AND undone_at IS NULL
"""


def median_entry_seconds() -> float | None:
    """Seconds from opening the sheet to saving it, the middle one of the last thirty days, over the whole bureau."""
    key = "median-entry-seconds"
    seconds = cache.get(key)
    if seconds is None:
        with connection.cursor() as cursor:
            cursor.execute(MEDIAN_SQL, [timezone.now() - timedelta(days=MEDIAN_DAYS)])
            (found,) = cursor.fetchone()
        seconds = -1.0 if found is None else found / 1000
        cache.set(key, seconds, MEDIAN_KEPT_SECONDS)
    return None if seconds < 0 else seconds
