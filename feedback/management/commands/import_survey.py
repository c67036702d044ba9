import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from bureau.models import User
from feedback.limesurvey import UnreadableQuestionnaire
from feedback.questionnaire_import import import_questionnaire, loss_words


class Command(BaseCommand):
    help = "Read LimeSurvey questionnaires (.lss, .lsg, .lsq) into drafts of ours, and say what could not be carried."

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE")
        parser.add_argument("--by", metavar="EMAIL", required=True, help="whose drafts they become")
        parser.add_argument("--json", action="store_true", help="print the result as one JSON object on the last line")
        parser.add_argument("--language", choices=["et", "en"], default="et")

    def handle(self, *args, **options):
        with translation.override(options["language"]):
            by = User.objects.filter(email__iexact=options["by"], is_active=True).first()
            if by is None:
                raise CommandError(_("Nobody here has the address %(email)s.") % {"email": options["by"]})
            results = [self.one(Path(name), by) for name in options["files"]]
        if options["json"]:
            self.stdout.write(
                json.dumps({"done": all(one["done"] for one in results), "files": results}, ensure_ascii=False)
            )
        if not all(one["done"] for one in results):
            raise SystemExit(1)

    def one(self, path: Path, by: User) -> dict:
        try:
            survey, found = import_questionnaire(data=path.read_bytes(), file_name=path.name, by=by)
        except (OSError, UnreadableQuestionnaire) as fault:
            self.stderr.write(f"{path.name}: {fault}")
            return {"file": path.name, "done": False, "error": str(fault)}
        self.stdout.write(
            _("%(file)s: draft “%(code)s”, %(made)s questions of %(read)s, %(losses)s losses")
            % {"file": path.name, "code": survey.code, "made": found.questions_made, "read": found.questions_read, "losses": len(found.losses)}
        )  # fmt: skip
        for loss in found.losses:
            self.stdout.write(f"  {loss.place}: {loss_words(loss.what)} {loss.detail}".rstrip())
        losses = [{"place": loss.place, "what": loss.what, "detail": loss.detail} for loss in found.losses]
        return {
            "file": path.name, "done": True, "survey": survey.code, "read": found.questions_read,
            "made": found.questions_made, "left_out": found.questions_left_out, "losses": losses,
        }  # fmt: skip
