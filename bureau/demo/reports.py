"""The demo's reports: two years issued, commented, read and decided on; a quarter as a draft that waits for the head."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from bureau.calendar_store import working_calendar
from bureau.demo.calls import SHIFT_DAYS_AGO
from bureau.demo.rhythm import SHIFT_DAYS
from bureau.models import User
from bureau.working_calendar import TALLINN
from feedback.models import OpenAnswer
from quality import report_delivery, report_material, reports
from quality.models import (
    Improvement,
    Measurement,
    Report,
    ReportAsk,
    ReportComment,
    ReportDecision,
    ReportIssue,
    ReportQuestion,
    ReportQuote,
    ReportReader,
)
from quality.periods import month_start, months_back

MONTHS_ISSUED = 24
# What is written of these would not be true of older ones.
MONTHS_OF_OWN_WORDS = 2
# Of each: what is seen, why, what is done, and the action that does it.
DEADLINES, LINE, GUIDE = (
    "Tähtaegade hommikune ülevaatus",
    "Teine inimene liinile esmaspäeviti",
    "Keeruliste kõnede juhend",
)
WORDS = {
    "answered_on_time": (
        "Tähtajaks vastatute osakaal on {late} saadik tavapärasest madalam.",
        "Hilinevad vastused, mis vajavad teise üksuse seisukohta; teemade vahel on hilinejad jaotunud ühtlaselt.",
        "Igal hommikul vaadatakse üle kolme päeva tähtajad; mõju hindame jaanuaris.", DEADLINES,
    ),
    "explanations_on_time": (
        "Selgitustaotlustest hilineb rohkem kui varem.", "Selgituse jaoks küsitakse sageli teise üksuse seisukohta.",
        "Kuulub tähtaegade hommikuse ülevaatuse alla.", DEADLINES,
    ),
    "information_on_time": (
        "Teabenõuetest hilines mõni vastus viiepäevasest tähtajast.", "Teabenõue tuntakse alles teisel päeval ära.",
        "Hommikusel ülevaatusel vaadatakse teabenõuded esimesena.", DEADLINES,
    ),
    "days_to_answer_p85": (
        "Kõige aeglasemad vastused võtavad kauem aega kui tavaliselt.", "Samad pöördumised, mis hilinevad.",
        "Kuulub tähtaegade hommikuse ülevaatuse alla.", DEADLINES,
    ),
    "open_work_hours": (
        "Lahtist tööd on tavapärasest rohkem.", "Pöördumisi tuleb sama palju kui varem, aga need seisavad kauem.",
        "Kuulub tähtaegade hommikuse ülevaatuse alla.", DEADLINES,
    ),
    "calls_in_time": (
        "Lubatud ajaga vastatud kõnede osakaal langes {line} ja on sinna jäänud.",
        "Esmaspäeva hommikul on liinil vähem inimesi, kui kõnede hulk nõuab.",
        "Esmaspäeviti on kell 9–11 liinil üks inimene rohkem; mõju hindame kuue kuu järel.", LINE,
    ),
    "calls_wait": (
        "Helistaja ootab {line_since} saadik kauem.", "Sama põhjus, mis lubatud ajaga vastamisel: esmaspäeva hommikud.",
        "Kuulub liini esmaspäevase tugevdamise alla.", LINE,
    ),
    "calls_handling": (
        "Kõned venivad iga kuuga pikemaks.", "Loakõned on keerulisemad ja juhendit nende jaoks ei ole.",
        "Koostame juhendi kahekümne kõige pikema kõneteema kohta.", GUIDE,
    ),
    "first_contact_resolution": (
        "Kaks küsimust kolmest saavad vastuse kohe; eesmärki nii ei tabata.",
        "Keerulisemad küsimused suunatakse üksusele, sest juhend puudub.",
        "Sama juhend annab vastuse ka nendele küsimustele.", GUIDE,
    ),
}  # fmt: skip
USUAL = (
    "Väärtus erineb tavapärasest.",
    "Põhjust veel ei tea; vaatame selle üle järgmisel kuukoosolekul.",
    "Kui tase püsib, algatame tegevuse.",
    "",
)
EARLIER = (
    "Väärtus erineb tavapärasest või jääb eesmärgist maha.",
    "Põhjuseid vaadati büroo kuukoosolekul koos üksustega.",
    "Jälgime järgmistel kuudel; kui tase püsib, algatame tegevuse.",
    "",
)


# In which month, and since which.
IN_MONTH = (
    "jaanuaris", "veebruaris", "märtsis", "aprillis", "mais", "juunis", "juulis", "augustis", "septembris", "oktoobris", "novembris",
    "detsembris",
)  # fmt: skip
SINCE_MONTH = (
    "jaanuarist", "veebruarist", "märtsist", "aprillist", "maist", "juunist", "juulist", "augustist", "septembrist", "oktoobrist",
    "novembrist", "detsembrist",
)  # fmt: skip
DAYS_THAT_SHOW = 15  # of a month that moved: with fewer, the chart shows the next as the first


class MonthsOf:
    """The months in which what the demo's comments speak of began, as the charts tell them."""

    def __init__(self, today: date):
        late = today - timedelta(days=SHIFT_DAYS - DAYS_THAT_SHOW)
        line = today - timedelta(days=SHIFT_DAYS_AGO - DAYS_THAT_SHOW)
        self.words = {
            "late": SINCE_MONTH[late.month - 1], "line": IN_MONTH[line.month - 1], "line_since": SINCE_MONTH[line.month - 1]
        }  # fmt: skip


def store_reports(*, today: date) -> None:
    """Of the last whole months; nothing where there is nothing measured."""
    jaan, tiina = (User.objects.filter(email=f"{name}@naide.ee").first() for name in ("jaan.kask", "tiina.kuusk"))
    if jaan is None or tiina is None or ReportIssue.objects.exists() or not Measurement.objects.exists():
        return
    last = months_back(month_start(today), 1)
    for back in range(MONTHS_ISSUED - 1, -1, -1):
        month = months_back(last, back)
        if Measurement.objects.filter(period=Measurement.Period.MONTH, first_day=month, unit__isnull=True).exists():
            issue(month, by=jaan, reader=tiina, back=back, today=today)
    quarter = last if last.month % 3 == 0 else months_back(last, last.month % 3)
    if Measurement.objects.filter(period=Measurement.Period.MONTH, first_day=months_back(quarter, 2)).exists():
        report = reports.begin(period=Report.Period.QUARTER, first_day=quarter, by=jaan)
        reports.send_to_head(report=report, by=jaan)


def issue(month: date, *, by: User, reader: User, back: int, today: date) -> None:
    """One month, `back` months before the last whole one: the last is not read yet, the one before was answered."""
    is_last, is_older = back == 0, back >= MONTHS_OF_OWN_WORDS
    report = reports.begin(period=Report.Period.MONTH, first_day=month, by=by)
    material = report_material.Material(report, timezone.now())
    for known in material.known.values():
        if known.needs_comment:
            what, why, action, title = EARLIER if is_older else WORDS.get(known.code, USUAL)
            what = what.format(**MonthsOf(today).words)
            # Who does it by when is said once: by the action, where there is one.
            of = Improvement.objects.filter(title=title).select_related("owner").first() if title else None
            text = f"{action} ({of.number})" if of else action
            reports.write_comment(
                report=report, about=known.code, unit_id=None, what=what, why=why, action=text, owner=of.owner if of else by,
                due_on=of.due_on if of else report.due_on + timedelta(days=60), by=by,
            )  # fmt: skip
    if not is_older:
        reports.ask_decision(
            report=report, by=by,
            text="Kas suunata pool töökohta metsateemadele kuni veebruarini?" if is_last else "Kas kinnitada juhendite ajakava?",
            text_en="May half a position go to forest matters until February?" if is_last else "Is the timetable of guides approved?",
        )  # fmt: skip
    for answer in OpenAnswer.objects.filter(
        state=OpenAnswer.State.RELEASED, response__answered_on__range=(report.first_day, report.last_day)
    ).order_by("pk")[:3]:
        reports.choose_quote(report=report, answer=answer, text=(answer.released_text or answer.text)[:300], by=by)
    day = min(report.due_on, today)
    at = min(datetime.combine(day, time(9), TALLINN), timezone.now())
    made = reports.issue(report=report, by=by, today=max(today, report.due_on), now=at, is_sent=False)
    had_moments(made, at)
    if is_last:
        return
    report_delivery.mark_read(made, by=reader)
    read_at = min(at + timedelta(days=1, hours=2), timezone.now())
    ReportReader.objects.filter(issue=made, read_at__isnull=False).update(read_at=read_at, opened_at=read_at)
    if not is_older:
        question = reports.ask(made=made, about="calls_in_time", text="Millal on esmaspäevane mõju näha?", by=reader)
        reports.answer(question=question, text="Kuus täiskuud pärast muudatust, jaanuari aruandes.", by=by)
        reports.decide(
            made=made, asked="Kas kinnitada juhendite ajakava?", outcome=ReportDecision.Outcome.AGREED, text="Jah, nii nagu pakutud.",
            owner=by, due_on=working_calendar().add_working_days(today, 30), by=reader,
        )  # fmt: skip
        ReportQuestion.objects.filter(issue=made).update(
            asked_at=read_at, answered_at=min(read_at + timedelta(hours=3), timezone.now())
        )
        decisions = ReportDecision.objects.filter(issue=made)
        decisions.update(decided_at=read_at)
        Improvement.objects.filter(pk__in=decisions.values("improvement")).update(
            created_at=read_at, created_on=timezone.localdate(read_at)
        )


def had_moments(made: ReportIssue, at: datetime) -> None:
    """What was written for an issue was written in the days before it was issued."""
    report, written_at = made.report, at - timedelta(days=2)
    Report.objects.filter(pk=report.pk).update(created_at=at - timedelta(days=5))
    ReportComment.objects.filter(report=report).update(written_at=written_at)
    ReportAsk.objects.filter(report=report).update(written_at=written_at)
    ReportQuote.objects.filter(report=report).update(chosen_at=written_at)
