"""What must be reached, and what we stretch for. Ratios of one run on one machine; seconds only where a person waits.

Peers are not part of the project. What was measured of them stands here as a ratio to the same floor, so that a
row can be compared with them on any machine.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# django-helpdesk 2.6.1 at 100 thousand tickets, in floors (its p50 ÷ the floor's p50, one client, one run).
HELPDESK_LIST = 268 / 13.6
HELPDESK_DETAIL = 52 / 4.1
HELPDESK_SEARCH_RARE = 978 / 8.2
HELPDESK_CREATE = 20 / 1.3

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


def over_floor(row: str) -> Callable[[Measured], float]:
    return lambda size: p50(row)(size) / p50(row, "floor")(size)


def over_peer(row: str, peer: float) -> Callable[[Measured], float]:
    """In the peer's own time, reckoned from the floor of this run."""
    return lambda size: over_floor(row)(size) / peer


def statements(row: str) -> Callable[[Measured], float]:
    return lambda size: row_of(size, row)["statements"]


def over_list(row: str) -> Callable[[Measured], float]:
    return lambda size: p50(row)(size) / p50("case list")(size)


def bulk(what: str, key: str) -> Callable[[Measured], float]:
    return lambda size: size["bulk"][what][key]


def growth(row: str) -> Callable[[Measured], float]:
    """`of_growth` gives both sizes under their names."""
    return lambda both: p50(row)(both[LARGE]) / p50(row)(both[SMALL])


def spread_of_statements(size: Measured) -> float:
    names = ["case list", *(f"case list, {rows}" for rows in ("0 rows", "1 row", "25 rows"))]
    counts = [row_of(size, name)["statements"] for name in names]
    return max(counts) - min(counts)


def eight_clients(key: Callable[[Measured, Measured], float]) -> Callable[[Measured], float]:
    return lambda size: key(row_of(size, "case list")["desk"]["8"], size["rows"]["case list"]["floor"]["8"])


BUDGETS = (
    Budget(1, "case list, 50 rows", "× floor", over_floor("case list"), 2.5, 1.5),
    Budget(1, "case list, 50 rows", "× helpdesk", over_peer("case list", HELPDESK_LIST), 0.15),
    Budget(2, "case detail", "× floor", over_floor("case detail"), 6, 3),
    Budget(2, "case detail", "× helpdesk", over_peer("case detail", HELPDESK_DETAIL), 0.5),
    Budget(2, "contact detail", "× floor", over_floor("contact detail"), 6, 3),
    Budget(2, "contact detail", "× helpdesk", over_peer("contact detail", HELPDESK_DETAIL), 0.5),
    Budget(3, "search, rare word", "× floor", over_floor("search, rare word"), 3, 1.5),
    Budget(3, "search, rare word", "× helpdesk", over_peer("search, rare word", HELPDESK_SEARCH_RARE), 1 / 30),
    Budget(3, "search, frequent word", "ms", p50("search, frequent word"), 100, sizes=(LARGE,)),
    Budget(4, "save a contact", "statements", statements("save a contact"), 15),
    Budget(4, "save a contact", "× helpdesk", over_peer("save a contact", HELPDESK_CREATE), 1, 0.6),
    Budget(5, "register a case", "statements", statements("register a case"), 20),
    Budget(5, "register a case", "× helpdesk", over_peer("register a case", HELPDESK_CREATE), 1.5, 1),
    Budget(6, "dashboard, warm", "× own list", over_list("dashboard, warm"), 4, 2),
    Budget(6, "dashboard, first after a change", "ms", p50("dashboard, first after a change"), 1000),
    Budget(9, "case list, 50 rows", "statements", statements("case list"), 8, 5),
    Budget(9, "case list, 0, 1, 25 and 50 rows", "statements apart", spread_of_statements, 0),
    Budget(9, "case detail", "statements", statements("case detail"), 14),
    Budget(9, "contact detail", "statements", statements("contact detail"), 14),
    Budget(9, "dashboard, warm", "statements", statements("dashboard, warm"), 12),
    Budget(10, "case list, 8 clients", "of the floor's requests", eight_clients(lambda own, floor: own["per_second"] / floor["per_second"]), 0.4, 0.65, at_least=True),
    Budget(10, "case list, 8 clients", "p95 ÷ p50", eight_clients(lambda own, floor: own["p95_ms"] / own["p50_ms"]), 2),
    Budget(11, "import of CSV", "of COPY", bulk("import csv", "of_copy"), 0.25, 0.5, at_least=True, sizes=(SMALL,)),
    Budget(12, "import of XLSX", "of COPY", bulk("import xlsx", "of_copy"), 0.2, 0.35, at_least=True, sizes=(SMALL,)),
    Budget(13, "export of CSV", "of COPY TO", bulk("export csv", "of_limit"), 0.15, 0.4, at_least=True, sizes=(SMALL,)),
    Budget(13, "export of CSV, first byte", "s", bulk("export csv", "first_byte_s"), 0.5, sizes=(SMALL,)),
    Budget(13, "export of CSV, memory", "MB more", bulk("export csv", "memory_mb"), 20, sizes=(SMALL,)),
    Budget(13, "export of XLSX", "of XlsxWriter", bulk("export xlsx", "of_limit"), 0.75, 0.9, at_least=True, sizes=(SMALL,)),
    Budget(13, "export of XLSX, memory", "MB more", bulk("export xlsx", "memory_mb"), 20, sizes=(SMALL,)),
    Budget(15, "measuring a month", "s", bulk("measure a month", "seconds"), 30, 10),
    Budget(16, "report of a month, all forms", "s", bulk("report of a month", "seconds"), 10, 3),
    Budget(17, "results of a survey, warm", "× own list", over_list("results of a survey, warm"), 4, 2),
    Budget(14, "load_demo of a million cases", "s", bulk("load", "load_demo_s"), 300, 120, sizes=(LARGE,)),
    Budget(20, "memory of a web worker", "× floor", lambda size: size["memory"]["web_mb"] / size["memory"]["floor_mb"], 4, 2.5),
)  # fmt: skip

OF_GROWTH = (
    *(Budget(7, row, "× at a million", growth(row), 1.2, 1.05) for row in ("case list", "case detail", "dashboard, warm", "save a contact")),
    *(Budget(8, row, "× at a million", growth(row), 1.5, 1.2) for row in ("search, rare word", "search, prefix", "search, phone")),
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
