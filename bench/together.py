"""Ten readers open the month's report at once while specialists work: what each of them waits for.

Specialists take calls at a pace of people (a list, a case, a contact saved, with a pause between). They are timed alone, then
with ten readers who pause as readers do, then with ten who never pause, which is as bad as ten readers can be.
"""

import threading
import uuid
from collections.abc import Callable
from typing import Any

from django.urls import reverse

from bench.client import Answer, Ask, Cell, Client, time_cell, warm_up
from bench.pages import NOTE, form_fields
from bench.samples import Samples

READERS, SPECIALISTS = 10, 6
PAUSE_OF_WORK, PAUSE_OF_READING = 1.0, 3.0  # seconds between an answer and the next request of the same person
FIGURES = 6  # of an issue, whose evidence readers open in turn with the issue itself


class Together:
    def __init__(self, *, samples: Samples, desk: dict[str, Client], seconds: float):
        self.samples, self.desk, self.seconds = samples, desk, seconds

    def run(self) -> dict[str, dict[str, Any]]:
        """Cells by who was timed and beside whom; each as `Cell.as_dict` gives it."""
        work, read = self.work(), self.read()
        warm_up(self.desk["specialist"], work)
        warm_up(self.desk["reader"], read)
        alone, _ = self.at_once(work, None, pause=0)
        beside_reading, reading = self.at_once(work, read, pause=PAUSE_OF_READING)
        beside_hurry, hurrying = self.at_once(work, read, pause=0)
        found = {
            f"{SPECIALISTS} specialists alone": alone,
            f"{SPECIALISTS} specialists beside {READERS} readers": beside_reading,
            f"{READERS} readers": reading,
            f"{SPECIALISTS} specialists beside {READERS} readers without a pause": beside_hurry,
            f"{READERS} readers without a pause": hurrying,
        }
        return {who: cell.as_dict() for who, cell in found.items() if cell}

    def at_once(
        self, work: Callable[[int], Ask], read: Callable[[int], Ask] | None, *, pause: float
    ) -> tuple[Cell, Cell | None]:
        """Both crowds for the same seconds."""
        cells: dict[str, Cell] = {}

        def of(name: str, client: Client, ask: Callable[[int], Ask], clients: int, pause: float) -> None:
            cells[name] = time_cell(
                client, ask, clients=clients, requests=1_000_000, seconds=self.seconds, pause=pause
            )

        crowds = [
            threading.Thread(target=of, args=("work", self.desk["specialist"], work, SPECIALISTS, PAUSE_OF_WORK))
        ]
        if read:
            crowds.append(threading.Thread(target=of, args=("read", self.desk["reader"], read, READERS, pause)))
        for crowd in crowds:
            crowd.start()
        for crowd in crowds:
            crowd.join()
        return cells["work"], cells.get("read")

    def work(self) -> Callable[[int], Ask]:
        """The list, a case, the sheet, a contact saved: a call as it comes in."""
        sheet = reverse("complaints:contact_log")
        fields = form_fields(self.desk["specialist"], sheet, holding="key") | {
            "topic": str(self.samples.topic), "party": str(self.samples.party), "outcome": "answered", "note": NOTE, "duration": "3.20",
        }  # fmt: skip
        numbers = self.samples.case_numbers
        steps: list[Callable[[int], Ask]] = [
            lambda n: Ask(reverse("complaints:case_list")),
            lambda n: Ask(reverse("complaints:case_detail", args=[numbers[n % len(numbers)]])),
            lambda n: Ask(sheet),
            lambda n: Ask(sheet, fields | {"key": str(uuid.uuid4())}),
        ]
        return lambda n: steps[n % len(steps)](n)

    def read(self) -> Callable[[int], Ask]:
        """The issue, then the evidence of one figure after another."""
        issue = self.samples.report
        figures = links_within(self.desk["reader"].again().send(Ask(issue)), f"{issue}figures/")[:FIGURES]
        if not figures:
            raise LookupError(f"no figure opens its evidence at {issue}")
        addresses = [address for figure in figures for address in (issue, figure)]
        return lambda n: Ask(addresses[n % len(addresses)])


def links_within(answer: Answer, prefix: str) -> list[str]:
    """Addresses a page links to that begin so, each once, in the page's order."""
    from lxml import html

    found = html.document_fromstring(answer.body).iterlinks()
    return list(dict.fromkeys(link for _element, _attribute, link, _at in found if link.startswith(prefix)))
