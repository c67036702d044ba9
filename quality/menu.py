"""The dashboard's entry in the navigation: first, for those who look at the whole."""

from django.utils.translation import pgettext_lazy

from bureau.navigation import Entry, register
from bureau.roles import Permission as P

register(
    Entry("dashboard", pgettext_lazy("navigation", "Dashboard"), "quality:dashboard", "report",
          (P.DASHBOARD_VIEW, P.UNIT_DASHBOARD_VIEW), 5, key="s")
)  # fmt: skip
register(
    Entry("indicators", pgettext_lazy("navigation", "Indicators"), "quality:indicator_list", "quality",
          (P.INDICATOR_VIEW, P.INDICATOR_VIEW_UNIT), 66, key="n")
)  # fmt: skip
register(
    Entry("reports", pgettext_lazy("navigation", "Reports"), "quality:report_list", "file", (P.REPORT_VIEW, P.REPORT_VIEW_UNIT), 67, key="r")
)  # fmt: skip
register(
    Entry("improvements", pgettext_lazy("navigation", "Improvement"), "quality:improvement_list", "refresh",
          (P.IMPROVEMENT_VIEW, P.IMPROVEMENT_VIEW_ALL), 68, key="x")
)  # fmt: skip
register(
    Entry("board", pgettext_lazy("navigation", "Board"), "quality:board", "star", (P.IMPROVEMENT_VIEW, P.IMPROVEMENT_VIEW_ALL), 70, key="q")
)  # fmt: skip
