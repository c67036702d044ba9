"""From what was learned to an improvement action: from a survey, a follow-up, a disruption, a complaint."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.onward import Onward, register
from bureau.roles import Permission
from quality.models import Improvement

Source = Improvement.Source


def to_action(source: str, of: str):
    """A link to the action that came of it, else to a new one."""

    def links(thing, user) -> Iterable[Onward]:
        if not user.may(Permission.IMPROVEMENT_EDIT):
            return []
        known = Improvement.objects.visible_to(user).filter(source=source, source_id=thing.pk).order_by("-pk").first()
        if known is not None:
            return [
                Onward(
                    _("To the improvement action"),
                    reverse("quality:improvement_detail", args=[known.number]),
                    "refresh",
                )
            ]
        return [Onward(_("Make an improvement action of it"), f"{reverse('quality:improvement_new')}?source={source}&of={getattr(thing, of)}", "refresh")]  # fmt: skip

    return links


def of_complaint(case, user) -> Iterable[Onward]:
    complaint = getattr(case, "complaint", None)
    return to_action(Source.COMPLAINT, "number")(case, user) if complaint is not None and complaint.lesson else []


register("feedback.survey", to_action(Source.SURVEY, "code"))
register("feedback.followup", to_action(Source.FOLLOW_UP, "pk"))
register("staff.loadevent", to_action(Source.DISRUPTION, "pk"))
register("complaints.case", of_complaint)
