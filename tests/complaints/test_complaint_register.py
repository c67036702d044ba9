from collections import Counter
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.urls import reverse

from complaints.complaint_list import narrowed
from complaints.complaint_register import register_of
from complaints.conflict_of_interest import name_person
from complaints.models import Complaint
from tests.factories.complaints import acknowledged, assessed, at_stage_1, complaint_case, decided


@pytest.fixture
def several(peeter):
    complaint_case(kind="praise", by=peeter)
    made = [decided(by=peeter) for _n in range(5)]
    return [*made, at_stage_1(by=peeter), assessed(by=peeter), acknowledged(by=peeter)]


def register(user, today, **query):
    return register_of(QueryDict(urlencode(query)), user=user, today=today)


def test_the_figures_equal_a_count_over_the_rows(several, peeter, today):
    found = register(peeter, today)

    rows = list(Complaint.objects.filter(feedback="complaint"))
    aspects = Counter(aspect for row in rows for aspect in row.aspects)
    assert found.total == len(rows) == 8
    assert (found.decided, found.upheld.part) == (5, 5)
    assert sum(line.count for line in found.causes) == sum(1 for row in rows if row.cause_id)
    assert sorted(line.count for line in found.aspects) == sorted(aspects.values())
    assert sorted(line.count for line in found.stages) == sorted(Counter(row.stage for row in rows).values())
    assert found.causes[-1].cumulative.value == 1
    assert found.median_days == 0


def test_every_count_opens_exactly_its_rows(several, peeter, today):
    found = register(peeter, today, **{"from": today.isoformat()})

    for line in [*found.causes, *found.aspects, *found.stages, *found.outcomes]:
        query = QueryDict(line.url.partition("?")[2])
        assert narrowed(query, user=peeter, today=today).count() == line.count
    for url, count in ((found.total_url, found.total), (found.open_url, found.open)):
        assert narrowed(QueryDict(url.partition("?")[2]), user=peeter, today=today).count() == count


def test_a_share_of_few_is_not_shown(peeter, today):
    for _n in range(4):
        decided(by=peeter)

    assert register(peeter, today).upheld.value is None


def exported(client):
    response = client.post(reverse("complaints:complaint_export"), {"format": "csv"})
    return b"".join(response.streaming_content).decode("utf-8-sig")


def test_whom_it_concerns_is_not_counted_nor_exported(several, peeter, jaan, today, as_person):
    hidden = assessed(by=peeter)
    name_person(complaint=hidden.complaint, user=jaan, by=peeter)

    assert register(jaan, today).total == register(peeter, today).total - 1
    assert hidden.number in exported(as_person(peeter))
    assert hidden.number not in exported(as_person(jaan))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_complaints(rows, peeter, as_person, django_assert_max_num_queries):
    for _n in range(rows):
        assessed(by=peeter)
    client = as_person(peeter)
    client.get(reverse("complaints:complaint_register"))

    with django_assert_max_num_queries(16):
        assert client.get(reverse("complaints:complaint_register")).status_code == 200


def test_the_page_draws_the_causes_and_says_them(several, peeter, as_person):
    page = as_person(peeter).get(reverse("complaints:complaint_register")).content.decode()

    assert "<svg" in page
    assert "Sagedaim põhjus" in page
