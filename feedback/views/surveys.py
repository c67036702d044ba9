"""Making surveys: the list, the survey with its questionnaire, every change of it, publishing and closing."""

import json

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from bureau.key_paging import key, newest_first
from bureau.permissions import requires
from bureau.refusals import DeedRefused, show_in
from bureau.roles import Permission
from bureau.toasts import toast
from feedback import builder, surveys
from feedback.forms.surveys import FormFileForm, NewSurveyForm, QuestionForm, SectionForm, SettingsForm
from feedback.models import OpenLink, Response, Survey
from feedback.questionnaires import TYPES, FormError, faults, in_language, missing_texts, parse
from feedback.ready_questionnaires import templates
from feedback.surveys import SurveyChanged

SEES = (Permission.SURVEY_EDIT, Permission.SURVEY_RESULTS, Permission.SURVEY_ANSWER_FOR)
STATE_TONES = {Survey.State.DRAFT: "outline", Survey.State.PUBLISHED: "good", Survey.State.CLOSED: "neutral"}


def seen(request, code) -> Survey:
    return get_object_or_404(Survey.objects.visible_to(request.user).select_related("owner"), code=code)


@requires(*SEES)
@require_GET
@vary_on_headers("HX-Request")
def survey_list(request):
    state = request.GET.get("state", "")
    found = Survey.objects.visible_to(request.user).select_related("owner")
    if state in Survey.State.values:
        found = found.filter(state=state)
    page = newest_first(found, after=key(request.GET.get("after")), before=key(request.GET.get("before")))
    for survey in page:
        survey.tone = STATE_TONES[survey.state]
    context = {
        "page": page, "states": Survey.State.choices, "state": state, "may_edit": request.user.may(Permission.SURVEY_EDIT),
    }  # fmt: skip
    return render(request, "feedback/survey_list.html" + ("#rows" if request.htmx else ""), context)


@requires(Permission.SURVEY_EDIT)
@require_http_methods(["GET", "POST"])
def survey_new(request):
    ready = templates()
    form = NewSurveyForm(request.POST or None, templates=[(code, one.name) for code, one in ready.items()])
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        chosen = ready.get(data["template"])
        more = {"draft": chosen.form, "purpose": chosen.purpose, "anonymity": chosen.anonymity} if chosen else {}
        try:
            survey = surveys.create_survey(
                title_et=data["title_et"], title_en=data["title_en"], by=request.user, **more
            )
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            return redirect(survey)
    return render(request, "feedback/survey_new.html", {"form": form}, status=422 if request.method == "POST" else 200)


@requires(*SEES)
@require_GET
@never_cache
def survey_detail(request, code):
    survey = seen(request, code)
    may_edit = request.user.may(Permission.SURVEY_EDIT)
    content = survey.draft if may_edit else shown_content(survey)
    latest = surveys.latest_questionnaire(survey)
    is_changed = latest is not None and latest.content_hash != surveys.hash_of(survey.draft)
    context = {
        "survey": survey, "tone": STATE_TONES[survey.state], "sections": outline(content, request.LANGUAGE_CODE),
        "faults": faults(survey.draft) if may_edit else [], "missing": languages_missing(survey.draft) if may_edit else {},
        "latest": latest, "is_changed": is_changed, "may_edit": may_edit,
        "may_publish": request.user.may(Permission.SURVEY_PUBLISH), "may_send": request.user.may(Permission.SURVEY_SEND),
        "answers": Response.objects.counted().filter(survey=survey).count() if request.user.may(Permission.SURVEY_RESULTS) else None,
        "links": links_of(survey, request.user), "open_links": list(OpenLink.objects.filter(survey=survey, is_active=True)[:20]),
    }  # fmt: skip
    return render(request, "feedback/survey_detail.html", context)


def links_of(survey: Survey, user) -> list[tuple[str, str]]:
    """Other pages of the survey that exist and that the person may open."""
    offered = [
        ("feedback:results", _("Results"), Permission.SURVEY_RESULTS, True),
        ("feedback:invitation_rules", _("Sending"), Permission.SURVEY_SEND, True),
        ("feedback:answer_import_new", _("Import answers"), Permission.SURVEY_EDIT, survey.state != Survey.State.DRAFT),
        ("feedback:questionnaire_report", _("Report of the import"), Permission.SURVEY_EDIT, survey.state == Survey.State.DRAFT),
    ]  # fmt: skip
    found = []
    for name, label, permission, applies in offered:
        if applies and user.may(permission) and (url := address_with(name, survey.code)):
            found.append((url, label))
    return found


def address_with(name: str, code: str) -> str:
    try:
        return reverse(name, args=[code])
    except NoReverseMatch:
        return ""


def shown_content(survey: Survey) -> dict:
    latest = surveys.latest_questionnaire(survey)
    return latest.content if latest else survey.draft


def outline(content: dict, language: str) -> list[dict]:
    """Sections and questions as the page lists them; works on a draft with faults too."""
    shown = []
    for section in builder.sections_of(content):
        questions = [
            {
                "code": one["code"], "text": in_language(one.get("text") or {}, language),
                "type": TYPES.get(one.get("type"), one.get("type")), "is_conditional": bool(one.get("show_if")),
                "required": one.get("required"), "measures": one.get("measures"),
            }
            for one in section.get("questions") or []
        ]  # fmt: skip
        title = in_language(section.get("title") or {}, language)
        shown.append({"code": section["code"], "title": title, "is_conditional": bool(section.get("show_if")), "questions": questions})  # fmt: skip
    return shown


def languages_missing(content: dict) -> dict[str, list[str]]:
    try:
        return missing_texts(parse(content))
    except FormError:
        return {}


# --- Changing the draft -----------------------------------------------------------------------------------------------
def saved(request, survey: Survey, draft: dict) -> bool:
    """Keep the changed draft, unless somebody else changed it since the page was opened."""
    try:
        surveys.save_draft(survey=survey, draft=draft, by=request.user, seen_version=survey.draft_version)
    except SurveyChanged:
        toast(request, _("Somebody changed the questionnaire meanwhile. Look at it and do your change again."), tone="bad")  # fmt: skip
        return False
    return True


@requires(Permission.SURVEY_EDIT)
@require_http_methods(["GET", "POST"])
@never_cache
def survey_settings(request, code):
    survey = seen(request, code)
    names = ("title_et", "title_en", "purpose", "unit_id", "opens_on", "closes_on", "anonymity", "smallest_cell")
    initial = {name: getattr(survey, name) for name in names} | {"languages": survey.draft.get("languages", [])}
    form = SettingsForm(request.POST or None, survey=survey, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        languages = data.pop("languages")
        try:
            surveys.change_settings(survey=survey, by=request.user, **data)
            saved(request, survey, {**survey.draft, "languages": [one for one in ("et", "en", "ru") if one in languages]})  # fmt: skip
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            return redirect(survey)
    return edit_page(request, survey, form, _("Settings of the survey"))


def edit_page(request, survey: Survey, form, title: str, **more):
    context = {"survey": survey, "form": form, "title": title, **more}
    return render(request, "feedback/survey_edit.html", context, status=422 if request.method == "POST" else 200)


@requires(Permission.SURVEY_EDIT)
@require_http_methods(["GET", "POST"])
@never_cache
def section_edit(request, code, part=""):
    survey = seen(request, code)
    section = builder.section_by(survey.draft, part) if part else None
    if part and section is None:
        toast(request, _("This section is no longer there."), tone="bad")
        return redirect(survey)
    form = SectionForm(request.POST or None, draft=survey.draft, part=section)
    if request.method == "POST" and form.is_valid():
        try:
            draft = builder.put_section(survey.draft, form.read(), former=part)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            if saved(request, survey, draft):
                return redirect(survey)
    return edit_page(request, survey, form, _("Section") if part else _("New section"), part=part)


@requires(Permission.SURVEY_EDIT)
@require_http_methods(["GET", "POST"])
@never_cache
def question_edit(request, code, part=""):
    survey = seen(request, code)
    found = builder.question_by(survey.draft, part) if part else None
    if part and found is None:
        toast(request, _("This question is no longer there."), tone="bad")
        return redirect(survey)
    if not builder.sections_of(survey.draft):
        toast(request, _("Add a section first; questions stand in sections."))
        return redirect("feedback:section_add", code=code)
    initial = {"section": found[0]["code"] if found else request.GET.get("section", "")}
    form = QuestionForm(request.POST or None, draft=survey.draft, part=found[1] if found else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            draft = builder.put_question(survey.draft, form.read(), section=form.cleaned_data["section"], former=part)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            if saved(request, survey, draft):
                return redirect("feedback:question_add", code=code) if "another" in request.POST else redirect(survey)
    return edit_page(request, survey, form, _("Question") if part else _("New question"), part=part, is_question=True)


@requires(Permission.SURVEY_EDIT)
@require_POST
def part_move(request, code, part, way):
    survey = seen(request, code)
    try:
        saved(request, survey, builder.move(survey.draft, part, up=way == "up"))
    except DeedRefused as refusal:
        toast(request, str(refusal), tone="bad")
    return redirect(f"{survey.get_absolute_url()}#part-{part}")


@requires(Permission.SURVEY_EDIT)
@require_POST
def part_copy(request, code, part):
    survey = seen(request, code)
    try:
        draft, fresh = builder.copy_question(survey.draft, part)
    except DeedRefused as refusal:
        toast(request, str(refusal), tone="bad")
        return redirect(survey)
    saved(request, survey, draft)
    return redirect("feedback:question_edit", code=code, part=fresh)


@requires(Permission.SURVEY_EDIT)
@require_http_methods(["GET", "POST"])
def part_remove(request, code, part):
    survey = seen(request, code)
    if request.method == "POST":
        if saved(request, survey, builder.remove(survey.draft, part)):
            toast(request, _("“%(code)s” was removed from the draft.") % {"code": part})
        return redirect(survey)
    return confirm(
        request, survey, _("Remove “%(code)s” from the draft?") % {"code": part},
        _("A section goes with all its questions. Versions already published keep it."), _("Remove"), danger=True,
    )  # fmt: skip


def confirm(request, survey: Survey, title: str, text: str, action: str, *, danger: bool = False, facts=()):
    context = {
        "title": title, "text": text, "action": action, "cancel_url": survey.get_absolute_url(), "form": None, "facts": facts,
        "trail": [(survey.title, survey.get_absolute_url())], "danger": danger,
    }  # fmt: skip
    return render(request, "components/confirm.html", context)


# --- Its life ---------------------------------------------------------------------------------------------------------
@requires(Permission.SURVEY_PUBLISH)
@require_http_methods(["GET", "POST"])
@never_cache
def survey_publish(request, code):
    survey = seen(request, code)
    if request.method == "POST":
        try:
            made = surveys.publish(survey=survey, by=request.user)
        except DeedRefused as refusal:
            toast(request, str(refusal), tone="bad")
        else:
            toast(request, _("Version %(number)s is published.") % {"number": made.number})
        return redirect(survey)
    obstacles = surveys.obstacles(survey)
    if obstacles:
        return render(request, "feedback/survey_obstacles.html", {"survey": survey, "obstacles": obstacles})
    latest = surveys.latest_questionnaire(survey)
    facts = [
        (_("Version"), (latest.number if latest else 0) + 1), (_("Anonymity"), survey.get_anonymity_display()),
        (_("Smallest group shown"), survey.smallest_cell),
    ]  # fmt: skip
    text = (
        _(
            "From now on people answer this version. Answers to earlier versions stay and are joined by the questions' codes."
        )
        if latest
        else _("Anonymity and the smallest group are fixed by this and cannot be changed later.")
    )
    return confirm(request, survey, _("Publish the questionnaire?"), text, _("Publish"), facts=facts)


@requires(Permission.SURVEY_PUBLISH)
@require_http_methods(["GET", "POST"])
def survey_close(request, code):
    survey = seen(request, code)
    if request.method == "POST":
        return done(request, survey, lambda: surveys.close_survey(survey=survey, by=request.user), _("The survey is closed."))  # fmt: skip
    return confirm(request, survey, _("Close the survey?"), _("Nobody can answer any more; what was answered stays. It may be opened again."), _("Close"))  # fmt: skip


@requires(Permission.SURVEY_PUBLISH)
@require_POST
def survey_reopen(request, code):
    survey = seen(request, code)
    return done(request, survey, lambda: surveys.reopen_survey(survey=survey, by=request.user), _("The survey is open again."))  # fmt: skip


def done(request, survey: Survey, deed, words: str):
    try:
        deed()
    except DeedRefused as refusal:
        toast(request, str(refusal), tone="bad")
    else:
        toast(request, words)
    return redirect(survey)


@requires(Permission.SURVEY_EDIT)
@require_POST
def survey_copy(request, code):
    copied = surveys.copy_survey(survey=seen(request, code), by=request.user)
    toast(request, _("A copy was made; it is a draft of yours."))
    return redirect(copied)


# --- As a file --------------------------------------------------------------------------------------------------------
@requires(Permission.SURVEY_EDIT)
@require_GET
def form_export(request, code):
    survey = seen(request, code)
    response = HttpResponse(json.dumps(survey.draft, ensure_ascii=False, indent=1), content_type="application/json; charset=utf-8")  # fmt: skip
    response["Content-Disposition"] = content_disposition_header(True, f"{survey.code}.json")
    return response


@requires(Permission.SURVEY_EDIT)
@require_http_methods(["GET", "POST"])
def form_import(request):
    """A questionnaire of this desk, as it was taken out, becomes a draft."""
    form = FormFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        found = faults(form.content)
        shape = [fault for fault in found if fault.path == "format"]
        if shape or not isinstance(form.content.get("title"), dict):
            form.add_error("file", _("This is not a questionnaire of this desk."))
        else:
            title = in_language(form.content["title"], "et") or form.cleaned_data["file"].name
            survey = surveys.create_survey(title_et=title[:200], title_en=in_language(form.content["title"], "en")[:200], draft=form.content, by=request.user)  # fmt: skip
            if found:
                toast(request, _("The draft came in with %(count)s faults; they are listed on it.") % {"count": len(found)}, tone="info")  # fmt: skip
            return redirect(survey)
    return render(request, "feedback/form_import.html", {"form": form}, status=422 if request.method == "POST" else 200)  # fmt: skip
