"""The results as a table: on screen and, between two marks, in bench/README.md."""

from pathlib import Path

from bench.budgets import Verdict, verdicts

README = Path(__file__).parent / "README.md"
BEGIN, END = "<!-- results -->", "<!-- end of results -->"
BESIDE = {"floor": "floor", "bare": "bare floor", "helpdesk": "helpdesk"}


def report(results: dict) -> str:
    machine = results["machine"]
    parts = [
        f"Measured on {results['on']}, {machine['cores']} cores, {machine['memory_gb']} GB; load before the run {machine['load']}."
    ]
    for size, measured in results["sizes"].items():
        parts += [f"### {size} cases", *size_tables(measured)]
    parts += [
        "### Budgets",
        "",
        table(
            ["#", "what", "size", "found", "unit", "must", "stretch", ""],
            map(budget_cells, verdicts(results["sizes"])),
        ),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def size_tables(measured: dict) -> list[str]:
    rows = measured["rows"]
    present = [who for who in BESIDE if any(who in row.get("ratios", {}).get("1", {}) for row in rows.values())]
    heads = [
        "page",
        "p50 ms",
        "p95",
        *(f"× {BESIDE[who]}" for who in present),
        "8 clients: /s",
        "p50",
        "p95",
        *(f"/s of {BESIDE[who]}'s" for who in present),
        "statements",
        "their ms",
        "KB",
    ]
    tables = [table(heads, (row_cells(name, row, present) for name, row in rows.items()))]
    if measured.get("together"):
        tables.append(
            table(
                ["readers and specialists at once", "/s", "p50 ms", "p95", "longest"],
                (together_cells(who, cell) for who, cell in measured["together"].items()),
            )
        )
    if measured.get("bulk"):
        tables.append(table(["bulk", "result"], ((what, told(facts)) for what, facts in measured["bulk"].items())))
    if measured.get("memory"):
        tables.append(
            table(
                ["memory", "PSS, MB"],
                ((what.removesuffix("_mb"), number(mb)) for what, mb in measured["memory"].items()),
            )
        )
    return tables


def row_cells(name: str, row: dict, beside: list[str]) -> list[str]:
    """Milliseconds are the desk's; each ratio is the middle of its pairs, with the lowest and highest behind it."""
    if "absent" in row:
        return [f"{name} ({row['absent']})"]
    one, eight = row["desk"]["1"], row["desk"].get("8")
    ratios = row.get("ratios", {})
    wrong = {status for status in one["statuses"] if int(status) >= 400}
    return [
        name + (f" (answers {', '.join(sorted(wrong))}!)" if wrong else ""),
        number(one["p50_ms"]),
        number(one["p95_ms"]),
        *(spread(ratios.get("1", {}).get(who), "time") for who in beside),
        *((number(eight["per_second"]), number(eight["p50_ms"]), number(eight["p95_ms"])) if eight else ("", "", "")),
        *(spread(ratios.get("8", {}).get(who), "pace") for who in beside),
        str(row["statements"]),
        number(row["sql_ms"]),
        number(one["bytes"] / 1024),
    ]


def spread(ratio: dict | None, of: str) -> str:
    if not ratio:
        return ""
    middle, low, high = (number(ratio[key]) for key in (of, f"{of}_low", f"{of}_high"))
    return middle if low == high else f"{middle} ({low}–{high})"


def together_cells(who: str, cell: dict) -> list[str]:
    wrong = {status for status in cell["statuses"] if int(status) >= 400}
    return [
        who + (f" (answers {', '.join(sorted(wrong))}!)" if wrong else ""),
        *(number(cell[key]) for key in ("per_second", "p50_ms", "p95_ms", "max_ms")),
    ]


def budget_cells(verdict: Verdict) -> list[str]:
    budget, sign = verdict.budget, "≥ " if verdict.budget.at_least else "≤ "
    stretch = sign + number(budget.stretch) if budget.stretch is not None else ""
    return [
        str(budget.number), budget.text, verdict.size, number(verdict.found), budget.unit, sign + number(budget.must), stretch,
        f"**{verdict.word}**" if verdict.word == "MISSED" else verdict.word,
    ]  # fmt: skip


def told(facts: dict) -> str:
    return ", ".join(
        f"{name.replace('_', ' ')} {value if isinstance(value, str) else number(value)}"
        for name, value in facts.items()
    )


def number(value: float | None) -> str:
    """Three figures that matter."""
    if value is None:
        return ""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}" if abs(value) >= 0.1 else f"{value:.3f}"


def table(heads: list[str], rows) -> str:
    lines = [heads, ["---"] * len(heads)]
    lines += [[*row, *[""] * (len(heads) - len(row))] for row in rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def aligned(markdown: str) -> str:
    """The same for a screen: columns under each other."""
    found: list[str] = []
    block: list[list[str]] = []
    for line in [*markdown.splitlines(), ""]:
        if line.startswith("|"):
            block.append([cell.strip() for cell in line.strip("|").split("|")])
            continue
        if block:
            widths = [max(len(row[index]) for row in block) for index in range(len(block[0]))]
            for row in block:
                if row[0] != "---":
                    found.append(
                        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
                    )
            block = []
        found.append(line)
    return "\n".join(found)


def write_into_readme(text: str, readme: Path = README) -> None:
    before, rest = readme.read_text(encoding="utf-8").split(BEGIN)
    _old, after = rest.split(END)
    readme.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}", encoding="utf-8")
