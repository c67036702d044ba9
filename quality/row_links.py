"""Addresses of exactly the rows that a figure counted: the list of cases or contacts with the same scope and days."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.html import format_html

from bureau import reference
from bureau.navigation import address
from complaints.filter_chips import changed
from complaints.filters import NONE
from complaints.reference import kinds
from quality.dashboard import Filters, units_of
from quality.periods import Period


def linked(url: str, text: object) -> object:
    """The text as a link, or alone where there is nothing to open."""
    return format_html('<a href="{}">{}</a>', url, text) if url else text


@dataclass(frozen=True)
class RowLinks:
    """Addresses within one scope. Units are named even when a unit head chose none: the list knows more than theirs."""

    scope: tuple[tuple[str, str], ...]
    # What the dashboard itself is narrowed to, for going deeper.
    here: str = ""

    @cached_property
    def pages(self) -> dict[str, str]:
        """Addresses of both lists, empty while a list does not exist."""
        return {page: address(page) for page in ("complaints:case_list", "complaints:contact_list")}

    @classmethod
    def of(cls, *, user, filters: Filters, query: QueryDict | None = None) -> "RowLinks":
        named = {}
        own = units_of(user)
        if filters.unit_id:
            named["unit"] = reference.units()[filters.unit_id].code
        elif own is not None:
            units = reference.units()
            tops = [units[one].code for one in own if units[one].parent_id not in own]
            named["unit"] = ",".join(sorted(tops)) or NONE
        if filters.service_id:
            named["service"] = reference.services()[filters.service_id].code
        if filters.channel_id:
            named["channel"] = reference.channels()[filters.channel_id].code
        if filters.topic_id:
            named["topic"] = reference.topics()[filters.topic_id].code
        return cls(tuple(named.items()), here=query.urlencode() if query else "")

    def address(self, page: str, **narrowed: str | date | None) -> str:
        url = self.pages[page]
        if not url:
            return ""
        query = dict(self.scope) | {name: str(value) for name, value in narrowed.items() if value is not None}
        return f"{url}?{urlencode(query, safe=',')}" if query else url

    def narrower_topic(self, topic_ids: tuple[int, ...]) -> str:
        """The dashboard of a group's own topics; nothing for what has no parts."""
        if len(topic_ids) != 1 or len(reference.topic_subtree_ids(topic_ids[0])) < 2:
            return ""
        return changed(QueryDict(self.here), topic=reference.topics()[topic_ids[0]].code)

    # --- Cases ------------------------------------------------------------------------------------------------------
    def open_cases(self, **narrowed: str | date | None) -> str:
        return self.address("complaints:case_list", status="open", **narrowed)

    def late(self) -> str:
        return self.open_cases(due="late")

    def due_soon(self, handler_ids: tuple[int, ...] = ()) -> str:
        return self.open_cases(due="three_days", handler=",".join(map(str, handler_ids)) or None)

    def unassigned(self, *, before: date | None = None) -> str:
        return self.open_cases(handler=NONE, registered_to=before - timedelta(days=1) if before else None)

    def registered(self, period: Period, **narrowed: str) -> str:
        return self.address(
            "complaints:case_list", status="all", registered_from=period.first, registered_to=period.last, **narrowed
        )

    def answered(self, period: Period, *, on_time: bool | None = None, kind_id: int | None = None) -> str:
        return self.address(
            "complaints:case_list", status="all", answered_from=period.first, answered_to=period.last,
            on_time=None if on_time is None else "yes" if on_time else "no", kind=kinds()[kind_id].code if kind_id else None,
        )  # fmt: skip

    def judged(self, period: Period, *, kind_id: int | None = None) -> str:
        """Replies that had a term: those of which a share in time is counted."""
        return self.address(
            "complaints:case_list", status="all", answered_from=period.first, answered_to=period.last, on_time="judged",
            kind=kinds()[kind_id].code if kind_id else None,
        )  # fmt: skip

    # --- Contacts ---------------------------------------------------------------------------------------------------
    def contacts(self, period: Period, **narrowed: str | None) -> str:
        return self.address("complaints:contact_list", **{"from": period.first, "to": period.last}, **narrowed)

    def contacts_of_channel(self, period: Period, channel_id: int) -> str:
        return self.contacts(period, channel=reference.channels()[channel_id].code)

    def contacts_of_topics(self, period: Period, topic_ids: tuple[int, ...]) -> str:
        topics = reference.topics()
        return self.contacts(period, topic=",".join(topics[one].code for one in topic_ids) or NONE)

    def contacts_of_hour(self, period: Period, weekday: int, hour: int) -> str:
        return self.contacts(period, weekday=str(weekday + 1), hour=str(hour))
