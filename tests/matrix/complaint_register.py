"""The register of complaints and its file."""

from tests.matrix import Row

ROWS = [
    Row("complaints:complaint_export", may="mari peeter jaan tiina kai"),
    Row("complaints:complaint_export", may="mari peeter jaan tiina kai", method="post", data={"format": "csv"}),
    Row("complaints:complaint_register", may="mari peeter jaan tiina dora kai"),
    Row(
        "complaints:complaint_register", may="mari peeter jaan tiina dora kai", query="?channel=phone&from=2026-01-01"
    ),
]
