"""Notices in the application, with a daily digest by mail in working hours."""

from collections.abc import Iterable

from bureau.models import Notification


def notify(*, users: Iterable, kind: str, url: str = "", once_key: str | None = None, **arguments) -> int:
    """Give a notice to each of `users` (people or their ids). The same `once_key` is given to a person only once.

    Kinds and their sentences stand in `bureau.notice_texts`; the sentence is made in the reader's language.
    """
    ids = {getattr(user, "pk", user) for user in users if user is not None}
    made = Notification.objects.bulk_create(
        (Notification(user_id=pk, kind=kind, arguments=arguments, url=url, once_key=once_key) for pk in sorted(ids)),
        ignore_conflicts=True,
    )
    return len(made)
