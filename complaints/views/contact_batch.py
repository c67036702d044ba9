"""A day of contacts typed afterwards."""

from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from bureau import drafts
from bureau.permissions import requires
from bureau.roles import Permission
from bureau.toasts import toast
from complaints import contact_log as log
from complaints.deeds import DeedRefused
from complaints.forms.contact_batch import ROWS_SHOWN, BatchDayForm, batch_rows, rows_typed


@requires(Permission.CONTACT_LOG)
@require_http_methods(["GET", "POST"])
def contact_batch(request):
    user, today = request.user, request.today
    if request.method == "GET":
        return show_rows(request, drafts.restored(user=user, form=log.BATCH_DRAFT))
    day_form = BatchDayForm(request.POST, today=today)
    day_is_good = day_form.is_valid()
    if day_form.cleaned_data.get("more"):
        return show_rows(request, drafts.typed(request.POST), add=ROWS_SHOWN)
    rows = batch_rows(user=user, today=today, day=day_form.cleaned_data.get("day"), data=request.POST)
    if rows.is_valid() and day_is_good:
        try:
            logged = log.log_batch(entries=rows.entries(day_form.cleaned_data["day"]), by=user)
        except DeedRefused as refusal:
            day_form.add_error(None, str(refusal))
        else:
            count = sum(one.is_new for one in logged)
            toast(request, ngettext("%(count)d contact saved.", "%(count)d contacts saved.", count) % {"count": count})
            return redirect("complaints:contact_list")
    return page(request, day_form, rows, status=422)


def show_rows(request, typed, *, add=0):
    """Rows as they were typed, with empty ones after them."""
    initial = rows_typed(typed)
    filled = [row for row in initial if any(row.get(name) for name in ("time", "who", "topic", "note", "duration"))]
    rows = batch_rows(
        user=request.user, today=request.today, initial=filled, rows=max(ROWS_SHOWN, len(initial) + add) - len(filled)
    )
    day_form = BatchDayForm(today=request.today, initial={"day": typed.get("day") or request.today})
    return page(request, day_form, rows, is_restored=bool(filled) and not add)


def page(request, day_form, rows, *, status=200, is_restored=False):
    context = {"day_form": day_form, "rows": rows, "is_restored": is_restored}
    return render(request, "complaints/contact_batch.html", context, status=status)
