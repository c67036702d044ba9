"""One's own time, the team's load, sharing work anew, and weights."""

import uuid

from complaints.models import CaseKind
from staff.models import WorkKind
from tests.factories.staff import WorkEntryFactory
from tests.matrix import Row

OWN = "mari peeter jaan"
TEAM = "jaan"


def entry_of(name):
    return lambda people: {"pk": WorkEntryFactory(user=getattr(people, name)).pk}


def time_noted(people):
    return {"key": str(uuid.uuid4()), "day": "2026-01-05", "minutes": "30", "kind": WorkKind.objects.first().pk}


def estimate(people):
    return {"kind": CaseKind.objects.get(code="explanation").pk, "minutes": "45", "basis": "Kuue hinnangu mediaan"}


ROWS = [
    Row("staff:my_workload", may=OWN),
    # A day long ago is refused with a sentence; nothing typed is lost.
    Row("staff:my_workload", may=OWN, method="post", data=time_noted, answer=422),
    Row("staff:time_take_back", of=entry_of("mari"), may="mari", method="post", answer=302, answers={"peeter": 404, "jaan": 404}),
    Row("staff:team_workload", may=TEAM),
    Row("staff:work_share", may=TEAM),
    Row("staff:work_share", may=TEAM, method="post", data={"case": "P-1999-000001-0"}, answer=302),
    Row("staff:weight_list", may=TEAM),
    Row("staff:weight_list", may=TEAM, method="post", data=estimate, answer=302),
    Row("staff:weight_adopt", may=TEAM, method="post", answer=302),
]  # fmt: skip
