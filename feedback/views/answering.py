"""The public pages of a survey: no sign-in, no script, one section a page, resumable, in the client's language."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_http_methods

from bureau.client_address import client_address
from bureau.permissions import requires
from bureau.refusals import DeedRefused
from bureau.roles import Permission
from bureau.submissions import keyed_by, may_be_repeated
from feedback import crowding, follow_ups, responses
from feedback.answer_words import LANGUAGE_NAMES, error_in, words
from feedback.forms.answering import AnswerForm, ContactWishForm, DeclineForm, initial_of
from feedback.models import Anonymity, Questionnaire, Response, Survey
from feedback.questionnaires import FormError, clean_answers, in_language, parse, shown_questions
from feedback.responses import AlreadyAnswered, Door, NotOpen
from feedback.surveys import latest_questionnaire

COOKIE, DONE_COOKIE = "survey", "survey_done"
COOKIE_SECONDS = 12 * 3600
LONGEST_SITTING = 6 * 3600
MOST_WISHES = 3


@dataclass(frozen=True)
class Visit:
    """Which door the visitor came by, kept in a signed cookie so that no token stays in the address."""

    door: str
    language: str = ""
    preset: dict[str, str] | None = None

    def opened(self) -> Door | None:
        kind, _colon, rest = self.door.partition(":")
        if kind == "t":
            return responses.door_of_token(rest)
        key, _colon, visitor = rest.partition(":")
        return responses.door_of_link(key, visitor) if kind == "o" and visitor else None


def visit_of(request) -> Visit | None:
    try:
        kept = signing.loads(request.COOKIES.get(COOKIE, ""), salt=COOKIE, max_age=COOKIE_SECONDS)
    except signing.BadSignature:
        return None
    return Visit(kept["d"], kept.get("l", ""), kept.get("p"))


def keep_visit(response: HttpResponse, visit: Visit) -> HttpResponse:
    value = signing.dumps({"d": visit.door, "l": visit.language, "p": visit.preset or {}}, salt=COOKIE)
    return set_cookie(response, COOKIE, value)


def set_cookie(response: HttpResponse, name: str, value: str) -> HttpResponse:
    response.set_cookie(
        name, value, max_age=COOKIE_SECONDS, path="/answer/", httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response


def page(request, template: str, language: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A public page in the visitor's language; its address leads nowhere else and is kept by nobody."""
    spoken = language if language in ("et", "en") else "en"
    with translation.override(spoken):
        said = {"words": words(language), "language": language, "frame_template": "feedback/answer_base.html"}
        response = render(request, template, {**said, **context}, status=status)
    # No token stands in the address any more; with "no-referrer" a browser would send its forms without their origin.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex"
    response["Content-Language"] = language
    return response


def closed_door(request, language: str = "et") -> HttpResponse:
    """The same page for a token unknown, old or used: a stranger learns nothing by trying."""
    return page(request, "feedback/answer_closed.html", language, {}, status=404)


# --- Doors ------------------------------------------------------------------------------------------------------------
@login_not_required
@require_GET
def answer_token(request, token):
    """From the address in the letter to a cookie. Looking changes nothing, also when a mail scanner looks first."""
    door = responses.door_of_token(responses.token_hash_of(token))
    if door is None or responses.is_spent(door):
        return closed_door(request)
    preset = {name: value for name, value in request.GET.items() if len(name) <= 40 and len(value) <= 40}
    visit = Visit(f"t:{door.token_hash}", door.invitation.language, preset)
    return keep_visit(no_trace(redirect("feedback:answer_form")), visit)


@login_not_required
@require_GET
def answer_open(request, key):
    visitor = uuid.uuid4().hex
    before = visit_of(request)
    if before is not None and before.door.startswith(f"o:{key}:"):
        visitor = before.door.rpartition(":")[2]
    door = responses.door_of_link(key, visitor)
    if door is None:
        return closed_door(request)
    return keep_visit(no_trace(redirect("feedback:answer_form")), Visit(f"o:{key}:{visitor}"))


def no_trace(response: HttpResponse) -> HttpResponse:
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


# --- The form ---------------------------------------------------------------------------------------------------------
@login_not_required
@require_http_methods(["GET", "POST"])
@may_be_repeated  # an answer has a key of its own, and no moment of sending stands beside an anonymous one
def answer_form(request):
    visit = visit_of(request)
    door = visit.opened() if visit else None
    if visit is None or door is None or responses.is_spent(door):
        return closed_door(request, visit.language if visit and visit.language else "et")
    questionnaire = latest_questionnaire(door.survey)
    if questionnaire is None:
        return closed_door(request)
    filling = Filling(request, door, questionnaire, visit)
    return filling.sent() if request.method == "POST" else filling.asked()


@requires(Permission.SURVEY_EDIT)
@require_http_methods(["GET", "POST"])
@may_be_repeated
def answer_preview(request, code):
    """The draft as clients will see it. A test answer is checked as a real one and counts nowhere."""
    survey = get_object_or_404(Survey.objects.visible_to(request.user), code=code)
    try:
        parse(survey.draft)
    except FormError as fault:
        return page(request, "feedback/answer_preview_broken.html", request.LANGUAGE_CODE, {"survey": survey, "faults": fault.faults}, status=422)  # fmt: skip
    door = Door(survey=survey, way=Response.Way.PREVIEW, key_hash=responses.unfinished_key(f"p{survey.pk}:{request.user.pk}"))  # fmt: skip
    unsaved = Questionnaire(survey=survey, number=0, content=survey.draft)
    filling = Filling(request, door, unsaved, Visit("", request.LANGUAGE_CODE))
    return filling.sent() if request.method == "POST" else filling.asked()


class Filling:
    """One form being filled in: what is kept of it, which section is shown, and what was sent."""

    def __init__(self, request, door: Door, questionnaire: Questionnaire, visit: Visit):
        self.request, self.door, self.visit = request, door, visit
        self.kept = None if door.is_test else responses.unfinished_of(door)
        # Who began with an earlier version goes on with it.
        self.questionnaire = self.kept.questionnaire if self.kept else questionnaire
        self.form = parse(self.questionnaire.content)
        self.language = self.chosen_language()
        self.answers = dict(self.kept.data["answers"]) if self.kept else {}
        self.texts = dict(self.kept.data["texts"]) if self.kept else {}
        if door.is_test and request.method == "POST":
            self.read_carried()

    def chosen_language(self) -> str:
        wished = self.request.POST.get("switch") or (self.kept.language if self.kept else "") or self.visit.language
        spoken = self.request.POST.get("language") or wished
        for language in (self.request.POST.get("switch"), spoken, wished, self.request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)):  # fmt: skip
            if language in self.form.languages:
                return language
        return self.form.languages[0]

    def read_carried(self) -> None:
        """A preview keeps nothing in the database: earlier sections travel with the form, signed."""
        try:
            carried = signing.loads(self.request.POST.get("carried", ""), salt="preview")
        except signing.BadSignature:
            return
        self.answers, self.texts = carried["answers"], carried["texts"]

    # -- Asking --------------------------------------------------------------------------------------------------------
    def sections(self):
        return shown_questions(self.form, self.answers, self.texts)

    def asked(
        self, section_code: str = "", status: int = 200, form: AnswerForm | None = None, note: str = "",
        asked_before: set[str] | None = None,
    ):  # fmt: skip
        shown = self.sections()
        if not shown:
            return closed_door(self.request, self.language)
        codes = [section.code for section, _questions in shown]
        wanted = section_code or (self.kept.section if self.kept else "")
        at = codes.index(wanted) if wanted in codes else 0
        section, questions = shown[at]
        if form is None:
            initial = initial_of(questions, {**self.preset(), **self.answers}, self.texts)
            form = AnswerForm(section=section, questions=questions, language=self.language, initial=initial)
            form.initial |= {
                "key": self.kept.submission_key if self.kept else uuid.uuid4(), "section": section.code,
                "begun": (self.kept.begun_at if self.kept else timezone.now()).isoformat(),
            }  # fmt: skip
        further = (
            [q for q in questions if q.type != "information" and q.code not in asked_before]
            if asked_before is not None
            else []
        )
        several = len(self.form.sections) > 1
        context = {
            "survey": self.door.survey, "form": form, "title": in_language(self.form.title, self.language),
            "intro": in_language(self.form.intro, self.language) if at == 0 else "",
            "section_title": in_language(section.title, self.language), "section_text": in_language(section.text, self.language),
            "is_first": at == 0, "is_last": at == len(shown) - 1, "is_preset": bool(self.preset()) and at == 0,
            "step": words(self.language)["step"].format(at=at + 1, of=len(shown)) if several else "",
            "languages": [(one, LANGUAGE_NAMES[one]) for one in self.form.languages if one != self.language],
            "privacy": words(self.language)[self.door.survey.anonymity], "is_test": self.door.is_test, "note": note,
            "further": [(one.code, in_language(one.text, self.language)) for one in further],
            "carried": signing.dumps({"answers": self.answers, "texts": self.texts}, salt="preview") if self.door.is_test else "",
            "may_decline": self.door.way == Response.Way.INVITATION,
        }  # fmt: skip
        return page(self.request, "feedback/answer_form.html", self.language, context, status=status)

    def preset(self) -> dict[str, Any]:
        """A mark chosen in the letter: only shown as chosen, never taken before it is confirmed."""
        found, _texts, _errors = clean_answers(self.form, self.visit.preset or {}, {}, required=False)
        return found

    # -- Taking --------------------------------------------------------------------------------------------------------
    def sent(self):
        shown = self.sections()
        codes = [section.code for section, _questions in shown]
        named = self.request.POST.get("section", "")
        at = codes.index(named) if named in codes else 0
        section, questions = shown[at]
        form = AnswerForm(self.request.POST, section=section, questions=questions, language=self.language)
        form.is_valid()
        for name in [one for names in form.names.values() for one in names]:
            form.errors.pop(name, None)  # the rule speaks, in the client's language
        key = form.cleaned_data.get("key") or uuid.uuid4()
        known = None if self.door.is_test else Response.objects.filter(submission_key=key).first()
        if known is not None:
            return self.done(known)
        raw, texts = form.answers()
        self.answers = {code: value for code, value in self.answers.items() if code not in form.names} | raw
        self.texts = {
            code: text for code, text in self.texts.items() if code.partition("#")[0] not in form.names
        } | texts
        with translation.override("et" if self.language == "et" else "en"):
            answers, kept_texts, errors = clean_answers(self.form, self.answers, self.texts)
        goes_back, switches = "back" in self.request.POST, "switch" in self.request.POST
        here = {code: error_in(self.language, error) for code, error in errors.items() if code in form.names}
        if here and not (goes_back or switches):
            form.show_errors(here)
            return self.asked(section.code, status=422, form=form)
        until = self.waits_until(key)
        if until is not None:
            return self.told_to_wait(until, section.code, form)
        self.answers, self.texts = answers, kept_texts
        shown = self.sections()
        codes = [one.code for one, _questions in shown]
        at = codes.index(section.code) if section.code in codes else 0
        if not (goes_back or switches) and self.has_more_to_ask(shown[at], form):
            self.keep(key, section.code)
            # Shown at once: what came up and why is told to whoever sent the page, and to nobody who opens it later.
            return self.asked(section.code, asked_before=set(form.names))
        if switches or goes_back or at < len(shown) - 1:
            to = section.code if switches else codes[max(0, at - 1)] if goes_back else codes[at + 1]
            self.keep(key, to)
            return self.asked(to) if self.door.is_test else self.at(to)
        missing = next((one.code for one, asked in shown if any(q.code in errors for q in asked)), None)
        if missing:
            self.keep(key, missing)
            return self.asked(missing)
        return self.finished(key, form)

    def waits_until(self, key) -> datetime | None:
        """When too many forms were begun where this one comes from; who goes on with a form begun before never waits."""
        link = self.door.open_link
        if link is None or (self.kept is not None and self.kept.submission_key == key):
            return None
        return crowding.wait_until(link=link, address=client_address(self.request), now=timezone.now())

    def told_to_wait(self, until: datetime, section_code: str, form: AnswerForm) -> HttpResponse:
        """The same page with all that was typed: nothing of it is kept by us, and nothing is lost."""
        told = words(self.language)["too_many_text"].format(at=f"{timezone.localtime(until):%H.%M}")
        response = self.asked(section_code, status=429, form=form, note=told)
        response["Retry-After"] = str(max(1, int((until - timezone.now()).total_seconds()) + 1))
        return response

    @staticmethod
    def has_more_to_ask(part, form: AnswerForm) -> bool:
        """Whether what was answered brings up further questions on the same page."""
        section, questions = part
        asked_now = {question.code for question in questions if question.type != "information"}
        return section.code == form.part.code and not asked_now <= set(form.names)

    def keep(self, key, section: str) -> None:
        if not self.door.is_test:
            self.kept = responses.keep_unfinished(
                door=self.door, questionnaire=self.questionnaire, submission_key=key, answers=self.answers, texts=self.texts,
                language=self.language, section=section,
            )  # fmt: skip

    def at(self, section: str):
        visit = Visit(self.visit.door, self.language, self.visit.preset)
        return keep_visit(redirect("feedback:answer_form"), visit)

    def finished(self, key, form: AnswerForm):
        if self.door.is_test:
            return page(self.request, "feedback/answer_thanks.html", self.language, {"is_test": True, "thanks": in_language(self.form.thanks, self.language), "back_url": self.door.survey.get_absolute_url()})  # fmt: skip
        try:
            response = responses.submit(
                door=self.door, questionnaire=self.questionnaire, submission_key=key, answers=self.answers, texts=self.texts,
                language=self.language, seconds=self.seconds(form),
            )  # fmt: skip
        except (AlreadyAnswered, NotOpen):
            return closed_door(self.request, self.language)
        return self.done(response)

    def seconds(self, form: AnswerForm) -> int | None:
        begun = self.kept.begun_at if self.kept else parse_datetime(form.cleaned_data.get("begun") or "")
        if begun is None or begun.tzinfo is None:
            return None
        taken = int((timezone.now() - begun).total_seconds())
        return taken if 0 <= taken <= LONGEST_SITTING else None

    def done(self, response: Response):
        """On to the thanks. Only an answer that is not anonymous is remembered by the visitor's cookie."""
        anonymous = response.anonymity == Anonymity.ANONYMOUS
        kept = {"s": response.survey_id, "r": "" if anonymous else str(response.pk), "l": self.language, "w": uuid.uuid4().hex}  # fmt: skip
        answer = redirect("feedback:answer_thanks")
        set_cookie(answer, DONE_COOKIE, signing.dumps(kept, salt=DONE_COOKIE))
        if self.door.open_link is not None:
            answer.delete_cookie(COOKIE, path="/answer/")
        return answer


# --- Afterwards -------------------------------------------------------------------------------------------------------
def thanked(request) -> dict[str, str] | None:
    """What the cookie of somebody who has answered says."""
    try:
        return signing.loads(request.COOKIES.get(DONE_COOKIE, ""), salt=DONE_COOKIE, max_age=COOKIE_SECONDS)
    except signing.BadSignature:
        return None


def key_of_wish(request) -> uuid.UUID | None:
    """One answer asks to be contacted once, however many pages of thanks are open."""
    kept = thanked(request)
    return uuid.uuid5(uuid.UUID(kept["w"]), "wish") if kept else None


@login_not_required
@require_http_methods(["GET", "POST"])
@keyed_by(key_of_wish)
def answer_thanks(request):
    """Thanks, and the offer to be contacted, which is kept apart where the survey is anonymous."""
    kept = thanked(request)
    if kept is None:
        return closed_door(request)
    survey = get_object_or_404(Survey, pk=kept["s"])
    language = kept["l"]
    questionnaire = latest_questionnaire(survey)
    form = ContactWishForm(request.POST or None, language=language)
    wished_key = f"wished:{kept['w']}"
    wishes = cache.get(wished_key, 0)
    # A corrected number is a wish of its own; a visitor who goes on and on is not.
    may_wish = wishes < MOST_WISHES
    if request.method == "POST" and may_wish and form.is_valid():
        response = Response.objects.filter(pk=kept["r"]).first() if kept["r"] else None
        try:
            follow_ups.wish_contact(survey=survey, response=response, today=timezone.localdate(), **form.cleaned_data)
        except DeedRefused as refusal:
            form.add_error("reach", str(refusal))
        else:
            cache.set(wished_key, wishes + 1, COOKIE_SECONDS)
            return redirect("feedback:answer_thanks")
    thanks = in_language(parse(questionnaire.content).thanks, language) if questionnaire else ""
    is_refused = request.method == "POST" and may_wish
    context = {
        "thanks": thanks, "form": form, "is_wished": bool(wishes) and not is_refused,
        "is_anonymous": survey.anonymity == Anonymity.ANONYMOUS,
    }  # fmt: skip
    return page(request, "feedback/answer_thanks.html", language, context, status=422 if is_refused else 200)


@login_not_required
@require_http_methods(["GET", "POST"])
def answer_decline(request):
    """Not to be asked any more. The link in a letter leads here; only the button does it."""
    visit = visit_of(request)
    door = visit.opened() if visit else None
    if visit is None or door is None or door.invitation is None:
        return closed_door(request)
    language = visit.language if visit.language in LANGUAGE_NAMES else "et"
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        responses.decline(invitation=door.invitation, today=timezone.localdate())
        return page(request, "feedback/answer_declined.html", language, {"is_done": True})
    return page(request, "feedback/answer_declined.html", language, {"is_done": False})


@login_not_required
@require_GET
def answer_decline_token(request, token):
    door = responses.door_of_token(responses.token_hash_of(token))
    if door is None:
        return closed_door(request)
    visit = Visit(f"t:{door.token_hash}", door.invitation.language)
    return keep_visit(no_trace(redirect(reverse("feedback:answer_decline"))), visit)
