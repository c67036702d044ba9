"""Asking clients: which events a rule looks at, who is invited and who is not and why, sending, reminders, the end.

Everything here may be repeated: an event is decided once per rule, an invitation's letter has a key of its own in the
outbox, a reminder is counted before it leaves. What a worker that died left undone is done by the next round, and what
cannot be done holds up nothing else: each deed has a transaction of its own, and failures are told when all were tried.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from django.conf import settings
from django.db import connection, transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from bureau import outbox, reference, secret_links
from bureau.audit import record
from bureau.models import OutgoingMail
from complaints.models import Case, Contact, Party, Status
from feedback import responses
from feedback.models import (
    Anonymity,
    AskedPerson,
    Declined,
    Invitation,
    InvitationDecision,
    InvitationRule,
    InvitationToken,
    Survey,
)
from feedback.questionnaires import SCALES, in_language, parse
from feedback.sampling import Decision, Facts, decide, rate_for, send_moment
from feedback.surveys import latest_questionnaire

PURPOSE = "survey.invitation"
LOOKED_BACK_DAYS = 3
LOOKED_FOR = tuple(InvitationRule.Event)
# Channel whose contacts are asked about by each event of that kind.
CHANNELS_ASKED = {InvitationRule.Event.VISIT: "visit", InvitationRule.Event.CHAT_ENDED: "chatbot"}
SENT_AT_ONCE = 200
outbox.register_purpose(PURPOSE, gettext_lazy("Invitation to a survey"))

SUBJECTS = {"et": "Palun hinnake meie teenindust", "en": "Please rate our service", "ru": "Пожалуйста, оцените наше обслуживание"}  # fmt: skip
REMINDERS = {"et": "Meeldetuletus: palun hinnake meie teenindust", "en": "A reminder: please rate our service", "ru": "Напоминание: оцените наше обслуживание"}  # fmt: skip


T = TypeVar("T")


@dataclass(frozen=True)
class Event:
    """Something that happened with a client and may be asked about: a case came to its end, or a contact to its own."""

    key: str
    at: datetime
    of: Case | Contact

    @property
    def party(self) -> Party | None:
        return self.of.party

    @property
    def case(self) -> Case | None:
        return self.of if isinstance(self.of, Case) else self.of.case

    @property
    def contact(self) -> Contact | None:
        return self.of if isinstance(self.of, Contact) else None

    @property
    def frozen(self) -> dict[str, Any]:
        """What the answer will be counted under, as it is now."""
        one = self.of
        if isinstance(one, Case):
            return {"channel_id": one.channel_id, "service_id": one.service_id, "topic_id": one.topic_id, "unit_id": one.unit_id, "specialist_id": one.assignee_id}  # fmt: skip
        topic = reference.topics().get(one.topic_id)
        return {"channel_id": one.channel_id, "service_id": topic.service_id if topic else None, "topic_id": one.topic_id, "unit_id": one.unit_id, "specialist_id": one.handled_by_id}  # fmt: skip


def do_apart(deeds: Mapping[str, Callable[[], T]]) -> dict[str, T]:
    """Do each deed whatever becomes of the others, then raise what failed, together, each with its name as a note."""
    done: dict[str, T] = {}
    failed: list[Exception] = []
    for name, deed in deeds.items():
        try:
            done[name] = deed()
        except ExceptionGroup as errors:
            failed += errors.exceptions
        except Exception as error:
            error.add_note(name)
            failed.append(error)
    if failed:
        raise ExceptionGroup("Asking clients: not everything could be done.", failed)
    return done


# --- Deciding ---------------------------------------------------------------------------------------------------------
def event_of(one: Case | Contact, kind: str) -> Event:
    """A case closed, opened again and closed once more is a new event each time; a contact ends once."""
    if isinstance(one, Contact):
        return Event(f"{kind} {one.pk}", one.at, one)
    at = one.closed_at or one.answered_at or timezone.now()
    return Event(f"{kind} {one.pk} {one.reopened_count}", at, one)


def decide_event(*, kind: str, pk: int, now: datetime | None = None) -> list[InvitationDecision]:
    """Let every rule in force look at the event of the case, or of the contact, with this key."""
    rules = InvitationRule.objects.select_related("survey").filter(event=kind, is_active=True)
    rows = Contact.objects.kept().select_related("party", "case") if kind in CHANNELS_ASKED else Case.objects.select_related("party")  # fmt: skip
    one = rows.filter(pk=pk).first()
    if one is None:
        return []
    event, now = event_of(one, kind), now or timezone.now()
    made = do_apart({f"rule {rule.pk}": partial(apply_rule, rule=rule, event=event, now=now) for rule in rules})
    return [decision for decision in made.values() if decision is not None]


@transaction.atomic
def apply_rule(*, rule: InvitationRule, event: Event, now: datetime) -> InvitationDecision | None:
    """Decide one event by one rule, once; None where it was decided before.

    The person's row in the ledger is locked by their hash, so two events of one person cannot both invite.
    """
    if InvitationDecision.objects.filter(rule=rule, event_key=event.key).exists():
        return None
    party, frozen = event.party, event.frozen
    reach = reach_of(rule, party)
    if reach:
        lock_person(reach)
    channel = reference.channels()[frozen["channel_id"]]
    decision = decided(rule=rule, event=event, today=timezone.localdate(now))
    invitation = None
    if decision.is_invited and party is not None:
        invitation = invite(
            survey=rule.survey, rule=rule, party=party, case=event.case, contact=event.contact, address=reach, name=party.name, language=event.of.language,
            send_at=max(now, send_moment(timezone.localtime(event.at), delay_hours=rule.delay_hours, quiet_from=rule.quiet_from, quiet_until=rule.quiet_until)),
            expires_days=rule.expires_days, stratum=channel.code, reference_key=event.key, today=timezone.localdate(now), **frozen,
        )  # fmt: skip
    made = InvitationDecision(
        rule=rule, event_key=event.key, reason=decision.reason, draw=decision.draw, stratum=channel.code,
        channel_id=frozen["channel_id"], unit_id=frozen["unit_id"], invitation=invitation, at=now,
    )  # fmt: skip
    InvitationDecision.objects.bulk_create([made], ignore_conflicts=True)
    return made


def lock_person(reach: str) -> None:
    """Until the end of the transaction nobody else decides on this person, so that two cannot both invite."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [responses.person_hash(reach)])


def decided(*, rule: InvitationRule, event: Event, today: date, asked_on: Iterable[date] | None = None) -> Decision:
    """What the rule says of the event; writes nothing, so a rehearsal asks the same. `asked_on` stands for the ledger."""
    party = event.party
    reach = reach_of(rule, party)
    person = responses.person_hash(reach) if reach else ""
    facts = Facts(
        event_key=event.key, on=today, is_running=responses.is_running(rule.survey), meets_conditions=meets(rule, event),
        is_internal=party is not None and party.kind == Party.Kind.AGENCY, is_restricted=event.of.is_restricted,
        has_address=bool(reach),
        has_declined=bool(reach) and has_declined(reach),
        has_open_complaint=party is not None and has_open_complaint(party, but_not=event.case),
        asked_on=tuple(asked_of(person) if asked_on is None else asked_on),
    )  # fmt: skip
    stratum = reference.channels()[event.of.channel_id].code
    rate = rate_for(stratum, rate_percent=rule.rate_percent, stratum_rates=rule.stratum_rates)
    return decide(facts, rate=rate, salt=str(rule.pk))


def asked_of(person: str, *, but_not: str = "") -> list[date]:
    """Days on which the person was asked for anything, as the ledger has them."""
    found = AskedPerson.objects.filter(person_hash=person).exclude(reference=but_not) if person else AskedPerson.objects.none()  # fmt: skip
    return list(found.values_list("asked_on", flat=True))


def asked_of_each(persons: Collection[str]) -> dict[str, list[date]]:
    """The same for many at once; who was never asked is left out."""
    found: dict[str, list[date]] = {}
    for person, day in AskedPerson.objects.filter(person_hash__in=persons).values_list("person_hash", "asked_on"):
        found.setdefault(person, []).append(day)
    return found


def declined_among(persons: Collection[str]) -> set[str]:
    return set(Declined.objects.filter(person_hash__in=persons).values_list("person_hash", flat=True))


def has_declined(reach: str) -> bool:
    return Declined.objects.filter(person_hash=responses.person_hash(reach)).exists()


def reach_of(rule: InvitationRule, party: Party | None) -> str:
    """The e-mail address, or the number of somebody without one where the rule has people called."""
    if party is None:
        return ""
    if party.email and outbox.is_address(party.email):
        return party.email
    # In an anonymous survey nobody may be called: the caller would know who answered.
    return party.phone if rule.asks_by_phone and rule.survey.anonymity != Anonymity.ANONYMOUS else ""


def meets(rule: InvitationRule, event: Event) -> bool:
    """Kind, channel and topic, where the rule names any; a contact has the kind of its case, if any."""
    wanted = {
        "kind_id": set(rule.kinds.values_list("pk", flat=True)), "channel_id": set(rule.channels.values_list("pk", flat=True)),
        "topic_id": set(rule.topics.values_list("pk", flat=True)),
    }  # fmt: skip
    if wanted["topic_id"]:
        wanted["topic_id"] = set().union(*(reference.topic_subtree_ids(pk) for pk in wanted["topic_id"]))
    found = {"kind_id": event.case.kind_id if event.case else None, "channel_id": event.of.channel_id, "topic_id": event.of.topic_id}  # fmt: skip
    return all(not ids or found[name] in ids for name, ids in wanted.items())


def has_open_complaint(party: Party, *, but_not: Case | None) -> bool:
    found = Case.objects.open().filter(party=party, complaint__isnull=False)
    return (found.exclude(pk=but_not.pk) if but_not else found).exists()


def invite(*, survey: Survey, party: Party | None, case: Case | None, address: str, name: str, language: str, send_at: datetime, expires_days: int, stratum: str, reference_key: str, today: date, rule: InvitationRule | None = None, contact: Contact | None = None, by=None, **frozen: Any) -> Invitation:  # fmt: skip
    """Plan an invitation with what it is counted under (`frozen`), and write the person into the ledger."""
    by_phone = "@" not in address
    invitation = Invitation.objects.create(
        survey=survey, rule=rule, party=party, case=case, contact=contact, name=name, address="" if by_phone else address, phone=address if by_phone else "",
        way=Invitation.Way.PHONE if by_phone else Invitation.Way.MAIL, language=language if language in ("et", "en", "ru") else "et",
        stratum=stratum, send_at=send_at, expires_on=timezone.localdate(send_at) + timedelta(days=expires_days), created_by=by, **frozen,
    )  # fmt: skip
    AskedPerson.objects.bulk_create(
        [AskedPerson(person_hash=responses.person_hash(address), asked_on=today, reference=reference_key[:80])],
        ignore_conflicts=True,
    )  # fmt: skip
    return invitation


def undecided(rule: InvitationRule, *, since: datetime) -> QuerySet:
    """Cases or contacts with an event of the rule's kind since then that it has not looked at; named as `event_of` does."""
    looked_at = InvitationDecision.objects.filter(rule=rule, event_key=OuterRef("event_key"))
    if rule.event in CHANNELS_ASKED:
        key = Concat(Value(f"{rule.event} "), Cast("pk", CharField()))
        return contacts_asked(rule).filter(at__gte=since).annotate(event_key=key).exclude(Exists(looked_at))
    happened = (
        Q(complaint__decision_letter__at__gte=since)
        if rule.event == InvitationRule.Event.COMPLAINT_DECIDED
        else Q(status=Status.CLOSED, closed_at__gte=since)
    )
    key = Concat(Value(f"{rule.event} "), Cast("pk", CharField()), Value(" "), Cast("reopened_count", CharField()))
    return Case.objects.select_related("party").filter(happened).annotate(event_key=key).exclude(Exists(looked_at))


def contacts_asked(rule: InvitationRule) -> QuerySet[Contact]:
    """Contacts of the channel that the rule's event speaks of."""
    kept = Contact.objects.kept().select_related("party", "case")
    return kept.filter(channel__code=CHANNELS_ASKED[InvitationRule.Event(rule.event)], direction=Contact.Direction.IN)


def decide_missed(*, now: datetime) -> int:
    """Events whose signal was lost: of the last days, since the rule is in force, and not looked at by it."""
    deeds = {}
    for rule in InvitationRule.objects.select_related("survey").filter(is_active=True, event__in=LOOKED_FOR):
        for one in undecided(rule, since=max(now - timedelta(days=LOOKED_BACK_DAYS), rule.created_at)):
            event = event_of(one, rule.event)
            deeds[f"rule {rule.pk}, {event.key}"] = partial(apply_rule, rule=rule, event=event, now=now)
    return sum(decision is not None for decision in do_apart(deeds).values())


@dataclass(frozen=True)
class Rehearsal:
    """What a rule would have done with the events of some days: how many by reason."""

    counts: dict[str, int]
    events: int


def rehearse(*, rule: InvitationRule, first: date, last: date, most: int = 2000) -> Rehearsal:
    """The rule over the events of these days in their order, each on its own day and as if nobody had asked by it yet.

    What the rule really asked of an event is left out of the ledger, and whom the rehearsal would ask is put in.
    """
    counts: Counter[str] = Counter()
    asked: dict[str, list[date]] = defaultdict(list)
    latest = (event_of(one, rule.event) for one in happened_between(rule, first=first, last=last)[:most])
    for event in sorted(latest, key=lambda event: event.at):
        reach, on = reach_of(rule, event.party), timezone.localdate(event.at)
        person = responses.person_hash(reach) if reach else ""
        decision = decided(rule=rule, event=event, today=on, asked_on=[*asked_of(person, but_not=event.key), *asked[person]])  # fmt: skip
        counts[decision.reason] += 1
        if decision.is_invited:
            asked[person].append(on)
    return Rehearsal(dict(counts), counts.total())


def happened_between(rule: InvitationRule, *, first: date, last: date) -> QuerySet:
    """Cases or contacts with an event of the rule's kind on these days, the latest first."""
    if rule.event in CHANNELS_ASKED:
        return contacts_asked(rule).filter(on__range=(first, last)).order_by("-at", "-pk")
    happened = (
        Q(complaint__decided_on__range=(first, last))
        if rule.event == InvitationRule.Event.COMPLAINT_DECIDED
        else Q(status=Status.CLOSED, closed_on__range=(first, last))
    )
    return Case.objects.select_related("party").filter(happened).order_by("-closed_on", "-pk")


# --- Sending ----------------------------------------------------------------------------------------------------------
def send_due(*, now: datetime) -> int:
    """Hand every invitation whose time has come to the outbox; a round that dies is gone on with."""
    due = Invitation.objects.filter(state=Invitation.State.PLANNED, way=Invitation.Way.MAIL, send_at__lte=now)
    pks = due.order_by("send_at", "pk").values_list("pk", flat=True)[:SENT_AT_ONCE]
    return sum(do_apart({f"invitation {pk}": partial(send_one, pk=pk, now=now) for pk in pks}).values())


@transaction.atomic
def send_one(*, pk: int, now: datetime) -> bool:
    """Whether a letter was queued. What may not be sent any more is cancelled."""
    invitation = (
        Invitation.objects.select_for_update(of=("self",), skip_locked=True).select_related("survey", "rule", "contact")
        .filter(pk=pk, state=Invitation.State.PLANNED).first()
    )  # fmt: skip
    if invitation is None:
        return False
    is_over = invitation.expires_on < timezone.localdate(now) or not responses.is_running(invitation.survey)
    is_undone = invitation.contact is not None and invitation.contact.undone_at is not None
    if is_over or is_undone or has_declined(invitation.address):
        invitation.state = Invitation.State.CANCELLED
        invitation.save(update_fields=["state"])
        return False
    queue_letter(invitation, subjects=SUBJECTS, once_key=f"invitation-{invitation.pk}", now=now)
    invitation.state, invitation.sent_at = Invitation.State.SENT, now
    invitation.next_reminder_on = next_reminder(invitation)
    invitation.save(update_fields=["state", "sent_at", "next_reminder_on"])
    return True


def queue_letter(invitation: Invitation, *, subjects: dict[str, str], once_key: str, now: datetime) -> OutgoingMail:
    """The letter with a token of its own; only the token's hash stays here, and the outbox wipes the letter once sent."""
    token, token_hash = secret_links.new_token(responses.TOKEN_PURPOSE)
    InvitationToken.objects.create(invitation=invitation, token_hash=token_hash, expires_on=invitation.expires_on)
    language = invitation.language
    site = settings.SITE_URL.rstrip("/")
    link = site + reverse("feedback:answer_token", args=[token])
    questionnaire = latest_questionnaire(invitation.survey)
    form = parse(questionnaire.content) if questionnaire else None
    first = next((question for question in form.questions() if question.measures), None) if form else None
    marks = range(SCALES[first.type][0], SCALES[first.type][1] + 1) if first else ()
    context = {
        "link": link, "decline": site + reverse("feedback:answer_decline_token", args=[token]), "language": language,
        "title": in_language(form.title, language) if form else invitation.survey.title_et,
        "intro": in_language(form.intro, language) if form else "", "question": in_language(first.text, language) if first else "",
        "marks": [(mark, f"{link}?{first.code}={mark}") for mark in marks] if first else [],
        "may_have_answered": invitation.survey.anonymity == Anonymity.ANONYMOUS and invitation.reminders_sent > 0,
        "case": invitation.case, "until": f"{invitation.expires_on:%d.%m.%Y}", "agency_name": settings.AGENCY_NAME,
    }  # fmt: skip
    return outbox.queue_mail(
        to=invitation.address, subject=subjects.get(language, subjects["et"]), purpose=PURPOSE, secret=True, once_key=once_key,
        text=render_to_string("feedback/email/invitation.txt", context), html=render_to_string("feedback/email/invitation.html", context),
        about=outbox.About("feedback.invitation", invitation.pk, invitation.survey.title_et[:120]),
    )  # fmt: skip


def next_reminder(invitation: Invitation) -> date | None:
    days = invitation.rule.reminder_days if invitation.rule else []
    if invitation.reminders_sent >= len(days) or invitation.sent_at is None:
        return None
    wanted = timezone.localdate(invitation.sent_at) + timedelta(days=sorted(days)[invitation.reminders_sent])
    return wanted if wanted <= invitation.expires_on else None


def remind_due(*, now: datetime) -> int:
    """Remind those who have not answered; in an anonymous survey everybody, since nothing may tell who has."""
    today = timezone.localdate(now)
    due = Invitation.objects.filter(state=Invitation.State.SENT, next_reminder_on__lte=today)
    pks = due.order_by("next_reminder_on", "pk").values_list("pk", flat=True)[:SENT_AT_ONCE]
    return sum(do_apart({f"reminder of invitation {pk}": partial(remind, pk=pk, now=now) for pk in pks}).values())


@transaction.atomic
def remind(*, pk: int, now: datetime) -> bool:
    """Whether a reminder was queued.

    That a letter left, a way in was made or a reminder counted would each tell of an anonymous invitation whether it was
    used. So all of them are reminded, and the letter thanks whoever has answered.
    """
    invitation = (
        Invitation.objects.select_for_update(of=("self",), skip_locked=True).select_related("survey", "rule")
        .filter(pk=pk, state=Invitation.State.SENT, next_reminder_on__lte=timezone.localdate(now)).first()
    )  # fmt: skip
    if invitation is None:
        return False
    wanted = responses.is_running(invitation.survey) and not has_declined(invitation.address)
    if wanted:
        invitation.reminders_sent += 1
        queue_letter(invitation, subjects=REMINDERS, once_key=f"invitation-{pk}-{invitation.reminders_sent}", now=now)
    invitation.next_reminder_on = next_reminder(invitation) if wanted else None
    invitation.save(update_fields=["reminders_sent", "next_reminder_on"])
    return wanted


def settle(*, now: datetime) -> dict[str, int]:
    """Invitations whose first letter was refused leave the denominator; those past their day are over.

    A refused reminder changes nothing: the letter before it arrived.
    """
    today = timezone.localdate(now)
    refused = OutgoingMail.objects.filter(
        purpose=PURPOSE, state=OutgoingMail.State.FAILED, object_type="feedback.invitation",
        once_key=Concat(Value("invitation-"), Cast("object_id", CharField())), created_at__gte=now - timedelta(days=30),
    )  # fmt: skip
    failed = Invitation.objects.filter(
        pk__in=refused.values("object_id"), state=Invitation.State.SENT,
    ).update(state=Invitation.State.FAILED, next_reminder_on=None)  # fmt: skip
    by_mail = Q(way=Invitation.Way.MAIL, state=Invitation.State.SENT) & ~Q(survey__anonymity=Anonymity.ANONYMOUS)
    by_phone = Q(way=Invitation.Way.PHONE, state__in=(Invitation.State.PLANNED, Invitation.State.SENT))
    over = Invitation.objects.filter(by_mail | by_phone, expires_on__lt=today)
    return {"failed": failed, "expired": over.update(state=Invitation.State.EXPIRED, next_reminder_on=None)}


def do_round(*, now: datetime) -> None:
    """What the timetable does each minute."""
    do_apart({
        "decide": partial(decide_missed, now=now), "send": partial(send_due, now=now), "remind": partial(remind_due, now=now),
        "settle": partial(settle, now=now),
        "remove old forms": partial(responses.remove_old_unfinished, today=timezone.localdate(now)),
    })  # fmt: skip


# --- Deeds on invitations and rules -----------------------------------------------------------------------------------
@transaction.atomic
def save_rule(*, rule: InvitationRule, by, kinds: Iterable = (), channels: Iterable = (), topics: Iterable = ()) -> InvitationRule:  # fmt: skip
    is_new = rule.pk is None
    rule.save()
    for name, wanted in (("kinds", kinds), ("channels", channels), ("topics", topics)):
        getattr(rule, name).set(wanted)
    record("survey.rule_added" if is_new else "survey.rule_changed", by=by, on=rule.survey, label=rule.survey.title_et, event=rule.event, rate=rule.rate_percent)  # fmt: skip
    return rule


@transaction.atomic
def stop_rule(*, rule: InvitationRule, by) -> InvitationRule:
    held = InvitationRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    if held.is_active:
        held.is_active = False
        held.save(update_fields=["is_active"])
        record("survey.rule_stopped", by=by, on=held.survey, label=held.survey.title_et, event=held.event)
    return held


@transaction.atomic
def cancel(*, invitation: Invitation, by) -> Invitation:
    held = Invitation.objects.select_for_update(of=("self",)).select_related("survey").get(pk=invitation.pk)
    if held.state == Invitation.State.PLANNED:
        held.state = Invitation.State.CANCELLED
        held.save(update_fields=["state"])
        record("survey.invitation_cancelled", by=by, on=held.survey, label=held.survey.title_et, invitation=held.pk)
    return held
