"""A case has the day of its end when it has ended, and only then."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0011_fill_case_end_and_judged_replies")]

    operations = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("ended_on__isnull", False)), fields=["ended_on"], name="complaints_case_ended"
            ),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ended_on__isnull", True),
                        ("status__in", ("registered", "in_progress", "waiting", "reopened")),
                    ),
                    models.Q(
                        ("ended_on__gte", models.F("registered_on")),
                        ("ended_on__isnull", False),
                        ("status__in", ("answered", "forwarded", "closed")),
                    ),
                    _connector="OR",
                ),
                name="complaints_case_ended_on_set_when_ended",
            ),
        ),
    ]
