from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from bureau import backup


class Command(BaseCommand):
    help = "Put a backup into an empty database and the files, bring it up to this code, and prove that all agrees."

    def add_arguments(self, parser):
        parser.add_argument("place", metavar="DIR", type=Path, help="the folder that backup made")
        parser.add_argument("--language", choices=["et", "en"], default="et")

    def handle(self, *args, place: Path, language: str, **options):
        with translation.override(language):
            try:
                manifest = backup.restore(place)
            except backup.BackupError as error:
                raise CommandError(str(error)) from error
            self.stdout.write(
                _("Restored as of %(moment)s: the database and %(count)s files.")
                % {"moment": manifest.made_at, "count": len(manifest.files)}
            )
        call_command("migrate", verbosity=0, interactive=False, stdout=self.stdout)
        call_command("verify", language=language, stdout=self.stdout)
