"""What the answers say: counts and scores with their intervals, trend, comparison, cross-table, rate of answers.

Counted set by set in the database and kept until an answer comes. Questions of all versions are joined by their code.
Groups smaller than the survey allows are hidden by one rule (`bureau.small_numbers`) before anything leaves here.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bureau import reference
from bureau.roles import Permission
from bureau.small_numbers import hidden_groups
from feedback import scores
from feedback.models import Invitation, Questionnaire, Response, Survey
from feedback.questionnaires import OTHER, SCALES, Question, in_language, parse

KEPT_SECONDS = 24 * 3600
DELIVERED = ("sent", "answered", "expired", "declined")
GROUPS = ("channel", "service", "topic", "unit")
CROSSED = ("single", "scale", "recommendation", "effort", "consent")


@dataclass(frozen=True)
class Filter:
    """What narrows the results; stands in the address. Days included."""

    first: date | None = None
    last: date | None = None
    channel: int | None = None
    service: int | None = None
    topic: int | None = None
    unit: int | None = None
    without_flagged: bool = False


@dataclass
class QuestionResult:
    """Counts of one question. `n`: whole answers that hold it."""

    code: str
    type: str
    text: str
    n: int
    rows: list[dict[str, Any]] = field(default_factory=list)
    mean: float | None = None
    median: float | None = None
    measures: str | None = None
    is_hidden: bool = False  # fewer answered it than may be shown


@dataclass
class Results:
    n: int
    is_hidden: bool
    flagged: int
    rate: dict[str, Any] | None
    questions: list[QuestionResult]
    scores: list[dict[str, Any]]


# --- Who sees what ----------------------------------------------------------------------------------------------------
def scope_of(user) -> frozenset[int] | None:
    """Units whose answers the person may narrow to; None for all. Nobody without the right gets here."""
    if user.rights.grants(Permission.CASE_VIEW_ALL_UNITS):
        return None
    own: set[int] = set()
    for unit_id in user.rights.units_for(Permission.SURVEY_RESULTS) or ():
        own |= reference.unit_subtree_ids(unit_id)
    return frozenset(own)


def allowed(wanted: Filter, scope: frozenset[int] | None) -> Filter:
    """A unit head sees own unit and the whole, by whole months: no overlapping cuts from which one could subtract."""
    if scope is None:
        return wanted
    unit = wanted.unit if wanted.unit in top_units(scope) else None
    return Filter(first=None, last=None, unit=unit)


def top_units(scope: frozenset[int]) -> list[int]:
    """Units of the scope that lie under no other of it: cuts that never overlap."""
    under = {one for unit in scope for one in reference.unit_subtree_ids(unit) if one != unit}
    return sorted(scope - under)


def results_for(survey: Survey, wanted: Filter, scope: frozenset[int] | None) -> Results:
    """Results as this person may see them: nothing of own unit from which the few others come out by subtraction."""
    found = results_of(survey, wanted)
    if scope is None or wanted.unit is None or found.is_hidden:
        return found
    whole, parts = results_of(survey, Filter()), {unit: results_of(survey, Filter(unit=unit)) for unit in top_units(scope)}  # fmt: skip
    if is_given_away(survey, wanted.unit, whole.n, {unit: part.n for unit, part in parts.items()}):
        return replace(found, is_hidden=True, flagged=0, questions=[], scores=[])
    answered = {unit: {one.code: one.n for one in part.questions if not one.is_hidden} for unit, part in parts.items()}
    hidden = {
        one.code for one in whole.questions
        if not one.is_hidden and is_given_away(survey, wanted.unit, one.n, {unit: n.get(one.code, 0) for unit, n in answered.items()})
    }  # fmt: skip
    return replace(
        found, questions=[without_figures(one) if one.code in hidden else one for one in found.questions],
        scores=[score for score in found.scores if score["code"] not in hidden],
    )  # fmt: skip


def trend_for(
    survey: Survey, question: Question, wanted: Filter, scope: frozenset[int] | None
) -> list[dict[str, Any]]:
    """The trend under the same rule, month by month."""
    months = trend_of(survey, question, wanted)
    if scope is None or wanted.unit is None:
        return months

    def counts(narrowed: Filter) -> dict[date, int]:
        return {one["month"]: one["score"]["n"] for one in trend_of(survey, question, narrowed) if one["score"]}

    whole, parts = counts(Filter()), {unit: counts(Filter(unit=unit)) for unit in top_units(scope)}
    return [
        {**one, "score": None, "is_hidden": True}
        if one["month"] in whole
        and is_given_away(survey, wanted.unit, whole[one["month"]], {unit: n.get(one["month"], 0) for unit, n in parts.items()})
        else one
        for one in months
    ]  # fmt: skip


def is_given_away(survey: Survey, unit: int, whole: int, parts: dict[int, int]) -> bool:
    """Whether the unit must hide so that the rest, the whole less the units shown, is no group too small to be shown."""
    rest = whole - sum(parts.values())
    return unit in hidden_groups({**parts, -1: rest}, smallest=survey.smallest_cell)


def without_figures(result: QuestionResult) -> QuestionResult:
    return replace(result, n=0, rows=[], mean=None, median=None, is_hidden=True)


# --- Counting ---------------------------------------------------------------------------------------------------------
def where(survey: Survey, wanted: Filter) -> tuple[str, list[Any]]:
    conditions, parameters = ["r.survey_id = %s", "NOT r.is_test"], [survey.pk]
    if wanted.first:
        conditions.append("r.answered_on >= %s")
        parameters.append(wanted.first)
    if wanted.last:
        conditions.append("r.answered_on <= %s")
        parameters.append(wanted.last)
    for name in GROUPS:
        value = getattr(wanted, name)
        if value is not None:
            subtree = {"unit": reference.unit_subtree_ids, "topic": reference.topic_subtree_ids}.get(name)
            conditions.append(f"r.{name}_id = ANY(%s)")
            parameters.append(sorted(subtree(value)) if subtree else [value])
    if wanted.without_flagged:
        conditions.append("NOT r.is_speeder AND NOT r.is_straight_liner")
    return " AND ".join(conditions), parameters


def asked(sql: str, parameters: list[Any]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def stamp(survey: Survey) -> tuple[int, int, int]:
    """Changes whenever an answer comes or goes or an invitation is delivered: how many of each, and the newest version."""
    [(count,)] = asked(
        "SELECT count(*) FROM feedback_response r WHERE r.survey_id = %s AND NOT r.is_test", [survey.pk]
    )
    delivered = Invitation.objects.filter(survey=survey, state__in=DELIVERED).count()
    latest = Questionnaire.objects.filter(survey=survey).order_by("-number").values_list("number", flat=True).first()
    return count, delivered, latest or 0


def kept(survey: Survey, what: str, wanted: Filter, make):
    """Computed once for these answers and this filter."""
    # A page asks for several figures at once and has counted the answers beforehand.
    counted_now = getattr(survey, "stamped", None) or stamp(survey)
    said = json.dumps([survey.pk, counted_now, what, asdict(wanted), get_language()], default=str)
    key = f"results:{hashlib.sha256(said.encode()).hexdigest()}"
    found = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, KEPT_SECONDS)
    return found


def results_of(survey: Survey, wanted: Filter) -> Results:
    return kept(survey, "whole", wanted, lambda: counted(survey, wanted))


def counted(survey: Survey, wanted: Filter) -> Results:
    narrowed, parameters = where(survey, wanted)
    # The parts are fixed words and placeholders; every value goes as a parameter.
    [(n, flagged)] = asked(
        f"SELECT count(*), count(*) FILTER (WHERE r.is_speeder OR r.is_straight_liner) FROM feedback_response r WHERE {narrowed}",  # noqa: S608
        parameters,
    )
    if n < survey.smallest_cell:
        return Results(n, True, 0, response_rate(survey, wanted, n), [], [])
    values: dict[str, Counter[str]] = {}
    for code, value, count in asked(
        f"SELECT a.key, a.value::text, count(*) FROM feedback_response r, jsonb_each(r.answers) a WHERE {narrowed} GROUP BY 1, 2",  # noqa: S608
        parameters,
    ):
        values.setdefault(code, Counter())[value] = count
    texts = dict(
        asked(
            f"SELECT o.question, count(*) FROM feedback_openanswer o JOIN feedback_response r ON r.id = o.response_id WHERE {narrowed} GROUP BY 1",  # noqa: S608
            parameters,
        )
    )
    questions = [
        result_of(question, values.get(question.code, Counter()), texts) for question in all_questions(survey)
    ]
    measured = [score_of(question.measures, values.get(question.code, Counter()), question) for question in all_questions(survey) if question.measures]  # fmt: skip
    # A question put to a few (a condition, a dropped version) is a small group of its own.
    few = {
        one.code for one in questions if one is not None and one.type != "text" and 0 < one.n < survey.smallest_cell
    }
    return Results(
        n, False, flagged, response_rate(survey, wanted, n),
        [without_figures(one) if one.code in few else one for one in questions if one is not None],
        [one for one in measured if one is not None and one["code"] not in few],
    )  # fmt: skip


def all_questions(survey: Survey) -> list[Question]:
    """Questions of all versions, each by its newest wording; those dropped since stand at the end."""
    found: dict[str, Question] = {}
    for content in Questionnaire.objects.filter(survey=survey).order_by("-number").values_list("content", flat=True):
        for question in parse(content).questions():
            found.setdefault(question.code, question)
    return list(found.values())


def marks_of(values: Counter[str]) -> dict[int, int]:
    """Counts by mark from JSON values; anything that is no whole number is left out."""
    return {int(value): count for value, count in values.items() if value.lstrip("-").isdecimal()}


def result_of(question: Question, values: Counter[str], texts: dict[str, int]) -> QuestionResult | None:
    language = "en" if get_language() == "en" else "et"
    if question.type == "information":
        return None
    result = QuestionResult(question.code, question.type, in_language(question.text, language), sum(values.values()), measures=question.measures)  # fmt: skip
    if question.type == "text":
        result.n = texts.get(question.code, 0)
        return result
    if question.type in SCALES:
        lowest, highest = SCALES[question.type]
        marks = marks_of(values)
        result.rows = [row(str(mark), marks.get(mark, 0), result.n) for mark in range(lowest, highest + 1)]
        result.mean = scores.mean(marks, (lowest, highest))
        result.median = scores.median(marks) if marks else None
        return result
    labels = {option.code: in_language(option.text, language) for option in question.options}
    if question.type == "matrix":
        return matrix_result(result, question, values, language)
    counts: Counter[str] = Counter()
    for value, count in values.items():
        for at, one in enumerate(as_list(json.loads(value))):
            if question.type != "ranking" or at == 0:  # of a ranking, how often each came first
                counts[str(one)] += count
    if question.type in ("single", "multiple", "ranking"):
        if question.other:
            labels[OTHER] = "…"
        result.rows = [row(label, counts.get(code, 0), result.n) for code, label in labels.items()]
    elif question.type == "consent":
        result.rows = [row(str(value), counts.get(str(value), 0), result.n) for value in (True, False)]
    else:
        numbers = sorted((float(value), count) for value, count in counts.items() if is_number(value))
        if numbers:
            result.mean = sum(value * count for value, count in numbers) / sum(count for _value, count in numbers)
    return result


def matrix_result(result: QuestionResult, question: Question, values: Counter[str], language: str) -> QuestionResult:
    cells: Counter[tuple[str, str]] = Counter()
    for value, count in values.items():
        for part, column in json.loads(value).items():
            cells[(part, column)] += count
    for part in question.rows:
        n = sum(cells[(part.code, column.code)] for column in question.columns)
        shares = [row(in_language(column.text, language), cells[(part.code, column.code)], n) for column in question.columns]  # fmt: skip
        result.rows.append({"label": in_language(part.text, language), "n": n, "cells": shares})
    return result


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def row(label: str, count: int, n: int) -> dict[str, Any]:
    share = scores.share_of(count, n)
    return {
        "label": label, "count": count, "share": share.share if share else None,
        "low": share.interval.low if share else None, "high": share.interval.high if share else None,
    }  # fmt: skip


def score_of(measures: str | None, values: Counter[str], question: Question | None = None) -> dict[str, Any] | None:
    """One score as plain values: what, n, value, its bounds and unit."""
    marks = marks_of(values)
    code = question.code if question else ""
    if measures == "satisfaction" and (share := scores.satisfaction(marks)):
        return {
            "what": measures, "code": code, "n": share.n, "value": share.share, "low": share.interval.low,
            "high": share.interval.high, "unit": "share", "index": scores.satisfaction_index(marks), "count": share.count,
        }  # fmt: skip
    if measures == "effort" and (found := scores.effort(marks)):
        return {
            "what": measures, "code": code, "n": found.n, "value": found.easy.share, "low": found.easy.interval.low,
            "high": found.easy.interval.high, "unit": "share", "index": found.mean, "count": found.easy.count,
        }  # fmt: skip
    if measures == "recommendation" and (index := scores.recommendation(marks)):
        return {
            "what": measures, "code": code, "n": index.n, "value": index.value, "low": index.interval.low,
            "high": index.interval.high, "unit": "points", "index": None, "count": index.promoters,
        }  # fmt: skip
    return None


def response_rate(survey: Survey, wanted: Filter, n: int) -> dict[str, Any] | None:
    """Whole answers by invitation among invitations delivered; only for the survey as a whole or by its groups."""
    if wanted.first or wanted.last or wanted.without_flagged:
        return None
    invitations = Invitation.objects.filter(survey=survey, state__in=DELIVERED)
    answers = Response.objects.counted().filter(survey=survey, way__in=["invitation", "phone"])
    for name in GROUPS:
        value = getattr(wanted, name)
        if value is not None:
            subtree = {"unit": reference.unit_subtree_ids, "topic": reference.topic_subtree_ids}.get(name)
            ids = sorted(subtree(value)) if subtree else [value]
            invitations, answers = invitations.filter(**{f"{name}_id__in": ids}), answers.filter(**{f"{name}_id__in": ids})  # fmt: skip
    share = scores.response_rate(answers.count(), invitations.count())
    if share is None:
        return None
    return {
        "answered": share.count, "delivered": share.n, "share": share.share, "low": share.interval.low,
        "high": share.interval.high, "is_low": share.share < scores.LOW_RESPONSE,
    }  # fmt: skip


# --- Trend, comparison, cross-table -----------------------------------------------------------------------------------
def trend_of(survey: Survey, question: Question, wanted: Filter) -> list[dict[str, Any]]:
    """The score by month, each with its interval; months of too few answers are left empty."""

    def make():
        narrowed, parameters = where(survey, wanted)
        months: dict[date, Counter[str]] = {}
        for month, value, count in asked(
            f"SELECT date_trunc('month', r.answered_on)::date, r.answers->>%s, count(*) FROM feedback_response r WHERE {narrowed} AND r.answers ? %s GROUP BY 1, 2 ORDER BY 1",  # noqa: S608
            [question.code, *parameters, question.code],
        ):
            months.setdefault(month, Counter())[value] = count
        hidden = hidden_groups({month: sum(values.values()) for month, values in months.items()}, smallest=survey.smallest_cell)  # fmt: skip
        return [
            {"month": month, "score": None if month in hidden else score_of(question.measures, values, question), "is_hidden": month in hidden}
            for month, values in months.items()
        ]  # fmt: skip

    return kept(survey, f"trend {question.code}", wanted, make)


def comparison_of(survey: Survey, question: Question, by: str, wanted: Filter) -> list[dict[str, Any]]:
    """The score of each channel, service, topic or unit, and whether it differs from all the others together."""
    if by not in GROUPS:
        raise ValueError(by)

    def make():
        narrowed, parameters = where(survey, wanted)
        groups: dict[int | None, Counter[str]] = {}
        for group, value, count in asked(
            f"SELECT r.{by}_id, r.answers->>%s, count(*) FROM feedback_response r WHERE {narrowed} AND r.answers ? %s GROUP BY 1, 2",  # noqa: S608
            [question.code, *parameters, question.code],
        ):
            groups.setdefault(group, Counter())[value] = count
        counts = {group: sum(values.values()) for group, values in groups.items()}
        hidden = hidden_groups(counts, smallest=survey.smallest_cell)
        return [compared(question, group, groups, is_hidden=group in hidden) for group in sorted(groups, key=lambda g: (-counts[g], g or 0))]  # fmt: skip

    listed = {"channel": reference.channels, "service": reference.services, "topic": reference.topics, "unit": reference.units}[by]()  # fmt: skip
    rows = kept(survey, f"by {by} {question.code}", wanted, make)
    return [{**one, "label": listed[one["group"]].name if one["group"] in listed else "–"} for one in rows]


def compared(question: Question, group: int | None, groups: dict[int | None, Counter[str]], *, is_hidden: bool) -> dict[str, Any]:  # fmt: skip
    own = groups[group]
    rest: Counter[str] = Counter()
    for other, values in groups.items():
        if other != group:
            rest.update(values)
    score, others = score_of(question.measures, own, question), score_of(question.measures, rest, question)
    found: dict[str, Any] = {"group": group, "is_hidden": is_hidden, "n": None if is_hidden else sum(own.values()), "score": None if is_hidden else score, "change": None}  # fmt: skip
    if not is_hidden and score and others and score["unit"] == "share":
        change = scores.difference((score["count"], score["n"]), (others["count"], others["n"]))
        if change:
            found["change"] = {"difference": change.difference, "low": change.interval.low, "high": change.interval.high, "is_changed": change.is_changed}  # fmt: skip
    return found


def cross_table(survey: Survey, first: Question, second: Question, wanted: Filter) -> dict[str, Any] | None:
    """Answers to one question by answers to another; hidden where a row is too small."""
    if first.type not in CROSSED or second.type not in CROSSED or first.code == second.code:
        return None

    def make():
        narrowed, parameters = where(survey, wanted)
        cells: Counter[tuple[str, str]] = Counter()
        for one, other, count in asked(
            f"SELECT r.answers->>%s, r.answers->>%s, count(*) FROM feedback_response r WHERE {narrowed} AND r.answers ?& %s GROUP BY 1, 2",  # noqa: S608
            [first.code, second.code, *parameters, [first.code, second.code]],
        ):
            cells[(one, other)] = count
        down, across = (
            choices_of(first, {one for one, _o in cells}),
            choices_of(second, {other for _o, other in cells}),
        )
        # Columns are groups as much as rows: the same table turned round must hide the same people.
        columns = {other: sum(cells[(value, other)] for value, _label in down) for other, _label in across}
        few = hidden_groups(columns, smallest=survey.smallest_cell)
        across = [(other, label) for other, label in across if other not in few]
        totals = {value: sum(cells[(value, other)] for other, _label in across) for value, _label in down}
        hidden = hidden_groups(totals, smallest=survey.smallest_cell)
        table = [[cells[(value, other)] for other, _label in across] for value, _label in down if value not in hidden]
        test = scores.association(table) if table else None
        return {
            "columns": [label for _value, label in across],
            "rows": [
                {"label": label, "is_hidden": value in hidden, "n": None if value in hidden else totals[value],
                 "counts": [] if value in hidden else [cells[(value, other)] for other, _label in across]}
                for value, label in down
            ],
            "p": test.p if test else None, "v": test.cramers_v if test else None, "why_not": test.why_not if test else "few",
        }  # fmt: skip

    return kept(survey, f"cross {first.code} {second.code}", wanted, make)


def choices_of(question: Question, found: Iterable[str]) -> list[tuple[str, str]]:
    language = "en" if get_language() == "en" else "et"
    if question.type in SCALES:
        lowest, highest = SCALES[question.type]
        return [(str(mark), str(mark)) for mark in range(lowest, highest + 1)]
    listed = [(option.code, in_language(option.text, language)) for option in question.options]
    known = {code for code, _label in listed}
    return listed + [(value, value) for value in sorted(set(found) - known)]


def measured_questions(survey: Survey) -> list[Question]:
    return [question for question in all_questions(survey) if question.measures]


def in_words(question: Question, value: Any) -> str:
    """An answer as a person reads it: the words of the choices, not their codes."""
    language = "en" if get_language() == "en" else "et"
    labels = {one.code: in_language(one.text, language) for one in (*question.options, *question.columns)}
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        rows = {one.code: in_language(one.text, language) for one in question.rows}
        return ", ".join(f"{rows.get(row, row)}: {labels.get(column, column)}" for row, column in value.items())
    if isinstance(value, list):
        return ", ".join(labels.get(str(one), str(one)) for one in value)
    return labels.get(str(value), str(value))
