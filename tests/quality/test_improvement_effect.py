import pytest

from quality.improvement_effect import Verdict, judge

STEADY = [80, 82, 79, 81, 80, 83, 78, 81, 80, 82, 79, 81]


@pytest.mark.parametrize(
    ("after", "should_rise", "verdict"),
    [
        ([92, 93, 91, 94, 92, 93], True, Verdict.BETTER),
        ([92, 93, 91, 94, 92, 93], False, Verdict.WORSE),
        ([70, 69, 71, 70, 68, 70], True, Verdict.WORSE),
        ([80, 82, 79, 81, 80, 82], True, Verdict.NO_CHANGE),
        ([82, 82, 82, 82, 82, 82], True, Verdict.BETTER),  # six in a row above the mean
    ],
)
def test_the_chart_before_judges_what_came_after(after, should_rise, verdict):
    found = judge(STEADY, after, should_rise=should_rise)

    assert found.verdict == verdict
    assert found.is_firm


def test_few_points_are_no_verdict():
    assert judge(STEADY, [95, 96], should_rise=True).verdict == Verdict.TOO_EARLY
    assert judge(STEADY[:5], [95, 96, 97], should_rise=True).verdict == Verdict.TOO_EARLY


def test_some_points_are_a_verdict_with_a_warning():
    found = judge(STEADY[:8], [95, 96, 97], should_rise=True)

    assert (found.verdict, found.is_firm) == (Verdict.BETTER, False)
