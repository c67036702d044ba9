"""Columns of the list of deeds as a file."""

import json
from datetime import date

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from bureau import deed_texts, reference
from bureau.deed_filters import found_deeds
from bureau.exports import Column, Listing, register
from bureau.forms.audit import DeedFilter
from bureau.models import Deed, User
from bureau.roles import Permission


def people():
    return reference.people().get


def object_words():
    return deed_texts.object_words


def as_text():
    return lambda data: json.dumps(data, ensure_ascii=False) if data else ""


COLUMNS = [
    Column(_("When"), "at"),
    Column(_("Who"), "actor_id", people, 24),
    Column(_("on behalf of"), "on_behalf_of_id", people, 24),
    Column(_("Deed"), "action", width=24),
    Column(_("On what"), "object_type", object_words, 20),
    Column(_("Name"), "object_label", width=30),
    Column(_("Reason"), "reason", width=40),
    Column(_("Details"), "data", as_text, 60),
]


def rows(user: User, query: QueryDict, today: date) -> QuerySet:
    form = DeedFilter(query)
    return (found_deeds(form.cleaned_data, user=user) if form.is_valid() else Deed.objects.none()).order_by("-pk")


register(Listing("deeds", _("Deeds"), Deed, Permission.AUDIT_VIEW, lambda user: COLUMNS, rows, page="bureau:audit"))
