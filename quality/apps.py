from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QualityConfig(AppConfig):
    name = "quality"
    verbose_name = _("Quality")

    def ready(self):
        # Checks and sentences of notices register themselves.
        from quality import (  # noqa: F401
            measurements,
            passports,
            signals_found,
            verification,
        )
