"""A verdict is of one change, one direction and one unit; whoever owned an action neither closes it nor judges it in words."""

from datetime import date

import pytest
from django.urls import reverse

from bureau.models import Cause, Deed
from bureau.refusals import DeedRefused
from quality import improvements
from quality.models import Improvement, Indicator, Passport
from tests.factories.quality import ImprovementFactory
from tests.quality.test_improvements import measured

pytestmark = pytest.mark.django_db


def ready(owner, state, **facts) -> Improvement:
    cause = Cause.objects.filter(parent__isnull=False).first()
    return ImprovementFactory(owner=owner, state=state, cause=cause, plan="Uus näidis", changed_on=date(2026, 1, 1), **facts)  # fmt: skip


@pytest.mark.parametrize(
    "facts", [{"changed_on": date(2026, 5, 1)}, {"should_rise": False}, {"indicator": None, "should_rise": None}]
)
def test_an_action_whose_verdict_fell_goes_back_and_is_judged_anew(facts, mari, jaan):
    one = ready(mari, "act", effect="better", indicator=Indicator.objects.get(code="calls_in_time"), should_rise=True)
    improvements.write_note(improvement=one, text="Tõend", by=mari, is_evidence=True)

    changed = improvements.change(improvement=one, by=jaan, **facts)

    assert (changed.state, changed.effect, changed.effect_facts) == ("check", "", {})
    assert Deed.objects.filter(action="improvement.moved").count() == 1
    with pytest.raises(DeedRefused):
        improvements.move(improvement=one, to="closed", by=jaan)


def test_another_unit_is_judged_by_its_own_values(mari, jaan, forest_unit):
    one = ready(mari, "check", effect="better")

    assert improvements.change(improvement=one, by=jaan, unit=forest_unit).effect == ""


def test_a_title_is_no_reason_to_judge_anew(mari, jaan):
    one = ready(mari, "act", effect="better", effect_note="Küsitakse vähem")

    changed = improvements.change(improvement=one, by=jaan, title="Parem pealkiri")

    assert (changed.state, changed.effect) == ("act", "better")


def test_nothing_is_closed_without_a_verdict(mari, jaan):
    one = ready(mari, "act")
    improvements.write_note(improvement=one, text="Tõend", by=mari, is_evidence=True)

    with pytest.raises(DeedRefused):
        improvements.move(improvement=one, to="closed", by=jaan)
    assert improvements.move(improvement=one, to="check", by=jaan).state == "check"


def test_what_should_rise_or_fall_is_said_before_it_is_judged(mari, jaan):
    indicator = Indicator.objects.get(code="calls_in_time")
    measured(indicator, [80, 82, 79, 81, 80, 83, 78, 81, 80, 82, 79, 81, 91, 92, 93, 91, 92, 94])
    one = ready(mari, "check", indicator=indicator)

    with pytest.raises(DeedRefused):
        improvements.judge_effect(improvement=one, by=jaan)


def test_without_its_day_a_change_is_not_judged(mari, jaan):
    one = ready(mari, "check")
    Improvement.objects.filter(pk=one.pk).update(changed_on=None)

    with pytest.raises(DeedRefused):
        improvements.judge_effect(improvement=one, by=jaan, verdict="better", note="Parem")


def test_who_owns_or_owned_it_does_not_judge_it_in_words(mari, jaan, peeter):
    one = ready(jaan, "check")
    improvements.change(improvement=one, by=jaan, owner=mari)

    for owner in (jaan, mari):
        with pytest.raises(DeedRefused):
            improvements.judge_effect(improvement=one, by=owner, verdict="better", note="Läks hästi")

    assert improvements.judge_effect(improvement=one, by=peeter, verdict="worse", note="Läks halvasti").effect == "worse"  # fmt: skip


def test_the_chart_judges_whoever_asks_it(jaan):
    indicator = Indicator.objects.get(code="calls_in_time")
    measured(indicator, [80, 82, 79, 81, 80, 83, 78, 81, 80, 82, 79, 81, 91, 92, 93, 91, 92, 94])
    one = ready(jaan, "check", indicator=indicator, should_rise=True)

    assert improvements.judge_effect(improvement=one, by=jaan).effect == "better"


def test_the_reason_of_a_verdict_in_words_is_not_emptied(mari, jaan):
    one = ready(mari, "check")
    improvements.judge_effect(improvement=one, by=jaan, verdict="better", note="Küsitakse vähem üle")

    with pytest.raises(DeedRefused):
        improvements.change(improvement=one, by=jaan, effect_note="")

    one.refresh_from_db()
    assert one.effect_note == "Küsitakse vähem üle"


def test_a_units_action_is_judged_and_drawn_by_the_units_own_values(as_person, jaan, mari, forest_unit):
    indicator = Indicator.objects.get(code="calls_in_time")
    measured(indicator, [80, 82, 79, 81, 80, 83, 78, 81, 80, 82, 79, 81, 80, 82, 79, 81, 80, 82])
    measured(indicator, [60, 62, 59, 61, 60, 63, 58, 61, 60, 62, 59, 61, 71, 72, 73, 71, 72, 74], unit=forest_unit)
    one = ready(mari, "check", indicator=indicator, should_rise=True, unit=forest_unit)

    page = as_person(jaan).get(reverse("quality:improvement_detail", args=[one.number])).content.decode()
    judged = improvements.judge_effect(improvement=one, by=jaan)

    assert judged.effect == "better"
    assert judged.effect_facts["unit_id"] == forest_unit.pk
    assert "60,5" in page  # the mean before, of the unit
    assert f"Hinnatud üksuse enda väärtuste järgi: {forest_unit.name}." in page
    assert "74,0" in page  # the unit's last month stands in the chart's table
    assert "82,0" not in page


def test_a_unit_without_values_is_judged_by_the_whole_and_the_page_says_so(as_person, jaan, mari, forest_unit):
    indicator = Indicator.objects.get(code="calls_in_time")
    measured(indicator, [80, 82, 79, 81, 80, 83, 78, 81, 80, 82, 79, 81, 91, 92, 93, 91, 92, 94])
    one = ready(mari, "check", indicator=indicator, should_rise=True, unit=forest_unit)

    page = as_person(jaan).get(reverse("quality:improvement_detail", args=[one.number])).content.decode()

    assert "Hinnatud kogu büroo väärtuste järgi." in page


def test_a_units_head_reads_the_units_values_and_not_the_bureaus(as_person, kai, mari, forest_unit):
    indicator = Indicator.objects.get(code="calls_in_time")
    measured(indicator, [80, 82, 79, 81, 80, 83, 78, 81, 80, 82, 79, 81, 91, 92, 93, 91, 92, 94])
    one = ready(mari, "check", indicator=indicator, should_rise=True, unit=forest_unit)
    client, url = as_person(kai), reverse("quality:improvement_detail", args=[one.number])

    assert "80,5" not in client.get(url).content.decode()

    measured(indicator, [60, 62, 59, 61, 60, 63, 58, 61, 60, 62, 59, 61, 71, 72, 73, 71, 72, 74], unit=forest_unit)
    page = client.get(url).content.decode()
    assert "60,5" in page
    assert "<svg" in page
    assert "80,5" not in page


def test_an_indicator_no_longer_in_use_is_no_link(as_person, jaan, mari):
    indicator = Indicator.objects.get(code="calls_in_time")
    one = ready(mari, "check", indicator=indicator, should_rise=True)
    client, url = as_person(jaan), reverse("quality:improvement_detail", args=[one.number])
    link = reverse("quality:indicator_detail", args=["calls_in_time"])
    assert link in client.get(url).content.decode()

    Indicator.objects.filter(pk=indicator.pk).update(is_in_use=False)

    assert Passport.objects.filter(indicator=indicator).exists()
    assert link not in client.get(url).content.decode()


def test_what_is_no_longer_offered_stays_on_an_action_that_has_it(as_person, jaan, mari):
    indicator = Indicator.objects.get(code="calls_in_time")
    one = ready(mari, "check", effect="better", indicator=indicator, should_rise=True)
    Indicator.objects.filter(pk=indicator.pk).update(is_in_use=False)
    Cause.objects.filter(pk=one.cause_id).update(valid_to=date(2026, 1, 1))
    type(mari).objects.filter(pk=mari.pk).update(is_active=False)
    client, url = as_person(jaan), reverse("quality:improvement_edit", args=[one.number])

    shown = client.get(url).context["form"]
    response = client.post(url, {name: shown[name].value() if shown[name].value() is not None else "" for name in shown.fields} | {"title": "Uus pealkiri", "due_on": "2031-01-10", "changed_on": "2026-01-01", "should_rise": "yes"})  # fmt: skip

    assert response.status_code == 302
    one.refresh_from_db()
    assert (one.title, one.effect, one.indicator, one.owner) == ("Uus pealkiri", "better", indicator, mari)
    assert one.cause_id is not None
