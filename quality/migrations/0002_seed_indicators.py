"""Fill the indicators with their first passports, as proposals."""

from django.db import migrations

from quality import passports


def fill(apps, _schema_editor):
    passports.seed(apps.get_model)


def empty(apps, _schema_editor):
    for name in ("Target", "Passport", "Indicator"):
        apps.get_model("quality", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("quality", "0001_indicators_and_improvements")]

    operations = [migrations.RunPython(fill, empty)]
