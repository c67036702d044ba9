from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = _("Contacts and cases")

    def ready(self):
        from complaints import calendar_effect, complaint_calendar, mailed_letters, reference

        reference.connect()
        calendar_effect.connect()
        complaint_calendar.connect()
        mailed_letters.connect()

        # Proceedings, kinds of long work and checks register themselves.
        from complaints import (  # noqa: F401
            bulk,
            challenge_proceeding,
            challenge_verification,
            complaint_proceeding,
            complaint_register,
            complaint_verification,
            conflict_of_interest,
            exports,
            gates,
            list_exports,
            notice_ends,
            party_files,
            verification,
        )
        from complaints.intake.importing import runs, setup  # noqa: F401
