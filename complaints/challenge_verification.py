"""Proof that challenges agree with their moves, terms and clocks."""

from django.utils.translation import gettext_lazy

from complaints.verification import check, count_of, labels, rows_of


@check("challenges_follow_moves", gettext_lazy("Every challenge stands where its last move put it"))
def challenges_follow_moves() -> tuple[int, list[str]]:
    wrong = rows_of(
        """
        SELECT c.number, h.stage, m.new FROM complaints_challenge h JOIN complaints_case c ON c.id = h.case_id
          LEFT JOIN LATERAL (SELECT new FROM complaints_challengemove WHERE challenge_id = h.case_id
                              ORDER BY id DESC LIMIT 1) m ON true
         WHERE m.new IS DISTINCT FROM h.stage
        """
    )
    return count_of("complaints_challenge"), labels(wrong)
