"""Entries of load and staffing in the navigation."""

from django.utils.translation import pgettext_lazy

from bureau.navigation import Entry, register
from bureau.roles import Permission as P

register(
    Entry(
        "my_workload", pgettext_lazy("navigation", "My time"), "staff:my_workload", "clock", (P.TIME_LOG,), 60, key="o"
    )
)
register(
    Entry(
        "team_workload", pgettext_lazy("navigation", "Load of the team"), "staff:team_workload", "team",
        (P.WORKLOAD_TEAM,), 62, key="y",
    )
)  # fmt: skip
register(
    Entry(
        "staffing", pgettext_lazy("navigation", "Staffing"), "staff:staffing", "calendar", (P.STAFFING_VIEW,), 64, key="v",
    )
)  # fmt: skip
