from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from bureau.refusals import DeedRefused
from complaints.models import CaseKind
from staff import weights
from tests.factories import CaseFactory, ContactFactory
from tests.factories.staff import KindWeightFactory, WorkEntryFactory


def closed_case(today):
    case = CaseFactory(kind="explanation")
    case.status, case.closed_at, case.closed_on = "closed", timezone.now(), today - timedelta(days=3)
    case.ended_on = case.registered_on
    case.save(update_fields=["status", "closed_at", "closed_on", "ended_on"])
    return case


@pytest.fixture
def explanation(db):
    return CaseKind.objects.get(code="explanation")


def test_a_median_needs_twenty_cases():
    few, enough = weights.median_minutes({1: [10.0] * 19, 2: [*[10.0] * 10, *[20.0] * 9, 1000.0]}).values()

    assert (few.minutes, few.sample, few.is_enough) == (None, 19, False)
    assert (enough.minutes, enough.sample) == (Decimal("15.0"), 20)


def test_minutes_of_a_case_are_its_noted_time_and_its_contacts(explanation, mari, today):
    for _each in range(20):
        case = closed_case(today)
        WorkEntryFactory(user=mari, case=case, minutes=20)
        ContactFactory(case=case, handling_seconds=300)

    found = weights.measure(until=today)

    assert found[explanation.pk].minutes == Decimal("25.0")


def test_a_case_without_any_time_is_unknown_and_not_nought(explanation, mari, today):
    closed_case(today)
    WorkEntryFactory(user=mari, case=closed_case(today), minutes=20)

    assert weights.measure(until=today)[explanation.pk].sample == 1
    assert weights.timed_share(until=today) == (1, 2)


def test_an_estimate_is_marked_and_the_weight_of_the_day_counts(explanation, jaan, today):
    KindWeightFactory(kind=explanation, minutes=40, valid_from=today - timedelta(days=30))

    weights.estimate(kind=explanation, minutes=Decimal(55), basis="Kuue hinnangu mediaan", by=jaan, today=today)

    assert weights.weights(today)[explanation.pk].minutes == 55
    assert not weights.weights(today)[explanation.pk].is_measured
    assert weights.weights(today - timedelta(days=1))[explanation.pk].minutes == 40


def test_a_kind_that_nobody_weighed_has_the_first_guess(explanation, today):
    found = weights.weights(today)[explanation.pk]

    assert (found.minutes, found.is_guess) == (30, True)


def test_an_estimate_without_its_basis_is_refused(explanation, jaan, today):
    with pytest.raises(DeedRefused) as refusal:
        weights.estimate(kind=explanation, minutes=Decimal(55), basis=" ", by=jaan, today=today)

    assert refusal.value.field == "basis"


def test_measured_weights_are_taken_over_once(explanation, jaan, mari, today):
    for _each in range(20):
        WorkEntryFactory(user=mari, case=closed_case(today), minutes=35)

    assert weights.adopt_measured(by=jaan, today=today) == 1
    with pytest.raises(DeedRefused):
        weights.adopt_measured(by=jaan, today=today)
    found = weights.weights(today)[explanation.pk]
    assert (found.minutes, found.is_measured, found.sample) == (Decimal("35.0"), True, 20)


def test_the_page_says_on_how_many_a_weight_rests_and_who_confirmed_it(explanation, mari, jaan, today, as_person):
    for _each in range(20):
        WorkEntryFactory(user=mari, case=closed_case(today), minutes=20)
    weights.adopt_measured(by=jaan, today=today)
    weights.estimate(
        kind=CaseKind.objects.get(code="challenge"), minutes=Decimal(300), basis="Kolme spetsialisti hinnang", by=jaan, today=today
    )  # fmt: skip

    page = " ".join(as_person(jaan).get(reverse("staff:weight_list")).content.decode().split())

    assert f"20 pöördumist, kasutusel alates {today:%d.%m.%Y}, kinnitas Jaan Kask" in page
    assert "Kolme spetsialisti hinnang, kasutusel alates" in page
