"""Cases, the desk and search."""

import uuid

from django.utils import timezone

from bureau.models import Channel, Job, OutsideBody, RestrictionBasis, SavedView, Topic
from complaints.extension import advised, extendable
from complaints.models import CaseAccess, CaseKind, CaseLink, Status
from tests.factories import CaseFactory
from tests.matrix import Row

VIEWS = "mari peeter jaan tiina kai dora"
SERVES = "mari peeter jaan"
ASSIGNS = "peeter jaan tiina"
TRUSTED = "peeter jaan tiina dora"


def case_of(people, **given):
    """One case a test and name, so that several requests of a row meet the same."""
    return CaseFactory(assignee=people.mari, **given)


def numbered(**given):
    def make(people):
        values = {key: value(people) if callable(value) else value for key, value in given.items()}
        return {"number": CaseFactory(**values).number}

    return make


def linked(people):
    case = case_of(people)
    people.link = CaseLink.objects.create(case=case, other=case_of(people), kind="related")
    return {"number": case.number}


def with_access(people):
    case = CaseFactory(restricted=True, assignee=people.mari)
    CaseAccess.objects.create(case=case, user=people.liis, granted_by=people.mari, reason="abi")
    return {"number": case.number, "user_id": people.liis.pk}


def closed(people):
    case = case_of(people)
    type(case).objects.filter(pk=case.pk).update(status=Status.FORWARDED, ended_on=timezone.localdate())
    return {"number": case.number}


def extended(people):
    people.case = case_of(people)
    return {"number": people.case.number}


def bulk_job(people):
    job = Job.objects.create(
        kind="assign_cases", title="Anna", owner=people.peeter, state="done", finished_at=timezone.now(),
        result={"moved": [[case_of(people).number, None, people.mari.pk]], "undone": False},
    )  # fmt: skip
    return {"public_id": job.public_id}


def view(people):
    return {"pk": SavedView.objects.create(user=people.mari, page="cases", name="Minu", query="handler=me").pk}


OBJECTS = {
    "own_case": numbered(assignee=lambda people: people.mari),
    "queued_case": numbered(),
    "case_of_forest": numbered(assignee=lambda people: people.mari, unit=lambda people: people.forest_unit),
    "case_of_water": numbered(assignee=lambda people: people.liis, unit=lambda people: people.water_unit),
    "restricted_case": numbered(assignee=lambda people: people.liis, restricted=True),
    "restricted_case_of_mari": numbered(assignee=lambda people: people.mari, restricted=True),
    "restricted_case_of_forest": numbered(assignee=lambda people: people.liis, restricted=True, unit=lambda people: people.forest_unit),
}  # fmt: skip


def reply(people):
    return {"key": uuid.uuid4(), "text": "Vastus.", "channel": Channel.objects.get(code="email").pk, "way": "answers"}


def notice(people):
    return {"notice_text": "Teatame.", "notice_channel": Channel.objects.get(code="email").pk}


def extension(people):
    clock = extendable(people.case)[0]
    return {"clock": clock.pk, "until": advised(clock), "reason": "keeruline", **notice(people)}


def new_case(people):
    return {
        "key": uuid.uuid4(), "kind": CaseKind.objects.get(code="explanation").pk, "title": "Uus", "language": "et",
        "channel": Channel.objects.get(code="letter").pk, "received_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip


def facts(people):
    return {
        "title": "Uus pealkiri",
        "kind_id": CaseKind.objects.get(code="explanation").pk,
        "language": "et",
        "co_signers": 0,
    }


UNSEEN = {"admin_user": 403, "outi": 403}

# Deeds on a sheet: page, what is sent, who may.
SHEETS = [
    ("wait", lambda people: {"waiting_for": "client", "reason": "number"}, SERVES),
    ("close", lambda people: {"outcome": "noted", "no_reply": "not_wanted", "topic": Topic.objects.filter(parent__isnull=False).first().pk}, SERVES),
    ("forward", lambda people: {"body": OutsideBody.objects.first().pk, "is_whole": "whole", **notice(people)}, SERVES),
    ("turn", lambda people: {"key": uuid.uuid4(), "text": "Veel.", "channel": Channel.objects.get(code="email").pk, "at": timezone.localtime().strftime("%Y-%m-%dT%H:%M")}, SERVES),
    ("change", facts, SERVES),
    ("party", lambda people: {"who": "Kadri Uus 5555 1234"}, SERVES),
    ("request", lambda people: {"what": "not_ours"}, SERVES),
    ("restrict", lambda people: {"basis": RestrictionBasis.objects.filter(default_years__isnull=False).first().pk, "reason": "eraelu"}, f"{SERVES} dora"),
    ("link", lambda people: {"kind": "related", "other": case_of(people).number}, SERVES),
    ("assign", lambda people: {"to": people.liis.pk}, ASSIGNS),
]  # fmt: skip

ROWS = [
    Row("complaints:desk", may=SERVES),
    Row("complaints:desk_take", may=SERVES, method="post", answer=302),
    Row("bureau:search", may=VIEWS),
    Row("bureau:search", may=VIEWS, query="?q=metsateatis"),
    Row("complaints:case_list", may=VIEWS),
    Row("complaints:case_list", may=VIEWS, query="?status=all&sort=-registered&q=mets"),
    Row("complaints:case_filter", may=VIEWS),
    Row("complaints:case_columns", may=VIEWS),
    Row("complaints:case_columns", may=VIEWS, method="post", data={"columns": ["kind"], "sort": "due", "density": "dense"}, answer=302),
    Row("complaints:case_view_save", may=VIEWS),
    Row("complaints:case_view_save", may=VIEWS, method="post", data={"name": "Minu", "query": "handler=me"}, answer=302),
    Row("complaints:case_view_delete", of=view, method="post", may="mari", answer=302, others=404, answers=UNSEEN),
    Row("complaints:case_new", may=SERVES),
    Row("complaints:case_new", may=SERVES, method="post", data=new_case, answer=302),
    Row("complaints:case_new_terms", may=SERVES),
    Row("complaints:case_new_parties", may=SERVES, query="?who=Kuusk"),
    Row("complaints:case_new_duplicates", may=SERVES),
    Row("complaints:case_bulk_assign", may=ASSIGNS, method="post", data={"number": "P-2026-000001-8"}),
    Row("complaints:case_bulk", of=bulk_job, may="peeter jaan", others=404, answers={"mari": 403, "kai": 403, "dora": 403, **UNSEEN}),
    Row("complaints:case_bulk_undo", of=bulk_job, may="peeter jaan", method="post", answer=302, others=404, answers={"mari": 403, "kai": 403, "dora": 403, **UNSEEN}),
    # One case, seen or not
    Row("complaints:case_detail", of="own_case", may="mari peeter jaan tiina dora", others=404, answers=UNSEEN),
    Row("complaints:case_detail", of="case_of_forest", may=VIEWS),
    Row("complaints:case_detail", of="case_of_water", may="mari peeter jaan tiina dora", others=404, answers=UNSEEN),
    Row("complaints:case_detail", of="restricted_case", may=TRUSTED, others=404, answers=UNSEEN),
    Row("complaints:case_detail", of="restricted_case_of_mari", may=f"mari {TRUSTED}", others=404, answers=UNSEEN),
    Row("complaints:case_detail", of="restricted_case_of_forest", may=f"kai {TRUSTED}", others=404, answers=UNSEEN),
    Row("complaints:case_presence", of="case_of_forest", method="post", may=VIEWS),
    Row("complaints:case_presence", of="restricted_case", method="post", may=TRUSTED, others=404, answers=UNSEEN),
    Row("complaints:case_reply", of="own_case", method="post", data=reply, may=SERVES, answer=302),
    Row("complaints:case_reply", of="restricted_case", method="post", data=reply, may="peeter jaan", answer=302, answers={"mari": 404}),
    Row("complaints:case_draft_discard", of="own_case", method="post", may=SERVES, answer=302),
    Row("complaints:case_note", of="own_case", method="post", data={"text": "Märkus."}, may="mari peeter jaan tiina dora", answer=302, answers={"kai": 404}),
    Row("complaints:case_note", of="case_of_forest", method="post", data={"text": "Märkus."}, may=VIEWS, answer=302),
    Row("complaints:case_note", of="restricted_case_of_forest", method="post", data={"text": "Märkus."}, may=f"kai {TRUSTED}", answer=302, answers={"mari": 404}),
    Row("complaints:case_start", of="own_case", method="post", may=SERVES, answer=302),
    Row("complaints:case_take", of="queued_case", method="post", may=SERVES, answer=302),
    Row("complaints:case_take", of="restricted_case", method="post", may="peeter jaan", answer=302, answers={"mari": 404}),
    Row("complaints:case_follow", of="case_of_forest", method="post", may=VIEWS, answer=302),
    Row("complaints:case_follow", of="restricted_case", method="post", may=TRUSTED, answer=302, others=404, answers=UNSEEN),
    Row("complaints:case_unfollow", of="case_of_forest", method="post", may=VIEWS, answer=302),
    Row("complaints:case_reopen", of=closed, may=SERVES),
    Row("complaints:case_reopen", of=closed, method="post", data={"reason": "kirjutas"}, may=SERVES, answer=302),
    Row("complaints:case_extend", of=extended, may="mari peeter jaan tiina"),
    Row("complaints:case_extend", of=extended, method="post", data=extension, may="mari peeter jaan tiina", answer=302),
    Row("complaints:case_extend_decline", of="own_case", method="post", data={"clock": 1, "reason": "ei"}, may="peeter jaan tiina", answer=302),
    Row("complaints:case_unrestrict", of="restricted_case_of_mari", may=f"{SERVES} dora"),
    Row("complaints:case_unrestrict", of="restricted_case_of_mari", method="post", data={"reason": "möödas"}, may=f"{SERVES} dora", answer=302),
    Row("complaints:case_unrestrict", of="restricted_case", may="peeter jaan dora", answers={"mari": 404}),
    Row("complaints:case_let_in", of="restricted_case_of_mari", may=f"{SERVES} dora"),
    Row("complaints:case_let_in", of="restricted_case_of_mari", method="post", data=lambda people: {"person": people.liis.pk, "reason": "abi"}, may=f"{SERVES} dora", answer=302),
    Row("complaints:case_let_in", of="restricted_case", may="peeter jaan dora", answers={"mari": 404}),
    Row("complaints:case_shut_out", of=with_access, method="post", may=f"{SERVES} dora", answer=302),
    Row("complaints:case_unlink", of=linked, method="post", data=lambda people: {"link": people.link.pk}, may=SERVES, answer=302),
    Row("complaints:case_unassign", of="own_case", may="mari peeter jaan tiina"),
    Row("complaints:case_unassign", of="own_case", method="post", may="mari peeter jaan tiina", answer=302),
    Row("complaints:case_unassign", of="case_of_water", method="post", may="peeter jaan tiina", answer=302, answers={"mari": 422}),
    *(Row(f"complaints:case_{deed}", of="own_case", may=may) for deed, _data, may in SHEETS),
    *(Row(f"complaints:case_{deed}", of="own_case", method="post", data=data, may=may, answer=302) for deed, data, may in SHEETS),
    *(
        Row(f"complaints:case_{deed}", of="restricted_case", may=" ".join(sorted(set(may.split()) & set(TRUSTED.split()))), answers={"mari": 404} if "mari" in may else {})
        for deed, _data, may in SHEETS
    ),
]  # fmt: skip
