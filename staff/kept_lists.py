"""Telephone queues and kinds of other work among the lists that the head keeps."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau.templatetags.formats import number
from bureau.views.structure import KeptList, register_list
from staff.forms.lists import PhoneQueueForm, WorkKindForm
from staff.models import PhoneQueue, WorkKind


def promise(queue: PhoneQueue) -> str:
    return _("%(percent)s%% within %(seconds)s s") % {
        "percent": number(queue.target_percent), "seconds": number(queue.answer_seconds),
    }  # fmt: skip


def connect() -> None:
    register_list(
        KeptList(
            "phone-queues", "phone_queue", PhoneQueue, PhoneQueueForm, gettext_lazy("Telephone queues"),
            gettext_lazy("Lines that clients call, with the answer time we promise; staffing is planned for it."),
            gettext_lazy("Add a queue"), "contact", ((gettext_lazy("The promise"), promise),),
        )
    )  # fmt: skip
    register_list(
        KeptList(
            "work-kinds", "work_kind", WorkKind, WorkKindForm, gettext_lazy("Kinds of other work"),
            gettext_lazy("Working time that is not a case: guides, trainings, meetings."),
            gettext_lazy("Add a kind of work"), "clock", (),
        )
    )  # fmt: skip
