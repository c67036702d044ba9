"""Ten thousand answers from fifty clients at once, every fifth sent twice: none lost, none doubled.

Takes a minute or two: `ONLY=fast` leaves it out.
"""

import threading
import uuid

import pytest
from django.db import connections

from feedback.models import Response
from feedback.responses import Door, submit
from tests.factories.feedback import QuestionnaireFactory, SurveyFactory

CLIENTS, EACH = 50, 200


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_ten_thousand_answers_are_kept_once_each():
    survey = SurveyFactory(published=True, anonymous=True)
    questionnaire = QuestionnaireFactory(survey=survey)
    keys = [[uuid.uuid4() for _n in range(EACH)] for _client in range(CLIENTS)]
    failures = []

    def client(own):
        try:
            for number, key in enumerate(own):
                door = Door(survey=survey, way="open_link", key_hash=str(key))
                for _retry in range(2 if number % 5 == 0 else 1):
                    submit(
                        door=door,
                        questionnaire=questionnaire,
                        submission_key=key,
                        texts={},
                        answers={"satisfaction": 1 + number % 5},
                    )
        except Exception as fault:
            failures.append(fault)
        finally:
            connections.close_all()

    # The first key of each client is also sent by its neighbour, at the same time.
    threads = [threading.Thread(target=client, args=([*own, keys[at - 1][0]],)) for at, own in enumerate(keys)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert set(Response.objects.values_list("submission_key", flat=True)) == {key for own in keys for key in own}
    assert Response.objects.count() == CLIENTS * EACH
