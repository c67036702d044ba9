"""The list of cases and the case itself."""

from django.db.models import CharField
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bureau import drafts, prepared
from bureau.audit import record_reading
from bureau.models import SavedView, User
from bureau.navigation import address
from bureau.permissions import requires
from bureau.prepared import Given
from bureau.roles import Permission
from bureau.substitution import act_for
from bureau.toasts import toast
from complaints import case_list as lists
from complaints import presence, proceedings
from complaints.assignment import people_who_handle
from complaints.case_page import case_page
from complaints.case_timeline import GROUPS, timeline_of
from complaints.correspondence import NOTE_DRAFT, REPLY_DRAFT
from complaints.filter_chips import chips_of, filter_of, views_of
from complaints.filters import CaseFilter
from complaints.forms.case_lists import FilterForm, ListForm, ViewForm
from complaints.forms.cases import NoteForm, PresenceForm, ReplyForm, TimelineForm, fresh_reply
from complaints.models import Case
from complaints.persons_work import may_narrow_to


def seen_case(request, number: str, *related: str) -> Case:
    """The case, if it exists for this person; else 404, whether it exists or not. Looking at a restricted one is recorded."""
    seen = prepared.for_person("case by number", request.user, _by_number)
    case = get_object_or_404(Case.objects.select_related("party", *related), pk__in=seen.keys(number=number.upper()))
    act_for(request.user, [case.assignee_id])
    if case.is_restricted and request.method == "GET":
        record_reading(user=request.user, way="view", on=case, restricted=True)
    return case


def _by_number(user) -> prepared.Statement:
    return prepared.statement_of(
        Case.objects.visible_to(user).filter(number=Given("number", CharField())).values("pk")
    )


def posted(request):
    """What a form is bound to: an empty POST is a POST too."""
    return request.POST if request.method == "POST" else None


# --- The list ---------------------------------------------------------------------------------------------------------
@requires(Permission.CASE_VIEW)
@require_GET
def case_list(request):
    user, query = request.user, request.GET
    if not request.htmx and not all(query.values()):
        return redirect(f"{request.path}?{filter_of(query)}")  # a filter form sends its empty fields too
    setting = lists.setting_of(user)
    sort = lists.order_of(query, setting)
    narrowed = CaseFilter(query, Case.objects.visible_to(user), request=request)
    cases = narrowed.qs
    page = lists.case_page(
        cases=cases, sort=sort, columns=setting.columns, after=query.get("after", ""), before=query.get("before", ""),
        user=user, today=request.today, is_counted=not narrowed.is_frequent,
    )  # fmt: skip
    chips = chips_of(query, user=user)
    url = reverse("complaints:case_list")
    context = {
        "page": page,
        "columns": [lists.COLUMNS[code] for code in setting.columns],
        "chips": chips,
        "views": views_of(query, user=user, page=lists.PAGE, url=url),
        "is_narrowed": bool(filter_of(query)),
        "filter": filter_of(query),
        "may_assign": user.may(Permission.CASE_ASSIGN),
        "may_register": user.may(Permission.CASE_REGISTER),
        "may_export": user.may(Permission.CASE_EXPORT),
        "export_url": export_url(query),
        "list_url": url,
        "words": query.get("q", ""),
        "kept": [(name, value) for name, value in query.items() if name not in {"q", "after", "before"}],
    }
    response = render(request, "complaints/case_list.html" + ("#list" if request.htmx else ""), context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def export_url(query) -> str:
    url = address("complaints:case_export")
    return f"{url}?{filter_of(query)}" if url else ""


@requires(Permission.CASE_VIEW)
@require_GET
def case_filter(request):
    """The whole filter as a form; the list answers it."""
    handlers = [choice for choice in people_who_handle(request.today) if may_narrow_to(request.user, choice[0])]
    form = FilterForm(initial=request.GET.dict(), handlers=handlers, today=request.today)
    return render(
        request, "complaints/case_filter.html" + ("#sheet" if request.htmx else ""),
        {"form": form, "sort": request.GET.get("sort", "")},
    )  # fmt: skip


@requires(Permission.CASE_VIEW)
@require_http_methods(["GET", "POST"])
def case_columns(request):
    """Which columns a person wants to see, in which order and how dense."""
    setting = lists.setting_of(request.user)
    form = ListForm(
        posted(request),
        initial={"columns": setting.columns, "sort": setting.sort, "density": request.user.density},
        auto_id="sheet_%s",
    )
    form.fields["columns"].choices = [
        (code, column.label) for code, column in lists.COLUMNS.items() if code not in lists.ALWAYS
    ]
    form.fields["sort"].choices = [
        ("due", _("earliest deadline first")), ("-due", _("latest deadline first")), ("-registered", _("newest first")),
        ("registered", _("oldest first")), ("number", _("by number")), ("-number", _("by number, last first")),
    ]  # fmt: skip
    form.fields["density"].choices = User.Density.choices
    if request.method == "POST" and form.is_valid():
        lists.keep_setting(user=request.user, **form.cleaned_data)
        return back_to_list(request)
    context = {
        "form": form,
        "title": _("Columns and order"),
        "action": _("Save"),
        "url": reverse("complaints:case_columns"),
    }
    return render(
        request, "complaints/list_setting.html" + ("#sheet" if request.htmx else ""), context,
        status=422 if request.method == "POST" else 200,
    )  # fmt: skip


def back_to_list(request, query: str = ""):
    from django_htmx.http import HttpResponseClientRedirect

    url = reverse("complaints:case_list") + (f"?{query}" if query else "")
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


@requires(Permission.CASE_VIEW)
@require_http_methods(["GET", "POST"])
def case_view_save(request):
    """Keep the filter under a name, for oneself or for the team."""
    form = ViewForm(posted(request), initial={"query": filter_of(request.GET)}, auto_id="sheet_%s")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        SavedView.objects.update_or_create(
            user=request.user,
            page=lists.PAGE,
            name=data["name"],
            defaults={"query": data["query"], "is_shared": data["is_shared"]},
        )
        toast(request, _("The view “%(name)s” is saved.") % {"name": data["name"]})
        return back_to_list(request, data["query"])
    mine = SavedView.objects.filter(user=request.user, page=lists.PAGE)
    context = {
        "form": form, "title": _("Save this view"), "action": _("Save the view"), "mine": mine,
        "url": reverse("complaints:case_view_save"),
    }  # fmt: skip
    return render(
        request, "complaints/list_setting.html" + ("#sheet" if request.htmx else ""), context,
        status=422 if request.method == "POST" else 200,
    )  # fmt: skip


@requires(Permission.CASE_VIEW)
@require_POST
def case_view_delete(request, pk):
    view = get_object_or_404(SavedView, pk=pk, user=request.user, page=lists.PAGE)
    view.delete()
    toast(request, _("The view “%(name)s” is gone.") % {"name": view.name}, tone="info")
    return back_to_list(request)


# --- One case ---------------------------------------------------------------------------------------------------------
@requires(Permission.CASE_VIEW)
@require_GET
def case_detail(request, number):
    case = seen_case(request, number, *proceedings.relations())
    if case.number != number:
        return redirect(case)
    form = TimelineForm(request.GET)
    form.is_valid()
    shown = [group for group in form.cleaned_data.get("show", "").split(",") if group in GROUPS] or list(GROUPS)
    if request.htmx and request.htmx.target == "timeline":
        context = {
            "timeline": timeline_of(case, user=request.user, shown=shown),
            "groups": groups_of(shown),
            "case": case,
        }
        return render(request, "complaints/case_detail.html#timeline", context)
    return shown_case(request, case, shown=shown)


def groups_of(shown) -> list[dict]:
    """Groups of the timeline with the address that shows or hides each."""
    rows = []
    for code, label in GROUPS.items():
        is_shown = code in shown
        left = [one for one in GROUPS if (one in shown) != (one == code)]
        rows.append({"code": code, "label": label, "is_shown": is_shown, "show": ",".join(left)})
    return rows


def shown_case(request, case: Case, *, shown=tuple(GROUPS), reply: ReplyForm | None = None, note: NoteForm | None = None, conflict=None, status=200):  # fmt: skip
    """The page of a case; with a refused letter or note on it, what was typed stays."""
    if case.is_restricted and request.method == "POST":
        record_reading(user=request.user, way="view", on=case, restricted=True)
    user = request.user
    page = case_page(case=case, user=user, today=request.today, shown=shown)
    kept = {draft.form: draft for draft in page.drafts}
    reply_draft, note_draft = kept.get(REPLY_DRAFT), kept.get(NOTE_DRAFT)
    base = {"version": case.version, "seen": page.timeline.last_deed_id}
    if page.actions.may_reply:
        reply = reply or ReplyForm(
            case=case, clocks=page.clock_rows, today=request.today,
            initial=base | fresh_reply(case, reply_draft.data if reply_draft else {}),
        )  # fmt: skip
    if page.actions.may_note:
        typed = note_draft.data if note_draft else {}
        kept_words = {name: typed[name] for name in ("key", "text") if typed.get(name)}
        note = note or NoteForm(case=case, initial=base | kept_words)
    context = {
        "case": case, "page": page, "reply": reply, "note": note, "conflict": conflict, "reply_draft": reply_draft,
        "note_draft": note_draft, "timeline": page.timeline, "groups": groups_of(shown), "today": request.today,
        "present": page.present, "heartbeat": presence.HEARTBEAT_SECONDS,
    }  # fmt: skip
    return render(request, "complaints/case_detail.html", context, status=status)


@requires(Permission.CASE_VIEW)
@require_POST
def case_presence(request, number):
    """Heartbeat of an open page: tells that I am here, answers who else is."""
    case = get_object_or_404(Case.objects.visible_to(request.user).only("pk", "number"), number=number)
    form = PresenceForm(request.POST)
    form.is_valid()
    presence.beat(user_id=request.user.pk, case_id=case.pk, is_writing=form.cleaned_data.get("writing", False))
    others = presence.present_at([case.pk], but_not=request.user.pk)[case.pk]
    return render(request, "complaints/case_detail.html#presence", {"present": others})


@requires(Permission.CASE_HANDLE)
@require_POST
def case_draft_discard(request, number):
    """Throw an unfinished reply away; for those without script."""
    case = seen_case(request, number)
    drafts.discard_draft(user=request.user, form=REPLY_DRAFT, subject=case.number)
    return redirect(case)
