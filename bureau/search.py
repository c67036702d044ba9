"""The search box of every page: cases, people, phone numbers, references."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from bureau.audit import record_reading
from bureau.forms.search import SearchForm
from bureau.permissions import requires
from bureau.roles import Permission
from complaints import case_search


@requires(Permission.CASE_VIEW)
@require_GET
def search(request):
    """A whole number opens its case at once; everything else is a list. Looking up people leaves a record."""
    form = SearchForm(request.GET)
    form.is_valid()
    text = form.cleaned_data.get("q", "")
    found = case_search.search(
        text,
        user=request.user,
        today=request.today,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    if found.case:
        return redirect(found.case)
    if found.parties or found.is_person_data:
        # A personal code itself is kept nowhere.
        record_reading(
            user=request.user, way="search", object_type="complaints.party", label="" if found.is_personal_code else text,
            found=[party.pk for party in found.parties], page="search",
        )  # fmt: skip
    return render(request, "bureau/search.html", {"found": found, "today": request.today})
