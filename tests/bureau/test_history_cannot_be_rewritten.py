"""Deeds, reading records and kept versions only ever grow: the database itself refuses to change or delete them."""

from datetime import date, time

import pytest
from django.apps import apps
from django.db import InternalError, connection, transaction
from django.db.utils import DatabaseError

from bureau.audit import record, record_each, record_reading
from bureau.models import Deed, ReadingRecord, Unit
from bureau.structure import history_of
from tests.factories import CaseFactory

REFUSED = (InternalError, DatabaseError)
VERSIONS = [model for model in apps.get_models() if hasattr(model, "pgh_tracked_model")]


@pytest.fixture
def deed(mari):
    return record("person.changed", by=mari, on=mari, old="a", new="b")


@pytest.fixture
def reading(mari):
    return record_reading(user=mari, way=ReadingRecord.Way.VIEW, on=mari)


@pytest.mark.parametrize("row", ["deed", "reading"])
def test_a_record_is_neither_changed_nor_deleted(row, request):
    row = request.getfixturevalue(row)

    for rewrite in (
        lambda: type(row).objects.filter(pk=row.pk).update(object_label="muudetud"),
        lambda: type(row).objects.filter(pk=row.pk).delete(),
        lambda: row.save(),
        lambda: sql(f"UPDATE {row._meta.db_table} SET object_label = 'muudetud'"),
        lambda: sql(f"DELETE FROM {row._meta.db_table}"),
    ):
        with pytest.raises(REFUSED), transaction.atomic():
            rewrite()

    assert type(row).objects.get(pk=row.pk).object_label == "Mari Tamm"


def sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_what_keeps_versions():
    tracked = {model.pgh_tracked_model.__name__ for model in VERSIONS}

    assert tracked >= {
        "User", "Unit", "Service", "Topic", "Channel", "OutsideBody", "RestrictionBasis", "CalendarDay", "OpeningHours",
        "CaseKind", "DeadlineRule", "Case", "Clock",
    }  # fmt: skip


@pytest.mark.parametrize("version_model", VERSIONS, ids=lambda model: model.__name__)
def test_kept_versions_are_neither_changed_nor_deleted(version_model, db):
    case = CaseFactory()
    row = (
        case if version_model.pgh_tracked_model.__name__ == "Case" else version_model.pgh_tracked_model.objects.first()
    )
    if row is None:
        row = made(version_model.pgh_tracked_model)
    field = next(
        f
        for f in type(row)._meta.concrete_fields
        if f.name
        in (
            "name_et",
            "title",
            "opens",
            "law",
            "note",
            "first_name",
            "name",
            "returned_because",
            "title_et",
            "label",
            "quiet_until",
            "act",
            "reason",
            "basis",
            "problem",
            "text",
            "text_et",
            "offered",
            "what",
        )
    )
    old = getattr(row, field.name)
    type(row).objects.filter(pk=row.pk).update(**{field.name: changed(old)})
    kept = version_model.objects.filter(pgh_obj_id=row.pk).latest("pgh_id")

    for rewrite in (
        lambda: version_model.objects.filter(pk=kept.pk).update(pgh_label="muudetud"),
        lambda: version_model.objects.filter(pk=kept.pk).delete(),
        lambda: sql(f"DELETE FROM {version_model._meta.db_table}"),
    ):
        with pytest.raises(REFUSED), transaction.atomic():
            rewrite()

    assert getattr(kept, field.name) == old


def changed(value):
    if isinstance(value, int):
        return value + 1
    return value + "x" if isinstance(value, str) else value.replace(minute=59 - value.minute)


def made(model):
    from feedback.models import InvitationRule, OpenLink
    from tests.factories import ContactFactory, PartyFactory, UserFactory, quality, reports, staff
    from tests.factories.challenges import challenge_case
    from tests.factories.complaints import complaint_case
    from tests.factories.feedback import SurveyFactory

    for factories in (quality, reports, staff):
        if factory := getattr(factories, f"{model.__name__}Factory", None):
            return factory()
    return {
        "User": UserFactory, "Party": PartyFactory, "Contact": ContactFactory, "Complaint": lambda: complaint_case().complaint,
        "Challenge": lambda: challenge_case(by=UserFactory()).challenge, "Survey": SurveyFactory,
        "InvitationRule": lambda: InvitationRule.objects.create(
            survey=SurveyFactory(), event="case_closed", quiet_until=time(8)
        ),
        "OpenLink": lambda: OpenLink.objects.create(survey=SurveyFactory(), key="avatud", label="Lett"),
    }[model.__name__]()  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_deed_outside_a_transaction_is_refused(mari):
    with pytest.raises(transaction.TransactionManagementError):
        record("person.changed", by=mari, on=mari)
    with pytest.raises(transaction.TransactionManagementError):
        record_each("person.changed", by=mari, object_type="bureau.user", rows=[])

    assert not Deed.objects.filter(action="person.changed").exists()


def test_a_change_that_passed_by_the_desk_is_in_the_history(db):
    unit = Unit.objects.create(code="proov", name_et="Vana nimi", name_en="Old name")

    Unit.objects.filter(pk=unit.pk).update(name_et="Uus nimi", valid_to=date(2031, 1, 31))
    unit.refresh_from_db()

    (change,) = history_of(unit)
    assert change["deed"] is None
    assert [(one["old"], one["new"]) for one in change["changed"]] == [("Vana nimi", "Uus nimi"), ("–", "31.01.2031")]
