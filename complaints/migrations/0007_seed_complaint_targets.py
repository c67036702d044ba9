"""Fill the targets of the two stages of a complaint beside the terms that stand."""

from functools import partial

from django.db import migrations

from complaints import seeding


def fill(apps, _schema_editor):
    seeding.seed_kinds(partial(apps.get_model, "complaints"))


def empty(apps, _schema_editor):
    apps.get_model("complaints", "DeadlineRule").objects.filter(purpose__in=["stage_1", "stage_2"]).delete()


class Migration(migrations.Migration):
    dependencies = [("complaints", "0006_complaints")]

    operations = [migrations.RunPython(fill, empty)]
