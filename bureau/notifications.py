"""Notices in the application, with a daily digest by mail in working hours."""

from collections.abc import Collection, Iterable

from django.utils import timezone

from bureau import notice_texts
from bureau.models import Notification
from bureau.substitution import stand_ins


def notify(
    *,
    users: Iterable,
    kind: str,
    url: str = "",
    once_key: str | None = None,
    but_not: Collection[int] = (),
    **arguments,
) -> int:
    """Give a notice to each of `users` (people or their ids). The same `once_key` is given to a person only once.

    Kinds and their sentences stand in `bureau.notice_texts`; the sentence is made in the reader's language. What asks
    for a deed reaches those who stand in today for the people asked, too; `but_not` are ids to whom what it leads to
    does not exist.
    """
    ids = {getattr(user, "pk", user) for user in users if user is not None} - set(but_not)
    if ids and notice_texts.asks(kind):
        ids |= stand_ins(ids, timezone.localdate()) - set(but_not)
    made = Notification.objects.bulk_create(
        (Notification(user_id=pk, kind=kind, arguments=arguments, url=url, once_key=once_key) for pk in sorted(ids)),
        ignore_conflicts=True,
    )
    return len(made)
