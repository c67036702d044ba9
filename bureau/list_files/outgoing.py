"""The same columns out: a list that comes in as a file leaves with the cells by which it is read again."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils import timezone

from bureau.exports import Column, Listing
from bureau.list_files.resources import ListResource
from bureau.models import User
from bureau.roles import Permission

WIDE = 28


def listing_from(
    code: str,
    title: Any,
    model: type[Model],
    resource: Callable[..., ListResource],
    permission: Permission | tuple[Permission, ...],
    rows: Callable[[User, QueryDict, date], QuerySet],
    *,
    page: str,
    page_of: Mapping[str, str] | None = None,
) -> Listing:
    def columns(user: User) -> list[Column]:
        made = resource(user=user, today=timezone.localdate())
        return [Column(column.heading, width=WIDE) for column in made.columns.values()]

    def cells(user: User, today: date) -> Callable[[Any], list[Any]]:
        return resource(user=user, today=today).cells_of

    return Listing(code, title, model, permission, columns, rows, page=page, page_of=page_of or {}, cells=cells)
