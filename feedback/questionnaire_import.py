"""A LimeSurvey questionnaire becomes a draft of ours; its losses stay readable beside it."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bureau.audit import record
from bureau.models import Deed
from feedback import surveys
from feedback.limesurvey import LEFT_OUT, Imported, read_questionnaire, without_old_codes
from feedback.models import Survey

ACTION = "survey.read_in"
LONGEST_TITLE = 200

# What each loss means to whoever goes on with the draft.
LOSS_WORDS = {
    LEFT_OUT: _("This question was left out: our form has nothing like it."),
    "condition": _("The condition is too rich for our form; the question is always shown. Set a simpler one."),
    "attribute": _("This setting of LimeSurvey has no place in our form."),
    "expression_in_text": _("The text holds an expression that LimeSurvey would fill in; it now stands as it is. Write plain words."),
    "validation": _("The answer was checked by a pattern; our form does not have that."),
    "language": _("Our surveys do not have this language; its texts were left out."),
    "language_renamed": _("The texts are in a language that our surveys do not have; they stand under English for now."),
    "media": _("A picture, film, sound or script in the text was left out."),
    "split": _("One question with several boxes became this many questions of their own."),
    "turned_to_rows": _("The table was asked by columns; it is now asked by rows."),
    "two_sided_rows": _("The rows had words at both ends; they now stand as one text."),
    "comments_joined": _("A comment beside each choice became one comment for all."),
    "default_values": _("Answers filled in beforehand were left out; our form never answers for the person."),
    "quotas": _("Quotas were left out."),
    "assessments": _("Assessment rules were left out."),
    "limit": _("The limit is an expression; set a number or a day instead."),
    "time_of_day": _("The time of day was left out; the question asks for the day."),
    "hidden": _("The question was hidden in LimeSurvey; here it is shown. Remove it if nobody should answer it."),
    "no_text": _("The question has no text; its code stands instead."),
    "empty_section": _("No question of this group came along, so the group was left out."),
}  # fmt: skip


@transaction.atomic
def import_questionnaire(*, data: bytes, file_name: str, by) -> tuple[Survey, Imported]:
    """Read the file into a new draft. The report is part of the deed, so that it can be read again later."""
    found = read_questionnaire(data)
    form = without_old_codes(found.form)
    title = form["title"].get("et") or form["title"].get("en") or next(iter(form["title"].values()), "") or file_name
    form["title"] = form["title"] or dict.fromkeys(form["languages"], title)
    survey = surveys.create_survey(
        title_et=title[:LONGEST_TITLE], title_en=form["title"].get("en", "")[:LONGEST_TITLE], draft=form, by=by
    )
    record(
        ACTION, by=by, on=survey, label=survey.title_et, file=file_name[:200], read=found.questions_read,
        made=found.questions_made, losses=[[loss.place, loss.what, loss.detail] for loss in found.losses],
    )  # fmt: skip
    return survey, found


def report_of(survey: Survey) -> Deed | None:
    """The deed by which the survey was read in, if it was."""
    deeds = Deed.objects.filter(object_type=Survey._meta.label_lower, object_id=survey.pk, action=ACTION)
    return deeds.order_by("-id").first()


def loss_words(what: str) -> str:
    return str(LOSS_WORDS.get(what, what))
