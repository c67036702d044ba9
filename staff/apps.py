from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    name = "staff"
    verbose_name = _("Team")

    def ready(self):
        # Kinds of long work register themselves.
        from staff import (  # noqa: F401
            call_list_files,
            call_statistics,
            forecasts,
            kept_lists,
            list_exports,
        )

        kept_lists.connect()
