"""Tables at every width: no word of a badge is broken or leaves its cell, and no column that matters is out of sight."""

from datetime import timedelta

import pytest
from django.utils import timezone

from complaints.models import Case, Clock
from tests.browser.conftest import scrolls_sideways
from tests.factories import CaseFactory
from tests.quality.test_indicator_pages import STABLE, measured

pytestmark = pytest.mark.django_db(transaction=True)

BADLY_SET = """() => [...document.querySelectorAll("td .badge")].flatMap((badge) => {
  const box = badge.getBoundingClientRect(), cell = badge.closest("td").getBoundingClientRect(), said = [];
  if (box.right > cell.right + 1 || badge.scrollWidth > badge.clientWidth + 1) said.push(`leaves its cell: ${badge.innerText}`);
  const walker = document.createTreeWalker(badge, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    for (const word of walker.currentNode.data.matchAll(/\\S+/g)) {
      const range = document.createRange();
      range.setStart(walker.currentNode, word.index);
      range.setEnd(walker.currentNode, word.index + word[0].length);
      if (range.getClientRects().length > 1) said.push(`is broken: ${word[0]}`);
    }
  }
  return said;
})"""


@pytest.fixture
def late_reply(mari):
    today = timezone.localdate()
    due = today - timedelta(days=20)
    case = CaseFactory(kind="praise", assignee=mari)
    Clock.objects.create(
        case=case, kind=case.kind, triggered_on=due - timedelta(days=30), raw_due_on=due, due_on=due, first_due_on=due, state="met",
        met_on=today,
    )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(
        status="answered",
        due_on=None,
        ended_on=today,
        answered_on=today,
        answered_at=timezone.now(),
        was_on_time=False,
    )
    return case


@pytest.mark.parametrize("language", ["et", "en"])
@pytest.mark.parametrize("width", [1280, 768, 320])
def test_how_late_a_reply_was_stays_in_its_cell(width, language, late_reply, jaan, open_desk):
    desk = open_desk(jaan, width=width, language=language)

    desk.goto("/cases/?status=all&on_time=no")
    desk.get_by_role("link", name=late_reply.number).wait_for()

    assert desk.locator("td .badge", has_text=f"{timezone.localdate():%d.%m},").count() == 1
    assert desk.evaluate(BADLY_SET) == []


def test_a_term_that_is_not_confirmed_pushes_nothing_out_of_the_deadlines(jaan, mari, open_desk):
    case = CaseFactory(kind="service_complaint", assignee=mari)
    desk = open_desk(jaan)

    desk.goto(case.get_absolute_url())
    box = desk.locator(".table-box", has_text="MSVS § 6").first

    assert box.locator(".badge", has_text="tähtaeg kinnitamata").is_visible()
    assert box.evaluate("(box) => box.scrollWidth <= box.clientWidth")


def test_whether_the_promise_is_kept_is_in_sight_and_every_figure_named(jaan, open_desk):
    asked = "/staffing/what-if/?calls=20&handling=276&people=&share=80&within=20&occupancy=85&patience=&shrinkage=30"
    desk = open_desk(jaan)

    desk.goto(asked)
    box = desk.locator("#answer .table-box")
    box.wait_for()
    assert box.evaluate("(box) => box.scrollWidth <= box.clientWidth")
    assert desk.evaluate(BADLY_SET) == []

    desk.set_viewport_size({"width": 320, "height": 900})
    bare = "(table) => [...table.querySelectorAll('tbody :is(th, td)')].filter((cell) => !cell.dataset.label).length"
    assert desk.locator("#answer table").evaluate(bare) == 0


NARROW = """() => [...document.querySelectorAll(".table-cards tbody :is(th, td)")].flatMap((cell) => {
  const label = getComputedStyle(cell, "::before"), said = [], right = cell.closest(".table-box").getBoundingClientRect().right;
  if (label.display !== "none" && label.content !== "none" && label.whiteSpace !== "normal") said.push(`label on one line: ${cell.dataset.label}`);
  const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), words = document.createRange();
  while (walker.nextNode()) {
    words.selectNodeContents(walker.currentNode);
    const isSeen = !walker.currentNode.parentElement.closest(".visually-hidden");
    if (isSeen && [...words.getClientRects()].some((line) => line.right > right + 1)) said.push(`cut: ${cell.innerText}`);
  }
  return said;
})"""


@pytest.mark.parametrize("language", ["et", "en"])
def test_words_wrap_on_a_phone_beside_their_values(language, jaan, mari, open_desk, today):
    for code in ("complaints_stage_1", "answered_on_time"):
        measured(code, STABLE, today)
    phone = open_desk(jaan, width=320, language=language)

    for address in ("/indicators/", "/indicators/answered_on_time/", "/team/workload/", "/staffing/"):
        phone.goto(address)
        assert not scrolls_sideways(phone), address
        assert phone.evaluate(NARROW) == [], address
    assert phone.locator(".table-cards").count()
