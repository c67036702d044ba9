from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from bureau import backup


class Command(BaseCommand):
    help = "Copy the database and all files into a new folder inside DIR, with their sums."

    def add_arguments(self, parser):
        parser.add_argument("folder", metavar="DIR", type=Path)
        parser.add_argument("--language", choices=["et", "en"], default="et")

    def handle(self, *args, folder: Path, language: str, **options):
        with translation.override(language):
            try:
                place = backup.back_up(folder, now=timezone.localtime())
            except backup.BackupError as error:
                raise CommandError(str(error)) from error
            self.stdout.write(_("The backup is whole: %(place)s") % {"place": place})
