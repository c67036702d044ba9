"""The board: campaigns with their reach, pledges kept or not, in the reader's language."""

from datetime import timedelta

import pytest
from django.urls import reverse

from bureau.refusals import DeedRefused
from quality import culture
from quality.models import CampaignReach
from tests.factories import UserFactory
from tests.factories.quality import CampaignFactory, PledgeFactory, PraiseFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def forest_people(forest_unit):
    return [UserFactory(unit=forest_unit) for _each in range(6)]


def meant_for(*units):
    campaign = CampaignFactory()
    campaign.units.set(units)
    return campaign


def over(today, **facts):
    return PledgeFactory(starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1), **facts)


# --- Reach ------------------------------------------------------------------------------------------------------------
def test_fewer_than_five_people_are_not_counted_at_all(water_unit, as_person, jaan):
    campaign = meant_for(water_unit)
    for _each in range(3):
        culture.say(campaign=campaign, how="read", by=UserFactory(unit=water_unit))

    reach = culture.reach_of([campaign])[campaign.pk]
    page = as_person(jaan).get(reverse("quality:board")).content.decode()

    assert reach.is_hidden
    assert (reach.read, reach.took_part, reach.by_unit) == (0, 0, ())
    assert "Mõeldud on alla viie inimese: kui palju neist luges, ei näidata." in page


def read_by_all(unit, people):
    campaign = meant_for(unit)
    for one in people:
        culture.say(campaign=campaign, how="read", by=one)
    return campaign


def test_whoever_left_is_counted_neither_among_those_meant_nor_among_those_who_read(forest_unit, water_unit, forest_people):  # fmt: skip
    campaign = read_by_all(forest_unit, forest_people)
    type(forest_people[0]).objects.filter(pk=forest_people[0].pk).update(is_active=False)

    reach = culture.reach_of([campaign])[campaign.pk]

    assert (reach.people, reach.read) == (5, 5)
    assert [row[1:] for row in reach.by_unit] == [(5, 5, 0)]


def test_whoever_changed_unit_is_counted_where_they_are_now(forest_unit, water_unit, forest_people):
    campaign = read_by_all(forest_unit, forest_people)
    type(forest_people[0]).objects.filter(pk=forest_people[0].pk).update(unit=water_unit)

    reach = culture.reach_of([campaign])[campaign.pk]

    assert (reach.people, reach.read) == (5, 5)


def test_reach_takes_two_statements_for_any_number_of_campaigns(forest_unit, forest_people, django_assert_num_queries):
    from django.db.models import prefetch_related_objects

    campaigns = [meant_for(forest_unit) for _each in range(4)]
    prefetch_related_objects(campaigns, "units")
    culture.reach_of(campaigns)

    with django_assert_num_queries(2):
        culture.reach_of(campaigns)


@pytest.mark.parametrize("how", ["", "kuulsin", "x" * 600])
def test_what_is_neither_read_nor_part_taken_is_told(how, as_person, jaan):
    campaign = CampaignFactory()

    response = as_person(jaan).post(reverse("quality:campaign_say", args=[campaign.pk]), {"how": how}, follow=True)

    assert "Ütle, kas lugesid või osalesid." in response.content.decode()
    assert not CampaignReach.objects.exists()


def test_another_units_campaign_has_no_buttons_and_takes_no_word(as_person, mari, forest_unit):
    campaign = meant_for(forest_unit)
    client, url = as_person(mari), reverse("quality:campaign_say", args=[campaign.pk])

    assert url not in client.get(reverse("quality:board")).content.decode()
    client.post(url, {"how": "read"})

    assert not CampaignReach.objects.exists()


# --- Pledges ----------------------------------------------------------------------------------------------------------
def test_a_pledge_is_judged_with_a_note(as_person, jaan, today):
    pledge = over(today)
    client, url = as_person(jaan), reverse("quality:pledge_judge", args=[pledge.pk])
    assert url in client.get(reverse("quality:board")).content.decode()
    assert pledge.text_et in client.get(url).content.decode()

    response = client.post(url, {"kept": "no", "note": "Kahel nädalal olime hiljem"})

    assert response.status_code == 302
    pledge.refresh_from_db()
    assert (pledge.was_kept, pledge.note) == (False, "Kahel nädalal olime hiljem")

    again = client.post(url, {"kept": "yes", "note": "Siiski peeti"})

    assert again.status_code == 422
    pledge.refresh_from_db()
    assert (pledge.was_kept, pledge.note) == (False, "Kahel nädalal olime hiljem")


@pytest.mark.parametrize("data", [{}, {"kept": "võib-olla", "note": "pikk"}, {"kept": "yes", "note": "pikk " * 80}])
def test_what_is_wrong_with_a_judgement_is_told_and_kept(data, as_person, jaan, today):
    pledge = over(today)

    response = as_person(jaan).post(reverse("quality:pledge_judge", args=[pledge.pk]), data)

    page = response.content.decode()
    assert response.status_code == 422
    assert 'role="alert"' in page
    assert data.get("note", "").strip() in page
    pledge.refresh_from_db()
    assert pledge.was_kept is None


def test_a_pledge_that_runs_is_refused_beside_what_was_typed(as_person, jaan):
    pledge = PledgeFactory()

    response = as_person(jaan).post(
        reverse("quality:pledge_judge", args=[pledge.pk]), {"kept": "yes", "note": "Kõik hästi"}
    )

    assert response.status_code == 422
    assert "Kõik hästi" in response.content.decode()


def test_a_judged_pledge_keeps_its_words(jaan, today):
    pledge = over(today)
    culture.judge_pledge(pledge=pledge, was_kept=True, note="", by=jaan, today=today)
    pledge.refresh_from_db()
    pledge.text_et = "Vastame kümne tööpäevaga."

    with pytest.raises(DeedRefused):
        culture.save_pledge(pledge=pledge, by=jaan)


def test_pledges_and_campaigns_speak_the_readers_language(as_person, jaan):
    PledgeFactory(text_et="Vastame kolme päevaga.", text_en="We answer within three days.")
    PledgeFactory(text_et="Helistame tagasi.")
    CampaignFactory(text_et="Kirjutame selgelt.", text_en="We write plainly.")
    client = as_person(jaan)
    client.cookies["django_language"] = "en"

    page = client.get(reverse("quality:board")).content.decode()

    assert "We answer within three days." in page
    assert "Vastame kolme päevaga." not in page
    assert '<span lang="et">Helistame tagasi.</span>' in page
    assert "We write plainly." in page
    assert "Kirjutame selgelt." not in page


def test_the_board_marks_only_ones_own_words(jaan, as_person, forest_unit, forest_people):
    campaign = meant_for(forest_unit)
    for one in forest_people:
        culture.say(campaign=campaign, how="read", by=one)

    page = as_person(jaan).get(reverse("quality:board"))

    assert page.context["campaigns"][0].said == set()
    assert page.context["campaigns"][0].reach.read == 6


# --- Nothing falls off the board --------------------------------------------------------------------------------------
def test_a_pledge_that_waits_to_be_judged_stays_on_the_board(as_person, jaan, today):
    waiting = over(today, text_et="Ootab hindamist.")
    for _each in range(31):
        PledgeFactory(was_kept=True, judged_on=today)

    page = as_person(jaan).get(reverse("quality:board")).content.decode()

    assert reverse("quality:pledge_judge", args=[waiting.pk]) in page


def test_a_campaign_that_runs_stays_on_the_board(as_person, jaan, today):
    CampaignFactory(
        title_et="Pikk kampaania", starts_on=today - timedelta(days=300), ends_on=today + timedelta(days=9)
    )
    for _each in range(11):
        CampaignFactory(starts_on=today - timedelta(days=20), ends_on=today - timedelta(days=2))

    assert "Pikk kampaania" in as_person(jaan).get(reverse("quality:board")).content.decode()


def test_old_praise_is_reached_by_pages_and_may_be_taken_down(as_person, jaan):
    first = PraiseFactory(text="Kõige esimene kiitus.")
    for _each in range(30):
        PraiseFactory()
    client, url = as_person(jaan), reverse("quality:board")

    newest = client.get(url)
    older = client.get(f"{url}?after={newest.context['praise'].next_key}")

    assert "Kõige esimene kiitus." not in newest.content.decode()
    assert "Kõige esimene kiitus." in older.content.decode()
    assert reverse("quality:praise_take_down", args=[first.pk]) in older.content.decode()
