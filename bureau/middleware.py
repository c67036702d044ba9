"""Whether the process lives, the language of a request, the person behind it, and that nobody keeps its answer."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme

from bureau.views import errors, health

LANGUAGE_COOKIE = settings.LANGUAGE_COOKIE_NAME
CODES = {code for code, _name in settings.LANGUAGES}


class AliveMiddleware:
    """`/healthz` says that this process answers; it asks no session, cache or database, so it holds when they do not.
    `/readyz` asks each part by itself, so a session does not stand between."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path == "/healthz":
            return health.healthz(request)
        if request.path == "/readyz":
            return health.readyz(request)
        return self.get_response(request)


class NothingKeptMiddleware:
    """No answer of the desk is kept by browsers or proxies: a shared computer shows nobody the pages of the one before.

    Of all answers, also of those given to nobody signed in: the answering of a survey by a secret link is as private,
    and a rule without exceptions leaves none out. Static files are answered before they come here. Back in the browser
    asks anew, and what was typed comes from the draft.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers["Cache-Control"] = "no-store, private"
        return response


class LanguageMiddleware:
    """Estonian first: the person's own choice, else the choice kept in the cookie, else Estonian.

    The browser's language is not asked, because officials' browsers are set to whatever the vendor chose.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        chosen = request.COOKIES.get(LANGUAGE_COOKIE)
        if chosen not in CODES:
            user = request.user
            chosen = user.language if user.is_authenticated and user.language in CODES else settings.LANGUAGE_CODE
        with translation.override(chosen):
            request.LANGUAGE_CODE = chosen
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", chosen)
        return response


class SignedInMiddleware(LoginRequiredMiddleware):
    """Whoever is not signed in goes to the sign-in page; what was typed and sent meanwhile is shown, to be sent afterwards.

    The sign-in leads on to a page that can be opened: never to an address that only takes what a form sends.
    """

    def handle_no_permission(self, request, view_func):
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        if not request.headers.get("X-Requested-With"):
            page = errors.signed_out(request)
            if page is not None:
                return page
        return redirect_to_login(
            page_before(request), self.get_login_url(view_func), self.get_redirect_field_name(view_func)
        )


def page_before(request) -> str:
    """The page of ours on which a form stood; the first page where the browser does not say."""
    before = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        before, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    parts = urlsplit(before)
    return (f"{parts.path}?{parts.query}" if parts.query else parts.path) if is_ours and parts.path else "/"


class OnlyByFormMiddleware:
    """An address that only takes what a form sends says so in words to whoever opens it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 405 and request.method == "GET":
            return errors.only_by_form(request, allowed=response.headers["Allow"])
        return response


class ActorMiddleware:
    """Gives every view the day it works on, so that rules and counts of one page agree."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            # No text of ours holds a nought, and the database takes none.
            raise BadRequest("nought in an address")
        request.today = timezone.localdate()
        return self.get_response(request)
