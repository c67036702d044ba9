from quality.models.culture import Campaign, CampaignReach, Pledge, Praise
from quality.models.improvement import Improvement, ImprovementNote, ImprovementTask
from quality.models.indicator import (
    Indicator,
    Measurement,
    MeasurementRows,
    Passport,
    Rebase,
    Restatement,
    Signal,
    Target,
)
from quality.models.report import (
    OwnReport,
    Report,
    ReportAsk,
    ReportComment,
    ReportDecision,
    ReportIssue,
    ReportPack,
    ReportQuestion,
    ReportQuote,
    ReportReader,
    ReportRows,
)

__all__ = [
    "Campaign", "CampaignReach", "Improvement", "ImprovementNote", "ImprovementTask", "Indicator", "Measurement",
    "MeasurementRows", "OwnReport", "Passport", "Pledge", "Praise", "Rebase", "Report", "ReportAsk", "ReportComment", "ReportDecision",
    "ReportIssue", "ReportPack", "ReportQuestion", "ReportQuote", "ReportReader", "ReportRows", "Restatement", "Signal", "Target",
]  # fmt: skip
