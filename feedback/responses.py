"""Taking an answer in: once, whole, and with no more of the person than the survey's anonymity allows.

What leads from an answer to a person is decided here and held by constraints of the database: an identified survey keeps
the invitation with the answer, a confidential one in a table of its own, an anonymous one nowhere; there even the moment
is only a day, and that a token was used stands apart without a moment.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from bureau import secret_links
from bureau.audit import record
from bureau.refusals import DeedRefused
from feedback import follow_ups
from feedback.models import (
    Anonymity,
    ConfidentialLink,
    Declined,
    Invitation,
    InvitationToken,
    OpenAnswer,
    OpenLink,
    Questionnaire,
    Response,
    SpentToken,
    Survey,
    UnfinishedAnswer,
)
from feedback.questionnaires import parse, shown_questions
from feedback.scores import is_speeder, is_straight_liner

TOKEN_PURPOSE = "survey.answer"  # noqa: S105 - a name of a door, no secret
UNFINISHED_KEPT_DAYS = 14


class AlreadyAnswered(DeedRefused):
    """This invitation has its answer."""

    def __init__(self) -> None:
        super().__init__(_("This invitation has been answered already. Thank you."))


class NotOpen(DeedRefused):
    """The survey takes no answers now."""

    def __init__(self) -> None:
        super().__init__(_("This survey takes no answers any more."))


@dataclass(frozen=True, kw_only=True)
class Door:
    """By which way somebody comes to answer. `key_hash` names the visitor's unfinished form."""

    survey: Survey
    way: str
    key_hash: str
    invitation: Invitation | None = None
    token_hash: str = ""
    open_link: OpenLink | None = None
    entered_by: Any = None

    @property
    def is_test(self) -> bool:
        return self.way == Response.Way.PREVIEW


# --- Doors ------------------------------------------------------------------------------------------------------------
def door_of_token(token_hash: str) -> Door | None:
    """The invitation that this token opens today, or nothing. Whether it was used is asked apart: `is_spent`."""
    found = (
        InvitationToken.objects.select_related("invitation__survey")
        .filter(token_hash=token_hash, expires_on__gte=timezone.localdate())
        .first()
    )
    if found is None or found.invitation.state not in (Invitation.State.SENT, Invitation.State.ANSWERED):
        return None
    if not is_running(found.invitation.survey):
        return None
    return Door(
        survey=found.invitation.survey, way=Response.Way.INVITATION, key_hash=unfinished_key(f"i{found.invitation_id}"),
        invitation=found.invitation, token_hash=token_hash,
    )  # fmt: skip


def door_of_link(key: str, visitor: str) -> Door | None:
    link = OpenLink.objects.select_related("survey").filter(key=key, is_active=True).first()
    if link is None or (link.valid_to and link.valid_to < timezone.localdate()) or not is_running(link.survey):
        return None
    return Door(
        survey=link.survey,
        way=Response.Way.OPEN_LINK,
        key_hash=unfinished_key(f"o{link.pk}:{visitor}"),
        open_link=link,
    )


def is_running(survey: Survey) -> bool:
    return Survey.objects.running(timezone.localdate()).filter(pk=survey.pk).exists()


def is_spent(door: Door) -> bool:
    """Whether this door has had its answer. In an anonymous survey any token of the invitation being spent says so."""
    if door.invitation is None:
        return False
    if door.survey.anonymity == Anonymity.ANONYMOUS:
        return SpentToken.objects.filter(token_hash=invitation_mark(door.invitation)).exists()
    return door.invitation.state == Invitation.State.ANSWERED


def invitation_mark(invitation: Invitation) -> str:
    """What is kept of an anonymous invitation that was used: one mark for all its tokens, so a reminder opens no second."""
    return salted_hmac("feedback.spent", str(invitation.pk), algorithm="sha256").hexdigest()


def unfinished_key(door: str) -> str:
    return salted_hmac("feedback.unfinished", door, algorithm="sha256").hexdigest()


def person_hash(address: str) -> str:
    """By which an address or number is known again in the ledger of who was asked."""
    plain = "".join(address.split()).casefold()
    return salted_hmac("feedback.person", plain, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()


def token_hash_of(token: str) -> str:
    return secret_links.token_hash(token, TOKEN_PURPOSE) if secret_links.is_token_shaped(token) else ""


# --- Unfinished forms -------------------------------------------------------------------------------------------------
def unfinished_of(door: Door) -> UnfinishedAnswer | None:
    return UnfinishedAnswer.objects.select_related("questionnaire").filter(key_hash=door.key_hash).first()


@transaction.atomic
def keep_unfinished(
    *, door: Door, questionnaire: Questionnaire, submission_key: uuid.UUID, answers: Mapping[str, Any],
    texts: Mapping[str, str], language: str, section: str, now: datetime | None = None,
) -> UnfinishedAnswer:  # fmt: skip
    """Keep what was filled in so far; the key of the first page stays, so that sending twice gives one answer."""
    now = now or timezone.now()
    row, is_new = UnfinishedAnswer.objects.get_or_create(
        key_hash=door.key_hash,
        defaults={
            "survey": door.survey, "questionnaire": questionnaire, "submission_key": submission_key, "language": language,
            "section": section, "data": {"answers": dict(answers), "texts": dict(texts)}, "begun_at": now,
            "expires_on": timezone.localdate(now) + timedelta(days=UNFINISHED_KEPT_DAYS),
        },
    )  # fmt: skip
    if not is_new:
        row.data, row.language, row.section = {"answers": dict(answers), "texts": dict(texts)}, language, section
        row.save(update_fields=["data", "language", "section"])
    return row


def remove_old_unfinished(*, today) -> int:
    """Forms begun and never sent, after their days."""
    count, _by_model = UnfinishedAnswer.objects.filter(expires_on__lt=today).delete()
    return count


# --- The answer -------------------------------------------------------------------------------------------------------
@transaction.atomic
def submit(
    *, door: Door, questionnaire: Questionnaire, submission_key: uuid.UUID, answers: Mapping[str, Any],
    texts: Mapping[str, str], language: str = "et", seconds: int | None = None, now: datetime | None = None,
) -> Response:  # fmt: skip
    """Write one whole answer. The same `submission_key` gives the answer that it gave first, however often it is sent.

    `answers` and `texts` must be clean (`questionnaires.clean_answers`). Raises `AlreadyAnswered`, `NotOpen`.
    """
    known = Response.objects.filter(submission_key=submission_key).first()
    if known is not None:
        return known
    survey, now = door.survey, now or timezone.now()
    if not door.is_test and not is_running(survey):
        raise NotOpen
    refuse_entry(door)
    try:
        use_up(door)
    except AlreadyAnswered:
        # The same form sent twice at once: the first has been written meanwhile.
        known = Response.objects.filter(submission_key=submission_key).first()
        if known is None:
            raise
        return known
    anonymous = survey.anonymity == Anonymity.ANONYMOUS
    form = parse(questionnaire.content)
    shown = [question for _section, questions in shown_questions(form, dict(answers), texts) for question in questions]
    response = Response(
        submission_key=submission_key, survey=survey, questionnaire=questionnaire, anonymity=survey.anonymity, way=door.way,
        language=language, answers=dict(answers), answered_on=timezone.localdate(now), answered_at=None if anonymous else now,
        seconds=seconds, is_test=door.is_test,
        is_speeder=is_speeder(seconds, sum(question.type != "information" for question in shown)),
        is_straight_liner=is_straight_liner(answers[q.code] for q in shown if q.type == "matrix" and q.code in answers),
        invitation=door.invitation if survey.anonymity == Anonymity.IDENTIFIED else None, open_link=door.open_link,
        entered_by=door.entered_by, **frozen(door, anonymous=anonymous),
    )  # fmt: skip
    # Two at once with one key: the second waits for the first to commit, and finds its answer.
    Response.objects.bulk_create([response], ignore_conflicts=True)
    stored = Response.objects.get(submission_key=submission_key)
    if stored.pk != response.pk:
        return stored
    OpenAnswer.objects.bulk_create(OpenAnswer(response=stored, question=code, text=text) for code, text in texts.items())  # fmt: skip
    if survey.anonymity == Anonymity.CONFIDENTIAL and door.invitation is not None:
        ConfidentialLink.objects.create(response=stored, invitation=door.invitation)
    UnfinishedAnswer.objects.filter(key_hash=door.key_hash).delete()
    if door.entered_by is not None:
        record("survey.answered_for", by=door.entered_by, on=survey, label=survey.title_et)
    if not stored.is_test:
        follow_ups.open_for(response=stored, form=form, now=now)
    return stored


def frozen(door: Door, *, anonymous: bool) -> dict[str, Any]:
    """Under what the answer is counted: as it was when the invitation was made; never the specialist of an anonymous one."""
    if door.invitation is not None:
        source, names = (
            door.invitation,
            ["channel_id", "service_id", "topic_id", "unit_id", "specialist_id", "stratum"],
        )
    elif door.open_link is not None:
        source, names = door.open_link, ["channel_id", "service_id", "unit_id"]
    else:
        return {}
    return {name: getattr(source, name) for name in names if not (anonymous and name == "specialist_id")}


def refuse_entry(door: Door) -> None:
    """Whoever fills in for a client must not be the one the client speaks of, nor know whose an anonymous answer is."""
    by = door.entered_by
    if by is None or door.invitation is None:
        return
    if door.survey.anonymity == Anonymity.ANONYMOUS:
        raise DeedRefused(_("The survey is anonymous: nobody may fill it in for a person who is known."))
    if door.invitation.specialist_id == by.pk:
        raise DeedRefused(_("You worked on this client's matter yourself. Somebody else must call."))
    if door.invitation.specialist_id in by.rights.acting_for:
        raise DeedRefused(_("You act for the person who worked on this client's matter. Somebody else must call."))


def use_up(door: Door) -> None:
    """Mark the invitation as answered; in an anonymous survey only that its mark is spent."""
    if door.invitation is None:
        return
    if door.survey.anonymity == Anonymity.ANONYMOUS:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO feedback_spenttoken (token_hash, survey_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                [invitation_mark(door.invitation), door.survey.pk],
            )
            if cursor.rowcount == 0:
                raise AlreadyAnswered
        return
    held = Invitation.objects.select_for_update(of=("self",)).get(pk=door.invitation.pk)
    if held.state == Invitation.State.ANSWERED:
        raise AlreadyAnswered
    held.state, held.next_reminder_on = Invitation.State.ANSWERED, None
    held.sent_at = held.sent_at or timezone.now()
    held.save(update_fields=["state", "next_reminder_on", "sent_at"])


def mix_spent_tokens() -> int:
    """Write the marks of used tokens anew, in the order of their hashes, all by one transaction.

    The database keeps with every row the transaction that wrote it and where it lies; a mark and the anonymous answer
    written with it would be known by that. Done daily; a mark being mixed is at no moment missing to others.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "WITH old AS (DELETE FROM feedback_spenttoken RETURNING token_hash, survey_id) "
            "SELECT token_hash, survey_id FROM old ORDER BY token_hash"
        )
        rows = cursor.fetchall()
        SpentToken.objects.bulk_create([SpentToken(token_hash=mark, survey_id=survey) for mark, survey in rows], batch_size=5000)  # fmt: skip
    return len(rows)


@transaction.atomic
def decline(*, invitation: Invitation, today) -> None:
    """The person does not want to be asked any more, by any survey or group."""
    for address in (invitation.address, invitation.phone):
        if address:
            Declined.objects.get_or_create(person_hash=person_hash(address), defaults={"declined_on": today})
