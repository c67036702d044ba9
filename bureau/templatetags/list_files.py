"""Links from the page of a list to its file, out and in, each for who may."""

from typing import Any

from django import template
from django.urls import reverse

from bureau import exports
from bureau.list_files import registry
from bureau.views.exports import filter_of

register = template.Library()


@register.inclusion_tag("components/list_files.html", takes_context=True)
def list_files(context: template.Context, code: str, as_panel: str = "", **of: str) -> dict[str, Any]:
    """`code` is that of the list among the exports; the file is narrowed as the page is. `as_panel`: title of a box of its own.

    `of` names what the list is of, where its page has it in the address: `survey=survey.code`.
    """
    request = context["request"]
    listing, narrowed = exports.listings()[code], filter_of(request.GET)
    narrowed.update(of)
    query = narrowed.urlencode()
    export_url = reverse("bureau:list_export", args=[code]) if listing.may_be_taken_by(request.user) else ""
    return {
        "panel_title": as_panel,
        "export_url": f"{export_url}?{query}" if export_url and query else export_url,
        "file_url": reverse("bureau:list_file_new", args=[code]) if registry.for_page(code, request.user) else "",
    }
