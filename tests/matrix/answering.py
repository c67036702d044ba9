"""Answers filled in for clients on the telephone."""

from tests.factories.feedback import InvitationFactory, QuestionnaireFactory, SurveyFactory
from tests.matrix import Row

CALLERS = "mari peeter jaan"


def call(people, specialist=None):
    survey = SurveyFactory(published=True)
    QuestionnaireFactory(survey=survey)
    return {"pk": InvitationFactory(survey=survey, way="phone", address="", phone="5551234", specialist=specialist).pk}


OBJECTS = {"call": call}

ROWS = [
    Row("feedback:phone_list", may=CALLERS),
    Row("feedback:phone_answer", may=CALLERS, of="call"),
    Row(
        "feedback:phone_answer",
        may=CALLERS,
        of="call",
        method="post",
        answer=302,
        data={"section": "main", "q-satisfaction": "5"},
    ),  # fmt: skip
    Row("feedback:phone_answer", may="peeter jaan", of=lambda people: call(people, people.mari)),
    Row("feedback:phone_outcome", may=CALLERS, of="call", method="post", data={"outcome": "not_reached"}, answer=302),
]
