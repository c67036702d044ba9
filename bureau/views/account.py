"""Sign-in page, sign-in by the state's service, second factor, and the page that says nobody registers themselves."""

from allauth.account.views import LoginView
from allauth.mfa.base.views import IndexView
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST
from requests import RequestException

from bureau.sign_in import StateIdentityEndpoints


class SignInView(LoginView):
    def get_context_data(self, **kwargs):
        state_url = (
            reverse("openid_connect_login", args=[settings.OIDC_PROVIDER_ID]) if settings.OIDC_SERVER_URL else ""
        )
        return super().get_context_data(**kwargs, state_sign_in_url=state_url, state_sign_in_name=settings.OIDC_NAME)


class SecondFactorView(IndexView):
    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs, second_factor_required=settings.SECOND_FACTOR_REQUIRED)


sign_in = SignInView.as_view()
second_factor = SecondFactorView.as_view()


@login_not_required
@require_POST
def state_sign_in(request, provider_id):
    """Off to the provider; by POST, so that no foreign page can begin it."""
    return asked_of(OAuth2LoginView, request, provider_id)


@login_not_required
@require_GET
def state_sign_in_answer(request, provider_id):
    return asked_of(OAuth2CallbackView, request, provider_id)


def asked_of(view, request, provider_id):
    endpoints = StateIdentityEndpoints(request, provider_id)
    try:
        provider = endpoints.get_provider()
    except SocialApp.DoesNotExist:
        raise Http404 from None
    try:
        return view.adapter_view(endpoints)(request)
    except (RequestException, OAuth2Error) as error:
        return render_authentication_error(request, provider, exception=error)


@login_not_required
def sign_up_closed(request):
    return render(request, "account/signup_closed.html")
