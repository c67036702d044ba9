"""No page crashes on a full row: every page of the matrix over objects whose every optional field is filled, as each role."""

import pytest
from django.urls import reverse

from tests.filled import fill_all_rows, optional_fields, own_models, value_of
from tests.matrix import ROLES
from tests.test_permission_matrix import ROWS, arguments, client_of, people  # noqa: F401 - a fixture

# Fields of which the filler knows no value, each with its reason. A new one is added here or to tests/filled.py.
UNKNOWN = {
    "quality.Improvement.effect_facts",  # reckoned by quality/improvement_effect.py, never empty where it is shown
    "quality.ReportIssue.corrects",  # an issue of the same report, of which the matrix makes one
}


@pytest.mark.parametrize("role", ROLES)
def test_no_page_breaks_on_a_full_row(role, people):  # noqa: F811
    made = {(reverse(row.page, kwargs=arguments(row, people)) + row.query, tuple(row.headers)): row for row in ROWS}
    fill_all_rows()
    client = client_of(people, role)
    client.raise_request_exception = False

    broken = []
    for url, headers in sorted(made):
        row = made[url, headers]
        if row.expected[role] in (200, 302):
            answer = client.get(url, headers=dict.fromkeys(headers, "true"))
            if answer.status_code == 500:
                broken.append((url, row.page))

    assert broken == []


def test_the_filler_knows_every_kind_of_field(people):  # noqa: F811
    for row in ROWS:
        arguments(row, people)
    unknown = {
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        for field in optional_fields(model)
        if (one := model._base_manager.first()) is not None and value_of(field, one) is None
    }

    assert unknown == UNKNOWN
