import json
from dataclasses import replace
from pathlib import Path

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from bureau import jobs
from bureau.foreign_tables import UnreadableTable
from bureau.models import Job, User
from bureau.refusals import DeedRefused
from staff.call_files import CallMapping, MappingRefused, read_mapping
from staff.call_statistics import order_import


class Command(BaseCommand):
    help = "Take in telephone statistics (CSV or XLSX, one row an interval) and keep them by the half hour."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", help="CSV or XLSX")
        parser.add_argument("--map", metavar="MAP.toml", help="mapping file; docs/staffing.md tells its keys. Without it columns are known by their headings")  # fmt: skip
        parser.add_argument("--queue", default="", metavar="CODE", help="telephone queue (info when neither this nor a mapping names one)")  # fmt: skip
        parser.add_argument("--by", metavar="EMAIL", help="who imports; nobody named means a job of the house")
        parser.add_argument("--json", action="store_true", help="print the result as one JSON object on the last line")
        parser.add_argument("--language", choices=["et", "en"], default="et")

    def handle(self, *args, **options):
        with translation.override(options["language"]):
            job = self.run(options)
            result = {"done": job.state == Job.State.DONE, "job": str(job.public_id), "error": job.error, **job.result}
            if result["done"]:
                self.stdout.write(
                    _("%(read)s rows read into %(half_hours)s half hours: %(new)s new, %(changed)s changed, %(same)s the same; %(refused)s rows refused")
                    % {name: job.result[name] for name in ("read", "half_hours", "new", "changed", "same", "refused")}
                )  # fmt: skip
                for sentence in job.result["told"]:
                    self.stdout.write(f"  {sentence}")
                for row in job.rows.all()[:10]:
                    self.stdout.write(f"  {row.row_number}: {row.reason}")
            else:
                self.stderr.write(job.error)
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        if not result["done"]:
            raise SystemExit(1)

    def run(self, options) -> Job:
        by = User.objects.filter(email__iexact=options["by"]).first() if options["by"] else None
        if options["by"] and by is None:
            raise CommandError(_("Nobody here has the address %(email)s.") % {"email": options["by"]})
        path = Path(options["file"])
        try:
            with path.open("rb") as opened:
                if options["map"]:
                    mapping = read_mapping(Path(options["map"]).read_text(encoding="utf-8"))
                    mapping = replace(mapping, queue=options["queue"] or mapping.queue)
                else:
                    mapping = CallMapping(options["queue"] or "info")
                job = order_import(mapping=mapping, file=File(opened), file_name=path.name, by=by, to_worker=False)
        except (OSError, DeedRefused, MappingRefused, UnreadableTable) as fault:
            raise CommandError(str(fault)) from fault
        jobs.run(job_id=job.pk)
        job.refresh_from_db()
        return job
