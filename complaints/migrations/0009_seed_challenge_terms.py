"""Fill the terms of a challenger: filing, curing defects, going to court."""

from functools import partial

from django.db import migrations

from complaints import seeding


def fill(apps, _schema_editor):
    seeding.seed_kinds(partial(apps.get_model, "complaints"))


def empty(apps, _schema_editor):
    apps.get_model("complaints", "DeadlineRule").objects.filter(purpose__in=["filing", "cure", "court"]).delete()


class Migration(migrations.Migration):
    dependencies = [("complaints", "0008_challenges")]

    operations = [migrations.RunPython(fill, empty)]
