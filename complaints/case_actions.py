"""What a person may do with a case as it stands: by its status and by the person's rights. Asked by the page's header."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bureau.roles import Permission
from complaints import proceedings
from complaints.models import Case, Status
from complaints.transitions import CASE_LIFECYCLE


@dataclass(frozen=True)
class Action:
    """A deed on the page: a sheet to fill in, or (`posts`) one press of a button."""

    code: str
    label: str
    url: str
    icon: str = ""
    key: str = ""
    posts: bool = False
    is_danger: bool = False


@dataclass(frozen=True)
class Actions:
    """`primary` is the one thing mostly done next; `shown` stand beside it; `more` in the menu."""

    primary: Action | None
    shown: list[Action]
    more: list[Action]
    may_reply: bool
    may_note: bool


def actions_for(*, case: Case, user, is_followed: bool, can_extend: bool) -> Actions:
    handles = user.may(Permission.CASE_HANDLE)
    assigns = user.may(Permission.CASE_ASSIGN)
    is_open, mine = case.is_open, case.assignee_id == user.pk

    def sheet(code: str, label: str, icon: str = "", key: str = "", is_danger: bool = False) -> Action:
        return Action(
            code, label, reverse(f"complaints:case_{code}", args=[case.number]), icon, key, is_danger=is_danger
        )

    def press(code: str, label: str, icon: str = "", key: str = "") -> Action:
        return Action(code, label, reverse(f"complaints:case_{code}", args=[case.number]), icon, key, posts=True)

    ends_otherwise = proceedings.ends_case(case)
    shown: list[Action] = []
    more: list[Action] = []
    primary = None
    if handles and is_open:
        primary = Action("reply", pgettext("deed to do", "Reply"), "#reply_text", "reply", "r")
        shown.append(sheet("forward", _("Forward"), "forward"))
    elif handles and case.status in {Status.ANSWERED, Status.FORWARDED}:
        # What a proceeding ends is closed by the deed on its panel.
        primary = None if ends_otherwise else sheet("close", _("Close"), "check")
        shown.append(sheet("reopen", _("Reopen"), "undo"))
    elif handles and case.status == Status.CLOSED:
        primary = sheet("reopen", _("Reopen"), "undo")
    if is_open and can_extend and (handles or user.may(Permission.CASE_EXTEND)):
        label = _("Extend the deadline") if user.may(Permission.CASE_EXTEND) else _("Ask for an extension")
        shown.append(sheet("extend", label, "clock"))
    if handles and is_open:
        if CASE_LIFECYCLE.may_move(case.status, Status.IN_PROGRESS):
            more.append(press("start", _("Start work"), "play"))
        if CASE_LIFECYCLE.may_move(case.status, Status.WAITING):
            more.append(sheet("wait", _("Wait for something"), "pause"))
    if handles and is_open and case.assignee_id is None:
        more.append(press("take", _("Take it myself"), "person"))
    if assigns and is_open:
        more.append(sheet("assign", _("Assign"), "person", "a"))
    if is_open and case.assignee_id and (assigns or (handles and mine)):
        more.append(sheet("unassign", _("Return to the queue"), "inbox"))
    if handles:
        more.append(sheet("turn", _("Record what the client wrote"), "mail"))
        more.append(sheet("change", _("Change the facts"), "edit"))
        more.append(sheet("party", _("Change the party"), "person"))
        if is_open:
            more.append(sheet("request", _("It holds one more request"), "plus"))
        more.append(sheet("link", _("Link to another case"), "link"))
    more += proceedings.actions(case=case, user=user)
    if user.may(Permission.CASE_RESTRICT):
        if case.is_restricted:
            more.append(sheet("restrict", _("Change the restriction"), "lock"))
            more.append(sheet("unrestrict", _("Lift the restriction"), "lock"))
            more.append(sheet("let_in", _("Let a person in"), "person"))
        else:
            more.append(sheet("restrict", _("Restrict access"), "lock"))
    if handles and is_open and not ends_otherwise:
        more.append(sheet("close", _("Close without a reply"), "check", is_danger=True))
    follow = press("unfollow", _("Unfollow"), "eye", "f") if is_followed else press("follow", _("Follow"), "eye", "f")
    more.append(follow)
    return Actions(primary, shown, more, may_reply=handles, may_note=user.may(Permission.CASE_NOTE))
