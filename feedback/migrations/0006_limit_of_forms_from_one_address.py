from django.db import migrations, models

FORMER, NOW = 20, 300


def raise_the_default(apps, schema_editor):
    """Twenty was what stood in the form; a school of one address was turned away by it. What somebody chose stays."""
    apps.get_model("feedback", "OpenLink").objects.filter(hourly_limit=FORMER).update(hourly_limit=NOW)


def lower_it_again(apps, schema_editor):
    apps.get_model("feedback", "OpenLink").objects.filter(hourly_limit=NOW).update(hourly_limit=FORMER)


class Migration(migrations.Migration):

    dependencies = [
        ("feedback", "0005_calls_in_vain"),
    ]

    operations = [
        migrations.AlterField(
            model_name="openlink",
            name="hourly_limit",
            field=models.PositiveSmallIntegerField(default=300, verbose_name="forms from one address in an hour"),
        ),
        migrations.AlterField(
            model_name="openlinkversion",
            name="hourly_limit",
            field=models.PositiveSmallIntegerField(default=300, verbose_name="forms from one address in an hour"),
        ),
        migrations.RunPython(raise_the_default, lower_it_again),
    ]
