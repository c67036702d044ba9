"""Who sees the dashboard."""

from tests.matrix import Row

ROWS = [
    Row("quality:dashboard", may="peeter jaan tiina kai"),
    Row("quality:dashboard", may="peeter jaan tiina kai", query="?period=year&compare=year"),
    Row("quality:dashboard", may="peeter jaan tiina kai", headers={"HX-Request": "true"}),
    Row("quality:dashboard_wall", may="peeter jaan tiina"),
    Row("quality:dashboard_arrange", may="peeter jaan tiina kai"),
    Row(
        "quality:dashboard_arrange",
        may="peeter jaan tiina kai",
        method="post",
        data={"order": ["late", "open"], "shown": ["late", "open"]},
        answer=302,
    ),
    # A unit head's filter cannot leave the unit: refused with a sentence, and no figure shown.
    Row("quality:dashboard", may="peeter jaan tiina", query="?unit=test-water", answers={"kai": 422}),
]
