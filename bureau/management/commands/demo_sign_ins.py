"""Who may sign in to the demo bureau, one of each role; nothing when the database holds no demo bureau."""

import json

from django.core.management.base import BaseCommand
from django.utils.translation import override

from bureau.demo.people import PASSWORD, SIGN_INS
from bureau.models import User
from bureau.roles import ROLES


class Command(BaseCommand):
    help = "Print the sign-ins of the demo bureau."

    def add_arguments(self, parser):
        parser.add_argument("--json", action="store_true")

    def handle(self, **options):
        there = set(
            User.objects.filter(email__in=[person.email for person in SIGN_INS]).values_list("email", flat=True)
        )
        with override("en"):
            found = [
                {"email": person.email, "role": str(ROLES[person.role].name)}
                for person in SIGN_INS
                if person.email in there
            ]
        if options["json"]:
            self.stdout.write(json.dumps({"password": PASSWORD, "sign_ins": found}))
        elif found:
            self.stdout.write(f"Demo sign-ins, all with the password {PASSWORD} :")
            for person in found:
                self.stdout.write(f"  {person['email']:<24} {person['role']}")
