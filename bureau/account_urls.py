"""Sign-in, password and second factor, by django-allauth. What the desk does not offer (registering oneself, keeping
one's own e-mail, joining foreign accounts) has the address that allauth expects, and leads to what one can do instead.
"""

from allauth.account import views as account_views
from allauth.socialaccount import views as social_views
from django.urls import include, path, re_path, reverse_lazy
from django.views.generic import RedirectView

from bureau.views import account

kept_by_administrator = RedirectView.as_view(url=reverse_lazy("bureau:profile"), permanent=False)

urlpatterns = [
    path("login/", account.sign_in, name="account_login"),
    path("logout/", account_views.logout, name="account_logout"),
    path("inactive/", account_views.account_inactive, name="account_inactive"),
    path("reauthenticate/", account_views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account_views.password_change, name="account_change_password"),
    path("password/reset/", account_views.password_reset, name="account_reset_password"),
    path("password/reset/done/", account_views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account_views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account_views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("2fa/", account.second_factor, name="mfa_index"),
    path("2fa/", include("allauth.mfa.urls")),
    path("oidc/<slug:provider_id>/login/", account.state_sign_in, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", account.state_sign_in_answer, name="openid_connect_callback"),
    path("3rdparty/login/cancelled/", social_views.login_cancelled, name="socialaccount_login_cancelled"),
    path("3rdparty/login/error/", social_views.login_error, name="socialaccount_login_error"),
    path("signup/", account.sign_up_closed, name="account_signup"),
    path("3rdparty/signup/", account.sign_up_closed, name="socialaccount_signup"),
    path("email/", kept_by_administrator, name="account_email"),
    path("confirm-email/", kept_by_administrator, name="account_email_verification_sent"),
    path("confirm-email/<str:key>/", kept_by_administrator, name="account_confirm_email"),
    path("password/set/", kept_by_administrator, name="account_set_password"),
    path("login/code/confirm/", kept_by_administrator, name="account_confirm_login_code"),
    path("3rdparty/", kept_by_administrator, name="socialaccount_connections"),
]
