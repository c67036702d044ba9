"""Measures one size: run as a program of its own by `python -m bench`, under the desk's settings and its database."""

import argparse
import contextlib
import json
import os
import sys
from pathlib import Path

import django
import psycopg

from bench import peers
from bench.client import Cell, Client, time_cell, warm_up
from bench.cluster import Cluster
from bench.racing import Racer, ratios
from bench.server import DESK, FLOOR, WebServer, Worker
from bench.statements import Statements, statements_of

ROUNDS = 4  # the desk and those beside it take turns, so that a neighbour's load falls on all


class Measuring:
    def __init__(self, *, database_url: str, logs: Path, requests: int, seconds: float):
        self.database_url, self.logs, self.requests, self.seconds = database_url, logs, requests, seconds
        self.peers: dict[str, Client] = {}

    def run(self, *, with_exports: bool, with_peers: bool) -> dict:
        from bench import people
        from bench.pages import PageSet
        from bench.samples import Samples
        from bench.together import Together

        results: dict = {"rows": {}}
        with (
            WebServer(DESK, {}, self.logs / "bench-web.log") as web,
            WebServer(
                FLOOR, {"DJANGO_SETTINGS_MODULE": "bench.floor.settings"}, self.logs / "bench-floor.log", ready="/ping"
            ) as floor,
            Worker({}, self.logs / "bench-worker.log") as worker,
            psycopg.connect(self.database_url, autocommit=True) as self.connection,
            contextlib.ExitStack() as beside,
        ):
            if with_peers:
                running = peers.Peers(Cluster())
                for program in peers.PROGRAMS:
                    _server, self.peers[program.name] = beside.enter_context(running.served(program, self.logs))
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
            return row | self.after_changes(client, page, requests // 10)
        racers = self.racers(client, page)
        for racer in racers[1:]:
            warm_up(racer.client, racer.ask)
        for clients in (1, 8) if page.eight and not page.only_statements else (1,):
            rounds = self.take_turns(racers, clients=clients, requests=requests)
            for name, cells in rounds.items():
                row.setdefault(name, {})[str(clients)] = together(cells).as_dict()
            row.setdefault("ratios", {})[str(clients)] = ratios(rounds)
        return row

    def after_changes(self, client: Client, page, requests: int) -> dict:
        """The first look after each change; the peer keeps nothing between two looks, so any look of its is a first one."""
        rounds = {"desk": [one_by_one(client, page, requests)]}
        for program in peers.PROGRAMS:
            if program.name in self.peers and page.name in program.asks:
                peer = self.peers[program.name]
                warm_up(peer, program.asks[page.name])
                limits = {"clients": 1, "requests": max(5, requests), "seconds": self.seconds}
                rounds[program.name] = [time_cell(peer, program.asks[page.name], **limits)]
        found: dict = {name: {"1": together(cells).as_dict()} for name, cells in rounds.items()}
        return found | {"ratios": {"1": ratios(rounds)}}

    def racers(self, client: Client, page) -> list[Racer]:
        """The desk first, then whoever has the like of its page."""
        found = [Racer("desk", client, page.ask)]
        if page.floor:
            found.append(Racer("floor", self.floor, page.floor))
        for program in peers.PROGRAMS:
            if program.name in self.peers and page.name in program.asks and not page.only_statements:
                found.append(Racer(program.name, self.peers[program.name], program.asks[page.name]))
        return found

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

    def take_turns(self, racers: list[Racer], *, clients: int, requests: int) -> dict[str, list[Cell]]:
        """One cell a round and racer; who begins a round changes, so that nobody always comes after the same one."""
        rounds: dict[str, list[Cell]] = {racer.name: [] for racer in racers}
        for turn in range(ROUNDS):
            first = turn % len(racers)
            for racer in racers[first:] + racers[:first]:
                cell = time_cell(
                    racer.client,
                    racer.ask,
                    clients=clients,
                    requests=requests // ROUNDS,
                    seconds=self.seconds / ROUNDS,
                    offset=turn * requests // ROUNDS,
                )
                rounds[racer.name].append(cell)
        return rounds


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
        for who in ("desk", "floor", "bare", "helpdesk")
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
    parser.add_argument("--peers", action="store_true")
    asked = parser.parse_args()
    django.setup()
    measuring = Measuring(
        database_url=os.environ["DATABASE_OWNER_URL"], logs=asked.logs, requests=asked.requests, seconds=asked.seconds
    )
    asked.out.write_text(
        json.dumps(measuring.run(with_exports=asked.exports, with_peers=asked.peers), ensure_ascii=False, indent=1),
        encoding="utf-8",
    )


if __name__ == "__main__":
    sys.exit(main())
