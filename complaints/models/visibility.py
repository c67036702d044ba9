"""Which cases, contacts and parties exist for a person, as conditions in SQL: the text of the gates (`visible_to`).

The conditions are long and every page asks them, some ten times; put together as `Q` objects they cost more than the rest of a page.
Here they are text with parameters, made in some ten microseconds. No value of a row, of a form or of an address ever enters the text.

A part speaks of a row by its columns: `{id}` and the like are columns of the outer row, filled in by the query that asks
(`Condition`); inner rows have aliases of their own that begin with `gate_`.
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import BooleanField, Expression, F, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from bureau import reference
from bureau.gates import asked_one_by_one
from bureau.roles import Permission

# Outcome of a case whose import was taken back: an empty place that keeps its number, seen in no list and counted nowhere.
TAKEN_BACK = "taken_back"


class Condition(Expression):
    """A condition on the row of a query: `text` with `{name}` for each of the columns, and parameters in order."""

    conditional = True

    def __init__(self, text: str, params: tuple[Any, ...] = (), **columns: str):
        super().__init__(output_field=BooleanField())
        self.text, self.params, self.names = text, params, tuple(columns)
        self.columns: list[Any] = [F(column) for column in columns.values()]

    def get_source_expressions(self) -> list[Any]:
        return self.columns

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        self.columns = list(exprs)

    def as_sql(self, compiler, connection):
        columns = (compiler.compile(column)[0] for column in self.columns)
        return self.text.format(**dict(zip(self.names, columns, strict=True))), self.params


# --- Parts ------------------------------------------------------------------------------------------------------------
class Part(NamedTuple):
    text: str
    params: tuple[Any, ...] = ()


EVERY, NONE = Part("TRUE"), Part("FALSE")


def all_of(*parts: Part) -> Part:
    return joined("AND", parts, neutral=EVERY, decisive=NONE)


def any_of(*parts: Part) -> Part:
    return joined("OR", parts, neutral=NONE, decisive=EVERY)


def joined(word: str, parts: Iterable[Part], *, neutral: Part, decisive: Part) -> Part:
    kept = [part for part in parts if part != neutral]
    if decisive in kept:
        return decisive
    if len(kept) < 2:
        return kept[0] if kept else neutral
    return Part(f"({f' {word} '.join(part.text for part in kept)})", sum((part.params for part in kept), ()))


def no(part: Part) -> Part:
    if part in (EVERY, NONE):
        return NONE if part == EVERY else EVERY
    return Part(f"NOT {part.text}", part.params)


def among(column: str, keys: Iterable[int]) -> Part:
    wanted = sorted(keys)
    return Part(f"{column} IN ({', '.join(['%s'] * len(wanted))})", tuple(wanted)) if wanted else NONE


def there_is(rows: str, condition: Part) -> Part:
    """Whether there is such a row, asked for each outer row on its own.

    For EXISTS the planner may first read all rows that could be meant into memory; a selected value cannot become such a list.
    """
    if condition == NONE:
        return NONE
    return Part(f"COALESCE((SELECT TRUE FROM {rows} WHERE {condition.text} LIMIT 1), FALSE)", condition.params)  # noqa: S608


def units_of(rights, permission: Permission) -> set[int]:
    return set().union(*(reference.unit_subtree_ids(unit_id) for unit_id in rights.units_for(permission) or ()))


# --- Cases ------------------------------------------------------------------------------------------------------------
CASE = "gate_case.{}"


def concerns(case: str, user_ids: Iterable[int]) -> Part:
    """Whether the complaint of the case concerns one of these people. `case`: the column that holds the case's key."""
    named = among("gate_person.user_id", user_ids)
    if named == NONE:
        return NONE
    text = f"EXISTS (SELECT 1 FROM complaints_complaintperson gate_person WHERE gate_person.complaint_id = {case} AND {named.text})"  # noqa: S608
    return Part(text, named.params)


def opened(rights, user_id: int, column: str) -> Part:
    """Cases that these rights open to the person, people concerned left aside. `column`: where the columns of the case stand."""
    if not rights.grants(Permission.CASE_VIEW):
        return NONE
    if rights.grants(Permission.CASE_VIEW_RESTRICTED):
        return EVERY
    case_id, is_restricted = column.format("id"), column.format("is_restricted")
    let_in = f"{case_id} IN (SELECT gate_access.case_id FROM complaints_caseaccess gate_access WHERE gate_access.user_id = %s)"  # noqa: S608
    return any_of(
        among(column.format("assignee_id"), {user_id, *rights.acting_for}),
        Part(let_in, (user_id,)),
        Part(f"NOT {is_restricted}") if rights.grants(Permission.CASE_VIEW_ALL_UNITS) else NONE,
        among(column.format("unit_id"), units_of(rights, Permission.CASE_VIEW)),
    )


def case_seen(user, column: str) -> Part:
    """The one gate to cases. What it leaves out does not exist for `user`: 404, not counted, not suggested.

    Everybody who serves sees all units' unrestricted cases; a unit head sees the unit's own, restricted too; restricted ones are otherwise
    seen by their handler, those let in by name, and the roles trusted with them. Whom a complaint concerns never sees it, on nobody's
    behalf; nor does a substitute by that person's rights.
    """
    rights = user.rights
    if not rights.grants(Permission.CASE_VIEW):
        return NONE
    case_id = column.format("id")
    return all_of(
        Part(f"{column.format('outcome')} <> %s", (TAKEN_BACK,)),
        no(concerns(case_id, [user.pk])),
        opened(rights, user.pk, column),
        any_of(no(concerns(case_id, rights.acting_for)), opened(rights.own, user.pk, column))
        if rights.acting_for
        else EVERY,
    )


def one_case_seen(user, of: Part) -> Part:
    """Whether the person sees one of the cases `of`, which speaks of `gate_case` and of the outer row."""
    return there_is("complaints_case gate_case", all_of(of, case_seen(user, CASE)))


# --- Contacts and parties ---------------------------------------------------------------------------------------------
def contact_seen(user, column: str) -> Part:
    """Contacts of unrestricted cases and of none; those of a restricted case follow the case."""
    rights = user.rights
    if not rights.grants(Permission.CONTACT_VIEW):
        return NONE
    case_id, is_restricted = column.format("case_id"), column.format("is_restricted")
    of_contact = Part(f"gate_case.id = {case_id}")
    # A contact of a complaint that concerns the person stood in for is seen with its case, or not at all.
    kept = all_of(
        no(concerns(case_id, [user.pk])),
        any_of(no(concerns(case_id, rights.acting_for)), one_case_seen(user, of_contact)) if rights.acting_for else EVERY,
    )  # fmt: skip
    if rights.grants(Permission.CASE_VIEW_RESTRICTED):
        return kept
    # Only of restricted ones.
    let_in = one_case_seen(user, all_of(of_contact, Part("gate_case.is_restricted")))
    is_open = Part(f"NOT {is_restricted}")
    return all_of(
        kept,
        any_of(
            Part(f"{column.format('handled_by_id')} = %s", (user.pk,)),
            all_of(Part(is_restricted), let_in),
            is_open if rights.grants(Permission.CASE_VIEW_ALL_UNITS) else NONE,
            all_of(among(column.format("unit_id"), units_of(rights, Permission.CONTACT_VIEW)), is_open),
        ),
    )


def party_seen(user, column: str) -> Part:
    """Parties are seen by those who serve clients; a unit head sees those of the unit's own cases.

    Who is known only from cases that do not exist for `user` does not exist either. Who has neither case nor contact, or a contact that
    led to no case or was taken by `user`, is known apart from any case and stays.
    """
    rights, party_id = user.rights, column.format("id")
    if not user.may(Permission.PARTY_VIEW):
        return NONE
    by_case = one_case_seen(user, Part(f"gate_case.party_id = {party_id}"))
    if not rights.grants(Permission.CASE_VIEW_ALL_UNITS):
        return by_case
    contacts, of_party = (
        "complaints_contact gate_contact",
        Part(f"gate_contact.undone_at IS NULL AND gate_contact.party_id = {party_id}"),
    )
    own = all_of(
        Part("gate_contact.handled_by_id = %s", (user.pk,)),
        no(concerns("gate_contact.case_id", [user.pk, *rights.acting_for])),
    )
    led_to = "complaints_contact gate_contact JOIN complaints_case gate_case ON gate_case.id = gate_contact.case_id"
    cases = there_is(
        "complaints_case gate_case",
        Part(f"gate_case.outcome <> %s AND gate_case.party_id = {party_id}", (TAKEN_BACK,)),
    )
    return any_of(
        by_case,
        there_is(contacts, all_of(of_party, any_of(Part("gate_contact.case_id IS NULL"), own))),
        there_is(led_to, all_of(of_party, case_seen(user, CASE))),
        all_of(no(cases), no(there_is(contacts, of_party))),
    )


# --- Asked by queries -------------------------------------------------------------------------------------------------
OUTER = "{{{}}}"
CASE_COLUMNS = {name: name for name in ("id", "outcome", "assignee_id", "is_restricted", "unit_id")}
CONTACT_COLUMNS = {name: name for name in ("case_id", "handled_by_id", "is_restricted", "unit_id")}


def narrowed(rows: QuerySet, seen: Part, columns: dict[str, str]) -> QuerySet:
    """Of these rows, those that fit a part written for the outer row."""
    if seen == NONE:
        return rows.none()
    return rows if seen == EVERY else rows.filter(Condition(seen.text, seen.params, **columns))


def cases_seen(cases: QuerySet, user) -> QuerySet:
    return narrowed(cases, case_seen(user, OUTER), CASE_COLUMNS)


def contacts_seen(contacts: QuerySet, user) -> QuerySet:
    return narrowed(contacts, contact_seen(user, OUTER), CONTACT_COLUMNS)


def parties_seen(parties: QuerySet, user) -> QuerySet:
    return narrowed(parties, party_seen(user, OUTER), {"id": "id"})


def seen_among(cases: QuerySet, user) -> Coalesce:
    """Whether the person sees one of these cases, which hang on the outer row (`OuterRef`)."""
    return asked_one_by_one(cases_seen(cases, user))


def leads_to_seen(user, case: str = "case_id") -> Q:
    """The one gate to rows that lead to a case: those of a case that exists for the person, and those of none.

    `case`: the field, or the path to the field, that holds the case's key.
    """
    return Q(**{f"{case}__isnull": True}) | Q(seen_case_of(user, case))


def seen_case_of(user, case: str) -> Condition:
    """Whether the case to which `case`, the field or the path to it, leads exists for the person."""
    return Condition(*one_case_seen(user, Part("gate_case.id = {case}")), case=case)


def concerning(*user_ids: int, case: str = "pk") -> Condition:
    """Whether the complaint of a case concerns one of these people. `case`: the field that holds the case's key."""
    return Condition(*concerns("{case}", user_ids), case=case)


def keys_seen_by(user) -> RawSQL:
    """Keys of the cases that exist for the person, for `pk__in`."""
    seen = case_seen(user, CASE)
    return RawSQL(f"SELECT gate_case.id FROM complaints_case gate_case WHERE {seen.text}", seen.params)  # noqa: S611, S608
