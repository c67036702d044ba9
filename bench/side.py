"""One of two trees that `python -m bench.compare` sets beside each other: its desk, and rounds of it on demand.

Run with the tree as the current folder, under the settings of its database. Speaks JSON, a line each way: first the rows
it has, then for each line `{"row", "requests", "seconds", "turn"}` a cell, for `{"count": row}` the statements, until
its input ends.
"""

import argparse
import json
import os
import sys
from pathlib import Path

import django
import psycopg

from bench.client import Client, time_cell, warm_up
from bench.server import DESK, WebServer
from bench.statements import statements_of


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--log", type=Path, required=True)
    asked = parser.parse_args()
    django.setup()

    from bench import people
    from bench.pages import PageSet
    from bench.samples import Samples

    with (
        WebServer(DESK, {}, asked.log) as web,
        psycopg.connect(os.environ["BENCH_STATEMENTS_URL"], autocommit=True) as connection,
    ):
        desk = {role: Client(web.port, people.cookies_of(role)) for role in people.EMAILS}
        found = PageSet(samples=Samples(), desk=desk).all()
        pages = {name: page for name, page in found if not isinstance(page, str) and not page.before}
        say({"rows": list(pages)})
        for line in sys.stdin:
            order = json.loads(line)
            page = pages[order.get("row") or order["count"]]
            client = desk[page.who]
            if "count" in order:
                warm_up(client, page.ask)
                one = client.again()
                one.send_all(page.ask(2_000_001))  # counters of the frame are kept for some seconds
                counted = statements_of(connection, lambda one=one, page=page: one.send_all(page.ask(2_000_000)))
                one.close()
                say({"statements": counted.count, "sql_ms": counted.ms})
                continue
            limits = {"requests": order["requests"], "seconds": order["seconds"]}
            cell = time_cell(client, page.ask, clients=1, offset=order["turn"] * order["requests"], **limits)
            say({"ms": cell.ms, "seconds": cell.seconds, "size": cell.size, "statuses": cell.statuses})


def say(answer: dict) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
