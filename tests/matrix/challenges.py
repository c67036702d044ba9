"""The list of challenges and the deeds on one."""

import uuid

from django.utils import timezone

from bureau.models import Channel, Unit
from complaints import challenges
from tests.factories import CaseFactory
from tests.factories.challenges import (
    TO_COURT,
    challenge_case,
    decided,
    examined,
    in_court,
    passed_on,
)
from tests.factories.complaints import letter as some_letter
from tests.matrix import Row

SERVES = "mari peeter jaan"
WEIGHS = "peeter jaan"
DECIDES = "peeter jaan tiina"


def at(make, *, with_unit=False, **given):
    def object_of(people):
        extra = {"unit": Unit.objects.first()} if with_unit else {}
        return {"number": make(by=people.mari, **extra, **given).number}

    return object_of


def curing(people):
    case = examined(by=people.mari, contents=("act",))
    challenges.ask_to_cure(case=case, letter=some_letter("Palume täiendada."), by=people.mari)
    return {"number": case.number}


def suspended(people):
    case = examined(by=people.mari)
    challenges.suspend(case=case, reason="pöördumatu", by=people.peeter)
    return {"number": case.number}


def plain(people):
    return {"number": CaseFactory(assignee=people.mari).number}


def letter(people):
    return {"key": uuid.uuid4(), "text": TO_COURT, "channel": Channel.objects.get(code="phone").pk}


def on(people):
    return {"on": timezone.localdate()}


SHEETS = [
    ("treat", plain, {}, SERVES),
    ("examine", at(challenge_case), lambda people: {"act": "Keeld", "learnt_on": timezone.localdate()}, SERVES),
    ("restore", at(examined, days_since=60), {"reason": "haigus"}, WEIGHS),
    ("cure", at(examined, contents=("act",)), letter, SERVES),
    ("cured", curing, lambda people: {**on(people), "contents": ["signature"]}, SERVES),
    ("pass_on", at(examined), lambda people: {**letter(people), **on(people), "unit": Unit.objects.first().pk}, SERVES),
    ("suspend", at(examined), {"reason": "pöördumatu"}, WEIGHS),
    ("resume", suspended, {"reason": "põhjus langes ära"}, WEIGHS),
    ("decide", at(passed_on, with_unit=True), lambda people: {**letter(people), "outcome": "rejected"}, DECIDES),
    ("return", at(challenge_case), lambda people: {**letter(people), "ground": "no_right"}, WEIGHS),
    ("withdraw", at(challenge_case), {"reason": "loobus"}, SERVES),
    ("court", at(decided, with_unit=True), lambda people: {**on(people), "court": "Halduskohus", "court_number": "3-26-1"}, SERVES),
    ("ruling", at(in_court, with_unit=True), lambda people: {**on(people), "result": "stands"}, SERVES),
    ("close", at(decided, with_unit=True), {"note": ""}, SERVES),
]  # fmt: skip

ROWS = [
    Row("complaints:challenge_list", may="mari peeter jaan tiina dora kai"),
    *(Row(f"complaints:challenge_{deed}", of=of, may=may) for deed, of, _data, may in SHEETS),
    *(
        Row(f"complaints:challenge_{deed}", of=of, method="post", data=data, may=may, answer=302)
        for deed, of, data, may in SHEETS
    ),
]
