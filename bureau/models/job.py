"""Long work that a person can watch: an import, an export, a bulk change."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from bureau import gates


def job_file_path(job, filename: str) -> str:
    """Stored under a random name: what a person called the file never becomes a path."""
    return f"jobs/{job.public_id}/{uuid.uuid4().hex}"


class JobQuerySet(models.QuerySet):
    def visible_to(self, user):
        from bureau.roles import Permission

        if user.may(Permission.JOBS_VIEW_ALL):
            return self
        return self.filter(owner=user)

    def unfinished(self):
        return self.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])


class Job(models.Model):
    class State(models.TextChoices):
        # Set up page by page; not yet ordered.
        PREPARED = "prepared", _("Being prepared")
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    owner = models.ForeignKey(
        "bureau.User", models.PROTECT, verbose_name=_("started by"), null=True, related_name="jobs"
    )
    on_behalf_of = models.ForeignKey("bureau.User", models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    parameters = models.JSONField(default=dict)
    total = models.PositiveBigIntegerField(_("rows in all"), null=True, blank=True)
    done = models.PositiveBigIntegerField(_("rows done"), default=0)
    refused = models.PositiveBigIntegerField(_("rows refused"), default=0)
    result = models.JSONField(default=dict)
    error = models.TextField(_("what went wrong"), blank=True)
    input_file = models.FileField(upload_to=job_file_path, blank=True, max_length=200)
    input_name = models.CharField(max_length=255, blank=True)
    output_file = models.FileField(upload_to=job_file_path, blank=True, max_length=200)
    output_name = models.CharField(max_length=255, blank=True)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    # How often it was begun; the one number that whoever writes for the job has to show (bureau/jobs.py).
    attempt = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(_("ordered"), default=timezone.now)
    handed_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-id"]
        indexes = [models.Index(fields=["owner", "-id"], name="bureau_job_of_owner")]
        constraints = [
            models.CheckConstraint(
                name="bureau_job_finished_at_set_when_finished",
                condition=Q(state__in=["prepared", "queued", "running"], finished_at__isnull=True)
                | Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False),
            )
        ]

    def __str__(self):
        return self.title

    @property
    def is_finished(self) -> bool:
        return self.state in {self.State.DONE, self.State.FAILED, self.State.CANCELLED}

    @property
    def steps_done(self) -> list[int]:
        """Pages of the setting up that somebody went through and sent; a page that was passed over is not among them."""
        return self.parameters.get("steps_done", [])

    def go_through(self, *steps: int) -> None:
        self.refresh_from_db(fields=["parameters"])  # whoever read the file anew may have written there
        self.parameters = {**self.parameters, "steps_done": sorted({*self.steps_done, *steps})}
        self.save(update_fields=["parameters"])

    @property
    def percent(self) -> int | None:
        if self.is_finished and self.state == self.State.DONE:
            return 100
        return min(99, int(100 * self.done / self.total)) if self.total else None


class FileRows(models.Model):
    """Keys of rows that a job's file was made from, some thousand in a row; by them the file is given or not (`exports`)."""

    job = models.ForeignKey(Job, models.CASCADE, related_name="file_rows")
    object_type = models.CharField(max_length=60)
    keys = ArrayField(models.BigIntegerField())


class JobRowQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Rows that lead to nothing, and those whose case exists for the person; who sees the job is asked before.

        That there is no such case for whoever asked is told to them as it is told of a number that never was.
        """
        told = Q(reason_code=JobRow.UNSEEN, job__owner=user)
        return self.filter(told | gates.about_seen(user))


class JobRow(models.Model):
    """A row that the job could not take, or took with a remark: what it held and why."""

    class Level(models.TextChoices):
        REMARK = "remark", _("Taken with a remark")
        REFUSED = "refused", _("Refused")

    UNSEEN = "unseen"

    job = models.ForeignKey(Job, models.CASCADE, related_name="rows")
    row_number = models.PositiveBigIntegerField(_("row"))
    level = models.CharField(_("result"), max_length=10, choices=Level)
    reason_code = models.CharField(max_length=60)
    reason = models.CharField(_("reason"), max_length=500)
    data = models.JSONField(default=dict)
    # What the row became or is about, where it is about something.
    object_type = models.CharField(max_length=60, blank=True, default="")
    object_id = models.BigIntegerField(null=True, blank=True)

    objects = JobRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of a job")
        verbose_name_plural = _("rows of a job")
        ordering = ["job", "row_number", "pk"]
        indexes = [models.Index(fields=["job", "row_number"], name="bureau_jobrow_in_order")]
