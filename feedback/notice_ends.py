"""When notices about follow-ups have ended."""

from bureau import notice_ends
from feedback.models import FollowUp

notice_ends.register(
    ["follow_up.opened"], pattern="^/follow-ups/([0-9]{1,18})/", field="pk",
    waiting=lambda: FollowUp.objects.filter(state__in=[FollowUp.State.NEW, FollowUp.State.CONTACTED]),
)  # fmt: skip
