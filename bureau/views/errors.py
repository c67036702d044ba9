"""Pages that say what went wrong, what is kept and what to do."""

import sys
from dataclasses import dataclass, replace

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template import loader
from django.utils import translation

from bureau import faults
from bureau.body_limits import LARGEST_FORM_BYTES

SECONDS_UNTIL_AGAIN = 10
# A text shorter than this is typed again sooner than copied.
SHOWN_FROM_CHARACTERS = 20
# Passwords and codes of sign-in are never written back into a page.
SIGN_IN = "/accounts/"
MOST_FIELDS = 500
MARK = "csrfmiddlewaretoken"

TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def bad_request(request, exception=None):
    if isinstance(exception, TOO_MUCH):
        return render(request, "413.html", status=413)
    return render(request, "400.html", status=400)


def forbidden(request, exception=None):
    return render(request, "403.html", status=403)


def not_found(request, exception=None):
    return render(request, "404.html", status=404)


def only_by_form(request, *, allowed: str):
    response = render(request, "405.html", status=405)
    response.headers["Allow"] = allowed
    return response


def server_error(request):
    """Told without the usual frame, which needs the database, and that may be what failed."""
    fault = faults.fault_of(sys.exc_info()[1])
    if fault is None:
        page = loader.get_template("500.html").render({"is_public": is_public(request)})
        return HttpResponse(page, status=500)
    return unavailable(request, fault)


def unavailable(request, fault: faults.Fault):
    """503 in the reader's language, and in the other one below: whose choice it is, the database may not say."""
    faults.note(fault)
    reader = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) or translation.get_language()
    codes = [code for code, _name in settings.LANGUAGES]
    first = reader if reader in codes else codes[0]
    context = {
        "fault": fault, "first": first, "others": [code for code in codes if code != first], "sent": sent_form(request),
        "address": request.get_full_path(), "is_post": request.method == "POST", "is_public": is_public(request),
    }  # fmt: skip
    with translation.override(first):
        page = loader.get_template("503.html").render(context)
    answer = HttpResponse(page, status=503)
    answer["Retry-After"] = str(SECONDS_UNTIL_AGAIN)
    answer["Cache-Control"] = "no-store, private"
    answer["Content-Language"] = first
    return answer


def is_public(request) -> bool:
    """Whether the reader may be a client, who bears no session and asks for a public page. Asks no session or database."""
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        return False
    match = getattr(request, "resolver_match", None)
    return match is None or not getattr(match.func, "login_required", True)


@dataclass(frozen=True)
class SentForm:
    """What was posted, to be sent once more as it stood."""

    fields: list[tuple[str, str]]
    texts: list[str]
    has_files: bool
    is_multipart: bool


def sent_form(request) -> SentForm | None:
    """None where nothing was posted, where it cannot be read, and where secrets are among it.

    The mark against forgery is the one that was sent: a form that another site sent stays refused.
    """
    if request.method != "POST" or request.headers.get("HX-Request") or request.path.startswith(SIGN_IN):
        return None
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_FORM_BYTES:
        return None  # who sent it may not be known yet, and nothing that large was typed
    try:
        fields = [(name, value) for name, values in request.POST.lists() for value in values]
        has_files = bool(request.FILES)
    except (OSError, UnreadablePostError, MultiPartParserError, SuspiciousOperation, BadRequest):
        return None
    if not fields or len(fields) > MOST_FIELDS or any("password" in name for name, _value in fields):
        return None
    texts = [
        value
        for name, value in fields
        if len(value) >= SHOWN_FROM_CHARACTERS and name not in (MARK, "key", "form_key", "measured", "next")
    ]
    return SentForm(fields, texts, has_files, request.content_type == "multipart/form-data")


def signed_out(request):
    """What was typed after the session had ended, to be sent once there is one again; None where nothing was typed."""
    sent = sent_form(request)
    return shown_to_send_again(request, sent, status=401) if sent and sent.texts else None


def csrf_failure(request, reason=""):
    """The mark against forgery ran out. Only a form that came from a page of ours is given a new one."""
    sent = sent_form(request) if came_from_our_page(request) else None
    return shown_to_send_again(request, sent, status=403)


def shown_to_send_again(request, sent: "SentForm | None", *, status: int):
    if sent is not None:
        token = get_token(request) if came_from_our_page(request) else ""
        sent = replace(
            sent,
            fields=[(name, token if token and name == MARK else value) for name, value in sent.fields],
        )
    context = {"sent": sent, "address": request.get_full_path(), "is_public": is_public(request), "number": status}
    return render(request, "403_csrf.html", context, status=status)


def came_from_our_page(request) -> bool:
    """The browser itself says so; no page can write these headers."""
    if "Sec-Fetch-Site" in request.headers:
        return request.headers["Sec-Fetch-Site"] == "same-origin"
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
