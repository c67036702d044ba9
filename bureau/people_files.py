"""People as a file: what is known of them. Roles, closing, personal codes and e-mail addresses are changed one by one."""

from datetime import date
from decimal import Decimal

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from bureau import exports, gates, people
from bureau.forms.people import LANGUAGES_SERVED, PeopleFilter, PersonForm
from bureau.list_files import registry
from bureau.list_files.cells import ChoiceCell, ChoicesCell, EntriesCell, EntryCell, NumberCell, TextCell
from bureau.list_files.outgoing import listing_from
from bureau.list_files.registry import ListFile
from bureau.list_files.resources import FileColumn, ListResource
from bureau.models import Topic, Unit, User
from bureau.roles import Permission

CELLS = {
    "unit": EntryCell(Unit), "language": ChoiceCell(User._meta.get_field("language").choices), "workload_share": NumberCell(),
    "languages_served": ChoicesCell(LANGUAGES_SERVED), "skills": EntriesCell(Topic),
}  # fmt: skip
NAMES = (
    "email", "first_name", "last_name", "job_title", "unit", "phone", "language", "workload_share", "languages_served", "skills",
)  # fmt: skip


class PeopleResource(ListResource):
    class Meta(ListResource.Meta):
        model = User

    def file_columns(self):
        fields = PersonForm(opens_the_door=True).fields
        return [
            FileColumn(
                name, fields[name].label, CELLS.get(name, TextCell()), help=fields[name].help_text, is_key=name == "email",
                is_needed=name == "email",
            )
            for name in NAMES
        ]  # fmt: skip

    def values_of(self, entry):
        values = {name: getattr(entry, name) for name in NAMES if name not in CELLS}
        return values | {
            "language": entry.language,
            "unit": entry.unit.code if entry.unit_id else None,
            "workload_share": Decimal(entry.workload_share).normalize(),
            "languages_served": tuple(sorted(entry.languages_served)),
            "skills": tuple(sorted(topic.code for topic in entry.skills.all())),
        }

    def find(self, row):
        email = self.plain(row, "email")
        return User.objects.select_related("unit").filter(email__iexact=email).first() if email else None

    def import_instance(self, instance, row, **kwargs):
        email = instance.email
        super().import_instance(instance, row, **kwargs)
        if instance.pk:
            instance.listed["email"] = email

    def form(self, entry, data, *, is_new):
        if is_new:
            return PersonForm(data, opens_the_door=True)
        # The form writes what was typed into its object: a fresh one, so that the row can still be compared.
        return PersonForm(data, instance=User.objects.get(pk=entry.pk), opens_the_door=False)

    def keep(self, entry, form, *, is_new):
        if is_new:
            return people.add_person(by=self.user, **form.facts)
        return people.change_person(person=entry, by=self.user, **form.facts)

    def name_of(self, entry):
        return entry.listed.get("email") or entry.email


def people_rows(user: User, query: QueryDict, today: date) -> QuerySet:
    return found_people(query, today).select_related("unit").prefetch_related("skills").order_by("last_name", "first_name", "pk")  # fmt: skip


def found_people(query: QueryDict, today: date) -> QuerySet:
    """As the list of people is narrowed."""
    form = PeopleFilter(query)
    form.is_valid()
    return form.found(today)


gates.register_open("bureau.user")
exports.register(
    listing_from(
        "people", _("People"), User, PeopleResource, Permission.PEOPLE_EDIT, people_rows, page="bureau:person_list"
    )
)
registry.register(
    ListFile(
        "people", _("People"), Permission.PEOPLE_EDIT, PeopleResource, ("bureau:person_list", {}),
        _("A person is known by the e-mail address; a new one gets a letter for setting the password."),
        _("Roles, closing, personal codes and another e-mail address are changed on the page of the person."),
    )
)  # fmt: skip
