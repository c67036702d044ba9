"""Challenges come by the same rule as on screen: a case of that kind has its challenge from the first moment."""

from datetime import timedelta

from django.utils import timezone

from complaints import challenge_in_court, challenges
from complaints.challenge_stages import REQUIRED
from tests.factories.complaints import complaint_case, letter

WHOLE = tuple(one.value for one in REQUIRED)
TO_COURT = "Rahuldame vaide. Võite pöörduda halduskohtusse 30 päeva jooksul."


def challenge_case(*, by, **given):
    return complaint_case(kind="challenge", by=by, assignee=given.pop("assignee", by), **given)


def examined(*, by, contents=WHOLE, days_since=5, official=None, **given):
    case = challenge_case(by=by, **given)
    learnt_on = timezone.localdate() - timedelta(days=days_since)
    what = challenges.Examined(
        act="Raiekeeld nr 7", learnt_on=learnt_on, contents=contents, official_id=official.pk if official else None
    )
    challenges.examine(case=case, examined=what, by=by)
    return again(case)


def passed_on(*, by, unit, **given):
    case = examined(by=by, **given)
    passing = challenges.PassingOn(on=timezone.localdate(), unit_id=unit.pk)
    challenges.pass_on(case=case, passing=passing, by=by)
    return again(case)


def decided(*, by, unit, outcome="satisfied", **given):
    case = passed_on(by=by, unit=unit, **given)
    challenges.decide(case=case, outcome=outcome, findings="", letter=letter(TO_COURT), by=by)
    return again(case)


def in_court(**given):
    case = decided(**given)
    challenge_in_court.go_to_court(
        case=case, court="Tallinna Halduskohus", number="3-26-1", on=timezone.localdate(), by=given["by"]
    )
    return again(case)


def again(case):
    case.refresh_from_db()
    case.challenge.refresh_from_db()
    return case
