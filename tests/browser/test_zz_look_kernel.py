import datetime as d
import pytest
from django.urls import reverse
from bureau.demo.loading import DemoBureau
from bureau.management.commands.load_demo import last_working_moment
from bureau.models import User, Notification
from tests.factories import AbsenceFactory, SubstitutionFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_look(open_desk, photograph, jaan, admin_user, mari, dora, peeter):
    DemoBureau(cases=60, years=0.3, seed=1, now=last_working_moment()).load()
    today = d.date.today()
    AbsenceFactory(user=mari, kind="sick", starts_on=today, ends_on=today + d.timedelta(days=4))
    SubstitutionFactory(
        absent=mari, substitute=peeter, starts_on=today, ends_on=today + d.timedelta(days=4), reason="Haigus"
    )
    from bureau.notifications import notify

    for n in range(4):
        notify(users=[jaan], kind="substitution.recorded", absent=f"Keegi {n}", days="1.–2.")
    Notification.objects.filter(user=jaan).order_by("pk")[:1].get()
    pages = {jaan: [("structure_list", "topics"), "audit", "opening_hours", ("calendar_year", 2026)], admin_user: [("person_edit", mari.pk)]}
    from bureau.models import Topic

    code = Topic.objects.filter(parent__isnull=False).first().code
    for who, names in pages.items():
        for language, width in (("et", 1280), ("en", 768), ("et", 320)):
            page = open_desk(who, width=width, language=language)
            for one in names:
                name, args = (one, []) if isinstance(one, str) else (one[0], [one[1]])
                if name == "structure_edit":
                    args = ["topics", code]
                page.goto(reverse(f"bureau:{name}", args=args))
                photograph(page, f"k-{name}-{args[0] if args else ''}-{width}-{language}")
