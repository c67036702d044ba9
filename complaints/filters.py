"""What a list of cases is narrowed to: the address keeps it, the export and the tiles use the same set.

Names in the address: status (open, ended, all or one status; without it open ones, or all beside what speaks of an end), kind, channel, topic (a group means all of it), service (its topics), unit (with
its parts), handler (me, none or a person), due, registered_from, registered_to, answered_from, answered_to, closed_from,
closed_to, forwarded_from, forwarded_to, on_time (yes, no, judged for either, none for a reply without a term), restricted,
extended, outcome, batch, party, followed, q. Lists are named by their codes; several by commas. A value that does not exist finds nothing: a mistyped filter never shows more.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from bureau import reference
from bureau.calendar_store import working_calendar
from bureau.typed_numbers import whole
from complaints.case_ends import TIMELINESS
from complaints.models import ENDED, OPEN, Case, CaseFollower, Forwarding, Status
from complaints.outcomes import Outcome
from complaints.persons_work import may_narrow_to
from complaints.reference import kinds
from complaints.text_search import matching

GROUPS = {"open": OPEN, "ended": ENDED, "all": tuple(Status)}
DUE = ("late", "today", "three_days", "week", "none")
SOON_WORKING_DAYS = 3
NONE = "none"
# Narrowings that speak of how a case ended: beside them a list without a status is one of all, or it would show nothing.
OF_THE_END = (
    "on_time",
    "outcome",
    "answered_from",
    "answered_to",
    "closed_from",
    "closed_to",
    "forwarded_from",
    "forwarded_to",
)


def standing_status(query: Mapping[str, Any]) -> str:
    """The status of a list whose address names none."""
    return "all" if any(query.get(name) for name in OF_THE_END) else "open"


def ids_named(of: dict[int, reference.Entry], value: str) -> tuple[set[int], bool]:
    """Ids named by codes (or ids) with commas between, and whether "none" was among them."""
    codes = reference.by_code(of)
    ids, wants_none = set(), False
    for word in filter(None, (part.strip() for part in value.split(","))):
        if word == NONE:
            wants_none = True
        elif word in codes:
            ids.add(codes[word].id)
        elif (pk := whole(word)) in of:
            ids.add(pk)
    return ids, wants_none


def topics_of_services(value: str) -> set[int]:
    """Topics of the services named by codes; what names none has none."""
    ids, _wants_none = ids_named(reference.services(), value)
    return set().union(*map(reference.service_topic_ids, ids))


class CaseFilter(django_filters.FilterSet):
    """Narrows a queryset that already went through `visible_to`."""

    status = django_filters.CharFilter(method="of_status")
    kind = django_filters.CharFilter(method="of_kind")
    channel = django_filters.CharFilter(method="of_channel")
    topic = django_filters.CharFilter(method="of_topic")
    service = django_filters.CharFilter(method="of_service")
    unit = django_filters.CharFilter(method="of_unit")
    handler = django_filters.CharFilter(method="of_handler")
    due = django_filters.CharFilter(method="of_due")
    registered_from = django_filters.DateFilter(field_name="registered_on", lookup_expr="gte")
    registered_to = django_filters.DateFilter(field_name="registered_on", lookup_expr="lte")
    answered_from = django_filters.DateFilter(field_name="answered_on", lookup_expr="gte")
    answered_to = django_filters.DateFilter(field_name="answered_on", lookup_expr="lte")
    closed_from = django_filters.DateFilter(field_name="closed_on", lookup_expr="gte")
    closed_to = django_filters.DateFilter(field_name="closed_on", lookup_expr="lte")
    forwarded_from = django_filters.DateFilter(method="forwarded")
    forwarded_to = django_filters.DateFilter(method="forwarded")
    on_time = django_filters.CharFilter(method="of_timeliness")
    restricted = django_filters.CharFilter(method="of_restriction")
    extended = django_filters.CharFilter(method="of_extension")
    outcome = django_filters.CharFilter(method="of_outcome")
    batch = django_filters.NumberFilter(field_name="import_batch_id")
    party = django_filters.NumberFilter(field_name="party_id")
    followed = django_filters.CharFilter(method="of_followed")
    q = django_filters.CharFilter(method="of_text")

    class Meta:
        model = Case
        fields: list[str] = []

    def __init__(self, data=None, queryset=None, *, request=None, user=None, today: date | None = None, **kwargs):
        # Only what is asked for costs anything: each filter is copied with its field for every list shown.
        self.base_filters = {name: one for name, one in type(self).base_filters.items() if data and data.get(name)}
        # Frequent words are walked a page at a time: what they find is not counted.
        self.is_frequent = False
        super().__init__(data, queryset, request=request, **kwargs)
        self.user = user or request.user
        self.today = today or request.today

    @property
    def qs(self) -> QuerySet:
        """Without a status those of `standing_status`; with something that is not understood, none."""
        if not hasattr(self, "_narrowed"):
            narrowed = super().qs if self.form.is_valid() else self.queryset.none()
            if not self.data.get("status") and standing_status(self.data) == "open":
                narrowed = narrowed.filter(status__in=OPEN)
            self._narrowed = narrowed
        return self._narrowed

    # -- one filter each -----------------------------------------------------------------

    def of_status(self, cases, name, value):
        if value == "all":
            return cases
        wanted = {status for word in value.split(",") for status in GROUPS.get(word, (word,))}
        return cases.filter(status__in=sorted(wanted & set(Status.values)))

    def of_list(self, cases, field: str, ids: set[int], wants_none: bool):
        condition = Q(**{f"{field}__in": sorted(ids)}) if ids else Q(pk__in=[])
        return cases.filter(condition | Q(**{f"{field}__isnull": True})) if wants_none else cases.filter(condition)

    def of_kind(self, cases, name, value):
        return self.of_list(cases, "kind_id", *ids_named(kinds(), value))

    def of_channel(self, cases, name, value):
        return self.of_list(cases, "channel_id", *ids_named(reference.channels(), value))

    def of_topic(self, cases, name, value):
        ids, wants_none = ids_named(reference.topics(), value)
        return self.of_list(cases, "topic_id", set().union(*map(reference.topic_subtree_ids, ids)), wants_none)

    def of_service(self, cases, name, value):
        return cases.filter(topic_id__in=sorted(topics_of_services(value)))

    def of_unit(self, cases, name, value):
        ids, wants_none = ids_named(reference.units(), value)
        return self.of_list(cases, "unit_id", set().union(*map(reference.unit_subtree_ids, ids)), wants_none)

    def of_handler(self, cases, name, value):
        ids, wants_none = set(), False
        for word in value.split(","):
            if word == "me":
                ids.add(self.user.pk)
            elif word == NONE:
                wants_none = True
            elif (pk := whole(word)) is not None and may_narrow_to(self.user, pk):
                ids.add(pk)
        return self.of_list(cases, "assignee_id", ids, wants_none)

    def of_due(self, cases, name, value):
        """Of open cases: late, due today, within three working days (today and late ones apart), within seven days."""
        cases, today = cases.filter(status__in=OPEN), self.today
        if value == "late":
            return cases.filter(due_on__lt=today)
        if value == "today":
            return cases.filter(due_on=today)
        if value == "three_days":
            return cases.filter(
                due_on__gte=today, due_on__lte=working_calendar().add_working_days(today, SOON_WORKING_DAYS)
            )
        if value == "week":
            return cases.filter(due_on__gte=today, due_on__lte=today + timedelta(days=7))
        if value == NONE:
            return cases.filter(due_on__isnull=True)
        return cases.none()

    def forwarded(self, cases, name, value):
        """By the local day of a forwarding, whole or in part."""
        lookup = "forwarded_at__date__gte" if name == "forwarded_from" else "forwarded_at__date__lte"
        return cases.filter(pk__in=Forwarding.objects.filter(**{lookup: value}).values("case_id"))

    def of_yes_no(self, cases, field: str, value: str):
        return cases.filter(**{field: value == "yes"}) if value in {"yes", "no"} else cases.none()

    def of_timeliness(self, cases, name, value):
        return cases.filter(TIMELINESS[value]) if value in TIMELINESS else cases.none()

    def of_restriction(self, cases, name, value):
        return self.of_yes_no(cases, "is_restricted", value)

    def of_extension(self, cases, name, value):
        return self.of_yes_no(cases, "is_extended", value)

    def of_outcome(self, cases, name, value):
        return cases.filter(outcome__in=sorted(set(value.split(",")) & set(Outcome.values)))

    def of_followed(self, cases, name, value):
        return cases.filter(pk__in=CaseFollower.objects.filter(user_id=self.user.pk).values("case_id"))

    def of_text(self, cases, name, value):
        found = matching(cases, value)
        self.is_frequent = found.is_frequent
        return found.cases
