"""A client that costs little: `http.client` on kept connections, one person or eight at once."""

import http.client
import threading
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from math import ceil

REQUESTS = 200
SECONDS = 20.0
WARM_UP_REQUESTS = 8
WARM_UP_SECONDS = 10.0


@dataclass(frozen=True)
class Ask:
    """One request. `fields` makes it a form that is sent."""

    path: str
    fields: dict[str, str] | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]
    first_byte_ms: float
    ms: float


@dataclass
class Cell:
    """What one row of the table says for one number of clients."""

    clients: int
    ms: list[float]
    seconds: float
    size: int
    statuses: dict[int, int]

    @property
    def p50(self) -> float:
        return percentile(self.ms, 0.50)

    @property
    def p95(self) -> float:
        return percentile(self.ms, 0.95)

    @property
    def per_second(self) -> float:
        return len(self.ms) / self.seconds

    def as_dict(self) -> dict:
        return {
            "requests": len(self.ms), "p50_ms": round(self.p50, 2), "p95_ms": round(self.p95, 2), "max_ms": round(max(self.ms), 2),
            "per_second": round(self.per_second, 1), "bytes": self.size, "statuses": {str(k): v for k, v in self.statuses.items()},
        }  # fmt: skip


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of all do not exceed (nearest rank, no interpolation)."""
    ordered = sorted(values)
    return ordered[max(0, ceil(len(ordered) * share) - 1)]


class Client:
    """One person's browser: cookies, one kept connection."""

    def __init__(self, port: int, cookies: dict[str, str]):
        self.port, self.cookies = port, dict(cookies)
        self.connection: http.client.HTTPConnection | None = None

    def again(self) -> "Client":
        return Client(self.port, self.cookies)

    def close(self) -> None:
        if self.connection:
            self.connection.close()
        self.connection = None

    def open_form(self, path: str, fields: dict[str, str]) -> http.client.HTTPResponse:
        """Send a form and leave the answer to be read piece by piece."""
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        headers = {"Cookie": self.cookie_line(), "Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request("POST", path, urllib.parse.urlencode(fields), headers)
        return self.connection.getresponse()

    def cookie_line(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def send_all(self, asked: "Ask | tuple[Ask, ...]") -> Answer:
        """What a person waits for at one page: for several requests, one after the other, the sum of their times."""
        answers = [self.send(ask) for ask in (asked if isinstance(asked, tuple) else (asked,))]
        return Answer(
            max(answer.status for answer in answers),
            b"".join(answer.body for answer in answers),
            answers[-1].headers,
            answers[0].first_byte_ms,
            sum(answer.ms for answer in answers),
        )

    def send(self, ask: Ask) -> Answer:
        headers = {"Cookie": self.cookie_line(), **ask.headers}
        body = None
        if ask.fields is not None:
            fields = {"csrfmiddlewaretoken": self.cookies.get("csrftoken", ""), **ask.fields}
            body = urllib.parse.urlencode(fields, doseq=True)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        for attempt in (1, 2):
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
            started = time.perf_counter()
            try:
                self.connection.request("GET" if body is None else "POST", ask.path, body, headers)
                response = self.connection.getresponse()
                first = time.perf_counter()
                data = response.read()
                break
            except (
                http.client.RemoteDisconnected,
                ConnectionResetError,
                BrokenPipeError,
                http.client.CannotSendRequest,
            ):
                self.close()  # the server closed a kept connection meanwhile
                if attempt == 2:
                    raise
        ended = time.perf_counter()
        if response.will_close:
            self.close()
        return Answer(
            response.status, data, dict(response.getheaders()), (first - started) * 1e3, (ended - started) * 1e3
        )


def warm_up(client: Client, ask: Callable[[int], Ask | tuple[Ask, ...]], *, workers: int = 2) -> Answer:
    """Every worker process meets the page: each request opens a connection of its own."""
    started = time.perf_counter()
    for number in range(WARM_UP_REQUESTS * workers):
        one, asked = client.again(), ask(1_000_000 + number)
        answer = one.send_all(asked)
        one.close()
        if isinstance(asked, Ask) and asked.fields is None and 300 <= answer.status < 400:
            # A page that leads elsewhere is quick and says nothing: time the address it leads to.
            raise LookupError(f"{asked.path} leads to {answer.headers.get('Location')}; time that one")
        if time.perf_counter() - started > WARM_UP_SECONDS:
            break
    return answer


def time_cell(
    client: Client,
    ask: Callable[[int], Ask | tuple[Ask, ...]],
    *,
    clients: int,
    requests: int,
    seconds: float,
    offset: int = 0,
    pause: float = 0.0,
) -> Cell:
    """`ask(n)` makes the n-th request; stops after `requests` of them or after `seconds`.

    `pause` in seconds is what each client waits after an answer; their beginnings are spread over one pause.
    """
    numbers, lock = count(offset), threading.Lock()
    ms: list[float] = []
    sizes: list[int] = []
    statuses: dict[int, int] = {}
    started = time.perf_counter()

    def work(place: int) -> None:
        own = client.again()
        time.sleep(pause * place / clients)
        while True:
            with lock:
                number = next(numbers)
            if number >= offset + requests or time.perf_counter() - started > seconds:
                own.close()
                return
            answer = own.send_all(ask(number))
            with lock:
                ms.append(answer.ms)
                sizes.append(len(answer.body))
                statuses[answer.status] = statuses.get(answer.status, 0) + 1
            time.sleep(pause)

    threads = [threading.Thread(target=work, args=(place,)) for place in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Cell(clients, ms, time.perf_counter() - started, sorted(sizes)[len(sizes) // 2] if sizes else 0, statuses)
