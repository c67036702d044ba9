"""Results of a survey: scores first, then each question, trend, comparison, cross-table; single answers and texts."""

import uuid
from datetime import date

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bureau import charts
from bureau.audit import record_reading
from bureau.models import Cause
from bureau.permissions import requires
from bureau.refusals import DeedRefused, show_in
from bureau.roles import Permission
from bureau.small_numbers import is_small
from bureau.templatetags.formats import month, number, percent, signed
from bureau.toasts import toast
from feedback import answer_exports, open_answers, result_charts, results, weighting
from feedback.forms.results import LookAtTextForm, ResultFilterForm
from feedback.models import OpenAnswer, Response, Survey
from feedback.questionnaires import in_language

MEASURE_WORDS = {
    "satisfaction": (lambda: _("Satisfied (4 and 5 of 5)")), "effort": (lambda: _("Found it easy (5–7 of 7)")),
    "recommendation": (lambda: _("Recommendation index")),
}  # fmt: skip
ROWS = 50


def seen(request, code) -> Survey:
    return get_object_or_404(Survey.objects.visible_to(request.user), code=code)


def in_words(score: dict) -> str:
    """A score with its interval, as it is spoken: 78 % (72–83 %), n = 214."""
    if score["unit"] == "share":
        return _("%(value)s (%(low)s–%(high)s), %(n)s answers") % {
            "value": percent(score["value"]), "low": percent(score["low"]), "high": percent(score["high"]), "n": number(score["n"]),
        }  # fmt: skip
    return _("%(value)s (%(low)s to %(high)s), %(n)s answers") % {
        "value": signed(score["value"], 0), "low": signed(score["low"], 0), "high": signed(score["high"], 0), "n": number(score["n"]),
    }  # fmt: skip


@requires(Permission.SURVEY_RESULTS)
@require_GET
def survey_results(request, code):
    survey = seen(request, code)
    survey.stamped = results.stamp(survey)
    scope = results.scope_of(request.user)
    measured = results.measured_questions(survey)
    form = ResultFilterForm(request.GET or None, survey=survey, scope=scope, questions=results.all_questions(survey))
    form.is_valid()
    wanted = results.allowed(form.read(), scope)
    found = results.results_for(survey, wanted, scope)
    shown = [] if found.is_hidden else [
        {
            "label": MEASURE_WORDS[score["what"]](), "words": in_words(score), "is_small": is_small(score["n"]), "code": score["code"],
            "value": percent(score["value"]) if score["unit"] == "share" else signed(score["value"], 0),
            "mean": score["index"],
        }
        for score in found.scores
    ]  # fmt: skip
    first = next((question for question in measured if any(score["code"] == question.code for score in found.scores)), None)  # fmt: skip
    by = form.cleaned_data.get("by") or "channel" if form.is_bound else "channel"
    context = {
        "survey": survey, "form": form, "found": found, "scores": shown, "first": first, "by": by, "scope": scope,
        "trend": trend_shown(survey, first, wanted, scope) if first and not found.is_hidden else None,
        "comparison": results.comparison_of(survey, first, by, wanted) if first and not found.is_hidden and scope is None else [],
        "cross": crossed(survey, form, wanted) if scope is None and not found.is_hidden else None,
        "weighting": weighted_shown(survey, first, by) if first and scope is None and not found.is_hidden and not form_narrows(wanted) else None,
        "questions": [question_shown(one) for one in found.questions], "query": request.GET.urlencode(),
        "may_see_answers": request.user.may(Permission.SURVEY_RESPONSES), "may_export": request.user.may(Permission.SURVEY_EXPORT), "may_write_sav": answer_exports.may_write_sav(),
    }  # fmt: skip
    return render(request, "feedback/results.html", context)


def form_narrows(wanted: results.Filter) -> bool:
    return wanted != results.Filter()


def weighted_shown(survey, question, by) -> dict | None:
    """How far those who answered stand for those who could have: in words, with the table of strata."""
    by = by if by in weighting.WEIGHTED_BY else "channel"
    found = weighting.weighting_of(survey, question, by)
    if found is None:
        return None
    return {"found": found, "score": weighted_words(found), "missing": missing_words(found)}


def weighted_words(found: weighting.Weighting) -> str:
    if not found.is_weighted:
        return _("Not weighted: some group has fewer than thirty answers, and a weight from a handful misleads more than it mends.")  # fmt: skip
    words = _("Weighted as the groups stand among all who could have been asked: %(value)s (%(low)s–%(high)s); unweighted %(plain)s. Design effect %(effect)s: the answers are worth %(size)s unweighted ones.") % {
        "value": percent(found.value), "low": percent(found.low), "high": percent(found.high), "plain": percent(found.unweighted),
        "effect": number(found.effect, 2), "size": number(found.effective_n, 0),
    }  # fmt: skip
    if found.finite_factor < 1:
        words += " " + _("A random sample of a large part of all: the interval is drawn in by the factor %(factor)s.") % {"factor": number(found.finite_factor, 2)}  # fmt: skip
    return words


def missing_words(found: weighting.Weighting) -> str:
    """Who answered and who did not."""
    ends = found.least_and_most
    if ends is None:
        return ""
    least, most = ends
    return _("Of those asked, most answered in the group “%(most)s” (%(most_rate)s) and fewest in “%(least)s” (%(least_rate)s).") % {
        "most": most.label, "most_rate": percent(most.rate), "least": least.label, "least_rate": percent(least.rate),
    }  # fmt: skip


def trend_shown(survey, question, wanted, scope) -> dict | None:
    months = results.trend_for(survey, question, wanted, scope)
    counted = [one for one in months if one["score"]]
    if len(counted) < 2:
        return None
    is_share = counted[0]["score"]["unit"] == "share"
    scale = 100 if is_share else 1
    points = tuple(
        result_charts.Point(
            label=f"{one['month']:%m.%y}", value=value_of(one, "value", scale), low=value_of(one, "low", scale), high=value_of(one, "high", scale),
            tip=f"{month(one['month'])}: {in_words(one['score'])}" if one["score"] else f"{month(one['month'])}: {_('too few answers')}",
        )
        for one in months
    )  # fmt: skip
    data = result_charts.TrendData(points, 0 if is_share else -100, 100)
    last, before = counted[-1], counted[-2]
    sentence = _("In %(month)s: %(score)s; the month before: %(before)s.") % {
        "month": month(last["month"]), "score": in_words(last["score"]), "before": in_words(before["score"]),
    }  # fmt: skip
    rows = [[month(one["month"]), in_words(one["score"]) if one["score"] else _("too few answers")] for one in months]
    return {"svg": charts.draw(result_charts.trend, data), "sentence": sentence, "rows": rows, "columns": [_("Month"), _("Score")]}  # fmt: skip


def value_of(one: dict, name: str, scale: int) -> float | None:
    return round(one["score"][name] * scale, 2) if one["score"] else None


def question_shown(result: results.QuestionResult) -> dict:
    """A question with its drawing, its sentence and the table of its numbers."""
    shown = {"result": result, "svg": "", "columns": [], "rows": [], "sentence": ""}
    if result.type == "matrix":
        shown["matrix"] = result.rows
        return shown
    if not result.rows:
        return shown
    bars = tuple(
        result_charts.Bar(one["label"][:40], one["count"], f"{percent(one['share'])} ({number(one['count'])})" if one["share"] is not None else number(one["count"]))
        for one in result.rows
    )  # fmt: skip
    most = max(result.rows, key=lambda one: one["count"])
    shown["svg"] = charts.draw(result_charts.bars, result_charts.BarData(bars))
    shown["sentence"] = _("Most often: %(label)s, %(share)s of %(n)s answers.") % {
        "label": most["label"], "share": percent(most["share"]) if most["share"] is not None else "–", "n": number(result.n),
    }  # fmt: skip
    shown["columns"] = [_("Answer"), _("Answers"), _("Share"), _("95% interval")]
    shown["rows"] = [
        [one["label"], number(one["count"]), percent(one["share"]) if one["share"] is not None else "–", f"{percent(one['low'])}–{percent(one['high'])}" if one["low"] is not None else "–"]
        for one in result.rows
    ]  # fmt: skip
    return shown


def crossed(survey, form, wanted) -> dict | None:
    if not form.is_bound or not form.cleaned_data.get("cross_a") or not form.cleaned_data.get("cross_b"):
        return None
    asked = {question.code: question for question in results.all_questions(survey)}
    first, second = asked.get(form.cleaned_data["cross_a"]), asked.get(form.cleaned_data["cross_b"])
    return results.cross_table(survey, first, second, wanted) if first and second else None


# --- Single answers and texts -----------------------------------------------------------------------------------------
@requires(Permission.SURVEY_RESPONSES)
@require_GET
def response_list(request, code):
    """Whole answers, newest first, without anything that leads to a person."""
    survey = seen(request, code)
    seen_rows = Response.objects.visible_to(request.user).counted().filter(survey=survey)
    after = request.GET.get("after", "")
    day, _colon, key = after.partition("_")
    page = seen_rows
    if key:
        page = keyed(page, day, key)
    rows = list(page.order_by("-answered_on", "-id")[: ROWS + 1])
    questions = [q for q in results.all_questions(survey) if q.type not in ("information", "text")]
    shown = [
        {"response": one, "cells": [results.in_words(q, one.answers.get(q.code)) for q in questions]}
        for one in rows[:ROWS]
    ]
    next_key = f"{rows[ROWS - 1].answered_on:%Y-%m-%d}_{rows[ROWS - 1].pk}" if len(rows) > ROWS else ""
    record_reading(user=request.user, way="view", on=survey, label=survey.title_et, page="answers")
    context = {"survey": survey, "rows": shown, "questions": questions, "next_key": next_key}
    return render(request, "feedback/response_list.html", context)


def keyed(page, day: str, key: str):
    """Rows after this one in the order of the list; an address that is no key begins at the first page."""
    try:
        on, pk = date.fromisoformat(day), uuid.UUID(key)
    except ValueError:
        return page
    return page.filter(Q(answered_on__lt=on) | Q(answered_on=on, pk__lt=pk))


@requires(Permission.SURVEY_RESPONSES)
@require_GET
def text_list(request, code):
    survey = seen(request, code)
    state = request.GET.get("state", OpenAnswer.State.NEW if open_answers.may_look(request.user) else OpenAnswer.State.RELEASED)  # fmt: skip
    found = open_answers.visible_to(request.user, survey)
    if state in OpenAnswer.State.values:
        found = found.filter(state=state)
    texts = list(found.select_related("response").prefetch_related("causes").order_by("-response__answered_on", "-id")[:ROWS])  # fmt: skip
    counts = open_answers.counts_by_cause(survey, request.user)
    asked = {question.code: question.text for question in results.all_questions(survey)}
    for text in texts:
        text.asked = (
            in_language(asked.get(text.question.partition("#")[0], {}), request.LANGUAGE_CODE) or text.question
        )
    context = {
        "survey": survey, "texts": texts, "state": state, "states": OpenAnswer.State.choices, "counts": counts,
        "may_look": open_answers.may_look(request.user),
    }  # fmt: skip
    return render(request, "feedback/text_list.html", context)


@requires(Permission.SURVEY_EDIT)
@require_http_methods(["GET", "POST"])
def text_look(request, code, pk):
    """Take personal data out, release or withhold, flag, and code with the codebook."""
    survey = seen(request, code)
    text = get_object_or_404(open_answers.visible_to(request.user, survey), pk=pk)
    initial = {
        "released_text": text.released_text or open_answers.without_personal_data(text.text), "state": text.state if text.state != "new" else "released",
        "is_flagged": text.is_flagged, "causes": [cause.pk for cause in text.causes.all()],
    }  # fmt: skip
    form = LookAtTextForm(request.POST or None, initial=initial, causes=Cause.objects.in_use(request.today))
    if request.method == "POST" and form.is_valid():
        try:
            open_answers.look_at(text=text, by=request.user, **form.cleaned_data)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("The text was looked at."))
            return redirect("feedback:text_list", code=code)
    record_reading(user=request.user, way="view", on=survey, label=survey.title_et, page="text")
    context = {"survey": survey, "text": text, "form": form, "found": open_answers.personal_data_in(text.text)}
    return render(request, "feedback/text_look.html", context, status=422 if request.method == "POST" else 200)


# --- Taking out -------------------------------------------------------------------------------------------------------
FORMS = {
    answer_exports.CSV: "text/csv; charset=utf-8", answer_exports.SPSS: "text/plain; charset=utf-8",
    answer_exports.SAV: "application/x-spss-sav",
    answer_exports.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip
WRITERS = {
    answer_exports.CSV: answer_exports.as_csv, answer_exports.XLSX: answer_exports.as_workbook, answer_exports.SAV: answer_exports.as_sav,
}  # fmt: skip


@requires(Permission.SURVEY_EXPORT)
@require_POST
def answer_export(request, code, form):
    """All answers as CSV or a workbook with its codebook, or the syntax that reads the CSV into SPSS.

    By POST, as every export: it leaves a deed, and looking at an address must leave none.
    """
    if form not in FORMS or (form == answer_exports.SAV and not answer_exports.may_write_sav()):
        raise Http404
    survey = seen(request, code)
    if form == answer_exports.SPSS:
        content: bytes | str = answer_exports.as_syntax(survey)
    else:
        rows = answer_exports.rows_of(survey, request.user)
        record_reading(user=request.user, way="export", on=survey, label=survey.title_et, list="answers", rows=len(rows), format=form)  # fmt: skip
        open_answers.note_export(survey=survey, by=request.user, rows=len(rows))
        content = WRITERS[form](survey, rows)
    response = HttpResponse(content, content_type=FORMS[form])
    response["Content-Disposition"] = content_disposition_header(True, f"{survey.code}.{form}")
    return response
