"""You said, we did: what clients are told, the latest told first."""

from datetime import date

from django.db.models import Q

from bureau.key_paging import ROWS_ON_PAGE, Page
from quality.models import Improvement


def page_of(*, after: str = "", before: str = "", size: int = ROWS_ON_PAGE) -> Page:
    """By the day on which it was told, whenever the action was begun; of one day the newer action first.

    Day and action are the key: `2026-11-30~17`; what is not one begins at the first page. One statement.
    """
    key, rows = read_key(before or after), Improvement.objects.told()
    backwards = bool(before) and key is not None
    if key:
        on, pk = key
        newer, older = Q(told_on__gt=on) | Q(told_on=on, pk__gt=pk), Q(told_on__lt=on) | Q(told_on=on, pk__lt=pk)
        rows = rows.filter(newer if backwards else older)
    order = ("told_on", "pk") if backwards else ("-told_on", "-pk")
    found = list(rows.order_by(*order)[: size + 1])
    has_more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Page()
    has_next, has_previous = (True, has_more) if backwards else (has_more, key is not None)
    return Page(found, written_key(found[-1]) if has_next else None, written_key(found[0]) if has_previous else None)


def read_key(text: str) -> tuple[date, int] | None:
    day, _mark, pk = text.partition("~")
    try:
        return (date.fromisoformat(day), int(pk)) if pk.isdecimal() else None
    except ValueError:
        return None


def written_key(row: Improvement) -> str:
    return f"{row.told_on:%Y-%m-%d}~{row.pk}"
