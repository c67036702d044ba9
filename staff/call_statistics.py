"""Half hours of calls, kept: taken in from the exchange's table by a job, or written by hand. Safe to repeat.

A half hour that comes again with other figures takes the new ones; the former stay in the history of the row.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import jobs, table_uploads
from bureau.audit import record
from bureau.foreign_tables import UnreadableTable
from bureau.models import Job, JobRow
from bureau.refusals import DeedRefused
from staff import call_files
from staff.call_files import FIGURES, CallMapping, HalfHour, MappingRefused, Refused
from staff.models import PhoneQueue, QueueInterval

KIND = "import_calls"
WRITTEN_AT_ONCE = 2000


def starts_at(day: date, slot: int) -> datetime:
    """The moment of a half hour of a local day. The hour that an autumn night has twice is counted once."""
    return timezone.make_aware(datetime.combine(day, time(slot // 2, 30 * (slot % 2))))


def order_import(*, mapping: CallMapping, file, file_name: str, by, to_worker: bool = True) -> Job:
    """Check the mapping against the table at once where it is small, then hand the work over."""
    queue = PhoneQueue.objects.filter(code=mapping.queue).first()
    if queue is None:
        raise DeedRefused(_("There is no telephone queue “%(code)s”.") % {"code": mapping.queue}, field="queue")
    opened = file.open("rb") if hasattr(file, "open") else file
    try:
        if (columns := table_uploads.columns_at_once(opened)) is not None:
            mapping = mapping.completed(columns)
            mapping.check(columns)
    except (UnreadableTable, MappingRefused) as fault:
        raise DeedRefused(str(fault), field="file") from fault
    return jobs.order(
        kind=KIND, title=_("Call statistics: %(queue)s") % {"queue": queue.name}, by=by, input_file=file, input_name=file_name,
        parameters={"mapping": call_files.as_parameters(mapping)}, to_worker=to_worker,
    )  # fmt: skip


RESULT_PAGE = jobs.ResultPage(
    words=gettext_lazy("Import of call statistics"),
    template="staff/call_import_result.html",
    context=lambda job, user: {},
)


@jobs.register(KIND, page=RESULT_PAGE)
def run(job: Job, progress: jobs.Progress) -> dict[str, Any]:
    mapping = call_files.from_parameters(job.parameters["mapping"])
    queue = PhoneQueue.objects.get(code=mapping.queue)
    refused: list[Refused] = []
    read = 0
    with table_uploads.opened_by_worker(job) as table:
        mapping = mapping.completed(table.columns)
        try:
            mapping.check(table.columns)
        except MappingRefused as fault:
            raise jobs.JobRefused(str(fault)) from fault
        progress.set_total(table.rows_expected())

        def counted():
            nonlocal read
            for row in call_files.rows_of(table, mapping):
                read += 1
                progress.add()
                yield row

        found = call_files.half_hours(counted(), refused)
        told = table.read_in_all()
    for one in refused:
        progress.remark(one.number, JobRow.Level.REFUSED, one.code, one.reason)
    with progress.owned():
        sums = keep(queue=queue, half_hours=list(found.values()), job=job)
    return {"read": read, "refused": len(refused), "half_hours": len(found), **sums, "told": told}


@transaction.atomic
def keep(*, queue: PhoneQueue, half_hours: list[HalfHour], job: Job | None = None, by=None) -> dict[str, int]:
    """Write half hours that are new or differ; how many were new, changed and the same."""
    wanted = {(one.day, one.slot): one.figures for one in half_hours}
    if not wanted:
        return {"new": 0, "changed": 0, "same": 0}
    days = [day for day, _slot in wanted]
    held = {
        (one.day, one.slot): one
        for one in QueueInterval.objects.select_for_update().filter(queue=queue, day__range=(min(days), max(days)))
    }
    now, fresh, changed = timezone.now(), [], []
    for (day, slot), figures in wanted.items():
        values = {name: figures.get(name) for name in FIGURES}
        old = held.get((day, slot))
        if old is None:
            fresh.append(QueueInterval(queue=queue, day=day, slot=slot, starts_at=starts_at(day, slot), job=job, entered_by=by, changed_at=now, **values))  # fmt: skip
        elif any(getattr(old, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(old, name, value)
            old.job, old.entered_by, old.changed_at = job, by, now
            changed.append(old)
    QueueInterval.objects.bulk_create(fresh, batch_size=WRITTEN_AT_ONCE)
    QueueInterval.objects.bulk_update(
        changed, [*FIGURES, "job", "entered_by", "changed_at"], batch_size=WRITTEN_AT_ONCE
    )
    if fresh or changed:
        record(
            "calls.kept", by=by or (job.owner if job else None), on=queue, label=queue.name_et, new=len(fresh),
            changed=len(changed), first=str(min(days)), last=str(max(days)),
        )  # fmt: skip
    return {"new": len(fresh), "changed": len(changed), "same": len(wanted) - len(fresh) - len(changed)}


def write_by_hand(*, queue: PhoneQueue, day: date, slot: int, figures: Mapping[str, int | None], by, today: date) -> dict[str, int]:  # fmt: skip
    """One half hour typed from the exchange's screen."""
    if day > today:
        raise DeedRefused(_("That day has not been yet."), field="day")
    if why := call_files.impossible({name: value for name, value in figures.items() if value is not None}):
        raise DeedRefused(why, field="offered")
    return keep(queue=queue, half_hours=[HalfHour(day, slot, dict(figures))], by=by)


def handling_seconds(queue: PhoneQueue, *, until: date, days: int = 90) -> float | None:
    """Mean handling time of a call over the last days: talk, hold and after-call work; None where it is not told."""
    first = until - timedelta(days=days)
    told = QueueInterval.objects.filter(queue=queue, day__range=(first, until), answered__gt=0, talk_seconds__isnull=False)  # fmt: skip
    calls, seconds = 0, 0
    for answered, talk, hold, after in told.values_list("answered", "talk_seconds", "hold_seconds", "after_call_seconds"):  # fmt: skip
        calls += answered
        seconds += talk + (hold or 0) + (after or 0)
    return seconds / calls if calls else None
