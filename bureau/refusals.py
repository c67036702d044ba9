"""A deed that the rules do not allow, and forms that ask the rules."""

from django.core.exceptions import ValidationError


class DeedRefused(ValueError):
    """The deed cannot be done; the message is a sentence in the reader's language. `field` names the field at fault."""

    def __init__(self, sentence: str, *, field: str | None = None):
        self.field = field
        super().__init__(sentence)


def show_in(form, refusal: DeedRefused) -> None:
    """The refusal as an error of the form, beside its field when it has one."""
    form.add_error(refusal.field if refusal.field in form.fields else None, ValidationError(str(refusal)))
