"""What was done and who looked. Looking here leaves a reading record too."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from bureau import deed_texts, reference, sealing
from bureau.audit import record_reading
from bureau.deed_filters import found_deeds, narrowed, shown_to
from bureau.forms.audit import DeedFilter, ReadingFilter
from bureau.key_paging import Page, key, newest_first
from bureau.models import Deed, ReadingRecord
from bureau.permissions import requires
from bureau.roles import Permission


@require_GET
@requires(Permission.AUDIT_VIEW)
def deed_list(request):
    form = DeedFilter(request.GET)
    page, found = Page(), Deed.objects.none()
    if form.is_valid():
        found = found_deeds(form.cleaned_data, user=request.user)
        page = newest_first(found, after=key(request.GET.get("after")), before=key(request.GET.get("before")))
    note_looking(request, form, object_type="bureau.deed")
    names = reference.people()
    rows = [
        {
            "deed": deed, "sentence": deed_texts.sentence_of(deed), "actor": names.get(deed.actor_id, ""),
            "on_behalf_of": names.get(deed.on_behalf_of_id, ""),
        }
        for deed in page
    ]  # fmt: skip
    return answer(request, "bureau/deed_list.html", form, page, rows, of=Deed)


@require_GET
@requires(Permission.READING_TRAIL_VIEW)
def reading_trail(request):
    form = ReadingFilter(request.GET)
    page = Page()
    if form.is_valid():
        found = narrowed(shown_to(ReadingRecord.objects.all(), request.user), form.cleaned_data, person="user")
        if form.cleaned_data["way"]:
            found = found.filter(way=form.cleaned_data["way"])
        page = newest_first(found, after=key(request.GET.get("after")), before=key(request.GET.get("before")))
    note_looking(request, form, object_type="bureau.readingrecord")
    names = reference.people()
    rows = [
        {
            "record": row, "user": names.get(row.user_id, ""), "on_behalf_of": names.get(row.on_behalf_of_id, ""),
            "what": deed_texts.object_words(row.object_type),
        }
        for row in page
    ]  # fmt: skip
    return answer(request, "bureau/reading_trail.html", form, page, rows, of=ReadingRecord)


def note_looking(request, form, *, object_type: str) -> None:
    asked = {name: str(value) for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    record_reading(user=request.user, way=ReadingRecord.Way.VIEW, object_type=object_type, **asked)


def answer(request, template, form, page, rows, *, of):
    tabs = {
        "may_see_readings": request.user.may(Permission.READING_TRAIL_VIEW),
        "may_see_deeds": request.user.may(Permission.AUDIT_VIEW),
    }
    context = {"form": form, "page": page, "rows": rows, "density": request.user.density, **tabs}
    if not request.htmx:
        context["seal"], context["unsealed"] = sealing.standing(of)
    return render(request, template + ("#rows" if request.htmx else ""), context)
