"""Sign-in forms in the words of the desk: label above, no placeholder, no link inside a help text."""

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as mfa_forms
from django.utils.translation import gettext_lazy as _

PASSWORD_HELP = _("At least 12 characters, not a common word and not your name.")


def plain(form, **words) -> None:
    """Labels as given; what allauth writes into placeholders and helps is dropped."""
    for name, bound in form.fields.items():
        bound.widget.attrs.pop("placeholder", None)
        bound.help_text = PASSWORD_HELP if name == "password1" else ""
        if name in words:
            bound.label = words[name]


class SignInForm(account_forms.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        plain(self, login=_("E-mail"), password=_("Password"))
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class ReauthenticateForm(account_forms.ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        plain(self, password=_("Password"))


class AskNewPasswordForm(account_forms.ResetPasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        plain(self, email=_("E-mail"))


class SetPasswordForm(account_forms.ResetPasswordKeyForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        plain(self, password1=_("New password"), password2=_("New password once more"))


class ChangePasswordForm(account_forms.ChangePasswordForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        plain(
            self,
            oldpassword=_("Present password"),
            password1=_("New password"),
            password2=_("New password once more"),
        )


class CodeForm(mfa_forms.AuthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        plain(self, code=_("Code of the authenticator app, or a recovery code"))


class CodeAgainForm(mfa_forms.ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        plain(self, code=_("Code of the authenticator app, or a recovery code"))
