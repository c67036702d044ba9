"""Feedback's entry in the navigation."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.navigation import Entry, register
from bureau.roles import Permission as P
from feedback.follow_ups import open_count_of

register(
    Entry(
        "feedback", pgettext_lazy("navigation", "Feedback"), "feedback:survey_list", "feedback",
        (P.SURVEY_EDIT, P.SURVEY_RESULTS, P.SURVEY_ANSWER_FOR), 45, key="t",
    )
)  # fmt: skip
register(
    Entry(
        "follow_ups", pgettext_lazy("navigation", "Follow-ups"), "feedback:follow_up_list", "flag", (P.FOLLOW_UP,), 46, key="j",
        counter=open_count_of, counter_label=_("open, mine"),
    )
)  # fmt: skip
register(
    Entry(
        "phone_answers", pgettext_lazy("navigation", "Answers by telephone"), "feedback:phone_list", "contact",
        (P.SURVEY_ANSWER_FOR,), 47, key="b",
    )
)  # fmt: skip
