"""Adding, changing and closing people."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from bureau.forms.people import PersonForm
from bureau.models import Deed, OutgoingMail, Topic, User
from bureau.outbox import send_due
from bureau.people import add_person, change_person, open_person
from bureau.refusals import DeedRefused
from bureau.sign_in import identity_hash
from tests.factories import RoleHoldingFactory, UserFactory

FACTS = {"first_name": "Õnne", "last_name": "Šmidt", "email": "Onne@Example.ee", "job_title": "Spetsialist"}


def test_a_new_person_gets_a_letter_and_sets_a_password(admin_user, mailoutbox):
    person = add_person(by=admin_user, **FACTS)
    send_due()
    link = re.search(r"http://\S+?(/accounts/\S+)", mailoutbox[0].body)[1]
    client = Client()
    form = client.get(link, follow=True)

    client.post(
        form.redirect_chain[-1][0], {"password1": "hoopis-uus-salasõna-7", "password2": "hoopis-uus-salasõna-7"}
    )

    person.refresh_from_db()
    assert mailoutbox[0].to == ["onne@example.ee"]
    assert "Õnne" in mailoutbox[0].body
    assert person.check_password("hoopis-uus-salasõna-7")
    assert Deed.objects.get(action="person.added").object_label == "Õnne Šmidt"


def test_the_link_stands_nowhere_once_the_letter_has_left(admin_user, mailoutbox):
    add_person(by=admin_user, **FACTS)

    send_due()

    mail = OutgoingMail.objects.get()
    assert "/accounts/" in mailoutbox[0].body
    assert (mail.state, mail.text, mail.queued_by) == ("sent", "", admin_user)


def test_the_letter_speaks_the_language_of_the_person(admin_user, mailoutbox):
    add_person(by=admin_user, language="en", **FACTS)
    send_due()

    assert mailoutbox[0].subject == "Your sign-in to the desk of customer service"


def test_two_people_do_not_share_an_address_or_a_code(admin_user, mari):
    with pytest.raises(DeedRefused) as same_address:
        add_person(by=admin_user, **{**FACTS, "email": "MARI@example.ee"})
    add_person(by=admin_user, personal_code="EE38001085718", **FACTS)
    with pytest.raises(DeedRefused) as same_code:
        change_person(person=mari, by=admin_user, personal_code="EE38001085718")

    assert (same_address.value.field, same_code.value.field) == ("email", "personal_code")


def test_only_a_hash_of_the_personal_code_is_kept_also_in_the_deed(as_person, admin_user, mari):
    url = reverse("bureau:person_edit", args=[mari.pk])
    facts = {
        "first_name": "Mari",
        "last_name": "Tamm",
        "email": "mari@example.ee",
        "language": "et",
        "workload_share": "1",
    }

    as_person(admin_user).post(url, {**facts, "personal_code": "38001085718"})

    mari.refresh_from_db()
    assert mari.identity_hash == identity_hash("EE38001085718")
    assert "38001085718" not in str(Deed.objects.get(action="person.changed").data)


def test_a_wrong_personal_code_is_told(as_person, admin_user, mari):
    facts = {
        "first_name": "Mari",
        "last_name": "Tamm",
        "email": "mari@example.ee",
        "language": "et",
        "workload_share": "1",
    }

    response = as_person(admin_user).post(
        reverse("bureau:person_edit", args=[mari.pk]), {**facts, "personal_code": "38001085719"}
    )

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["personal_code"]


def test_the_head_changes_skills_but_not_the_door(as_person, jaan, mari):
    topic = Topic.objects.filter(parent__isnull=False).first()
    facts = {
        "first_name": "Mari", "last_name": "Tamm", "language": "et", "workload_share": "0.5", "languages_served": ["et", "ru"],
        "skills": [topic.pk], "email": "jaan.teine@example.ee", "personal_code": "38001085718",
    }  # fmt: skip

    as_person(jaan).post(reverse("bureau:person_edit", args=[mari.pk]), facts)

    mari.refresh_from_db()
    assert (mari.email, mari.identity_hash) == ("mari@example.ee", "")
    assert (mari.languages_served, list(mari.skills.all()), str(mari.workload_share)) == (
        ["et", "ru"],
        [topic],
        "0.50",
    )


def test_an_old_address_opens_the_door_no_more(admin_user, mari):
    EmailAddress.objects.create(user=mari, email="mari@example.ee", verified=True, primary=True)

    change_person(person=mari, by=admin_user, email="mari.tamm@example.ee")

    assert not EmailAddress.objects.exists()
    changed = Deed.objects.get(action="person.changed").data["changed"]
    assert changed["email"] == ["mari@example.ee", "mari.tamm@example.ee"]


def test_nothing_changed_leaves_no_deed(admin_user, mari):
    change_person(person=mari, by=admin_user, first_name="Mari", email=mari.email)

    assert not Deed.objects.filter(action="person.changed").exists()


def test_nobody_closes_themselves(as_person, admin_user):
    RoleHoldingFactory(user=UserFactory(), role="administrator")

    response = as_person(admin_user).post(reverse("bureau:person_close", args=[admin_user.pk]), {"reason": "Katse"})

    assert response.status_code == 422
    assert User.objects.get(pk=admin_user.pk).is_active


def test_a_person_opened_again_has_no_roles(admin_user, mari, today):
    mari.role_holdings.update(ends_on=today.replace(year=today.year - 1))
    User.objects.filter(pk=mari.pk).update(is_active=False)

    open_person(person=mari, by=admin_user)

    mari = User.objects.get(pk=mari.pk)
    assert mari.is_active
    assert mari.rights.role_codes == frozenset()


def test_own_settings_are_kept_and_the_page_turns_to_the_language(as_person, mari):
    client = as_person(mari)

    client.post(reverse("bureau:profile"), {"language": "en", "density": "comfortable"})
    page = client.get(reverse("bureau:profile"))

    mari.refresh_from_db()
    assert (mari.language, mari.density, mari.shortcuts_enabled) == ("en", "comfortable", False)
    assert 'data-shortcuts="off"' in page.content.decode()
    assert "My settings" in page.content.decode()


@pytest.mark.parametrize("others", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(others, as_person, admin_user, django_assert_num_queries):
    for _number in range(others):
        RoleHoldingFactory(user=UserFactory())
    client = as_person(admin_user)
    client.get(reverse("bureau:person_list"))

    with django_assert_num_queries(PERSON_LIST_QUERIES):
        page = client.get(reverse("bureau:person_list"))

    assert len(page.context["people"]) == others + 1


# user, rights; people, roles, substitutions, absences
PERSON_LIST_QUERIES = 6


def test_three_fields_let_somebody_in_and_the_rest_is_folded_until_it_is_wrong(as_person, admin_user):
    client, url = as_person(admin_user), reverse("bureau:person_add")
    shown, _summary, folded = (
        client.get(url).content.decode().partition('<form class="form person-form"')[2].partition("<summary>")
    )
    refused = client.post(
        url,
        {
            "first_name": "Uno",
            "last_name": "Uus",
            "email": "uno@example.ee",
            "language": "et",
            "workload_share": "1",
            "phone": "12",
        },
    )

    assert [name for name in PersonForm.base_fields if f'name="{name}"' in shown] == [
        "first_name",
        "last_name",
        "email",
    ]
    assert "<details>" in shown
    assert 'name="skills"' in folded
    assert refused.status_code == 422
    assert "<details open>" in refused.content.decode()

    made = client.post(
        url,
        {"first_name": "Uno", "last_name": "Uus", "email": "uno@example.ee", "language": "et", "workload_share": "1"},
    )
    assert made.status_code == 302
