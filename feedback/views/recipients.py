"""A list of people to ask: brought in, looked at with every skip and its reason, sent or thrown away."""

from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bureau import table_uploads
from bureau.audit import record_reading
from bureau.body_limits import takes_files
from bureau.foreign_tables import UnreadableTable
from bureau.models import Job
from bureau.permissions import requires
from bureau.refusals import DeedRefused
from bureau.roles import Permission
from bureau.toasts import toast
from feedback import recipient_lists
from feedback.forms.sending import LARGEST_LIST_BYTES, RecipientListForm
from feedback.recipient_lists import Sending
from feedback.views.invitations import seen


@takes_files(LARGEST_LIST_BYTES)
@requires(Permission.SURVEY_SEND)
@require_http_methods(["GET", "POST"])
def recipient_list_new(request, code):
    survey = seen(request, code)
    form = RecipientListForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        leaves = data["leaves_at"].isoformat() if data["leaves_at"] else ""
        sending = Sending(data["rate_percent"], data["expires_days"], leaves)
        try:
            job = recipient_lists.begin(survey=survey, file=data["file"], file_name=data["file"].name, sending=sending, by=request.user)  # fmt: skip
        except (UnreadableTable, DeedRefused) as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("feedback:recipient_list", code=code, public_id=job.public_id)
    setups = recipient_lists.setups_of(request.user).filter(parameters__survey=survey.pk)[:20]
    sent = Job.objects.visible_to(request.user).filter(kind=recipient_lists.KIND, parameters__survey=survey.pk)[:20]
    context = {"survey": survey, "form": form, "setups": setups, "sent": sent}
    return render(
        request, "feedback/recipient_list_new.html", context, status=422 if request.method == "POST" else 200
    )


@requires(Permission.SURVEY_SEND)
@require_http_methods(["GET", "POST"])
@table_uploads.waits
def recipient_list(request, code, public_id):
    """The preview; sending it leads to the page of the job."""
    survey = seen(request, code)
    of_survey = Job.objects.visible_to(request.user).filter(parameters__survey=survey.pk)
    job = get_object_or_404(of_survey.filter(kind__in=[recipient_lists.SETUP_KIND, recipient_lists.KIND]), public_id=public_id)  # fmt: skip
    if request.method == "POST":
        with table_uploads.opened(job):
            pass  # only what was read can have been looked at
        recipient_lists.send(job=job, by=request.user)
    if request.method == "POST" or job.kind == recipient_lists.KIND:
        return redirect("bureau:job_detail", public_id=job.public_id)
    if job.state != Job.State.PREPARED:
        toast(request, _("This list was thrown away."), tone="warning")
        return redirect("feedback:recipient_list_new", code=code)
    record_reading(user=request.user, way="view", on=survey, label=survey.title_et, job=str(job.public_id))
    try:
        look = recipient_lists.look(job, survey, today=request.today)
    except UnreadableTable as refusal:
        return render(request, "feedback/recipient_list.html", {"survey": survey, "job": job, "refusal": str(refusal)}, status=422)  # fmt: skip
    return render(request, "feedback/recipient_list.html", {"survey": survey, "job": job, "look": look})


@requires(Permission.SURVEY_SEND)
@require_POST
def recipient_list_discard(request, code, public_id):
    survey = seen(request, code)
    job = get_object_or_404(recipient_lists.setups_of(request.user).filter(parameters__survey=survey.pk), public_id=public_id)  # fmt: skip
    recipient_lists.discard(job=job, by=request.user)
    toast(request, _("The list is thrown away; nobody was asked."))
    return redirect("feedback:recipient_list_new", code=code)
