"""Measures one size: run as a program of its own by `python -m bench`, under the desk's settings and its database."""

import argparse
import json
import os
import sys
from pathlib import Path

import django
import psycopg

from bench.client import Cell, Client, time_cell, warm_up
from bench.server import DESK, FLOOR, WebServer, Worker
from bench.statements import Statements, statements_of

SLICES = 4  # the desk and the floor take turns, so that a neighbour's load falls on both


class Measuring:
    def __init__(self, *, database_url: str, logs: Path, requests: int, seconds: float):
        self.database_url, self.logs, self.requests, self.seconds = database_url, logs, requests, seconds

    def run(self, *, with_exports: bool) -> dict:
        from bench import people
        from bench.pages import PageSet
        from bench.samples import Samples
        from bench.together import Together

        results: dict = {"rows": {}}
        with (
            WebServer(DESK, {}, self.logs / "bench-web.log") as web,
            WebServer(
                FLOOR, {"DJANGO_SETTINGS_MODULE": "bench.floor.settings"}, self.logs / "bench-floor.log"
            ) as floor,
            Worker({}, self.logs / "bench-worker.log") as worker,
            psycopg.connect(self.database_url, autocommit=True) as self.connection,
        ):
            self.desk = {role: Client(web.port, people.cookies_of(role)) for role in people.EMAILS}
            self.floor = Client(floor.port, people.cookies_of("specialist", backend=people.FLOOR_BACKEND))
            samples = Samples()
            for name, page in PageSet(samples=samples, desk=self.desk).all():
                results["rows"][name] = {"absent": page} if isinstance(page, str) else self.row(page)
                say(name, results["rows"][name])
            results["together"] = Together(samples=samples, desk=self.desk, seconds=self.seconds).run()
            for who, cell in results["together"].items():
                print(f"  {who}: {cell['p50_ms']} / {cell['p95_ms']} ms, {cell['per_second']}/s", flush=True)
            results["memory"] = {
                "web_mb": web.largest_pss_mb(), "floor_mb": floor.largest_pss_mb(), "celery_mb": worker.largest_pss_mb(),
            }  # fmt: skip
            if with_exports:
                from bench.exporting import Exporting

                exporting = Exporting(web=web, worker=worker, head=self.desk["head"], connection=self.connection)
                results["bulk"] = exporting.run()
                for what, facts in results["bulk"].items():
                    print(f"  {what}: {facts}", flush=True)
        return results

    def row(self, page) -> dict:
        client = self.desk[page.who]
        warm_up(client, page.ask)
        counted = self.count(client, page)
        row = {
            "statements": counted.count,
            "sql_ms": counted.ms,
            "slowest": [list(one) for one in counted.slowest[:4]],
        }
        requests = self.requests // 10 if page.only_statements else self.requests
        if page.before:
            row["desk"] = {"1": one_by_one(client, page, requests // 10).as_dict()}
            return row
        if page.floor:
            warm_up(self.floor, page.floor)
        for clients in (1, 8) if page.eight and not page.only_statements else (1,):
            own, floor = self.take_turns(client, page, clients=clients, requests=requests)
            row.setdefault("desk", {})[str(clients)] = own.as_dict()
            if floor:
                row.setdefault("floor", {})[str(clients)] = floor.as_dict()
        return row

    def count(self, client: Client, page) -> Statements:
        if page.before:
            page.before(0)
        one = client.again()
        try:
            if not page.before:
                one.send(
                    page.ask(2_000_001)
                )  # counters of the frame are kept for some seconds; they are no part of the page
            return statements_of(self.connection, lambda: one.send(page.ask(2_000_000)))
        finally:
            one.close()

    def take_turns(self, client: Client, page, *, clients: int, requests: int) -> tuple[Cell, Cell | None]:
        own, floor = [], []
        for turn in range(SLICES):
            limits = {
                "clients": clients,
                "requests": requests // SLICES,
                "seconds": self.seconds / SLICES,
                "offset": turn * requests // SLICES,
            }
            own.append(time_cell(client, page.ask, **limits))
            if page.floor:
                floor.append(time_cell(self.floor, page.floor, **limits))
        return together(own), together(floor) if floor else None


def together(cells: list[Cell]) -> Cell:
    statuses: dict[int, int] = {}
    for cell in cells:
        for status, count in cell.statuses.items():
            statuses[status] = statuses.get(status, 0) + count
    ms = [one for cell in cells for one in cell.ms]
    return Cell(cells[0].clients, ms, sum(cell.seconds for cell in cells), cells[0].size, statuses)


def one_by_one(client: Client, page, requests: int) -> Cell:
    cells = []
    for number in range(max(5, requests)):
        page.before(number)
        cells.append(time_cell(client, page.ask, clients=1, requests=1, seconds=60, offset=number))
    return together(cells)


def say(name: str, row: dict) -> None:
    if "absent" in row:
        print(f"  {name:34} {row['absent']}", flush=True)
        return
    parts = [
        f"{who} {clients}: {cell['p50_ms']} / {cell['p95_ms']} ms, {cell['per_second']}/s"
        for who in ("desk", "floor")
        for clients, cell in row.get(who, {}).items()
    ]
    wrong = [status for status in row["desk"]["1"]["statuses"] if int(status) >= 400]
    print(
        f"  {name:34} {' | '.join(parts)} | {row['statements']} statements, {row['sql_ms']} ms {'ANSWERS ' + ' '.join(wrong) if wrong else ''}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--logs", type=Path, required=True)
    parser.add_argument("--requests", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--exports", action="store_true")
    asked = parser.parse_args()
    django.setup()
    measuring = Measuring(
        database_url=os.environ["DATABASE_URL"], logs=asked.logs, requests=asked.requests, seconds=asked.seconds
    )
    asked.out.write_text(
        json.dumps(measuring.run(with_exports=asked.exports), ensure_ascii=False, indent=1), encoding="utf-8"
    )


if __name__ == "__main__":
    sys.exit(main())
