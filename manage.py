#!/usr/bin/env python3
"""The desk's commands: `.venv/bin/python manage.py help`."""

import errno
import gc
import os
import sys

# Read by any Python, so that an old one can say what it lacks: keep the syntax of this file plain.
NEEDED = (3, 11)
WITHOUT_SERVERS = {
    "catalogue",
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "findstatic",
    "help",
    "makemessages",
    "startapp",
    "startproject",
    "version",
}
HELP_OPTIONS = {"-h", "--help", "--version"}


def needs_servers(arguments):
    if not arguments or HELP_OPTIONS.intersection(arguments):
        return False
    return arguments[0] not in WITHOUT_SERVERS or "--database" in arguments


def main():
    if sys.version_info < NEEDED:
        found = ".".join(str(part) for part in sys.version_info[:3])
        sys.exit("The desk needs Python 3.11 or newer; this is Python " + found + ".")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit("Django is not installed for this Python. Run 'make setup', then use .venv/bin/python manage.py.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bureau.settings")
    if needs_servers(sys.argv[1:]):
        from bureau.embedded import ensure_servers

        ensure_servers()
    if sys.argv[1:2] == ["migrate"]:
        gc.disable()  # a quarter quicker: every step makes all models anew, and the process is short
    try:
        execute_from_command_line(sys.argv)
    except Exception as error:
        if "--traceback" in sys.argv or not sentence_of(error):
            raise
        sys.exit(sentence_of(error))


def sentence_of(error):
    """For what an administrator mends, and not a programmer: a variable not set, no tables yet, no database, no disk."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db import OperationalError, ProgrammingError

    if isinstance(error, ImproperlyConfigured):
        return str(error)
    state = getattr(error.__cause__, "sqlstate", None)
    if isinstance(error, ProgrammingError) and state in ("42P01", "42703"):
        return "The database has not the tables of this code. Run 'manage.py migrate' first."
    if state == "53100" or isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full. Make room and run the command again."
    if isinstance(error, OperationalError) and state is None:
        return "The database does not answer: " + str(error).splitlines()[0]
    return None


if __name__ == "__main__":
    main()
