"""A table that the desk's own role makes for its session stands in for none of the database: what guards history is not led astray."""

from django.db import connection

from bureau.models import Unit
from complaints.models import Case
from tests.factories import CaseFactory


def shadow(table: str) -> None:
    """PostgreSQL looks for an unqualified table among those of the session first."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE {table} (LIKE public.{table} INCLUDING ALL) ON COMMIT DROP")


def test_versions_are_kept_where_history_is(db):
    unit = Unit.objects.create(code="proov", name_et="Vana nimi", name_en="Old name")
    versions = unit.versions.model._meta.db_table
    shadow(versions)

    Unit.objects.filter(pk=unit.pk).update(name_et="Uus nimi")

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name_et FROM public.{versions} WHERE pgh_obj_id = %s", [unit.pk])
        assert cursor.fetchall() == [("Vana nimi",)]


def test_no_order_of_schemas_leads_a_trigger_elsewhere(db):
    case = CaseFactory()
    shadow("complaints_caseversion")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL search_path = pg_temp, public")
        cursor.execute("UPDATE public.complaints_case SET title = 'Teine' WHERE id = %s", [case.pk])
        cursor.execute("SET LOCAL search_path = public")
        cursor.execute("SELECT count(*) FROM public.complaints_caseversion WHERE pgh_obj_id = %s AND title = %s", [case.pk, case.title])  # fmt: skip

        assert cursor.fetchone() == (1,)
    assert Case.objects.get(pk=case.pk).title == "Teine"


def test_every_function_of_ours_that_names_a_table_says_where_it_is(db):
    """Also those that a later migration writes: the guard goes over all of them after each."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT p.proname FROM pg_proc p
                WHERE p.pronamespace = 'public'::regnamespace AND (p.prorettype = 'trigger'::regtype OR p.prosecdef)
                  AND NOT coalesce('search_path=public, pg_temp' = ANY (p.proconfig), false)
                  AND NOT EXISTS (SELECT 1 FROM pg_depend d
                                   WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')"""
        )
        assert cursor.fetchall() == []
