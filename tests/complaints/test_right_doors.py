"""The body that a topic's advice names is proposed."""

from types import SimpleNamespace

import pytest

from bureau import reference
from bureau.models import Channel, Topic
from complaints.forms.contacts import LogContactForm
from complaints.log_sheet import hints_for
from complaints.right_doors import first_named

BODIES = [
    SimpleNamespace(id=number, name_et=name)
    for number, name in enumerate(
        ["Kohalik omavalitsus (linn või vald)", "Põllumajanduse Registrite ja Informatsiooni Amet (PRIA)", "Terviseamet", "Riigiinfo telefon 1247", "Hädaabinumber 112", "Päästeamet", "Keskkonnaagentuur"]
    )
]  # fmt: skip


@pytest.mark.parametrize(
    ("advice", "named"),
    [
        ("Tavalise puu raieks annab loa kohalik omavalitsus.", "Kohalik omavalitsus (linn või vald)"),
        ("Teatis esitatakse kohalikule omavalitsusele.", "Kohalik omavalitsus (linn või vald)"),
        ("Toetust taotletakse PRIAst.", "Põllumajanduse Registrite ja Informatsiooni Amet (PRIA)"),
        ("Müra kontrollib Terviseameti büroo, muuga tegeleb kohalik omavalitsus.", "Terviseamet"),
        ("Suuna numbrile 1247, ohu korral 112.", "Riigiinfo telefon 1247"),
        ("Loa annab Keskkonnaamet.", None),
        ("", None),
    ],
)
def test_the_first_body_named_in_any_case_is_found(advice, named):
    found = first_named(advice, BODIES)

    assert (found.name_et if found else None) == named


@pytest.mark.django_db
def test_the_wrong_body_is_proposed_and_kept_from_the_advice(mari, today):
    topic = Topic.objects.filter(guide_et__contains="annab loa kohalik omavalitsus", outside_body=None).get()
    body = next(one for one in reference.outside_bodies().values() if one.name_et.startswith("Kohalik omavalitsus"))

    hints = hints_for(topic_id=topic.pk, party=None, user=mari, today=today)
    form = LogContactForm(
        {"key": "7b6c5c1e-3c62-4a26-8f5a-2f6f8f9f1a11", "channel": Channel.objects.get(code="phone").pk, "topic": topic.pk, "outcome": "wrong_body"},
        user=mari, today=today,
    )  # fmt: skip

    assert hints.body == body
    assert form.is_valid(), form.errors
    assert form.cleaned_data["outside_body"] == body.id
