"""When notices about follow-ups have ended."""

from bureau import notice_ends
from feedback.follow_ups import OPEN
from feedback.models import FollowUp

notice_ends.register(
    ["follow_up.opened"], pattern="^/follow-ups/([0-9]{1,18})/", field="pk",
    waiting=lambda: FollowUp.objects.filter(state__in=OPEN),
)  # fmt: skip
