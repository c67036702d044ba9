from complaints.models.case import (
    ENDED,
    OPEN,
    TAKEN_BACK,
    Case,
    CaseAccess,
    CaseFollower,
    NumberSeries,
    SearchDocument,
    Status,
)
from complaints.models.clock import Clock, ClockEvent
from complaints.models.contact import Contact
from complaints.models.importing import ImportBatch, ImportedRow, ImportMap
from complaints.models.kinds import CaseKind, DeadlineRule
from complaints.models.message import CaseLink, CaseNote, Forwarding, Message
from complaints.models.party import Party
from complaints.models.rollup import ChangedDay, CountedUntil, DayCount, HourCount

__all__ = [
    "ENDED", "OPEN", "TAKEN_BACK", "Case", "CaseAccess", "CaseFollower", "CaseKind", "CaseLink", "CaseNote", "ChangedDay", "Clock",
    "ClockEvent", "Contact", "CountedUntil", "DayCount", "DeadlineRule", "Forwarding", "HourCount", "ImportBatch",
    "ImportMap", "ImportedRow", "Message", "NumberSeries", "Party", "SearchDocument", "Status",
]  # fmt: skip
