import json
from pathlib import Path

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bureau import jobs
from bureau.models import Job, User
from complaints.intake.importing.mapping import MappingError, check_codes, read_mapping
from complaints.intake.importing.runs import order_import, order_undo
from complaints.models import ImportBatch


class Command(BaseCommand):
    help = "Take in foreign tables of requests (CSV or XLSX) by a mapping file, rehearse it, or take an import back."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="*", metavar="FILE", help="CSV or XLSX")
        parser.add_argument(
            "--map", metavar="MAP.toml", help="mapping file; docs/examples/maps/README.md tells its keys"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="rehearse: read and map everything, take in nothing"
        )
        parser.add_argument("--undo", type=int, metavar="BATCH", help="take back the import of this number")
        parser.add_argument("--by", metavar="EMAIL", help="who imports; nobody named means a job of the house")
        parser.add_argument("--json", action="store_true", help="print the result as one JSON object on the last line")
        parser.add_argument("--language", choices=["et", "en"], default="et")

    def handle(self, *args, **options):
        with translation.override(options["language"]):
            by = self.person(options["by"])
            if options["undo"] is not None:
                results = [self.undo(options["undo"], by)]
            elif options["files"] and options["map"]:
                text = self.checked_map(options["map"])
                results = [self.take(Path(name), text, by, options["dry_run"]) for name in options["files"]]
            else:
                raise CommandError(_("Name the files and their mapping (--map), or an import to take back (--undo)."))
        if options["json"]:
            self.stdout.write(
                json.dumps({"done": all(one["done"] for one in results), "files": results}, ensure_ascii=False)
            )
        if not all(one["done"] for one in results):
            raise SystemExit(1)

    def person(self, email: str | None) -> User | None:
        if not email:
            return None
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(_("Nobody here has the address %(email)s.") % {"email": email})
        return user

    def checked_map(self, name: str) -> str:
        try:
            text = Path(name).read_text(encoding="utf-8")
            check_codes(read_mapping(text))
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(_("The mapping cannot be read: %(error)s") % {"error": error}) from error
        except MappingError as error:
            raise CommandError("\n".join(error.sentences)) from error
        return text

    def take(self, path: Path, map_text: str, by, is_rehearsal: bool) -> dict:
        begun = timezone.now()
        try:
            with path.open("rb") as file:
                job = order_import(
                    file=File(file),
                    file_name=path.name,
                    map_text=map_text,
                    by=by,
                    is_rehearsal=is_rehearsal,
                    to_worker=False,
                )
        except OSError as error:
            raise CommandError(_("The file cannot be read: %(error)s") % {"error": error}) from error
        job = self.run(job)
        seconds = (timezone.now() - begun).total_seconds()
        result = {"file": path.name, "done": job.state == Job.State.DONE, "seconds": round(seconds, 2), **job.result}
        if not result["done"]:
            self.stderr.write(f"{path.name}: {job.error}")
            return result | {"error": job.error}
        self.stdout.write(
            _("%(file)s: %(read)s rows read, %(taken)s taken, %(known)s known already, %(refused)s refused; %(seconds)s s")
            % {"file": path.name, "seconds": f"{seconds:.1f}", **{k: job.result[k] for k in ("read", "taken", "known", "refused")}}
        )  # fmt: skip
        for sentence in job.result["layout"]["told"]:
            self.stdout.write(f"    {sentence}")
        for code, count in sorted(job.result["reasons"].items()):
            row = job.rows.filter(reason_code=code).order_by("row_number").first()
            self.stdout.write(
                f"    {count} × {code}" + (f": {row.reason} ({_('row')} {row.row_number})" if row else "")
            )
        for default in job.result["defaults"][:20]:
            self.stdout.write(f"    {default['words']}: “{default['value']}” → {default['used']} × {default['rows']}")
        if job.result.get("batch") and job.result["taken"]:
            self.stdout.write("    " + _("Taken back by: --undo %(batch)s") % {"batch": job.result["batch"]})
        return result

    def undo(self, batch_id: int, by) -> dict:
        batch = ImportBatch.objects.filter(pk=batch_id).first()
        if batch is None:
            raise CommandError(_("There is no import %(number)s.") % {"number": batch_id})
        if batch.is_undone:
            raise CommandError(_("The import %(number)s has been taken back already.") % {"number": batch_id})
        job = self.run(order_undo(batch=batch, by=by, to_worker=False))
        done = job.state == Job.State.DONE
        if done:
            self.stdout.write(
                _("%(taken_back)s cases taken back, %(kept)s kept because they were worked on since.") % job.result
            )
        else:
            self.stderr.write(job.error)
        return {"done": done, **job.result, **({} if done else {"error": job.error})}

    def run(self, job: Job) -> Job:
        """The command does the work itself; a worker that hears of the same job finds it begun."""
        jobs.run(job_id=job.pk)
        job.refresh_from_db()
        return job
