"""Fill the kinds of cases and their terms by law."""

from functools import partial

from django.db import migrations

from complaints import seeding


def fill(apps, _schema_editor):
    seeding.seed_kinds(partial(apps.get_model, "complaints"))


def empty(apps, _schema_editor):
    seeding.remove_kinds(partial(apps.get_model, "complaints"))


class Migration(migrations.Migration):
    dependencies = [("complaints", "0002_deadline_rule_first_day_law_and_own_days")]

    operations = [migrations.RunPython(fill, empty)]
