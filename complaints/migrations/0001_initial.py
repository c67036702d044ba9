# Fields, indexes and constraints stand with their tables: added one by one, each would make all models anew.

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
import uuid
from django.conf import settings
from django.db import migrations, models
from bureau.migration_steps import Together


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("bureau", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [Together([
        migrations.CreateModel(
            name="ChangedDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "indexes": [models.Index(fields=["day"], name="complaints_changedday_day")],
            },
        ),
        migrations.CreateModel(
            name="CountedUntil",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("counted_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="HourCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("hour", models.PositiveSmallIntegerField()),
                ("contacts", models.PositiveIntegerField(default=0)),
                (
                    "channel",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bureau.channel",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bureau.unit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("day"),
                        models.F("hour"),
                        models.F("channel"),
                        models.F("unit"),
                        name="complaints_hourcount_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=100, verbose_name="source")),
                ("file_name", models.CharField(max_length=255, verbose_name="file")),
                ("file_sha256", models.CharField(max_length=64)),
                ("map_text", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[("rehearsed", "Rehearsed"), ("taken", "Taken in"), ("undone", "Taken back")],
                        default="taken",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("rows_read", models.PositiveBigIntegerField(default=0)),
                ("rows_taken", models.PositiveBigIntegerField(default=0)),
                ("rows_known", models.PositiveBigIntegerField(default=0)),
                ("rows_refused", models.PositiveBigIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "job",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="import_batch",
                        to="bureau.job",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "import",
                "verbose_name_plural": "imports",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="ImportMap",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True, verbose_name="name")),
                ("text", models.TextField(verbose_name="mapping")),
                ("header_fingerprint", models.CharField(blank=True, max_length=64)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "import mapping",
                "verbose_name_plural": "import mappings",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="NumberSeries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("series", models.CharField(max_length=3)),
                ("year", models.PositiveSmallIntegerField()),
                ("last", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("series"), models.F("year"), name="complaints_numberseries_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Party",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("person", "Private person"),
                            ("company", "Company or association"),
                            ("agency", "Other agency"),
                        ],
                        default="person",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                ("registry_code", models.CharField(blank=True, max_length=20, verbose_name="registry code")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                (
                    "phone",
                    models.CharField(
                        blank=True,
                        help_text="Kept in the international form, +372 …",
                        max_length=20,
                        verbose_name="phone",
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="postal address")),
                ("language", models.CharField(default="et", max_length=2, verbose_name="language")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="added")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "party",
                "verbose_name_plural": "parties",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(
                            django.db.models.functions.text.Lower("name"), "gin_trgm_ops"
                        ),
                        name="complaints_party_name_trgm",
                    ),
                    models.Index(
                        django.contrib.postgres.indexes.OpClass("phone", "text_pattern_ops"),
                        condition=models.Q(("phone", ""), _negated=True),
                        name="complaints_party_phone",
                    ),
                    models.Index(
                        django.contrib.postgres.indexes.OpClass(
                            django.db.models.functions.text.Lower("email"), "text_pattern_ops"
                        ),
                        condition=models.Q(("email", ""), _negated=True),
                        name="complaints_party_email",
                    ),
                    models.Index(
                        condition=models.Q(("registry_code", ""), _negated=True),
                        fields=["registry_code"],
                        name="complaints_party_registry",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("email", ""), ("name", ""), ("phone", ""), ("registry_code", ""), _negated=True
                        ),
                        name="complaints_party_says_something",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PartyVersion",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("person", "Private person"),
                            ("company", "Company or association"),
                            ("agency", "Other agency"),
                        ],
                        default="person",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=200, verbose_name="name")),
                ("registry_code", models.CharField(blank=True, max_length=20, verbose_name="registry code")),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                (
                    "phone",
                    models.CharField(
                        blank=True,
                        help_text="Kept in the international form, +372 …",
                        max_length=20,
                        verbose_name="phone",
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=300, verbose_name="postal address")),
                ("language", models.CharField(default="et", max_length=2, verbose_name="language")),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="added")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "created_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="versions",
                        related_query_name="versions",
                        to="complaints.party",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CaseKind",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                ("name_et", models.CharField(max_length=200, verbose_name="name in Estonian")),
                ("name_en", models.CharField(max_length=200, verbose_name="name in English")),
                ("position", models.PositiveIntegerField(default=100, verbose_name="order")),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="in use from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="in use until")),
                ("series", models.CharField(default="P", max_length=3, verbose_name="number series")),
                ("law", models.CharField(blank=True, max_length=120, verbose_name="legal basis")),
                ("what_et", models.TextField(blank=True, verbose_name="what it is, in Estonian")),
                ("what_en", models.TextField(blank=True, verbose_name="what it is, in English")),
                ("notices_et", models.TextField(blank=True, verbose_name="notices owed, in Estonian")),
                ("notices_en", models.TextField(blank=True, verbose_name="notices owed, in English")),
                ("refusal_et", models.TextField(blank=True, verbose_name="refusal and special points, in Estonian")),
                ("refusal_en", models.TextField(blank=True, verbose_name="refusal and special points, in English")),
                ("has_reply_clock", models.BooleanField(default=True, verbose_name="a reply is owed by a date")),
                ("is_complaint", models.BooleanField(default=False, verbose_name="says that we served badly")),
                ("is_urgent", models.BooleanField(default=False, verbose_name="urgent")),
                ("needs_identity", models.BooleanField(default=False, verbose_name="the person must be identified")),
                (
                    "is_environmental_information",
                    models.BooleanField(default=False, verbose_name="environmental information"),
                ),
            ],
            options={
                "verbose_name": "kind of case",
                "verbose_name_plural": "kinds of cases",
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
                        name="complaints_casekind_valid_days_in_order",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=20, unique=True, verbose_name="number")),
                ("series", models.CharField(max_length=3)),
                ("year", models.PositiveSmallIntegerField()),
                ("sequence", models.PositiveIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("registered", "Registered"),
                            ("in_progress", "In progress"),
                            ("waiting", "Waiting"),
                            ("answered", "Answered"),
                            ("forwarded", "Forwarded"),
                            ("closed", "Closed"),
                            ("reopened", "Reopened"),
                        ],
                        default="registered",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("description", models.TextField(blank=True, verbose_name="what the client writes or says")),
                ("co_signers", models.PositiveIntegerField(default=0, verbose_name="co-signers")),
                ("language", models.CharField(default="et", max_length=2, verbose_name="language")),
                (
                    "is_environmental_information",
                    models.BooleanField(default=False, verbose_name="environmental information"),
                ),
                ("no_reply_wanted", models.BooleanField(default=False, verbose_name="no reply wanted")),
                (
                    "register_reference",
                    models.CharField(blank=True, max_length=60, verbose_name="reference in the document register"),
                ),
                ("sender_reference", models.CharField(blank=True, max_length=60, verbose_name="sender's reference")),
                ("sender_dated_on", models.DateField(blank=True, null=True, verbose_name="date on the letter")),
                ("received_at", models.DateTimeField(verbose_name="received")),
                ("registered_at", models.DateTimeField(verbose_name="registered")),
                ("registered_on", models.DateField(verbose_name="registered on")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="due")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered")),
                ("answered_on", models.DateField(blank=True, null=True)),
                ("was_on_time", models.BooleanField(blank=True, null=True, verbose_name="answered on time")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
                ("closed_on", models.DateField(blank=True, null=True)),
                ("is_extended", models.BooleanField(default=False, verbose_name="term extended")),
                ("reopened_count", models.PositiveSmallIntegerField(default=0)),
                ("outcome", models.CharField(blank=True, max_length=20, verbose_name="outcome")),
                ("is_restricted", models.BooleanField(default=False, verbose_name="access restricted")),
                ("restricted_from", models.DateField(blank=True, null=True, verbose_name="mark made")),
                ("restricted_until", models.DateField(blank=True, null=True, verbose_name="valid until")),
                (
                    "restriction_ends_by",
                    models.CharField(blank=True, max_length=200, verbose_name="ends by the event"),
                ),
                ("restriction_scope", models.CharField(blank=True, max_length=200, verbose_name="what is restricted")),
                ("restriction_note", models.TextField(blank=True, verbose_name="why")),
                ("foreign_data", models.JSONField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="handler",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="bureau.channel",
                        verbose_name="channel",
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reply_channel",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bureau.channel",
                        verbose_name="reply wanted by",
                    ),
                ),
                (
                    "restriction_basis",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="bureau.restrictionbasis",
                        verbose_name="basis",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="bureau.service",
                        verbose_name="service",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="bureau.topic",
                        verbose_name="topic",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="bureau.unit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="complaints.casekind",
                        verbose_name="kind",
                    ),
                ),
                (
                    "import_batch",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="complaints.importbatch",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cases",
                        to="complaints.party",
                        verbose_name="party",
                    ),
                ),
            ],
            options={
                "verbose_name": "case",
                "verbose_name_plural": "cases",
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ("registered", "in_progress", "waiting", "reopened"))),
                        fields=["due_on", "id"],
                        name="complaints_case_open_due",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ("registered", "in_progress", "waiting", "reopened"))),
                        fields=["assignee", "due_on", "id"],
                        name="complaints_case_open_mine",
                    ),
                    models.Index(
                        condition=models.Q(("status__in", ("registered", "in_progress", "waiting", "reopened"))),
                        fields=["unit", "due_on", "id"],
                        name="complaints_case_open_unit",
                    ),
                    models.Index(fields=["-registered_on", "-id"], name="complaints_case_registered"),
                    models.Index(fields=["unit", "-registered_on", "-id"], name="complaints_case_of_unit"),
                    models.Index(fields=["assignee", "-registered_on", "-id"], name="complaints_case_of_assignee"),
                    models.Index(fields=["kind", "-registered_on", "-id"], name="complaints_case_of_kind"),
                    models.Index(fields=["topic", "-registered_on", "-id"], name="complaints_case_of_topic"),
                    models.Index(
                        condition=models.Q(("answered_on__isnull", False)),
                        fields=["answered_on", "id"],
                        name="complaints_case_answered",
                    ),
                    models.Index(
                        condition=models.Q(("closed_on__isnull", False)),
                        fields=["closed_on", "id"],
                        name="complaints_case_closed",
                    ),
                    models.Index(
                        condition=models.Q(("is_restricted", True)),
                        fields=["restricted_until"],
                        name="complaints_case_restricted",
                    ),
                    models.Index(
                        condition=models.Q(("import_batch__isnull", False)),
                        fields=["import_batch"],
                        name="complaints_case_of_batch",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        models.F("series"), models.F("year"), models.F("sequence"), name="complaints_case_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "answered"), _negated=True),
                            models.Q(("answered_at__isnull", False), ("answered_on__isnull", False)),
                            _connector="OR",
                        ),
                        name="complaints_case_answered_at_set_when_answered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("closed_on__isnull", False), ("status", "closed")),
                            models.Q(
                                models.Q(("status", "closed"), _negated=True),
                                ("closed_at__isnull", True),
                                ("closed_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="complaints_case_closed_at_set_when_closed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_restricted", False),
                            models.Q(
                                ("restricted_from__isnull", False),
                                ("restriction_basis__isnull", False),
                                models.Q(
                                    ("restricted_until__isnull", False),
                                    models.Q(("restriction_ends_by", ""), _negated=True),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="complaints_case_restriction_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("registered_at__gte", models.F("received_at"))),
                        name="complaints_case_registered_after_receipt",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseKindVersion",
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
                ("series", models.CharField(default="P", max_length=3, verbose_name="number series")),
                ("law", models.CharField(blank=True, max_length=120, verbose_name="legal basis")),
                ("what_et", models.TextField(blank=True, verbose_name="what it is, in Estonian")),
                ("what_en", models.TextField(blank=True, verbose_name="what it is, in English")),
                ("notices_et", models.TextField(blank=True, verbose_name="notices owed, in Estonian")),
                ("notices_en", models.TextField(blank=True, verbose_name="notices owed, in English")),
                ("refusal_et", models.TextField(blank=True, verbose_name="refusal and special points, in Estonian")),
                ("refusal_en", models.TextField(blank=True, verbose_name="refusal and special points, in English")),
                ("has_reply_clock", models.BooleanField(default=True, verbose_name="a reply is owed by a date")),
                ("is_complaint", models.BooleanField(default=False, verbose_name="says that we served badly")),
                ("is_urgent", models.BooleanField(default=False, verbose_name="urgent")),
                ("needs_identity", models.BooleanField(default=False, verbose_name="the person must be identified")),
                (
                    "is_environmental_information",
                    models.BooleanField(default=False, verbose_name="environmental information"),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="versions",
                        related_query_name="versions",
                        to="complaints.casekind",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="CaseLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("related", "Related to"),
                            ("follow_up", "Follow-up of"),
                            ("repeat", "Repeat of"),
                            ("appeal", "Appeal against"),
                            ("caused_by", "Caused by"),
                            ("duplicate", "Duplicate of"),
                        ],
                        default="related",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links", to="complaints.case"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="linked_from", to="complaints.case"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("case"), models.F("other"), models.F("kind"), name="complaints_caselink_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("case", models.F("other")), _negated=True),
                        name="complaints_caselink_not_to_itself",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("text", models.TextField(verbose_name="internal note")),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="complaints.case"
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
                    ),
                ),
            ],
            options={
                "verbose_name": "internal note",
                "verbose_name_plural": "internal notes",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="CaseVersion",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("number", models.CharField(max_length=20, verbose_name="number")),
                ("series", models.CharField(max_length=3)),
                ("year", models.PositiveSmallIntegerField()),
                ("sequence", models.PositiveIntegerField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("registered", "Registered"),
                            ("in_progress", "In progress"),
                            ("waiting", "Waiting"),
                            ("answered", "Answered"),
                            ("forwarded", "Forwarded"),
                            ("closed", "Closed"),
                            ("reopened", "Reopened"),
                        ],
                        default="registered",
                        max_length=12,
                        verbose_name="status",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("co_signers", models.PositiveIntegerField(default=0, verbose_name="co-signers")),
                ("language", models.CharField(default="et", max_length=2, verbose_name="language")),
                (
                    "is_environmental_information",
                    models.BooleanField(default=False, verbose_name="environmental information"),
                ),
                ("no_reply_wanted", models.BooleanField(default=False, verbose_name="no reply wanted")),
                (
                    "register_reference",
                    models.CharField(blank=True, max_length=60, verbose_name="reference in the document register"),
                ),
                ("sender_reference", models.CharField(blank=True, max_length=60, verbose_name="sender's reference")),
                ("sender_dated_on", models.DateField(blank=True, null=True, verbose_name="date on the letter")),
                ("received_at", models.DateTimeField(verbose_name="received")),
                ("registered_at", models.DateTimeField(verbose_name="registered")),
                ("registered_on", models.DateField(verbose_name="registered on")),
                ("due_on", models.DateField(blank=True, null=True, verbose_name="due")),
                ("answered_at", models.DateTimeField(blank=True, null=True, verbose_name="answered")),
                ("answered_on", models.DateField(blank=True, null=True)),
                ("was_on_time", models.BooleanField(blank=True, null=True, verbose_name="answered on time")),
                ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
                ("closed_on", models.DateField(blank=True, null=True)),
                ("is_extended", models.BooleanField(default=False, verbose_name="term extended")),
                ("reopened_count", models.PositiveSmallIntegerField(default=0)),
                ("outcome", models.CharField(blank=True, max_length=20, verbose_name="outcome")),
                ("is_restricted", models.BooleanField(default=False, verbose_name="access restricted")),
                ("restricted_from", models.DateField(blank=True, null=True, verbose_name="mark made")),
                ("restricted_until", models.DateField(blank=True, null=True, verbose_name="valid until")),
                (
                    "restriction_ends_by",
                    models.CharField(blank=True, max_length=200, verbose_name="ends by the event"),
                ),
                ("restriction_scope", models.CharField(blank=True, max_length=200, verbose_name="what is restricted")),
                ("restriction_note", models.TextField(blank=True, verbose_name="why")),
                ("foreign_data", models.JSONField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("updated_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "assignee",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="handler",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="bureau.channel",
                        verbose_name="channel",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="complaints.casekind",
                        verbose_name="kind",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="versions",
                        related_query_name="versions",
                        to="complaints.case",
                    ),
                ),
                (
                    "registered_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reply_channel",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="bureau.channel",
                        verbose_name="reply wanted by",
                    ),
                ),
                (
                    "restriction_basis",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="bureau.restrictionbasis",
                        verbose_name="basis",
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
                    "topic",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="bureau.topic",
                        verbose_name="topic",
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
                (
                    "import_batch",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="complaints.importbatch",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="complaints.party",
                        verbose_name="party",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Contact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("at", models.DateTimeField(verbose_name="when")),
                ("on", models.DateField(verbose_name="day")),
                (
                    "direction",
                    models.CharField(
                        choices=[("in", "Incoming"), ("out", "Outgoing")],
                        default="in",
                        max_length=3,
                        verbose_name="direction",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("answered", "Answered"),
                            ("forwarded", "Passed on"),
                            ("case", "Case"),
                            ("complaint", "Complaint"),
                            ("wrong_body", "Wrong body"),
                        ],
                        default="answered",
                        max_length=12,
                        verbose_name="outcome",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("was_dissatisfied", models.BooleanField(default=False, verbose_name="the client was dissatisfied")),
                (
                    "handling_seconds",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="handling time, seconds"),
                ),
                ("entry_milliseconds", models.PositiveIntegerField(blank=True, null=True)),
                ("language", models.CharField(default="et", max_length=2, verbose_name="language")),
                ("is_backdated", models.BooleanField(default=False, verbose_name="entered afterwards")),
                ("is_restricted", models.BooleanField(default=False)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="complaints.case",
                        verbose_name="case",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="bureau.channel",
                        verbose_name="channel",
                    ),
                ),
                (
                    "handled_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="handled by",
                    ),
                ),
                (
                    "outside_body",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="bureau.outsidebody",
                        verbose_name="right door",
                    ),
                ),
                (
                    "passed_to_unit",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bureau.unit",
                        verbose_name="passed on to",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="bureau.topic",
                        verbose_name="topic",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="bureau.unit",
                        verbose_name="unit",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contacts",
                        to="complaints.party",
                        verbose_name="party",
                    ),
                ),
            ],
            options={
                "verbose_name": "contact",
                "verbose_name_plural": "contacts",
                "indexes": [
                    models.Index(fields=["-at", "-id"], name="complaints_contact_latest"),
                    models.Index(fields=["handled_by", "-at", "-id"], name="complaints_contact_of_handler"),
                    models.Index(fields=["unit", "-at", "-id"], name="complaints_contact_of_unit"),
                    models.Index(fields=["on", "channel"], name="complaints_contact_of_day"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("outcome", "wrong_body"), _negated=True),
                            ("outside_body__isnull", False),
                            _connector="OR",
                        ),
                        name="complaints_contact_wrong_body_names_the_right_one",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ContactVersion",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("key", models.UUIDField(default=uuid.uuid4)),
                ("at", models.DateTimeField(verbose_name="when")),
                ("on", models.DateField(verbose_name="day")),
                (
                    "direction",
                    models.CharField(
                        choices=[("in", "Incoming"), ("out", "Outgoing")],
                        default="in",
                        max_length=3,
                        verbose_name="direction",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("answered", "Answered"),
                            ("forwarded", "Passed on"),
                            ("case", "Case"),
                            ("complaint", "Complaint"),
                            ("wrong_body", "Wrong body"),
                        ],
                        default="answered",
                        max_length=12,
                        verbose_name="outcome",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                ("was_dissatisfied", models.BooleanField(default=False, verbose_name="the client was dissatisfied")),
                (
                    "handling_seconds",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="handling time, seconds"),
                ),
                ("entry_milliseconds", models.PositiveIntegerField(blank=True, null=True)),
                ("language", models.CharField(default="et", max_length=2, verbose_name="language")),
                ("is_backdated", models.BooleanField(default=False, verbose_name="entered afterwards")),
                ("is_restricted", models.BooleanField(default=False)),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="complaints.case",
                        verbose_name="case",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="bureau.channel",
                        verbose_name="channel",
                    ),
                ),
                (
                    "handled_by",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="handled by",
                    ),
                ),
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
                        verbose_name="right door",
                    ),
                ),
                (
                    "passed_to_unit",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="bureau.unit",
                        verbose_name="passed on to",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="versions",
                        related_query_name="versions",
                        to="complaints.contact",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="bureau.topic",
                        verbose_name="topic",
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
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="complaints.party",
                        verbose_name="party",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DayCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("contacts", models.PositiveIntegerField(default=0)),
                ("contact_seconds", models.PositiveBigIntegerField(default=0)),
                ("contacts_timed", models.PositiveIntegerField(default=0)),
                ("registered", models.PositiveIntegerField(default=0)),
                ("answered", models.PositiveIntegerField(default=0)),
                ("answered_on_time", models.PositiveIntegerField(default=0)),
                ("closed", models.PositiveIntegerField(default=0)),
                ("forwarded", models.PositiveIntegerField(default=0)),
                (
                    "channel",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bureau.channel",
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="complaints.casekind",
                    ),
                ),
                (
                    "topic",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bureau.topic",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bureau.unit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("day"),
                        models.F("channel"),
                        models.F("kind"),
                        models.F("topic"),
                        models.F("unit"),
                        name="complaints_daycount_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DeadlineRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("reply", "Reply"),
                            ("forward", "Forward to the right body"),
                            ("acknowledge", "Acknowledge"),
                        ],
                        default="reply",
                        max_length=12,
                        verbose_name="term for",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="in force from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="in force until")),
                ("amount", models.PositiveSmallIntegerField(verbose_name="length")),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("calendar_days", "calendar days"),
                            ("working_days", "working days"),
                            ("months", "months"),
                        ],
                        max_length=14,
                        verbose_name="unit",
                    ),
                ),
                (
                    "runs_from",
                    models.CharField(
                        choices=[
                            ("registration", "registration"),
                            ("receipt", "receipt"),
                            ("event", "an event named on the case"),
                        ],
                        default="registration",
                        max_length=14,
                        verbose_name="runs from",
                    ),
                ),
                (
                    "extended_amount",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="In total, from the same start; empty when the law knows no extension.",
                        null=True,
                        verbose_name="length when extended",
                    ),
                ),
                (
                    "extended_unit",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("calendar_days", "calendar days"),
                            ("working_days", "working days"),
                            ("months", "months"),
                        ],
                        max_length=14,
                        verbose_name="unit when extended",
                    ),
                ),
                (
                    "rolls",
                    models.BooleanField(default=True, verbose_name="moves from a day off to the next working day"),
                ),
                (
                    "holiday_list",
                    models.CharField(
                        choices=[("ee", "Estonian rest days"), ("eu", "Regulation 1182/71")],
                        default="ee",
                        max_length=2,
                        verbose_name="days off by",
                    ),
                ),
                ("law", models.CharField(max_length=200, verbose_name="legal basis")),
                (
                    "extension_law",
                    models.CharField(blank=True, max_length=200, verbose_name="legal basis of the extension"),
                ),
                ("source", models.CharField(blank=True, max_length=400, verbose_name="source")),
                ("is_confirmed", models.BooleanField(default=False, verbose_name="confirmed by a lawyer")),
                ("note_et", models.TextField(blank=True, verbose_name="note in Estonian")),
                ("note_en", models.TextField(blank=True, verbose_name="note in English")),
                (
                    "kind",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deadline_rules",
                        to="complaints.casekind",
                        verbose_name="kind",
                    ),
                ),
            ],
            options={
                "verbose_name": "term",
                "verbose_name_plural": "terms",
                "ordering": ["kind", "purpose", "-valid_from"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to__isnull", True), ("valid_to__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="complaints_deadlinerule_valid_days_in_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 1)), name="complaints_deadlinerule_has_length"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("extended_amount__isnull", True), ("extended_unit", "")),
                            models.Q(
                                ("extended_amount__isnull", False), models.Q(("extended_unit", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="complaints_deadlinerule_extension_whole",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[
                            ("kind", "="),
                            ("purpose", "="),
                            (
                                models.Func(
                                    models.F("valid_from"),
                                    models.F("valid_to"),
                                    django.contrib.postgres.fields.ranges.RangeBoundary(
                                        inclusive_lower=True, inclusive_upper=True
                                    ),
                                    function="DATERANGE",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="complaints_deadlinerule_one_in_force",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Clock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("reply", "Reply"),
                            ("forward", "Forward to the right body"),
                            ("acknowledge", "Acknowledge"),
                        ],
                        default="reply",
                        max_length=12,
                        verbose_name="term for",
                    ),
                ),
                ("law", models.CharField(blank=True, max_length=200, verbose_name="basis")),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "Running"), ("met", "Met"), ("ended", "Ended without a reply")],
                        default="running",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("triggered_on", models.DateField(verbose_name="start")),
                ("raw_due_on", models.DateField()),
                ("due_on", models.DateField(verbose_name="last day")),
                ("is_named_day", models.BooleanField(default=False)),
                ("is_extended", models.BooleanField(default=False, verbose_name="extended")),
                ("first_due_on", models.DateField(verbose_name="last day before extension")),
                ("extension_reason", models.TextField(blank=True, verbose_name="reason of the extension")),
                ("notice_sent_at", models.DateTimeField(blank=True, null=True, verbose_name="person told")),
                ("steps", models.JSONField(default=list)),
                ("met_on", models.DateField(blank=True, null=True, verbose_name="met on")),
                ("ended_on", models.DateField(blank=True, null=True)),
                ("end_reason", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="clocks", to="complaints.case"
                    ),
                ),
                (
                    "extended_by",
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
                    "kind",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="complaints.casekind",
                        verbose_name="kind",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clocks",
                        to="complaints.deadlinerule",
                        verbose_name="rule",
                    ),
                ),
            ],
            options={
                "verbose_name": "clock",
                "verbose_name_plural": "clocks",
                "ordering": ["due_on", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "running")), fields=["due_on"], name="complaints_clock_running"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("met_on__isnull", False), ("state", "met")),
                            models.Q(models.Q(("state", "met"), _negated=True), ("met_on__isnull", True)),
                            _connector="OR",
                        ),
                        name="complaints_clock_met_on_set_when_met",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_on__gte", models.F("triggered_on"))),
                        name="complaints_clock_never_before_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("due_on__gte", models.F("first_due_on")), ("is_extended", False), _connector="OR"
                        ),
                        name="complaints_clock_extension_not_earlier",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_extended", False), models.Q(("extension_reason", ""), _negated=True), _connector="OR"
                        ),
                        name="complaints_clock_extension_has_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ClockEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("started", "Started"),
                            ("extended", "Extended"),
                            ("recomputed", "Recomputed"),
                            ("met", "Met"),
                            ("ended", "Ended"),
                            ("resumed", "Resumed"),
                        ],
                        max_length=12,
                    ),
                ),
                ("data", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "clock",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="events", to="complaints.clock"
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="ClockVersion",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("reply", "Reply"),
                            ("forward", "Forward to the right body"),
                            ("acknowledge", "Acknowledge"),
                        ],
                        default="reply",
                        max_length=12,
                        verbose_name="term for",
                    ),
                ),
                ("law", models.CharField(blank=True, max_length=200, verbose_name="basis")),
                (
                    "state",
                    models.CharField(
                        choices=[("running", "Running"), ("met", "Met"), ("ended", "Ended without a reply")],
                        default="running",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("triggered_on", models.DateField(verbose_name="start")),
                ("raw_due_on", models.DateField()),
                ("due_on", models.DateField(verbose_name="last day")),
                ("is_named_day", models.BooleanField(default=False)),
                ("is_extended", models.BooleanField(default=False, verbose_name="extended")),
                ("first_due_on", models.DateField(verbose_name="last day before extension")),
                ("extension_reason", models.TextField(blank=True, verbose_name="reason of the extension")),
                ("notice_sent_at", models.DateTimeField(blank=True, null=True, verbose_name="person told")),
                ("steps", models.JSONField(default=list)),
                ("met_on", models.DateField(blank=True, null=True, verbose_name="met on")),
                ("ended_on", models.DateField(blank=True, null=True)),
                ("end_reason", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "case",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="complaints.case",
                    ),
                ),
                (
                    "extended_by",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "kind",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="complaints.casekind",
                        verbose_name="kind",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="versions",
                        related_query_name="versions",
                        to="complaints.clock",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="complaints.deadlinerule",
                        verbose_name="rule",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DeadlineRuleVersion",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("reply", "Reply"),
                            ("forward", "Forward to the right body"),
                            ("acknowledge", "Acknowledge"),
                        ],
                        default="reply",
                        max_length=12,
                        verbose_name="term for",
                    ),
                ),
                ("valid_from", models.DateField(verbose_name="in force from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="in force until")),
                ("amount", models.PositiveSmallIntegerField(verbose_name="length")),
                (
                    "unit",
                    models.CharField(
                        choices=[
                            ("calendar_days", "calendar days"),
                            ("working_days", "working days"),
                            ("months", "months"),
                        ],
                        max_length=14,
                        verbose_name="unit",
                    ),
                ),
                (
                    "runs_from",
                    models.CharField(
                        choices=[
                            ("registration", "registration"),
                            ("receipt", "receipt"),
                            ("event", "an event named on the case"),
                        ],
                        default="registration",
                        max_length=14,
                        verbose_name="runs from",
                    ),
                ),
                (
                    "extended_amount",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="In total, from the same start; empty when the law knows no extension.",
                        null=True,
                        verbose_name="length when extended",
                    ),
                ),
                (
                    "extended_unit",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("calendar_days", "calendar days"),
                            ("working_days", "working days"),
                            ("months", "months"),
                        ],
                        max_length=14,
                        verbose_name="unit when extended",
                    ),
                ),
                (
                    "rolls",
                    models.BooleanField(default=True, verbose_name="moves from a day off to the next working day"),
                ),
                (
                    "holiday_list",
                    models.CharField(
                        choices=[("ee", "Estonian rest days"), ("eu", "Regulation 1182/71")],
                        default="ee",
                        max_length=2,
                        verbose_name="days off by",
                    ),
                ),
                ("law", models.CharField(max_length=200, verbose_name="legal basis")),
                (
                    "extension_law",
                    models.CharField(blank=True, max_length=200, verbose_name="legal basis of the extension"),
                ),
                ("source", models.CharField(blank=True, max_length=400, verbose_name="source")),
                ("is_confirmed", models.BooleanField(default=False, verbose_name="confirmed by a lawyer")),
                ("note_et", models.TextField(blank=True, verbose_name="note in Estonian")),
                ("note_en", models.TextField(blank=True, verbose_name="note in English")),
                (
                    "kind",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="complaints.casekind",
                        verbose_name="kind",
                    ),
                ),
                (
                    "pgh_obj",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="versions",
                        related_query_name="versions",
                        to="complaints.deadlinerule",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ImportedRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=100)),
                ("fingerprint", models.CharField(max_length=64)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imported_rows",
                        to="complaints.importbatch",
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="complaints.case"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("source"), models.F("fingerprint"), name="complaints_importedrow_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                (
                    "direction",
                    models.CharField(choices=[("in", "From the client"), ("out", "To the client")], max_length=3),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("original", "First turn"),
                            ("follow_up", "Further turn"),
                            ("reply", "Reply"),
                            ("extension_notice", "Notice of extension"),
                            ("forwarding_notice", "Notice of forwarding"),
                            ("clarification", "Request to clarify"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("recipient", models.CharField(blank=True, max_length=300)),
                ("body", models.TextField(verbose_name="text")),
                (
                    "author",
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
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="messages", to="complaints.case"
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="bureau.channel",
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
                    ),
                ),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Forwarding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("forwarded_at", models.DateTimeField()),
                ("is_whole", models.BooleanField(default=True, verbose_name="the whole matter")),
                ("reason", models.TextField(blank=True)),
                ("notice_not_owed_because", models.CharField(blank=True, max_length=300)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="bureau.outsidebody"
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="forwardings", to="complaints.case"
                    ),
                ),
                (
                    "forwarded_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="complaints.message",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SearchDocument",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_document",
                        serialize=False,
                        to="complaints.case",
                    ),
                ),
                ("vector", django.contrib.postgres.search.SearchVectorField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fastupdate=False, fields=["vector"], name="complaints_search_vector"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseAccess",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("granted_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="accesses", to="complaints.case"
                    ),
                ),
                (
                    "granted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("case"), models.F("user"), name="complaints_caseaccess_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseFollower",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="followers", to="complaints.case"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="followed_cases",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(models.F("case"), models.F("user"), name="complaints_casefollower_once")
                ],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="casekind",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "complaints_casekindversion" ("code", "has_reply_clock", "id", "is_complaint", "is_environmental_information", "is_urgent", "law", "name_en", "name_et", "needs_identity", "notices_en", "notices_et", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "refusal_en", "refusal_et", "series", "valid_from", "valid_to", "what_en", "what_et") VALUES (OLD."code", OLD."has_reply_clock", OLD."id", OLD."is_complaint", OLD."is_environmental_information", OLD."is_urgent", OLD."law", OLD."name_en", OLD."name_et", OLD."needs_identity", OLD."notices_en", OLD."notices_et", NOW(), \'changed\', OLD."id", OLD."position", OLD."refusal_en", OLD."refusal_et", OLD."series", OLD."valid_from", OLD."valid_to", OLD."what_en", OLD."what_et"); RETURN NULL;',
                    hash="1c4604bd0adfbf9fe04c93a7a06d1f496ef90825",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_58ac1",
                    table="complaints_casekind",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="casekind",
            trigger=pgtrigger.compiler.Trigger(
                name="deleted_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "complaints_casekindversion" ("code", "has_reply_clock", "id", "is_complaint", "is_environmental_information", "is_urgent", "law", "name_en", "name_et", "needs_identity", "notices_en", "notices_et", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "refusal_en", "refusal_et", "series", "valid_from", "valid_to", "what_en", "what_et") VALUES (OLD."code", OLD."has_reply_clock", OLD."id", OLD."is_complaint", OLD."is_environmental_information", OLD."is_urgent", OLD."law", OLD."name_en", OLD."name_et", OLD."needs_identity", OLD."notices_en", OLD."notices_et", NOW(), \'deleted\', OLD."id", OLD."position", OLD."refusal_en", OLD."refusal_et", OLD."series", OLD."valid_from", OLD."valid_to", OLD."what_en", OLD."what_et"); RETURN NULL;',
                    hash="cd92da5fa77c7e8ad0dbe73abcd16268b1323671",
                    operation="DELETE",
                    pgid="pgtrigger_deleted_delete_7d07d",
                    table="complaints_casekind",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="casekindversion",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="ea687c437cd630a109eb92ae896fa5295d1a7c79",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_7f65e",
                    table="complaints_casekindversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clockevent",
            trigger=pgtrigger.compiler.Trigger(
                name="clockevent_refuses_change",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="2747f735c1cbe199c66f6d9523aa7d8ae1f34ce3",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_clockevent_refuses_change_2d8b2",
                    table="complaints_clockevent",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deadlinerule",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "complaints_deadlineruleversion" ("amount", "extended_amount", "extended_unit", "extension_law", "holiday_list", "id", "is_confirmed", "kind_id", "law", "note_en", "note_et", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "rolls", "runs_from", "source", "unit", "valid_from", "valid_to") VALUES (OLD."amount", OLD."extended_amount", OLD."extended_unit", OLD."extension_law", OLD."holiday_list", OLD."id", OLD."is_confirmed", OLD."kind_id", OLD."law", OLD."note_en", OLD."note_et", NOW(), \'changed\', OLD."id", OLD."purpose", OLD."rolls", OLD."runs_from", OLD."source", OLD."unit", OLD."valid_from", OLD."valid_to"); RETURN NULL;',
                    hash="e718205f5dc749e51de0a039bea401138965d161",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_66729",
                    table="complaints_deadlinerule",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deadlinerule",
            trigger=pgtrigger.compiler.Trigger(
                name="deleted_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "complaints_deadlineruleversion" ("amount", "extended_amount", "extended_unit", "extension_law", "holiday_list", "id", "is_confirmed", "kind_id", "law", "note_en", "note_et", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "rolls", "runs_from", "source", "unit", "valid_from", "valid_to") VALUES (OLD."amount", OLD."extended_amount", OLD."extended_unit", OLD."extension_law", OLD."holiday_list", OLD."id", OLD."is_confirmed", OLD."kind_id", OLD."law", OLD."note_en", OLD."note_et", NOW(), \'deleted\', OLD."id", OLD."purpose", OLD."rolls", OLD."runs_from", OLD."source", OLD."unit", OLD."valid_from", OLD."valid_to"); RETURN NULL;',
                    hash="b6926d63a15f20d382babfe352a7b20cd80f0ab9",
                    operation="DELETE",
                    pgid="pgtrigger_deleted_delete_226ae",
                    table="complaints_deadlinerule",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clockversion",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="5fe05d9e18936383b5e55d7e07c398412ae3a0bb",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_36a65",
                    table="complaints_clockversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clock",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "complaints_clockversion" ("case_id", "created_at", "due_on", "end_reason", "ended_on", "extended_by_id", "extension_reason", "first_due_on", "id", "is_extended", "is_named_day", "kind_id", "law", "met_on", "notice_sent_at", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "raw_due_on", "rule_id", "state", "steps", "triggered_on") VALUES (OLD."case_id", OLD."created_at", OLD."due_on", OLD."end_reason", OLD."ended_on", OLD."extended_by_id", OLD."extension_reason", OLD."first_due_on", OLD."id", OLD."is_extended", OLD."is_named_day", OLD."kind_id", OLD."law", OLD."met_on", OLD."notice_sent_at", NOW(), \'changed\', OLD."id", OLD."purpose", OLD."raw_due_on", OLD."rule_id", OLD."state", OLD."steps", OLD."triggered_on"); RETURN NULL;',
                    hash="5f33380c4a3f777972521706b8bbab5e1eb283f5",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_6ced0",
                    table="complaints_clock",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="clock",
            trigger=pgtrigger.compiler.Trigger(
                name="deleted_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "complaints_clockversion" ("case_id", "created_at", "due_on", "end_reason", "ended_on", "extended_by_id", "extension_reason", "first_due_on", "id", "is_extended", "is_named_day", "kind_id", "law", "met_on", "notice_sent_at", "pgh_created_at", "pgh_label", "pgh_obj_id", "purpose", "raw_due_on", "rule_id", "state", "steps", "triggered_on") VALUES (OLD."case_id", OLD."created_at", OLD."due_on", OLD."end_reason", OLD."ended_on", OLD."extended_by_id", OLD."extension_reason", OLD."first_due_on", OLD."id", OLD."is_extended", OLD."is_named_day", OLD."kind_id", OLD."law", OLD."met_on", OLD."notice_sent_at", NOW(), \'deleted\', OLD."id", OLD."purpose", OLD."raw_due_on", OLD."rule_id", OLD."state", OLD."steps", OLD."triggered_on"); RETURN NULL;',
                    hash="f184aa40f722ebf4da7e7f714716b6822a403af6",
                    operation="DELETE",
                    pgid="pgtrigger_deleted_delete_a4bee",
                    table="complaints_clock",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="deadlineruleversion",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="edc5d372efdc3aea7103961007dcc632fda0c2e5",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_e39d7",
                    table="complaints_deadlineruleversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="party",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "complaints_partyversion" ("address", "created_at", "created_by_id", "email", "id", "kind", "language", "name", "note", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "registry_code", "version") VALUES (OLD."address", OLD."created_at", OLD."created_by_id", OLD."email", OLD."id", OLD."kind", OLD."language", OLD."name", OLD."note", NOW(), \'changed\', OLD."id", OLD."phone", OLD."registry_code", OLD."version"); RETURN NULL;',
                    hash="f3d50904c9ec9671540356c509d78e15e389f79e",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_0e5b2",
                    table="complaints_party",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="party",
            trigger=pgtrigger.compiler.Trigger(
                name="deleted_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "complaints_partyversion" ("address", "created_at", "created_by_id", "email", "id", "kind", "language", "name", "note", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "registry_code", "version") VALUES (OLD."address", OLD."created_at", OLD."created_by_id", OLD."email", OLD."id", OLD."kind", OLD."language", OLD."name", OLD."note", NOW(), \'deleted\', OLD."id", OLD."phone", OLD."registry_code", OLD."version"); RETURN NULL;',
                    hash="5060ca778a6bc44accabe5430395300fab168130",
                    operation="DELETE",
                    pgid="pgtrigger_deleted_delete_a8868",
                    table="complaints_party",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contactversion",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="3786fbf1ba65918d620d6528eec139878e820e2a",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_fcaaf",
                    table="complaints_contactversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contact",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "complaints_contactversion" ("at", "case_id", "channel_id", "created_at", "direction", "entry_milliseconds", "handled_by_id", "handling_seconds", "id", "is_backdated", "is_restricted", "key", "language", "note", "on", "outcome", "outside_body_id", "party_id", "passed_to_unit_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "topic_id", "undone_at", "unit_id", "was_dissatisfied") VALUES (OLD."at", OLD."case_id", OLD."channel_id", OLD."created_at", OLD."direction", OLD."entry_milliseconds", OLD."handled_by_id", OLD."handling_seconds", OLD."id", OLD."is_backdated", OLD."is_restricted", OLD."key", OLD."language", OLD."note", OLD."on", OLD."outcome", OLD."outside_body_id", OLD."party_id", OLD."passed_to_unit_id", NOW(), \'changed\', OLD."id", OLD."topic_id", OLD."undone_at", OLD."unit_id", OLD."was_dissatisfied"); RETURN NULL;',
                    hash="32a8d2cc06ff0435637c8e3ad0dd11d00a2517d7",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_88551",
                    table="complaints_contact",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="contact",
            trigger=pgtrigger.compiler.Trigger(
                name="deleted_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "complaints_contactversion" ("at", "case_id", "channel_id", "created_at", "direction", "entry_milliseconds", "handled_by_id", "handling_seconds", "id", "is_backdated", "is_restricted", "key", "language", "note", "on", "outcome", "outside_body_id", "party_id", "passed_to_unit_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "topic_id", "undone_at", "unit_id", "was_dissatisfied") VALUES (OLD."at", OLD."case_id", OLD."channel_id", OLD."created_at", OLD."direction", OLD."entry_milliseconds", OLD."handled_by_id", OLD."handling_seconds", OLD."id", OLD."is_backdated", OLD."is_restricted", OLD."key", OLD."language", OLD."note", OLD."on", OLD."outcome", OLD."outside_body_id", OLD."party_id", OLD."passed_to_unit_id", NOW(), \'deleted\', OLD."id", OLD."topic_id", OLD."undone_at", OLD."unit_id", OLD."was_dissatisfied"); RETURN NULL;',
                    hash="8a223d86e6f914345644daef0f720e39b4ffa18f",
                    operation="DELETE",
                    pgid="pgtrigger_deleted_delete_12f00",
                    table="complaints_contact",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="caseversion",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="a30dfe979736647ad79d2c452ae934ae6eed5efd",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_ec406",
                    table="complaints_caseversion",
                    when="BEFORE",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="case",
            trigger=pgtrigger.compiler.Trigger(
                name="changed_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."answered_at" IS DISTINCT FROM (NEW."answered_at") OR OLD."answered_on" IS DISTINCT FROM (NEW."answered_on") OR OLD."assignee_id" IS DISTINCT FROM (NEW."assignee_id") OR OLD."channel_id" IS DISTINCT FROM (NEW."channel_id") OR OLD."closed_at" IS DISTINCT FROM (NEW."closed_at") OR OLD."closed_on" IS DISTINCT FROM (NEW."closed_on") OR OLD."co_signers" IS DISTINCT FROM (NEW."co_signers") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."due_on" IS DISTINCT FROM (NEW."due_on") OR OLD."foreign_data" IS DISTINCT FROM (NEW."foreign_data") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."import_batch_id" IS DISTINCT FROM (NEW."import_batch_id") OR OLD."is_environmental_information" IS DISTINCT FROM (NEW."is_environmental_information") OR OLD."is_extended" IS DISTINCT FROM (NEW."is_extended") OR OLD."is_restricted" IS DISTINCT FROM (NEW."is_restricted") OR OLD."kind_id" IS DISTINCT FROM (NEW."kind_id") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."no_reply_wanted" IS DISTINCT FROM (NEW."no_reply_wanted") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."outcome" IS DISTINCT FROM (NEW."outcome") OR OLD."party_id" IS DISTINCT FROM (NEW."party_id") OR OLD."received_at" IS DISTINCT FROM (NEW."received_at") OR OLD."register_reference" IS DISTINCT FROM (NEW."register_reference") OR OLD."registered_at" IS DISTINCT FROM (NEW."registered_at") OR OLD."registered_by_id" IS DISTINCT FROM (NEW."registered_by_id") OR OLD."registered_on" IS DISTINCT FROM (NEW."registered_on") OR OLD."reopened_count" IS DISTINCT FROM (NEW."reopened_count") OR OLD."reply_channel_id" IS DISTINCT FROM (NEW."reply_channel_id") OR OLD."restricted_from" IS DISTINCT FROM (NEW."restricted_from") OR OLD."restricted_until" IS DISTINCT FROM (NEW."restricted_until") OR OLD."restriction_basis_id" IS DISTINCT FROM (NEW."restriction_basis_id") OR OLD."restriction_ends_by" IS DISTINCT FROM (NEW."restriction_ends_by") OR OLD."restriction_note" IS DISTINCT FROM (NEW."restriction_note") OR OLD."restriction_scope" IS DISTINCT FROM (NEW."restriction_scope") OR OLD."sender_dated_on" IS DISTINCT FROM (NEW."sender_dated_on") OR OLD."sender_reference" IS DISTINCT FROM (NEW."sender_reference") OR OLD."sequence" IS DISTINCT FROM (NEW."sequence") OR OLD."series" IS DISTINCT FROM (NEW."series") OR OLD."service_id" IS DISTINCT FROM (NEW."service_id") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."topic_id" IS DISTINCT FROM (NEW."topic_id") OR OLD."unit_id" IS DISTINCT FROM (NEW."unit_id") OR OLD."updated_at" IS DISTINCT FROM (NEW."updated_at") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."was_on_time" IS DISTINCT FROM (NEW."was_on_time") OR OLD."year" IS DISTINCT FROM (NEW."year"))',
                    func='INSERT INTO "complaints_caseversion" ("answered_at", "answered_on", "assignee_id", "channel_id", "closed_at", "closed_on", "co_signers", "created_at", "due_on", "foreign_data", "id", "import_batch_id", "is_environmental_information", "is_extended", "is_restricted", "kind_id", "language", "no_reply_wanted", "number", "outcome", "party_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "received_at", "register_reference", "registered_at", "registered_by_id", "registered_on", "reopened_count", "reply_channel_id", "restricted_from", "restricted_until", "restriction_basis_id", "restriction_ends_by", "restriction_note", "restriction_scope", "sender_dated_on", "sender_reference", "sequence", "series", "service_id", "status", "title", "topic_id", "unit_id", "updated_at", "version", "was_on_time", "year") VALUES (OLD."answered_at", OLD."answered_on", OLD."assignee_id", OLD."channel_id", OLD."closed_at", OLD."closed_on", OLD."co_signers", OLD."created_at", OLD."due_on", OLD."foreign_data", OLD."id", OLD."import_batch_id", OLD."is_environmental_information", OLD."is_extended", OLD."is_restricted", OLD."kind_id", OLD."language", OLD."no_reply_wanted", OLD."number", OLD."outcome", OLD."party_id", NOW(), \'changed\', OLD."id", OLD."received_at", OLD."register_reference", OLD."registered_at", OLD."registered_by_id", OLD."registered_on", OLD."reopened_count", OLD."reply_channel_id", OLD."restricted_from", OLD."restricted_until", OLD."restriction_basis_id", OLD."restriction_ends_by", OLD."restriction_note", OLD."restriction_scope", OLD."sender_dated_on", OLD."sender_reference", OLD."sequence", OLD."series", OLD."service_id", OLD."status", OLD."title", OLD."topic_id", OLD."unit_id", OLD."updated_at", OLD."version", OLD."was_on_time", OLD."year"); RETURN NULL;',
                    hash="935a484d2f2bddf6d71874bb7b052f9324683631",
                    operation="UPDATE",
                    pgid="pgtrigger_changed_update_fd5b5",
                    table="complaints_case",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="case",
            trigger=pgtrigger.compiler.Trigger(
                name="deleted_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "complaints_caseversion" ("answered_at", "answered_on", "assignee_id", "channel_id", "closed_at", "closed_on", "co_signers", "created_at", "due_on", "foreign_data", "id", "import_batch_id", "is_environmental_information", "is_extended", "is_restricted", "kind_id", "language", "no_reply_wanted", "number", "outcome", "party_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "received_at", "register_reference", "registered_at", "registered_by_id", "registered_on", "reopened_count", "reply_channel_id", "restricted_from", "restricted_until", "restriction_basis_id", "restriction_ends_by", "restriction_note", "restriction_scope", "sender_dated_on", "sender_reference", "sequence", "series", "service_id", "status", "title", "topic_id", "unit_id", "updated_at", "version", "was_on_time", "year") VALUES (OLD."answered_at", OLD."answered_on", OLD."assignee_id", OLD."channel_id", OLD."closed_at", OLD."closed_on", OLD."co_signers", OLD."created_at", OLD."due_on", OLD."foreign_data", OLD."id", OLD."import_batch_id", OLD."is_environmental_information", OLD."is_extended", OLD."is_restricted", OLD."kind_id", OLD."language", OLD."no_reply_wanted", OLD."number", OLD."outcome", OLD."party_id", NOW(), \'deleted\', OLD."id", OLD."received_at", OLD."register_reference", OLD."registered_at", OLD."registered_by_id", OLD."registered_on", OLD."reopened_count", OLD."reply_channel_id", OLD."restricted_from", OLD."restricted_until", OLD."restriction_basis_id", OLD."restriction_ends_by", OLD."restriction_note", OLD."restriction_scope", OLD."sender_dated_on", OLD."sender_reference", OLD."sequence", OLD."series", OLD."service_id", OLD."status", OLD."title", OLD."topic_id", OLD."unit_id", OLD."updated_at", OLD."version", OLD."was_on_time", OLD."year"); RETURN NULL;',
                    hash="39a496b4a73f9d54666c2a5f6b48c282af54e5b7",
                    operation="DELETE",
                    pgid="pgtrigger_deleted_delete_4fe36",
                    table="complaints_case",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="partyversion",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="53ad8d14efbb2021fbd14b5e5f60b562a8db5773",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_28243",
                    table="complaints_partyversion",
                    when="BEFORE",
                ),
            ),
        ),
    ])]
