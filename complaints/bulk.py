"""One deed on many cases: giving them to a person, or each to its own. Shown before, reported row by row, taken back as a whole.

Few rows are done at once, more in a job; both leave a row in the list of long work with the result and the way back.
No notice and no mail goes out for single cases; the person gets one notice in all.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bureau import jobs, notice_texts
from bureau.audit import record
from bureau.models import Job, JobRow, User
from bureau.notifications import notify
from complaints.assignment import assign_case, unassign_case
from complaints.deeds import DeedRefused, deeds_on
from complaints.models import OPEN, Case

KIND = "assign_cases"
# Each case to a person of its own, as a plan of sharing says.
SHARE_KIND = "share_cases"
KINDS = (KIND, SHARE_KIND)
UNDO_KIND = "unassign_cases"
MOST_AT_ONCE = 50
MOST_IN_A_JOB = 5000

notice_texts.register("case.bulk_assigned", gettext_lazy("%(count)s cases were given to you by %(actor)s"), asks=True)


@dataclass(frozen=True)
class Preview:
    """What would happen: how many rows change hands, how many stay and why."""

    to_change: int
    theirs_already: int
    ended: int
    unseen: int

    @property
    def chosen(self) -> int:
        return self.to_change + self.theirs_already + self.ended + self.unseen


def preview(*, numbers: Sequence[str], to: User, by: User) -> Preview:
    rows = list(Case.objects.visible_to(by).filter(number__in=numbers).values_list("status", "assignee_id"))
    ended = sum(status not in OPEN for status, _assignee in rows)
    theirs = sum(status in OPEN and assignee == to.pk for status, assignee in rows)
    return Preview(
        to_change=len(rows) - ended - theirs, theirs_already=theirs, ended=ended, unseen=len(set(numbers)) - len(rows)
    )


def order(*, numbers: Sequence[str], to: User, by: User) -> Job:
    """Do it now when there are few, else hand it to a worker. The job's page shows the result and the way back."""
    numbers = list(dict.fromkeys(numbers))[:MOST_IN_A_JOB]
    title = ngettext("Give %(count)s case to %(person)s", "Give %(count)s cases to %(person)s", len(numbers)) % {
        "count": len(numbers), "person": to.full_name,
    }  # fmt: skip
    parameters = {"numbers": numbers, "to": to.pk}
    return done_or_ordered(KIND, len(numbers), title=title, by=by, parameters=parameters)


def share(*, moves: Sequence[tuple[str, int, str]], by: User) -> Job:
    """Give each case (number) to its own person (id) for its own reason; many in a job, few at once."""
    moves = list({number: (number, to, reason) for number, to, reason in moves}.values())[:MOST_IN_A_JOB]
    title = ngettext("Share %(count)s case anew", "Share %(count)s cases anew", len(moves)) % {"count": len(moves)}
    return done_or_ordered(SHARE_KIND, len(moves), title=title, by=by, parameters={"moves": moves})


def done_or_ordered(kind: str, rows: int, **order) -> Job:
    return jobs.order(kind=kind, **order) if rows > MOST_AT_ONCE else at_once(kind=kind, **order)


@transaction.atomic
def at_once(*, kind: str, title: str, by: User, parameters: dict) -> Job:
    """The same work without a worker, written down as a finished job."""
    now = timezone.now()
    job = Job.objects.create(
        kind=kind, title=title[:200], owner=by, on_behalf_of_id=getattr(by, "acting_for_id", None), parameters=parameters,
        state=Job.State.RUNNING, started_at=now, heartbeat_at=now,
    )  # fmt: skip
    record("job.ordered", by=by, on=job, kind=kind)
    progress = jobs.Progress(job)
    job.result = {KIND: assign_all, SHARE_KIND: assign_all, UNDO_KIND: take_back_all}[kind](job, progress)
    progress.write_rows()
    job.state, job.finished_at = Job.State.DONE, timezone.now()
    job.save(update_fields=["state", "finished_at", "total", "done", "refused", "result"])
    record("job.done", by=None, on=job, kind=kind, done=job.done, refused=job.refused)
    return job


@jobs.register(SHARE_KIND)
@jobs.register(KIND)
def assign_all(job: Job, progress: jobs.Progress) -> dict:
    """Give each case to its person; each is a deed of its own, so that one refusal stops no other.

    Safe to run again after a lost worker: what this job has moved already is known by its deed.
    """
    moves = job.parameters.get("moves") or [(one, job.parameters["to"], "") for one in job.parameters["numbers"]]
    people = User.objects.in_bulk({to for _number, to, _reason in moves})
    job.total = len(moves)
    moved: list[list] = []
    # Set before the first row: a job stopped on the way can be taken back as well.
    job.result = {"moved": moved, "undone": False}
    for row_number, (number, to_id, reason) in enumerate(moves, start=1):
        case = Case.objects.visible_to(job.owner).filter(number=number).first()
        if case is None:
            # The row is shown to whoever sees the case, which is not the one who asked.
            progress.remark(
                row_number, JobRow.Level.REFUSED, JobRow.UNSEEN, _("There is no such case for you."), {"number": number},
                on=Case.objects.filter(number=number).first(),
            )  # fmt: skip
        elif case.assignee_id == to_id and (deed := moved_by(job, case)):
            moved.append([number, deed.data["old"], to_id])
        elif case.assignee_id == to_id:
            progress.remark(
                row_number, JobRow.Level.REMARK, "theirs", _("The person has it already."), {"number": number}, on=case
            )
        else:
            old = case.assignee_id
            try:
                with progress.owned():
                    assign_case(
                        case=case, to=people[to_id], by=job.owner, reason=reason, quiet=True, bulk=str(job.public_id)
                    )
            except DeedRefused as refusal:
                progress.remark(row_number, JobRow.Level.REFUSED, "refused", str(refusal), {"number": number}, on=case)
            else:
                moved.append([number, old, to_id])
        progress.add()
    tell_receivers(job, moved, people)
    return job.result


def tell_receivers(job: Job, moved: list[list], people: dict[int, User]) -> None:
    """One notice a person, however many cases."""
    for to_id, count in Counter(to_id for _number, _old, to_id in moved).items():
        if to_id != job.owner_id:
            notify(
                users=[people[to_id]], kind="case.bulk_assigned", url=f"/cases/?handler={to_id}",
                once_key=f"bulk-{job.pk}-{to_id}", count=count, actor=job.owner.full_name if job.owner else "",
            )  # fmt: skip


def moved_by(job: Job, case: Case):
    return deeds_on(case).filter(action="case.assigned", data__bulk=str(job.public_id)).first()


def undo(*, job: Job, by: User) -> Job:
    """Give every case back to whom it had before, unless somebody moved it on since."""
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job.pk)
        if job.kind not in KINDS or not job.is_finished or job.result.get("undone") or not job.result.get("moved"):
            raise DeedRefused(_("There is nothing to take back any more."))
        job.result["undone"] = True
        job.save(update_fields=["result"])
    title = _("Take back: %(what)s") % {"what": job.title}
    moved = job.result["moved"]
    return done_or_ordered(UNDO_KIND, len(moved), title=title, by=by, parameters={"moved": moved})


@jobs.register(UNDO_KIND)
def take_back_all(job: Job, progress: jobs.Progress) -> dict:
    people = User.objects.in_bulk({old for _number, old, _to in job.parameters["moved"] if old})
    job.total = len(job.parameters["moved"])
    back = 0
    for row_number, (number, old, to_id) in enumerate(job.parameters["moved"], start=1):
        case = Case.objects.visible_to(job.owner).filter(number=number).first()
        if case is None or case.assignee_id != to_id:
            progress.remark(
                row_number, JobRow.Level.REFUSED, "moved_on", _("It was moved on since and stays."), {"number": number},
                on=case or Case.objects.filter(number=number).first(),
            )  # fmt: skip
        else:
            try:
                with progress.owned():
                    if old is None:
                        unassign_case(case=case, by=job.owner)
                    else:
                        assign_case(case=case, to=people[old], by=job.owner, quiet=True, bulk_undo=str(job.public_id))
                back += 1
            except DeedRefused as refusal:
                progress.remark(row_number, JobRow.Level.REFUSED, "refused", str(refusal), {"number": number}, on=case)
        progress.add()
    return {"back": back}


def numbers_of(queryset: QuerySet, limit: int = MOST_IN_A_JOB) -> list[str]:
    """Numbers of all rows of a filtered list, oldest clock first, up to what one job takes."""
    return list(queryset.order_by(F("due_on").asc(nulls_last=True), "id").values_list("number", flat=True)[:limit])
