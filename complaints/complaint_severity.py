"""How grave a complaint is: five sides weighed from 0 to 3, their sum, and the path that follows.

Pure: numbers in, number and path out. The weights are the bureau's own; ISO 10002 § 8.5 names what is to be weighed.
"""

from dataclasses import dataclass
from enum import StrEnum

NONE, SLIGHT, MARKED, GRAVE = range(4)
INVESTIGATED_FROM = 4  # sum of the five sides, 0 to 15
URGENT_FROM = 9


class Way(StrEnum):
    FRONTLINE = "frontline"
    INVESTIGATION = "investigation"
    URGENT = "urgent"


@dataclass(frozen=True)
class Weighed:
    """The five sides of the matrix."""

    harm: int
    vulnerability: int
    publicity: int
    legal: int
    repetition: int

    @property
    def score(self) -> int:
        return self.harm + self.vulnerability + self.publicity + self.legal + self.repetition

    @property
    def way(self) -> Way:
        """Grave harm or a grave breach of law is urgent whatever the rest; one marked side is enough to investigate."""
        if self.score >= URGENT_FROM or GRAVE in (self.harm, self.legal):
            return Way.URGENT
        sides = (self.harm, self.vulnerability, self.publicity, self.legal, self.repetition)
        if self.score >= INVESTIGATED_FROM or max(sides) >= MARKED:
            return Way.INVESTIGATION
        return Way.FRONTLINE


def steps_due(working_days_late: int) -> int:
    """How far up the ladder a target that passed has gone: 1 the handler, 2 the head of bureau, 3 the head of department."""
    if working_days_late <= 0:
        return 0
    if working_days_late <= 2:
        return 1
    return 2 if working_days_late <= 5 else 3
