"""Open links of a survey: making one, its sheet with a QR code, closing it."""

from django.conf import settings
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bureau.permissions import requires
from bureau.refusals import DeedRefused, show_in
from bureau.roles import Permission
from bureau.toasts import toast
from feedback import open_links
from feedback.forms.sending import OpenLinkForm
from feedback.models import OpenLink, Survey


@requires(Permission.SURVEY_SEND)
@require_http_methods(["GET", "POST"])
def open_link_add(request, code):
    survey = get_object_or_404(Survey.objects.visible_to(request.user), code=code)
    form = OpenLinkForm(request.POST or None, today=request.today)
    if request.method == "POST" and form.is_valid():
        try:
            link = open_links.make_link(survey=survey, by=request.user, **form.cleaned_data)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            return redirect("feedback:open_link_sheet", code=code, key=link.key)
    context = {"survey": survey, "form": form, "title": _("Make a link")}
    return render(request, "feedback/survey_edit.html", context, status=422 if request.method == "POST" else 200)


@requires(Permission.SURVEY_SEND)
@require_http_methods(["GET", "POST"])
def open_link_edit(request, code, key):
    """Mostly the limit: only when people come does it show how many share an address."""
    survey = get_object_or_404(Survey.objects.visible_to(request.user), code=code)
    link = get_object_or_404(OpenLink, survey=survey, key=key)
    initial = {name: getattr(link, name) for name in OpenLinkForm.base_fields}
    form = OpenLinkForm(request.POST or None, today=request.today, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            open_links.change_link(link=link, by=request.user, **form.cleaned_data)
        except DeedRefused as refusal:
            show_in(form, refusal)
        else:
            toast(request, _("Saved."))
            return redirect("feedback:open_link_sheet", code=code, key=link.key)
    context = {"survey": survey, "form": form, "title": _("Change the link")}
    return render(request, "feedback/survey_edit.html", context, status=422 if request.method == "POST" else 200)


@requires(Permission.SURVEY_SEND)
@require_GET
def open_link_sheet(request, code, key):
    """To be printed and put on the counter."""
    survey = get_object_or_404(Survey.objects.visible_to(request.user), code=code)
    link = get_object_or_404(OpenLink, survey=survey, key=key)
    address = settings.SITE_URL.rstrip("/") + reverse("feedback:answer_open", args=[link.key])
    context = {"survey": survey, "link": link, "address": address, "qr": open_links.qr_code(address)}
    return render(request, "feedback/open_link_sheet.html", context)


@requires(Permission.SURVEY_SEND)
@require_POST
def open_link_close(request, code, key):
    survey = get_object_or_404(Survey.objects.visible_to(request.user), code=code)
    open_links.close_link(link=get_object_or_404(OpenLink, survey=survey, key=key), by=request.user)
    toast(request, _("The link is closed."))
    return redirect(survey)
