"""Deeds on a case, each a sheet over its page or a press of a button. Who may, which case, what deed, where next."""

import uuid
from collections.abc import Callable
from datetime import date

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from bureau import reference
from bureau.permissions import requires
from bureau.refusals import DeedRefused, show_in
from bureau.roles import Permission
from bureau.templatetags.formats import day
from bureau.toasts import toast
from complaints import (
    classification,
    closing,
    correspondence,
    extension,
    forwarding,
    links,
    notes,
    party_search,
    reopening,
    transitions,
)  # fmt: skip
from complaints.case_timeline import since, value_words
from complaints.deeds import CaseChanged, last_deed_id
from complaints.extension import Extension
from complaints.forms import cases as forms
from complaints.hand_registration import settle_party
from complaints.letter_gaps import completed
from complaints.mailed_letters import said_of
from complaints.models import Case, CaseKind, CaseLink, Party
from complaints.notice_drafts import extension_notice, forwarding_notice
from complaints.views.cases import posted, seen_case, shown_case


# --- What all sheets share --------------------------------------------------------------------------------------------
def deed(
    request, case: Case, form, *, title: str, action: str, done: str, do: Callable, text: str = "", template: str = "case_deed",
    danger: bool = False, **context,
):  # fmt: skip
    """Ask, do, and go back to the case. A refusal stays on the sheet with what was typed; so does a warning that
    somebody was quicker, which the next press overrules."""
    conflict, status = None, 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                do(form.cleaned_data)
            except DeedRefused as refusal:
                show_in(form, refusal)
            except CaseChanged as changed:
                conflict, status = (
                    since(changed.case, form.cleaned_data.get("seen") or 0, user=request.user),
                    422 if request.htmx else 409,
                )
                case = changed.case
                form.made_anew(version=case.version, seen=last_deed_id(case))
            else:
                toast(request, done)
                return to_case(request, case)
    elif "seen" in form.fields:
        form.initial["seen"] = last_deed_id(case)
    context |= {
        "case": case, "form": form, "title": title, "action": action, "text": text, "conflict": conflict, "danger": danger,
        "url": request.path,
    }  # fmt: skip
    return render(request, f"complaints/{template}.html" + ("#sheet" if request.htmx else ""), context, status=status)


def to_case(request, case: Case):
    url = (
        case.get_absolute_url()
        if Case.objects.visible_to(request.user).filter(pk=case.pk).exists()
        else reverse("complaints:case_list")
    )
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def pressed(request, number: str, do: Callable[[Case, int | None], object], done: str):
    """A deed of one button."""
    case = seen_case(request, number)
    form = forms.ConfirmForm(request.POST, case=case)
    form.is_valid()
    try:
        do(case, form.cleaned_data.get("version"))
    except DeedRefused as refusal:
        toast(request, str(refusal), tone="bad")
    except CaseChanged:
        toast(request, _("The case changed meanwhile; look again before you go on."), tone="warning")
    else:
        toast(request, done)
    return to_case(request, case)


# --- Letters and notes ------------------------------------------------------------------------------------------------
@requires(Permission.CASE_HANDLE)
@require_POST
def case_reply(request, number):
    case = seen_case(request, number)
    form = forms.ReplyForm(request.POST, case=case, clocks=list(case.clocks.all()), today=request.today)
    if not form.is_valid():
        return shown_case(request, case, reply=form, status=422)
    data = form.cleaned_data
    reply = correspondence.Reply(
        text=data["text"], channel_id=data["channel"], key=data["key"], at=data["at"],
        recipient=correspondence.recipient_of(case.party, reference.channels()[data["channel"]].code),
        is_interim=data.get("way") in {"waits", "interim"}, waits_for_client=data.get("way") == "waits",
        clock_ids=frozenset(data["clocks"]) if data.get("clocks") else None,
    )  # fmt: skip
    try:
        message = correspondence.send_reply(case=case, reply=reply, by=request.user, seen_version=form.seen_version)
    except DeedRefused as refusal:
        show_in(form, refusal)
        return shown_case(request, case, reply=form, status=422)
    except CaseChanged as changed:
        conflict = since(changed.case, data.get("seen") or 0, user=request.user)
        form.made_anew(version=changed.case.version, seen=last_deed_id(changed.case))
        case = seen_case(request, number)
        return shown_case(request, case, reply=form, conflict=conflict, status=409)
    toast(request, said_of(message, is_afterwards=data["at"] is not None))
    return redirect(case)


@requires(Permission.CASE_NOTE)
@require_POST
def case_note(request, number):
    case = seen_case(request, number)
    form = forms.NoteForm(request.POST, case=case)
    if not form.is_valid():
        return shown_case(request, case, note=form, status=422)
    try:
        notes.add_note(case=case, by=request.user, text=form.cleaned_data["text"])
    except DeedRefused as refusal:
        show_in(form, refusal)
        return shown_case(request, case, note=form, status=422)
    toast(request, _("The note is added. The client does not see it."))
    if unseen := notes.mentioned_in_vain(case, form.cleaned_data["text"]):
        toast(request, _("Not told, for they do not see this case: %(names)s.") % {"names": ", ".join(unseen)}, tone="warning")  # fmt: skip
    return redirect(case)


@requires(Permission.CASE_HANDLE)
@require_http_methods(["GET", "POST"])
def case_turn(request, number):
    case = seen_case(request, number)
    initial = {"key": uuid.uuid4(), "channel": case.channel_id, "at": timezone.localtime().strftime(forms.MINUTE)}
    form = forms.TurnForm(posted(request), case=case, today=request.today, initial=initial)

    def do(data):
        correspondence.record_turn(
            case=case, by=request.user, text=data["text"], channel_id=data["channel"], at=data["at"], key=data["key"],
            seen_version=form.seen_version,
        )  # fmt: skip
        if data.get("reopen"):
            reopening.reopen_case(case=case, by=request.user, reason=_("the client wrote again"))

    return deed(
        request, case, form, title=_("Record what the client wrote"), action=_("Record"), done=_("The client's turn is recorded."),
        do=do,
    )  # fmt: skip


# --- Moves ------------------------------------------------------------------------------------------------------------
@requires(Permission.CASE_HANDLE)
@require_POST
def case_start(request, number):
    return pressed(
        request, number, lambda case, seen: transitions.start_work(case=case, by=request.user, seen_version=seen),
        _("The case is in progress."),
    )  # fmt: skip


@requires(Permission.CASE_HANDLE)
@require_http_methods(["GET", "POST"])
def case_wait(request, number):
    case = seen_case(request, number)
    form = forms.WaitForm(posted(request), case=case)
    return deed(
        request, case, form, title=_("Wait for something"), action=_("Set waiting"), done=_("The case waits. Its deadlines run on."),
        do=lambda data: transitions.wait(case=case, by=request.user, waiting_for=data["waiting_for"], reason=data["reason"], seen_version=form.seen_version),
    )  # fmt: skip


@requires(Permission.CASE_HANDLE)
@require_http_methods(["GET", "POST"])
def case_close(request, number):
    case = seen_case(request, number)
    form = forms.CloseForm(posted(request), case=case, today=request.today)
    needs = closing.needed_before_closing(case)
    return deed(
        request, case, form, title=_("Close the case"), action=_("Close the case"), done=_("The case is closed."), needs=needs,
        do=lambda data: closing.close_case(
            case=case, by=request.user, outcome=data["outcome"], no_reply=data.get("no_reply", ""), note=data["note"],
            topic_id=data.get("topic"), seen_version=form.seen_version,
        ),
    )  # fmt: skip


@requires(Permission.CASE_HANDLE)
@require_http_methods(["GET", "POST"])
def case_reopen(request, number):
    case = seen_case(request, number)
    form = forms.ReasonForm(posted(request), case=case)
    return deed(
        request, case, form, title=_("Reopen the case"), action=_("Reopen"), done=_("The case is open again, with a new deadline."),
        text=_("A new term begins today, by the rule in force today."),
        do=lambda data: reopening.reopen_case(case=case, by=request.user, reason=data["reason"], seen_version=form.seen_version),
    )  # fmt: skip


@requires(Permission.CASE_HANDLE)
@require_http_methods(["GET", "POST"])
def case_forward(request, number):
    case = seen_case(request, number)
    form = forms.ForwardForm(posted(request), case=case, today=request.today)
    draft = in_language_of(case, lambda: forwarding_notice(case))
    form.fields["notice_text"].initial = draft

    def do(data):
        body = reference.outside_bodies()[data["body"]]
        name = body.name_en if case.language == "en" else body.name_et
        told = completed(data["notice_text"], shown=draft, now=draft, words=name)
        sending = forwarding.SendingOn(
            body_id=data["body"], is_whole=data["is_whole"], reason=data["reason"], at=data["at"],
            notice_text="" if data["no_notice_because"].strip() else told,
            notice_channel_id=data["notice_channel"], notice_recipient=form.notice_recipient(case),
            no_notice_because=data["no_notice_because"],
        )  # fmt: skip
        forwarding.forward_case(case=case, sending=sending, by=request.user, seen_version=form.seen_version)

    to = correspondence.recipient_of(case.party, "")
    return deed(
        request, case, form, title=_("Forward to another body"), action=_("Forward and tell %(recipient)s") % {"recipient": to},
        done=_("The case is forwarded."), do=do,
    )  # fmt: skip


def in_language_of(case: Case, make: Callable[[], str]) -> str:
    """A letter is drafted in the language of the case, not of the page."""
    with translation.override("en" if case.language == "en" else "et"):
        return make()


@requires(Permission.CASE_EXTEND, Permission.CASE_HANDLE)
@require_http_methods(["GET", "POST"])
def case_extend(request, number):
    """Grant, for who may; ask, for who handles. What was asked for stands in the form of who grants."""
    case = seen_case(request, number)
    clocks = extension.extendable(case)
    if not clocks:
        toast(request, _("No deadline of this case can be extended."), tone="info")
        return to_case(request, case)
    may_grant = request.user.may(Permission.CASE_EXTEND)
    asked = extension.pending_asks(case)
    clock = next((one for one in clocks if one.pk in asked), clocks[0])
    ask = asked.get(clock.pk)
    until = extension.advised(clock)
    draft = in_language_of(case, lambda: extension_notice(case, until))
    shown_until = date.fromisoformat(ask.data["until"]) if ask else until
    initial = {"clock": clock.pk, "until": until, "notice_text": draft}
    if ask:
        initial |= {"until": ask.data["until"], "reason": ask.reason, "notice_text": ask.data["notice_text"]}
        initial |= {"notice_channel": ask.data["notice_channel"]} if ask.data.get("notice_channel") else {}
    form = forms.ExtensionForm(posted(request), case=case, clocks=clocks, today=request.today, initial=initial)
    if not may_grant:  # what is asked for leaves when it is granted
        form.fields.pop("sends_restricted", None)

    def do(data):
        told = completed(
            data["notice_text"], shown=draft, words=data["reason"],
            now=in_language_of(case, lambda: extension_notice(case, data["until"])),
            shown_day=day(shown_until), now_day=day(data["until"]),
        )  # fmt: skip
        wanted = Extension(
            clock_id=data["clock"], until=data["until"], reason=data["reason"], notice_text=told,
            notice_channel_id=data["notice_channel"], notice_recipient=form.notice_recipient(case),
        )  # fmt: skip
        act = extension.extend_clock if may_grant else extension.ask_extension
        act(case=case, extension=wanted, by=request.user, seen_version=form.seen_version)

    limits = [(one, extension.longest(one)) for one in clocks]
    return deed(
        request, case, form, template="case_extend", limits=limits, ask=ask if may_grant else None,
        ask_by=reference.people().get(ask.actor_id, "") if ask else "",
        decline=forms.DeclineForm(case=case, initial={"clock": clock.pk}, auto_id="decline_%s") if ask and may_grant else None,
        title=_("Extend the deadline") if may_grant else _("Ask for an extension"),
        action=_("Extend and tell %(recipient)s") % {"recipient": correspondence.recipient_of(case.party, "")} if may_grant else _("Ask"),
        done=_("The deadline is extended and the notice recorded.") if may_grant else _("Asked. You will hear when it is decided."),
        do=do,
    )  # fmt: skip


@requires(Permission.CASE_EXTEND)
@require_POST
def case_extend_decline(request, number):
    case = seen_case(request, number)
    form = forms.DeclineForm(request.POST, case=case)
    if not form.is_valid():
        toast(request, _("Say why it is not granted."), tone="bad")
        return redirect("complaints:case_extend", number=case.number)
    try:
        extension.decline_extension(
            case=case, clock_id=form.cleaned_data["clock"], reason=form.cleaned_data["reason"], by=request.user
        )
    except DeedRefused as refusal:
        toast(request, str(refusal), tone="bad")
    else:
        toast(request, _("The answer is recorded and told."))
    return to_case(request, case)


# --- What the case is -------------------------------------------------------------------------------------------------
@requires(Permission.CASE_HANDLE)
@require_http_methods(["GET", "POST"])
def case_change(request, number):
    case = seen_case(request, number)
    form = forms.FactsForm(posted(request), case=case, today=request.today)
    clashes = []

    def do(data):
        seen, wanted = form.seen_and_wanted()
        try:
            classification.change_case(
                case=case, seen=seen, wanted=wanted, by=request.user, reason=data["reason"], overrule=data["overrule"]
            )
        except classification.FactsClash as clash:
            clashes.extend(
                {
                    "label": form.fields[one.field].label, "seen": value_words(one.field, one.seen),
                    "now": value_words(one.field, one.now), "wanted": value_words(one.field, one.wanted),
                }
                for one in clash.clashes
            )  # fmt: skip
            form.data = form.data.copy()
            form.data["overrule"] = "on"
            raise DeedRefused(
                _("Somebody changed the same facts meanwhile. Look below; saving again keeps yours.")
            ) from clash

    return deed(
        request, case, form, template="case_change", clashes=clashes, title=_("Change the facts"), action=_("Save"),
        done=_("The facts are changed."), do=do,
    )  # fmt: skip


@requires(Permission.CASE_HANDLE)
@require_http_methods(["GET", "POST"])
def case_party(request, number):
    """Another party, one already known or somebody new."""
    case = seen_case(request, number)
    form = forms.PartyForm(posted(request), case=case)
    who = request.POST.get("who", "").replace("\x00", "")
    form.offer(party_search.find_parties(who, user=request.user) if who else [])

    def do(data):
        party = chosen_party(request, data)
        classification.change_case(
            case=case, seen={"party_id": case.party_id}, wanted={"party_id": party.pk if party else None}, by=request.user,
            reason=data["reason"],
        )  # fmt: skip

    def chosen_party(request, data) -> Party | None:
        if data["party"]:
            return get_object_or_404(Party.objects.visible_to(request.user), pk=data["party"])
        return settle_party(data["who"], user=request.user)

    return deed(
        request, case, form, title=_("Change the party"), action=_("Save"), done=_("The party is changed."), do=do,
        text=_("Type a name, a phone number, an e-mail address or a registry code. Empty means anonymous."),
    )  # fmt: skip


@requires(Permission.CASE_HANDLE)
@require_http_methods(["GET", "POST"])
def case_request(request, number):
    case = seen_case(request, number)
    form = forms.RequestForm(posted(request), case=case, today=request.today)

    def do(data):
        if data["what"] == "not_ours":
            forwarding.mark_not_ours(case=case, by=request.user, seen_version=form.seen_version)
        else:
            kind = CaseKind.objects.get(pk=data["kind"])
            forwarding.add_request(case=case, kind=kind, by=request.user, seen_version=form.seen_version)

    return deed(
        request, case, form, title=_("It holds one more request"), action=_("Start its deadline"),
        done=_("The further deadline runs."), text=_("Its term runs from the same registration."), do=do,
    )  # fmt: skip


# --- Links, following -------------------------------------------------------------------------------------------------
@requires(Permission.CASE_HANDLE)
@require_http_methods(["GET", "POST"])
def case_link(request, number):
    case = seen_case(request, number)
    other = request.GET.get("other", "")
    form = forms.LinkForm(posted(request), case=case, user=request.user, initial={"other": other})
    return deed(
        request, case, form, title=_("Link to another case"), action=_("Link"), done=_("The cases are linked."),
        do=lambda data: links.link_cases(case=case, other=data["other"], kind=data["kind"], by=request.user),
    )  # fmt: skip


@requires(Permission.CASE_HANDLE)
@require_POST
def case_unlink(request, number):
    case = seen_case(request, number)
    form = forms.UnlinkForm(request.POST)
    form.is_valid()
    seen = Case.objects.visible_to(request.user).values("pk")
    both = CaseLink.objects.filter(case__in=seen, other__in=seen)
    link = get_object_or_404(both.filter(case=case) | both.filter(other=case), pk=form.cleaned_data.get("link"))
    links.unlink_cases(link=link, by=request.user)
    toast(request, _("The link is taken away."), tone="info")
    return to_case(request, case)


@requires(Permission.CASE_VIEW)
@require_POST
def case_follow(request, number):
    return pressed(
        request,
        number,
        lambda case, seen: notes.follow(case=case, by=request.user),
        _("You hear of every deed on this case."),
    )


@requires(Permission.CASE_VIEW)
@require_POST
def case_unfollow(request, number):
    return pressed(
        request,
        number,
        lambda case, seen: notes.unfollow(case=case, by=request.user),
        _("You no longer follow this case."),
    )
