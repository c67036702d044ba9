"""Pages of an action: what is refused is told beside what was typed; from what it comes is a row; what clients are told is done."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from bureau import reference
from bureau.key_paging import newest_first_by
from bureau.models import Cause, Deed, Notification
from bureau.notice_texts import sentence_of
from bureau.substitution import rights_of
from complaints.conflict_of_interest import name_person
from complaints.signals import complaint_lesson_learned
from quality import improvements
from quality.models import Improvement, ImprovementNote, ImprovementTask
from tests.factories import SubstitutionFactory, UserFactory
from tests.factories.complaints import complaint_case
from tests.factories.feedback import SurveyFactory
from tests.factories.quality import ImprovementFactory, ImprovementTaskFactory

pytestmark = pytest.mark.django_db


def address(name: str, one: Improvement, *more) -> str:
    return reverse(f"quality:improvement_{name}", args=[one.number, *more])


def dropped(owner, **facts) -> Improvement:
    return ImprovementFactory(owner=owner, state="dropped", dropped_because="Seadus muutus", **facts)


# --- What is refused --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "data", "kept"),
    [
        ("move", {"to": "dropped", "reason": "Liiga kulukas"}, "Liiga kulukas"),
        ("note", {"text": "Näidis on valmis"}, "Näidis on valmis"),
        ("task_add", {"title": "Koosta näidis", "due_on": "2031-01-05"}, "Koosta näidis"),
        ("judge", {"verdict": "better", "note": "Küsitakse vähem"}, "Küsitakse vähem"),
    ],
)
def test_what_was_typed_stands_again_when_the_action_ended_meanwhile(name, data, kept, as_person, jaan, mari):
    one = dropped(mari)
    if name == "task_add":
        data = data | {"owner": mari.pk}

    response = as_person(jaan).post(address(name, one), data)

    page = response.content.decode()
    assert response.status_code == 422
    assert kept in page
    assert 'role="alert"' in page
    assert not ImprovementNote.objects.exists()
    assert not ImprovementTask.objects.exists()


def test_a_move_to_nowhere_is_told(as_person, jaan, mari):
    response = as_person(jaan).post(address("move", ImprovementFactory(owner=mari)), {"to": "kuu peale"})

    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()


def test_what_is_missing_for_a_move_is_told(as_person, jaan, mari):
    response = as_person(jaan).post(address("move", ImprovementFactory(owner=mari)), {"to": "do"})

    assert response.status_code == 422
    assert "Veel on vaja" in response.content.decode()


def test_an_ended_action_offers_neither_note_nor_done(as_person, mari):
    task = ImprovementTaskFactory(improvement=dropped(mari), owner=mari)
    one = task.improvement

    page = as_person(mari).get(address("detail", one)).content.decode()

    assert address("note", one) not in page
    assert address("task_done", one, task.pk) not in page


def test_an_owner_is_not_offered_to_judge_in_words(as_person, jaan, peeter):
    one = ImprovementFactory(owner=jaan, state="check", changed_on=date(2026, 1, 1))

    assert 'name="verdict"' not in as_person(jaan).get(address("detail", one)).content.decode()
    assert 'name="verdict"' in as_person(peeter).get(address("detail", one)).content.decode()


# --- Where it comes from ----------------------------------------------------------------------------------------------
def typed(owner, **facts) -> dict:
    return {"title": "Parem", "problem": "Halb", "owner": owner.pk, "due_on": "2031-01-10"} | facts


def test_where_an_action_comes_from_is_a_row(as_person, jaan, mari):
    survey, client, url = SurveyFactory(), as_person(jaan), reverse("quality:improvement_new")

    nothing = client.post(url, typed(mari, source="survey", of=""))
    wrong = client.post(url, typed(mari, source="survey", of="ei-ole"))
    client.post(url, typed(mari, source="survey", of=survey.code))

    assert (nothing.status_code, wrong.status_code) == (422, 422)
    assert "ei-ole" in wrong.content.decode()
    made = Improvement.objects.get()
    assert (made.source, made.source_id) == ("survey", survey.pk)


def test_a_lesson_typed_by_its_number_leads_to_the_action_it_became(as_person, jaan, mari):
    case = complaint_case(by=mari)
    known = ImprovementFactory(owner=mari, source="complaint", source_id=case.pk)

    response = as_person(jaan).post(
        reverse("quality:improvement_new"), typed(mari, source="complaint", of=f" {case.number.lower()} ")
    )

    assert response.url == address("detail", known)
    assert Improvement.objects.count() == 1


def test_a_proposal_comes_from_nothing_else(as_person, jaan, mari):
    client, url = as_person(jaan), reverse("quality:improvement_new")

    client.post(url, typed(mari, source="proposal", of=""))
    offered = [value for value, _word in client.get(url).context["form"].fields["source"].choices]

    assert Improvement.objects.get().source_id is None
    assert offered == ["proposal", "complaint", "survey", "follow_up"]


def test_lessons_beyond_those_shown_are_counted(as_person, jaan, mari):
    for day in range(1, 13):
        case = complaint_case(by=mari)
        case.complaint.lesson, case.complaint.lesson_on = "Kirjutame selgelt.", date(2026, 11, day)
        case.complaint.save(update_fields=["lesson", "lesson_on"])

    page = as_person(jaan).get(reverse("quality:improvement_list")).content.decode()

    assert page.count("Kirjutame selgelt.") == 10
    assert "Näidatud on uusimad: 10 õppetundi, kokku on neid 12." in page


def test_the_head_is_told_of_a_lesson_until_it_is_an_action(jaan, mari):
    case = complaint_case(by=mari)
    ImprovementFactory(owner=mari, source="complaint", source_id=case.pk)

    complaint_lesson_learned.send(sender=None, case_id=case.pk, cause_id=None)

    assert not Notification.objects.filter(kind="improvement.proposed").exists()


# --- Counts -----------------------------------------------------------------------------------------------------------
def test_counts_by_cause_are_of_all_rows_in_one_statement(mari, jaan, django_assert_num_queries):
    first, second = Cause.objects.filter(parent__isnull=False)[:2]
    Improvement.objects.bulk_create(
        ImprovementFactory.build(owner=mari, cause=first, number=f"T-2025-{at:05d}") for at in range(2001)
    )
    dropped(mari, cause=second)
    causes = reference.causes()
    _rights = jaan.rights

    with django_assert_num_queries(1):
        counted = improvements.counts_seen_by(jaan)
    found = improvements.counts_by([(cause, *counts) for cause, _unit, *counts in counted], causes)

    assert found == [(first.name, 2001, 2001), (second.name, 0, 1)]


# --- Clients ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("to", "reason"), [("do", ""), ("dropped", "Ei aidanud")])
def test_what_is_taken_back_or_dropped_is_told_no_more(to, reason, client, jaan, mari, today):
    cause = Cause.objects.filter(parent__isnull=False).first()
    one = ImprovementFactory(owner=mari, state="check", cause=cause, plan="Uus näidis", effect_note="Näitajat ei ole")
    improvements.tell_clients(improvement=one, told_et="Kirjad on nüüd selgemad.", told_en="", by=jaan, today=today)

    moved = improvements.move(improvement=one, to=to, by=jaan, reason=reason)

    assert (moved.told_on, moved.told_et) == (None, "Kirjad on nüüd selgemad.")
    assert Deed.objects.filter(action="improvement.telling_withdrawn").count() == 1
    assert "Kirjad on nüüd selgemad." not in client.get(reverse("quality:you_said")).content.decode()


def test_the_public_page_shows_nothing_that_is_not_done(client, mari, today):
    dropped(mari, told_et="Lubatud ja tegemata.", told_on=today)

    assert "Lubatud ja tegemata." not in client.get(reverse("quality:you_said")).content.decode()


def test_the_public_page_has_pages(client, mari, today):
    another = UserFactory()
    for at in range(51):
        ImprovementFactory(owner=mari, state="closed", closed_by=another, told_et=f"Muudatus {at}.", told_on=today)  # fmt: skip
    url = reverse("quality:you_said")

    first = client.get(url)
    second = client.get(f"{url}?after={first.context['page'].next_key}")

    assert "Muudatus 50." in first.content.decode()
    assert 'rel="next"' in first.content.decode()
    assert "Muudatus 0." in second.content.decode()
    assert 'rel="next"' not in second.content.decode()


def test_what_was_told_last_stands_first_however_old_the_action(client, mari, today):
    days = (today, today - timedelta(days=1), today - timedelta(days=2), today - timedelta(days=2))
    for at, day in enumerate(days):
        ImprovementFactory(owner=mari, state="check", told_et=f"Muudatus {at}.", told_on=day)

    first = newest_first_by(Improvement.objects.told(), Improvement.BY_TELLING, size=2)
    second = newest_first_by(Improvement.objects.told(), Improvement.BY_TELLING, size=2, after=first.next_key)
    back = newest_first_by(Improvement.objects.told(), Improvement.BY_TELLING, size=2, before=second.previous_key)

    assert [[one.told_et for one in page] for page in (first, second, back)] == [
        ["Muudatus 0.", "Muudatus 1."], ["Muudatus 3.", "Muudatus 2."], ["Muudatus 0.", "Muudatus 1."],
    ]  # fmt: skip
    assert (first.previous_key, second.next_key, back.previous_key) == (None, None, None)


@pytest.mark.parametrize("after", ["", "kuu", "2026-13-01~5", "2026-11-30~", "2026-11-30~" + "9" * 40, "٣"])
def test_what_is_no_key_begins_at_the_first_page(after, client, mari, today):
    ImprovementFactory(owner=mari, state="check", told_et="Selgem.", told_on=date(2026, 1, 1))

    response = client.get(reverse("quality:you_said"), {"after": after})

    assert response.status_code == 200
    assert "Selgem." in response.content.decode()


def test_what_is_told_is_taken_off_by_its_button(as_person, jaan, mari, today):
    one = ImprovementFactory(owner=mari, state="check")
    improvements.tell_clients(improvement=one, told_et="Selgem.", told_en="", by=jaan, today=today)

    response = as_person(jaan).post(address("tell", one), {"withdraw": "yes", "told_et": ""})

    assert response.status_code == 302
    one.refresh_from_db()
    assert one.told_on is None


# --- The register -----------------------------------------------------------------------------------------------------
def test_the_register_is_narrowed_by_a_group_of_causes_and_taken_out_as_a_workbook(as_person, jaan, mari):
    from io import BytesIO

    from openpyxl import load_workbook

    part = Cause.objects.filter(parent__isnull=False).first()
    other = Cause.objects.filter(parent__isnull=False).exclude(parent=part.parent).first()
    ImprovementFactory(owner=mari, title="Sellest rühmast", cause=part)
    ImprovementFactory(owner=mari, title="Teisest rühmast", cause=other)
    client = as_person(jaan)

    page = client.get(reverse("quality:improvement_list"), {"cause": part.parent.code})
    response = client.post(f"{reverse('quality:improvement_export')}?cause={part.parent.code}", {"format": "xlsx"})
    cells = [cell for row in load_workbook(BytesIO(b"".join(response.streaming_content))).active.iter_rows(values_only=True) for cell in row]  # fmt: skip

    assert [one.title for one in page.context["page"]] == ["Sellest rühmast"]
    assert "Sellest rühmast" in cells
    assert "Teisest rühmast" not in cells


@pytest.mark.parametrize("name", ["cause", "unit", "source", "state"])
def test_a_narrowing_that_is_not_understood_finds_nothing(name, as_person, jaan, mari):
    ImprovementFactory(owner=mari)

    assert list(as_person(jaan).get(reverse("quality:improvement_list"), {name: "kuu"}).context["page"]) == []


# --- Whoever stands in ------------------------------------------------------------------------------------------------
def test_who_stands_in_for_the_owner_finishes_the_task(as_person, mari, liis, jaan, today):
    SubstitutionFactory(absent=liis, substitute=mari, starts_on=today, ends_on=today, created_by=jaan)
    task = ImprovementTaskFactory(improvement=ImprovementFactory(owner=jaan), owner=liis)
    client, url = as_person(mari), address("task_done", task.improvement, task.pk)
    assert url in client.get(address("detail", task.improvement)).content.decode()

    client.post(url)

    task.refresh_from_db()
    assert (task.done_on, task.done_by) == (today, mari)


def test_a_move_is_told_to_the_owner_as_a_move(mari, jaan):
    one = ImprovementFactory(owner=mari, state="act", effect="better", changed_on=date(2026, 1, 1))

    improvements.move(improvement=one, to="check", by=jaan)

    notice = Notification.objects.get(user=mari)
    assert notice.kind == "improvement.moved"
    assert sentence_of(notice) == f"Sinu parendustegevus {one.number} viidi edasi: {one.title}"


def test_two_who_change_an_action_at_once_lose_nothing(as_person, jaan, peeter, mari):
    one = ImprovementFactory(owner=mari)
    client, url = as_person(jaan), address("edit", one)
    shown = client.get(url).context["form"]
    typed = {name: shown[name].value() if shown[name].value() is not None else "" for name in shown.fields}
    improvements.change(improvement=one, by=peeter, title="Peetri pealkiri")

    refused = client.post(url, typed | {"title": "Jaani pealkiri"})

    page = refused.content.decode()
    assert refused.status_code == 409
    assert "Peeter Saar" in page and "Peetri pealkiri" in page  # noqa: PT018
    assert "Jaani pealkiri" in page
    one.refresh_from_db()
    assert one.title == "Peetri pealkiri"

    again = client.post(url, {name: refused.context["form"][name].value() or "" for name in shown.fields})

    one.refresh_from_db()
    assert (again.status_code, one.title) == (302, "Jaani pealkiri")


def test_a_text_that_nobody_touched_is_not_changed_by_how_a_browser_ends_lines(as_person, jaan, mari):
    one = ImprovementFactory(owner=mari, problem="Esimene rida\nTeine rida")
    client, url = as_person(jaan), address("edit", one)
    shown = client.get(url).context["form"]
    typed = {name: shown[name].value() if shown[name].value() is not None else "" for name in shown.fields}

    client.post(url, typed | {"title": "Uus pealkiri", "problem": "Esimene rida\r\nTeine rida"})

    one.refresh_from_db()
    assert (one.title, one.problem) == ("Uus pealkiri", "Esimene rida\nTeine rida")
    assert Deed.objects.get(action="improvement.changed", object_id=one.pk).data["fields"] == ["title"]


def test_all_that_others_changed_meanwhile_is_told(as_person, jaan, peeter, liis, mari, today):
    one = ImprovementFactory(owner=mari)
    seen = improvements.last_deed(one)
    improvements.change(improvement=one, by=peeter, title="Peetri pealkiri")
    improvements.change(improvement=one, by=liis, problem="Liisi mure")

    with pytest.raises(improvements.ChangedMeanwhile) as refusal:
        improvements.change(improvement=one, by=jaan, seen=seen, title="Jaani pealkiri")

    for words in ("Peeter Saar", "Liis Mets", "Peetri pealkiri", "Liisi mure"):
        assert words in str(refusal.value)
    assert refusal.value.last == improvements.last_deed(one)


def test_a_judgement_meanwhile_is_not_overwritten(jaan, peeter, mari, today):
    one = ImprovementFactory(owner=mari, state="check", changed_on=today, effect_note="Vana")
    seen = improvements.last_deed(one)
    improvements.judge_effect(improvement=one, by=peeter, note="Järjekord lühenes", verdict="better")

    with pytest.raises(improvements.ChangedMeanwhile, match="Järjekord lühenes"):
        improvements.change(improvement=one, by=jaan, seen=seen, title="Uus", effect_note="Vana")


def test_an_owner_does_not_reword_anothers_judgement(peeter, jaan, mari, today):
    one = ImprovementFactory(owner=mari, state="check", changed_on=today)
    improvements.judge_effect(improvement=one, by=peeter, note="Läks halvemaks", verdict="worse")

    with pytest.raises(improvements.DeedRefused):
        improvements.change(improvement=one, by=mari, effect_note="Läks paremaks")
    with pytest.raises(improvements.DeedRefused):
        improvements.change(improvement=one, by=mari, effect_note="Läks paremaks", owner=jaan)

    assert Improvement.objects.get(pk=one.pk).effect_note == "Läks halvemaks"
    improvements.change(improvement=one, by=peeter, effect_note="Läks halvemaks, näeme kõnedest")


def test_ones_own_earlier_change_is_no_surprise(as_person, jaan, mari):
    one = ImprovementFactory(owner=mari)
    client, url = as_person(jaan), address("edit", one)
    shown = client.get(url).context["form"]
    typed = {name: shown[name].value() if shown[name].value() is not None else "" for name in shown.fields}
    improvements.change(improvement=one, by=jaan, title="Esimene")

    assert client.post(url, typed | {"title": "Teine"}).status_code == 302


# --- Whom the complaint concerns --------------------------------------------------------------------------------------
def test_what_was_made_of_a_complaint_does_not_exist_for_whom_it_concerns(as_person, jaan, peeter, mari, liis):
    case = complaint_case(by=peeter, assignee=peeter)
    one = ImprovementFactory(owner=peeter, source="complaint", source_id=case.pk, title="Õppetund letist")
    plain = ImprovementFactory(owner=peeter, title="Muu tegevus")
    name_person(complaint=case.complaint, user=jaan, by=peeter)

    assert list(Improvement.objects.visible_to(jaan)) == [plain]
    assert as_person(jaan).get(address("detail", one)).status_code == 404
    assert "Õppetund letist" not in as_person(jaan).get(reverse("quality:improvement_list")).content.decode()
    assert set(Improvement.objects.visible_to(peeter)) == {one, plain}


def test_nor_for_who_stands_in_by_that_persons_rights(jaan, peeter, liis, today):
    case = complaint_case(by=peeter, assignee=peeter)
    one = ImprovementFactory(owner=peeter, source="complaint", source_id=case.pk)
    name_person(complaint=case.complaint, user=jaan, by=peeter)
    SubstitutionFactory(absent=jaan, substitute=liis, starts_on=today, ends_on=today)
    liis.rights = rights_of(liis, today)

    assert one not in Improvement.objects.visible_to(liis)
    assert one in Improvement.objects.visible_to(peeter)


def test_a_head_whom_the_complaint_concerns_is_told_of_no_lesson(jaan, peeter):
    case = complaint_case(by=peeter, assignee=peeter)
    other = complaint_case(by=peeter, assignee=peeter)
    name_person(complaint=case.complaint, user=jaan, by=peeter)

    complaint_lesson_learned.send(sender=None, case_id=case.pk, cause_id=None)
    complaint_lesson_learned.send(sender=None, case_id=other.pk, cause_id=None)
    told = Notification.objects.filter(user=jaan, kind="improvement.proposed")
    assert [one.url.endswith(other.number) for one in told] == [True]

    name_person(complaint=other.complaint, user=jaan, by=peeter)
    assert not told.all().exists()
