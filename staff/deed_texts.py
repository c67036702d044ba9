"""The sentence of each deed on workload and staffing."""

from django.utils.translation import gettext_lazy as _

from bureau.deed_texts import register, register_group

register_group("work", _("Working time"))
register_group("weight", _("Weights of kinds"))

register("work.logged", _("Working time of %(label)s was noted"))
register("work.taken_back", _("Working time of %(label)s was taken back"))
register("weight.set", _("The weight of “%(label)s” was set"))

register_group("calls", _("Call statistics"))
register_group("forecast", _("Forecasts"))
register_group("shift", _("Shifts"))
register_group("load_event", _("Events in the load"))

register("calls.kept", _("Call statistics of “%(label)s” were taken in"))
register("forecast.made", _("A forecast of “%(label)s” was made"))
register("shift.added", _("Shifts of %(label)s were added"))
register("shift.removed", _("A shift of %(label)s was removed"))
register("load_event.saved", _("The event in the load “%(label)s” was saved"))
