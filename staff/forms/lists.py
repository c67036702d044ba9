"""Forms of the lists of this app that the head keeps."""

from django.utils.translation import gettext_lazy as _

from bureau.forms.structure import BOTH_NAMES, ORDER_AND_DAYS, ListedForm
from staff.models import PhoneQueue, WorkKind


class PhoneQueueForm(ListedForm):
    class Meta:
        model = PhoneQueue
        fields = [
            *BOTH_NAMES, "channel", "answer_seconds", "target_percent", "highest_occupancy_percent", "patience_seconds",
            *ORDER_AND_DAYS,
        ]  # fmt: skip
        labels = {
            "channel": _("Channel"), "answer_seconds": _("Answered within, seconds"),
            "target_percent": _("Share of calls answered within it, %"), "highest_occupancy_percent": _("Highest occupancy, %"),
            "patience_seconds": _("Patience of callers, seconds"),
        }  # fmt: skip
        help_texts = {
            "highest_occupancy_percent": _("People who are on calls for more of their time than this wear out."),
            "patience_seconds": _("How long a caller waits before hanging up, on average. Empty: nobody hangs up."),
        }


class WorkKindForm(ListedForm):
    class Meta:
        model = WorkKind
        fields = [*BOTH_NAMES, *ORDER_AND_DAYS]
