"""Letters of a case that did not leave: sent again by whoever handles cases."""

from bureau.models import Channel, OutgoingMail
from complaints.models import Message
from tests.factories import CaseFactory, PartyFactory
from tests.matrix import Row


def failed_letter(restricted: bool):
    def make(people):
        case = CaseFactory(assignee=people.liis, restricted=restricted, party=PartyFactory(email="klient@example.ee"))
        message = Message.objects.create(
            case=case, direction="out", kind="reply", channel=Channel.objects.get(code="email"), recipient="vale@example.ee",
            body="Tere", author=people.liis,
        )  # fmt: skip
        OutgoingMail.objects.create(
            purpose="case.reply", to="vale@example.ee", subject="Tere", text="Tere", message_id=f"<{message.key}@example.ee>",
            state="failed", object_type="complaints.message", object_id=message.pk,
        )  # fmt: skip
        return {"number": case.number, "key": message.key}

    return make


OBJECTS = {
    "failed_letter_of_case": failed_letter(False),
    "failed_letter_of_restricted_case": failed_letter(True),
}

ROWS = [
    Row("complaints:case_letter_resend", may="mari peeter jaan", of="failed_letter_of_case", method="post", answer=302),
    Row(
        "complaints:case_letter_resend", may="peeter jaan", of="failed_letter_of_restricted_case", method="post",
        answer=302, answers={"mari": 404},
    ),
]  # fmt: skip
