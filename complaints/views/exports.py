"""Cases, contacts and parties as files, narrowed as their lists are."""

from django.views.decorators.http import require_http_methods

from bureau.permissions import requires
from bureau.roles import Permission
from bureau.views.exports import list_export


@requires(Permission.CASE_EXPORT)
@require_http_methods(["GET", "POST"])
def case_export(request):
    return list_export(request, code="cases", back="complaints:case_list")


@requires(Permission.CASE_EXPORT)
@require_http_methods(["GET", "POST"])
def contact_export(request):
    return list_export(request, code="contacts", back="complaints:contact_list")


@requires(Permission.CASE_EXPORT)
@require_http_methods(["GET", "POST"])
def party_export(request):
    return list_export(request, code="parties", back="complaints:party_list")
