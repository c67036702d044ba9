"""From a lesson or a signal to the effect: what stands in the way of each move, who may close, what clients are told."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from bureau.models import Cause, Deed, Notification
from bureau.refusals import DeedRefused
from complaints.signals import complaint_lesson_learned
from complaints.verification import verify
from quality import improvements
from quality.models import Improvement, Indicator, Measurement, Passport
from tests.factories.complaints import complaint_case
from tests.factories.quality import CampaignFactory, ImprovementFactory, ImprovementTaskFactory

pytestmark = pytest.mark.django_db


def begun(owner, by, **facts):
    return improvements.begin(title="Parem kiri", problem="Kiri on segane", source="proposal", owner=owner, due_on=date(2031, 1, 1), by=by, **facts)  # fmt: skip


def planned(owner, by, **facts):
    cause = Cause.objects.filter(parent__isnull=False).first()
    one = begun(owner, by)
    return improvements.change(
        improvement=one, by=by, plan="Uus näidis", cause=cause, effect_note="Näitajat ei ole", **facts
    )


def test_actions_are_numbered_without_a_gap(mari, jaan):
    year = timezone.localdate().year

    assert [begun(mari, jaan).number for _each in range(2)] == [f"T-{year}-0001", f"T-{year}-0002"]
    assert {one.code: one.differences for one in verify(["improvements_numbered", "numbers_gapless"])} == {"improvements_numbered": 0, "numbers_gapless": 0}  # fmt: skip


def test_the_owner_is_told_once(mari, jaan):
    begun(mari, jaan)

    assert Notification.objects.filter(user=mari, kind="improvement.given").count() == 1


def test_a_signal_becomes_one_action(mari, jaan):
    first = begun(mari, jaan, source_id=None)
    one = improvements.begin(
        title="a", problem="b", source="signal", source_id=7, owner=mari, due_on=date(2031, 1, 1), by=jaan
    )
    again = improvements.begin(
        title="c", problem="d", source="signal", source_id=7, owner=jaan, due_on=date(2031, 1, 1), by=jaan
    )

    assert one == again != first


def test_a_lesson_is_told_to_the_head_once(jaan, mari):
    case = complaint_case(by=mari)
    for _each in range(2):
        complaint_lesson_learned.send(sender=None, case_id=case.pk, cause_id=None)

    notice = Notification.objects.get(user=jaan, kind="improvement.proposed")
    assert case.number in notice.url


def test_the_lesson_fills_in_the_new_action(jaan, mari, as_person):
    case = complaint_case(by=mari)
    case.complaint.lesson = "Kirjutame tähtaja kohe esimesse kirja."
    case.complaint.save(update_fields=["lesson"])

    page = (
        as_person(jaan)
        .get(reverse("quality:improvement_new"), {"source": "complaint", "of": case.number})
        .content.decode()
    )

    assert "Kirjutame tähtaja kohe esimesse kirja." in page
    assert case.number in page


def test_what_stands_in_the_way_is_said_before(mari, jaan):
    one = begun(mari, jaan)

    ((_to, _word, missing), *_rest) = improvements.moves_of(one, by=jaan)
    with pytest.raises(DeedRefused):
        improvements.move(improvement=one, to="do", by=jaan)

    assert len(missing) == 3


def test_the_whole_way_and_closing_by_another_person(mari, jaan, today):
    one = planned(mari, jaan)
    improvements.move(improvement=one, to="do", by=jaan)
    task = improvements.add_task(improvement=one, title="Koosta näidis", owner=mari, due_on=today, by=jaan)
    improvements.change(improvement=one, by=jaan, changed_on=today)
    one.refresh_from_db()
    assert improvements.needed_before(one, "check") != []
    improvements.finish_task(task=task, by=mari, today=today)
    improvements.move(improvement=one, to="check", by=jaan)
    improvements.judge_effect(improvement=one, by=jaan, note="Küsimusi kirja kohta on poole vähem", verdict="better")
    improvements.move(improvement=one, to="act", by=jaan)
    with pytest.raises(DeedRefused):
        improvements.move(improvement=one, to="closed", by=jaan)  # without evidence
    improvements.write_note(improvement=one, text="Uus näidis", by=mari, is_evidence=True)
    with pytest.raises(DeedRefused):
        improvements.move(improvement=one, to="closed", by=mari)  # by its owner

    done = improvements.move(improvement=one, to="closed", by=jaan, today=today)

    assert (done.state, done.closed_by, done.closed_on) == ("closed", jaan, today)
    assert Deed.objects.filter(action="improvement.moved").count() == 4


def test_dropping_needs_a_reason(mari, jaan):
    one = begun(mari, jaan)

    with pytest.raises(DeedRefused):
        improvements.move(improvement=one, to="dropped", by=jaan)
    assert (
        improvements.move(improvement=one, to="dropped", by=jaan, reason="Seadus muutus").dropped_because
        == "Seadus muutus"
    )


def measured(indicator, values, first=date(2025, 1, 1), unit=None):
    passport = Passport.objects.filter(indicator=indicator).first()
    at = first
    for value in values:
        last = (at.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
        Measurement.objects.create(indicator=indicator, passport=passport, period="month", first_day=at, last_day=last, value=value, unit=unit, status="final", code_version="x")  # fmt: skip
        at = last + timedelta(days=1)


def test_the_effect_is_judged_by_the_chart_before_and_after(mari, jaan):
    indicator = Indicator.objects.get(code="calls_in_time")
    measured(indicator, [80, 82, 79, 81, 80, 83, 78, 81, 80, 82, 79, 81, 91, 92, 93, 91, 92, 94])
    one = planned(mari, jaan, indicator=indicator, should_rise=True, changed_on=date(2026, 1, 1))
    for state in ("do", "check"):
        improvements.move(improvement=one, to=state, by=jaan)

    judged = improvements.judge_effect(improvement=one, by=jaan)

    assert judged.effect == "better"
    assert (judged.effect_facts["before"], judged.effect_facts["after"]) == (12, 6)


def test_a_change_of_yesterday_is_too_early_to_judge_and_the_action_stays(mari, jaan):
    indicator = Indicator.objects.get(code="calls_in_time")
    measured(indicator, [80, 82, 79, 81, 80, 83, 78])
    one = planned(mari, jaan, indicator=indicator, should_rise=True, changed_on=date(2025, 8, 1))
    for state in ("do", "check"):
        improvements.move(improvement=one, to=state, by=jaan)
    improvements.judge_effect(improvement=one, by=jaan)

    with pytest.raises(DeedRefused):
        improvements.move(improvement=one, to="act", by=jaan)


def test_owners_are_reminded_before_and_after_once_for_a_day(mari, today):
    ImprovementFactory(owner=mari, due_on=today + timedelta(days=2))
    ImprovementFactory(owner=mari, due_on=today - timedelta(days=2))
    ImprovementFactory(owner=mari, due_on=today + timedelta(days=9))

    for _each in range(2):
        improvements.remind(today=today)

    assert sorted(Notification.objects.filter(user=mari).values_list("kind", flat=True)) == [
        "improvement.due",
        "improvement.overdue",
    ]


def test_a_specialist_sees_own_actions_and_those_with_a_task(mari, liis, as_person):
    own = ImprovementFactory(owner=mari)
    task = ImprovementTaskFactory(owner=mari).improvement
    foreign = ImprovementFactory()

    page = as_person(mari).get(reverse("quality:improvement_list")).content.decode()

    assert own.number in page
    assert task.number in page
    assert foreign.number not in page
    assert set(Improvement.objects.visible_to(liis)) == set()


def test_the_register_has_as_many_statements_for_three_as_for_one(jaan, as_person, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_person(jaan)
    ImprovementFactory()
    client.get(reverse("quality:improvement_list"))
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(reverse("quality:improvement_list"))
    expected = len(one)
    ImprovementFactory()
    ImprovementFactory()
    client.get(reverse("quality:improvement_list"))  # lists of the house are read anew after a change

    with django_assert_num_queries(expected):
        client.get(reverse("quality:improvement_list"))


def test_clients_read_what_was_told_without_signing_in_and_no_longer_when_withdrawn(client, jaan, mari, today):
    one = ImprovementFactory(owner=mari, state="check")
    improvements.tell_clients(improvement=one, told_et="Kirjad on nüüd selgemad.", told_en="", by=jaan, today=today)

    assert "Kirjad on nüüd selgemad." in client.get(reverse("quality:you_said")).content.decode()
    improvements.withdraw_telling(improvement=one, by=jaan)
    assert "Kirjad on nüüd selgemad." not in client.get(reverse("quality:you_said")).content.decode()


# --- Campaigns --------------------------------------------------------------------------------------------------------
@pytest.fixture
def forest_people(forest_unit):
    from tests.factories import UserFactory

    return [UserFactory(unit=forest_unit) for _each in range(5)]


def test_a_campaign_counts_each_person_once_and_only_those_meant(jaan, mari, forest_unit, forest_people):
    from quality import culture

    campaign = CampaignFactory()
    campaign.units.set([forest_unit])
    for person in (forest_people[0], forest_people[0], forest_people[1]):
        culture.say(campaign=campaign, how="read", by=person)
    with pytest.raises(DeedRefused):
        culture.say(campaign=campaign, how="took_part", by=mari)  # of another unit

    reach = culture.reach_of([campaign])[campaign.pk]

    assert (reach.people, reach.read, reach.took_part) == (5, 2, 0)
    assert [row[1:] for row in reach.by_unit] == [(5, 2, 0)]


def test_a_unit_of_few_is_not_found_by_subtracting_the_others(forest_unit, water_unit, forest_people):
    from quality import culture
    from tests.factories import UserFactory

    campaign = CampaignFactory()
    campaign.units.set([forest_unit, water_unit])
    culture.say(campaign=campaign, how="read", by=UserFactory(unit=water_unit))

    assert culture.reach_of([campaign])[campaign.pk].by_unit == ()


def test_a_campaign_that_is_over_is_read_by_nobody_more(forest_people, today):
    from quality import culture

    campaign = CampaignFactory()

    with pytest.raises(DeedRefused):
        culture.say(campaign=campaign, how="read", by=forest_people[0], today=campaign.ends_on + timedelta(days=1))


def test_the_board_has_as_many_statements_for_three_campaigns_as_for_one(jaan, as_person, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = as_person(jaan)
    CampaignFactory()
    client.get(reverse("quality:board"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("quality:board"))
    expected = len(one)
    CampaignFactory()
    CampaignFactory()
    client.get(reverse("quality:board"))  # lists of the house are read anew after a change

    with django_assert_num_queries(expected):
        client.get(reverse("quality:board"))


def test_the_board_speaks_the_readers_language(jaan, as_person):
    CampaignFactory(title_et="Selge keel", title_en="Plain language")
    client = as_person(jaan)

    assert "Selge keel" in client.get(reverse("quality:board")).content.decode()
    client.cookies["django_language"] = "en"
    assert "Plain language" in client.get(reverse("quality:board")).content.decode()


# --- What must not pass -----------------------------------------------------------------------------------------------
def checked(owner, by, **facts) -> Improvement:
    cause = Cause.objects.filter(parent__isnull=False).first()
    return ImprovementFactory(
        owner=owner,
        state="check",
        changed_on=date(2026, 1, 1),
        plan="Uus näidis",
        cause=cause,
        effect_note="Näitajat ei ole",
        **facts,
    )


def test_a_verdict_does_not_outlive_what_it_was_of(mari, jaan):
    one = checked(mari, jaan, effect="better")

    back = improvements.move(improvement=one, to="do", by=jaan)
    assert back.effect == ""

    one = checked(mari, jaan, effect="better")
    changed = improvements.change(improvement=one, by=jaan, changed_on=date(2026, 5, 1))
    assert changed.effect == ""
    with pytest.raises(DeedRefused):
        improvements.move(improvement=one, to="act", by=jaan)


def test_who_gave_it_away_does_not_close_it_either(jaan, peeter, mari):
    one = ImprovementFactory(owner=jaan, state="act", effect="better")
    improvements.write_note(improvement=one, text="Tõend", by=mari, is_evidence=True)
    improvements.change(improvement=one, by=jaan, owner=mari)

    with pytest.raises(DeedRefused):
        improvements.move(improvement=one, to="closed", by=jaan)

    assert improvements.move(improvement=one, to="closed", by=peeter).closed_by == peeter


def test_a_reason_too_long_is_told_and_kept(as_person, jaan, mari):
    one = ImprovementFactory(owner=mari)

    response = as_person(jaan).post(
        reverse("quality:improvement_move", args=[one.number]), {"to": "dropped", "reason": "pikk " * 200}
    )

    assert response.status_code == 422
    assert "pikk pikk" in response.content.decode()


def test_an_action_without_an_indicator_is_judged_by_people_in_words(jaan, mari):
    one = checked(mari, jaan)

    with pytest.raises(DeedRefused):
        improvements.judge_effect(improvement=one, by=jaan, note="Parem")
    with pytest.raises(DeedRefused):
        improvements.judge_effect(improvement=one, by=jaan, verdict="better")
    judged = improvements.judge_effect(improvement=one, by=jaan, note="Küsitakse vähem üle", verdict="better")

    assert (judged.effect, judged.effect_facts) == ("better", {"by_people": True})


def test_clients_are_not_told_of_what_was_not_done(jaan, mari, today):
    for state in ("plan", "do", "dropped"):
        one = ImprovementFactory(owner=mari, state=state, **({"dropped_because": "x"} if state == "dropped" else {}))
        with pytest.raises(DeedRefused):
            improvements.tell_clients(improvement=one, told_et="Tehtud", told_en="", by=jaan, today=today)


def test_an_ended_action_takes_neither_note_nor_task(jaan, mari, today):
    task = ImprovementTaskFactory(improvement=ImprovementFactory(owner=mari), owner=mari)
    Improvement.objects.filter(pk=task.improvement_id).update(state="dropped", dropped_because="x")

    with pytest.raises(DeedRefused):
        improvements.write_note(improvement=task.improvement, text="Veel", by=mari)
    with pytest.raises(DeedRefused):
        improvements.finish_task(task=task, by=mari, today=today)


def test_a_specialist_reads_no_figures_of_the_bureau_on_an_own_action(as_person, mari, jaan):
    indicator = Indicator.objects.get(code="answered_on_time")
    one = ImprovementFactory(
        owner=mari, state="check", indicator=indicator, should_rise=True, changed_on=date(2026, 1, 1)
    )
    passport = Passport.objects.filter(indicator=indicator).first()
    for month in range(1, 10):
        Measurement.objects.create(
            indicator=indicator, passport=passport, period="month", first_day=date(2025, month, 1), last_day=date(2025, month, 28),
            value=77.7, status="final", code_version="x",
        )  # fmt: skip

    page = as_person(mari).get(reverse("quality:improvement_detail", args=[one.number])).content.decode()

    assert "77,7" not in page
    assert reverse("quality:indicator_detail", args=["answered_on_time"]) not in page


def test_the_register_is_narrowed_and_taken_out_alike(as_person, jaan, mari, forest_unit):
    ImprovementFactory(owner=mari, title="Metsa oma", unit=forest_unit, source="signal")
    ImprovementFactory(owner=mari, title="Muu")
    client = as_person(jaan)

    page = client.get(
        reverse("quality:improvement_list"), {"unit": forest_unit.code, "source": "signal"}
    ).content.decode()
    response = client.post(reverse("quality:improvement_export") + f"?unit={forest_unit.code}", {"format": "csv"})
    taken = b"".join(response.streaming_content).decode("utf-8-sig")

    assert "Metsa oma" in page
    assert "Muu" not in page.partition("<tbody")[2].partition("</tbody")[0]
    assert "Metsa oma" in taken
    assert ";Muu;" not in taken


def test_tasks_are_reminded_of_too(mari, jaan, today):
    ImprovementTaskFactory(
        improvement=ImprovementFactory(owner=jaan, due_on=date(2031, 1, 1)), owner=mari, due_on=today
    )

    improvements.remind(today=today)
    improvements.remind(today=today)

    assert Notification.objects.filter(user=mari, kind="improvement.task_due").count() == 1


# --- From what was learned --------------------------------------------------------------------------------------------
def test_a_lesson_waits_in_the_register_until_it_is_an_action(as_person, jaan, mari):
    case = complaint_case(by=mari)
    case.complaint.lesson, case.complaint.lesson_on = "Kirjutame tähtaja esimesse kirja.", date(2026, 11, 2)
    case.complaint.save(update_fields=["lesson", "lesson_on"])
    client = as_person(jaan)
    url = reverse("quality:improvement_list")

    assert "Kirjutame tähtaja esimesse kirja." in client.get(url).content.decode()
    begun(mari, jaan, source_id=None)
    improvements.begin(
        title="a", problem="b", source="complaint", source_id=case.pk, owner=mari, due_on=date(2031, 1, 1), by=jaan
    )
    assert "Kirjutame tähtaja esimesse kirja." not in client.get(url).content.decode()


def test_a_survey_a_follow_up_and_a_disruption_lead_to_an_action_and_back(as_person, jaan, mari):
    from tests.factories.feedback import FollowUpFactory, SurveyFactory
    from tests.factories.staff import LoadEventFactory

    client = as_person(jaan)
    survey, follow_up, event = SurveyFactory(), FollowUpFactory(), LoadEventFactory()
    for source, of, page in (
        ("survey", survey.code, reverse("feedback:results", args=[survey.code])),
        ("follow_up", follow_up.pk, reverse("feedback:follow_up_detail", args=[follow_up.pk])),
        ("disruption", event.pk, reverse("staff:load_event_edit", args=[event.pk])),
    ):
        new = f"{reverse('quality:improvement_new')}?source={source}&of={of}"
        assert new.replace("&", "&amp;") in client.get(page).content.decode(), source

        client.post(
            new, {"source": source, "title": "Parem", "problem": "Halb", "owner": mari.pk, "due_on": "2031-01-10"}
        )

        made = Improvement.objects.get(source=source)
        assert made.source_id == {"survey": survey.pk, "follow_up": follow_up.pk, "disruption": event.pk}[source]
        detail = client.get(reverse("quality:improvement_detail", args=[made.number])).content.decode()
        assert f'href="{page if source != "disruption" else reverse("staff:load_event_list")}"' in detail
        assert reverse("quality:improvement_detail", args=[made.number]) in client.get(page).content.decode()


def test_an_action_made_by_hand_says_who_proposed_it_and_when(as_person, jaan, mari, today):
    made = begun(mari, jaan)

    page = " ".join(
        as_person(jaan).get(reverse("quality:improvement_detail", args=[made.number])).content.decode().split()
    )

    assert f"Ettepanek: {jaan}, {today:%d.%m.%Y}" in page


def test_what_is_not_the_persons_to_see_is_no_origin(as_person, peeter, jaan):
    page = as_person(peeter).get(reverse("quality:improvement_new"), {"source": "survey", "of": "ei-ole"})

    assert page.status_code == 200
    assert page.context["origin"] is None
