"""Find the deeds and readings of a period without passing all the others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bureau", "0003_job_may_be_prepared")]

    operations = [
        migrations.AddIndex("deed", models.Index(fields=["at"], name="bureau_deed_of_day")),
        migrations.AddIndex("readingrecord", models.Index(fields=["at"], name="bureau_reading_of_day")),
    ]
