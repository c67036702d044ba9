from feedback.models.invitation import (
    AskedPerson,
    Declined,
    Invitation,
    InvitationDecision,
    InvitationToken,
    SpentToken,
)
from feedback.models.response import (
    ConfidentialLink,
    ContactWish,
    FollowUp,
    OpenAnswer,
    OpenAnswerCause,
    Response,
    UnfinishedAnswer,
)
from feedback.models.survey import Anonymity, InvitationRule, OpenLink, Questionnaire, Survey

__all__ = [
    "Anonymity", "AskedPerson", "ConfidentialLink", "ContactWish", "Declined", "FollowUp", "Invitation",
    "InvitationDecision", "InvitationRule", "InvitationToken", "OpenAnswer", "OpenAnswerCause", "OpenLink", "Response",
    "SpentToken", "Survey", "Questionnaire", "UnfinishedAnswer",
]  # fmt: skip
