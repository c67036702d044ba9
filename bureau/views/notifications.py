"""Notices of the person who is signed in: list, read one, read all."""

from django.core.cache import cache
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from bureau import duty_list
from bureau.key_paging import key, newest_first
from bureau.models import Notification
from bureau.notice_texts import sentence_of
from bureau.toasts import toast


@require_GET
def notification_list(request):
    found = Notification.objects.visible_to(request.user).with_end()
    only_unread = request.GET.get("state") == "unread"
    if only_unread:
        found = found.unread()
    page = newest_first(found, after=key(request.GET.get("after")), before=key(request.GET.get("before")))
    rows = [{"notice": notice, "sentence": sentence_of(notice)} for notice in page]
    context = {"rows": rows, "page": page, "only_unread": only_unread}
    return render(request, "bureau/notification_list.html" + ("#rows" if request.htmx else ""), context)


@require_POST
def notification_read(request, pk):
    """Mark it read and go where it points."""
    notice = get_object_or_404(Notification.objects.visible_to(request.user), pk=pk)
    if notice.read_at is None:
        Notification.objects.filter(pk=notice.pk).update(read_at=timezone.now())
        forget_count(request.user)
    if notice.url and url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None):
        return redirect(notice.url)
    return redirect("bureau:notification_list")


@require_POST
def notification_read_all(request):
    count = Notification.objects.filter(user=request.user, read_at__isnull=True).update(read_at=timezone.now())
    forget_count(request.user)
    if count:
        toast(request, _("All notices are marked as read."))
    return redirect("bureau:notification_list")


def forget_count(user) -> None:
    cache.delete(f"notices:{user.pk}")
    duty_list.forget(user)
