"""Rows of the permission matrix, one file an area. `tests/test_permission_matrix.py` says how to write them."""

from collections.abc import Callable
from dataclasses import dataclass, field

ROLES = ("mari", "peeter", "jaan", "tiina", "kai", "dora", "admin_user", "outi")
SIGN_IN = "sign-in"


@dataclass(frozen=True)
class Row:
    """What each role is answered by one page, for one object. `answers` overrules `may` and `others` for named roles."""

    page: str
    may: str = ""
    of: str | Callable = ""
    method: str = "get"
    answer: int = 200
    others: int = 403
    anonymous: int | str = SIGN_IN
    data: dict | Callable | None = None
    query: str = ""
    headers: dict = field(default_factory=dict)
    answers: dict = field(default_factory=dict)

    @property
    def expected(self) -> dict[str, int | str]:
        may = ROLES if self.may == "all" else tuple(self.may.split())
        strangers = (set(may) | set(self.answers)) - set(ROLES)
        assert not strangers, f"{self.page}: no such role as {strangers}"
        answers = {role: self.answer if role in may else self.others for role in ROLES}
        return answers | {"anonymous": self.anonymous} | self.answers

    def __str__(self) -> str:
        of = self.of if isinstance(self.of, str) else "object"
        return " ".join(part for part in (self.page, self.method, of, self.query) if part)
