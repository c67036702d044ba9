"""The demo's improvement actions in every state, a campaign, praise and pledges. Deterministic; what is told to clients names nobody."""

from datetime import date, timedelta

from bureau.models import Cause, RoleHolding, Unit, User
from complaints.models import Case
from complaints.number_series import allocate_run
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

# Title, problem, plan, cause, unit, indicator, whether it should rise, state, days since it began, days since the change, told.
ACTIONS = (
    ("Vastuskirja näidis metsateatistele", "Kliendid küsivad üle, sest kiri ei ütle, mis saab edasi.", "Uus näidis, mis algab otsusega ja ütleb tähtaja.",
     "communication", "forest", "days_to_answer", False, "closed", 430, 330, "Metsateatise vastuskirjad on lühemad: otsus on kohe esimeses lauses."),
    ("Õige ukse viited kodulehel", "Iga päev helistatakse meile prügi ja naabri puude pärast.", "Kontaktilehele lisada, kelle poole millega pöörduda.",
     "communication", "", "wrong_body_share", False, "closed", 390, 300, "Kontaktilehel on nüüd kirjas, millega pöörduda omavalitsuse poole."),
    ("Teine inimene liinile esmaspäeviti", "Esmaspäeva hommikul ootab helistaja liiga kaua.", "Kell 9–11 on esmaspäeviti liinil üks inimene rohkem.",
     "resources", "", "calls_in_time", True, "act", 150, 96, ""),
    ("Tähtaegade hommikune ülevaatus", "Alates kevadest hilineb vastuseid rohkem kui varem.", "Igal hommikul vaatab peaspetsialist üle kolme päeva tähtajad.",
     "process", "", "answered_on_time", True, "check", 120, 70, ""),
    ("Keeruliste kõnede juhend", "Kõned venivad iga kuuga pikemaks.", "Juhend kahekümnele kõige pikemale kõneteemale.", "knowledge", "", "calls_handling", False, "do", 60, None, ""),
    ("KOTKASe häirete teavitus", "Kui KOTKAS ei tööta, helistavad kõik korraga.", "", "system", "", None, None, "plan", 14, None, ""),
    ("Kaebuse kättesaamise kinnitus automaatseks", "Kaebaja ei tea, kas kaebus jõudis kohale.", "Kinnituskiri läheb registreerimisel.", "process", "", "complaints_acknowledged", True, "do", 95, None, ""),
    ("Venekeelsed vastused kalapüügilubade kohta", "Venekeelne klient peab kaks korda pöörduma.", "", "knowledge", "hunting_and_aquatic_life", None, None, "dropped", 200, None, ""),
)  # fmt: skip
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
    for at, row in enumerate(ACTIONS):
        store_action(row, owner=team[at % len(team)], head=head.user, units=units, indicators=indicators, today=today)
    take_up_old_lessons(head=head.user, owner=team[0], today=today)
    store_culture(head.user, team, units, indicators, today)


def take_up_old_lessons(*, head: User, owner: User, today: date) -> None:
    """What complaints taught longer ago than two months was weighed; what they taught since waits for the head."""
    old = waiting.lessons_not_taken_up().filter(lesson_on__lt=today - timedelta(days=60)).select_related("case")
    for complaint in old.order_by("lesson_on", "pk"):
        (sequence,) = allocate_run(series=SERIES, year=complaint.lesson_on.year, count=1)
        Improvement.objects.create(
            number=f"{SERIES}-{complaint.lesson_on.year}-{sequence:04d}",
            title=complaint.lesson[:200],
            problem=complaint.lesson,
            state=Improvement.State.DROPPED,
            source=Improvement.Source.COMPLAINT,
            source_id=complaint.pk,
            cause_id=complaint.cause_id,
            owner=owner,
            proposed_by=head,
            due_on=complaint.lesson_on + timedelta(days=90),
            created_on=complaint.lesson_on + timedelta(days=3),
            closed_on=complaint.lesson_on + timedelta(days=9),
            dropped_because="Sama muudatus on juba teises tegevuses.",
        )


def store_action(row: tuple, *, owner: User, head: User, units: dict, indicators: dict, today: date) -> None:
    title, problem, plan, cause, unit, indicator, should_rise, state, began, changed, told = row
    begun = today - timedelta(days=began)
    group = Cause.objects.filter(code=cause).first() or Cause.objects.filter(parent__isnull=True).first()
    found = group.parts.first() if group else None
    (sequence,) = allocate_run(series=SERIES, year=begun.year, count=1)
    signal = Signal.objects.filter(indicator=indicators.get(indicator)).order_by("-first_day").first() if indicator == "answered_on_time" else None  # fmt: skip
    one = Improvement.objects.create(
        number=f"{SERIES}-{begun.year}-{sequence:04d}", title=title, problem=problem, plan=plan, state=state,
        source="signal" if signal else "proposal", source_id=signal.pk if signal else None, cause=found, unit=units.get(unit), owner=owner,
        proposed_by=head, indicator=indicators.get(indicator), should_rise=should_rise, due_on=begun + timedelta(days=90), created_on=begun,
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
        )


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
