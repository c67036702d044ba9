# Fields, indexes and constraints stand with their tables: added one by one, each would make all models anew.

import bureau.models.job
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.operations
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        django.contrib.postgres.operations.BtreeGistExtension(),
        django.contrib.postgres.operations.TrigramExtension(),
        django.contrib.postgres.operations.UnaccentExtension(),
        migrations.CreateModel(
            name="CalendarDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField(unique=True, verbose_name="day")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("holiday", "Public holiday"),
                            ("shortened", "Shortened day"),
                            ("closure", "Agency closed"),
                            ("working", "Extra working day"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("name_et", models.CharField(max_length=200, verbose_name="name in Estonian")),
                ("name_en", models.CharField(max_length=200, verbose_name="name in English")),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="source")),
            ],
            options={
                "verbose_name": "special day",
                "verbose_name_plural": "special days",
                "ordering": ["day"],
            },
        ),
        migrations.CreateModel(
            name="CalendarDayVersion",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("day", models.DateField(verbose_name="day")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("holiday", "Public holiday"),
                            ("shortened", "Shortened day"),
                            ("closure", "Agency closed"),
                            ("working", "Extra working day"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("name_et", models.CharField(max_length=200, verbose_name="name in Estonian")),
                ("name_en", models.CharField(max_length=200, verbose_name="name in English")),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="source")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="versions",
                        related_query_name="versions",
                        to="bureau.calendarday",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Channel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                ("name_et", models.CharField(max_length=200, verbose_name="name in Estonian")),
                ("name_en", models.CharField(max_length=200, verbose_name="name in English")),
                ("position", models.PositiveIntegerField(default=100, verbose_name="order")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="in use from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="in use until")),
                ("icon", models.CharField(default="contact", max_length=30, verbose_name="icon")),
                ("is_instant", models.BooleanField(default=False, verbose_name="answered while the client is there")),
            ],
            options={
                "verbose_name": "channel",
                "verbose_name_plural": "channels",
                "ordering": ["position", "name_et", "pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__isnull", True),
                            ("valid_to__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="bureau_channel_valid_days_in_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ChannelVersion",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("code", models.SlugField(db_index=False, max_length=60, verbose_name="code")),
                ("name_et", models.CharField(max_length=200, verbose_name="name in Estonian")),
                ("name_en", models.CharField(max_length=200, verbose_name="name in English")),
                ("position", models.PositiveIntegerField(default=100, verbose_name="order")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="in use from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="in use until")),
                ("icon", models.CharField(default="contact", max_length=30, verbose_name="icon")),
                ("is_instant", models.BooleanField(default=False, verbose_name="answered while the client is there")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="versions",
                        related_query_name="versions",
                        to="bureau.channel",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OpeningHours",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("weekday", models.PositiveSmallIntegerField(help_text="Monday is 0", verbose_name="weekday")),
                ("opens", models.TimeField(verbose_name="opens")),
                ("closes", models.TimeField(verbose_name="closes")),
                ("valid_from", models.DateField(verbose_name="from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="to")),
            ],
            options={
                "verbose_name": "opening hours",
                "verbose_name_plural": "opening hours",
                "ordering": ["-valid_from", "weekday", "opens"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("closes__gt", models.F("opens"))),
                        name="bureau_openinghours_closes_after_opening",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("weekday__lte", 6)), name="bureau_openinghours_weekday_in_week"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="bureau_openinghours_valid_days_in_order",
                    ),
                    models.UniqueConstraint(
                        models.F("weekday"), models.F("valid_from"), models.F("opens"), name="bureau_openinghours_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OpeningHoursVersion",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("weekday", models.PositiveSmallIntegerField(help_text="Monday is 0", verbose_name="weekday")),
                ("opens", models.TimeField(verbose_name="opens")),
                ("closes", models.TimeField(verbose_name="closes")),
                ("valid_from", models.DateField(verbose_name="from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="to")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="versions",
                        related_query_name="versions",
                        to="bureau.openinghours",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="OutsideBody",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                ("name_et", models.CharField(max_length=200, verbose_name="name in Estonian")),
                ("name_en", models.CharField(max_length=200, verbose_name="name in English")),
                ("position", models.PositiveIntegerField(default=100, verbose_name="order")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="in use from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="in use until")),
                ("what_for_et", models.CharField(blank=True, max_length=300, verbose_name="what for, in Estonian")),
                ("what_for_en", models.CharField(blank=True, max_length=300, verbose_name="what for, in English")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("url", models.URLField(blank=True, verbose_name="address")),
            ],
            options={
                "verbose_name": "other body",
                "verbose_name_plural": "other bodies",
                "ordering": ["position", "name_et", "pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__isnull", True),
                            ("valid_to__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="bureau_outsidebody_valid_days_in_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OutsideBodyVersion",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("code", models.SlugField(db_index=False, max_length=60, verbose_name="code")),
                ("name_et", models.CharField(max_length=200, verbose_name="name in Estonian")),
                ("name_en", models.CharField(max_length=200, verbose_name="name in English")),
                ("position", models.PositiveIntegerField(default=100, verbose_name="order")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="in use from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="in use until")),
                ("what_for_et", models.CharField(blank=True, max_length=300, verbose_name="what for, in Estonian")),
                ("what_for_en", models.CharField(blank=True, max_length=300, verbose_name="what for, in English")),
                ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                ("url", models.URLField(blank=True, verbose_name="address")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="versions",
                        related_query_name="versions",
                        to="bureau.outsidebody",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RestrictionBasis",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                ("name_et", models.CharField(max_length=200, verbose_name="name in Estonian")),
                ("name_en", models.CharField(max_length=200, verbose_name="name in English")),
                ("position", models.PositiveIntegerField(default=100, verbose_name="order")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="in use from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="in use until")),
                ("law", models.CharField(max_length=120, verbose_name="legal basis")),
                (
                    "default_years",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="usual length in years"),
                ),
                ("ends_by_event", models.BooleanField(default=False, verbose_name="ends by an event")),
                ("is_confirmed", models.BooleanField(default=False, verbose_name="confirmed by a lawyer")),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="source")),
            ],
            options={
                "verbose_name": "basis of restriction",
                "verbose_name_plural": "bases of restriction",
                "ordering": ["position", "name_et", "pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__isnull", True),
                            ("valid_to__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="bureau_restrictionbasis_valid_days_in_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RestrictionBasisVersion",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("code", models.SlugField(db_index=False, max_length=60, verbose_name="code")),
                ("name_et", models.CharField(max_length=200, verbose_name="name in Estonian")),
                ("name_en", models.CharField(max_length=200, verbose_name="name in English")),
                ("position", models.PositiveIntegerField(default=100, verbose_name="order")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="in use from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="in use until")),
                ("law", models.CharField(max_length=120, verbose_name="legal basis")),
                (
                    "default_years",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="usual length in years"),
                ),
                ("ends_by_event", models.BooleanField(default=False, verbose_name="ends by an event")),
                ("is_confirmed", models.BooleanField(default=False, verbose_name="confirmed by a lawyer")),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="source")),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="versions",
                        related_query_name="versions",
                        to="bureau.restrictionbasis",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                ("name_et", models.CharField(max_length=200, verbose_name="name in Estonian")),
                ("name_en", models.CharField(max_length=200, verbose_name="name in English")),
                ("position", models.PositiveIntegerField(default=100, verbose_name="order")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="in use from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="in use until")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="bureau.unit",
                        verbose_name="part of",
                    ),
                ),
            ],
            options={
                "verbose_name": "unit",
                "verbose_name_plural": "units",
                "ordering": ["position", "name_et", "pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__isnull", True),
                            ("valid_to__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="bureau_unit_valid_days_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("parent", models.F("id")), _negated=True),
                            ("parent__isnull", True),
                            _connector="OR",
                        ),
                        name="bureau_unit_not_its_own_part",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UnitVersion",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("code", models.SlugField(db_index=False, max_length=60, verbose_name="code")),
                ("name_et", models.CharField(max_length=200, verbose_name="name in Estonian")),
                ("name_en", models.CharField(max_length=200, verbose_name="name in English")),
                ("position", models.PositiveIntegerField(default=100, verbose_name="order")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="in use from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="in use until")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="bureau.unit",
                        verbose_name="part of",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="versions",
                        related_query_name="versions",
                        to="bureau.unit",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("email", models.EmailField(max_length=254, unique=True, verbose_name="e-mail")),
                ("first_name", models.CharField(max_length=100, verbose_name="first name")),
                ("last_name", models.CharField(max_length=100, verbose_name="last name")),
                ("job_title", models.CharField(blank=True, max_length=150, verbose_name="job title")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="phone")),
                ("identity_hash", models.CharField(blank=True, default="", max_length=64)),
                ("is_active", models.BooleanField(default=True, verbose_name="may sign in")),
                ("joined_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                (
                    "language",
                    models.CharField(
                        choices=[("et", "Estonian"), ("en", "English")],
                        default="et",
                        max_length=2,
                        verbose_name="language",
                    ),
                ),
                (
                    "languages_served",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="languages served",
                    ),
                ),
                ("shortcuts_enabled", models.BooleanField(default=True, verbose_name="keyboard shortcuts")),
                (
                    "density",
                    models.CharField(
                        choices=[("comfortable", "Comfortable"), ("dense", "Dense")],
                        default="dense",
                        max_length=12,
                        verbose_name="list density",
                    ),
                ),
                (
                    "workload_share",
                    models.DecimalField(
                        decimal_places=2, default=1, max_digits=3, verbose_name="share of full working time"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="people",
                        to="bureau.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "person",
                "verbose_name_plural": "people",
                "ordering": ["last_name", "first_name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Deed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                ("action", models.CharField(max_length=60, verbose_name="deed")),
                ("object_type", models.CharField(max_length=60)),
                ("object_id", models.BigIntegerField()),
                ("object_label", models.CharField(blank=True, max_length=120)),
                ("data", models.JSONField(default=dict)),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
                (
                    "on_behalf_of",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="on behalf of",
                    ),
                ),
            ],
            options={
                "verbose_name": "deed",
                "verbose_name_plural": "deeds",
                "indexes": [
                    models.Index(fields=["object_type", "object_id", "-id"], name="bureau_deed_of_object"),
                    models.Index(fields=["actor", "-id"], name="bureau_deed_of_actor"),
                    models.Index(fields=["action", "-id"], name="bureau_deed_of_action"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("form", models.CharField(max_length=60)),
                ("subject", models.CharField(blank=True, max_length=60)),
                ("data", models.JSONField(default=dict)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="drafts", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "draft",
                "verbose_name_plural": "drafts",
                "constraints": [
                    models.UniqueConstraint(
                        models.F("user"), models.F("form"), models.F("subject"), name="bureau_draft_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("kind", models.CharField(max_length=40, verbose_name="kind")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="queued",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("parameters", models.JSONField(default=dict)),
                ("total", models.PositiveBigIntegerField(blank=True, null=True, verbose_name="rows in all")),
                ("done", models.PositiveBigIntegerField(default=0, verbose_name="rows done")),
                ("refused", models.PositiveBigIntegerField(default=0, verbose_name="rows refused")),
                ("result", models.JSONField(default=dict)),
                ("error", models.TextField(blank=True, verbose_name="what went wrong")),
                (
                    "input_file",
                    models.FileField(blank=True, max_length=200, upload_to=bureau.models.job.job_file_path),
                ),
                ("input_name", models.CharField(blank=True, max_length=255)),
                (
                    "output_file",
                    models.FileField(blank=True, max_length=200, upload_to=bureau.models.job.job_file_path),
                ),
                ("output_name", models.CharField(blank=True, max_length=255)),
                ("cancel_requested_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="ordered")),
                ("started_at", models.DateTimeField(blank=True, null=True)),
                ("heartbeat_at", models.DateTimeField(blank=True, null=True)),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "on_behalf_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="jobs",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="started by",
                    ),
                ),
            ],
            options={
                "verbose_name": "job",
                "verbose_name_plural": "jobs",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["owner", "-id"], name="bureau_job_of_owner")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("finished_at__isnull", True), ("state__in", ["queued", "running"])),
                            models.Q(("finished_at__isnull", False), ("state__in", ["done", "failed", "cancelled"])),
                            _connector="OR",
                        ),
                        name="bureau_job_finished_at_set_when_finished",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="JobRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row_number", models.PositiveBigIntegerField(verbose_name="row")),
                (
                    "level",
                    models.CharField(
                        choices=[("remark", "Taken with a remark"), ("refused", "Refused")],
                        max_length=10,
                        verbose_name="result",
                    ),
                ),
                ("reason_code", models.CharField(max_length=60)),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                ("data", models.JSONField(default=dict)),
                (
                    "job",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rows", to="bureau.job"
                    ),
                ),
            ],
            options={
                "verbose_name": "row of a job",
                "verbose_name_plural": "rows of a job",
                "ordering": ["job", "row_number", "pk"],
                "indexes": [models.Index(fields=["job", "row_number"], name="bureau_jobrow_in_order")],
            },
        ),
        migrations.CreateModel(
            name="ListSetting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("page", models.CharField(max_length=60)),
                ("columns", models.JSONField(default=list)),
                ("sort", models.CharField(blank=True, max_length=40)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="list_settings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("user"), models.F("page"), name="bureau_listsetting_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("kind", models.CharField(max_length=60)),
                ("arguments", models.JSONField(default=dict)),
                ("url", models.CharField(blank=True, max_length=300)),
                ("once_key", models.CharField(blank=True, max_length=200, null=True)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                ("digested_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "notification",
                "verbose_name_plural": "notifications",
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["user", "-id"], name="bureau_notification_of_user"),
                    models.Index(
                        condition=models.Q(("read_at__isnull", True)),
                        fields=["user"],
                        name="bureau_notification_unread",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("user"), models.F("once_key"), name="bureau_notification_given_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReadingRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="when")),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("view", "Viewed"),
                            ("search", "Searched"),
                            ("export", "Exported"),
                            ("print", "Printed"),
                        ],
                        max_length=10,
                        verbose_name="how",
                    ),
                ),
                ("object_type", models.CharField(max_length=60)),
                ("object_id", models.BigIntegerField(blank=True, null=True)),
                ("object_label", models.CharField(blank=True, max_length=200)),
                ("detail", models.JSONField(default=dict)),
                (
                    "on_behalf_of",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="who",
                    ),
                ),
            ],
            options={
                "verbose_name": "reading record",
                "verbose_name_plural": "reading records",
                "indexes": [
                    models.Index(fields=["object_type", "object_id", "-id"], name="bureau_reading_of_object"),
                    models.Index(fields=["user", "-id"], name="bureau_reading_of_user"),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleHolding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("specialist", "Specialist"),
                            ("chief_specialist", "Chief specialist"),
                            ("head_of_bureau", "Head of bureau"),
                            ("head_of_department", "Head of department"),
                            ("unit_head", "Unit head"),
                            ("data_protection_officer", "Data-protection officer"),
                            ("administrator", "Administrator"),
                        ],
                        max_length=40,
                        verbose_name="role",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="to")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "on_behalf_of",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roles_lent",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="on behalf of",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="role_holdings",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="bureau.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "role holding",
                "verbose_name_plural": "role holdings",
                "ordering": ["user", "-starts_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                        ),
                        name="bureau_roleholding_ends_after_start",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("user", "="),
                            ("role", "="),
                            (django.db.models.functions.comparison.Coalesce("unit_id", 0), "="),
                            (django.db.models.functions.comparison.Coalesce("on_behalf_of_id", 0), "="),
                            (
                                models.Func(
                                    models.F("starts_on"),
                                    models.F("ends_on"),
                                    django.contrib.postgres.fields.ranges.RangeBoundary(
                                        inclusive_lower=True, inclusive_upper=True
                                    ),
                                    function="DATERANGE",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="bureau_roleholding_same_role_not_twice",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("page", models.CharField(max_length=60)),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("query", models.TextField(blank=True)),
                ("is_shared", models.BooleanField(default=False, verbose_name="show to the whole team")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "saved view",
                "verbose_name_plural": "saved views",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("user"), models.F("page"), models.F("name"), name="bureau_savedview_name_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Service",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                ("name_et", models.CharField(max_length=200, verbose_name="name in Estonian")),
                ("name_en", models.CharField(max_length=200, verbose_name="name in English")),
                ("position", models.PositiveIntegerField(default=100, verbose_name="order")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="in use from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="in use until")),
                ("url", models.URLField(blank=True, verbose_name="address")),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="service owner",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="services",
                        to="bureau.unit",
                        verbose_name="owner unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "service",
                "verbose_name_plural": "services",
                "ordering": ["position", "name_et", "pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__isnull", True),
                            ("valid_to__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="bureau_service_valid_days_in_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ServiceVersion",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("code", models.SlugField(db_index=False, max_length=60, verbose_name="code")),
                ("name_et", models.CharField(max_length=200, verbose_name="name in Estonian")),
                ("name_en", models.CharField(max_length=200, verbose_name="name in English")),
                ("position", models.PositiveIntegerField(default=100, verbose_name="order")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="in use from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="in use until")),
                ("url", models.URLField(blank=True, verbose_name="address")),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="service owner",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="versions",
                        related_query_name="versions",
                        to="bureau.service",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="bureau.unit",
                        verbose_name="owner unit",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Substitution",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(verbose_name="to")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                ("ended_early_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "absent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="substituted_by",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person stood in for",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "substitute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="substitutes_for",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="substitute",
                    ),
                ),
            ],
            options={
                "verbose_name": "substitution",
                "verbose_name_plural": "substitutions",
                "ordering": ["-starts_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="bureau_substitution_ends_after_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("absent", models.F("substitute")), _negated=True),
                        name="bureau_substitution_not_oneself",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("absent", "="),
                            (
                                models.Func(
                                    models.F("starts_on"),
                                    models.F("ends_on"),
                                    django.contrib.postgres.fields.ranges.RangeBoundary(
                                        inclusive_lower=True, inclusive_upper=True
                                    ),
                                    function="DATERANGE",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="bureau_substitution_one_substitute_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Topic",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                ("name_et", models.CharField(max_length=200, verbose_name="name in Estonian")),
                ("name_en", models.CharField(max_length=200, verbose_name="name in English")),
                ("position", models.PositiveIntegerField(default=100, verbose_name="order")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="in use from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="in use until")),
                (
                    "keywords",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="words people use",
                    ),
                ),
                ("guide_et", models.TextField(blank=True, verbose_name="short answer in Estonian")),
                ("guide_en", models.TextField(blank=True, verbose_name="short answer in English")),
                (
                    "outside_body",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="topics",
                        to="bureau.outsidebody",
                        verbose_name="right door elsewhere",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="bureau.topic",
                        verbose_name="group",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="topics",
                        to="bureau.service",
                        verbose_name="service",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="topics",
                        to="bureau.unit",
                        verbose_name="unit that answers",
                    ),
                ),
            ],
            options={
                "verbose_name": "topic",
                "verbose_name_plural": "topics",
                "ordering": ["position", "name_et", "pk"],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_from__isnull", True),
                            ("valid_to__isnull", True),
                            ("valid_to__gte", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="bureau_topic_valid_days_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("parent", models.F("id")), _negated=True),
                            ("parent__isnull", True),
                            _connector="OR",
                        ),
                        name="bureau_topic_not_its_own_part",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TopicVersion",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("code", models.SlugField(db_index=False, max_length=60, verbose_name="code")),
                ("name_et", models.CharField(max_length=200, verbose_name="name in Estonian")),
                ("name_en", models.CharField(max_length=200, verbose_name="name in English")),
                ("position", models.PositiveIntegerField(default=100, verbose_name="order")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="in use from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="in use until")),
                (
                    "keywords",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="words people use",
                    ),
                ),
                ("guide_et", models.TextField(blank=True, verbose_name="short answer in Estonian")),
                ("guide_en", models.TextField(blank=True, verbose_name="short answer in English")),
                (
                    "outside_body",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="bureau.outsidebody",
                        verbose_name="right door elsewhere",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="bureau.topic",
                        verbose_name="group",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="versions",
                        related_query_name="versions",
                        to="bureau.topic",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="bureau.service",
                        verbose_name="service",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="bureau.unit",
                        verbose_name="unit that answers",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="UserVersion",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail")),
                ("first_name", models.CharField(max_length=100, verbose_name="first name")),
                ("last_name", models.CharField(max_length=100, verbose_name="last name")),
                ("job_title", models.CharField(blank=True, max_length=150, verbose_name="job title")),
                ("phone", models.CharField(blank=True, max_length=20, verbose_name="phone")),
                ("identity_hash", models.CharField(blank=True, default="", max_length=64)),
                ("is_active", models.BooleanField(default=True, verbose_name="may sign in")),
                ("joined_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                (
                    "language",
                    models.CharField(
                        choices=[("et", "Estonian"), ("en", "English")],
                        default="et",
                        max_length=2,
                        verbose_name="language",
                    ),
                ),
                (
                    "languages_served",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2),
                        blank=True,
                        default=list,
                        size=None,
                        verbose_name="languages served",
                    ),
                ),
                ("shortcuts_enabled", models.BooleanField(default=True, verbose_name="keyboard shortcuts")),
                (
                    "density",
                    models.CharField(
                        choices=[("comfortable", "Comfortable"), ("dense", "Dense")],
                        default="dense",
                        max_length=12,
                        verbose_name="list density",
                    ),
                ),
                (
                    "workload_share",
                    models.DecimalField(
                        decimal_places=2, default=1, max_digits=3, verbose_name="share of full working time"
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="versions",
                        related_query_name="versions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="bureau.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Absence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("leave", "Leave"),
                            ("sick", "Sick leave"),
                            ("trip", "Business trip"),
                            ("training", "Training"),
                            ("other", "Other absence"),
                        ],
                        default="leave",
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(verbose_name="to")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absences",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "absence",
                "verbose_name_plural": "absences",
                "ordering": ["-starts_on", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                        name="bureau_absence_ends_after_start",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("user", "="),
                            (
                                models.Func(
                                    models.F("starts_on"),
                                    models.F("ends_on"),
                                    django.contrib.postgres.fields.ranges.RangeBoundary(
                                        inclusive_lower=True, inclusive_upper=True
                                    ),
                                    function="DATERANGE",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="bureau_absence_not_twice_a_day",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="User",
            name="skills",
            field=models.ManyToManyField(
                blank=True, related_name="skilled_people", to="bureau.topic", verbose_name="topics served"
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("email"), name="bureau_user_email_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                models.F("identity_hash"),
                condition=models.Q(("identity_hash", ""), _negated=True),
                name="bureau_user_identity_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("workload_share__gt", 0), ("workload_share__lte", 1)),
                name="bureau_user_workload_share_possible",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="calendarday",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "bureau_calendardayversion" ("day", "id", "kind", "name_en", "name_et", "pgh_created_at", "pgh_label", "pgh_obj_id", "source") VALUES (OLD."day", OLD."id", OLD."kind", OLD."name_en", OLD."name_et", NOW(), \'changed\', OLD."id", OLD."source"); RETURN NULL;',
                    hash="81bb6f95eae5d55eec14e25caca079f4fe894294",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_942b0",
                    table="bureau_calendarday",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="calendarday",
            trigger=pgtrigger.compiler.Trigger(
                name="deleted_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "bureau_calendardayversion" ("day", "id", "kind", "name_en", "name_et", "pgh_created_at", "pgh_label", "pgh_obj_id", "source") VALUES (OLD."day", OLD."id", OLD."kind", OLD."name_en", OLD."name_et", NOW(), \'deleted\', OLD."id", OLD."source"); RETURN NULL;',
                    hash="3c12ddd38ab4f346a10a84786ef01b590ae37cfd",
                    operation="DELETE",
                    pgid="pgtrigger_deleted_delete_c6c8e",
                    table="bureau_calendarday",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="channel",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "bureau_channelversion" ("code", "icon", "id", "is_instant", "name_en", "name_et", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "valid_from", "valid_to") VALUES (OLD."code", OLD."icon", OLD."id", OLD."is_instant", OLD."name_en", OLD."name_et", NOW(), \'changed\', OLD."id", OLD."position", OLD."valid_from", OLD."valid_to"); RETURN NULL;',
                    hash="a030882c483434a549b32b9c11ba11092171def9",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_2738c",
                    table="bureau_channel",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="channel",
            trigger=pgtrigger.compiler.Trigger(
                name="deleted_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "bureau_channelversion" ("code", "icon", "id", "is_instant", "name_en", "name_et", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "valid_from", "valid_to") VALUES (OLD."code", OLD."icon", OLD."id", OLD."is_instant", OLD."name_en", OLD."name_et", NOW(), \'deleted\', OLD."id", OLD."position", OLD."valid_from", OLD."valid_to"); RETURN NULL;',
                    hash="4bfe36504eed2059ba94551683f3e33b70c307cd",
                    operation="DELETE",
                    pgid="pgtrigger_deleted_delete_cfd12",
                    table="bureau_channel",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="openinghours",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "bureau_openinghoursversion" ("closes", "id", "opens", "pgh_created_at", "pgh_label", "pgh_obj_id", "valid_from", "valid_to", "weekday") VALUES (OLD."closes", OLD."id", OLD."opens", NOW(), \'changed\', OLD."id", OLD."valid_from", OLD."valid_to", OLD."weekday"); RETURN NULL;',
                    hash="0562333a9ea7779059c09aa331778c9de07662c8",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_68ffa",
                    table="bureau_openinghours",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="openinghours",
            trigger=pgtrigger.compiler.Trigger(
                name="deleted_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "bureau_openinghoursversion" ("closes", "id", "opens", "pgh_created_at", "pgh_label", "pgh_obj_id", "valid_from", "valid_to", "weekday") VALUES (OLD."closes", OLD."id", OLD."opens", NOW(), \'deleted\', OLD."id", OLD."valid_from", OLD."valid_to", OLD."weekday"); RETURN NULL;',
                    hash="930b4ad1d1d29fba7785d3206040664833100961",
                    operation="DELETE",
                    pgid="pgtrigger_deleted_delete_2031c",
                    table="bureau_openinghours",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="outsidebody",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "bureau_outsidebodyversion" ("code", "email", "id", "name_en", "name_et", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "position", "url", "valid_from", "valid_to", "what_for_en", "what_for_et") VALUES (OLD."code", OLD."email", OLD."id", OLD."name_en", OLD."name_et", NOW(), \'changed\', OLD."id", OLD."phone", OLD."position", OLD."url", OLD."valid_from", OLD."valid_to", OLD."what_for_en", OLD."what_for_et"); RETURN NULL;',
                    hash="70c0c5ece4faf2f2f6d3a78ffb05f6ba91e02462",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_4cda7",
                    table="bureau_outsidebody",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="outsidebody",
            trigger=pgtrigger.compiler.Trigger(
                name="deleted_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "bureau_outsidebodyversion" ("code", "email", "id", "name_en", "name_et", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "position", "url", "valid_from", "valid_to", "what_for_en", "what_for_et") VALUES (OLD."code", OLD."email", OLD."id", OLD."name_en", OLD."name_et", NOW(), \'deleted\', OLD."id", OLD."phone", OLD."position", OLD."url", OLD."valid_from", OLD."valid_to", OLD."what_for_en", OLD."what_for_et"); RETURN NULL;',
                    hash="00617079f325584e6cd61244a83656b288ec240f",
                    operation="DELETE",
                    pgid="pgtrigger_deleted_delete_216dd",
                    table="bureau_outsidebody",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="restrictionbasis",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "bureau_restrictionbasisversion" ("code", "default_years", "ends_by_event", "id", "is_confirmed", "law", "name_en", "name_et", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "source", "valid_from", "valid_to") VALUES (OLD."code", OLD."default_years", OLD."ends_by_event", OLD."id", OLD."is_confirmed", OLD."law", OLD."name_en", OLD."name_et", NOW(), \'changed\', OLD."id", OLD."position", OLD."source", OLD."valid_from", OLD."valid_to"); RETURN NULL;',
                    hash="8b111f89cef6ed48f82366312464bbd1c38be2cb",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_e6153",
                    table="bureau_restrictionbasis",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="restrictionbasis",
            trigger=pgtrigger.compiler.Trigger(
                name="deleted_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "bureau_restrictionbasisversion" ("code", "default_years", "ends_by_event", "id", "is_confirmed", "law", "name_en", "name_et", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "source", "valid_from", "valid_to") VALUES (OLD."code", OLD."default_years", OLD."ends_by_event", OLD."id", OLD."is_confirmed", OLD."law", OLD."name_en", OLD."name_et", NOW(), \'deleted\', OLD."id", OLD."position", OLD."source", OLD."valid_from", OLD."valid_to"); RETURN NULL;',
                    hash="df446cddaceb054d85522d8a2d81a3474d62282f",
                    operation="DELETE",
                    pgid="pgtrigger_deleted_delete_d0aee",
                    table="bureau_restrictionbasis",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="calendardayversion",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="754a6e65dc048dd45d265eec1a87f87bfbcfd4ec",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_c8eb1",
                    table="bureau_calendardayversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="channelversion",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="4acb8ded31fb2f30941b0cf1facef6a8674bf06e",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_6bda9",
                    table="bureau_channelversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deed",
            trigger=pgtrigger.compiler.Trigger(
                name="deed_refuses_change",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="aed268d13fe49a3cd029ece281b5eea882da9599",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_deed_refuses_change_4a87c",
                    table="bureau_deed",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="openinghoursversion",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="b5f2bca3950a7b919f9f1371a36cdbfba5e0587c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_7ac33",
                    table="bureau_openinghoursversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="outsidebodyversion",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="a9f652836c62c3ed273fa8624165e265e1449bbf",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_95cf8",
                    table="bureau_outsidebodyversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="readingrecord",
            trigger=pgtrigger.compiler.Trigger(
                name="readingrecord_refuses_change",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="6031d2b62ce1ebc3c6e370f44b1cb9bf6a56e95d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_readingrecord_refuses_change_620b3",
                    table="bureau_readingrecord",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="restrictionbasisversion",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="1134154fc6dcbf7c20b04040b1c35b38a4fa700c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_087c5",
                    table="bureau_restrictionbasisversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unit",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "bureau_unitversion" ("code", "email", "id", "name_en", "name_et", "parent_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "valid_from", "valid_to") VALUES (OLD."code", OLD."email", OLD."id", OLD."name_en", OLD."name_et", OLD."parent_id", NOW(), \'changed\', OLD."id", OLD."position", OLD."valid_from", OLD."valid_to"); RETURN NULL;',
                    hash="1c6a875ecbdb1b1f25a9b9be4359f1d7cbc70523",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_4794c",
                    table="bureau_unit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unit",
            trigger=pgtrigger.compiler.Trigger(
                name="deleted_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "bureau_unitversion" ("code", "email", "id", "name_en", "name_et", "parent_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "valid_from", "valid_to") VALUES (OLD."code", OLD."email", OLD."id", OLD."name_en", OLD."name_et", OLD."parent_id", NOW(), \'deleted\', OLD."id", OLD."position", OLD."valid_from", OLD."valid_to"); RETURN NULL;',
                    hash="847ba083800d67c0384a821f882e7b3941be5520",
                    operation="DELETE",
                    pgid="pgtrigger_deleted_delete_d1a8e",
                    table="bureau_unit",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="topicversion",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="044c175a07e8c4010171b5b515006c3a103df274",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_8c829",
                    table="bureau_topicversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="topic",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "bureau_topicversion" ("code", "guide_en", "guide_et", "id", "keywords", "name_en", "name_et", "outside_body_id", "parent_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "service_id", "unit_id", "valid_from", "valid_to") VALUES (OLD."code", OLD."guide_en", OLD."guide_et", OLD."id", OLD."keywords", OLD."name_en", OLD."name_et", OLD."outside_body_id", OLD."parent_id", NOW(), \'changed\', OLD."id", OLD."position", OLD."service_id", OLD."unit_id", OLD."valid_from", OLD."valid_to"); RETURN NULL;',
                    hash="359c83766f6008a2b3e6d1880fb8c4d874d2a7fb",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_6f6a5",
                    table="bureau_topic",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="topic",
            trigger=pgtrigger.compiler.Trigger(
                name="deleted_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "bureau_topicversion" ("code", "guide_en", "guide_et", "id", "keywords", "name_en", "name_et", "outside_body_id", "parent_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "service_id", "unit_id", "valid_from", "valid_to") VALUES (OLD."code", OLD."guide_en", OLD."guide_et", OLD."id", OLD."keywords", OLD."name_en", OLD."name_et", OLD."outside_body_id", OLD."parent_id", NOW(), \'deleted\', OLD."id", OLD."position", OLD."service_id", OLD."unit_id", OLD."valid_from", OLD."valid_to"); RETURN NULL;',
                    hash="8688b927cff53a6dc2a1bf335e9e4554a0085815",
                    operation="DELETE",
                    pgid="pgtrigger_deleted_delete_3ec54",
                    table="bureau_topic",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="serviceversion",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="217e1bce8dcf841bdcafabbab9effc259506ff96",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_ab6e9",
                    table="bureau_serviceversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="service",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "bureau_serviceversion" ("code", "id", "name_en", "name_et", "owner_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "unit_id", "url", "valid_from", "valid_to") VALUES (OLD."code", OLD."id", OLD."name_en", OLD."name_et", OLD."owner_id", NOW(), \'changed\', OLD."id", OLD."position", OLD."unit_id", OLD."url", OLD."valid_from", OLD."valid_to"); RETURN NULL;',
                    hash="c9e375ed13abf521abe450c74fb7e01cc3678ff9",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_ac06a",
                    table="bureau_service",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="service",
            trigger=pgtrigger.compiler.Trigger(
                name="deleted_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "bureau_serviceversion" ("code", "id", "name_en", "name_et", "owner_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "unit_id", "url", "valid_from", "valid_to") VALUES (OLD."code", OLD."id", OLD."name_en", OLD."name_et", OLD."owner_id", NOW(), \'deleted\', OLD."id", OLD."position", OLD."unit_id", OLD."url", OLD."valid_from", OLD."valid_to"); RETURN NULL;',
                    hash="95e5542cd4360c20395e43b9bc30582ef9eba445",
                    operation="DELETE",
                    pgid="pgtrigger_deleted_delete_0018f",
                    table="bureau_service",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."density" IS DISTINCT FROM (NEW."density") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."first_name" IS DISTINCT FROM (NEW."first_name") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."identity_hash" IS DISTINCT FROM (NEW."identity_hash") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."job_title" IS DISTINCT FROM (NEW."job_title") OR OLD."joined_at" IS DISTINCT FROM (NEW."joined_at") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."languages_served" IS DISTINCT FROM (NEW."languages_served") OR OLD."last_name" IS DISTINCT FROM (NEW."last_name") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."shortcuts_enabled" IS DISTINCT FROM (NEW."shortcuts_enabled") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."workload_share" IS DISTINCT FROM (NEW."workload_share"))',
                    func='INSERT INTO "bureau_userversion" ("density", "email", "first_name", "id", "identity_hash", "is_active", "job_title", "joined_at", "language", "languages_served", "last_name", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "shortcuts_enabled", "unit_id", "workload_share") VALUES (OLD."density", OLD."email", OLD."first_name", OLD."id", OLD."identity_hash", OLD."is_active", OLD."job_title", OLD."joined_at", OLD."language", OLD."languages_served", OLD."last_name", NOW(), \'changed\', OLD."id", OLD."phone", OLD."shortcuts_enabled", OLD."unit_id", OLD."workload_share"); RETURN NULL;',
                    hash="a1c31576915553ad049c36162b63be634d3d9c8b",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_1c989",
                    table="bureau_user",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="user",
            trigger=pgtrigger.compiler.Trigger(
                name="deleted_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "bureau_userversion" ("density", "email", "first_name", "id", "identity_hash", "is_active", "job_title", "joined_at", "language", "languages_served", "last_name", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "shortcuts_enabled", "unit_id", "workload_share") VALUES (OLD."density", OLD."email", OLD."first_name", OLD."id", OLD."identity_hash", OLD."is_active", OLD."job_title", OLD."joined_at", OLD."language", OLD."languages_served", OLD."last_name", NOW(), \'deleted\', OLD."id", OLD."phone", OLD."shortcuts_enabled", OLD."unit_id", OLD."workload_share"); RETURN NULL;',
                    hash="2b7983e5a3278a392d11fcc7b0cb38b989184f36",
                    operation="DELETE",
                    pgid="pgtrigger_deleted_delete_48900",
                    table="bureau_user",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="unitversion",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="17aa5e2056e32fb637ff5da1ef8ec399246e0112",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_6752a",
                    table="bureau_unitversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="userversion",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="dff50be860fadb55b19f331ca6644f80791190b1",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_e264e",
                    table="bureau_userversion",
                    when="BEFORE",
                ),
            ),
        ),
    ]
