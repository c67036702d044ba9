"""The timed set: every page with who asks for it, what is asked, and which page of the floor stands beside it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.urls import NoReverseMatch, reverse
from lxml import html

from bench.client import Ask, Client
from bench.samples import Samples
from complaints.models import CaseKind

NOTE = "Klient küsis, millal vastus tuleb; selgitasin korda ja saatsin lingi juhendile."
TEXT = "Palun selgitage, kas metsateatis tuleb esitada ka siis, kui raiun ainult kuivanud puid oma õuealal. " * 3
TITLE = "Metsateatis õuealal"
FLOOR_LIST = "/cases/"


@dataclass(frozen=True)
class Page:
    """`ask` makes the n-th request, `before` what has to happen first and is not timed."""

    name: str
    who: str
    ask: Callable[[int], Ask]
    floor: Callable[[int], Ask] | None = None
    eight: bool = False
    only_statements: bool = False
    before: Callable[[int], None] | None = None


def get(path: str, **query: str) -> Callable[[int], Ask]:
    address = f"{path}?{urlencode(query)}" if query else path
    return lambda n: Ask(address)


def each(paths: list[str]) -> Callable[[int], Ask]:
    return lambda n: Ask(paths[n % len(paths)])


def searches(path: str, words: list[str]) -> Callable[[int], Ask]:
    return each([f"{path}?q={quote(word)}" for word in words])


class PageSet:
    """Pages that exist; for those that do not, `absent` says so."""

    def __init__(self, *, samples: Samples, desk: dict[str, Client]):
        self.samples, self.desk = samples, desk

    def all(self) -> list[tuple[str, Page | str]]:
        found: list[tuple[str, Page | str]] = []
        for name, make in self.makers().items():
            try:
                found.append((name, make(name)))
            except NoReverseMatch:
                found.append((name, "no such page"))
            except LookupError as missing:
                found.append((name, str(missing)))
        return found

    def makers(self) -> dict[str, Callable[[str], Page]]:
        return {
            "desk": lambda name: Page(
                name, "specialist", get(reverse("complaints:desk")), get(FLOOR_LIST), eight=True
            ),
            "case list": lambda name: self.case_list(name, eight=True),
            # The same kind of list with other rows: a word would add what search itself asks.
            "case list, 0 rows": lambda name: self.case_list(
                name, only_statements=True, topic=self.samples.few_open_cases[0], registered_from="2099-01-01"
            ),
            "case list, 1 row": lambda name: self.case_list(
                name,
                only_statements=True,
                status="all",
                topic=self.samples.lonely_case[0],
                registered_from=self.samples.lonely_case[1],
                registered_to=self.samples.lonely_case[1],
            ),
            "case list, 25 rows": lambda name: self.case_list(
                name, only_statements=True, topic=self.samples.few_open_cases[0]
            ),
            "case list, filtered": lambda name: self.case_list(
                name, eight=True, status="all", channel="email", registered_from="2024-01-01"
            ),
            "case list, mine": lambda name: self.case_list(name, handler="me"),
            "case list, a word": lambda name: self.case_list(name, status="all", q=self.samples.rare_word),
            "contact list": lambda name: Page(
                name, "specialist", get(reverse("complaints:contact_list")), get(FLOOR_LIST)
            ),
            "case detail": self.case_detail,
            "contact detail": self.contact_detail,
            "search, rare word": lambda name: self.search(name, [self.samples.rare_word], eight=True),
            "search, frequent word": lambda name: self.search(name, [self.samples.frequent_word]),
            "search, prefix": lambda name: self.search(name, [self.samples.rare_word[:4]]),
            "search, phone": lambda name: self.search(name, self.samples.phones),
            "contact form": lambda name: Page(name, "specialist", get(reverse("complaints:contact_log"))),
            "save a contact": lambda name: self.contact(name, eight=True),
            "save a contact that opens a case": lambda name: self.contact(
                name, outcome="case", title=TITLE, description=TEXT
            ),
            "form of a case": lambda name: Page(name, "specialist", get(reverse("complaints:case_new"))),
            "register a case": self.case,
            "dashboard, warm": lambda name: Page(name, "head", get(reverse("quality:dashboard")), eight=True),
            "dashboard, first after a change": self.dashboard_after_change,
            "complaint list": lambda name: Page(
                name, "head", get(reverse("complaints:complaint_list"), status="all"), get(FLOOR_LIST)
            ),
            "register of complaints": lambda name: Page(name, "head", get(reverse("complaints:complaint_register"))),
            "survey list": lambda name: Page(name, "head", get(reverse("feedback:survey_list")), get(FLOOR_LIST)),
            "results of a survey, warm": lambda name: Page(
                name, "head", get(reverse("feedback:results", args=[self.samples.survey])), eight=True
            ),
            "follow-ups": lambda name: Page(name, "head", get(reverse("feedback:follow_up_list"))),
            "own time and load": lambda name: Page(name, "specialist", get(reverse("staff:my_workload"))),
            "load of the team": lambda name: Page(name, "head", get(reverse("staff:team_workload"))),
            "plan of sharing work": lambda name: Page(name, "head", get(reverse("staff:work_share"), level="on")),
            "staffing": lambda name: Page(name, "head", get(reverse("staff:staffing"))),
            "indicators": lambda name: Page(name, "head", get(reverse("quality:indicator_list"))),
            "matrix of indicators": lambda name: Page(name, "head", get(reverse("quality:indicator_matrix"))),
            "indicator with its chart": lambda name: Page(
                name, "head", get(reverse("quality:indicator_detail", args=["answered_on_time"]))
            ),
            "improvement actions": lambda name: Page(name, "head", get(reverse("quality:improvement_list"))),
            "reports": lambda name: Page(name, "head", get(reverse("quality:report_list"))),
            "issue of a report": lambda name: Page(name, "head", get(self.samples.report), eight=True),
        }

    def case_list(self, name: str, *, eight: bool = False, only_statements: bool = False, **query: str) -> Page:
        return Page(
            name, "specialist", get(reverse("complaints:case_list"), **query), get(FLOOR_LIST), eight, only_statements
        )

    def case_detail(self, name: str) -> Page:
        numbers = self.samples.case_numbers
        own = each([reverse("complaints:case_detail", args=[number]) for number in numbers])
        return Page(name, "specialist", own, each([f"/cases/{number}/" for number in numbers]), eight=True)

    def contact_detail(self, name: str) -> Page:
        own = each([reverse("complaints:contact_detail", args=[key]) for key in self.samples.contact_keys])
        return Page(name, "specialist", own, each([f"/cases/{number}/" for number in self.samples.case_numbers]))

    def search(self, name: str, words: list[str], *, eight: bool = False) -> Page:
        floor_words = words if "phone" not in name else [word.removeprefix("+") for word in words]
        return Page(
            name,
            "specialist",
            searches(reverse("bureau:search"), words),
            searches("/search/", floor_words),
            eight=eight,
        )

    def contact(self, name: str, *, eight: bool = False, **values: str) -> Page:
        """A call of a known client, as a browser sends the sheet."""
        given = {"outcome": "answered", "note": NOTE, "duration": "3.20", **values}
        return self.form(name, reverse("complaints:contact_log"), given, eight=eight)

    def case(self, name: str) -> Page:
        """A letter of a known client, registered by hand."""
        kind = str(CaseKind.objects.get(code="explanation").pk)
        given = {"kind": kind, "channel": str(self.samples.email_channel), "title": TITLE, "description": TEXT}
        return self.form(name, reverse("complaints:case_new"), given)

    def form(self, name: str, path: str, given: dict[str, str], *, eight: bool = False) -> Page:
        """The form with what it brings itself, each time with a key of its own; the floor inserts one row."""
        fields = form_fields(self.desk["specialist"], path, holding="key")
        fields |= {"topic": str(self.samples.topic), "party": str(self.samples.party), **given}
        floor = {"channel": fields["channel"], "topic": fields["topic"], "note": NOTE}
        return Page(
            name, "specialist", lambda n: Ask(path, fields | {"key": str(uuid.uuid4())}), lambda n: Ask("/contacts/new/", floor), eight=eight
        )  # fmt: skip

    def dashboard_after_change(self, name: str) -> Page:
        """A contact is saved before every look; only the look is timed."""
        change = self.contact("change").ask
        client = self.desk["specialist"].again()
        return Page(name, "head", get(reverse("quality:dashboard")), before=lambda n: client.send(change(n)))


def form_of(client: Client, path: str, holding: str):
    answer = client.again().send(Ask(path))
    forms = html.document_fromstring(answer.body).forms if answer.status == 200 else []
    for form in forms:
        if holding in form.fields:
            return form
    raise LookupError(f"no form at {path} (answers {answer.status})")


def form_fields(client: Client, path: str, holding: str) -> dict[str, str]:
    """What a browser would send when nothing was typed."""
    return {
        name: value for name, value in form_of(client, path, holding).form_values() if name != "csrfmiddlewaretoken"
    }
