"""A short word on what was done, with a way back: on the next page, or at once in a page that htmx keeps open."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django_htmx.http import trigger_client_event

TONES = {"good": messages.SUCCESS, "info": messages.INFO, "warning": messages.WARNING, "bad": messages.ERROR}


def toast(request: HttpRequest, text: str, *, tone: str = "good", undo_url: str = "") -> None:
    """Shown on the next page. `undo_url` takes a POST and undoes the deed."""
    messages.add_message(request, TONES[tone], text, extra_tags=f"undo={undo_url}" if undo_url else "")


def toast_now(response: HttpResponse, text: str, *, tone: str = "good", undo_url: str = "") -> HttpResponse:
    """Shown by the page that asked through htmx, without leaving it."""
    return trigger_client_event(response, "desk:toast", {"text": str(text), "tone": tone, "undo": undo_url})


def close_sheet(response: HttpResponse) -> HttpResponse:
    """Closes the side sheet once the answer is there."""
    return trigger_client_event(response, "desk:close-sheet", {}, after="receive")
