"""Kinds of cases and their terms: read by those who see cases, changed by the head."""

from datetime import date

from complaints.models import CaseKind, DeadlineRule
from tests.matrix import Row

READERS = "mari peeter jaan tiina kai dora"
EDITORS = "jaan"
KIND = {"name_et": "Proovikiri", "name_en": "Test letter", "series": "P", "position": "900"}
TERM = {
    "purpose": "reply", "valid_from": "2031-01-01", "amount": "20", "unit": "calendar_days", "runs_from": "registration",
    "rolls": "on", "holiday_list": "ee", "law": "MSVS § 6",
}  # fmt: skip


def unused_kind(people):
    return {"code": CaseKind.objects.create(code="test-kind", name_et="Proovikiri", name_en="Test letter").code}


def unused_term(people):
    kind = CaseKind.objects.create(code="test-term-kind", name_et="Proovikiri", name_en="Test letter")
    return {
        "pk": DeadlineRule.objects.create(
            kind=kind, valid_from=date(2026, 1, 1), amount=5, unit="working_days", law="§ 1"
        ).pk
    }


OBJECTS = {"unused_kind": unused_kind, "unused_term": unused_term}

ROWS = [
    Row("complaints:kind_list", may=READERS),
    Row("complaints:kind_list", may=READERS, query="?state=all", headers={"HX-Request": "true"}),
    Row("complaints:kind_detail", may=READERS, of=lambda people: {"code": "explanation"}),
    Row("complaints:kind_add", may=EDITORS),
    Row("complaints:kind_add", may=EDITORS, method="post", data=KIND, answer=302),
    Row("complaints:kind_edit", may=EDITORS, of="unused_kind"),
    Row("complaints:kind_edit", may=EDITORS, of="unused_kind", method="post", data=KIND, answer=302),
    Row("complaints:kind_close", may=EDITORS, of="unused_kind"),
    Row(
        "complaints:kind_close",
        may=EDITORS,
        of="unused_kind",
        method="post",
        data={"last_day": "2031-01-01"},
        answer=302,
    ),
    Row("complaints:kind_delete", may=EDITORS, of="unused_kind"),
    Row("complaints:kind_delete", may=EDITORS, of="unused_kind", method="post", answer=302),
    Row("complaints:term_add", may=EDITORS, of="unused_kind"),
    Row("complaints:term_add", may=EDITORS, of="unused_kind", method="post", data=TERM, answer=302),
    Row("complaints:term_edit", may=EDITORS, of="unused_term"),
    Row("complaints:term_edit", may=EDITORS, of="unused_term", method="post", data={"law": "MSVS § 6"}, answer=302),
    Row("complaints:term_end", may=EDITORS, of="unused_term"),
    Row(
        "complaints:term_end",
        may=EDITORS,
        of="unused_term",
        method="post",
        data={"last_day": "2031-01-01"},
        answer=302,
    ),
    Row("complaints:term_delete", may=EDITORS, of="unused_term"),
    Row("complaints:term_delete", may=EDITORS, of="unused_term", method="post", answer=302),
]
