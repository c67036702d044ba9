"""A challenge (HMS ch. 5) as a proceeding of the case."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from bureau.roles import Permission
from complaints import challenge_deed_texts, challenge_stages, challenges, proceedings
from complaints.case_actions import Action
from complaints.challenge_page import challenge_page
from complaints.models import Case
from complaints.proceedings import Panel, Proceeding


def panel(*, case: Case, user, today: date) -> Panel | None:
    shown = challenge_page(case=case, user=user)
    return Panel("complaints/challenge_panel.html", shown) if shown else None


def actions(*, case: Case, user) -> list[Action]:
    if not case.is_open or not user.may(Permission.COMPLAINT_HANDLE) or getattr(case, "challenge", None) is not None:
        return []
    url = reverse("complaints:challenge_treat", args=[case.number])
    return [Action("treat_challenge", _("Treat as a challenge"), url, "complaint")]


proceedings.register(
    Proceeding(
        code="challenge",
        order=20,
        relation="challenge",
        begin=challenges.open_challenge,
        begin_by_kind=challenge_stages.begin_by_kind,
        check_may_close=challenge_stages.check_may_close,
        panel=panel,
        actions=actions,
        timeline_words=challenge_deed_texts.TIMELINE,
    )
)
