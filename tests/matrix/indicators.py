"""Indicators: catalogue, matrix, one with its chart, rows behind a value, and the deeds on passports and values."""

from datetime import date, timedelta

from django.utils import timezone

from quality import measurements, passports
from quality.models import Indicator, Measurement, Restatement, Signal
from tests.factories.quality import RebaseFactory
from tests.matrix import Row

SEES = "peeter jaan tiina kai"
WHOLE = "peeter jaan tiina"
CODE = "answered_on_time"
MONTH = date(2026, 8, 1)


def one(people):
    return {"code": CODE}


def the():
    return Indicator.objects.get(code=CODE)


def proposed(people):
    passports.propose(indicator=the(), changes={"decimals": 2}, by=people.jaan)
    return one(people)


def measured(people):
    measurements.measure_month(MONTH, today=date(2026, 10, 20), codes=[CODE])
    return Measurement.objects.latest().get(indicator=the(), unit=None, period="month", first_day=MONTH)


def rows(people):
    return {"pk": measured(people).pk}


def rebase(people):
    return {"code": CODE, "pk": RebaseFactory(indicator=the()).pk}


def restatement(people):
    measured(people)
    asked = Restatement.objects.create(
        indicator=the(), first_day=MONTH, period="month", reason="Viga", asked_by=people.jaan
    )
    return {"code": CODE, "pk": asked.pk}


def signal(people):
    made, _is_new = Signal.objects.get_or_create(
        indicator=the(), unit=None, period="month", first_day=MONTH, rule="outside", defaults={"is_high": True, "is_concern": True}
    )  # fmt: skip
    return {"pk": made.pk}


def passport_values(people):
    held = passports.passport_of(the())
    names = [
        name
        for name in passports.CHANGEABLE
        if name not in ("owner", "steward", "breakdowns", "is_daily", "screens_outliers")
    ]
    return {name: getattr(held, name) for name in names}


TARGET = {"value": "95", "valid_from": (timezone.localdate() + timedelta(days=1)).isoformat(), "reason": "Kokkulepe"}
REBASE = {"kind": "guide", "starts_on": "2026-10-01", "reason": "Uus juhis"}

ROWS = [
    Row("quality:indicator_list", may=SEES),
    Row("quality:indicator_matrix", may=SEES),
    Row("quality:indicator_detail", may=SEES, of=one),
    # The value of the whole bureau is not a unit head's.
    Row("quality:measurement_rows", may=WHOLE, of=rows, answers={"kai": 404}),
    Row("quality:signal_comment", may="jaan", of=signal),
    Row("quality:signal_comment", may="jaan", of=signal, method="post", data={"text": "Uurime"}, answer=302),
    Row("quality:passport_propose", may="jaan", of=one),
    Row("quality:passport_propose", may="jaan", of=one, method="post", data=passport_values, answer=302),
    Row("quality:passport_agree", may="tiina", of=proposed, method="post", answer=302),
    Row("quality:target_set", may="jaan tiina", of=one),
    Row("quality:target_set", may="jaan tiina", of=one, method="post", data=TARGET, answer=302),
    Row("quality:rebase_add", may="jaan", of=one),
    Row("quality:rebase_add", may="jaan", of=one, method="post", data=REBASE, answer=302),
    Row("quality:rebase_take_back", may="jaan", of=rebase, method="post", answer=302),
    Row("quality:restatement_ask", may="jaan", of=one),
    Row("quality:restatement_ask", may="jaan", of=one, method="post", data={"first_day": "2026-08-01", "reason": "Viga"}, answer=422),
    Row("quality:restatement_decide", may="tiina", of=restatement, method="post", data={"decision": "refuse"}, answer=302),
]  # fmt: skip
