"""A letter that did not leave, sent once more from the page of its case."""

from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from bureau.permissions import requires
from bureau.roles import Permission
from complaints.mailed_letters import send_letter_again
from complaints.views.case_deeds import pressed


@requires(Permission.CASE_HANDLE)
@require_POST
def case_letter_resend(request, number, key):
    return pressed(
        request, number, lambda case, seen: send_letter_again(case=case, key=key, by=request.user, seen_version=seen),
        _("The letter is on its way again."),
    )  # fmt: skip
