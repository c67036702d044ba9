"""The sentence of each deed on a complaint, for the audit pages, and its short word on the timeline of the case."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from bureau.deed_texts import register, register_group

register_group("complaint", _("Complaints"))

for _action, _sentence in {
    "opened": _("%(label)s is handled as a complaint, praise or suggestion"),
    "acknowledged": _("Receipt of the complaint %(label)s was acknowledged"),
    "assessed": _("The complaint %(label)s was assessed"),
    "stage_1": _("The frontline took up the complaint %(label)s"),
    "stage_2": _("The complaint %(label)s was given to an investigator"),
    "investigator_changed": _("The investigator of the complaint %(label)s was changed"),
    "decided": _("The complaint %(label)s was decided"),
    "closed": _("The complaint %(label)s was closed"),
    "withdrawn": _("The complaint %(label)s was withdrawn by the person"),
    "returned": _("The complaint %(label)s was returned without review"),
    "passed_on": _("What %(label)s says was passed on to whom it concerns"),
    "thanked": _("The person was thanked in %(label)s"),
    "target_extended": _("A target of the complaint %(label)s was moved from %(old)s to %(new)s"),
    "target_recomputed": _("A target of the complaint %(label)s was recomputed from %(old)s to %(new)s"),
    "lesson_kept": _("A lesson was kept on the complaint %(label)s"),
    "person_named": _("A person whom the complaint %(label)s concerns was named"),
    "person_unnamed": _("A person named in the complaint %(label)s was taken off"),
    "step_added": _("A step was added to the investigation of %(label)s"),
    "step_done": _("A step of the investigation of %(label)s was done"),
    "step_removed": _("A step of the investigation of %(label)s was taken away"),
    "evidence_added": _("Evidence was added to the complaint %(label)s"),
    "remedy_promised": _("A remedy was promised in %(label)s"),
    "remedy_delivered": _("A remedy was delivered in %(label)s"),
    "escalated": _("The late complaint %(label)s was told up the ladder"),
    "escalation_taken_up": _("The late complaint %(label)s was taken up"),
}.items():
    register(f"complaint.{_action}", _sentence)

# Word on the timeline; those not here (letters) stand there by their message.
TIMELINE = {
    "complaint.opened": pgettext_lazy("deed", "Treats it as a complaint"),
    "complaint.acknowledged": pgettext_lazy("deed", "Acknowledged the complaint"),
    "complaint.assessed": pgettext_lazy("deed", "Assessed the complaint"),
    "complaint.stage_1": pgettext_lazy("deed", "Began frontline resolution"),
    "complaint.stage_2": pgettext_lazy("deed", "Gave it to an investigator"),
    "complaint.investigator_changed": pgettext_lazy("deed", "Changed the investigator"),
    "complaint.decided": pgettext_lazy("deed", "Decided the complaint"),
    "complaint.closed": pgettext_lazy("deed", "Closed the complaint"),
    "complaint.withdrawn": pgettext_lazy("deed", "The person took the complaint back"),
    "complaint.returned": pgettext_lazy("deed", "Returned it without review"),
    "complaint.passed_on": pgettext_lazy("deed", "Passed it on"),
    "complaint.thanked": pgettext_lazy("deed", "Thanked the person"),
    "complaint.target_extended": pgettext_lazy("deed", "Moved the target of the complaint"),
    "complaint.target_recomputed": pgettext_lazy("deed", "Recomputed the target of the complaint"),
    "complaint.lesson_kept": pgettext_lazy("deed", "Kept a lesson"),
    "complaint.person_named": pgettext_lazy("deed", "Named a person concerned"),
    "complaint.person_unnamed": pgettext_lazy("deed", "Took a person concerned off"),
    "complaint.step_added": pgettext_lazy("deed", "Planned a step of the investigation"),
    "complaint.step_done": pgettext_lazy("deed", "Finished a step of the investigation"),
    "complaint.step_removed": pgettext_lazy("deed", "Took a step of the investigation away"),
    "complaint.evidence_added": pgettext_lazy("deed", "Added evidence"),
    "complaint.remedy_promised": pgettext_lazy("deed", "Promised a remedy"),
    "complaint.remedy_delivered": pgettext_lazy("deed", "Delivered the remedy"),
    "complaint.escalated": pgettext_lazy("deed", "Told of the late complaint"),
    "complaint.escalation_taken_up": pgettext_lazy("deed", "Took up the late complaint"),
}
