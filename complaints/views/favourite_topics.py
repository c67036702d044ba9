"""A person's own topics on the keys 1–9 of the sheet in which contacts are logged."""

from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bureau.permissions import requires
from bureau.roles import Permission
from bureau.toasts import toast
from complaints.favourite_topics import favourite_topics, pin_topics, pinned_topics
from complaints.forms.favourite_topics import PinnedTopicsForm


@requires(Permission.CONTACT_LOG)
@require_http_methods(["GET", "POST"])
def favourite_topics_pin(request):
    user, today = request.user, request.today
    form = PinnedTopicsForm(request.POST or None, pinned=pinned_topics(user), today=today)
    if request.method == "POST" and form.is_valid():
        pin_topics(user=user, topics=form.topics(), today=today)
        toast(request, _("The keys 1–9 have your topics."))
        return redirect("complaints:favourite_topics")
    context = {"form": form, "now": favourite_topics(user=user, today=today)}
    return render(request, "complaints/favourite_topics.html", context, status=422 if form.errors else 200)
