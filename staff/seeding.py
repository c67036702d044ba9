"""The lists that staffing and workload start with: telephone queues and kinds of work that is not a case.

Only what is missing is added, found by its code, as in `bureau.seeding`.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db.models import Model

from bureau.seeding import POSITION_STEP, rows_of

SEEDS = Path(__file__).resolve().parent / "seeds"


def seed(model_of: Callable[[str, str], type[Model]]) -> None:
    """`model_of(app, name)` gives the model, so that a migration hands over those of its own time."""
    channels = {row.code: row for row in model_of("bureau", "Channel").objects.all()}
    for number, row in enumerate(rows_of(SEEDS / "phone_queues.toml"), start=1):
        fields: dict[str, Any] = {**row, "channel": channels[row["channel"]], "position": number * POSITION_STEP}
        model_of("staff", "PhoneQueue").objects.get_or_create(code=fields.pop("code"), defaults=fields)
    for number, row in enumerate(rows_of(SEEDS / "work_kinds.toml"), start=1):
        fields = {**row, "position": number * POSITION_STEP}
        model_of("staff", "WorkKind").objects.get_or_create(code=fields.pop("code"), defaults=fields)
