"""The sentence of each deed on workload and staffing."""

from django.utils.translation import gettext_lazy as _

from bureau.deed_texts import register, register_group

register_group("work", _("Working time"))
register_group("weight", _("Weights of kinds"))

register("work.logged", _("Working time of %(label)s was noted"))
register("work.taken_back", _("Working time of %(label)s was taken back"))
register("weight.set", _("The weight of “%(label)s” was set"))
