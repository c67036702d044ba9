"""Whose work a person may list and take out as a list.

Who handles a case is seen on the case, so that a call can be put through. Lists by handler and exports with the handler would
tell how much each colleague has and does; they are for those who share the work out, and everybody's own.
"""

from bureau.roles import Permission


def may_list_by_person(user) -> bool:
    return user.may(Permission.CASE_ASSIGN)


def may_narrow_to(user, person_id: int | None) -> bool:
    """Own work, that of somebody one stands in for, or anybody's for those who share work out."""
    return person_id == user.pk or person_id in user.rights.acting_for or may_list_by_person(user)
