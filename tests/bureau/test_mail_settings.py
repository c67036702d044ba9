"""Where letters go: in production to the server that is named, elsewhere nowhere but into files."""

import os
import subprocess
import sys

import pytest

from bureau.embedded import PROJECT

SHOW = "from bureau import settings; print(settings.EMAIL_BACKEND.split('.')[-2], getattr(settings, 'EMAIL_HOST', ''))"
PRODUCTION = {"DEBUG": "false", "SECRET_KEY": "x" * 50, "ALLOWED_HOSTS": "desk.example.ee"}


def shown(**variables):
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "EMAIL_URL", "DEBUG"}}
    done = subprocess.run(
        [sys.executable, "-c", SHOW], cwd=PROJECT, env=kept | variables, capture_output=True, text=True
    )
    return done.stdout.split() or done.stderr.strip().splitlines()[-1].split(": ", 1)[1]


@pytest.mark.parametrize(
    ("variables", "where"),
    [
        ({}, ["filebased"]), ({"EMAIL_URL": ""}, ["filebased"]),
        ({"EMAIL_URL": "smtp://localhost:1025"}, ["smtp", "localhost"]),
        (PRODUCTION | {"EMAIL_URL": "smtp+tls://a:b@mail.example.ee:587"}, ["smtp", "mail.example.ee"]),
        (PRODUCTION, "EMAIL_URL is not set. Set it in the environment or in .env (see .env.example)."),
    ],
    ids=["development", "left empty", "development with a server", "production", "production without a server"],
)  # fmt: skip
def test_letters_go_outside_only_where_a_server_is_named(variables, where):
    assert shown(**variables) == where
