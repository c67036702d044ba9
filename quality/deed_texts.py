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

register_group("improvement", _("Improvement actions"))
register_group("campaign", _("Campaigns"))
register_group("praise", _("Praise on the board"))
register_group("pledge", _("Pledges"))

register("improvement.begun", _("The improvement action %(label)s was begun"))
register("improvement.moved", _("The improvement action %(label)s was moved on"))
register("improvement.changed", _("Facts of the improvement action %(label)s were changed"))
register("improvement.task_added", _("A task was added to %(label)s"))
register("improvement.task_done", _("A task of %(label)s was done"))
register("improvement.noted", _("A note was added to %(label)s"))
register("improvement.judged", _("The effect of %(label)s was judged"))
register("improvement.told", _("Clients were told of %(label)s"))
register("improvement.telling_withdrawn", _("What clients were told of %(label)s was withdrawn"))
register("campaign.begun", _("The campaign “%(label)s” was begun"))
register("campaign.changed", _("The campaign “%(label)s” was changed"))
register("campaign.reached", _("The campaign “%(label)s” reached somebody"))
register("praise.put_up", _("Praise was put on the board"))
register("praise.taken_down", _("Praise was taken off the board"))
register("pledge.made", _("The pledge “%(label)s” was made"))
register("pledge.changed", _("The pledge “%(label)s” was changed"))
register("pledge.judged", _("The pledge “%(label)s” was judged"))

register_group("report", _("Reports"))

register("report.begun", _("The report %(label)s was begun"))
register("report.commented", _("The report %(label)s was commented"))
register("report.decision_asked", _("A decision was asked for in the report %(label)s"))
register("report.ask_dropped", _("A decision is not asked for any more in the report %(label)s"))
register("report.quote_chosen", _("Words of a client were put into the report %(label)s"))
register("report.quote_dropped", _("Words of a client were taken out of the report %(label)s"))
register("report.moved", _("The report %(label)s went on"))
register("report.issued", _("The report %(label)s was issued"))
register("report.read", _("The report %(label)s was read"))
register("report.question_asked", _("A question was asked about the report %(label)s"))
register("report.question_answered", _("A question about the report %(label)s was answered"))
register("report.decided", _("A decision was made on the report %(label)s"))

register_group("own_report", _("Own reports"))
register("own_report.made", _("The own report “%(label)s” was made"))
register("own_report.changed", _("The own report “%(label)s” was changed"))
register("own_report.removed", _("The own report “%(label)s” was removed"))
