"""What narrows the register of complaints; the names are those of the list of complaints."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bureau import reference
from complaints.forms.complaints import ComplaintFilterForm
from complaints.models import Stage


class RegisterFilterForm(ComplaintFilterForm):
    """All stages unless one is chosen, with service and channel beside the unit."""

    def __init__(self, *args, today: date, **kwargs):
        super().__init__(*args, today=today, **kwargs)
        for name in ("feedback", "path", "late"):
            del self.fields[name]
        self.fields["stage"].choices = [("", _("all")), ("open", _("open")), ("ended", _("ended")), *Stage.choices]
        for name, label, entries in (
            ("service", gettext_lazy("Service"), reference.services()), ("channel", gettext_lazy("Channel"), reference.channels()),
        ):  # fmt: skip
            self.fields[name] = type(self.fields["stage"])(label=label, required=False)
            self.fields[name].choices = [
                ("", _("all")),
                *((one.code, one.name) for one in entries.values() if one.in_use(today)),
            ]
