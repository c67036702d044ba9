"""The life of a survey: made, written, published, published anew, closed. What people answered is never rewritten."""

import hashlib
import json
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.audit import record
from bureau.lifecycle import Lifecycle
from bureau.refusals import DeedRefused
from bureau.structure import free_code
from feedback.models import Anonymity, Questionnaire, Survey
from feedback.questionnaires import empty_form, faults, missing_texts, parse

# What is changed of a survey by hand; anonymity and the smallest group only until it is published.
SETTINGS = ("title_et", "title_en", "purpose", "unit_id", "opens_on", "closes_on")
RESERVED_CODES = {"new", "import", "answers"}
FIXED_ONCE_PUBLISHED = ("anonymity", "smallest_cell")


SURVEY_LIFECYCLE = Lifecycle(
    states=Survey.State,
    moves={
        Survey.State.DRAFT: {Survey.State.PUBLISHED},
        Survey.State.PUBLISHED: {Survey.State.CLOSED},
        Survey.State.CLOSED: {Survey.State.PUBLISHED},
    },
    tones={Survey.State.DRAFT: "outline", Survey.State.PUBLISHED: "good", Survey.State.CLOSED: "neutral"},
    refusal=gettext_lazy("The survey is “%(old)s” and cannot become “%(new)s”."),
)


class SurveyChanged(Exception):
    """Somebody changed the draft after the page was opened. Nothing was saved; `survey` is as it stands now."""

    def __init__(self, survey: Survey):
        self.survey = survey
        super().__init__(survey.code)


def locked(survey: Survey, *, seen_version: int | None = None) -> Survey:
    held = Survey.objects.select_for_update(of=("self",)).get(pk=survey.pk)
    if seen_version is not None and held.draft_version != seen_version:
        raise SurveyChanged(held)
    return held


@transaction.atomic
def create_survey(
    *, title_et: str, by, title_en: str = "", draft: dict[str, Any] | None = None, purpose: str = Survey.Purpose.OTHER,
    anonymity: str = Anonymity.CONFIDENTIAL, unit_id: int | None = None, code: str = "",
) -> Survey:  # fmt: skip
    """A new draft, empty or from a template; nobody is asked anything yet."""
    if not title_et.strip():
        raise DeedRefused(_("A survey needs a title."), field="title_et")
    title = {language: text.strip() for language, text in (("et", title_et), ("en", title_en)) if text.strip()}
    survey = Survey(
        code=code or free_address(title_et), title_et=title_et.strip(), title_en=title_en.strip(), purpose=purpose,
        anonymity=anonymity, draft=draft or {**empty_form(), "title": title}, owner=by, unit_id=unit_id,
    )  # fmt: skip
    survey.save(force_insert=True)
    record("survey.created", by=by, on=survey, label=survey.title_et, purpose=purpose)
    return survey


def free_address(title: str) -> str:
    """A code for the address; the words of other pages are kept for them."""
    code = free_code(Survey, title)
    return free_code(Survey, f"{title} 1") if code in RESERVED_CODES else code


@transaction.atomic
def save_draft(*, survey: Survey, draft: dict[str, Any], by, seen_version: int | None = None) -> Survey:
    """Keep the questionnaire as it is now, with its faults: only publishing asks for a whole one."""
    survey = locked(survey, seen_version=seen_version)
    if draft == survey.draft:
        return survey
    survey.draft, survey.draft_version, survey.updated_at = draft, survey.draft_version + 1, timezone.now()
    survey.save(update_fields=["draft", "draft_version", "updated_at"])
    record("survey.drafted", by=by, on=survey, label=survey.title_et, version=survey.draft_version)
    return survey


@transaction.atomic
def change_settings(*, survey: Survey, by, **wanted: Any) -> Survey:
    survey = locked(survey)
    fixed = [name for name in FIXED_ONCE_PUBLISHED if name in wanted and wanted[name] != getattr(survey, name)]
    if fixed and survey.state != Survey.State.DRAFT:
        raise DeedRefused(_("Anonymity and the smallest group are fixed since the survey was published."))
    changed = {}
    for name in (*SETTINGS, *FIXED_ONCE_PUBLISHED):
        if name in wanted and wanted[name] != getattr(survey, name):
            changed[name] = [plain(getattr(survey, name)), plain(wanted[name])]
            setattr(survey, name, wanted[name])
    if survey.opens_on and survey.closes_on and survey.closes_on < survey.opens_on:
        raise DeedRefused(_("The survey would close before it opens."), field="closes_on")
    if changed:
        survey.updated_at = timezone.now()
        survey.save(update_fields=[*(name.removesuffix("_id") for name in changed), "updated_at"])
        record("survey.changed", by=by, on=survey, label=survey.title_et, changed=changed)
    return survey


def plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def obstacles(survey: Survey) -> list[str]:
    """Sentences that say what keeps the draft from being published; empty when it may be."""
    found = [f"{fault.path}: {fault.sentence}" for fault in faults(survey.draft)]
    if found:
        return found
    form = parse(survey.draft)
    for language, places in missing_texts(form).items():
        found.append(
            _("%(count)s texts are missing in the language “%(language)s”: %(places)s")
            % {"count": len(places), "language": language, "places": ", ".join(places[:8])}
        )
    return found + changed_meanings(survey)


def changed_meanings(survey: Survey) -> list[str]:
    """Codes that would mean something else than in an earlier version: trends join answers by code."""
    former: dict[str, tuple[str, int]] = {}
    for published in Questionnaire.objects.filter(survey=survey).order_by("number"):
        former |= {one.code: (one.type, published.number) for one in parse(published.content).questions()}
    return [
        _("The question “%(code)s” was of another type in version %(number)s. Give the new question a new code.")
        % {"code": question.code, "number": former[question.code][1]}
        for question in parse(survey.draft).questions()
        if question.code in former and former[question.code][0] != question.type
    ]


def latest_questionnaire(survey: Survey) -> Questionnaire | None:
    return Questionnaire.objects.filter(survey=survey).order_by("-number").first()


@transaction.atomic
def publish(*, survey: Survey, by, seen_version: int | None = None, at: datetime | None = None) -> Questionnaire:
    """Make the draft the version that people answer. The first time this fixes anonymity and the smallest group.

    The same draft published again gives the version that it gave before. `at`: the moment of it, now when not given.
    """
    survey = locked(survey, seen_version=seen_version)
    if survey.state == Survey.State.CLOSED:
        raise DeedRefused(_("The survey is closed. Open it again first."))
    found = obstacles(survey)
    if found:
        raise DeedRefused(" ".join(found))
    content_hash = hash_of(survey.draft)
    latest = latest_questionnaire(survey)
    if latest is not None and latest.content_hash == content_hash:
        return latest
    made = Questionnaire.objects.create(
        survey=survey, number=latest.number + 1 if latest else 1, content=survey.draft, content_hash=content_hash,
        published_by=by, published_at=at or timezone.now(),
    )  # fmt: skip
    if survey.state == Survey.State.DRAFT:
        survey.state, survey.published_at = Survey.State.PUBLISHED, made.published_at
        survey.save(update_fields=["state", "published_at"])
    record(
        "survey.published", by=by, on=survey, label=survey.title_et, version=made.number, hash=content_hash,
        anonymity=survey.anonymity, smallest_cell=survey.smallest_cell,
    )  # fmt: skip
    return made


def hash_of(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@transaction.atomic
def close_survey(*, survey: Survey, by, reason: str = "") -> Survey:
    """Nobody is asked any more; what was answered stays."""
    survey = locked(survey)
    SURVEY_LIFECYCLE.check_move(survey.state, Survey.State.CLOSED)
    survey.state, survey.closed_at = Survey.State.CLOSED, timezone.now()
    survey.save(update_fields=["state", "closed_at"])
    record("survey.closed", by=by, on=survey, label=survey.title_et, reason=reason)
    return survey


@transaction.atomic
def reopen_survey(*, survey: Survey, by, closes_on: date | None = None) -> Survey:
    survey = locked(survey)
    if survey.state == Survey.State.DRAFT:
        raise DeedRefused(_("Only a closed survey can be opened again."))
    SURVEY_LIFECYCLE.check_move(survey.state, Survey.State.PUBLISHED)
    survey.state, survey.closed_at, survey.closes_on = Survey.State.PUBLISHED, None, closes_on
    survey.save(update_fields=["state", "closed_at", "closes_on"])
    record("survey.reopened", by=by, on=survey, label=survey.title_et)
    return survey


@transaction.atomic
def copy_survey(*, survey: Survey, by) -> Survey:
    """A new draft with the same questions; its anonymity may be chosen anew."""
    copied = create_survey(
        title_et=_("%(title)s (copy)") % {"title": survey.title_et}, title_en=survey.title_en, draft=survey.draft, by=by,
        purpose=survey.purpose, anonymity=survey.anonymity, unit_id=survey.unit_id,
    )  # fmt: skip
    record("survey.copied", by=by, on=copied, label=copied.title_et, source=survey.code)
    return copied
