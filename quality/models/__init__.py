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

__all__ = [
    "Campaign", "CampaignReach", "Improvement", "ImprovementNote", "ImprovementTask", "Indicator", "Measurement",
    "MeasurementRows", "Passport", "Pledge", "Praise", "Rebase", "Restatement", "Signal", "Target",
]  # fmt: skip
