import json
import unicodedata
from datetime import date, datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext as _

from bureau.calendar_store import working_calendar
from bureau.working_calendar import CalendarGap
from complaints import deadlines
from complaints.clocks import rules_of
from complaints.deadline_steps import format_day
from complaints.models import CaseKind, DeadlineRule


def a_day(text: str) -> date:
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    raise CommandError(_("“%(text)s” is not a day. Write 2026-11-24 or 24.11.2026.") % {"text": text})


def plain(text: str) -> str:
    """Without case, accents and strokes, so that "teabenoue" finds "Teabenõue"."""
    letters = unicodedata.normalize("NFD", text.casefold())
    return "".join(sign for sign in letters if sign.isalnum())


class Command(BaseCommand):
    help = (
        "The last day for the answer and the steps that lead to it, by the rules in force on the day of registration."
    )

    def add_arguments(self, parser):
        parser.add_argument("--kind", required=True, help="code or name of a kind of case")
        parser.add_argument("--registered", required=True, metavar="DATE", help="2026-11-24 or 24.11.2026")
        parser.add_argument("--received", metavar="DATE", help="the day of registration unless given")
        parser.add_argument(
            "--event", metavar="DATE", help="where the term runs from an event; else the day of receipt"
        )
        parser.add_argument("--purpose", choices=DeadlineRule.Purpose.values, default=DeadlineRule.Purpose.REPLY)
        parser.add_argument("--extended", action="store_true", help="with the longest extension that the law allows")
        parser.add_argument("--language", choices=["et", "en"], default="et")
        parser.add_argument("--json", action="store_true", help="one JSON object on the last line")

    def handle(self, *, kind, registered, received, event, purpose, extended, language, **options):
        with translation.override(language):
            registered_on = a_day(registered)
            received_on = a_day(received) if received else registered_on
            event_on = a_day(event) if event else received_on
            case_kind = self.find_kind(kind)
            try:
                rows = rules_of(case_kind, purpose)
                rule = deadlines.rule_in_force([row.as_term_rule() for row in rows], case_kind.code, registered_on)
                is_confirmed = next(row.is_confirmed for row in rows if row.valid_from == rule.valid_from)
                trigger_on = deadlines.trigger_day(
                    rule, received_at=received_on, registered_at=registered_on, event_at=event_on
                )
                calendar = working_calendar()
                due = deadlines.compute_due(rule=rule, trigger_on=trigger_on, calendar=calendar, extended=extended)
                register_by = deadlines.latest_registration_on(received_on, calendar)
            except (deadlines.DeadlineError, CalendarGap) as refusal:
                raise CommandError(str(refusal)) from refusal
            if options["json"]:
                self.stdout.write(
                    json.dumps(
                        {
                            "kind": case_kind.code,
                            "purpose": purpose,
                            "registered_on": registered_on.isoformat(),
                            "received_on": received_on.isoformat(),
                            "extended": extended,
                            "due_on": due.due_on.isoformat(),
                            "raw_due_on": due.raw_due_on.isoformat(),
                            "advisable_on": due.advisable_on.isoformat(),
                            "law": rule.basis,
                            "is_confirmed": is_confirmed,
                            "rule_valid_from": rule.valid_from.isoformat(),
                            "rule_valid_to": rule.valid_to.isoformat() if rule.valid_to else None,
                            "steps": [
                                step.to_json() | {"text": str(deadlines.step_sentence(step))} for step in due.steps
                            ],
                        },
                        ensure_ascii=False,
                    )
                )
                return
            self.stdout.write(_("Last day: %(date)s") % {"date": format_day(due.due_on)})
            if not is_confirmed:
                self.stdout.write(_("No lawyer has confirmed this term yet."))
            if due.advisable_on < due.due_on:
                self.stdout.write(_("Better by: %(date)s") % {"date": format_day(due.advisable_on)})
            for step in due.steps:
                self.stdout.write(f"→ {deadlines.step_sentence(step)}")
            if registered_on > register_by:
                self.stdout.write(
                    _("Registered late: a letter is registered by the next working day, here %(date)s.")
                    % {"date": format_day(register_by)}
                )

    def find_kind(self, text: str) -> CaseKind:
        kinds = list(CaseKind.objects.order_by("code"))
        wanted = plain(text)
        found = next((kind for kind in kinds if wanted in map(plain, (kind.code, kind.name_et, kind.name_en))), None)
        if found is None:
            known = ", ".join(kind.code for kind in kinds)
            raise CommandError(
                _("There is no kind of case “%(kind)s”. Known kinds: %(known)s.")
                % {"kind": text, "known": known or "–"}
            )
        return found
