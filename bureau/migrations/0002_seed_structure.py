"""Fill the lists of a new desk: units, services, topics, channels, other bodies, restrictions, hours, days off."""

from functools import partial

from django.db import migrations

from bureau import seeding


def fill(apps, _schema_editor):
    models = partial(apps.get_model, "bureau")
    seeding.seed_structure(models)
    seeding.seed_calendar(models)


def empty(apps, _schema_editor):
    models = partial(apps.get_model, "bureau")
    seeding.remove_structure(models)
    models("CalendarDay").objects.filter(source=seeding.HOLIDAY_SOURCE).delete()


class Migration(migrations.Migration):
    dependencies = [("bureau", "0001_initial")]

    operations = [migrations.RunPython(fill, empty)]
