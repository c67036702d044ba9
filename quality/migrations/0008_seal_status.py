"""The seal of a measurement holds its status too, so that making a provisional value final past the desk shows."""

from django.db import migrations

# Nothing that was measured changes, so the guard against overwriting is lifted for this column alone.
SEAL = """
    ALTER TABLE quality_measurement DISABLE TRIGGER USER;
    UPDATE quality_measurement SET seal = encode(sha256(convert_to(seal || ' ' || status, 'UTF8')), 'hex');
    ALTER TABLE quality_measurement ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):
    dependencies = [("quality", "0007_fill_seals")]

    operations = [migrations.RunSQL(SEAL, migrations.RunSQL.noop)]
