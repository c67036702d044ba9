from django.core.management.base import BaseCommand

from bureau import catalogue


class Command(BaseCommand):
    help = "Keep, check and compile the Estonian message catalogue (no database needed)."
    requires_system_checks = []
    requires_migrations_checks = False
    needs_database = False

    def add_arguments(self, parser):
        catalogue.add_arguments(parser)

    def handle(self, *args, **options):
        if status := catalogue.run(options, self.stdout.write):
            raise SystemExit(status)
