"""The kinds of cases and their terms a new desk starts with, from `complaints/seeds/*.toml`.

As in the kernel, only what is missing is added. A kind that has any rule for a purpose gets none added for it: the
head of bureau may have ended or split the seeded one.
"""

from pathlib import Path

from django.db import transaction

from bureau.seeding import Models, Row, add_missing, ids_by_code, manager, remove_unused, rows_of

SEEDS = Path(__file__).resolve().parent / "seeds"


def kind_rows() -> list[Row]:
    return rows_of(SEEDS / "kinds.toml")


def rule_rows() -> list[Row]:
    return rows_of(SEEDS / "deadline_rules.toml")


@transaction.atomic
def seed_kinds(models: Models) -> dict[str, int]:
    """Kinds and their dated terms. How many of each were added."""
    kind_model, rule_model = models("CaseKind"), models("DeadlineRule")
    kinds = add_missing(kind_model, kind_rows(), {})
    ids = ids_by_code(kind_model)
    known = set(manager(rule_model).values_list("kind_id", "purpose"))
    rules = []
    for row in rule_rows():
        values = {key: value for key, value in row.items() if key != "kind"}
        kind_id = ids[row["kind"]]
        if (kind_id, row["purpose"]) not in known:
            rules.append(rule_model(kind_id=kind_id, **values))
    manager(rule_model).bulk_create(rules)
    return {"kind": kinds, "deadline_rule": len(rules)}


@transaction.atomic
def remove_kinds(models: Models) -> None:
    """The way back: terms that no clock uses, then kinds that nothing uses."""
    kind_model, rule_model = models("CaseKind"), models("DeadlineRule")
    codes = [row["code"] for row in kind_rows()]
    manager(rule_model).filter(kind__code__in=codes, clocks__isnull=True).delete()
    remove_unused(kind_model, codes)
