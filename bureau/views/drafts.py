"""Keeping what is being typed. Every signed-in person has drafts of their own and reaches no others'."""

from django import forms
from django.http import JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from bureau import drafts
from bureau.submissions import may_be_repeated


class DraftPlaceForm(forms.Form):
    """Which draft: the form's name and what it is about."""

    form = forms.SlugField(max_length=60)
    subject = forms.CharField(max_length=60, required=False)


@require_POST
@may_be_repeated
def draft_save(request, form, subject=""):
    place = DraftPlaceForm({"form": form, "subject": subject})
    if not place.is_valid():
        return JsonResponse({"problem": "place"}, status=422)
    try:
        draft = drafts.save_draft(user=request.user, **place.cleaned_data, data=drafts.typed(request.POST))
    except drafts.DraftRefused as refusal:
        return JsonResponse({"problem": str(refusal)}, status=422)
    return JsonResponse({"at": timezone.localtime(draft.updated_at).strftime("%H.%M.%S")})


@require_POST
@may_be_repeated
def draft_discard(request, form, subject=""):
    place = DraftPlaceForm({"form": form, "subject": subject})
    if place.is_valid():
        drafts.discard_draft(user=request.user, **place.cleaned_data)
    return JsonResponse({})


@require_GET
def draft_token(request):
    """After signing in again in another window: the new token for the page that waits, and whose it is now."""
    return JsonResponse({"token": get_token(request), "person": request.user.pk})


@require_GET
def signed_in_again(request):
    """The window of the second sign-in: tells the waiting page and closes itself."""
    return render(request, "bureau/signed_in_again.html")
