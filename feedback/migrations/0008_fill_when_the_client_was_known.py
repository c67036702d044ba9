from django.db import migrations
from django.utils import timezone


def fill(apps, schema_editor):
    """The day on which the link of each answer was first opened, as its deed tells."""
    deeds = apps.get_model("bureau", "Deed").objects.filter(action="survey.identity_opened").order_by("at")
    first: dict[str, object] = {}
    for response, at in deeds.values_list("data__response", "at"):
        first.setdefault(response, timezone.localdate(at))
    follow_ups = apps.get_model("feedback", "FollowUp").objects
    for response, day in first.items():
        follow_ups.filter(response_id=response, identity_opened_on__isnull=True).update(identity_opened_on=day)


class Migration(migrations.Migration):
    dependencies = [
        ("bureau", "0008_outbox"),
        ("feedback", "0007_when_the_client_was_known"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
