"""Making surveys: the list, the survey with its questionnaire, every change of it, publishing and closing."""

from urllib.parse import urlencode

from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from bureau.key_paging import key, newest_first
from bureau.permissions import requires
from bureau.refusals import DeedRefused, show_in
from bureau.role_holdings import who_may
from bureau.roles import Permission
from bureau.toasts import toast
from feedback import builder, surveys
from feedback.forms.surveys import (
    LANGUAGE_LABELS,
    FormTextsForm,
    NewSurveyForm,
    QuestionForm,
    SectionForm,
    SettingsForm,
    SurveyFilterForm,
    VersionForm,
    VersionsForm,
)
from feedback.models import OpenLink, Questionnaire, Response, Survey
from feedback.questionnaires import TYPE_HELP, TYPES, FormError, completeness, faults, in_language, parse
from feedback.ready_questionnaires import templates
from feedback.surveys import SURVEY_LIFECYCLE, SurveyChanged
from feedback.version_comparison import changes

SEES = (Permission.SURVEY_EDIT, Permission.SURVEY_RESULTS, Permission.SURVEY_ANSWER_FOR)


def seen(request, code) -> Survey:
    return get_object_or_404(Survey.objects.visible_to(request.user).select_related("owner"), code=code)


@requires(*SEES)
@require_GET
@vary_on_headers("HX-Request")
def survey_list(request):
    form = SurveyFilterForm(request.GET)
    asked = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    found = Survey.objects.visible_to(request.user).select_related("owner").filter(**asked)
    page = newest_first(found, after=key(request.GET.get("after")), before=key(request.GET.get("before")))
    for survey in page:
        survey.tone = SURVEY_LIFECYCLE.tones[survey.state]
    context = {
        "page": page, "chips": [chip(request, form["state"]), chip(request, form["purpose"])], "is_filtered": bool(asked),
        "may_edit": request.user.may(Permission.SURVEY_EDIT),
    }  # fmt: skip
    return render(request, "feedback/survey_list.html" + ("#rows" if request.htmx else ""), context)


def chip(request, bound) -> dict:
    """One filter as a chip with its values; the other filters stay."""
    kept = {name: value for name, value in request.GET.items() if name not in (bound.name, "after", "before")}
    value = bound.value() or ""
    options = [
        {"label": label if code else _("All"), "url": f"?{urlencode({**kept, bound.name: code})}", "is_current": code == value}
        for code, label in bound.field.choices
    ]  # fmt: skip
    said = next((str(label) for code, label in bound.field.choices if code and code == value), "")
    return {"label": f"{bound.label}: {said}" if said else bound.label, "is_active": bool(said), "options": options}


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
def survey_detail(request, code):
    survey = seen(request, code)
    may_edit = request.user.may(Permission.SURVEY_EDIT)
    content = survey.draft if may_edit else shown_content(survey)
    latest = surveys.latest_questionnaire(survey)
    is_changed = latest is not None and latest.content_hash != surveys.hash_of(survey.draft)
    context = {
        "survey": survey, "trail": trail_to(survey)[:1], "tone": SURVEY_LIFECYCLE.tones[survey.state], "sections": outline(content, request.LANGUAGE_CODE),
        "faults": [(fault, place_url(survey, fault.path)) for fault in faults(survey.draft)] if may_edit else [],
        "wholeness": languages_of(survey) if may_edit else [],
        "latest": latest, "is_changed": is_changed, "may_edit": may_edit,
        "may_publish": request.user.may(Permission.SURVEY_PUBLISH), "publishers": publishers_for(request, survey, is_changed or not latest), "may_send": request.user.may(Permission.SURVEY_SEND),
        "answers": Response.objects.counted().filter(survey=survey).count() if request.user.may(Permission.SURVEY_RESULTS) else None,
        "tabs": tabs_of(survey, request.user, "feedback:survey_detail"), "open_links": list(OpenLink.objects.filter(survey=survey, is_active=True)[:20]),
    }  # fmt: skip
    return render(request, "feedback/survey_detail.html", context)


def trail_to(survey: Survey) -> list[tuple[str, str]]:
    return [(_("Surveys"), reverse("feedback:survey_list")), (survey.title, survey.get_absolute_url())]


def tabs_of(survey: Survey, user, current: str) -> list[dict]:
    """The pages of a survey that exist and that the person may open."""
    offered = [
        ("feedback:survey_detail", _("Questionnaire"), SEES, True),
        ("feedback:survey_versions", _("Versions"), SEES, True),
        ("feedback:invitation_rules", _("Sending"), (Permission.SURVEY_SEND,), True),
        ("feedback:invitation_list", _("Invitations"), (Permission.SURVEY_SEND,), True),
        ("feedback:response_list", _("Answers"), (Permission.SURVEY_RESPONSES,), survey.state != Survey.State.DRAFT),
        ("feedback:results", _("Results"), (Permission.SURVEY_RESULTS,), survey.state != Survey.State.DRAFT),
        ("feedback:answer_import_new", _("Import answers"), (Permission.SURVEY_EDIT,), survey.state != Survey.State.DRAFT),
        ("feedback:questionnaire_report", _("Report of the import"), (Permission.SURVEY_EDIT,), survey.state == Survey.State.DRAFT),
    ]  # fmt: skip
    found = []
    for name, label, permissions, applies in offered:
        if applies and any(user.may(one) for one in permissions) and (url := address_with(name, survey.code)):
            found.append({"label": label, "url": url, "is_current": name == current})
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


def languages_of(survey: Survey) -> list[dict]:
    """How whole each language is: texts there of those wanted, and the places that lack words."""
    try:
        found = completeness(parse(survey.draft))
    except FormError:
        return []
    return [
        {
            "label": LANGUAGE_LABELS[language], "there": whole.there, "wanted": whole.wanted,
            "missing": [(place, place_url(survey, place)) for place in whole.missing],
        }
        for language, whole in found.items()
    ]  # fmt: skip


def place_url(survey: Survey, path: str) -> str:
    """Where a place of the draft (`csat.text`) is edited; the survey itself for what has no page of its own."""
    part = path.partition(".")[0]
    if builder.question_by(survey.draft, part):
        return reverse("feedback:question_edit", args=[survey.code, part])
    if builder.section_by(survey.draft, part):
        return reverse("feedback:section_edit", args=[survey.code, part])
    if part in ("title", "intro", "thanks"):
        return reverse("feedback:survey_texts", args=[survey.code])
    return reverse("feedback:survey_settings", args=[survey.code]) if part == "languages" else ""


@requires(*SEES)
@require_GET
def survey_versions(request, code):
    """Versions that were published, and what two of them differ in; the draft is compared too by whoever makes it."""
    survey = seen(request, code)
    may_edit = request.user.may(Permission.SURVEY_EDIT)
    found = list(Questionnaire.objects.filter(survey=survey).select_related("published_by").order_by("-number"))
    contents = {str(one.number): one.content for one in found}
    labels = [(number, _("version %(number)s") % {"number": number}) for number in contents]
    if may_edit:
        contents = {"draft": survey.draft, **contents}
        labels = [("draft", _("the draft")), *labels]
    form = VersionsForm(request.GET or None, labels=labels, initial=first_pair(list(contents)))
    asked = form.cleaned_data if form.is_valid() else form.initial
    compared, broken = None, ""
    if asked.get("old") in contents and asked.get("new") in contents:
        try:
            compared = changes(parse(contents[asked["old"]]), parse(contents[asked["new"]]))
        except FormError:
            broken = _("The draft has faults; it can be compared when they are mended.")
    context = {
        "survey": survey, "trail": trail_to(survey)[:1], "tabs": tabs_of(survey, request.user, "feedback:survey_versions"), "versions": found, "form": form,
        "compared": compared, "broken": broken, "labels": dict(labels), "asked": asked,
    }  # fmt: skip
    return render(request, "feedback/survey_versions.html", context)


def first_pair(names: list[str]) -> dict[str, str]:
    """The newest against the one before it."""
    return {"new": names[0], "old": names[1]} if len(names) > 1 else {}


# --- Changing the draft -----------------------------------------------------------------------------------------------
def saved(request, survey: Survey, draft: dict) -> bool:
    """Keep the changed draft, unless somebody else changes it at the same moment."""
    try:
        surveys.save_draft(survey=survey, draft=draft, by=request.user, seen_version=survey.draft_version)
    except SurveyChanged:
        toast(request, _("Somebody changed the questionnaire meanwhile. Look at it and do your change again."), tone="bad")  # fmt: skip
        return False
    return True


def saved_from(request, survey: Survey, form, draft: dict) -> bool:
    """Keep what a page changed. Was the draft changed since the page was opened, the page comes again with what was typed."""
    try:
        surveys.save_draft(survey=survey, draft=draft, by=request.user, seen_version=form.cleaned_data["version"])
    except SurveyChanged as changed:
        form.add_error(None, _("Somebody changed the questionnaire meanwhile. What you typed is kept: save again to put it into the changed one."))  # fmt: skip
        form.data = form.data.copy()
        form.data["version"] = changed.survey.draft_version
        return False
    return True


@requires(Permission.SURVEY_EDIT)
@require_http_methods(["GET", "POST"])
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
    context = {"survey": survey, "form": form, "title": title, "trail": trail_to(survey), **more}
    return render(request, "feedback/survey_edit.html", context, status=422 if request.method == "POST" else 200)


@requires(Permission.SURVEY_EDIT)
@require_http_methods(["GET", "POST"])
def survey_texts(request, code):
    survey = seen(request, code)
    form = FormTextsForm(request.POST or None, draft=survey.draft, version=survey.draft_version, part=survey.draft)
    if (
        request.method == "POST"
        and form.is_valid()
        and saved_from(request, survey, form, {**survey.draft, **form.read()})
    ):
        return redirect(survey)
    return edit_page(request, survey, form, _("Title, introduction and thanks"))


@requires(Permission.SURVEY_EDIT)
@require_http_methods(["GET", "POST"])
def section_edit(request, code, part=""):
    survey = seen(request, code)
    section = builder.section_by(survey.draft, part) if part else None
    if part and section is None:
        toast(request, _("This section is no longer there."), tone="bad")
        return redirect(survey)
    form = SectionForm(request.POST or None, draft=survey.draft, version=survey.draft_version, part=section)
    if request.method == "POST" and form.is_valid():
        try:
            draft = builder.put_section(survey.draft, form.read(), former=part)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            if saved_from(request, survey, form, draft):
                return redirect(f"{survey.get_absolute_url()}#part-{form.cleaned_data['code']}")
    return edit_page(request, survey, form, _("Section") if part else _("New section"), part=part)


@requires(Permission.SURVEY_EDIT)
@require_http_methods(["GET", "POST"])
def question_edit(request, code, part=""):
    survey = seen(request, code)
    found = builder.question_by(survey.draft, part) if part else None
    if part and found is None:
        toast(request, _("This question is no longer there."), tone="bad")
        return redirect(survey)
    if not builder.sections_of(survey.draft):
        toast(request, _("Add a section first; questions stand in sections."), tone="info")
        return redirect("feedback:section_add", code=code)
    held = found[1] if found else None
    kind = request.GET.get("type") or (held or {}).get("type")
    if kind not in TYPES:
        return types_page(request, survey, part)
    initial = {"section": found[0]["code"] if found else request.GET.get("section", "")}
    form = QuestionForm(request.POST or None, draft=survey.draft, version=survey.draft_version, part=held, kind=kind, initial=initial)  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            draft = builder.put_question(survey.draft, form.read(), section=form.cleaned_data["section"], former=part)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            if saved_from(request, survey, form, draft):
                return redirect(after_question(survey, form, more="more" in request.POST, another="another" in request.POST))  # fmt: skip
    return edit_page(
        request, survey, form, f"{_('Question') if part else _('New question')}: {TYPES[kind]}", part=part, is_question=True,
        help=TYPE_HELP[kind],
    )  # fmt: skip


def after_question(survey: Survey, form: QuestionForm, *, more: bool, another: bool) -> str:
    code, section = form.cleaned_data["code"], form.cleaned_data["section"]
    if more:  # more empty lines for choices
        return reverse("feedback:question_edit", args=[survey.code, code])
    if another:
        return f"{reverse('feedback:question_add', args=[survey.code])}?{urlencode({'section': section})}"
    return f"{survey.get_absolute_url()}#part-{code}"


def types_page(request, survey: Survey, part: str):
    """The twelve types to choose from, each with what it is for."""
    kept = {"section": request.GET["section"]} if request.GET.get("section") else {}
    types = [(f"?{urlencode({**kept, 'type': code})}", name, TYPE_HELP[code]) for code, name in TYPES.items()]
    return render(
        request,
        "feedback/survey_types.html",
        {"survey": survey, "types": types, "part": part, "trail": trail_to(survey)},
    )


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


def confirm(request, survey: Survey, title: str, text: str, action: str, *, danger: bool = False, facts=(), form=None):
    context = {
        "title": title, "text": text, "action": action, "cancel_url": survey.get_absolute_url(), "form": form, "facts": facts,
        "trail": trail_to(survey), "danger": danger,
    }  # fmt: skip
    return render(
        request, "components/confirm.html", context, status=422 if form is not None and form.is_bound else 200
    )


def publishers_for(request, survey, is_unpublished: bool) -> list[str]:
    """Who may publish what the person has written and may not publish; nobody where there is nothing to publish."""
    if not is_unpublished or survey.state == Survey.State.CLOSED or not request.user.may(Permission.SURVEY_EDIT):
        return []
    return [] if request.user.may(Permission.SURVEY_PUBLISH) else who_may(Permission.SURVEY_PUBLISH, request.today)


# --- Its life ---------------------------------------------------------------------------------------------------------
@requires(Permission.SURVEY_PUBLISH)
@require_http_methods(["GET", "POST"])
def survey_publish(request, code):
    survey = seen(request, code)
    form = VersionForm(request.POST or None, initial={"version": survey.draft_version})
    if request.method == "POST" and form.is_valid():
        try:
            made = surveys.publish(survey=survey, by=request.user, seen_version=form.cleaned_data["version"])
        except SurveyChanged:
            toast(request, _("Somebody changed the questionnaire meanwhile. Look at it once more before you publish it."), tone="bad")  # fmt: skip
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
    return confirm(request, survey, _("Publish the questionnaire?"), text, _("Publish"), facts=facts, form=form)


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
