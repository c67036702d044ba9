"""Ways of one case through several hands: more time, another body, a restriction, a queue, a substitute."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from bureau.models import OutsideBody, Topic
from bureau.templatetags.formats import day
from complaints.extension import advised, extendable
from complaints.models import Case, Clock, DeadlineRule
from tests.factories import AbsenceFactory, CaseFactory, PartyFactory, SubstitutionFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def andres(db):
    return PartyFactory(name="Andres Kuusk", email="andres.kuusk@example.ee")


def test_more_time_is_asked_for_granted_and_told_with_its_reason(open_desk, mari, peeter, andres):
    case = CaseFactory(assignee=mari, party=andres)
    (clock,) = extendable(case)
    before, longer = case.due_on, advised(clock)
    page = open_desk(mari)
    page.goto(case.get_absolute_url())
    page.get_by_role("link", name="Palu pikendust").click()
    sheet = page.locator("#sheet")
    sheet.get_by_label("Miks on vaja rohkem aega").fill("Ootame mõõtmise tulemust.")
    sheet.get_by_role("button", name="Palu").click()
    page.get_by_text("Palve on edastatud").wait_for()

    page = open_desk(peeter)
    page.goto("/notifications/")
    page.get_by_role("button", name=f"{case.number}: Mari Tamm").click()
    page.get_by_role("link", name="Pikenda tähtaega").click()
    sheet = page.locator("#sheet")
    expect(sheet.get_by_label("Miks on vaja rohkem aega")).to_have_value("Ootame mõõtmise tulemust.")
    sheet.get_by_role("button", name="Pikenda ja teata").click()
    page.get_by_text("Tähtaeg on pikendatud ja teade kirja pandud").wait_for()

    case.refresh_from_db()
    assert before < case.due_on == longer
    expect(page.get_by_role("row", name="Selgitustaotlus")).to_contain_text(day(longer))
    expect(page.get_by_role("row", name="Selgitustaotlus")).to_contain_text(day(before))
    expect(page.locator("details.why").first).to_contain_text("Ootame mõõtmise tulemust.")
    expect(page.locator("#timeline")).to_contain_text("andres.kuusk@example.ee")


def test_what_is_another_bodys_matter_is_forwarded_with_a_notice(open_desk, mari, andres):
    case = CaseFactory(assignee=mari, party=andres)
    body = OutsideBody.objects.order_by("name_et").first()
    page = open_desk(mari)
    page.goto(case.get_absolute_url())
    page.get_by_role("link", name="Suuna", exact=True).click()
    sheet = page.locator("#sheet")
    sheet.locator("select[name=body]").select_option(str(body.pk))
    expect(sheet.locator("textarea[name=notice_text]")).not_to_be_empty()
    sheet.get_by_role("button", name="Edasta ja teata: Andres Kuusk").click()
    page.get_by_text("Pöördumine on edastatud").wait_for()

    case.refresh_from_db()
    assert (case.status, case.outcome) == ("forwarded", "forwarded")
    assert case.clocks.get(purpose=DeadlineRule.Purpose.FORWARD).state == Clock.State.MET
    expect(page.locator("#timeline")).to_contain_text(body.name_et)
    expect(page.locator("#timeline")).to_contain_text("andres.kuusk@example.ee")


def test_a_restricted_case_does_not_exist_for_a_colleague(open_desk, mari, liis, andres):
    CaseFactory(assignee=mari, title="Metsateatis")
    case = CaseFactory(assignee=mari, party=andres, title="Arstitõendiga avaldus")
    page = open_desk(mari)
    page.goto(case.get_absolute_url())
    page.locator("summary", has_text="Veel").click()
    page.get_by_role("link", name="Piira juurdepääsu").click()
    sheet = page.locator("#sheet")
    sheet.locator("select[name=basis]").select_option(index=1)
    sheet.locator("input[name=until]").fill(f"{timezone.localdate().year + 5}-01-01")
    sheet.locator("textarea[name=reason]").fill("Lisas on terviseandmed.")
    sheet.get_by_role("button", name="Märgi asutusesiseseks").click()
    page.locator(".case-banner", has_text="asutusesiseseks").or_(
        page.locator(".case-banner", has_text="ASUTUSESISESEKS")
    ).wait_for()

    page = open_desk(liis)
    assert page.goto(case.get_absolute_url()).status == 404
    assert page.goto(f"/search/?q={case.number}").status == 200
    expect(page.get_by_role("main").get_by_role("link", name=case.number)).to_have_count(0)
    page.goto("/search/?q=arstitõendiga")
    expect(page.get_by_text("Arstitõendiga avaldus")).to_have_count(0)
    page.goto("/cases/")
    expect(page.get_by_role("status").filter(has_text="1 pöördumi")).to_be_visible()
    expect(page.get_by_text("Arstitõendiga avaldus")).to_have_count(0)
    page.get_by_role("link", name="Ekspordi").click()
    page.locator("input[name=format][value=csv]").check(force=True)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Laadi fail alla").click()
    rows = taken.value.path().read_text("utf-8-sig").splitlines()
    assert len(rows) == 2
    assert "Metsateatis" in rows[1]


def test_take_next_gives_the_oldest_clock_and_assigning_shows_reasons(open_desk, mari, liis, peeter):
    forest = Topic.objects.get(code="forest")
    liis.skills.add(forest)
    liis.languages_served = mari.languages_served = ["et", "en"]
    liis.save()
    AbsenceFactory(user=mari, created_by=peeter)
    younger, older = CaseFactory(days_ago=1), CaseFactory(days_ago=9)
    page = open_desk(liis)
    page.goto("/desk/")
    page.keyboard.press("t")
    page.wait_for_url(f"**/cases/{older.number}/")

    page = open_desk(peeter)
    page.goto(younger.get_absolute_url())
    page.keyboard.press("a")
    people = page.locator("#sheet .person-choice")
    people.first.wait_for()
    assert "Mari Tamm" in people.last.text_content()
    assert "ära" in people.last.text_content()
    assert "1 avatud pöördumine" in people.filter(has_text="Liis Mets").text_content()
    people.filter(has_text="Liis Mets").click()
    page.locator("#sheet").get_by_role("button", name="Määra menetleja").click()
    page.get_by_text("Menetleja on määratud").wait_for()

    assert set(Case.objects.values_list("assignee", flat=True)) == {liis.pk}
    expect(page.locator(".page-facts, header").filter(has_text="Liis Mets").first).to_be_visible()


def test_many_cases_change_hands_at_once_and_come_back(open_desk, mari, liis, peeter):
    cases = [CaseFactory(assignee=mari) for _ in range(3)]
    page = open_desk(peeter)
    page.goto("/cases/")
    for case in cases[:2]:
        page.get_by_role("checkbox", name=case.number).check()
    page.get_by_role("button", name="Määra menetleja …").click()
    page.get_by_label("Kellele").select_option(label="Liis Mets")
    page.get_by_role("button", name="Näita, mis juhtuks").click()
    page.get_by_role("button", name="Anna 2 pöördumist: Liis Mets").click()
    page.get_by_text("2 pöördumist vahetas menetlejat").wait_for()
    assert Case.objects.filter(assignee=liis).count() == 2

    page.get_by_role("button", name="Võta tagasi").click()
    page.get_by_text("2 pöördumist vahetas menetlejat").wait_for()
    assert Case.objects.filter(assignee=mari).count() == 3


def test_a_substitute_acts_in_the_name_of_who_is_away(open_desk, jaan, tiina, mari):
    """The head of department has no part in handling; only as Jaan's substitute may she answer."""
    SubstitutionFactory(absent=jaan, substitute=tiina, created_by=jaan)
    AbsenceFactory(user=jaan, created_by=jaan)
    case = CaseFactory(assignee=mari)
    page = open_desk(tiina)
    page.goto(case.get_absolute_url())
    expect(page.locator("summary.me")).to_contain_text("asendab: Jaan Kask")
    page.locator("#reply textarea").fill("Vaatan ise üle.")
    page.get_by_role("button", name="Märgi vastus saadetuks").click()
    page.locator("#timeline").get_by_text("Vaatan ise üle.").wait_for()

    for reader in (tiina, mari):
        page = open_desk(reader)
        page.goto(case.get_absolute_url())
        reply = page.locator("#timeline").get_by_role("listitem").filter(has_text="Vaatan ise üle.")
        expect(reply).to_contain_text("Tiina Kuusk")
        expect(reply).to_contain_text("Jaan Kask")
