"""Proof that measurements equal the rows that they counted and that nothing of their chain is missing."""

from django.utils.translation import gettext_lazy

from complaints.verification import check, labels, rows_of
from quality import reports
from quality.measurements import SAME, as_it_stood, seal_now
from quality.models import Measurement, ReportIssue, ReportPack


@check(
    "measurements_equal_rows",
    gettext_lazy("Every measurement that counts equals the rows that it counted, and bears its seal"),
)
def measurements_equal_rows() -> tuple[int, list[str]]:
    wrong, rows = [], 0
    found = Measurement.objects.latest().select_related("indicator").prefetch_related("counted")
    for one in found.iterator(chunk_size=200):
        rows += 1
        again = as_it_stood(one)
        pairs = ((one.numerator, again.numerator), (one.denominator, again.denominator))
        # A value hidden for fewness keeps its rows and shows nothing.
        if one.value is not None:
            pairs += ((one.value, again.value),)
        if one.seal != seal_now(one) or one.rows != again.rows or any(not is_equal(kept, now) for kept, now in pairs):
            wrong.append(f"{one.indicator.code} {one.first_day} {one.unit_id or ''}: {one.value}, {again.value}")
    return rows, wrong


def is_equal(kept: float | None, now: float | None) -> bool:
    if kept is None or now is None:
        return kept is now or not (kept or now)
    return abs(kept - now) <= SAME * max(1.0, abs(kept))


@check(
    "measurements_chained",
    gettext_lazy("Exactly one measurement counts for each period, and each supersedes one of the same"),
)
def measurements_chained() -> tuple[int, list[str]]:
    wrong = rows_of(
        """
        SELECT i.code, m.first_day, m.unit_id, count(*) FILTER (WHERE m.is_latest) FROM quality_measurement m
          JOIN quality_indicator i ON i.id = m.indicator_id
         GROUP BY 1, 2, 3, m.period HAVING count(*) FILTER (WHERE m.is_latest) <> 1
        UNION ALL
        SELECT i.code, m.first_day, m.unit_id, -1 FROM quality_measurement m JOIN quality_indicator i ON i.id = m.indicator_id
          JOIN quality_measurement o ON o.id = m.supersedes_id
         WHERE (o.indicator_id, o.period, o.first_day) <> (m.indicator_id, m.period, m.first_day)
            OR o.unit_id IS DISTINCT FROM m.unit_id OR o.is_latest
        UNION ALL
        SELECT i.code, m.first_day, m.unit_id, -2 FROM quality_measurement m JOIN quality_indicator i ON i.id = m.indicator_id
         WHERE NOT m.is_latest AND NOT EXISTS (SELECT FROM quality_measurement n WHERE n.supersedes_id = m.id)
        """
    )
    (count,) = rows_of("SELECT count(*) FROM quality_measurement")[0]
    return count, labels(wrong)


@check("improvements_numbered", gettext_lazy("Improvement actions are numbered without a gap in each year"))
def improvements_numbered() -> tuple[int, list[str]]:
    wrong = rows_of(
        """
        SELECT s.year, s.last, count(i.id) FROM complaints_numberseries s
          LEFT JOIN quality_improvement i ON split_part(i.number, '-', 2)::int = s.year
         WHERE s.series = 'T' GROUP BY 1, 2 HAVING count(i.id) <> s.last
        """
    )
    (count,) = rows_of("SELECT count(*) FROM quality_improvement")[0]
    return count, labels(wrong)


@check("reports_sealed", gettext_lazy("Every issue of a report, and every unit's part of it, bears its seal"))
def reports_sealed() -> tuple[int, list[str]]:
    wrong, rows = [], 0
    for model in (ReportIssue, ReportPack):
        for one in model.objects.order_by("pk").iterator(chunk_size=20):
            rows += 1
            if not reports.is_whole(one):
                wrong.append(f"{one._meta.model_name} {one.pk}")
    return rows, wrong


@check("targets_follow_deeds", gettext_lazy("Every target has the value that its last deed set"))
def targets_follow_deeds() -> tuple[int, list[str]]:
    """Targets that came with the desk have no such deed until somebody sets them."""
    wrong = rows_of(
        """
        SELECT said.label, said.valid_from, t.value FROM (
               SELECT DISTINCT ON (object_id) object_id, object_label AS label, data ->> 'value' AS value, data ->> 'valid_from' AS valid_from
                 FROM bureau_deed WHERE action = 'indicator.target_set' AND data ? 'value' ORDER BY object_id, id DESC) said
          LEFT JOIN quality_target t ON t.id = said.object_id
         WHERE t.id IS NULL OR t.value <> round(said.value::numeric, 3) OR t.valid_from::text <> said.valid_from
        """
    )
    (count,) = rows_of("SELECT count(*) FROM quality_target")[0]
    return count, labels(wrong)
