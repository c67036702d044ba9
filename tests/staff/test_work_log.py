import uuid
from datetime import timedelta

import pytest

from bureau.models import Deed
from bureau.refusals import DeedRefused
from staff import work_log
from staff.models import WorkEntry, WorkKind
from tests.factories import CaseFactory
from tests.factories.staff import WorkEntryFactory


def noted(by, today, **given):
    kind = None if given.get("case") else WorkKind.objects.get(code="meeting")
    return work_log.log_time(**{"by": by, "key": uuid.uuid4(), "day": today, "minutes": 45, "today": today, "kind": kind} | given)  # fmt: skip


def test_time_on_other_work_leaves_a_deed(mari, today):
    entry = noted(mari, today)

    deed = Deed.objects.get(action="work.logged")
    assert (entry.user, entry.minutes, deed.actor, deed.data["kind"]) == (mari, 45, mari, "meeting")


def test_time_may_stand_on_a_case(mari, today):
    case = CaseFactory()

    assert noted(mari, today, case=case).case == case


def test_the_same_form_sent_twice_is_one_entry(mari, today):
    key = uuid.uuid4()

    first, second = noted(mari, today, key=key), noted(mari, today, key=key)

    assert first == second
    assert WorkEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [({"day": 1}, "day"), ({"day": -70}, "day"), ({"minutes": 24 * 60 + 1 - 45}, "minutes")],
    ids=["tomorrow", "long ago", "more than a day holds"],
)
def test_what_cannot_be_is_refused(mari, today, given, field):
    noted(mari, today)
    given = {name: today + timedelta(days=value) if name == "day" else value for name, value in given.items()}

    with pytest.raises(DeedRefused) as refusal:
        noted(mari, today, **given)

    assert refusal.value.field == field


def test_a_kind_and_a_case_together_are_refused(mari, today):
    with pytest.raises(DeedRefused):
        noted(mari, today, case=CaseFactory(), kind=WorkKind.objects.first())


def test_one_takes_back_the_own_slip_only(mari, liis, today):
    entry = noted(mari, today)

    with pytest.raises(DeedRefused):
        work_log.take_back(entry=entry, by=liis)
    work_log.take_back(entry=entry, by=mari)

    assert not WorkEntry.objects.kept().exists()
    assert Deed.objects.filter(action="work.taken_back", actor=mari).count() == 1


def test_nobody_but_the_head_sees_time_of_others(mari, liis, jaan, peeter, tiina, today):
    WorkEntryFactory(user=mari)

    seen = {who.first_name: WorkEntry.objects.visible_to(who).count() for who in (mari, liis, peeter, tiina, jaan)}

    assert seen == {"Mari": 1, "Liis": 0, "Peeter": 0, "Tiina": 0, "Jaan": 1}
