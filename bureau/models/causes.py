"""Why things went wrong, and the doors after ours: two lists that complaints, challenges and quality share."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bureau.history import keeps_history
from bureau.models.structure import Listed, valid_days_in_order


@keeps_history()
class Cause(Listed):
    """A root cause, in two levels: a group (knowledge, process, system), then the cause that is counted.

    One codebook for the whole product, so that a complaint, a challenge and an improvement speak of the same cause.
    """

    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("group"), null=True, blank=True, related_name="parts"
    )
    note_et = models.TextField(_("when to choose it, in Estonian"), blank=True)
    note_en = models.TextField(_("when to choose it, in English"), blank=True)

    class Meta(Listed.Meta):
        verbose_name = _("cause")
        verbose_name_plural = _("causes")
        constraints = [
            valid_days_in_order("bureau_cause_valid_days_in_order"),
            models.CheckConstraint(
                name="bureau_cause_not_its_own_part", condition=~Q(parent=F("id")) | Q(parent__isnull=True)
            ),
        ]

    @property
    def note(self) -> str:
        return self.note_en if get_language() == "en" else self.note_et


@keeps_history()
class NextInstance(Listed):
    """Where a person may turn with our decision: a challenge, the court, the chancellor of justice, data protection.

    The text stands in the letter as it is; the head changes it when the law or an address changes.
    """

    text_et = models.TextField(_("sentence in the letter, in Estonian"))
    text_en = models.TextField(_("sentence in the letter, in English"))
    law = models.CharField(_("legal basis"), max_length=120, blank=True)
    is_confirmed = models.BooleanField(_("confirmed by a lawyer"), default=False)

    class Meta(Listed.Meta):
        verbose_name = _("next instance")
        verbose_name_plural = _("next instances")
        constraints = [valid_days_in_order("bureau_nextinstance_valid_days_in_order")]

    def text_in(self, language: str) -> str:
        return self.text_en if language == "en" else self.text_et
