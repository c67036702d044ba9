"""What a month costs: measuring all indicators of a month that was not measured yet, and its report in every form.

A program of its own, because months once measured are final: each run takes the latest one that is still open.
"""

import argparse
import json
import resource
import time
from datetime import date
from pathlib import Path

import django

MONTHS = 36


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.monthly")
    parser.add_argument("--out", required=True)
    asked = parser.parse_args()
    django.setup()
    Path(asked.out).write_text(json.dumps(measured()), encoding="utf-8")


def measured() -> dict[str, dict[str, float]]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from quality import measurements
    from quality.models import Measurement

    today = timezone.localdate()
    first = month_to_measure(today)
    memory = peak_mb()
    begun = time.perf_counter()
    with CaptureQueriesContext(connection) as statements:
        done = measurements.measure_month(first, today=today)
    seconds = time.perf_counter() - begun
    rows = sum(
        Measurement.objects.filter(period="month", first_day=first, unit__isnull=True).values_list("rows", flat=True)
    )
    return {
        "measure a month": {
            "seconds": seconds, "measurements": done.new, "rows_counted": rows, "statements": len(statements), "memory_mb": peak_mb() - memory,
        },
        "report of a month": report(first, today),
    }  # fmt: skip


def report(first: date, today: date) -> dict[str, float]:
    """Content, freezing and every form in both languages, from measurements that are there. Then it is issued, for the pages that show it."""
    from django.db import transaction
    from django.utils import timezone

    from quality import monthly_report, report_content, report_delivery, report_forms, reports

    with transaction.atomic():
        draft = reports.begin(period="month", first_day=first)
        begun = time.perf_counter()
        told, rows = monthly_report.content_of(draft, issue=1, cut_off=timezone.now())
        content_s = time.perf_counter() - begun
        text = report_content.frozen(told)
        sizes = {
            f"{code}_kb": round(len([form.write(told, language) for language in ("et", "en")][0]) / 1024)
            for code, form in report_forms.FORMS.items()
        }
        seconds = time.perf_counter() - begun
        reports.issue(report=draft, by=report_delivery.holders("head_of_bureau")[0], today=today, is_sent=False)
    return {"seconds": seconds, "content_s": content_s, "figures": len(told.figures), "rows": sum(len(one.keys) for one in rows), "frozen_kb": len(text) / 1024, **sizes}  # fmt: skip


def month_to_measure(today: date) -> date:
    from quality.models import Measurement
    from quality.periods import month_start, months_back

    for back in range(1, MONTHS):
        first = months_back(month_start(today), back)
        if not Measurement.objects.filter(period="month", first_day=first).exists():
            return first
    raise SystemExit("Every month is measured: load the database anew with --fresh.")


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
