from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QualityConfig(AppConfig):
    name = "quality"
    verbose_name = _("Quality")

    def ready(self):
        # Checks and sentences of notices register themselves.
        from complaints.signals import complaint_lesson_learned
        from quality import (  # noqa: F401
            gates,
            improvement_register,
            improvements,
            list_exports,
            measurements,
            notice_ends,
            onward_links,
            own_reports,
            passports,
            report_delivery,
            reports,
            signals_found,
            target_files,
            verification,
        )

        complaint_lesson_learned.connect(improvements.on_lesson_learned, dispatch_uid="quality.lesson_learned")
