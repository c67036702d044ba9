"""The sentence of each deed on indicators and their measurements."""

from django.utils.translation import gettext_lazy as _

from bureau.deed_texts import register, register_group

register_group("indicator", _("Indicators"))
register_group("measurement", _("Measurements"))
register_group("signal", _("Signals"))

register("indicator.proposed", _("Version %(version)s of the indicator “%(label)s” was proposed"))
register("indicator.agreed", _("Version %(version)s of the indicator “%(label)s” was agreed"))
register("indicator.target_set", _("The target of %(label)s was set"))
register("indicator.rebased", _("Limits of %(label)s were set anew"))
register("indicator.rebase_taken_back", _("An event of %(label)s was taken back"))
register("measurement.restatement_asked", _("A restatement of %(label)s was asked for"))
register("measurement.restatement_decided", _("A restatement of %(label)s was decided on"))
register("signal.commented", _("A signal of %(label)s was commented"))
