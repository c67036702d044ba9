"""A challenge found in the letter of a complaint: examined, cured, passed on, suspended, decided, in court, ruled on."""

import pytest
from django.utils import timezone

from bureau.models import Unit
from tests.factories.challenges import WHOLE
from tests.factories.complaints import assessed

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_challenge_from_the_letter_of_a_complaint_to_the_ruling(open_desk, peeter):
    case = assessed(by=peeter, also_kinds=("challenge",))
    unit = Unit.objects.first()
    today = timezone.localdate().isoformat()
    page = open_desk(peeter)
    page.goto(case.get_absolute_url())
    panel, sheet = page.locator("#challenge"), page.locator("#sheet")

    def deed(name, button, *, in_menu=False, fill=()):
        if in_menu:
            panel.locator("summary", has_text="Vaide toimingud").click()
        panel.get_by_role("link", name=name).click()
        for field, value in fill:
            box = sheet.locator(f"[name={field}]")
            box.select_option(value) if field == "unit" else box.fill(value)
        yield sheet
        sheet.get_by_role("button", name=button).click()
        sheet.wait_for(state="hidden")

    for at in deed("Kontrolli tähtaega ja sisu", "Salvesta", fill=[("act", "Raiekeeld nr 7"), ("learnt_on", today)]):
        for code in WHOLE[:-1]:
            at.locator(f"[name=contents][value={code}]").check()
    for _at in deed("Palu puudused kõrvaldada", "Saada"):
        pass
    for at in deed("Märgi, mida saadeti", "Lisa"):
        at.locator("[name=contents][value=signature]").check()
    for _at in deed("Edasta lahendajale", "Anna edasi", fill=[("unit", str(unit.pk))]):
        pass
    for _at in deed(
        "Peata vaidlustatud akti täitmine", "Peata", in_menu=True, fill=[("reason", "Raie on pöördumatu.")]
    ):
        pass
    for at in deed("Otsusta ja vasta", "Otsusta"):
        at.locator("[name=outcome][value=rejected]").check()
        letter = at.locator("[name=text]")
        letter.fill(letter.input_value().replace("…", "jätta vaide rahuldamata, sest raiekeeld kehtib"))
    court = [("court", "Tallinna Halduskohus"), ("court_number", "3-26-1")]
    for _at in deed("Asi läks kohtusse", "Lisa", in_menu=True, fill=court):
        pass
    for at in deed("Märgi kohtulahend", "Lisa"):
        at.locator("[name=result][value=stands]").check()

    case.challenge.refresh_from_db()
    assert (case.challenge.stage, case.challenge.court_result) == ("court_ended", "stands")
    panel.get_by_text("Meie otsus jäi jõusse").first.wait_for()
