from complaints.models.case import (
    ENDED,
    OPEN,
    Case,
    CaseAccess,
    CaseFollower,
    NumberSeries,
    SearchDocument,
    Status,
)
from complaints.models.challenge import (
    CHALLENGE_OPEN,
    Challenge,
    ChallengeContent,
    ChallengeMove,
    ChallengeOutcome,
    ChallengeStage,
    ChallengeTerm,
    CourtResult,
)
from complaints.models.clock import Clock, ClockEvent
from complaints.models.complaint import (
    STAGES_ENDED,
    Aspect,
    Complaint,
    ComplaintEscalation,
    ComplaintMove,
    ComplaintOutcome,
    ComplaintPerson,
    ComplaintTarget,
    Evidence,
    Feedback,
    InvestigationTask,
    Path,
    Remedy,
    Stage,
)
from complaints.models.contact import Contact
from complaints.models.importing import ImportBatch, ImportedRow, ImportMap
from complaints.models.kinds import CaseKind, DeadlineRule
from complaints.models.message import CaseLink, CaseNote, Forwarding, Message
from complaints.models.party import AddressClaim, Party
from complaints.models.rollup import ChangedDay, CountedUntil, DayCount, HourCount
from complaints.models.visibility import TAKEN_BACK

__all__ = [
    "CHALLENGE_OPEN", "AddressClaim", "Challenge", "ChallengeContent", "ChallengeMove", "ChallengeOutcome", "ChallengeStage",
    "ChallengeTerm", "CourtResult",
    "ENDED", "OPEN", "STAGES_ENDED", "TAKEN_BACK", "Aspect", "Case", "CaseAccess", "CaseFollower", "CaseKind",
    "CaseLink", "CaseNote", "ChangedDay", "Clock", "ClockEvent", "Complaint", "ComplaintEscalation", "ComplaintMove",
    "ComplaintOutcome", "ComplaintPerson", "ComplaintTarget", "Contact", "CountedUntil", "DayCount", "DeadlineRule",
    "Evidence", "Feedback", "Forwarding", "HourCount", "ImportBatch", "ImportMap", "ImportedRow", "InvestigationTask",
    "Message", "NumberSeries", "Party", "Path", "Remedy", "SearchDocument", "Stage", "Status",
]  # fmt: skip
