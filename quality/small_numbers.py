"""When a share says something: one rule for screen, table, spreadsheet and report.

Of fewer than five no share is shown; of five to twenty-nine it is shown with the note that they are few, and neither
ranked nor called a signal (methods of official statistics; Washington State Department of Health, Small Numbers).
"""

from dataclasses import dataclass

FEWEST_FOR_A_SHARE = 5
FEWEST_FOR_A_RANK = 30


@dataclass(frozen=True, slots=True)
class Share:
    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """0–1; nothing when it would say nothing."""
        return self.part / self.whole if self.whole >= FEWEST_FOR_A_SHARE else None

    @property
    def is_of_few(self) -> bool:
        return self.whole < FEWEST_FOR_A_RANK

    @property
    def rest(self) -> int:
        return self.whole - self.part
