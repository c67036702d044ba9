"""The error of a forecast by its true name: relative to the naive forecast on the same steps, which is not MASE."""

from django.db import migrations, models

RENAMED = """
UPDATE staff_forecast SET tried = (
    SELECT coalesce(jsonb_object_agg(name, (told - '{old}') || jsonb_build_object('{new}', told -> '{old}')), '{{}}')
    FROM jsonb_each(tried) AS kept (name, told)
)
"""


class Migration(migrations.Migration):
    dependencies = [("staff", "0002_seed_lists")]

    operations = [
        migrations.RenameField("forecast", "mase", "relative_mae"),
        migrations.AlterField(
            "forecast",
            "relative_mae",
            models.FloatField(blank=True, null=True, verbose_name="error relative to the naive forecast (RelMAE)"),
        ),
        migrations.RunSQL(
            RENAMED.format(old="mase", new="relative_mae"), RENAMED.format(old="relative_mae", new="mase")
        ),
    ]
