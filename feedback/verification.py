"""Proof that surveys, invitations, answers and follow-ups agree with themselves and that anonymous answers lead nowhere."""

from django.conf import settings
from django.utils.translation import gettext_lazy

from bureau.working_calendar import CalendarGap
from complaints.verification import check, count_of, labels, rows_of
from feedback.follow_ups import due_day
from feedback.models import FollowUp, Questionnaire
from feedback.surveys import hash_of

ANONYMITY = gettext_lazy("No anonymous answer leads to an invitation, a person, a moment or a foreign row")


@check("anonymous_leads_nowhere", ANONYMITY)
def anonymous_leads_nowhere() -> tuple[int, list[str]]:
    """The constraints of the table once more, and the links that could be made around them."""
    wrong = rows_of(
        """
        SELECT s.code, 'answer', r.id FROM feedback_response r JOIN feedback_survey s ON s.id = r.survey_id
         WHERE r.anonymity = 'anonymous' AND (r.answered_at IS NOT NULL OR r.invitation_id IS NOT NULL OR r.specialist_id IS NOT NULL
               OR r.foreign_data IS NOT NULL OR EXISTS (SELECT FROM feedback_confidentiallink l WHERE l.response_id = r.id)
               OR EXISTS (SELECT FROM feedback_followup f WHERE f.response_id = r.id AND f.why <> 'flagged'))
        UNION ALL
        SELECT s.code, 'invitation', NULL FROM feedback_invitation i JOIN feedback_survey s ON s.id = i.survey_id
         WHERE s.anonymity = 'anonymous' AND i.state = 'answered'
        """
    )
    (count,) = rows_of("SELECT count(*) FROM feedback_response WHERE anonymity = 'anonymous'")[0]
    return count, labels(wrong)


@check("answers_follow_survey", gettext_lazy("Every answer keeps the anonymity that its survey was published with"))
def answers_follow_survey() -> tuple[int, list[str]]:
    wrong = rows_of(
        """
        SELECT s.code, r.id FROM feedback_response r JOIN feedback_survey s ON s.id = r.survey_id
          JOIN feedback_questionnaire q ON q.id = r.questionnaire_id
         WHERE r.anonymity <> s.anonymity OR q.survey_id <> r.survey_id
        """
    )
    return count_of("feedback_response"), labels(wrong)


@check("questionnaires_unchanged", gettext_lazy("Every published version of a questionnaire is as it was published"))
def questionnaires_unchanged() -> tuple[int, list[str]]:
    found = list(Questionnaire.objects.select_related("survey"))
    return len(found), [f"{one.survey.code} {one.number}" for one in found if hash_of(one.content) != one.content_hash]


@check(
    "invitations_agree",
    gettext_lazy("Every invitation that was answered has its answer, and every one sent its moment"),
)
def invitations_agree() -> tuple[int, list[str]]:
    wrong = rows_of(
        """
        SELECT s.code, i.id, i.state FROM feedback_invitation i JOIN feedback_survey s ON s.id = i.survey_id
         WHERE (i.state = 'answered' AND s.anonymity <> 'anonymous'
                AND NOT EXISTS (SELECT FROM feedback_response r WHERE r.invitation_id = i.id)
                AND NOT EXISTS (SELECT FROM feedback_confidentiallink l WHERE l.invitation_id = i.id))
            OR (i.state IN ('planned', 'cancelled', 'failed', 'expired', 'unreached', 'declined')
                AND EXISTS (SELECT FROM feedback_response r WHERE r.invitation_id = i.id))
            OR (i.way = 'mail' AND i.state IN ('sent', 'answered', 'expired') AND i.sent_at IS NULL)
            OR (i.state = 'unreached' AND i.tries = 0)
        """
    )
    return count_of("feedback_invitation"), labels(wrong)


@check(
    "invited_stand_in_ledger",
    gettext_lazy("Whoever a rule invited stands among its decisions once and in the ledger of those asked"),
)
def invited_stand_in_ledger() -> tuple[int, list[str]]:
    wrong = rows_of(
        """
        SELECT d.rule_id, d.event_key, 'not in the ledger' FROM feedback_invitationdecision d
         WHERE d.reason = 'invited' AND NOT EXISTS (SELECT FROM feedback_askedperson a WHERE a.reference = left(d.event_key, 80))
        UNION ALL
        SELECT i.rule_id, i.id::text, 'no decision' FROM feedback_invitation i
         WHERE i.rule_id IS NOT NULL AND NOT EXISTS (SELECT FROM feedback_invitationdecision d WHERE d.invitation_id = i.id)
        """
    )
    return count_of("feedback_invitationdecision"), labels(wrong)


@check("follow_ups_due", gettext_lazy("Every open follow-up is due two working days after its answer"))
def follow_ups_due() -> tuple[int, list[str]]:
    """Of the open ones: a calendar changed since leaves what has ended as it was."""
    found = list(FollowUp.objects.filter(state__in=["new", "contacted"]).values_list("number", "created_on", "due_on"))
    wrong = []
    for number, created_on, due_on in found:
        try:
            if due_day(created_on) != due_on:
                wrong.append(f"{number}: {due_on}, {due_day(created_on)}")
        except CalendarGap:
            wrong.append(f"{number}: {created_on}")
    return len(found), wrong


@check(
    "follow_ups_reached",
    gettext_lazy("Nobody counts as contacted whose follow-up never opened the link to the client"),
)
def follow_ups_reached() -> tuple[int, list[str]]:
    wrong = rows_of(
        """
        SELECT f.number, f.contacted_on FROM feedback_followup f
          JOIN feedback_confidentiallink l ON l.response_id = f.response_id
         WHERE f.contacted_on IS NOT NULL AND f.identity_opened_on IS NULL
           AND NOT EXISTS (SELECT FROM feedback_contactwish w WHERE w.follow_up_id = f.number)
        """
    )
    return count_of("feedback_followup"), labels(wrong)


@check(
    "follow_ups_follow_deeds",
    gettext_lazy("Every follow-up counts as contacted on the day on which somebody noted it"),
)
def follow_ups_follow_deeds() -> tuple[int, list[str]]:
    """By the first deed that moved it there; what came with a demo bears no such deed, but still says a day when contacted."""
    wrong = rows_of(
        """
        SELECT f.number, f.contacted_on, said.day FROM feedback_followup f
          LEFT JOIN LATERAL (
               SELECT (d.at AT TIME ZONE %s)::date AS day, d.data ->> 'old' AS old FROM bureau_deed d
                WHERE d.object_type = 'feedback.followup' AND d.object_id = f.number AND d.action = 'follow_up.moved'
                  AND d.data ->> 'new' IN ('contacted', 'resolved')
                ORDER BY d.id LIMIT 1) said ON true
         WHERE said.old = 'new' AND f.contacted_on IS DISTINCT FROM said.day
            OR f.state IN ('contacted', 'resolved') AND f.contacted_on IS NULL
            OR f.state = 'new' AND f.contacted_on IS NOT NULL
        """,
        [settings.TIME_ZONE],
    )
    return count_of("feedback_followup"), labels(wrong)
