"""A substitution ended early leaves its days to another one."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import migrations
from django.db.models import Q

from bureau.models.people import days

NAME = "bureau_substitution_one_substitute_a_day"
EXPRESSIONS = [("absent", RangeOperators.EQUAL), (days("starts_on", "ends_on"), RangeOperators.OVERLAPS)]


class Migration(migrations.Migration):
    dependencies = [("bureau", "0004_trail_found_by_day")]

    operations = [
        migrations.RemoveConstraint("substitution", NAME),
        migrations.AddConstraint(
            "substitution",
            ExclusionConstraint(name=NAME, expressions=EXPRESSIONS, condition=Q(ended_early_at__isnull=True)),
        ),
    ]
