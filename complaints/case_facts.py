"""What stands beside a case: its party in neutral counts, similar cases, possible duplicates, links.

Everything counted or named goes through the same gate as lists: what a person may not see is not counted for them.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import BigIntegerField, DateField, Q, TextField
from django.urls import reverse

from bureau import prepared
from bureau.prepared import Given, Statement
from complaints.links import SEEN_FROM_OTHER
from complaints.models import OPEN, Case, CaseLink, Contact, Party, Status
from complaints.reference import kinds

DUPLICATE_DAYS = 14
SIMILAR_AMONG = 200
SIMILAR_ENOUGH = 0.12
MOST_SIMILAR = 3


@dataclass(frozen=True)
class PartyCounts:
    contacts: int
    cases: int
    open_cases: int


def party_counts(*, party: Party, user, today: date) -> PartyCounts:
    """Contacts and cases of twelve months, without a judgement on anybody."""
    counts = prepared.for_person("party counts", user, _counts_statement)
    ((contacts, cases, open_cases),) = counts.rows(party=party.pk, since=today - timedelta(days=365), open=list(OPEN))
    return PartyCounts(contacts, cases, open_cases)


def _counts_statement(user) -> Statement:
    party, since = Given("party", BigIntegerField()), Given("since", DateField())
    contacts = Contact.objects.visible_to(user).kept().filter(party_id=party, on__gte=since)
    cases = Case.objects.visible_to(user).filter(party_id=party)
    return prepared.joined(
        """SELECT contacts.found, cases.year, cases.open
             FROM (SELECT count(*) AS found FROM ({contacts}) AS rows) AS contacts,
                  (SELECT count(*) FILTER (WHERE registered_on >= {since}) AS year,
                          count(*) FILTER (WHERE status = ANY({open})) AS open FROM ({cases}) AS rows) AS cases""",
        contacts=prepared.statement_of(contacts.order_by().values("pk")),
        since=Statement("%s", (since,)),
        open=Statement("%s", (Given("open", TextField()),)),
        cases=prepared.statement_of(cases.order_by().values("registered_on", "status")),
    )


def similar_to(*, case: Case, user) -> list[Case]:
    """Cases of the same topic whose titles are most alike, among the latest; answered ones show how it was done.

    None for a complaint: its topic is that of the matter, and how such matters are answered settles no complaint.
    """
    if case.topic_id is None or kinds()[case.kind_id].is_complaint:
        return []
    similar = prepared.for_person("similar cases", user, _similar_statement)
    return list(similar.objects(Case, topic=case.topic_id, case=case.pk, title=case.title))


def _similar_statement(user) -> Statement:
    seen = Case.objects.visible_to(user).filter(topic_id=Given("topic", BigIntegerField()))
    latest = seen.exclude(pk=Given("case", BigIntegerField())).order_by("-registered_on", "-id")
    return prepared.statement_of(
        Case.objects.filter(pk__in=latest.values("pk")[:SIMILAR_AMONG])
        .annotate(likeness=TrigramSimilarity("title", Given("title", TextField())))
        .filter(likeness__gte=SIMILAR_ENOUGH)
        .only("number", "title", "status", "registered_on", "answered_on", "was_on_time", "is_restricted")
        .order_by("-likeness", "-id")[:MOST_SIMILAR]
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


def links_of(*, case: Case, user) -> list[LinkedCase]:
    """Links read from this case, without those to cases that do not exist for the person. Most cases have none."""
    rows = list(
        CaseLink.objects.filter(Q(case=case) | Q(other=case))
        .order_by("created_at", "pk")
        .values_list("pk", "kind", "case_id", "other_id")
    )
    if not rows:
        return []
    others = (
        Case.objects.visible_to(user)
        .only("number", "title", "status")
        .in_bulk({one if one != case.pk else other for _pk, _kind, one, other in rows})
    )
    found = []
    for pk, kind, one, other in rows:
        forwards = one == case.pk
        linked = others.get(other if forwards else one)
        if linked:
            label = CaseLink.Kind(kind).label if forwards else SEEN_FROM_OTHER[kind]
            found.append(LinkedCase(pk, str(label), linked.number, linked.title, linked.status))
    return found
