import json
from datetime import date, datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from quality import measurements, signals_found
from quality.periods import months_back


class Command(BaseCommand):
    help = "Take the measurements of a month, and of months before it. Safe to repeat."

    def add_arguments(self, parser):
        parser.add_argument("--month", metavar="YYYY-MM", help="the month (the last whole one when not given)")
        parser.add_argument("--backfill", type=int, default=0, metavar="N", help="so many months before it as well")
        parser.add_argument("--only", action="append", default=[], metavar="CODE", help="only this indicator; may be repeated")  # fmt: skip
        parser.add_argument("--json", action="store_true", help="print the result as one JSON object on the last line")
        parser.add_argument("--language", choices=["et", "en"], default="et")

    def handle(self, *args, **options):
        today = timezone.localdate()
        month = self.month(options["month"]) or months_back(today.replace(day=1), 1)
        if month > today:
            raise CommandError(_("That month has not begun yet."))
        results = []
        with translation.override(options["language"]):
            for back in range(options["backfill"], -1, -1):
                first = months_back(month, back)
                begun = timezone.now()
                done = measurements.measure_month(first, today=today, codes=options["only"])
                signals = signals_found.look(first, today=today) if not options["only"] else 0
                seconds = (timezone.now() - begun).total_seconds()
                results.append({"month": f"{first:%Y-%m}", "new": done.new, "same": done.same, "signals": signals, "seconds": round(seconds, 2)})  # fmt: skip
                self.stdout.write(
                    _("%(month)s: %(new)s measurements new, %(same)s the same, %(signals)s signals; %(seconds)s s")
                    % results[-1]
                )
        if options["json"]:
            self.stdout.write(json.dumps({"done": True, "months": results}))

    def month(self, text: str | None) -> date | None:
        if not text:
            return None
        try:
            return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 (a month has no zone)
        except ValueError as error:
            raise CommandError(_("“%(text)s” is not a month such as 2026-10.") % {"text": text}) from error
