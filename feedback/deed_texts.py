"""The sentence of each deed on a survey, for the audit pages."""

from django.utils.translation import gettext_lazy as _

from bureau.deed_texts import register, register_group

register_group("survey", _("Surveys"))

for _action, _sentence in {
    "created": _("The survey %(label)s was begun"),
    "copied": _("The survey %(label)s was copied from %(source)s"),
    "drafted": _("The questionnaire of %(label)s was changed, draft %(version)s"),
    "changed": _("Settings of the survey %(label)s were changed"),
    "published": _("Version %(version)s of the survey %(label)s was published"),
    "closed": _("The survey %(label)s was closed"),
    "reopened": _("The survey %(label)s was opened again"),
}.items():
    register(f"survey.{_action}", _sentence)
