"""Who sees the dashboard."""

from tests.matrix import Row

ROWS = [
    Row("quality:dashboard", may="peeter jaan tiina kai"),
    Row("quality:dashboard", may="peeter jaan tiina kai", query="?period=year&compare=year"),
    Row("quality:dashboard", may="peeter jaan tiina kai", headers={"HX-Request": "true"}),
    # A unit head's filter cannot leave the unit: refused with a sentence, and no figure shown.
    Row("quality:dashboard", may="peeter jaan tiina", query="?unit=test-water", answers={"kai": 422}),
]
