"""The daily letter with unread notices: once a day a person, in working hours, in the reader's language.

It goes into the outbox with the mark on its notices, so that each notice is written of once, whatever the server says.
"""

import logging
from collections import defaultdict
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bureau.calendar_store import working_calendar
from bureau.models import Notification, OutgoingMail, User
from bureau.notice_texts import sentence_of
from bureau.outbox import MailRefused, queue_mail

log = logging.getLogger(__name__)

NOTICES_IN_LETTER = 30


def is_working_time(now: datetime) -> bool:
    """Within opening hours of a working day."""
    local = timezone.localtime(now)
    return any(opens <= local.time() < closes for opens, closes in working_calendar().opening_hours(local.date()))


def send_digests(*, now: datetime) -> int:
    """Write to everybody who has unread notices not yet written of. How many letters were queued.

    Outside working hours nothing is written. A person who had a letter today gets no second one: the new notices wait
    for tomorrow. Safe to repeat: notices are marked in the transaction that queues the letter.
    """
    if not is_working_time(now):
        return 0
    waiting = Notification.objects.unread().filter(digested_at__isnull=True, user__is_active=True)
    return sum(tried(user_id=pk, now=now) for pk in sorted(set(waiting.order_by().values_list("user_id", flat=True))))


def tried(*, user_id: int, now: datetime) -> bool:
    """One address that is none does not stop the others."""
    try:
        return send_digest(user_id=user_id, now=now)
    except MailRefused:
        log.warning("person %s has no address that mail can be sent to", user_id)
        return False


@transaction.atomic
def send_digest(*, user_id: int, now: datetime) -> bool:
    user = User.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=user_id, is_active=True).first()
    if user is None:
        return False
    day_begins = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    own = Notification.objects.filter(user=user)
    if own.filter(digested_at__gte=day_begins).exists():
        return False
    notices = list(
        own.visible_to(user).unread().filter(digested_at__isnull=True).order_by("-id")[: NOTICES_IN_LETTER + 1]
    )
    if not notices:
        return False
    queue_letter(user, notices)
    # Those beyond the letter's end are on the page it links to; they need no letter of their own tomorrow.
    own.filter(read_at__isnull=True, digested_at__isnull=True, pk__lte=notices[0].pk).update(digested_at=now)
    return True


def queue_letter(user: User, notices: list[Notification]) -> OutgoingMail:
    site = settings.SITE_URL.rstrip("/")
    with translation.override(user.language):
        grouped: dict[str, list] = defaultdict(list)
        for notice in notices[:NOTICES_IN_LETTER]:
            grouped[sentence_of(notice)].append(notice)
        body = render_to_string(
            "bureau/email/digest.txt",
            {
                "name": user.first_name, "lines": [(sentence, found[0].at) for sentence, found in grouped.items()],
                "has_more": len(notices) > NOTICES_IN_LETTER, "url": site + reverse("bureau:notification_list"),
                "profile_url": site + reverse("bureau:profile"), "agency_name": settings.AGENCY_NAME,
            },
        )  # fmt: skip
        return queue_mail(
            to=user.email, subject=_("Your unread notices"), text=body, purpose="notice.digest", about=user
        )
