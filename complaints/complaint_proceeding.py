"""Complaint handling as a proceeding of the case."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from bureau.roles import Permission
from complaints import complaint_deed_texts, complaint_handling, complaint_stages, proceedings
from complaints.case_actions import Action
from complaints.complaint_page import complaint_page
from complaints.models import Case, Stage
from complaints.proceedings import CaseMove, Panel, Proceeding


def follow(case: Case, move: CaseMove, *, by, reason: str = "") -> None:
    if move == CaseMove.CLOSED:
        complaint_stages.follow_closing(case, by=by)
    else:
        new = {CaseMove.FORWARDED: Stage.FORWARDED, CaseMove.REOPENED: Stage.REOPENED}[move]
        complaint_stages.follow(case, new, by=by, reason=reason)


def panel(*, case: Case, user, today: date) -> Panel | None:
    shown = complaint_page(case=case, user=user, today=today)
    return Panel("complaints/complaint_panel.html", shown, shows_needs=True) if shown else None


def actions(*, case: Case, user) -> list[Action]:
    if not case.is_open or not user.may(Permission.COMPLAINT_HANDLE) or getattr(case, "complaint", None) is not None:
        return []
    return [
        Action(
            "treat", _("Treat as a complaint"), reverse("complaints:complaint_treat", args=[case.number]), "complaint"
        )
    ]


def ends_case(case: Case) -> bool:
    complaint = getattr(case, "complaint", None)
    return complaint is not None and complaint.is_complaint and not complaint.is_ended


proceedings.register(
    Proceeding(
        code="complaint",
        order=10,
        relation="complaint",
        begin=complaint_handling.treat_as_complaint,
        begin_by_kind=complaint_stages.open_by_kind,
        check_may_close=complaint_stages.check_may_close,
        follow=follow,
        panel=panel,
        actions=actions,
        ends_case=ends_case,
        timeline_words=complaint_deed_texts.TIMELINE,
    )
)
