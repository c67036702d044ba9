"""What waits for each of the demo's people, so that whoever signs in finds something to do: a question to a unit."""

from datetime import date, datetime, time, timedelta

from bureau.calendar_store import working_calendar
from bureau.models import Notification, Unit
from bureau.working_calendar import TALLINN
from complaints import unit_questions
from complaints.models import Complaint, InvestigationTask, Stage

ASKED_UNIT = "forest"  # of Kai Lepp
QUESTION = "Kas teatisele vastati kokkulepitud ajal ja kes vastas?"
BACKGROUND = "Klient kirjutab, et lubatud vastust metsateatise kohta ei tulnud. Palun vaata, mida talle lubati ja mis päeval vastati."
DAYS_TO_ANSWER = 3


def store_duties(*, today: date) -> None:
    ask_forest_unit(today)


def ask_forest_unit(today: date) -> None:
    unit = Unit.objects.filter(code=ASKED_UNIT).first()
    if unit is None or InvestigationTask.objects.filter(unit=unit, done_on__isnull=True).exists():
        return
    complaint = (
        Complaint.objects.filter(stage__in=[Stage.STAGE_2, Stage.STAGE_1, Stage.ASSESSED], case__is_restricted=False)
        .select_related("case").order_by("-stage", "-received_on", "-pk").first()
    )  # fmt: skip
    if complaint is None:
        return
    who_asks = complaint.investigator_id or complaint.case.assignee_id
    asked_on = max(complaint.case.registered_on, working_calendar().previous_working_day(today - timedelta(days=1)))
    task = InvestigationTask.objects.create(
        complaint=complaint, kind=InvestigationTask.Kind.REQUEST, what=QUESTION, unit=unit, background=BACKGROUND, shows_words=True,
        due_on=working_calendar().add_working_days(today, DAYS_TO_ANSWER), created_by_id=who_asks,
        created_at=datetime.combine(asked_on, time(15), TALLINN),
    )  # fmt: skip
    unit_questions.tell_unit(task)
    Notification.objects.filter(once_key=f"unit-asked-{task.pk}").update(at=task.created_at)
