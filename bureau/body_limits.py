"""How much one request may bring. What is larger is refused by its stated length, before a byte of it is read.

Django spools a file to the disk before any view is asked, so a view is too late to refuse. Pages that take files say so
by `takes_files`; only there, and only for who has the right, is a large body let in. The check stands after sign-in in
the order of middleware and before whatever reads a form (the check of its safety mark does).
"""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve

from bureau.roles import Permission

# A form without files: the longest letter with its draft is a tenth of it. Equal to Django's own limit for such forms.
LARGEST_FORM_BYTES = 2_621_440


def takes_files(largest_bytes: int, *permissions: Permission) -> Callable:
    """Says that a page takes files, up to so many bytes, from who has one of these rights (else the page's own)."""

    def decorate(view):
        view.largest_file_bytes = largest_bytes
        view.file_permissions = permissions or view.required_permissions
        return view

    return decorate


class BodyLimitMiddleware:
    """Refuses what is too large with 413, what does not tell its length with 411; neither is read."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        told = request.META.get("CONTENT_LENGTH") or ""
        if request.META.get("HTTP_TRANSFER_ENCODING") and not told:
            # Django would take it for an empty form, and the person would lose what was sent without a word.
            return refused(request, LARGEST_FORM_BYTES, status=411)
        if told and not (told.isascii() and told.isdigit()):
            raise BadRequest("length of the body")
        length = int(told[:20] or 0)
        if length > LARGEST_FORM_BYTES:
            limit = largest_for(request)
            if length > limit:
                return refused(request, limit)
        return self.get_response(request)


def largest_for(request: HttpRequest) -> int:
    """Bytes that this person may send to this address."""
    try:
        view: Any = resolve(request.path_info).func
    except Resolver404:
        return LARGEST_FORM_BYTES
    largest = getattr(view, "largest_file_bytes", 0)
    if not largest or request.method != "POST" or not request.user.is_authenticated:
        return LARGEST_FORM_BYTES
    if not any(request.user.may(permission) for permission in view.file_permissions):
        raise PermissionDenied
    return int(largest) + LARGEST_FORM_BYTES  # the other fields stand beside the file


def refused(request: HttpRequest, limit: int, status: int = 413) -> HttpResponse:
    return render(request, "413.html", {"limit_megabytes": limit // 1_000_000}, status=status)
