"""Lists kept by the head: dated, in both languages, closed and never deleted once used."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from bureau import reference, structure
from bureau.models import Channel, Deed, OutsideBody, Service, Topic, Unit
from bureau.refusals import DeedRefused
from bureau.views.structure import LISTS
from complaints.models import CaseKind
from tests.factories import CaseFactory, RoleHoldingFactory, UnitFactory

LAST = date(2031, 5, 31)


def test_a_code_is_made_from_the_estonian_name_and_never_changes(jaan):
    first = structure.add_entry(
        entry=Unit(name_et="Õhu ja välisõhu büroo", name_en="Air bureau"), by=jaan, name="unit"
    )
    second = structure.add_entry(
        entry=Unit(name_et="Õhu ja välisõhu büroo", name_en="Air bureau"), by=jaan, name="unit"
    )
    first.code, first.name_et = "midagi-muud", "Õhubüroo"

    structure.change_entry(entry=first, by=jaan, name="unit")

    assert (first.code, second.code) == ("ohu-ja-valisohu-buroo", "ohu-ja-valisohu-buroo-2")
    assert Unit.objects.get(pk=first.pk).name_et == "Õhubüroo"


def test_a_change_leaves_a_deed_with_old_and_new(jaan):
    unit = UnitFactory(name_et="Vana")
    unit.name_et = "Uus"

    structure.change_entry(entry=unit, by=jaan, name="unit")

    assert Deed.objects.get(action="unit.changed").data["changed"] == {"name_et": ["Vana", "Uus"]}
    assert structure.history_of(unit)[0]["deed"].actor == jaan


@pytest.mark.parametrize(
    ("entry", "use"),
    [
        (lambda: UnitFactory(), lambda unit: CaseFactory(unit=unit)),
        (lambda: UnitFactory(), lambda unit: RoleHoldingFactory(role="unit_head", unit=unit)),
        (lambda: UnitFactory(), lambda unit: UnitFactory(parent=unit)),
        (lambda: Channel.objects.create(code="proov", name_et="Proov", name_en="Test"),
         lambda channel: CaseFactory(channel="proov")),
        (lambda: Channel.objects.create(code="proov", name_et="Proov", name_en="Test"),
         lambda channel: CaseFactory(fields={"reply_channel": channel})),
        (lambda: Topic.objects.create(code="proov", name_et="Proov", name_en="Test"),
         lambda topic: RoleHoldingFactory().user.skills.add(topic)),
        (lambda: OutsideBody.objects.create(code="proov", name_et="Proov", name_en="Test"),
         lambda body: Topic.objects.filter(parent__isnull=False).first().__class__.objects.create(
             code="proov", name_et="Proov", name_en="Test", outside_body=body)),
        (lambda: CaseKind.objects.create(code="proov", name_et="Proov", name_en="Test"), lambda kind: CaseFactory(kind="proov")),
    ],
    ids=["case", "role", "part", "channel", "reply channel", "skill", "right door", "kind"],
)  # fmt: skip
def test_what_is_in_use_is_closed_and_not_deleted(entry, use, jaan):
    entry = entry()
    unused_before = not structure.is_used(entry)
    use(entry)

    with pytest.raises(DeedRefused):
        structure.delete_unused(entry=entry, by=jaan, name="entry")
    closed = (
        structure.close_entry(entry=entry, last_day=LAST, by=jaan, name="entry")
        if not hasattr(entry, "parts")
        else None
    )

    assert unused_before
    assert structure.is_used(entry)
    assert closed is None or closed.valid_to == LAST


def test_an_entry_made_by_mistake_is_deleted_and_remembered(jaan):
    unit = UnitFactory(name_et="Eksitus")

    structure.delete_unused(entry=unit, by=jaan, name="unit")

    assert not Unit.objects.filter(name_et="Eksitus").exists()
    assert Deed.objects.get(action="unit.deleted").data["facts"]["name_et"] == "Eksitus"


def test_the_whole_is_not_closed_before_its_parts(jaan):
    whole = UnitFactory()
    part = UnitFactory(parent=whole)

    with pytest.raises(DeedRefused):
        structure.close_entry(entry=whole, last_day=LAST, by=jaan, name="unit")
    structure.close_entry(entry=part, last_day=LAST, by=jaan, name="unit")

    assert structure.close_entry(entry=whole, last_day=LAST, by=jaan, name="unit").valid_to == LAST


def test_a_closed_entry_is_chosen_no_more_and_keeps_its_name(jaan, today):
    unit = UnitFactory()
    structure.close_entry(entry=unit, last_day=today - timedelta(days=1), by=jaan, name="unit")

    assert unit not in Unit.objects.in_use(today)
    assert reference.units()[unit.pk].name == unit.name_et


def test_a_unit_is_not_part_of_itself(jaan):
    whole = UnitFactory()
    part = UnitFactory(parent=UnitFactory(parent=whole))
    whole.parent = part

    with pytest.raises(DeedRefused) as refusal:
        structure.change_entry(entry=whole, by=jaan, name="unit")

    assert refusal.value.field == "parent"


def test_topics_have_two_levels(jaan):
    topic = Topic.objects.filter(parent__isnull=False).first()

    with pytest.raises(DeedRefused):
        structure.add_entry(entry=Topic(name_et="Kolmas", name_en="Third", parent=topic), by=jaan, name="topic")
    with pytest.raises(DeedRefused):
        group = topic.parent
        group.parent = Topic.objects.filter(parent__isnull=True).exclude(pk=group.pk).first()
        structure.change_entry(entry=group, by=jaan, name="topic")


def test_both_languages_are_required(as_person, jaan):
    url = reverse("bureau:structure_add", args=["topics"])

    response = as_person(jaan).post(url, {"name_et": "Uus teema", "guide_et": "Vasta nii.", "position": "10"})

    assert response.status_code == 422
    assert sorted(response.context["form"].errors) == ["guide_en", "name_en"]


def test_a_new_topic_is_chosen_at_once(as_person, jaan, today):
    group = Topic.objects.filter(parent__isnull=True).first()
    data = {
        "name_et": "Uus teema", "name_en": "New topic", "position": "10", "parent": group.pk, "keywords": "põder, põdrad,, põder",
        "guide_et": "Vasta nii.", "guide_en": "Answer so.",
    }  # fmt: skip

    as_person(jaan).post(reverse("bureau:structure_add", args=["topics"]), data)

    topic = Topic.objects.in_use(today).get(name_et="Uus teema")
    assert (topic.code, topic.parent, topic.keywords) == ("uus-teema", group, ["põder", "põdrad"])
    assert reference.topics()[topic.pk].name == "Uus teema"


@pytest.mark.parametrize("slug", list(LISTS))
def test_every_list_and_every_entry_opens_in_both_languages(slug, as_person, jaan, settings):
    client = as_person(jaan)
    code = LISTS[slug].model.objects.first().code

    for language in ("et", "en"):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        assert client.get(reverse("bureau:structure_list", args=[slug])).status_code == 200
        assert client.get(reverse("bureau:structure_edit", args=[slug, code])).status_code == 200


@pytest.mark.parametrize("more", [1, 3])
def test_a_list_costs_the_same_however_long(more, as_person, jaan, django_assert_num_queries):
    for _number in range(more):
        UnitFactory()
    Service.objects.all().update(unit=Unit.objects.first())
    client = as_person(jaan)
    for slug in ("units", "services", "topics"):
        client.get(reverse("bureau:structure_list", args=[slug]))

        with django_assert_num_queries(LIST_QUERIES):
            client.get(reverse("bureau:structure_list", args=[slug]))


LIST_QUERIES = 3  # user, rights, entries


@pytest.mark.parametrize(
    ("model", "name", "args"),
    [(Service, "bureau:structure_list", ["services"]), (CaseKind, "complaints:kind_list", [])],
)
def test_the_days_of_use_are_a_column_only_where_an_entry_has_some(jaan, as_person, model, name, args):
    heading = '<th scope="col">Kasutusel</th>'
    model.objects.update(valid_from=None, valid_to=None)
    without = as_person(jaan).get(reverse(name, args=args)).content.decode()
    model.objects.filter(pk=model.objects.first().pk).update(valid_from=date(2026, 1, 1))

    assert heading not in without
    assert heading in as_person(jaan).get(reverse(name, args=args)).content.decode()
