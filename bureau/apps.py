from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class BureauConfig(AppConfig):
    name = "bureau"
    verbose_name = _("Bureau")

    def ready(self):
        # celery makes its app the current one, which every task joins; signals connects the receivers; people and
        # substitutes name their letters and notices, which a worker writes without ever loading a page.
        from bureau import (  # noqa: F401
            catalogue,
            celery,
            deed_exports,
            list_exports,
            people,
            people_files,
            signals,
            substitutes,
        )
        from bureau.history_guard import guard_database

        post_migrate.connect(guard_database, sender=self)
        catalogue.compile_if_stale()
        autodiscover_modules("menu", "deed_texts", "duties")
