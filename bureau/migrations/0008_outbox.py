"""Mail that leaves: the letters, and the journal of attempts to send them."""

import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bureau", "0007_seed_causes"),
    ]

    operations = [
        migrations.CreateModel(
            name="OutgoingMail",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("purpose", models.CharField(max_length=40, verbose_name="purpose")),
                ("is_automatic", models.BooleanField(default=True)),
                ("to", models.CharField(max_length=254, verbose_name="recipient")),
                ("reply_to", models.CharField(blank=True, max_length=254)),
                ("subject", models.CharField(max_length=300, verbose_name="subject")),
                ("text", models.TextField(blank=True)),
                ("html", models.TextField(blank=True)),
                ("headers", models.JSONField(default=dict)),
                ("message_id", models.CharField(max_length=255, unique=True)),
                ("is_secret", models.BooleanField(default=False)),
                ("once_key", models.CharField(blank=True, max_length=120, null=True, unique=True)),
                ("object_type", models.CharField(blank=True, max_length=60)),
                ("object_id", models.BigIntegerField(blank=True, null=True)),
                ("object_label", models.CharField(blank=True, max_length=120)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Waits to be sent"),
                            ("sending", "Being sent"),
                            ("sent", "Sent"),
                            ("failed", "Not sent"),
                            ("uncertain", "Perhaps sent"),
                            ("cancelled", "Cancelled"),
                        ],
                        default="queued",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="queued")),
                ("not_before", models.DateTimeField(blank=True, null=True)),
                ("due_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("server_code", models.CharField(blank=True, max_length=20)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
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
                    "queued_by",
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
                "verbose_name": "outgoing mail",
                "verbose_name_plural": "outgoing mail",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="MailAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_at", models.DateTimeField()),
                ("content_begun_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("under_way", "Under way"),
                            ("accepted", "Accepted by the server"),
                            ("deferred", "Put off by the server"),
                            ("refused", "Refused by the server"),
                            ("no_connection", "The server was not reached"),
                            ("lost", "Broken off before the text was given"),
                            ("uncertain", "Broken off while the text was given"),
                        ],
                        default="under_way",
                        max_length=15,
                    ),
                ),
                ("server_code", models.CharField(blank=True, max_length=20)),
                ("answer", models.CharField(blank=True, max_length=500)),
                (
                    "mail",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="journal", to="bureau.outgoingmail"
                    ),
                ),
            ],
            options={
                "verbose_name": "attempt to send",
                "verbose_name_plural": "attempts to send",
                "ordering": ["pk"],
            },
        ),
        migrations.AddIndex(
            model_name="outgoingmail",
            index=models.Index(
                condition=models.Q(("state", "queued")),
                fields=["is_automatic", "due_at", "id"],
                name="bureau_outgoingmail_queue",
            ),
        ),
        migrations.AddIndex(
            model_name="outgoingmail",
            index=models.Index(fields=["state", "-id"], name="bureau_outgoingmail_state"),
        ),
        migrations.AddIndex(
            model_name="outgoingmail",
            index=models.Index(fields=["purpose", "-id"], name="bureau_outgoingmail_purpose"),
        ),
        migrations.AddIndex(
            model_name="outgoingmail",
            index=models.Index(fields=["object_type", "object_id"], name="bureau_outgoingmail_of_object"),
        ),
        migrations.AddConstraint(
            model_name="outgoingmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_at__isnull", False), ("state", "sent")),
                    models.Q(models.Q(("state", "sent"), _negated=True), ("sent_at__isnull", True)),
                    _connector="OR",
                ),
                name="bureau_outgoingmail_sent_at_set_when_sent",
            ),
        ),
        migrations.AddConstraint(
            model_name="outgoingmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_secret", False),
                    models.Q(("state__in", ["sent", "cancelled"]), _negated=True),
                    models.Q(("html", ""), ("text", "")),
                    _connector="OR",
                ),
                name="bureau_outgoingmail_secret_wiped_when_over",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("result", "under_way")),
                    models.Q(models.Q(("result", "under_way"), _negated=True), ("ended_at__isnull", False)),
                    _connector="OR",
                ),
                name="bureau_mailattempt_ended_at_set_when_ended",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailattempt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("result", "under_way")), fields=("mail",), name="bureau_mailattempt_one_at_a_time"
            ),
        ),
        migrations.AddConstraint(
            model_name="mailattempt",
            constraint=models.UniqueConstraint(
                condition=models.Q(("result", "accepted")), fields=("mail",), name="bureau_mailattempt_accepted_once"
            ),
        ),
    ]
