"""The register of reports, newest period first."""

from datetime import date

from django.db.models import Q, QuerySet

from bureau.key_paging import ROWS_ON_PAGE, Page
from quality.models import Report


def page_of(rows: QuerySet[Report], *, after: str = "", before: str = "", size: int = ROWS_ON_PAGE) -> Page:
    """By the end of the period; of those that end together the shortest first: December, the quarter, the year.

    Whenever it was begun: a year drafted late stands where its year does. No two reports have both days, so they are the key:
    `2026-12-31~2026-10-01`. One statement.
    """
    key, backwards = read_key(before or after), bool(before)
    if key:
        last, first = key
        newer = Q(last_day__gt=last) | Q(last_day=last, first_day__gt=first)
        older = Q(last_day__lt=last) | Q(last_day=last, first_day__lt=first)
        rows = rows.filter(newer if backwards else older)
    backwards = backwards and key is not None
    order = ("last_day", "first_day") if backwards else ("-last_day", "-first_day")
    found = list(rows.order_by(*order)[: size + 1])
    has_more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Page()
    has_next, has_previous = (True, has_more) if backwards else (has_more, key is not None)
    return Page(found, written_key(found[-1]) if has_next else None, written_key(found[0]) if has_previous else None)


def read_key(text: str) -> tuple[date, date] | None:
    """What is not a key begins at the first page."""
    last, _mark, first = text.partition("~")
    try:
        return date.fromisoformat(last), date.fromisoformat(first)
    except ValueError:
        return None


def written_key(row: Report) -> str:
    return f"{row.last_day.isoformat()}~{row.first_day.isoformat()}"
