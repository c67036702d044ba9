"""How many forms may be begun from one network address in an hour, at an open link that anybody may use.

A form counts once, when something of it is first to be kept: whoever goes on with it is never stopped half-way, and forms
that are begun and left count too. A school or an office has one address for all of its people, so the limit belongs to the
link and is set by who hangs it up. The address is kept only in the cache, hashed, for the hour in which it counts.
"""

import contextlib
from datetime import datetime, timedelta

from django.core.cache import cache
from django.utils import timezone
from django.utils.crypto import salted_hmac

from bureau.client_address import network_of
from feedback.models import OpenLink

KEPT_SECONDS = 3700


def wait_until(*, link: OpenLink, address: str, now: datetime) -> datetime | None:
    """Counts one form begun from this address. None when it is let in, else the moment from which forms are let in again."""
    hour = timezone.localtime(now).replace(minute=0, second=0, microsecond=0)
    place = salted_hmac("feedback.crowd", f"{link.pk}:{network_of(address)}").hexdigest()
    key = f"forms:{place}:{int(hour.timestamp())}"
    cache.add(key, 0, KEPT_SECONDS)
    try:
        begun = cache.incr(key)
    except ValueError:
        return None  # the cache lost it between the two lines
    if begun is None or begun <= link.hourly_limit:
        return None
    with contextlib.suppress(ValueError):
        cache.decr(key)  # who is turned away has begun nothing
    return hour + timedelta(hours=1)
