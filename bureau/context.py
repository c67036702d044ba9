"""What the frame of every page shows: navigation, search, notices, who I am and for whom I act.

All of it lies under one name, so that no view that happens to speak of languages or of navigation takes a part of the
frame's place. `frame_template` alone stands beside it: pages of another frame give their own.
"""

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from bureau import prepared
from bureau.models import Notification
from bureau.navigation import address, navigation_for, top_actions_for
from bureau.roles import Permission

NOTICES_CAP = 99
NOTICES_KEPT_SECONDS = 20


def unread_notices(user) -> int:
    """Unread notices up to a cap, kept for some seconds."""
    key = f"notices:{user.pk}"
    count = cache.get(key)
    if count is None:
        count = len(prepared.for_person("unread notices", user, unread_statement).rows())
        cache.set(key, count, NOTICES_KEPT_SECONDS)
    return count


def unread_statement(user) -> prepared.Statement:
    unread = Notification.objects.visible_to(user).unread().order_by()
    return prepared.statement_of(unread.values("pk")[: NOTICES_CAP + 1])


def role_words(user) -> str:
    """The person's own role of today, or their job title."""
    own = [held.role.name for held in user.rights.held if not held.on_behalf_of_id]
    return str(own[0]) if own else user.job_title or _("no role")


def frame(request: HttpRequest) -> dict[str, Any]:
    """Everything is lazy: a fragment that shows no frame costs nothing."""
    shown: dict[str, Any] = {
        "agency_name": settings.AGENCY_NAME,
        "contact_email": settings.DEFAULT_FROM_EMAIL,
        "is_navigation_folded": request.COOKIES.get("nav") == "folded",
        "languages": settings.LANGUAGES,
    }
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        shown |= {
            "navigation": [], "top_actions": [], "acting_for": [], "my_role": "", "unread_notifications": 0,
            "shortcuts_enabled": False, "search_url": "", "notifications_url": "", "profile_url": "",
        }  # fmt: skip
        return {"frame": shown, "frame_template": "public.html"}
    shown |= {
        "navigation": SimpleLazyObject(lambda: navigation_for(user, request.path)),
        "top_actions": SimpleLazyObject(lambda: top_actions_for(user)),
        "acting_for": SimpleLazyObject(lambda: list(user.rights.acting_for.values())),
        "my_role": SimpleLazyObject(lambda: role_words(user)),
        "unread_notifications": SimpleLazyObject(lambda: unread_notices(user)),
        "shortcuts_enabled": user.shortcuts_enabled,
        "search_url": SimpleLazyObject(lambda: address("bureau:search") if user.may(Permission.CASE_VIEW) else ""),
        "notifications_url": address("bureau:notification_list"),
        "profile_url": address("bureau:profile"),
    }
    return {"frame": shown, "frame_template": "base.html"}
