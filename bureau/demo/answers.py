"""Answers of the demo's clients: who was asked after a case and who was not, what they said, and who looked after it.

The rules' own draw decides who is asked; what is said is decided by the seed and the number of the case. Nothing waits to
be sent: whoever loads the demo must not write to anybody.
"""

import uuid
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.db.models.functions import Mod

from bureau import outbox, reference
from bureau.demo.answer_words import (
    CONTACTED,
    MISSING,
    NOT_REACHED,
    OF_COMPLAINTS,
    OF_THE_YEAR,
    PRAISE,
    RESOLVED,
)
from bureau.demo.surveys import CODES, MAKER, OPEN_DAYS_AGO
from bureau.models import User
from bureau.working_calendar import TALLINN
from complaints.models import Case, Complaint, ComplaintOutcome, Party, Status
from feedback import follow_ups
from feedback.models import (
    Anonymity,
    AskedPerson,
    ConfidentialLink,
    FollowUp,
    Invitation,
    InvitationDecision,
    InvitationRule,
    OpenAnswer,
    OpenAnswerCause,
    OpenLink,
    Response,
    Survey,
)
from feedback.open_links import KEY_LENGTH, LETTERS
from feedback.questionnaires import parse
from feedback.responses import person_hash
from feedback.sampling import Decision, Facts, decide, rate_for, send_moment
from feedback.scores import is_speeder, is_straight_liner
from feedback.surveys import latest_questionnaire

# A larger bureau asks after every second, third … case, so that a load of a million ends as soon as one of thousands.
MOST_CASES = 6_000
STORED_AT_ONCE = 1_000
LINK_ANSWERS_A_CASE, YEARLY_ANSWERS_A_CASE = 0.13, 0.15
YEARLY_DAYS_AGO = (395, 30)
YEARLY_WAVE_DAYS = 21
DAYS_TO_ANSWER = 21
# Since this many days those who write by e-mail are less content than before.
SHIFT_DAYS_AGO, SHIFT_CHANNEL, SHIFT = 200, "email", 0.38
# By how much fewer are discontent now than when the surveys began.
TREND = 0.18

BAD_SHARE = {"visit": 0.05, "phone": 0.1, "voicemail": 0.18, "email": 0.17, "web_form": 0.26, "letter": 0.28, "chatbot": 0.42, "jira": 0.24}  # fmt: skip
ANSWERED_SHARE = {"phone": 0.42, "visit": 0.48, "chatbot": 0.3, "email": 0.55, "letter": 0.36}
OTHER_BAD_SHARE, OTHER_ANSWERED_SHARE = 0.2, 0.4
# Ways by which a client turned to the bureau within a year.
WAYS = {"phone": 0.55, "mail": 0.46, "e_service": 0.52, "visit": 0.13, "chat": 0.09}
CONTENT, DISCONTENT = (1, 2, 6, 39, 52), (30, 26, 26, 13, 5)


@dataclass(frozen=True)
class Happening:
    """Something after which a rule may ask."""

    at: datetime
    rule: InvitationRule
    case: Case

    @property
    def key(self) -> str:
        return f"{self.rule.event} {self.case.pk} {self.case.reopened_count}"


def store_answers(*, first_case: int, last_case: int, seed: int, now: datetime) -> int:
    """Ask, answer and follow up for these cases; how many answers were written."""
    surveys = {survey.code: survey for survey in Survey.objects.filter(code__in=CODES.values())}
    maker = User.objects.filter(email=MAKER).first()
    if len(surveys) < len(CODES) or maker is None:
        return 0
    drawn = DrawnAnswers(surveys=surveys, maker=maker, seed=f"{seed} answers {first_case}", now=now)
    drawn.ask(first_case, last_case)
    count = min(last_case - first_case + 1, MOST_CASES)
    drawn.draw_open_links(round(count * LINK_ANSWERS_A_CASE), round(count * YEARLY_ANSWERS_A_CASE))
    return drawn.store()


class DrawnAnswers:
    def __init__(self, *, surveys: dict[str, Survey], maker: User, seed: str, now: datetime):
        self.seed, self.now, self.maker = seed, now, maker
        self.today = now.astimezone(TALLINN).date()
        self.satisfaction, self.handling, self.yearly = (surveys[CODES[name]] for name in ("satisfaction", "complaint_handling", "yearly"))  # fmt: skip
        self.published = {survey.pk: latest_questionnaire(survey) for survey in surveys.values()}
        self.forms = {pk: parse(published.content) for pk, published in self.published.items()}
        self.channels = {pk: channel.code for pk, channel in reference.channels().items()}
        self.causes = {cause.code: cause.id for cause in reference.causes().values()}
        # From the first whole month after the surveys were published: a month of two answers tells nothing.
        opened = self.today - timedelta(days=OPEN_DAYS_AGO)
        self.since = datetime.combine(
            (opened.replace(day=1) + timedelta(days=31)).replace(day=1), time(0), tzinfo=TALLINN
        )
        self.owners: dict[int | None, User | None] = {}
        self.decisions: list[tuple[Happening, Decision, Invitation | None]] = []
        self.asked: list[AskedPerson] = []
        self.responses: list[Response] = []
        self.links: list[ConfidentialLink] = []
        self.texts: list[OpenAnswer] = []
        self.codings: list[OpenAnswerCause] = []
        self.follow_ups: list[FollowUp] = []

    # --- Asking -------------------------------------------------------------------------------------------------------
    def rule_of(self, survey: Survey, event: str, **wanted) -> InvitationRule:
        # In force only from now on: what was closed before is decided here, and the round must not ask after it again.
        rule, _is_new = InvitationRule.objects.get_or_create(
            survey=survey, event=event, defaults={"reminder_days": [7], "expires_days": DAYS_TO_ANSWER, "created_at": self.now, **wanted}
        )  # fmt: skip
        return rule

    def happenings(self, first_case: int, last_case: int) -> list[Happening]:
        after_case = self.rule_of(self.satisfaction, InvitationRule.Event.CASE_CLOSED, rate_percent=90, stratum_rates={"phone": 85, "letter": 100})  # fmt: skip
        after_complaint = self.rule_of(self.handling, InvitationRule.Event.COMPLAINT_DECIDED, rate_percent=100)
        step = max(1, (last_case - first_case + 1) // MOST_CASES)
        cases = Case.objects.select_related("party").filter(pk__gte=first_case, pk__lte=last_case)
        if step > 1:
            cases = cases.annotate(place=Mod("pk", step)).filter(place=0)
        closed = cases.filter(status=Status.CLOSED, closed_at__gte=self.since, closed_at__lte=self.now).order_by("pk")
        decided = cases.filter(complaint__decided_on__isnull=False, answered_at__gte=self.since, answered_at__lte=self.now).order_by("pk")  # fmt: skip
        found = [Happening(case.closed_at, after_case, case) for case in closed]
        found += [Happening(case.answered_at, after_complaint, case) for case in decided]
        return sorted(found, key=lambda one: (one.at, one.key))

    def ask(self, first_case: int, last_case: int) -> None:
        """Day by day, with the ledger of who was asked when, as the rules do it."""
        ledger: dict[str, list[date]] = defaultdict(list)
        for person, day in AskedPerson.objects.values_list("person_hash", "asked_on"):
            ledger[person].append(day)
        complaints = defaultdict(list)
        outcomes: dict[int, str] = {}
        rows = Complaint.objects.filter(case_id__gte=first_case, case_id__lte=last_case)
        for party, case, received, closed, outcome in rows.values_list("case__party_id", "case_id", "received_on", "closed_on", "outcome"):  # fmt: skip
            complaints[party].append((case, received, closed))
            outcomes[case] = outcome
        for happening in self.happenings(first_case, last_case):
            self.look_at(happening, ledger, complaints, outcomes)

    def look_at(self, happening: Happening, ledger, complaints, outcomes) -> None:
        rule, case = happening.rule, happening.case
        send_at = send_moment(
            happening.at.astimezone(TALLINN), delay_hours=rule.delay_hours, quiet_from=time(20), quiet_until=time(8)
        )
        if send_at >= self.now:
            return
        party, day, stratum = case.party, happening.at.astimezone(TALLINN).date(), self.channels[case.channel_id]
        address = party.email if party else ""
        person = person_hash(address) if address else ""
        facts = Facts(
            event_key=happening.key, on=day, is_internal=party is not None and party.kind == Party.Kind.AGENCY,
            is_restricted=case.is_restricted, has_address=bool(address) and outbox.is_address(address),
            has_open_complaint=party is not None and any(
                other != case.pk and received <= day and (closed is None or closed > day)
                for other, received, closed in complaints.get(party.pk, ())
            ),
            asked_on=tuple(ledger[person]) if person else (),
        )  # fmt: skip
        rate = rate_for(stratum, rate_percent=rule.rate_percent, stratum_rates=rule.stratum_rates)
        decision = decide(facts, rate=rate, salt=str(rule.pk))
        invitation = None
        if decision.is_invited:
            ledger[person].append(day)
            self.asked.append(AskedPerson(person_hash=person, asked_on=day, reference=happening.key[:80]))
            invitation = self.invite(happening, stratum, send_at, outcomes.get(case.pk, ""))
        self.decisions.append((happening, decision, invitation))

    def invite(self, happening: Happening, stratum: str, send_at: datetime, outcome: str) -> Invitation:
        rule, case = happening.rule, happening.case
        invitation = Invitation(
            survey=rule.survey, rule=rule, party=case.party, case=case, name=case.party.name, address=case.party.email,
            language=case.language if case.language in ("et", "en", "ru") else "et", channel_id=case.channel_id,
            service_id=case.service_id, topic_id=case.topic_id, unit_id=case.unit_id, specialist_id=case.assignee_id,
            stratum=stratum, send_at=send_at, sent_at=send_at, expires_on=send_at.date() + timedelta(days=DAYS_TO_ANSWER),
            created_at=happening.at,
        )  # fmt: skip
        rng = Random(f"{self.seed} {happening.key}")
        answered_at = self.moment_of_answer(send_at, rng)
        will_answer = rng.random() < ANSWERED_SHARE.get(stratum, OTHER_ANSWERED_SHARE)
        if rng.random() < 0.03:
            invitation.state = Invitation.State.FAILED
        elif will_answer and answered_at < self.now:
            invitation.state = Invitation.State.ANSWERED
            self.answer(invitation, answered_at, rng, outcome=outcome)
        else:
            invitation.state = (
                Invitation.State.EXPIRED if invitation.expires_on < self.today else Invitation.State.SENT
            )
            invitation.reminders_sent = int(send_at.date() + timedelta(days=7) <= self.today)
        return invitation

    @staticmethod
    def moment_of_answer(sent_at: datetime, rng: Random) -> datetime:
        """Most within the first two days, in waking hours, and some after the reminder."""
        days = min(DAYS_TO_ANSWER - 1, int(rng.expovariate(0.7)) + (7 if rng.random() < 0.25 else 0))
        if days == 0:
            return sent_at + timedelta(minutes=rng.randrange(4, 180))
        on = sent_at.date() + timedelta(days=days)
        return datetime.combine(on, time(rng.randrange(8, 22), rng.randrange(60)), tzinfo=TALLINN)

    # --- Answering ----------------------------------------------------------------------------------------------------
    def bad_share(self, channel: str, on: date) -> float:
        """How likely somebody is discontent: less from month to month; by e-mail steady, and more since the shift."""
        ago, share = (self.today - on).days, BAD_SHARE.get(channel, OTHER_BAD_SHARE)
        if channel == SHIFT_CHANNEL:
            return share + (SHIFT if ago < SHIFT_DAYS_AGO else 0)
        return 0.8 * share + TREND * min(1, ago / OPEN_DAYS_AGO)

    def answer(self, invitation: Invitation, at: datetime, rng: Random, *, outcome: str = "") -> None:
        on = at.astimezone(TALLINN).date()
        share = self.bad_share(invitation.stratum, on)
        if invitation.survey == self.handling:
            share = {ComplaintOutcome.NOT_UPHELD: 0.6, ComplaintOutcome.PARTLY_UPHELD: 0.35}.get(outcome, 0.2)
        elif invitation.case.was_on_time is False:
            share += 0.2
        answers, words = self.say(invitation.survey, rng, is_content=rng.random() >= share)
        response = self.add(
            invitation.survey, rng, answers, words, on=on, at=at, way=Response.Way.INVITATION, language=invitation.language,
            channel_id=invitation.channel_id, service_id=invitation.service_id, topic_id=invitation.topic_id,
            unit_id=invitation.unit_id, specialist_id=invitation.specialist_id, stratum=invitation.stratum,
        )  # fmt: skip
        self.links.append(ConfidentialLink(response=response, invitation=invitation))

    def say(self, survey: Survey, rng: Random, *, is_content: bool) -> tuple[dict, dict[str, tuple[str, str]]]:
        """Answers by question, and texts with the cause under which each belongs ("" where none does)."""
        score = rng.choices(range(1, 6), CONTENT if is_content else DISCONTENT)[0]
        if survey == self.handling:
            parts = {row: self.part(score, rng, ("bad", "middling", "good")) for row in ("heard", "clear", "fair", "quick")}  # fmt: skip
            return {"handling": score, "parts": parts}, self.sometimes("better", OF_COMPLAINTS, 0.45, rng)
        if survey == self.yearly:
            return self.say_yearly(score, rng)
        solved = rng.choices(("yes", "partly", "no"), (88, 10, 2) if score > 3 else (22, 44, 34))[0]
        words = MISSING if score <= 3 else [("", text) for text in PRAISE]
        return (
            {"satisfaction": score, "solved": solved},
            self.sometimes("why" if score <= 3 else "good", words, 0.55 if score <= 3 else 0.22, rng),
        )

    def say_yearly(self, score: int, rng: Random) -> tuple[dict, dict[str, tuple[str, str]]]:
        ways = [way for way, share in WAYS.items() if rng.random() < share] or ["phone"]
        columns = ("bad", "middling", "good")
        answers = {
            "role": rng.choices(("person", "company", "municipality", "association"), (48, 38, 9, 5))[0], "ways": ways,
            "satisfaction": score,
            "aspects": {
                row: "unknown" if rng.random() < 0.06 else self.part(score, rng, columns)
                for row in ("polite", "quick", "competent", "clear")
            },
            "recommendation": max(0, min(10, round(2 * score + rng.gauss(-0.6, 1.4)))),
        }  # fmt: skip
        return answers, self.sometimes("wish", OF_THE_YEAR, 0.3, rng)

    @staticmethod
    def part(score: int, rng: Random, columns: tuple[str, str, str]) -> str:
        return columns[max(0, min(2, round(0.3 + 0.36 * (score - 1) + rng.gauss(0, 0.7))))]

    @staticmethod
    def sometimes(code: str, words, share: float, rng: Random) -> dict[str, tuple[str, str]]:
        return {code: rng.choice(words)} if rng.random() < share else {}

    def add(self, survey: Survey, rng: Random, answers: dict, words: dict[str, tuple[str, str]], *, on: date, at: datetime | None, way: str, **facts) -> Response:  # fmt: skip
        asked = len(answers) + 1
        seconds = max(3, round(rng.lognormvariate(2.4, 0.5) * asked)) if rng.random() > 0.02 else asked
        response = Response(
            id=uuid.UUID(int=rng.getrandbits(128), version=4), submission_key=uuid.UUID(int=rng.getrandbits(128), version=4),
            survey=survey, questionnaire=self.published[survey.pk], anonymity=survey.anonymity, way=way, answers=answers,
            answered_on=on, answered_at=at, seconds=seconds, is_speeder=is_speeder(seconds, asked),
            is_straight_liner=is_straight_liner(value for value in answers.values() if isinstance(value, dict)), **facts,
        )  # fmt: skip
        self.responses.append(response)
        # Clients who answer in another language write little.
        for code, (cause, text) in words.items() if response.language == "et" else ():
            self.write(response, code, cause, text, rng)
        if survey.anonymity != Anonymity.ANONYMOUS and follow_ups.bad_scores(self.forms[survey.pk], answers):
            self.follow_up(response, next(iter(words.values()), ("", ""))[0], rng)
        return response

    def write(self, response: Response, code: str, cause: str, text: str, rng: Random) -> None:
        made = OpenAnswer(
            id=uuid.UUID(int=rng.getrandbits(128), version=4), response=response, question=code, text=text
        )
        # What came this week has hardly been read yet.
        if rng.random() < (0.75 if (self.today - response.answered_on).days > 7 else 0.15):
            made.state = OpenAnswer.State.RELEASED if rng.random() < 0.93 else OpenAnswer.State.WITHHELD
            made.looked_at_by = self.maker
            made.released_text = text if made.state == OpenAnswer.State.RELEASED else ""
            if cause and rng.random() < 0.85:
                read_on = min(response.answered_on + timedelta(days=rng.randrange(1, 8)), self.today)
                read_at = min(datetime.combine(read_on, time(10, rng.randrange(60)), tzinfo=TALLINN), self.now)
                self.codings.append(OpenAnswerCause(open_answer=made, cause_id=self.causes[cause], coded_by=self.maker, coded_at=read_at))  # fmt: skip
        self.texts.append(made)

    # --- Following up -------------------------------------------------------------------------------------------------
    def follow_up(self, response: Response, cause: str, rng: Random) -> None:
        on, unit = response.answered_on, response.unit_id
        if unit not in self.owners:
            self.owners[unit] = follow_ups.owner_of(unit, self.today)
        made = FollowUp(
            survey=response.survey, response=response, why=FollowUp.Why.BAD_SCORE, unit_id=unit, owner=self.owners[unit],
            created_on=on, due_on=follow_ups.due_day(on),
        )  # fmt: skip
        ago = (self.today - on).days
        weights = (
            (0, 0, 88, 12)
            if ago > 60
            else (1, 8, 80, 11)
            if ago > 14
            else (25, 35, 34, 6)
            if ago > 3
            else (80, 20, 0, 0)
        )
        made.state = rng.choices(("new", "contacted", "resolved", "unreachable"), weights)[0]
        in_time = (made.due_on - on).days
        days = rng.randrange(in_time + 1) if rng.random() < 0.91 else in_time + rng.randrange(1, 5)
        contacted_on = min(on + timedelta(days=days), self.today)
        notes = []
        if made.state in ("contacted", "resolved"):
            made.contacted_on = contacted_on
            if response.anonymity == Anonymity.CONFIDENTIAL and response.way == Response.Way.INVITATION:
                made.identity_opened_on = contacted_on
            notes.append(rng.choice(CONTACTED))
        if made.state in ("resolved", "unreachable"):
            made.ended_on = min(contacted_on + timedelta(days=rng.randrange(6)), self.today)
            notes.append(rng.choice(RESOLVED if made.state == "resolved" else NOT_REACHED))
        if made.state == "resolved":
            made.cause_id = self.causes[cause or rng.choice(MISSING)[0]]
        made.note, made.version = "\n\n".join(notes), 1 + len(notes)
        self.follow_ups.append(made)

    # --- Open links ---------------------------------------------------------------------------------------------------
    def draw_open_links(self, counter_answers: int, yearly_answers: int) -> None:
        by_code = {code: pk for pk, code in self.channels.items()}
        counter = self.link_of(self.satisfaction, "Klienditeeninduse lett", channel_id=by_code.get("visit"))
        website = self.link_of(self.yearly, "Veebileht ja uudiskiri")
        rng = Random(f"{self.seed} links")
        for _number in range(counter_answers):
            on = self.today - timedelta(days=rng.randrange(1, OPEN_DAYS_AGO))
            on -= timedelta(days=max(0, on.weekday() - 4))
            if on <= self.since.astimezone(TALLINN).date():
                continue
            at = datetime.combine(on, time(rng.randrange(9, 17), rng.randrange(60)), tzinfo=TALLINN)
            answers, words = self.say(self.satisfaction, rng, is_content=rng.random() >= self.bad_share("visit", on))
            self.add(
                self.satisfaction, rng, answers, words, on=on, at=at, way=Response.Way.OPEN_LINK, open_link=counter,
                channel_id=counter.channel_id,
            )  # fmt: skip
        for _number in range(yearly_answers):
            first = self.today - timedelta(days=rng.choice(YEARLY_DAYS_AGO))
            on = first + timedelta(days=min(YEARLY_WAVE_DAYS, int(rng.expovariate(0.2))))
            answers, words = self.say(self.yearly, rng, is_content=rng.random() >= self.bad_share("other", on))
            self.add(self.yearly, rng, answers, words, on=on, at=None, way=Response.Way.OPEN_LINK, open_link=website)

    def link_of(self, survey: Survey, label: str, **facts) -> OpenLink:
        rng = Random(f"{self.seed} link {survey.code}")
        link, _is_new = OpenLink.objects.get_or_create(
            survey=survey, label=label,
            defaults={
                "key": "".join(rng.choice(LETTERS) for _n in range(KEY_LENGTH)), "created_by": self.maker,
                "created_at": self.since, **facts,
            },
        )  # fmt: skip
        return link

    # --- Storing ------------------------------------------------------------------------------------------------------
    def store(self) -> int:
        invited = [invitation for *_rest, invitation in self.decisions if invitation]
        Invitation.objects.bulk_create(invited, batch_size=STORED_AT_ONCE)
        InvitationDecision.objects.bulk_create(
            (
                InvitationDecision(
                    rule=happening.rule, event_key=happening.key, reason=decision.reason, draw=decision.draw, invitation=invitation, at=happening.at,
                    stratum=self.channels[happening.case.channel_id], channel_id=happening.case.channel_id, unit_id=happening.case.unit_id,
                )
                for happening, decision, invitation in self.decisions
            ),
            batch_size=STORED_AT_ONCE,
        )  # fmt: skip
        AskedPerson.objects.bulk_create(self.asked, batch_size=STORED_AT_ONCE, ignore_conflicts=True)
        # In the order of their random keys: where a row lies tells nothing of when an anonymous answer came.
        self.responses.sort(key=lambda one: one.pk)
        self.texts.sort(key=lambda one: one.pk)
        self.follow_ups.sort(key=lambda one: (one.created_on, one.response_id))
        for model, rows in (
            (Response, self.responses), (ConfidentialLink, self.links), (OpenAnswer, self.texts),
            (OpenAnswerCause, self.codings), (FollowUp, self.follow_ups),
        ):  # fmt: skip
            model.objects.bulk_create(rows, batch_size=STORED_AT_ONCE)
        return len(self.responses)
