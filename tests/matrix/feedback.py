"""What comes in from elsewhere, answering, sending, results and follow-ups."""

import uuid

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from bureau.models import Job
from feedback import recipient_lists
from feedback.answer_import import AnswerMapping, as_parameters
from feedback.models import ConfidentialLink, InvitationRule, OpenLink
from feedback.recipient_lists import Sending
from tests.factories.feedback import (
    FollowUpFactory,
    InvitationFactory,
    OpenAnswerFactory,
    QuestionnaireFactory,
    ResponseFactory,
    SurveyFactory,
)
from tests.matrix import Row

MAKERS = "peeter jaan"
READERS = "peeter jaan tiina kai"
FOLLOWERS = "mari peeter jaan kai"


def running(people, **more):
    survey = SurveyFactory(published=True, **more)
    QuestionnaireFactory(survey=survey)
    return survey


def survey(people):
    return {"code": running(people).code}


def import_job(people, kind, state):
    found = running(people)
    mapping = AnswerMapping(survey=found.code, source="x", day="kuupäev", questions={"satisfaction": "hinne"})
    job = Job(kind=kind, title="Import", state=state, parameters={"survey": found.pk, "mapping": as_parameters(mapping)})  # fmt: skip
    if state == "done":
        job.finished_at = timezone.now()
    job.input_file.save("a.csv", ContentFile("kuupäev;hinne\n22.11.2025;5\n".encode()), save=False)
    return job


def setup(people):
    """An import being prepared by everybody at once, so that each opens an own one."""
    job = import_job(people, "answer_setup", "prepared")
    job.owner = people.jaan
    job.save()
    return {"public_id": job.public_id}


def finished_import(people):
    job = import_job(people, "answer_import", "done")
    job.owner = people.jaan
    job.save()
    return {"public_id": job.public_id}


def open_link(people):
    found = running(people)
    link = OpenLink.objects.create(survey=found, key=f"lett{found.pk}", label="Lett")
    return {"code": found.code, "key": link.key}


def rule(people):
    found = running(people)
    return {"code": found.code, "pk": InvitationRule.objects.create(survey=found, event="case_closed").pk}


def planned(people):
    found = running(people)
    return {"code": found.code, "pk": InvitationFactory(survey=found, state="planned").pk}


def written(people):
    found = running(people)
    response = ResponseFactory(questionnaire=found.questionnaires.get(), unit=people.forest_unit)
    return {"code": found.code, "pk": OpenAnswerFactory(response=response).pk}


def follow_up(people):
    """Of the forest department; Mari owns it."""
    response = ResponseFactory(questionnaire=running(people).questionnaires.get(), unit=people.forest_unit)
    return {"pk": FollowUpFactory(response=response, unit=people.forest_unit, owner=people.mari).pk}


def linked_follow_up(people):
    """Of a confidential answer that leads to the client; Mari owns it."""
    response = ResponseFactory(
        questionnaire=running(people).questionnaires.get(), unit=people.forest_unit, way="invitation"
    )
    ConfidentialLink.objects.create(
        response=response, invitation=InvitationFactory(survey=response.survey, state="answered")
    )
    return {"pk": FollowUpFactory(response=response, unit=people.forest_unit, owner=people.mari).pk}


def foreign_follow_up(people):
    response = ResponseFactory(questionnaire=running(people).questionnaires.get(), unit=people.water_unit)
    return {"pk": FollowUpFactory(response=response, unit=people.water_unit, owner=people.liis).pk}


def recipients(people):
    found = running(people)
    file = SimpleUploadedFile("n.csv", b"E-post\nklient@example.com\n")
    job = recipient_lists.begin(survey=found, file=file, file_name="n.csv", sending=Sending(), by=people.jaan)
    return {"code": found.code, "public_id": job.public_id}


OBJECTS = {
    "kysib": survey, "recipients": recipients, "answer_setup": setup, "finished_answers": finished_import, "open_link": open_link, "sending_rule": rule,
    "planned_invitation": planned, "written_answer": written, "follow_up": follow_up, "linked_follow_up": linked_follow_up, "foreign_follow_up": foreign_follow_up,
}  # fmt: skip

QUESTIONNAIRE = b"""<?xml version="1.0"?><document><LimeSurveyDocType>Group</LimeSurveyDocType><languages><language>et</language></languages>
<groups><rows><row><gid>1</gid><group_name>Osa</group_name><language>et</language></row></rows></groups>
<questions><rows><row><qid>1</qid><parent_qid>0</parent_qid><gid>1</gid><type>5</type><title>Q1</title><question>Kuidas?</question><language>et</language></row></rows></questions></document>"""  # noqa: E501
RULE = {
    "event": "case_closed", "rate_percent": 50, "delay_hours": 24, "quiet_from": "20:00", "quiet_until": "08:00", "expires_days": 14,
}  # fmt: skip
COLUMNS = {"source": "x", "day": "kuupäev", "day_format": "%d.%m.%Y", "place_0": "hinne"}
JOBS_OF_OTHERS = {"peeter": 404}  # a chief specialist does not see the work of others
ONE_DOOR = {"anonymous": 404, "others": 404, "may": "", "answer": 404}


def file(name, content):
    return lambda people: {"file": SimpleUploadedFile(name, content)}


ROWS = [
    # Questionnaires and answers from elsewhere
    Row("feedback:questionnaire_import", may=MAKERS),
    Row("feedback:questionnaire_import", may=MAKERS, method="post", answer=302, data=file("a.lsg", QUESTIONNAIRE)),
    Row("feedback:questionnaire_report", may=MAKERS, of="kysib"),
    Row("feedback:answer_import_new", may=MAKERS, of="kysib"),
    Row(
        "feedback:answer_import_new",
        may=MAKERS,
        of="kysib",
        method="post",
        answer=302,
        data=file("a.csv", "kuupäev;hinne\n22.11.2025;5\n".encode()),
    ),  # fmt: skip
    Row("feedback:answer_import_columns", may="jaan", of="answer_setup", answers=JOBS_OF_OTHERS),
    Row(
        "feedback:answer_import_columns",
        may="jaan",
        of="answer_setup",
        method="post",
        answer=302,
        data=COLUMNS,
        answers=JOBS_OF_OTHERS,
    ),  # fmt: skip
    Row("feedback:answer_import_values", may="jaan", of="answer_setup", answers=JOBS_OF_OTHERS),
    Row(
        "feedback:answer_import_values",
        may="jaan",
        of="answer_setup",
        method="post",
        answer=302,
        data={"v0_0": "5"},
        answers=JOBS_OF_OTHERS,
    ),  # fmt: skip
    Row("feedback:answer_import_preview", may="jaan", of="answer_setup", answers=JOBS_OF_OTHERS),
    Row(
        "feedback:answer_import_preview",
        may="jaan",
        of="answer_setup",
        method="post",
        answer=302,
        data={"rehearse": "1"},
        answers=JOBS_OF_OTHERS,
    ),  # fmt: skip
    Row(
        "feedback:answer_import_discard",
        may="jaan",
        of="answer_setup",
        method="post",
        answer=302,
        answers=JOBS_OF_OTHERS,
    ),  # fmt: skip
    Row("feedback:answer_import_undo", may="jaan", of="finished_answers"),
    Row("feedback:answer_import_undo", may="jaan", of="finished_answers", method="post", answer=302),
    # Answering: a door that is no door looks the same to everybody
    Row("feedback:answer_form", **ONE_DOOR),
    Row("feedback:answer_thanks", **ONE_DOOR),
    Row("feedback:answer_decline", **ONE_DOOR),
    Row("feedback:answer_token", of=lambda people: {"token": "x" * 43}, **ONE_DOOR),
    Row("feedback:answer_decline_token", of=lambda people: {"token": "x" * 43}, **ONE_DOOR),
    Row("feedback:answer_open", of=lambda people: {"key": "pole"}, **ONE_DOOR),
    Row(
        "feedback:answer_open",
        of=lambda people: {"key": open_link(people)["key"]},
        may="all",
        answer=302,
        anonymous=302,
    ),  # fmt: skip
    Row("feedback:answer_preview", may=MAKERS, of="kysib"),
    Row(
        "feedback:answer_preview",
        may=MAKERS,
        of="kysib",
        method="post",
        data={"section": "main", "q-satisfaction": "5", "key": str(uuid.UUID(int=1))},
    ),  # fmt: skip
    # Sending
    Row("feedback:open_link_add", may=MAKERS, of="kysib"),
    Row(
        "feedback:open_link_add",
        may=MAKERS,
        of="kysib",
        method="post",
        answer=302,
        data={"label": "Lett", "hourly_limit": 9},
    ),  # fmt: skip
    Row("feedback:open_link_sheet", may=MAKERS, of="open_link"),
    Row("feedback:open_link_edit", may=MAKERS, of="open_link"),
    Row(
        "feedback:open_link_edit",
        may=MAKERS,
        of="open_link",
        method="post",
        answer=302,
        data={"label": "Koolimaja", "hourly_limit": "800"},
    ),  # fmt: skip
    Row("feedback:open_link_close", may=MAKERS, of="open_link", method="post", answer=302),
    Row("feedback:invitation_rules", may=MAKERS, of=lambda people: {"code": rule(people)["code"]}),
    Row("feedback:rule_add", may=MAKERS, of="kysib"),
    Row("feedback:rule_add", may=MAKERS, of="kysib", method="post", answer=302, data=RULE),
    Row("feedback:rule_edit", may=MAKERS, of="sending_rule"),
    Row("feedback:rule_edit", may=MAKERS, of="sending_rule", method="post", answer=302, data=RULE),
    Row("feedback:recipient_list_new", may=MAKERS, of="kysib"),
    Row(
        "feedback:recipient_list_new",
        may=MAKERS,
        of="kysib",
        method="post",
        answer=302,
        data=lambda people: {
            "file": SimpleUploadedFile("n.csv", b"E-post\nklient@example.com\n"),
            "rate_percent": "100",
            "expires_days": "21",
        },
    ),
    Row("feedback:recipient_list", may="jaan", of="recipients", answers=JOBS_OF_OTHERS),
    Row("feedback:recipient_list", may="jaan", of="recipients", method="post", answer=302, answers=JOBS_OF_OTHERS),
    Row(
        "feedback:recipient_list_discard",
        may="jaan",
        of="recipients",
        method="post",
        answer=302,
        answers=JOBS_OF_OTHERS,
    ),
    Row("feedback:rule_stop", may=MAKERS, of="sending_rule"),
    Row("feedback:rule_stop", may=MAKERS, of="sending_rule", method="post", answer=302),
    Row("feedback:invitation_list", may=MAKERS, of=lambda people: {"code": planned(people)["code"]}),
    Row("feedback:invitation_cancel", may=MAKERS, of="planned_invitation", method="post", answer=302),
    # Results
    Row("feedback:results", may=READERS, of=lambda people: {"code": written(people)["code"]}),
    Row("feedback:response_list", may=READERS, of=lambda people: {"code": written(people)["code"]}),
    Row("feedback:text_list", may=READERS, of=lambda people: {"code": written(people)["code"]}),
    Row("feedback:text_look", may=MAKERS, of="written_answer"),
    Row("feedback:text_look", may=MAKERS, of="written_answer", method="post", answer=302, data={"state": "withheld"}),
    Row(
        "feedback:answer_export",
        may="peeter jaan tiina",
        of=lambda people: {"code": written(people)["code"], "form": "csv"},
        method="post",
    ),
    Row(
        "feedback:answer_export",
        may="peeter jaan tiina",
        of=lambda people: {"code": written(people)["code"], "form": "xlsx"},
        method="post",
    ),
    Row(
        "feedback:answer_export",
        may="peeter jaan tiina",
        of=lambda people: {"code": written(people)["code"], "form": "sps"},
        method="post",
    ),
    # Follow-ups
    Row("feedback:follow_up_list", may=FOLLOWERS),
    Row("feedback:follow_up_detail", may=FOLLOWERS, of="follow_up"),
    Row("feedback:follow_up_detail", may="peeter jaan", of="foreign_follow_up", answers={"mari": 404, "kai": 404}),
    Row(
        "feedback:follow_up_detail",
        may=FOLLOWERS,
        of="follow_up",
        method="post",
        answer=302,
        data={"to": "contacted", "note": "Helistas ise tagasi."},
    ),  # fmt: skip
    Row(
        "feedback:follow_up_give",
        may="peeter jaan",
        of="follow_up",
        method="post",
        data=lambda people: {"owner": people.peeter.pk, "reason": "Tema piirkond"},
        answer=302,
    ),
    # The head of bureau, and the owner, who must reach the client: of this one Mari, of the other Liis.
    Row("feedback:follow_up_identity", may="mari jaan", of="follow_up"),
    Row("feedback:follow_up_identity", may="jaan", of="foreign_follow_up", answers={"mari": 404, "kai": 404}),
    Row(
        "feedback:follow_up_identity",
        may="mari jaan",
        of="linked_follow_up",
        method="post",
        data={"reason": "Palus ise ühendust võtta"},
    ),
    Row(
        "feedback:follow_up_identity",
        may="mari jaan",
        of="follow_up",
        method="post",
        answer=422,
        data={"reason": "Palus ise ühendust võtta"},
    ),
]
