"""What must be reached, and what we stretch for. Ratios of one run on one machine; seconds only where a person waits.

A ratio to somebody else is the middle of the pairs of the same run (bench/racing.py). Who did not run beside the desk
gives no ratio: its budgets say "not measured".
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Measured = dict[str, Any]
SMALL, LARGE = "100k", "1m"
ABSENT = (KeyError, TypeError, ZeroDivisionError)


@dataclass(frozen=True)
class Budget:
    """`value` takes what was measured of one size; `must` and `stretch` bound it from above, or from below."""

    number: int
    text: str
    unit: str
    value: Callable[[Measured], float]
    must: float
    stretch: float | None = None
    at_least: bool = False
    sizes: tuple[str, ...] = (SMALL, LARGE)

    def reached(self, found: float, bound: float | None) -> bool:
        return bound is not None and (found >= bound if self.at_least else found <= bound)


@dataclass(frozen=True)
class Verdict:
    budget: Budget
    size: str
    found: float | None

    @property
    def word(self) -> str:
        if self.found is None:
            return "not measured"
        if self.budget.reached(self.found, self.budget.stretch):
            return "stretch met"
        return "met" if self.budget.reached(self.found, self.budget.must) else "MISSED"


# --- Reading the results ----------------------------------------------------------------------------------------------
def row_of(size: Measured, row: str) -> Measured:
    """A page that answered with a fault was not measured."""
    found = size["rows"][row]
    if any(int(status) >= 400 for cell in found["desk"].values() for status in cell["statuses"]):
        raise KeyError(row)
    return found


def p50(row: str, who: str = "desk") -> Callable[[Measured], float]:
    return lambda size: row_of(size, row)[who]["1"]["p50_ms"]


def over(who: str, row: str) -> Callable[[Measured], float]:
    """How many times as long as the like page of `floor` (the bench's own), `bare` (the peers' floor) or `helpdesk`."""
    return lambda size: row_of(size, row)["ratios"]["1"][who]["time"]


def statements(row: str) -> Callable[[Measured], float]:
    return lambda size: row_of(size, row)["statements"]


def over_list(row: str) -> Callable[[Measured], float]:
    return lambda size: p50(row)(size) / p50("case list")(size)


def bulk(what: str, key: str) -> Callable[[Measured], float]:
    return lambda size: size["bulk"][what][key]


def growth(row: str) -> Callable[[Measured], float]:
    """`of_growth` gives both sizes under their names."""
    return lambda both: p50(row)(both[LARGE]) / p50(row)(both[SMALL])


def more_for_more_rows(size: Measured) -> float:
    """Fewer statements for fewer rows are no fault."""
    return statements("case list")(size) - statements("case list, 0 rows")(size)


def pace_of_eight(who: str, row: str) -> Callable[[Measured], float]:
    """Requests a second of eight clients, as a share of the other's."""
    return lambda size: row_of(size, row)["ratios"]["8"][who]["pace"]


def tail_of_eight(row: str) -> Callable[[Measured], float]:
    """How much longer the slowest twentieth waits than the middle, against the same of the floor."""

    def tail(cell: Measured) -> float:
        return cell["p95_ms"] / cell["p50_ms"]

    return lambda size: tail(row_of(size, row)["desk"]["8"]) / tail(row_of(size, row)["floor"]["8"])


BUDGETS = (
    Budget(1, "case list, 50 rows", "× bare floor", over("bare", "case list"), 2, 1.5),
    Budget(1, "case list, 50 rows", "× helpdesk", over("helpdesk", "case list"), 0.1),
    Budget(2, "case detail", "× helpdesk", over("helpdesk", "case detail"), 0.55, 0.4),
    Budget(2, "contact detail", "× helpdesk", over("helpdesk", "contact detail"), 0.55, 0.4),
    Budget(3, "search, rare word", "× bare floor", over("bare", "search, rare word"), 3, 1.5),
    Budget(3, "search, rare word", "× helpdesk", over("helpdesk", "search, rare word"), 1 / 30),
    Budget(3, "search, frequent word", "ms", p50("search, frequent word"), 100, sizes=(LARGE,)),
    Budget(4, "save a contact", "statements", statements("save a contact"), 10),
    Budget(4, "save a contact", "× helpdesk", over("helpdesk", "save a contact"), 1, 0.7),
    Budget(5, "register a case", "statements", statements("register a case"), 18),
    Budget(5, "register a case", "× helpdesk", over("helpdesk", "register a case"), 1.3, 0.9),
    Budget(6, "dashboard, warm", "× own list", over_list("dashboard, warm"), 1.5),
    Budget(6, "dashboard, first after a change", "ms", p50("dashboard, first after a change"), 600, 300),
    Budget(9, "case list, 50 rows", "statements", statements("case list"), 5),
    Budget(9, "case list, 50 rows against none", "statements more", more_for_more_rows, 0),
    Budget(9, "case detail", "statements", statements("case detail"), 10),
    Budget(9, "contact detail", "statements", statements("contact detail"), 10),
    Budget(9, "dashboard, warm", "statements", statements("dashboard, warm"), 6),
    Budget(10, "case list, 8 clients", "of the floor's requests", pace_of_eight("floor", "case list"), 0.55, 0.7, at_least=True),
    Budget(10, "case list, 8 clients", "p95 ÷ p50, × the floor's own", tail_of_eight("case list"), 1.2),
    Budget(10, "save a contact, 8 clients", "× helpdesk's requests", pace_of_eight("helpdesk", "save a contact"), 1, at_least=True),
    Budget(11, "import of CSV", "of COPY", bulk("import csv", "of_copy"), 0.4, 0.6, at_least=True, sizes=(SMALL,)),
    Budget(12, "import of XLSX", "of COPY", bulk("import xlsx", "of_copy"), 0.35, 0.5, at_least=True, sizes=(SMALL,)),
    Budget(13, "export of CSV", "of COPY TO", bulk("export csv", "of_limit"), 0.15, 0.4, at_least=True, sizes=(SMALL,)),
    Budget(13, "export of CSV, first byte", "s", bulk("export csv", "first_byte_s"), 0.5, sizes=(SMALL,)),
    Budget(13, "export of CSV, memory", "MB more", bulk("export csv", "memory_mb"), 20, sizes=(SMALL,)),
    Budget(13, "export of XLSX", "of XlsxWriter", bulk("export xlsx", "of_limit"), 0.75, 0.9, at_least=True, sizes=(SMALL,)),
    Budget(13, "export of XLSX, memory", "MB more", bulk("export xlsx", "memory_mb"), 20, sizes=(SMALL,)),
    Budget(15, "measuring a month", "s", bulk("measure a month", "seconds"), 20, 10),
    Budget(16, "report of a month, all forms", "s", bulk("report of a month", "seconds"), 3, 1),
    Budget(17, "results of a survey, warm", "× own list", over_list("results of a survey, warm"), 2, 1.5),
    Budget(14, "load_demo of a million cases", "s", bulk("load", "load_demo_s"), 300, 120, sizes=(LARGE,)),
    Budget(20, "memory of a web worker", "× floor", lambda size: size["memory"]["web_mb"] / size["memory"]["floor_mb"], 3.5, 2.5),
    *(Budget(21, row, "× own list", over_list(row), 4, 2) for row in ("register of complaints", "load of the team", "plan of sharing work")),
)  # fmt: skip

OF_GROWTH = (
    *(Budget(7, row, "× at a million", growth(row), 1.1, 1.05) for row in ("case list", "case detail", "dashboard, warm", "save a contact")),
    *(Budget(8, row, "× at a million", growth(row), 1.3, 1.1) for row in ("search, rare word", "search, prefix", "search, phone")),
)  # fmt: skip


def verdicts(sizes: dict[str, Measured]) -> list[Verdict]:
    """Every budget against what was measured, by its number."""
    found = [
        Verdict(budget, size, value_or_none(budget, sizes.get(size)))
        for budget in BUDGETS
        for size in budget.sizes
        if size in sizes
    ]
    if LARGE in sizes:
        found += [Verdict(budget, f"{SMALL} → {LARGE}", value_or_none(budget, sizes)) for budget in OF_GROWTH]
    return sorted(found, key=lambda verdict: verdict.budget.number)


def value_or_none(budget: Budget, measured: Measured | None) -> float | None:
    try:
        return budget.value(measured)
    except ABSENT:
        return None
