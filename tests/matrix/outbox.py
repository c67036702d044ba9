"""Outgoing mail: who keeps the house sees how letters fare."""

from django.utils import timezone

from bureau.models import OutgoingMail
from tests.matrix import Row

KEEPERS = "jaan admin_user"


def letter(state):
    def make(_people):
        mail = OutgoingMail.objects.create(
            purpose="notice.digest", to="client@example.ee", subject="Tere", text="Tere", message_id=f"<{state}@example.ee>",
            state=state, sent_at=timezone.now() if state == "sent" else None,
        )  # fmt: skip
        return {"public_id": mail.public_id}

    return make


OBJECTS = {f"{state}_letter": letter(state) for state in ("queued", "sent", "failed", "uncertain")}

ROWS = [
    Row("bureau:outgoing_mail_list", may=KEEPERS),
    Row("bureau:outgoing_mail_list", may=KEEPERS, query="?state=attention&purpose=notice.digest"),
    Row("bureau:outgoing_mail_detail", may=KEEPERS, of="sent_letter"),
    Row("bureau:outgoing_mail_detail", may=KEEPERS, of="uncertain_letter"),
    Row("bureau:outgoing_mail_retry", may=KEEPERS, of="failed_letter"),
    Row("bureau:outgoing_mail_retry", may=KEEPERS, of="failed_letter", method="post", answer=302),
    Row("bureau:outgoing_mail_cancel", may=KEEPERS, of="queued_letter"),
    Row("bureau:outgoing_mail_cancel", may=KEEPERS, of="queued_letter", method="post", answer=302),
    Row("bureau:outgoing_mail_confirm", may=KEEPERS, of="uncertain_letter"),
    Row("bureau:outgoing_mail_confirm", may=KEEPERS, of="uncertain_letter", method="post", answer=302),
]
