"""What came of an import, in words for its page."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from bureau.models import Job
from bureau.roles import Permission
from complaints.intake.importing import setup
from complaints.models import ImportBatch

DEFAULTS_SHOWN = 50

REASONS = {
    "received_missing": _("no moment of receipt"),
    "moment_not_understood": _("a date that fits none of the formats"),
    "moment_out_of_range": _("a date that lies ahead or too far back"),
    "registered_before_received": _("registered before received"),
    "answered_before_received": _("answered before received"),
    "closed_before_received": _("closed before received"),
    "closed_without_moment": _("closed, but without a moment"),
    "answered_without_moment": _("answered, but without a moment"),
    "moment_against_status": _("open by status, but with a moment of its end"),
    "channel_unknown": _("a channel that stands in no list of the mapping"),
    "kind_unknown": _("a kind that stands in no list of the mapping"),
    "topic_unknown": _("a topic that stands in no list of the mapping"),
    "unit_unknown": _("a unit that stands in no list of the mapping"),
    "status_unknown": _("a status that stands in no list of the mapping"),
    "title_missing": _("neither title nor text"),
    "too_many_cells": _("more cells than the header"),
    "not_readable": _("a quotation mark left open, or a line longer than a row can be"),
    "cells_without_value": _("a formula without a stored value, or an error"),
    "not_decodable": _("bytes that are no letters"),
    "key_missing": _("an empty key"),
    "key_repeated": _("a key that stood already on an earlier row"),
    "left_open": _("closed without a moment; taken as in progress"),
    "phone_dropped": _("a phone number that is none; kept only as it came"),
    "email_dropped": _("an e-mail address that is none; kept only as it came"),
    "registry_code_dropped": _("a registry code that is none; kept only as it came"),
}


def import_result(job: Job, user) -> dict[str, Any]:
    """Counts, reasons, defaults used, and what may be done next."""
    batch = ImportBatch.objects.filter(job=job).first()
    origin = setup.setup_of(job)
    is_prepared = origin is not None and origin.state == Job.State.PREPARED
    is_current = is_prepared and origin.parameters["map"] == job.parameters["map"]
    return {
        "result": job.result,
        "is_done": job.state == Job.State.DONE,
        "is_rehearsal": bool(job.parameters.get("dry_run")),
        "reasons": [
            {"words": REASONS.get(code, code), "count": count}
            for code, count in sorted(job.result.get("reasons", {}).items(), key=lambda pair: -pair[1])
        ],
        "defaults": job.result.get("defaults", [])[:DEFAULTS_SHOWN],
        "told": job.result.get("layout", {}).get("told", []),
        "batch": batch,
        "cases_url": f"{reverse('complaints:case_list')}?status=all&batch={batch.pk}" if batch else "",
        "may_undo": batch is not None
        and not batch.is_undone
        and batch.rows_taken > 0
        and user.may(Permission.CASE_IMPORT),
        "may_import": is_current and user.may(Permission.CASE_IMPORT),
        "setup": origin if is_prepared else None,
    }
