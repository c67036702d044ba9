"""Who works in the demo bureau, who is away when, and who stands in for whom."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from bureau.models import Absence, RoleHolding, Substitution, Topic, Unit, User

PASSWORD = "näidis-parool-2026"
ROLES_SINCE = date(2015, 1, 1)


@dataclass(frozen=True)
class DemoPerson:
    first: str
    last: str
    role: str
    job_title: str
    unit: str = "client_service_bureau"
    email_name: str = ""
    skills: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("et", "en")
    share: str = "1"

    @property
    def email(self) -> str:
        plain = str.maketrans("õäöüšž", "oaousz")
        return f"{self.first}.{self.last}@naide.ee".lower().translate(plain)


PEOPLE = (
    DemoPerson("Jaan", "Kask", "head_of_bureau", "büroojuhataja"),
    DemoPerson("Piret", "Allik", "chief_specialist", "peaspetsialist", skills=("permits", "information_and_feedback")),
    DemoPerson("Mari", "Tamm", "specialist", "spetsialist", skills=("forest", "nature_conservation")),
    DemoPerson("Liis", "Mets", "specialist", "spetsialist", skills=("permits", "reports_and_charges")),
    DemoPerson("Kristjan", "Saar", "specialist", "spetsialist", skills=("fishing", "wildlife")),
    DemoPerson("Kadri", "Rebane", "specialist", "spetsialist", skills=("water", "air_noise_radiation")),
    DemoPerson("Marko", "Ilves", "specialist", "spetsialist", skills=("waste", "impact_and_supervision")),
    DemoPerson("Triin", "Kallas", "specialist", "spetsialist", skills=("forest", "wildlife"), share="0.8"),
    DemoPerson("Andrus", "Põder", "specialist", "spetsialist", skills=("permits", "water")),
    DemoPerson("Helen", "Kukk", "specialist", "spetsialist", skills=("information_and_feedback", "wrong_door"), share="0.5"),
    DemoPerson("Rasmus", "Õunap", "specialist", "spetsialist", skills=("waste", "reports_and_charges")),
    DemoPerson("Jelena", "Petrova", "specialist", "spetsialist", skills=("fishing", "permits"), languages=("et", "ru", "en")),
    DemoPerson("Tiina", "Kuusk", "head_of_department", "osakonna juhataja", "client_service_and_personnel"),
    DemoPerson("Kai", "Lepp", "unit_head", "metsaosakonna juhataja", "forest"),
    DemoPerson("Toomas", "Järv", "unit_head", "veeosakonna juhataja", "water"),
    DemoPerson("Anne", "Raud", "unit_head", "jäätmeosakonna juhataja", "waste_and_circular_economy"),
    DemoPerson("Margus", "Hein", "unit_head", "jahinduse ja vee-elustiku büroo juhataja", "hunting_and_aquatic_life"),
    DemoPerson("Ülo", "Sild", "unit_head", "järelevalveosakonna juhataja", "supervision"),
    DemoPerson("Merle", "Paju", "data_protection_officer", "andmekaitsespetsialist", "legal"),
    DemoPerson("Ando", "Vaher", "administrator", "süsteemihaldur", "development_and_services"),
)  # fmt: skip

# Shown by `make run` and, in development, under the sign-in form: one of each role.
SIGN_INS = [person for person in PEOPLE if person.first in {"Jaan", "Piret", "Mari", "Tiina", "Kai", "Merle", "Ando"}]


def make_people(*, rng: Random, first_day: date, today: date) -> dict[str, list[int]]:
    """Add whoever of the demo is missing, with roles, skills and absences; ids by role."""
    units = {unit.code: unit for unit in Unit.objects.all()}
    topics = {topic.code: topic for topic in Topic.objects.all()}
    by_role: dict[str, list[int]] = {}
    password = None
    for person in PEOPLE:
        user = User.objects.filter(email=person.email).first()
        if user is None:
            user = User(
                email=person.email, first_name=person.first, last_name=person.last, job_title=person.job_title,
                unit=units[person.unit], languages_served=list(person.languages), workload_share=person.share,
            )  # fmt: skip
            if password is None:
                user.set_password(PASSWORD)
                password = user.password
            user.password = password
            user.save()
            user.skills.set([topics[code] for code in person.skills])
            RoleHolding.objects.create(
                user=user,
                role=person.role,
                unit=units[person.unit] if person.role == "unit_head" else None,
                starts_on=ROLES_SINCE,
                reason="näidisandmed",
            )
        by_role.setdefault(person.role, []).append(user.pk)
    if not Absence.objects.exists():
        make_absences(rng=rng, by_role=by_role, first_day=first_day, today=today)
    return by_role


def make_absences(*, rng: Random, by_role: dict[str, list[int]], first_day: date, today: date) -> None:
    team = by_role["head_of_bureau"] + by_role["chief_specialist"] + by_role["specialist"]
    head = by_role["head_of_bureau"][0]
    absences = []
    for user in team:
        taken: list[tuple[date, date]] = []

        def away(kind, starts, length, user=user, taken=taken):
            ends = starts + timedelta(days=length - 1)
            if all(ends < a or starts > b for a, b in taken):
                taken.append((starts, ends))
                absences.append(Absence(user_id=user, kind=kind, starts_on=starts, ends_on=ends, created_by_id=head))

        if user == by_role["specialist"][1]:  # away today, so that the demo shows a substitution
            away("leave", today - timedelta(days=2), 7)
        if user == by_role["specialist"][3]:
            away("sick", today - timedelta(days=1), 4)
        for year in range(first_day.year, today.year + 1):
            away("leave", date(year, 7, 1) + timedelta(days=rng.randrange(0, 35)), 21)
            away("leave", date(year, rng.choice((2, 3, 10, 12)), rng.randrange(1, 20)), 7)
            for _ in range(rng.randrange(0, 4)):
                away("sick", date(year, 1, 1) + timedelta(days=rng.randrange(0, 360)), rng.randrange(2, 6))
            away("training", date(year, rng.choice((4, 5, 9, 11)), rng.randrange(1, 25)), 2)
    Absence.objects.bulk_create(absences)
    specialists = by_role["specialist"]
    chief = by_role["chief_specialist"][0]
    Substitution.objects.create(
        absent_id=specialists[1], substitute_id=specialists[0], starts_on=today - timedelta(days=2), ends_on=today + timedelta(days=4),
        reason="puhkus", created_by_id=head,
    )  # fmt: skip
    summer = date(today.year if today.month > 7 else today.year - 1, 7, 6)
    Substitution.objects.create(
        absent_id=head, substitute_id=chief, starts_on=summer, ends_on=summer + timedelta(days=20), reason="põhipuhkus",
        created_by_id=head,
    )  # fmt: skip
