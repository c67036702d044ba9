"""The words of a contact's note are found, also where it belongs to no case."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations
from django.db.models import Q

from complaints.folding import Folded, WordsOf


class Migration(migrations.Migration):
    dependencies = [("complaints", "0015_names_without_marks")]

    operations = [
        migrations.AddIndex(
            "contact",
            GinIndex(
                WordsOf(Folded("note")), name="complaints_contact_words", fastupdate=False, condition=~Q(note="")
            ),
        ),
    ]
