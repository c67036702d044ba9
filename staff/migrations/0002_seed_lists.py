"""Fill the telephone queues and the kinds of other work."""

from django.db import migrations

from staff import seeding


def fill(apps, _schema_editor):
    seeding.seed(apps.get_model)


def empty(apps, _schema_editor):
    for name in ("PhoneQueue", "WorkKind"):
        apps.get_model("staff", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_workload_and_staffing"), ("bureau", "0002_seed_structure")]

    operations = [migrations.RunPython(fill, empty)]
