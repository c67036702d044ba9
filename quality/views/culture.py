"""Client-minded culture: the board for everybody, campaigns and pledges for who keeps them; what clients are told, without signing in."""

from django.contrib.auth.decorators import login_not_required
from django.db.models import Prefetch, Q, prefetch_related_objects
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bureau.key_paging import key, newest_first, newest_first_by
from bureau.models import Unit
from bureau.permissions import requires
from bureau.refusals import DeedRefused, show_in
from bureau.roles import Permission as P
from bureau.toasts import toast
from quality import culture
from quality.improvement_forms import CampaignForm, PledgeForm, PledgeJudgeForm, PraiseForm, SayForm
from quality.models import Campaign, CampaignReach, Improvement, Pledge, Praise

SHOWN = 30
OVER_SHOWN = 10
BOARD = (P.IMPROVEMENT_VIEW, P.IMPROVEMENT_VIEW_ALL)


@requires(*BOARD)
@require_GET
def board(request):
    """Praise, newest first; campaigns that run or will, pledges not judged yet, and the latest of those that are over."""
    today, may_edit = request.today, request.user.may(P.CULTURE_EDIT)
    own = Prefetch("reached", CampaignReach.objects.filter(user=request.user), to_attr="own_words")
    of_all, over = Campaign.objects.order_by("-starts_on", "-pk"), Q(ends_on__lt=today)
    campaigns = [*of_all.exclude(over), *of_all.filter(over)[:OVER_SHOWN]]
    prefetch_related_objects(campaigns, "units", own)
    for one in campaigns:
        one.said = {reach.how for reach in one.own_words}
        meant = culture.units_meant(one)
        one.runs = one.starts_on <= today <= one.ends_on
        one.may_say = one.runs and (meant is None or request.user.unit_id in meant)
    reaches = culture.reach_of(campaigns) if may_edit and campaigns else {}
    for one in campaigns:
        one.reach = reaches.get(one.pk)
    pledges, praise = Pledge.objects.select_related("unit"), Praise.objects.on_board(request.user)
    context = {
        "praise": newest_first(praise.select_related("unit", "person"), after=key(request.GET.get("after")), before=key(request.GET.get("before")), size=SHOWN),
        "campaigns": campaigns, "may_edit": may_edit, "today": today,
        "pledges": [*pledges.filter(was_kept__isnull=True), *pledges.filter(was_kept__isnull=False)[:SHOWN]],
    }  # fmt: skip
    return render(request, "quality/board.html", context)


@requires(*BOARD)
@require_POST
def campaign_say(request, pk):
    campaign, form = get_object_or_404(Campaign, pk=pk), SayForm(request.POST)
    if not form.is_valid():
        toast(request, _("Say whether you read it or took part."), tone="bad")
        return redirect("quality:board")
    try:
        culture.say(campaign=campaign, how=form.cleaned_data["how"], by=request.user, today=request.today)
    except DeedRefused as refusal:
        toast(request, str(refusal), tone="bad")
    else:
        toast(request, _("Noted."))
    return redirect("quality:board")


def kept_form(request, form, title: str, facts: str = ""):
    context = {"form": form, "title": title, "facts": facts}
    return render(request, "quality/culture_form.html", context, status=422 if request.method == "POST" else 200)


@requires(P.CULTURE_EDIT)
@require_http_methods(["GET", "POST"])
def campaign_edit(request, pk=None):
    campaign = get_object_or_404(Campaign, pk=pk) if pk else Campaign()
    form = CampaignForm(request.POST or None, instance=campaign)
    if request.method == "POST" and form.is_valid():
        culture.save_campaign(campaign=form.save(commit=False), units=form.cleaned_data["units"], by=request.user)
        toast(request, _("Saved."))
        return redirect("quality:board")
    return kept_form(request, form, _("Change the campaign") if pk else _("New campaign"))


@requires(P.CULTURE_EDIT)
@require_http_methods(["GET", "POST"])
def praise_put(request):
    form = PraiseForm(
        request.POST or None, user=request.user, today=request.today, initial={"case": request.GET.get("case", "")}
    )
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        unit_id = data.pop("unit")
        try:
            culture.put_praise(
                by=request.user, unit=Unit.objects.filter(pk=unit_id).first() if unit_id else None, **data
            )
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("It is on the board."))
            return redirect("quality:board")
    return kept_form(request, form, _("Put praise on the board"))


@requires(P.CULTURE_EDIT)
@require_POST
def praise_take_down(request, pk):
    culture.take_down(praise=get_object_or_404(Praise.objects.on_board(request.user), pk=pk), by=request.user)
    toast(request, _("Taken down."))
    return redirect("quality:board")


@requires(P.CULTURE_EDIT)
@require_http_methods(["GET", "POST"])
def pledge_edit(request, pk=None):
    pledge = get_object_or_404(Pledge, pk=pk) if pk else Pledge()
    form = PledgeForm(request.POST or None, instance=pledge)
    if request.method == "POST" and form.is_valid():
        try:
            culture.save_pledge(pledge=form.save(commit=False), by=request.user)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("Saved."))
            return redirect("quality:board")
    return kept_form(request, form, _("Change the pledge") if pk else _("New pledge"))


@requires(P.CULTURE_EDIT)
@require_http_methods(["GET", "POST"])
def pledge_judge(request, pk):
    pledge = get_object_or_404(Pledge.objects.select_related("unit"), pk=pk)
    form = PledgeJudgeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        kept, note = form.cleaned_data["kept"] == "yes", form.cleaned_data["note"]
        try:
            culture.judge_pledge(pledge=pledge, was_kept=kept, note=note, by=request.user, today=request.today)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("Judged."))
            return redirect("quality:board")
    return kept_form(request, form, _("Judge the pledge"), facts=f"{pledge.unit.name}: {pledge.text}")


@login_not_required
@require_GET
def you_said(request):
    """You said, we did: for everybody."""
    page = newest_first_by(
        Improvement.objects.told(),
        Improvement.BY_TELLING,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    told = list(page)
    rows = [(one.told_on, one.told_en if request.LANGUAGE_CODE == "en" and one.told_en else one.told_et, request.LANGUAGE_CODE == "en" and not one.told_en) for one in told]  # fmt: skip
    return render(request, "quality/you_said.html", {"rows": rows, "page": page})
