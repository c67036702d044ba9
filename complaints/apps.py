from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = _("Contacts and cases")

    def ready(self):
        from complaints import calendar_effect, mailed_letters, reference

        reference.connect()
        calendar_effect.connect()
        mailed_letters.connect()

        # Kinds of long work and checks register themselves.
        from complaints import bulk, conflict_of_interest, exports, verification  # noqa: F401
        from complaints.intake.importing import runs, setup  # noqa: F401
