"""Feedback's entry in the navigation."""

from django.utils.translation import pgettext_lazy

from bureau.navigation import Entry, register
from bureau.roles import Permission as P

register(
    Entry(
        "feedback", pgettext_lazy("navigation", "Feedback"), "feedback:survey_list", "feedback",
        (P.SURVEY_EDIT, P.SURVEY_RESULTS, P.SURVEY_ANSWER_FOR), 45, key="t",
    )
)  # fmt: skip
