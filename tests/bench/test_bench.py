"""The bench's own arithmetic: which value a percentile is, what a budget says, how a table reads."""

import json

import pytest

from bench import peers, table
from bench.budgets import BUDGETS, LARGE, SMALL, Budget, verdicts
from bench.client import Answer, Ask, Cell, Client, percentile
from bench.cluster import fingerprint_of_data
from bench.compare import verdict
from bench.importing import COLUMNS, as_csv, foreign_rows
from bench.racing import ratios


def row(own=10.0, floor=10.0, *, statements=3, status="200", helpdesk=None):
    def cell(ms):
        return {"p50_ms": ms, "p95_ms": 2 * ms, "per_second": 1000 / ms, "bytes": 2048, "statuses": {status: 9}}

    def ratio(other):
        return dict.fromkeys(("time", "time_low", "time_high"), own / other) | dict.fromkeys(
            ("pace", "pace_low", "pace_high"), other / own
        )

    others = {"floor": floor, "bare": floor} | ({"helpdesk": helpdesk} if helpdesk else {})
    return {
        "statements": statements,
        "sql_ms": 0.4,
        "desk": {"1": cell(own), "8": cell(own * 4)},
        "floor": {"1": cell(floor), "8": cell(floor * 4)},
        "ratios": {"1": {name: ratio(ms) for name, ms in others.items()}},
    }


def cell(ms, seconds=1.0):
    return Cell(1, [ms] * 3, seconds, 10, {200: 3})


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


@pytest.mark.parametrize(("own", "word"), [(15, "stretch met"), (15.1, "met"), (20, "met"), (20.1, "MISSED")])
def test_the_list_is_held_against_the_floor(own, word):
    sizes = {SMALL: {"rows": {"case list": row(own, 10)}}}

    (verdict,) = found(sizes, 1, "× bare floor")

    assert verdict.found == pytest.approx(own / 10)
    assert verdict.word == word


def test_a_peer_that_ran_is_held_against_by_its_own_time():
    sizes = {SMALL: {"rows": {"case list": row(20, 10, helpdesk=250)}}}

    (verdict,) = found(sizes, 1, "× helpdesk")

    assert (verdict.found, verdict.word) == (pytest.approx(0.08), "met")


def test_no_ratio_is_told_of_a_peer_that_did_not_run():
    sizes = {SMALL: {"rows": {"case list": row(20, 10)}}}

    (verdict,) = found(sizes, 1, "× helpdesk")

    assert (verdict.found, verdict.word) == (None, "not measured")
    assert (
        "helpdesk"
        not in table.report(
            {"on": "", "machine": dict.fromkeys(("cores", "memory_gb", "load"), 2), "sizes": sizes}
        ).split("### Budgets")[0]
    )


def test_ratios_are_of_pairs_of_one_round():
    rounds = {"desk": [cell(10), cell(40)], "peer": [cell(20), cell(40, seconds=2.0)]}

    assert ratios(rounds) == {
        "peer": {"time": 0.75, "time_low": 0.5, "time_high": 1.0, "pace": 1.5, "pace_low": 1.0, "pace_high": 2.0}
    }


def test_a_round_without_an_answer_makes_no_pair():
    rounds = {"desk": [cell(10), cell(10)], "peer": [Cell(1, [], 1.0, 0, {}), cell(20)]}

    assert ratios(rounds)["peer"]["time_low"] == ratios(rounds)["peer"]["time_high"] == 0.5


def test_a_page_of_two_requests_takes_the_time_of_both():
    class Told(Client):
        def send(self, ask):
            return Answer(200, ask.path.encode(), {}, 1.0, {"/shell": 15.0, "/rows": 231.0}[ask.path])

    answer = Told(0, {}).send_all((Ask("/shell"), Ask("/rows")))

    assert (answer.ms, answer.body) == (246.0, b"/shell/rows")


@pytest.mark.parametrize(
    ("low", "middle", "high", "word"),
    [
        (1.05, 1.2, 1.3, "**SLOWER**"),
        (0.95, 1.2, 1.3, ""),
        (1.01, 1.09, 1.2, ""),
        (0.7, 0.8, 0.9, "faster"),
        (0.7, 0.8, 1.1, ""),
    ],
)
def test_slower_is_a_tenth_in_the_middle_and_more_in_every_round(low, middle, high, word):
    assert verdict({"time": middle, "time_low": low, "time_high": high}) == word


def test_peers_are_there_only_with_all_that_they_need(tmp_path, monkeypatch):
    monkeypatch.setattr(peers, "FOLDER", tmp_path)

    assert not peers.is_there()
    for name in peers.NEEDED:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert peers.is_there()


def test_every_page_that_a_peer_answers_is_a_page_of_the_desk():
    from bench.pages import PageSet

    of_the_desk = set(PageSet(samples=None, desk={}).makers())

    assert {row for program in peers.PROGRAMS for row in program.asks} <= of_the_desk


@pytest.mark.parametrize(("share", "word"), [(0.6, "stretch met"), (0.4, "met"), (0.39, "MISSED")])
def test_more_is_better_where_a_budget_says_so(share, word):
    (verdict,) = found({SMALL: {"rows": {}, "bulk": {"import csv": {"of_copy": share}}}}, 11, "of COPY")

    assert verdict.word == word


def test_a_page_that_answers_with_a_fault_is_not_measured():
    sizes = {SMALL: {"rows": {"case list": row(1, 10, status="500")}}}

    assert {verdict.word for verdict in found(sizes, 1, "× bare floor")} == {"not measured"}


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

    assert "| case list | 30 | 60 | 3 | 3 |" in text
    assert "| desk (no such page) |" in text
    assert "| 1 | case list, 50 rows | 100k | 3 | × bare floor | ≤ 2 | ≤ 1.50 | **MISSED** |" in text
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
