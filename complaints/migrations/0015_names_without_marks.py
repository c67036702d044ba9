"""Names are looked for without the marks of their letters: "juri ounapuu" is Jüri Õunapuu."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations

from complaints.folding import Folded


class Migration(migrations.Migration):
    dependencies = [("complaints", "0014_term_of_msvs_not_confirmed")]

    operations = [
        migrations.RemoveIndex("party", "complaints_party_name_trgm"),
        migrations.AddIndex(
            "party", GinIndex(OpClass(Folded("name"), "gin_trgm_ops"), name="complaints_party_name_folded")
        ),
    ]
