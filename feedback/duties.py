"""Duties of follow-ups on the first page."""

from collections.abc import Iterator

from django.db.models import Count, Min
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bureau.duty_list import MOST, Asked, Duty, register
from bureau.roles import Permission as P
from feedback import follow_ups
from feedback.models import FollowUp


def open_follow_ups(asked: Asked) -> Iterator[Duty]:
    found = follow_ups.visible_to(asked.user).filter(owner_id__in=asked.people, state__in=follow_ups.OPEN)
    for one in found.select_related("survey").order_by("due_on", "pk")[:MOST]:
        is_new = one.state == FollowUp.State.NEW
        yield Duty(
            _("Contact a client about a bad answer") if is_new else _("Finish a follow-up"),
            reverse("feedback:follow_up_detail", args=[one.pk]),
            pgettext("button", "Contact") if is_new else pgettext("button", "Finish"),
            one.due_on if is_new else one.contacted_on or one.due_on,
            number=_("No %(number)s") % {"number": one.pk},
            about=one.survey.title,
            behalf=asked.behalf(one.owner_id),
            has_last_day=is_new,
        )


def without_owner(asked: Asked) -> Iterator[Duty]:
    found = follow_ups.visible_to(asked.user).filter(owner__isnull=True, state__in=follow_ups.OPEN)
    sums = found.aggregate(count=Count("pk"), due=Min("due_on"))
    if sums["count"]:
        what = ngettext("Give %(count)s follow-up an owner", "Give %(count)s follow-ups an owner", sums["count"])
        yield Duty(
            what % {"count": sums["count"]}, reverse("feedback:follow_up_list"), _("Choose the owner"), sums["due"]
        )


register("follow_up", open_follow_ups, needs=(P.FOLLOW_UP,), shows=("follow_up.opened",))
register("follow_up_owner", without_owner, needs=(P.FOLLOW_UP_ASSIGN, P.FOLLOW_UP))
