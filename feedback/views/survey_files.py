"""A questionnaire as a file: taken out as JSON, and brought in as a draft."""

import json

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from bureau.permissions import requires
from bureau.roles import Permission
from bureau.toasts import toast
from feedback import surveys
from feedback.forms.surveys import FormFileForm
from feedback.questionnaires import faults, in_language
from feedback.views.surveys import seen


@requires(Permission.SURVEY_EDIT)
@require_GET
def form_export(request, code):
    survey = seen(request, code)
    response = HttpResponse(json.dumps(survey.draft, ensure_ascii=False, indent=1), content_type="application/json; charset=utf-8")  # fmt: skip
    response["Content-Disposition"] = content_disposition_header(True, f"{survey.code}.json")
    return response


@requires(Permission.SURVEY_EDIT)
@require_http_methods(["GET", "POST"])
def form_import(request):
    """A questionnaire of this desk, as it was taken out, becomes a draft."""
    form = FormFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        content = form.content
        title = in_language(content["title"], "et") or form.cleaned_data["file"].name
        survey = surveys.create_survey(title_et=title[:200], title_en=content["title"].get("en", "")[:200], draft=content, by=request.user)  # fmt: skip
        found = len(faults(content))
        asked = sum(len(section["questions"]) for section in content["sections"])
        said = ngettext("%(count)s question came in", "%(count)s questions came in", asked) % {"count": asked}
        if found:
            said += ngettext("; %(count)s fault is to be mended.", "; %(count)s faults are to be mended.", found) % {"count": found}  # fmt: skip
        toast(request, said, tone="warning" if found else "good")
        return redirect(survey)
    return render(request, "feedback/form_import.html", {"form": form}, status=422 if request.method == "POST" else 200)  # fmt: skip
