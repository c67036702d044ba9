from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    name = "feedback"
    verbose_name = _("Feedback")

    def ready(self):
        # Kinds of long work, purposes of letters and sentences of notices register themselves.
        from feedback import (  # noqa: F401
            answer_import,
            answer_setup,
            events,
            follow_ups,
            gates,
            invitations,
            list_exports,
            notice_ends,
            recipient_lists,
            verification,
        )

        events.connect()
