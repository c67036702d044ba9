"""Who adds a party of an address holds the claim to it, so that nobody adds the same party beside."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("complaints", "0016_words_of_contacts")]

    operations = [
        migrations.CreateModel(
            name="AddressClaim",
            fields=[
                ("place", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
    ]
