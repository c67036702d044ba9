from bureau.models.audit import Deed, ReadingRecord
from bureau.models.calendar import CalendarDay, OpeningHours
from bureau.models.causes import Cause, NextInstance
from bureau.models.job import FileRows, Job, JobRow
from bureau.models.outbox import MailAttempt, OutgoingAttachment, OutgoingMail
from bureau.models.people import Absence, RoleHolding, Substitution, User
from bureau.models.personal import Draft, ListSetting, Notification, SavedView
from bureau.models.seals import Seal, SealMark, SealShape
from bureau.models.structure import Channel, OutsideBody, RestrictionBasis, Service, Topic, Unit
from bureau.models.submission import Submission

__all__ = [
    "Absence", "CalendarDay", "Cause", "Channel", "Deed", "Draft", "FileRows", "Job", "JobRow", "ListSetting", "MailAttempt", "NextInstance",
    "Notification", "OpeningHours", "OutgoingAttachment", "OutgoingMail", "OutsideBody", "ReadingRecord", "RestrictionBasis", "RoleHolding", "SavedView", "Seal", "SealMark", "SealShape",
    "Service", "Submission", "Substitution", "Topic", "Unit", "User",
]  # fmt: skip
