"""Topics on the keys 1–9: those that I pinned, then what I used most in the week before this one, then what the bureau hears most.

The hand learns a key: what is pinned keeps its place for good, and the order of the rest is counted of days that are over
and holds from Monday to Sunday.
"""

from datetime import date, timedelta

from django.core.cache import cache
from django.db.models import Count, Sum

from bureau import reference
from bureau.models import ListSetting, User
from bureau.reference import Entry
from complaints.models import Contact, DayCount

HOW_MANY = 9
OWN_DAYS = 7
BUREAU_DAYS = 30
KEPT_SECONDS = 7 * 24 * 3600
PAGE = "favourite_topics"


def choosable_topics(today: date) -> list[Entry]:
    """Topics in use that hold no others: a group is a heading, not an answer to "what about?"."""
    topics = reference.topics()
    groups = {topic.parent_id for topic in topics.values()}
    return [topic for topic in topics.values() if topic.id not in groups and topic.in_use(today)]


def favourite_topics(*, user, today: date) -> list[Entry]:
    monday = today - timedelta(days=today.weekday())
    key = cache_key(user, monday)
    ids = cache.get(key)
    if ids is None:
        ids = pinned_topics(user) + own_most_used(user=user, monday=monday) + bureau_most_used(monday=monday)
        cache.set(key, ids, KEPT_SECONDS)
    choosable = {topic.id: topic for topic in choosable_topics(today)}
    chosen = list(dict.fromkeys([topic_id for topic_id in ids if topic_id in choosable] + list(choosable)))
    return [choosable[topic_id] for topic_id in chosen[:HOW_MANY]]


def own_most_used(*, user, monday: date) -> list[int]:
    used = (
        Contact.objects.kept().filter(handled_by=user, on__gte=monday - timedelta(days=OWN_DAYS), on__lt=monday, topic__isnull=False)
        .values("topic_id").annotate(times=Count("pk")).order_by("-times", "topic_id")
    )  # fmt: skip
    return [row["topic_id"] for row in used[:HOW_MANY]]


def bureau_most_used(*, monday: date) -> list[int]:
    used = (
        DayCount.objects.filter(day__gte=monday - timedelta(days=BUREAU_DAYS), day__lt=monday, topic__isnull=False)
        .values("topic_id").annotate(times=Sum("contacts")).filter(times__gt=0).order_by("-times", "topic_id")
    )  # fmt: skip
    return [row["topic_id"] for row in used[:HOW_MANY]]


def cache_key(user: User, monday: date) -> str:
    return f"favourite-topics:{user.pk}:{monday}"


# --- Pinning ----------------------------------------------------------------------------------------------------------
def pinned_topics(user: User) -> list[int]:
    """Topics that the person pinned, in the order of their keys."""
    return ListSetting.objects.filter(user=user, page=PAGE).values_list("columns", flat=True).first() or []


def pin_topics(*, user: User, topics: list[int], today: date) -> None:
    """A person's own way of working; no deed, it concerns nobody else. The same topic twice takes one key."""
    ListSetting.objects.update_or_create(
        user=user, page=PAGE, defaults={"columns": list(dict.fromkeys(topics))[:HOW_MANY]}
    )
    cache.delete(cache_key(user, today - timedelta(days=today.weekday())))
