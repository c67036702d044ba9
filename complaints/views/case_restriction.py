"""A case restricted and opened again, and people let in by name. Who may, which case, what deed, where next."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from bureau.permissions import requires
from bureau.roles import Permission
from bureau.toasts import toast
from complaints import restriction
from complaints.forms import cases as forms
from complaints.views.case_deeds import deed, to_case
from complaints.views.cases import posted, seen_case


@requires(Permission.CASE_RESTRICT)
@require_http_methods(["GET", "POST"])
def case_restrict(request, number):
    case = seen_case(request, number)
    form = forms.RestrictionForm(posted(request), case=case, today=request.today)

    def do(data):
        wanted = restriction.Restriction(
            basis_id=data["basis"],
            until=data["until"],
            ends_by=data["ends_by"],
            scope=data["scope"],
            reason=data["reason"],
        )
        restriction.restrict_case(case=case, restriction=wanted, by=request.user, seen_version=form.seen_version)

    title = _("Change the restriction") if case.is_restricted else _("Restrict access")
    return deed(
        request, case, form, title=title, action=_("Mark for internal use"), done=_("Access is restricted."), do=do,
        text=_("Afterwards only the handler, those let in by name and the roles trusted with restricted cases see it."),
    )  # fmt: skip


@requires(Permission.CASE_RESTRICT)
@require_http_methods(["GET", "POST"])
def case_unrestrict(request, number):
    case = seen_case(request, number)
    form = forms.ReasonForm(posted(request), case=case)
    return deed(
        request, case, form, title=_("Lift the restriction"), action=_("Open the case to all who serve"),
        done=_("The restriction is lifted."),
        do=lambda data: restriction.lift_restriction(case=case, reason=data["reason"], by=request.user, seen_version=form.seen_version),
    )  # fmt: skip


@requires(Permission.CASE_RESTRICT)
@require_http_methods(["GET", "POST"])
def case_let_in(request, number):
    case = seen_case(request, number)
    known = set(case.accesses.values_list("user_id", flat=True)) | {case.assignee_id}
    people = list(
        restriction.may_be_let_in(request.today)
        .exclude(pk__in=known - {None})
        .order_by("last_name", "first_name", "pk")
    )
    form = forms.LetInForm(posted(request), case=case, people=[(user.pk, user.full_name) for user in people])

    def do(data):
        person = next(user for user in people if user.pk == data["person"])
        restriction.let_in(case=case, user=person, reason=data["reason"], by=request.user)

    return deed(
        request, case, form, title=_("Let a person in"), action=_("Let in"), done=_("The person sees the case now."), do=do,
        accesses=list(case.accesses.select_related("user")),
    )  # fmt: skip


@requires(Permission.CASE_RESTRICT)
@require_POST
def case_shut_out(request, number, user_id):
    case = seen_case(request, number)
    access = get_object_or_404(case.accesses.select_related("user"), user_id=user_id)
    restriction.shut_out(case=case, user=access.user, by=request.user)
    toast(request, _("%(name)s no longer sees the case by name.") % {"name": access.user.full_name}, tone="info")
    return to_case(request, case)
