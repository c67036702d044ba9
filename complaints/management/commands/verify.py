import json

from django.core.management.base import BaseCommand
from django.utils import translation
from django.utils.translation import gettext as _

from complaints.verification import verify


class Command(BaseCommand):
    help = "Prove that numbers, deadlines, counts, marks, search, deeds and files agree. Ends with 1 when something differs."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true", help="print the result as one JSON object on the last line")
        parser.add_argument(
            "--check", action="append", default=[], metavar="NAME", help="only this check; may be repeated"
        )
        parser.add_argument("--language", choices=["et", "en"], default="et")

    def handle(self, *args, **options):
        with translation.override(options["language"]):
            findings = verify(options["check"])
            for finding in findings:
                said = _("in order") if finding.is_clean else _("%(count)s differ") % {"count": finding.differences}
                self.stdout.write(f"{'✓' if finding.is_clean else '✗'} {finding.words}: {finding.rows}, {said}")
                for example in finding.examples:
                    self.stdout.write(f"    {example}")
            differences = sum(finding.differences for finding in findings)
            self.stdout.write(
                _("Everything agrees.") if not differences else _("%(count)s differences.") % {"count": differences}
            )
        if options["json"]:
            self.stdout.write(
                json.dumps(
                    {
                        "clean": not differences,
                        "differences": differences,
                        "checks": [finding.as_json() for finding in findings],
                    },
                    ensure_ascii=False,
                )
            )
        if differences:
            raise SystemExit(1)
