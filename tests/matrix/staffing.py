"""People on the line: plan, what-if, shifts, forecasts, events, call statistics."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from staff.models import PhoneQueue
from tests.factories.staff import LoadEventFactory, QueueIntervalFactory, ShiftFactory
from tests.matrix import Row

SEES = "peeter jaan tiina"
PLANS = "peeter jaan"


def shift(people):
    return {"pk": ShiftFactory(user=people.mari).pk}


def new_shift(people):
    return {
        "user": people.mari.pk, "duty": "phone", "first": "2026-11-02", "last": "2026-11-06", "weekdays": ["0", "1"], "starts": "14:00",
        "ends": "15:00",
    }  # fmt: skip


def event(people):
    return {"pk": LoadEventFactory().pk}


def half_hour(people):
    return {
        "queue": PhoneQueue.objects.get(code="info").pk,
        "day": f"{timezone.localdate():%Y-%m-%d}",
        "slot": "20",
        "offered": "7",
    }


def table(people):
    file = SimpleUploadedFile("koned.csv", b"Aeg;Saabunud\n02.11.2026 09:00;6\n")
    return {"queue": PhoneQueue.objects.get(code="info").pk, "file": file, "mapping": ""}


EVENT = {"kind": "campaign", "name_et": "Kampaania", "starts_on": "2026-11-02", "ends_on": "2026-11-06"}

ROWS = [
    Row("staff:staffing", may=SEES),
    Row("staff:what_if", may=SEES),
    Row("staff:what_if", may=SEES, query="?calls=100&handling=180&people=10"),
    Row("staff:shift_week", may=SEES),
    Row("staff:shift_week", may=PLANS, method="post", data=new_shift, answer=302),
    Row("staff:shift_remove", may=PLANS, of=shift, method="post", answer=302),
    Row("staff:forecast_list", may=SEES),
    Row("staff:forecast_make", may=PLANS, method="post", answer=302),
    Row("staff:load_event_list", may=SEES),
    Row("staff:load_event_list", may=PLANS, method="post", data=EVENT, answer=302),
    Row("staff:load_event_edit", may=SEES, of=event),
    Row("staff:load_event_edit", may=PLANS, of=event, method="post", data=EVENT, answer=302),
    Row("staff:call_list", may=SEES, of=lambda people: QueueIntervalFactory() and {}),
    Row("staff:call_list", may=PLANS, method="post", data=half_hour, answer=302),
    Row("staff:call_list", may=PLANS, method="post", data=table, answer=302),
]  # fmt: skip
