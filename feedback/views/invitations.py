"""Sending a survey: its rules, what they decided and why, the invitations."""

from datetime import timedelta

from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.decorators.vary import vary_on_headers

from bureau.key_paging import key, newest_first
from bureau.permissions import requires
from bureau.roles import Permission
from bureau.toasts import toast
from feedback import invitations
from feedback.forms.sending import RuleForm
from feedback.models import Anonymity, Invitation, InvitationDecision, InvitationRule, Survey

REHEARSED_DAYS = 30


def seen(request, code) -> Survey:
    return get_object_or_404(Survey.objects.visible_to(request.user), code=code)


@requires(Permission.SURVEY_SEND)
@require_GET
def invitation_rules(request, code):
    """Rules of the survey, and what they decided: invited, and every skip by its reason."""
    survey = seen(request, code)
    rules = list(InvitationRule.objects.filter(survey=survey).order_by("-is_active", "pk"))
    counted = (
        InvitationDecision.objects.filter(rule__in=rules).values_list("reason").annotate(n=Count("pk")).order_by("-n")
    )
    words = dict(InvitationDecision.Reason.choices)
    states = dict(Invitation.State.choices)
    sent = (
        Invitation.objects.visible_to(request.user).filter(survey=survey).values_list("state").annotate(n=Count("pk"))
    )
    context = {
        "survey": survey, "rules": rules, "reasons": [(words[reason], n) for reason, n in counted],
        "states": [(states[state], n) for state, n in sent], "is_published": survey.state == Survey.State.PUBLISHED,
    }  # fmt: skip
    return render(request, "feedback/invitation_rules.html", context)


@requires(Permission.SURVEY_SEND)
@require_http_methods(["GET", "POST"])
def rule_edit(request, code, pk=None):
    survey = seen(request, code)
    rule = get_object_or_404(InvitationRule, survey=survey, pk=pk) if pk else InvitationRule(survey=survey)
    initial = {}
    if pk:
        initial = {name: getattr(rule, name) for name in ("event", "rate_percent", "delay_hours", "quiet_from", "quiet_until", "expires_days", "asks_by_phone")}  # fmt: skip
        initial |= {
            "reminder_days": ", ".join(str(day) for day in rule.reminder_days), "kinds": rule.kinds.all(), "channels": rule.channels.all(),
            "topics": list(rule.topics.values_list("pk", flat=True)),
            "stratum_rates": ", ".join(f"{name}={share}" for name, share in rule.stratum_rates.items()),
        }  # fmt: skip
    form = RuleForm(request.POST or None, initial=initial, today=request.today)
    rehearsal = None
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        of = {name: data.pop(name) for name in ("kinds", "channels", "topics")}
        for name, value in data.items():
            setattr(rule, name, value)
        invitations.save_rule(rule=rule, by=request.user, **of)
        toast(request, _("The rule is in force.") if rule.is_active else _("The rule is kept; it stays stopped."))
        return redirect("feedback:invitation_rules", code=code)
    if pk:
        found = invitations.rehearse(rule=rule, first=request.today - timedelta(days=REHEARSED_DAYS), last=request.today)  # fmt: skip
        words = dict(InvitationDecision.Reason.choices)
        rehearsal = {"events": found.events, "counts": [(words[reason], n) for reason, n in sorted(found.counts.items(), key=lambda one: -one[1])]}  # fmt: skip
    context = {"survey": survey, "form": form, "rule": rule if pk else None, "rehearsal": rehearsal, "days": REHEARSED_DAYS}  # fmt: skip
    return render(request, "feedback/rule_edit.html", context, status=422 if request.method == "POST" else 200)


@requires(Permission.SURVEY_SEND)
@require_http_methods(["GET", "POST"])
def rule_stop(request, code, pk):
    survey = seen(request, code)
    rule = get_object_or_404(InvitationRule, survey=survey, pk=pk)
    if request.method == "POST":
        invitations.stop_rule(rule=rule, by=request.user)
        toast(request, _("The rule is stopped. Invitations already planned still leave."))
        return redirect("feedback:invitation_rules", code=code)
    context = {
        "title": _("Stop the rule?"), "text": _("Nobody new is asked by it. Invitations already planned still leave."),
        "action": _("Stop"), "cancel_url": reverse("feedback:invitation_rules", args=[code]), "form": None, "facts": (),
        "trail": [(survey.title, survey.get_absolute_url())], "danger": True,
    }  # fmt: skip
    return render(request, "components/confirm.html", context)


@requires(Permission.SURVEY_SEND)
@require_GET
@vary_on_headers("HX-Request")
def invitation_list(request, code):
    """Invitations, newest first; without names where the survey is anonymous."""
    survey = seen(request, code)
    state = request.GET.get("state", "")
    found = Invitation.objects.visible_to(request.user).filter(survey=survey).select_related("case")
    if state in Invitation.State.values:
        found = found.filter(state=state)
    page = newest_first(found, after=key(request.GET.get("after")), before=key(request.GET.get("before")))
    context = {
        "survey": survey, "page": page, "states": Invitation.State.choices, "state": state,
        "is_named": survey.anonymity != Anonymity.ANONYMOUS,
    }  # fmt: skip
    return render(request, "feedback/invitation_list.html" + ("#rows" if request.htmx else ""), context)


@requires(Permission.SURVEY_SEND)
@require_POST
def invitation_cancel(request, code, pk):
    survey = seen(request, code)
    seen_here = Invitation.objects.visible_to(request.user).filter(survey=survey)
    invitations.cancel(invitation=get_object_or_404(seen_here, pk=pk), by=request.user)
    toast(request, _("The invitation will not leave."))
    return redirect("feedback:invitation_list", code=code)
