"""Whether those who answered stand for those who could have."""

from math import sqrt

import pytest
from django.urls import reverse
from django.utils import timezone

from bureau.models import Channel
from feedback import scores
from feedback.models import InvitationDecision, InvitationRule
from feedback.weighting import weighted_share, weighting_of
from tests.factories.feedback import InvitationFactory, QuestionnaireFactory, ResponseFactory, SurveyFactory


def test_strata_count_as_in_the_population():
    share, interval, effect, size, factor = weighted_share(
        {"phone": (90, 100), "mail": (20, 40)}, {"phone": 500, "mail": 500}, is_random=False
    )

    assert share == pytest.approx(0.5 * 0.9 + 0.5 * 0.5)
    # Weights 0.7 and 1.75: Kish 140 · (100 · 0.49 + 40 · 3.0625) / 140².
    assert effect == pytest.approx((100 * 0.49 + 40 * 3.0625) / 140)
    assert size == pytest.approx(140 / effect)
    assert (interval.low, interval.high) == pytest.approx(
        (scores.wilson(share * size, size).low, scores.wilson(share * size, size).high)
    )
    assert factor == 1


def test_a_random_sample_of_a_large_part_is_surer():
    counts, population = {"phone": (40, 50), "mail": (40, 50)}, {"phone": 100, "mail": 100}

    _share, plain, *_rest = weighted_share(counts, population, is_random=False)
    share, drawn_in, _effect, _size, factor = weighted_share(counts, population, is_random=True)

    assert factor == pytest.approx(sqrt(100 / 199))
    assert share - drawn_in.low == pytest.approx((share - plain.low) * factor)


def test_no_weight_is_made_of_a_handful():
    assert weighted_share({"phone": (90, 100), "mail": (9, 29)}, {"phone": 500, "mail": 500}, is_random=True) is None


@pytest.fixture
def asked_by_two_channels(db):
    survey = SurveyFactory(published=True)
    questionnaire = QuestionnaireFactory(survey=survey)
    rule = InvitationRule.objects.create(survey=survey, event="case_closed", quiet_until="08:00", rate_percent=100)
    number = 0
    for code, events, asked, answers, good in (("phone", 60, 40, 30, 15), ("email", 40, 40, 32, 32)):
        channel = Channel.objects.get(code=code)
        for at in range(events):
            number += 1
            InvitationDecision.objects.create(
                rule=rule, event_key=f"e{number}", reason="invited" if at < asked else "not_sampled", channel=channel, at=timezone.now()
            )  # fmt: skip
        for _at in range(asked):
            InvitationFactory(survey=survey, rule=rule, channel=channel)
        for at in range(answers):
            ResponseFactory(
                questionnaire=questionnaire, way="invitation", channel=channel, answers={"satisfaction": 5 if at < good else 2}
            )  # fmt: skip
    return survey


def test_the_population_is_what_the_rules_looked_at(asked_by_two_channels):
    from feedback import results

    (question,) = results.measured_questions(asked_by_two_channels)

    found = weighting_of(asked_by_two_channels, question, "channel")

    assert [(one.population, one.delivered, one.answered) for one in found.strata] == [(60, 40, 30), (40, 40, 32)]
    assert found.value == pytest.approx(0.6 * 0.5 + 0.4 * 1.0)
    assert found.unweighted == pytest.approx(47 / 62)
    least, most = found.least_and_most
    assert (least.rate, most.rate) == (0.75, 0.8)


def test_the_page_tells_weights_and_who_is_missing(asked_by_two_channels, jaan, kai, as_person):
    address = reverse("feedback:results", args=[asked_by_two_channels.code])

    page = as_person(jaan).get(address).content.decode()

    assert "Disainiefekt" in page
    assert "70%" in page
    assert "Disainiefekt" not in as_person(kai).get(address).content.decode()


def test_without_a_rule_there_is_no_known_population(db):
    from feedback import results

    survey = SurveyFactory(published=True)
    QuestionnaireFactory(survey=survey)
    (question,) = results.measured_questions(survey)

    assert weighting_of(survey, question, "unit") is None
