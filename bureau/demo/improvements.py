"""The demo's improvement actions in every state, a campaign, praise and pledges. Deterministic; what is told to clients names nobody."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial

from bureau.models import Cause, RoleHolding, Unit, User
from bureau.working_calendar import TALLINN
from complaints.models import Case, Complaint
from complaints.number_series import allocate_run
from feedback.models import FollowUp, Survey
from quality import improvement_effect, improvements, waiting
from quality.improvements import SERIES
from quality.models import (
    Campaign,
    CampaignReach,
    Improvement,
    ImprovementNote,
    ImprovementTask,
    Indicator,
    Pledge,
    Praise,
    Signal,
)
from staff.models import LoadEvent

# Title, problem, plan, cause, where it comes from, unit, indicator, whether it should rise, state, days since it began, days since the
# change, what clients were told.
ACTIONS = (
    ("Vastuskirja näidis metsateatistele", "Kliendid küsivad üle, sest kiri ei ütle, mis saab edasi.", "Uus näidis, mis algab otsusega ja ütleb tähtaja.",
     "communication_unclear_letter", "complaint", "forest", "days_to_answer", False, "closed", 430, 330, "Metsateatise vastuskirjad on lühemad: otsus on kohe esimeses lauses."),
    ("Õige ukse viited kodulehel", "Iga päev helistatakse meile prügi ja naabri puude pärast.", "Kontaktilehele lisada, kelle poole millega pöörduda.",
     "web_hard_to_find", "survey", "", "wrong_body_share", False, "closed", 390, 300, "Kontaktilehel on nüüd kirjas, millega pöörduda omavalitsuse poole."),
    ("Venekeelsed vastused kalapüügilubade kohta", "Venekeelne klient peab kaks korda pöörduma.", "", "knowledge_incomplete_answer", "follow_up", "hunting_and_aquatic_life", None, None, "dropped", 200, None, ""),
    ("Teine inimene liinile esmaspäeviti", "Esmaspäeva hommikul ootab helistaja liiga kaua.", "Kell 9–11 on esmaspäeviti liinil üks inimene rohkem.",
     "workload_phone_queue", "signal", "", "calls_in_time", True, "act", 150, 96, ""),
    ("Tähtaegade hommikune ülevaatus", "Viimastel kuudel hilineb vastuseid rohkem kui varem.", "Igal hommikul vaatab peaspetsialist üle kolme päeva tähtajad.",
     "process_not_followed", "signal", "", "answered_on_time", True, "check", 120, 70, ""),
    ("Kaebuse kättesaamise kinnitus automaatseks", "Kaebaja ei tea, kas kaebus jõudis kohale.", "Kinnituskiri läheb registreerimisel.",
     "communication_no_news", "complaint", "", "complaints_acknowledged", True, "do", 95, None, ""),
    ("Keeruliste kõnede juhend", "Kõned venivad iga kuuga pikemaks.", "Juhend kahekümnele kõige pikemale kõneteemale.", "knowledge_guide_missing", "signal", "", "calls_handling", False, "do", 60, None, ""),
)  # fmt: skip
LATEST = ("KOTKASe häirete teavitus", "Kui KOTKAS ei tööta, helistavad kõik korraga.", "", "system_outage", "disruption", "", None, None, "plan", 14, None, "")  # fmt: skip
DAYS_OF_FRESH_LESSONS = 60
SURVEY, DISRUPTION = "kliendikysitlus", "KOTKAS ei tööta"
CAMPAIGN = ("Selge keel", "Plain language", "Kirjutame nii, et klient saab esimesest lausest teada, mida otsustati.", "We write so that the first sentence tells the client what was decided.")  # fmt: skip
PRAISE = (
    "Sain vastuse samal päeval ja inimese moodi kirjutatuna.", "Väga kannatlik selgitus keskkonnaloa kohta, aitäh!",
    "Helistati ise tagasi, nagu lubati.",
)  # fmt: skip
PLEDGES = (("forest", "Metsateatise küsimustele vastame kümne päevaga.", "We answer questions on forest notifications within ten days.", -190, -10, True), ("water", "Iga tagasihelistamise palve täidame samal päeval.", "Every wish to be called back is met the same day.", -30, 60, None))  # fmt: skip


def store_improvements(*, today: date) -> None:
    head = RoleHolding.objects.in_force(today).filter(role="head_of_bureau").select_related("user").first()
    team = list(User.objects.filter(role_holdings__role__in=("specialist", "chief_specialist"), is_active=True).distinct().order_by("pk")[:6])  # fmt: skip
    if head is None or not team or Improvement.objects.exists():
        return
    units, indicators = (
        {unit.code: unit for unit in Unit.objects.all()},
        {one.code: one for one in Indicator.objects.all()},
    )
    taken: set[tuple[str, int | None]] = set()
    begun: list[tuple[date, Callable[[], object]]] = []
    for at, row in enumerate(ACTIONS):
        origin = origin_of_action(row, units=units, indicators=indicators, today=today, taken=taken)
        if origin[0] in Improvement.ONCE:
            taken.add(origin)
        facts = {
            "owner": team[at % len(team)],
            "head": head.user,
            "units": units,
            "indicators": indicators,
            "today": today,
        }
        begun.append((begun_on(row, today), partial(store_action, row, origin=origin, **facts)))
    # What complaints taught longer ago than two months was weighed; what they taught since waits for the head.
    old = waiting.lessons_not_taken_up().filter(lesson_on__lt=today - timedelta(days=DAYS_OF_FRESH_LESSONS))
    for complaint in old.order_by("lesson_on", "pk"):
        if ("complaint", complaint.pk) not in taken:
            day = complaint.lesson_on + timedelta(days=3)
            begun.append((day, partial(drop_lesson, complaint, head=head.user, owner=team[0], begun=day)))
    for _day, store in sorted(begun, key=lambda one: one[0]):  # numbers follow the days
        store()
    store_culture(head.user, team, units, indicators, today)


def begun_on(row: tuple, today: date) -> date:
    return today - timedelta(days=row[9])


def number_of(begun: date) -> str:
    (sequence,) = allocate_run(series=SERIES, year=begun.year, count=1)
    return f"{SERIES}-{begun.year}-{sequence:04d}"


def drop_lesson(complaint: Complaint, *, head: User, owner: User, begun: date) -> None:
    Improvement.objects.create(
        number=number_of(begun), title=complaint.lesson[:200], problem=complaint.lesson, state=Improvement.State.DROPPED,
        source=Improvement.Source.COMPLAINT, source_id=complaint.pk, cause_id=complaint.cause_id, owner=owner, proposed_by=head,
        due_on=begun + timedelta(days=90), created_on=begun, created_at=at_ten(begun), closed_on=begun + timedelta(days=6),
        dropped_because="Sama muudatus on juba teises tegevuses.",
    )  # fmt: skip


def store_latest_improvement(*, today: date) -> None:
    """Begun after the reports that decided on others, so that numbers follow the days."""
    head = RoleHolding.objects.in_force(today).filter(role="head_of_bureau").select_related("user").first()
    owner = RoleHolding.objects.in_force(today).filter(role="chief_specialist").select_related("user").first()
    if head is None or owner is None or Improvement.objects.filter(title=LATEST[0]).exists():
        return
    origin = origin_of_action(LATEST, units={}, indicators={}, today=today, taken=set())
    store_action(LATEST, origin=origin, owner=owner.user, head=head.user, units={}, indicators={}, today=today)


def origin_of_action(row: tuple, *, units: dict, indicators: dict, today: date, taken: set) -> tuple[str, int | None]:
    """Kind and key of what taught it. A small demo has no signal of every indicator; a complaint taught the same."""
    cause, source, unit, indicator = row[3:7]
    facts = {
        "cause": Cause.objects.filter(code=cause).first(), "unit": units.get(unit), "indicator": indicators.get(indicator),
        "begun": begun_on(row, today),
    }  # fmt: skip
    for kind in (source, "complaint", "survey"):
        if found := origin_of(kind, taken={key for one, key in taken if one == kind}, **facts):
            return kind, found
    return "proposal", None


def store_action(row: tuple, *, origin: tuple[str, int | None], owner: User, head: User, units: dict, indicators: dict, today: date) -> None:  # fmt: skip
    title, problem, plan, cause, _source, unit, indicator, should_rise, state, _began, changed, told = row
    begun = begun_on(row, today)
    found = Cause.objects.filter(code=cause).first()
    one = Improvement.objects.create(
        number=number_of(begun), title=title, problem=problem, plan=plan, state=state,
        source=origin[0], source_id=origin[1], cause=found, unit=units.get(unit), owner=owner,
        proposed_by=head, indicator=indicators.get(indicator), should_rise=should_rise, due_on=begun + timedelta(days=90), created_on=begun,
        created_at=at_ten(begun),
        changed_on=today - timedelta(days=changed) if changed else None, told_et=told, told_on=today - timedelta(days=changed - 40) if told else None,
        closed_on=begun + timedelta(days=120) if state in ("closed", "dropped") else None, closed_by=head if state == "closed" else None,
        dropped_because="Keelenõue lahendatakse asutuse ühise juhendiga." if state == "dropped" else "",
    )  # fmt: skip
    if one.changed_on and one.indicator:
        effect = improvements.effect_of(one)
        one.effect = (
            effect.verdict
            if state in ("act", "closed") or effect.verdict != improvement_effect.Verdict.TOO_EARLY
            else ""
        )
        one.save(update_fields=["effect"])
    for number, what in enumerate(("Kirjelda praegune seis", "Tee muudatus", "Räägi meeskonnale"), start=1):
        is_done = state in ("check", "act", "closed") or (state == "do" and number == 1)
        ImprovementTask.objects.create(
            improvement=one, title=what, owner=owner, due_on=begun + timedelta(days=20 * number), done_on=begun + timedelta(days=18 * number) if is_done else None,
            done_by=owner if is_done else None,
        )  # fmt: skip
    if state in ("act", "closed"):
        ImprovementNote.objects.create(
            improvement=one,
            text="Muudatus on kasutusel; näidis on juhendite kaustas.",
            is_evidence=True,
            written_by=owner,
            written_at=at_ten(one.changed_on + timedelta(days=30)),
        )


def at_ten(day: date) -> datetime:
    return datetime.combine(day, time(10), TALLINN)


def origin_of(
    source: str, *, taken: set, cause: Cause | None, unit: Unit | None, indicator: Indicator | None, begun: date
) -> int | None:
    """The row of the demo that taught it: known before the action began, of its cause, and of its unit where there is one of it."""
    if source == "signal":
        rows = Signal.objects.filter(indicator=indicator, unit__isnull=True)
        known = rows.filter(found_at__date__lte=begun).order_by("-first_day") or rows.order_by("first_day")
    elif source == "complaint":
        rows = Complaint.objects.exclude(lesson="").filter(case__is_restricted=False)
        known = rows.filter(lesson_on__lte=begun).order_by("-lesson_on", "-pk") or rows.order_by("lesson_on", "pk")
    elif source == "follow_up":
        rows = FollowUp.objects.filter(state=FollowUp.State.RESOLVED)
        known = rows.filter(ended_on__lte=begun).order_by("-ended_on", "-pk") or rows.order_by("ended_on", "pk")
    elif source == "survey":
        known = Survey.objects.filter(code=SURVEY)
    else:
        known = LoadEvent.objects.filter(name_et=DISRUPTION)
    free = [one for one in known if one.pk not in taken]
    nearest = [one for one in free if cause is not None and getattr(one, "cause_id", None) == cause.pk] or free
    of_unit = [one for one in nearest if unit is not None and getattr(one, "unit_id", None) == unit.pk] or nearest
    return of_unit[0].pk if of_unit else None


def store_culture(head: User, team: list[User], units: dict, indicators: dict, today: date) -> None:
    title_et, title_en, text_et, text_en = CAMPAIGN
    campaign = Campaign.objects.create(
        title_et=title_et, title_en=title_en, text_et=text_et, text_en=text_en, starts_on=today - timedelta(days=20), ends_on=today + timedelta(days=25),
        indicator=indicators.get("satisfaction"), made_by=head,
    )  # fmt: skip
    for at, person in enumerate(team):
        CampaignReach.objects.create(campaign=campaign, user=person, unit=person.unit, how="read")
        if at % 2:
            CampaignReach.objects.create(campaign=campaign, user=person, unit=person.unit, how="took_part")
    cases = list(
        Case.objects.filter(kind__code="praise", is_restricted=False).order_by("-registered_on", "-pk")[: len(PRAISE)]
    )
    for at, text in enumerate(PRAISE):
        Praise.objects.create(text=text, unit=team[at % len(team)].unit, case=cases[at] if at < len(cases) else None, shown_from=today - timedelta(days=9 * at + 2), put_by=head)  # fmt: skip
    for code, text_et, text_en, first, last, kept in PLEDGES:
        if code in units:
            Pledge.objects.create(
                unit=units[code], text_et=text_et, text_en=text_en, starts_on=today + timedelta(days=first), ends_on=today + timedelta(days=last), was_kept=kept,
                judged_on=today if kept is not None else None, made_by=head,
            )  # fmt: skip
