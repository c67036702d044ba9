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
    "answered_for": _("An answer to %(label)s was filled in for a client on the telephone"),
    "answers_exported": _("Answers to %(label)s were exported"),
    "answers_taken_back": _("Imported answers to %(label)s were taken back"),
    "identity_opened": _("The person behind a confidential answer to %(label)s was looked up"),
    "invitation_cancelled": _("An invitation to %(label)s was cancelled"),
    "link_changed": _("The open link “%(link)s” to %(label)s was changed"),
    "link_closed": _("The open link “%(link)s” to %(label)s was closed"),
    "link_made": _("The open link “%(link)s” to %(label)s was made"),
    "list_brought": _("A list of recipients of %(label)s was brought in"),
    "list_sent": _("A list of recipients of %(label)s was sent"),
    "call_in_vain": _("A client to be asked about %(label)s was not reached"),
    "call_declined": _("A client did not want to answer %(label)s"),
    "rule_added": _("A rule of sending %(label)s was added"),
    "rule_changed": _("A rule of sending %(label)s was changed"),
    "rule_stopped": _("A rule of sending %(label)s was stopped"),
    "read_in": _("The survey %(label)s was read in from the file %(file)s"),
    "answers_imported": _("Answers to %(label)s were imported"),
    "text_looked_at": _("An open answer to %(label)s was looked at"),
}.items():
    register(f"survey.{_action}", _sentence)

register_group("follow_up", _("Follow-ups"))
register("follow_up.moved", _("Follow-up %(label)s was moved on"))
register("follow_up.given", _("Follow-up %(label)s was given to another"))
