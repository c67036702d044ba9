"""Whether the process lives, the language of a request, the person behind it, and that nobody keeps its answer."""

from django.conf import settings
from django.core.exceptions import BadRequest
from django.utils import timezone, translation

from bureau.views import health

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
