"""`python -m tests.faults.prepare`: a migrated database with Mari in it and a case of hers."""

import gc
import os

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bureau.settings")
    django.setup()
    gc.disable()  # a quarter quicker: every step makes all models anew
    from django.core.management import call_command

    from tests.databases import as_owner

    with as_owner():
        call_command("migrate", verbosity=0, interactive=False)
    gc.enable()

    from tests.factories import CaseFactory, RoleHoldingFactory, UserFactory

    mari = UserFactory(email="mari@example.ee", first_name="Mari", last_name="Tamm")
    RoleHoldingFactory(user=mari, role="specialist")
    RoleHoldingFactory(
        user=UserFactory(email="jaan@example.ee", first_name="Jaan", last_name="Kask"), role="head_of_bureau"
    )
    CaseFactory(title="Prügi metsas", assignee=mari, by=mari)


if __name__ == "__main__":
    main()
