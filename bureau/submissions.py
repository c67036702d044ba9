"""Whatever writes can be repeated: a form sent twice, at once or again later, does its deed once.

Every POST form bears a key of its own (`{% csrf_token %}` writes it). Forms whose key also becomes the key of the row
that they make (a contact, a letter) call it `key`, and drafts carry it; the others call it `form_key`.

* The same key with the same content gives the first answer again: the same page to go to, the same words. Of two that
  come at the same moment the second waits for the first.
* The same key with other content is a submission of its own. Its key is made of both, so that it too can be repeated.
  Where the first came from the same page, the person is told that both were kept.
* What was refused, or broke, uses no key up: deed and row are of one transaction.

A form says in a field `measured` which of its fields were filled by the browser itself, and tell nothing apart.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b, sha256
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from bureau.models import Submission, User
from bureau.templatetags.formats import clock_time, day

FORM_KEY = "form_key"
KEYS = ("key", FORM_KEY)
MEASURED = "measured"
# What a page says of itself, and nobody typed.
NOT_CONTENT = {*KEYS, MEASURED, "csrfmiddlewaretoken", "version", "seen", "seen_version"}
# A browser without connection sends what waits in it for a fortnight.
KEPT_FOR = timedelta(days=21)
LONGEST_BODY = 20_000
# Read by the next page, and deleted by it.
DONE_COOKIE = "desk_done"
DONE_SECONDS = 120
# Passwords and codes: no digest of them is kept, and each sending is judged anew.
SIGN_IN_PAGES = "accounts/"


@dataclass
class Filling:
    """One sending of one form."""

    key: uuid.UUID
    person: str
    address: str
    content: uuid.UUID
    at: datetime
    sent_key: uuid.UUID | None = None
    """The key that the page bore, where the filling was given one of its own."""
    differs_from: datetime | None = None
    """When the same key was first sent from this page, with other content."""
    is_repeat: bool = False
    knows_its_deed: bool = False

    @property
    def id(self) -> uuid.UUID:
        return uuid.uuid5(self.key, self.person)


class SubmissionMiddleware:
    """Whatever bears a form's key is done once, in one transaction with the row that says so."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        return tell_browser(request, response) if request.method == "POST" else response

    def process_view(self, request, view, args, kwargs):
        filling = filling_of(request, view)
        return done_once(request, filling, lambda: view(request, *args, **kwargs)) if filling else None


# --- What a view says of itself ---------------------------------------------------------------------------------------
def may_be_repeated(view: Callable) -> Callable:
    """A view that writes nothing to be doubled, or knows by other means what it did: its requests are left alone."""
    view.may_be_repeated = True  # type: ignore[attr-defined]
    return view


def keyed_by(key_of: Callable[[HttpRequest], uuid.UUID | None]) -> Callable:
    """A view whose key comes not from the page but from what the visitor bears, a signed cookie say."""

    def decorate(view: Callable) -> Callable:
        view.form_key_of = key_of  # type: ignore[attr-defined]
        return view

    return decorate


def knows_its_deed(request: HttpRequest) -> None:
    """The deed was done, and what it made bears the key: a repeat runs the view again, which finds it and says so."""
    filling = getattr(request, "filling", None)
    if filling is not None:
        filling.knows_its_deed = True


def said_of_difference(request: HttpRequest) -> str:
    """What to tell whoever sends a filling that was sent before with other content; empty for all others."""
    filling = getattr(request, "filling", None)
    if filling is None or filling.differs_from is None:
        return ""
    at = timezone.localtime(filling.differs_from)
    return _(
        "This form was already sent on %(day)s at %(time)s with other words. Both are kept: check that nothing stands twice."
    ) % {"day": day(at), "time": clock_time(at)}


def key_sent(request: HttpRequest) -> uuid.UUID | None:
    """The key that the page bore, and with it the draft of this filling, if another was given instead."""
    filling = getattr(request, "filling", None)
    return filling.sent_key if filling is not None else None


# --- Which sending it is ----------------------------------------------------------------------------------------------
def filling_of(request: HttpRequest, view: Callable) -> Filling | None:
    """The sending that a request is; none when it bears no key or need not be told apart."""
    if request.method != "POST" or getattr(view, "may_be_repeated", False):
        return None
    if request.resolver_match is not None and request.resolver_match.route.startswith(SIGN_IN_PAGES):
        return None
    key_of = getattr(view, "form_key_of", key_in_form)
    key = key_of(request)
    if key is None:
        return None
    now = timezone.now()
    if request.user.is_authenticated:
        person, at = str(request.user.pk), now
    else:
        # A visitor who answered an anonymous survey leaves the day, as the answer does, and no moment.
        person, at = "", timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return Filling(key=key, person=person, address=request.path[:300], content=content_of(request), at=at)


def key_in_form(request: HttpRequest) -> uuid.UUID | None:
    for name in KEYS:
        try:
            return uuid.UUID(request.POST.get(name, ""))
        except ValueError:
            continue
    return None


def content_of(request: HttpRequest) -> uuid.UUID:
    """A keyed digest of all that was typed, of files too, and of the address it was sent to."""
    apart = NOT_CONTENT | set(request.POST.get(MEASURED, "").split())
    digest = keyed_digest()
    digest.update(request.get_full_path().encode("utf-8", "replace"))
    for name in sorted(set(request.POST) - apart):
        digest.update(repr((name, request.POST.getlist(name))).encode("utf-8", "replace"))
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            digest.update(repr((name, file.name, file.size)).encode("utf-8", "replace"))
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
    return uuid.UUID(bytes=digest.digest())


def keyed_digest() -> Any:
    return blake2b(digest_size=16, key=sha256(settings.SECRET_KEY.encode()).digest())


# --- Many fillings on one page ----------------------------------------------------------------------------------------
def own_keys(*, typed: Mapping[uuid.UUID, str], by: User, address: str) -> dict[uuid.UUID, uuid.UUID]:
    """The key under which each row of a page is kept: its own, or one made of both where it was sent with other words.

    `typed`: key of a row → what was typed into it. In the transaction that writes the rows.
    """
    kept = {}
    for key, words in sorted(typed.items()):
        digest = keyed_digest()
        digest.update(words.encode("utf-8", "replace"))
        filling = Filling(
            key=key, person=str(by.pk), address=address, content=uuid.UUID(bytes=digest.digest()), at=timezone.now()
        )
        first = claimed_before(filling)
        if first is not None and first.content != filling.content:
            filling.key = uuid.uuid5(key, str(filling.content))
            claimed_before(filling)
        kept[key] = filling.key
    return kept


# --- Done once --------------------------------------------------------------------------------------------------------
def done_once(request: HttpRequest, filling: Filling, do: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Run `do` in one transaction with the row of its submission, or answer as the first time."""
    request.filling = filling  # type: ignore[attr-defined]
    with transaction.atomic():
        first = claimed_before(filling)
        if first is not None and first.content != filling.content:
            keep_apart(request, filling, first)
            first = claimed_before(filling)
        if first is not None and first.outcome is not None:
            return again(request, first.outcome)
        filling.is_repeat = first is not None
        response = do()
        if not filling.is_repeat:
            settle(request, filling, response)
        return response


def claimed_before(filling: Filling) -> Submission | None:
    """Claim the key, or tell who did. Waits for whoever is doing the same deed at this moment."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO bureau_submission (id, address, content, at) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
                [filling.id, filling.address, filling.content, filling.at],
            )
            if cursor.rowcount:
                return None
        first = Submission.objects.filter(pk=filling.id).first()
        if first is not None:
            return first
        # Refused meanwhile, so the key is free again.


def keep_apart(request: HttpRequest, filling: Filling, first: Submission) -> None:
    """Give what differs from the first a key of its own, in the form too, so that the view sees no other."""
    if first.address == filling.address:
        filling.differs_from = first.at
    filling.sent_key, filling.key = filling.key, uuid.uuid5(filling.key, str(filling.content))
    posted = request.POST.copy()
    for name in KEYS:
        if name in posted:
            posted[name] = str(filling.key)
    request.POST = posted  # type: ignore[assignment]


def settle(request: HttpRequest, filling: Filling, response: HttpResponseBase) -> None:
    """Keep how the deed was answered; a form that was refused, or only shown again, may be sent once more."""
    if connection.needs_rollback:
        return
    if filling.knows_its_deed:
        if filling.differs_from and response.status_code in range(300, 400):
            messages.warning(request, said_of_difference(request))
        return
    outcome = outcome_of(request, response)
    if outcome is None:
        Submission.objects.filter(pk=filling.id)._raw_delete("default")
        return
    if filling.differs_from:
        messages.warning(request, said_of_difference(request))
        outcome["said"] = said_in(request)
    Submission.objects.filter(pk=filling.id).update(outcome=outcome)


def tell_browser(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The page lays aside its copy of what was typed only when it hears that the deed was done (static/js/sending.js)."""
    if (
        request.user.is_authenticated
        and isinstance(response, HttpResponse)
        and outcome_of(request, response) is not None
    ):
        key = key_in_form(request)
        if key is not None:
            response.set_cookie(
                DONE_COOKIE, str(key), max_age=DONE_SECONDS, secure=settings.SESSION_COOKIE_SECURE, samesite="Strict"
            )
    return response


def outcome_of(request: HttpRequest, response: HttpResponseBase) -> dict[str, Any] | None:
    """What of an answer can be given once more: where it leads and what it said. A page or a file is no end of a form."""
    said = said_in(request)
    leads_on = 300 <= response.status_code < 400 or response.status_code in {201, 204} or "HX-Redirect" in response
    is_short = (
        isinstance(response, JsonResponse) and response.status_code < 300 and len(response.content) < LONGEST_BODY
    )
    if not (leads_on or is_short) or any(level >= messages.ERROR for level, _text, _tags in said):
        return None
    headers = {name: value for name, value in response.items() if name == "Location" or name.startswith("HX-")}
    body = response.content.decode() if is_short and isinstance(response, JsonResponse) else ""
    return {"status": response.status_code, "headers": headers, "body": body, "said": said}


def said_in(request: HttpRequest) -> list[list]:
    """What this request has to say on the next page: level, words and tags."""
    storage = getattr(request, "_messages", None)
    queued = storage._queued_messages if storage is not None else []
    return [[one.level, str(one.message), one.extra_tags] for one in queued]


def again(request: HttpRequest, outcome: dict[str, Any]) -> HttpResponse:
    """The first answer once more."""
    for level, text, tags in outcome["said"]:
        messages.add_message(request, level, text, extra_tags=tags)
    headers, status = dict(outcome["headers"]), outcome["status"]
    if "Location" in headers:
        return HttpResponseRedirect(headers.pop("Location"), status=status, headers=headers)
    kind = "application/json" if outcome["body"] else None
    return HttpResponse(outcome["body"], status=status, headers=headers, content_type=kind)


def forget_old(*, now: datetime) -> int:
    """Rows that nobody will ask for any more."""
    return Submission.objects.filter(at__lt=now - KEPT_FOR)._raw_delete("default")
