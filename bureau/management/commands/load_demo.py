"""A believable bureau: `load_demo --cases 3000 --years 2 --seed 1`. The same seed and day give the same bureau."""

import json
from datetime import datetime, time, timedelta
from time import monotonic

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from bureau.calendar_store import working_calendar
from bureau.demo.loading import DemoBureau
from bureau.working_calendar import TALLINN
from complaints.models import Case

# Before this hour the new day has hardly begun: a bureau loaded at night ends with the day before.
DAY_HAS_BEGUN = time(10)
DAY_IS_OVER = time(17)


def last_working_moment() -> datetime:
    """Now, when people are at work; otherwise the end of the last working day."""
    now = timezone.localtime(timezone=TALLINN)
    calendar = working_calendar()
    if calendar.is_working_day(now.date()) and now.time() >= DAY_HAS_BEGUN:
        return now
    day = now.date() if now.time() >= DAY_HAS_BEGUN else now.date() - timedelta(days=1)
    return datetime.combine(calendar.previous_working_day(day), DAY_IS_OVER, tzinfo=TALLINN)


def migrate_if_needed(tell) -> None:
    """A demo wants today's tables; an empty database has none."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        tell("The tables of the database are brought up to this code first.")
        call_command("migrate", verbosity=0, interactive=False)


class Command(BaseCommand):
    help = "Load a believable demo bureau; deterministic by seed, any size."

    def add_arguments(self, parser):
        parser.add_argument("--cases", type=int, default=3000)
        parser.add_argument("--years", type=float, default=2.0)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--until", help="last moment, ISO (2026-11-22T14:05); now when not given")
        parser.add_argument("--if-empty", action="store_true", help="do nothing when cases exist already")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, cases, years, seed, until, if_empty, **options):
        if cases < 1 or years <= 0:
            raise CommandError("--cases and --years must be above zero.")
        started = monotonic()
        migrate_if_needed(self.stdout.write if not options["json"] else lambda sentence: None)
        counts = {}
        if not (if_empty and Case.objects.exists()):
            now = datetime.fromisoformat(until).replace(tzinfo=TALLINN) if until else last_working_moment()
            bureau = DemoBureau(cases=cases, years=years, seed=seed, now=now)
            tell = (lambda sentence: None) if options["json"] else self.stdout.write
            counts = dict(bureau.load(tell))
        seconds = round(monotonic() - started, 1)
        if options["json"]:
            self.stdout.write(json.dumps({**counts, "seconds": seconds}))
        elif counts:
            self.stdout.write(
                f"{counts['cases']} cases, {counts['contacts']} contacts, {counts['parties']} parties in {seconds} s."
            )
        else:
            self.stdout.write("There are cases already; nothing was loaded.")
