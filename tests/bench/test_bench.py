"""The bench's own arithmetic: which value a percentile is, what a budget says, how a table reads."""

import json

import pytest

from bench import table
from bench.budgets import BUDGETS, HELPDESK_LIST, LARGE, SMALL, Budget, verdicts
from bench.client import Cell, percentile
from bench.cluster import fingerprint_of_data
from bench.importing import COLUMNS, as_csv, foreign_rows


def row(own=10.0, floor=10.0, *, statements=3, status="200"):
    def cell(ms):
        return {"p50_ms": ms, "p95_ms": 2 * ms, "per_second": 1000 / ms, "bytes": 2048, "statuses": {status: 9}}

    return {
        "statements": statements, "sql_ms": 0.4, "desk": {"1": cell(own), "8": cell(own * 4)}, "floor": {"1": cell(floor), "8": cell(floor * 4)},
    }  # fmt: skip


def found(sizes, number, unit):
    return [verdict for verdict in verdicts(sizes) if verdict.budget.number == number and verdict.budget.unit == unit]


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.95, 95), (1.0, 100), (0.001, 1)])
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(share, value):
    assert percentile([float(n) for n in range(100, 0, -1)], share) == value


def test_a_percentile_of_one_value_is_that_value():
    assert percentile([7.0], 0.95) == 7.0


def test_a_cell_tells_requests_per_second():
    assert Cell(8, [10.0, 20.0, 30.0, 40.0], 0.5, 100, {200: 4}).as_dict() == {
        "requests": 4, "p50_ms": 20.0, "p95_ms": 40.0, "max_ms": 40.0, "per_second": 8.0, "bytes": 100, "statuses": {"200": 4},
    }  # fmt: skip


@pytest.mark.parametrize(("own", "word"), [(15, "stretch met"), (15.1, "met"), (25, "met"), (25.1, "MISSED")])
def test_the_list_is_held_against_the_floor(own, word):
    sizes = {SMALL: {"rows": {"case list": row(own, 10)}}}

    (verdict,) = found(sizes, 1, "× floor")

    assert verdict.found == pytest.approx(own / 10)
    assert verdict.word == word


def test_the_peer_is_reckoned_from_the_floor_of_the_same_run():
    sizes = {SMALL: {"rows": {"case list": row(20, 10)}}}

    (verdict,) = found(sizes, 1, "× helpdesk")

    assert verdict.found == pytest.approx(2 / HELPDESK_LIST)


@pytest.mark.parametrize(("share", "word"), [(0.6, "stretch met"), (0.3, "met"), (0.2, "MISSED")])
def test_more_is_better_where_a_budget_says_so(share, word):
    (verdict,) = found({SMALL: {"rows": {}, "bulk": {"import csv": {"of_copy": share}}}}, 11, "of COPY")

    assert verdict.word == word


def test_a_page_that_answers_with_a_fault_is_not_measured():
    sizes = {SMALL: {"rows": {"case list": row(1, 10, status="500")}}}

    assert {verdict.word for verdict in found(sizes, 1, "× floor")} == {"not measured"}


def test_growth_needs_both_sizes():
    small, large = {"rows": {"case list": row(10)}}, {"rows": {"case list": row(13)}}

    assert found({SMALL: small}, 7, "× at a million") == []
    assert [(one.size, one.word) for one in found({SMALL: small, LARGE: large}, 7, "× at a million")][0] == (
        "100k → 1m",
        "MISSED",
    )


def test_a_stretch_is_never_easier_than_the_must():
    for budget in BUDGETS:
        if budget.stretch is not None:
            assert Budget.reached(budget, budget.stretch, budget.must), budget.text


def test_the_table_stands_between_its_marks(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{table.BEGIN}\nold\n{table.END}\nafter\n")

    table.write_into_readme("new", readme)
    table.write_into_readme("newer", readme)

    assert readme.read_text() == f"before\n{table.BEGIN}\n\nnewer\n{table.END}\nafter\n"


def test_the_report_tells_what_is_missing_and_what_misses():
    results = {
        "on": "2026-11-22 14:05", "machine": {"cores": 2, "memory_gb": 24, "load": 0.1, "python": "3.11.7"},
        "sizes": {SMALL: {"rows": {"case list": row(30, 10), "desk": {"absent": "no such page"}}, "memory": {"web_mb": 200, "floor_mb": 50}}},
    }  # fmt: skip

    text = table.report(results)

    assert "| case list | 30 | 60 | 10 | 3 |" in text
    assert "| desk (no such page) |" in text
    assert "| 1 | case list, 50 rows | 100k | 3 | × floor | ≤ 2.50 | ≤ 1.50 | **MISSED** |" in text
    assert "1    case list, 50 rows" in table.aligned(text)
    assert json.dumps(results)


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), (3.0, "3"), (1234.5, "1,234"), (12.34, "12.3"), (1.234, "1.23"), (0.0335, "0.034")]
)
def test_numbers_show_three_figures(value, text):
    assert table.number(value) == text


def test_foreign_rows_are_the_same_each_time():
    rows = list(foreign_rows(50))

    assert rows == list(foreign_rows(50))
    assert {len(one) for one in rows} == {len(COLUMNS)}
    assert as_csv(rows).count(b"\r\n") == 51


def test_the_data_have_a_fingerprint():
    assert len(fingerprint_of_data()) == 16
