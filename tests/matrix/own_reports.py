"""Own reports: made by who sees indicators, changed and removed by their owner alone."""

from quality.models import OwnReport
from tests.matrix import Row

SEES = "peeter jaan tiina kai"
CODE = "answered_on_time"


def shared(people):
    return {"pk": OwnReport.objects.create(owner=people.jaan, name="Tähtajad", indicators=[CODE], is_shared=True).pk}


def private(people):
    return {"pk": OwnReport.objects.create(owner=people.jaan, name="Minu oma", indicators=[CODE]).pk}


OWNERS = {"peeter": 404, "tiina": 404, "kai": 404}
NEW = {
    "name": "Tähtajad",
    "indicators": [CODE],
    "breakdown": "none",
    "months": "12",
    "chart": "table",
    "schedule": "none",
}

ROWS = [
    Row("quality:own_report_list", may=SEES),
    Row("quality:own_report_new", may=SEES),
    Row("quality:own_report_new", may=SEES, method="post", data=NEW, answer=302),
    Row("quality:own_report", may=SEES, of=shared),
    Row("quality:own_report", may="jaan", of=private, answers=OWNERS),
    Row("quality:own_report_file", may=SEES, of=lambda people: shared(people) | {"form": "xlsx"}),
    Row("quality:own_report_edit", may="jaan", of=shared, answers=OWNERS),
    Row("quality:own_report_edit", may="jaan", of=shared, method="post", data=NEW, answer=302, answers=OWNERS),
    Row("quality:own_report_remove", may="jaan", of=private, method="post", answer=302, answers=OWNERS),
]  # fmt: skip
