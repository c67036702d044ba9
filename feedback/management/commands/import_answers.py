import json
from pathlib import Path

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from bureau import jobs
from bureau.models import Job, User
from bureau.refusals import DeedRefused
from feedback.answer_import import order_import, read_mapping
from feedback.models import Survey


class Command(BaseCommand):
    help = "Take in answers given elsewhere (CSV or XLSX) by a mapping file, or rehearse it."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", help="CSV or XLSX")
        parser.add_argument("--map", metavar="MAP.toml", required=True, help="mapping file; docs/surveys.md tells its keys")  # fmt: skip
        parser.add_argument("--dry-run", action="store_true", help="rehearse: read and map everything, take in nothing")  # fmt: skip
        parser.add_argument("--by", metavar="EMAIL", help="who imports; nobody named means a job of the house")
        parser.add_argument("--json", action="store_true", help="print the result as one JSON object on the last line")
        parser.add_argument("--language", choices=["et", "en"], default="et")

    def handle(self, *args, **options):
        with translation.override(options["language"]):
            job = self.run(options)
            result = {"done": job.state == Job.State.DONE, "job": str(job.public_id), "error": job.error, **job.result}
            if job.state == Job.State.DONE:
                self.stdout.write(
                    _("%(read)s rows read, %(taken)s taken, %(known)s known already, %(refused)s refused")
                    % {name: job.result.get(name, 0) for name in ("read", "taken", "known", "refused")}
                )
                for what, count in job.result["unknown"]:
                    self.stdout.write(_("  not known: %(what)s (%(count)s)") % {"what": what, "count": count})
            else:
                self.stderr.write(job.error)
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        if not result["done"]:
            raise SystemExit(1)

    def run(self, options) -> Job:
        by = None
        if options["by"]:
            by = User.objects.filter(email__iexact=options["by"]).first()
            if by is None:
                raise CommandError(_("Nobody here has the address %(email)s.") % {"email": options["by"]})
        try:
            mapping = read_mapping(Path(options["map"]).read_text(encoding="utf-8"))
            survey = Survey.objects.filter(code=mapping.survey).first()
            if survey is None:
                raise CommandError(_("There is no survey “%(code)s”.") % {"code": mapping.survey})
            with Path(options["file"]).open("rb") as opened:
                job = order_import(
                    survey=survey, mapping=mapping, file=File(opened), file_name=Path(options["file"]).name, by=by,
                    is_rehearsal=options["dry_run"], to_worker=False,
                )  # fmt: skip
        except (OSError, DeedRefused) as fault:
            raise CommandError(str(fault)) from fault
        jobs.run(job_id=job.pk)
        job.refresh_from_db()
        return job
