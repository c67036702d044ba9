"""Fill the root causes and the doors after ours."""

from functools import partial

from django.db import migrations

from bureau import seeding


def fill(apps, _schema_editor):
    seeding.seed_causes(partial(apps.get_model, "bureau"))


def empty(apps, _schema_editor):
    seeding.remove_causes(partial(apps.get_model, "bureau"))


class Migration(migrations.Migration):
    dependencies = [("bureau", "0006_causes")]

    operations = [migrations.RunPython(fill, empty)]
