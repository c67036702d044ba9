"""Steps of a migration taken together.

Django makes every model anew after each step of a migration once the first has run, so that a migration of sixty steps takes
a minute of computing where the database needs a second. `Together` changes what Django knows in one go, and then the
database: tables are created as they are in the end, with their constraints, indexes and columns.
"""

from collections.abc import Sequence

from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation
from pgtrigger.migrations import AddTrigger


class Together(Operation):
    """Operations that create tables and what belongs to them. A model that stood before may be altered once a field."""

    def __init__(self, operations: Sequence[Operation]):
        self.operations = operations

    def deconstruct(self):
        return self.__class__.__name__, [], {"operations": self.operations}

    def state_forwards(self, app_label, state):
        # Models that are not made yet need not be made anew at each step.
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        created = {one.name_lower for one in self.operations if isinstance(one, CreateModel)}
        for operation in sorted(self.operations, key=lambda one: not isinstance(one, CreateModel)):
            of_new_table = (
                getattr(operation, "model_name_lower", getattr(operation, "model_name", "").lower()) in created
            )
            if isinstance(operation, (CreateModel, AddTrigger)) or not of_new_table:
                operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        created = {one.name_lower for one in self.operations if isinstance(one, CreateModel)}
        rest = [
            one
            for one in reversed(self.operations)
            if not isinstance(one, CreateModel) and getattr(one, "model_name", "").lower() not in created
        ]
        for operation in rest:
            operation.database_backwards(app_label, schema_editor, from_state, to_state)
        for operation in reversed(self.operations):
            if isinstance(operation, CreateModel):
                operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self):
        return (
            f"Create {sum(isinstance(one, CreateModel) for one in self.operations)} tables with what belongs to them"
        )
