import json
from datetime import date, datetime
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bureau.models import User
from bureau.refusals import DeedRefused
from quality import measurements, report_content, report_delivery, report_forms, reports
from quality.models import Report, ReportIssue
from quality.periods import months_back


class Command(BaseCommand):
    help = "Freeze the report of a month and write all its forms; an issued month is written again as it was issued."

    def add_arguments(self, parser):
        parser.add_argument("--month", metavar="YYYY-MM", help="the last month of the period (the last whole one when not given)")  # fmt: skip
        parser.add_argument("--period", choices=Report.Period.values, default=Report.Period.MONTH)
        parser.add_argument("--out", metavar="DIR", required=True, help="where the files are written")
        parser.add_argument("--by", metavar="EMAIL", help="who issues it (the head of bureau when not given)")
        parser.add_argument("--json", action="store_true", help="print the result as one JSON object on the last line")
        parser.add_argument("--language", choices=["et", "en"], default="et", help="of what is said here; files come in both")  # fmt: skip

    def handle(self, *args, **options):
        with translation.override(options["language"]):
            self.issue(options)

    def issue(self, options) -> None:
        today, folder = timezone.localdate(), Path(options["out"])
        first = self.month(options["month"]) or months_back(today.replace(day=1), 1)
        by = self.person(options["by"])
        report = reports.begin(period=options["period"], first_day=first, by=by)
        made = report.issues.order_by("-number").first() or self.made(report, by, today)
        told = report_content.thawed(made.content)
        files = self.written(told, folder)
        self.stdout.write(_("%(number)s is issued, seal %(seal)s. Files in %(folder)s:") % {"number": str(made), "seal": made.seal, "folder": folder})  # fmt: skip
        for name in files:
            self.stdout.write(f"  {name}")
        if options["json"]:
            self.stdout.write(
                json.dumps({"number": report.number, "issue": made.number, "seal": made.seal, "files": files})
            )

    def made(self, report: Report, by: User, today: date) -> ReportIssue:
        first = report.first_day
        while first <= report.last_day:
            measurements.measure_month(first, today=today)
            first = months_back(first, -1)
        try:
            return reports.issue(report=report, by=by, today=today)
        except DeedRefused as refusal:
            raise CommandError(str(refusal)) from refusal

    def written(self, told, folder: Path) -> list[str]:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            names = []
            for code, form in report_forms.FORMS.items():
                # The data are the same in every language.
                for language in ("et",) if code == "json" else ("et", "en"):
                    name = report_delivery.file_name(told, language, form.suffix)
                    (folder / name).write_bytes(form.write(told, language))
                    names.append(name)
        except OSError as error:
            raise CommandError(
                _("Cannot write in %(folder)s: %(why)s.") % {"folder": folder, "why": error.strerror}
            ) from error
        return names

    def person(self, email: str | None) -> User:
        found = (
            User.objects.filter(email=email).first()
            if email
            else next(iter(report_delivery.holders("head_of_bureau")), None)
        )
        if found is None:
            raise CommandError(_("Nobody heads the bureau, and nobody was named: say who issues it with --by."))
        return found

    def month(self, text: str | None) -> date | None:
        if not text:
            return None
        try:
            return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 (a month has no zone)
        except ValueError as error:
            raise CommandError(_("“%(text)s” is not a month such as 2026-10.") % {"text": text}) from error
