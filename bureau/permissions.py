"""Asking for rights: the backend behind `user.has_perm` and the guard of a view."""

from functools import wraps

from django.core.exceptions import PermissionDenied

from bureau.roles import Permission


class RoleBackend:
    """Answers `user.has_perm(Permission.X)` from the roles held today. Signs nobody in."""

    def authenticate(self, request, **credentials):
        return None

    def get_user(self, user_id):
        # Sessions of password sign-ins name allauth's backend; this one never signed anybody in.
        return None

    def has_perm(self, user, permission, obj=None) -> bool:
        return user.is_active and user.rights.grants(permission)


def requires(*permissions: Permission):
    """Guard of a view: any one of the permissions opens it, otherwise 403.

    Also notes on whose behalf the deed is done, when the right is borrowed through a substitution.
    """

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            for permission in permissions:
                if request.user.may(permission):
                    request.user.acting_for_id = request.user.rights.behalf_for(permission)
                    return view(request, *args, **kwargs)
            raise PermissionDenied

        guarded.required_permissions = permissions
        return guarded

    return decorate
