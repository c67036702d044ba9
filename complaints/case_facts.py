"""What stands beside a case: its party in neutral counts, similar cases, possible duplicates, links.

Everything counted or named goes through the same gate as lists: what a person may not see is not counted for them.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from complaints.links import SEEN_FROM_OTHER
from complaints.models import OPEN, Case, CaseLink, Contact, Party, Status

DUPLICATE_DAYS = 14
SIMILAR_AMONG = 200
SIMILAR_ENOUGH = 0.12


@dataclass(frozen=True)
class PartyCounts:
    contacts: int
    cases: int
    open_cases: int


def party_counts(*, party: Party, user, seen: QuerySet, today: date) -> PartyCounts:
    """Contacts and cases of twelve months, without a judgement on anybody. `seen`: cases that exist for the person."""
    since = today - timedelta(days=365)
    contacts = Contact.objects.visible_to(user).kept().filter(party=party, on__gte=since).order_by().count()
    cases = seen.filter(party=party).aggregate(
        year=Count("pk", filter=Q(registered_on__gte=since)), open=Count("pk", filter=Q(status__in=OPEN))
    )
    return PartyCounts(contacts, cases["year"], cases["open"])


def similar_to(*, case: Case, seen: QuerySet, limit: int = 3) -> list[Case]:
    """Cases of the same topic whose titles are most alike, among the latest; answered ones show how it was done."""
    if case.topic_id is None:
        return []
    latest = seen.filter(topic_id=case.topic_id).exclude(pk=case.pk).order_by("-registered_on", "-id")
    return list(
        Case.objects.filter(pk__in=latest.values("pk")[:SIMILAR_AMONG])
        .annotate(likeness=TrigramSimilarity("title", case.title))
        .filter(likeness__gte=SIMILAR_ENOUGH)
        .only("number", "title", "status", "registered_on", "answered_on", "was_on_time", "is_restricted")
        .order_by("-likeness", "-id")[:limit]
    )


def possible_duplicates(
    *, party_id: int | None, topic_id: int | None, user, today: date, but_not: int | None = None
) -> list[Case]:
    """Cases of the same party, and the same topic if it is chosen, of the last fourteen days."""
    if not party_id:
        return []
    cases = Case.objects.visible_to(user).filter(
        party_id=party_id, registered_on__gte=today - timedelta(days=DUPLICATE_DAYS)
    )
    if topic_id:
        cases = cases.filter(topic_id=topic_id)
    return list(cases.exclude(pk=but_not).order_by("-registered_on", "-id")[:5])


@dataclass(frozen=True)
class LinkedCase:
    link_id: int
    label: str
    number: str
    title: str
    status: str

    @property
    def url(self) -> str:
        return reverse("complaints:case_detail", args=[self.number])

    @property
    def status_label(self) -> str:
        return str(Status(self.status).label)


def links_of(*, case: Case, seen: QuerySet) -> list[LinkedCase]:
    """Links read from this case, without those to cases that do not exist for the person. Most cases have none."""
    rows = list(
        CaseLink.objects.filter(Q(case=case) | Q(other=case))
        .order_by("created_at", "pk")
        .values_list("pk", "kind", "case_id", "other_id")
    )
    if not rows:
        return []
    others = seen.only("number", "title", "status").in_bulk(
        {one if one != case.pk else other for _pk, _kind, one, other in rows}
    )
    found = []
    for pk, kind, one, other in rows:
        forwards = one == case.pk
        linked = others.get(other if forwards else one)
        if linked:
            label = CaseLink.Kind(kind).label if forwards else SEEN_FROM_OTHER[kind]
            found.append(LinkedCase(pk, str(label), linked.number, linked.title, linked.status))
    return found
