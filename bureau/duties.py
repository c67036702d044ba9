"""The kernel's own duties: people and roles, letters, long work, and what notices ask without a page of duties of their own."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bureau import notice_texts, prepared
from bureau.duty_list import MOST, Asked, Duty, kinds, register
from bureau.jobs import SEES_JOBS
from bureau.models import Job, Notification, OutgoingMail, RoleHolding, User
from bureau.notice_texts import sentence_of
from bureau.outbox_keeping import need_a_person_url
from bureau.roles import Permission as P

ROLE_ENDS_WITHIN = timedelta(days=14)
FAILED_SHOWN = timedelta(days=7)


def ending_roles(asked: Asked) -> Iterator[Duty]:
    found = RoleHolding.objects.in_force(asked.today).filter(
        ends_on__lte=asked.today + ROLE_ENDS_WITHIN, user__is_active=True
    )
    for held in found.select_related("user", "unit").order_by("ends_on", "pk")[:MOST]:
        role = ", ".join(map(str, filter(None, [held.get_role_display(), held.unit])))
        yield Duty(
            _("Renew a role or let it end"),
            reverse("bureau:person_detail", args=[held.user_id]),
            _("Look at the role"),
            held.ends_on,
            about=f"{held.user} · {role}",
        )


def without_role(asked: Asked) -> Iterator[Duty]:
    holders = RoleHolding.objects.in_force(asked.today).values("user_id")
    sums = (
        User.objects.filter(is_active=True)
        .exclude(pk__in=holders)
        .aggregate(count=Count("pk"), since=Min("joined_at"))
    )
    count = sums["count"]
    if count:
        what = ngettext(
            "Give %(count)s person a role, or close the account",
            "Give %(count)s people a role, or close the accounts",
            count,
        )
        yield Duty(
            what % {"count": count},
            reverse("bureau:person_list"),
            _("Open the people"),
            timezone.localdate(sums["since"]),
            has_last_day=False,
        )


def letters(asked: Asked) -> Iterator[Duty]:
    since = prepared.for_person("letters that need a person", asked.user, letters_statement).rows()
    if since:
        what = ngettext(
            "%(count)s letter did not leave, or perhaps did not",
            "%(count)s letters did not leave, or perhaps did not",
            len(since),
        )
        oldest = timezone.localdate(since[0][0])
        yield Duty(
            what % {"count": len(since)}, need_a_person_url(), _("Look at the letters"), oldest, has_last_day=False
        )


def letters_statement(user) -> prepared.Statement:
    found = OutgoingMail.objects.visible_to(user).that_need_a_person().order_by("created_at", "pk")
    return prepared.statement_of(found.values("created_at")[:MOST])


def failed_work(asked: Asked) -> Iterator[Duty]:
    """Of the last days, own work that failed and was not done again since; of who sees all, also work that nobody ordered."""
    own = Q(owner=asked.user) | (Q(owner__isnull=True) if asked.user.may(P.JOBS_VIEW_ALL) else Q(pk__in=[]))
    later = Job.objects.filter(kind=OuterRef("kind"), state=Job.State.DONE, pk__gt=OuterRef("pk"))
    since = timezone.now() - FAILED_SHOWN
    found = Job.objects.filter(own, ~Exists(later), state=Job.State.FAILED, finished_at__gte=since).order_by(
        "finished_at", "pk"
    )
    for job in found[:MOST]:
        yield Duty(
            _("Long work failed"),
            reverse("bureau:job_detail", args=[job.public_id]),
            _("See why"),
            timezone.localdate(job.finished_at),
            about=job.title,
            has_last_day=False,
        )


def notices(asked: Asked) -> Iterator[Duty]:
    """Unread notices that ask for what no other kind of duty shows: a mention, a case newly given."""
    for notice in prepared.for_person("notices that ask", asked.user, notices_statement).objects(Notification):
        yield Duty(
            sentence_of(notice),
            reverse("bureau:notification_read", args=[notice.pk]),
            pgettext("button", "Open"),
            timezone.localdate(notice.at),
            has_last_day=False,
            is_sent=True,
            leads_to=urlsplit(notice.url).path,
        )


def notices_statement(user) -> prepared.Statement:
    shown_elsewhere = frozenset().union(*(kind.shows for kind in kinds().values()))
    wanted = sorted(kind for kind, asks in notice_texts.kinds().items() if asks and kind not in shown_elsewhere)
    found = Notification.objects.visible_to(user).unread().filter(kind__in=wanted).order_by("pk")
    return prepared.statement_of(found.only("kind", "arguments", "url", "at")[:MOST])


register("role", ending_roles, needs=(P.ROLES_GRANT,))
register("without_role", without_role, needs=(P.ROLES_GRANT,))
register("mail", letters, needs=(P.MAIL_KEEP,))
register("job", failed_work, any_of=SEES_JOBS)
register("notice", notices)
