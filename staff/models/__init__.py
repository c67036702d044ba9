from staff.models.shift import Shift
from staff.models.telephone import Forecast, ForecastValue, LoadEvent, PhoneQueue, QueueInterval
from staff.models.workload import KindWeight, WorkEntry, WorkKind

__all__ = [
    "Forecast", "ForecastValue", "KindWeight", "LoadEvent", "PhoneQueue", "QueueInterval", "Shift", "WorkEntry", "WorkKind",
]  # fmt: skip
