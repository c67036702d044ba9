"""What one may set up: the settings page by role, and one's own settings."""

from django.conf import settings
from django.db.models import Q
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bureau import absences, people
from bureau.forms.people import SettingsForm
from bureau.models import Absence, RoleHolding, Substitution
from bureau.second_factor import has_second_factor
from bureau.settings_cards import cards_for
from bureau.toasts import toast
from bureau.views.parts import sent


def settings_home(request):
    return render(request, "bureau/settings.html", {"cards": cards_for(request.user)})


def profile(request):
    user, today = request.user, request.today
    form = SettingsForm(sent(request), instance=user)
    if request.method == "POST" and form.is_valid():
        people.change_own_settings(user=user, **form.cleaned_data)
        toast(request, _("Your settings were saved."))
        response = redirect("bureau:profile")
        # The cookie of an earlier choice would overrule the one just made.
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, user.language, max_age=365 * 86400, samesite="Lax", httponly=True,
            secure=settings.BEHIND_TLS,
        )  # fmt: skip
        return response
    own_absences = Absence.objects.filter(user=user, ends_on__gte=today).select_related("user").order_by("starts_on")
    standing = Substitution.objects.filter(
        Q(absent=user) | Q(substitute=user), ends_on__gte=today, ended_early_at=None
    )
    return render(
        request,
        "bureau/profile.html",
        {
            "form": form, "absences": absences.shown_to(user, own_absences),
            "substitutions": standing.select_related("absent", "substitute").order_by("starts_on"),
            "roles": RoleHolding.objects.in_force(today).filter(user=user).select_related("unit", "on_behalf_of"),
            "has_second_factor": has_second_factor(user), "has_password": user.has_usable_password(),
            "has_state_identity": bool(user.identity_hash),
        },
        status=422 if form.errors else 200,
    )  # fmt: skip
