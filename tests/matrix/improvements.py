"""Improvement actions, the board, and what clients are told."""

from datetime import date, timedelta

from django.utils import timezone

from bureau.models import Cause
from tests.factories.quality import (
    CampaignFactory,
    ImprovementFactory,
    ImprovementTaskFactory,
    PledgeFactory,
    PraiseFactory,
)
from tests.matrix import Row

SEES = "mari peeter jaan tiina kai"
LEADS = "peeter jaan tiina"
STRANGERS = {"mari": 404, "kai": 404}


def of(name):
    return lambda people: {"number": ImprovementFactory(owner=getattr(people, name)).number}


foreign, own = of("jaan"), of("mari")


def in_check(people):
    return {"number": ImprovementFactory(owner=people.mari, state="check", changed_on=date(2026, 1, 1)).number}


def task(people):
    made = ImprovementTaskFactory(improvement=ImprovementFactory(owner=people.jaan), owner=people.mari)
    return {"number": made.improvement.number, "pk": made.pk}


def new(people):
    return {"source": "proposal", "title": "Parem vastuskiri", "problem": "Kiri on segane", "owner": people.mari.pk, "due_on": "2031-01-10"}  # fmt: skip


def edited(people):
    cause = Cause.objects.filter(parent__isnull=False).first()
    return {
        "title": "Parem vastuskiri",
        "problem": "Kiri on segane",
        "owner": people.mari.pk,
        "due_on": "2031-01-10",
        "cause": cause.pk,
    }


def a_task(people):
    return {"title": "Koosta näidis", "owner": people.mari.pk, "due_on": "2031-01-05"}


def campaign(people):
    return {"pk": CampaignFactory().pk}


def praise(people):
    return {"pk": PraiseFactory().pk}


def pledge(people):
    today = timezone.localdate()
    return {"pk": PledgeFactory(starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=1)).pk}


CAMPAIGN = {
    "title_et": "Selge keel",
    "text_et": "Kirjutame selgelt",
    "starts_on": "2026-11-01",
    "ends_on": "2026-12-01",
}


def a_pledge(people):
    from tests.factories.people import UnitFactory

    return {
        "unit": UnitFactory().pk,
        "text_et": "Vastame kolme päevaga",
        "starts_on": "2026-11-01",
        "ends_on": "2026-12-01",
    }


ROWS = [
    Row("quality:improvement_export", may=LEADS),
    Row("quality:improvement_list", may=SEES),
    Row("quality:improvement_list", may=SEES, query="?state=mine"),
    Row("quality:improvement_new", may=LEADS),
    Row("quality:improvement_new", may=LEADS, method="post", data=new, answer=302),
    Row("quality:improvement_detail", may=LEADS, of=foreign, answers=STRANGERS),
    Row("quality:improvement_detail", may=LEADS + " mari", of=own, answers={"kai": 404}),
    Row("quality:improvement_edit", may=LEADS + " mari", of=own, answers={"kai": 404}),
    Row("quality:improvement_edit", may=LEADS + " mari", of=own, method="post", data=edited, answer=302, answers={"kai": 404}),
    Row("quality:improvement_move", may=LEADS + " mari", of=own, method="post", data={"to": "dropped", "reason": "Seadus muutus"}, answer=302, answers={"kai": 404}),
    Row("quality:improvement_judge", may=LEADS, of=in_check, method="post", data={"note": "Kirju on vähem", "verdict": "better"}, answer=302, answers={"mari": 422, "kai": 404}),
    Row("quality:improvement_edit", may=LEADS, of=foreign, answers=STRANGERS),
    Row("quality:improvement_edit", may=LEADS, of=lambda people: {"number": task(people)["number"]}, answers={"kai": 404}),
    Row("quality:improvement_task_add", may=LEADS + " mari", of=own, method="post", data=a_task, answer=302, answers={"kai": 404}),
    Row("quality:improvement_task_done", may=LEADS + " mari", of=task, method="post", answer=302, answers={"kai": 404}),
    Row("quality:improvement_note", may=LEADS + " mari", of=own, method="post", data={"text": "Uus näidis on olemas"}, answer=302, answers={"kai": 404}),
    Row("quality:improvement_tell", may=LEADS, of=own),
    Row("quality:improvement_tell", may=LEADS, of=in_check, method="post", data={"told_et": "Kirjad on nüüd selgemad"}, answer=302),
    Row("quality:board", may=SEES, of=lambda people: CampaignFactory() and PraiseFactory() and PledgeFactory() and {}),
    Row("quality:campaign_say", may=SEES, of=campaign, method="post", data={"how": "read"}, answer=302),
    Row("quality:campaign_add", may="jaan"),
    Row("quality:campaign_add", may="jaan", method="post", data=CAMPAIGN, answer=302),
    Row("quality:campaign_edit", may="jaan", of=campaign),
    Row("quality:campaign_edit", may="jaan", of=campaign, method="post", data=CAMPAIGN, answer=302),
    Row("quality:praise_put", may="jaan"),
    Row("quality:praise_put", may="jaan", method="post", data={"text": "Väga abivalmis"}, answer=302),
    Row("quality:praise_take_down", may="jaan", of=praise, method="post", answer=302),
    Row("quality:pledge_add", may="jaan"),
    Row("quality:pledge_add", may="jaan", method="post", data=a_pledge, answer=302),
    Row("quality:pledge_edit", may="jaan", of=pledge),
    Row("quality:pledge_edit", may="jaan", of=pledge, method="post", data=a_pledge, answer=302),
    Row("quality:pledge_judge", may="jaan", of=pledge),
    Row("quality:pledge_judge", may="jaan", of=pledge, method="post", data={"kept": "yes"}, answer=302),
    Row(
        "quality:you_said", may="all", anonymous=200,
        of=lambda people: ImprovementFactory(told_et="Kirjad on selgemad", told_on=date(2026, 11, 1)) and {},
    ),
]  # fmt: skip
