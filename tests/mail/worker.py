"""Workers to be killed: a process with the desk loaded that forks one for each line it reads and tells its number.

`python -m tests.mail.worker DATABASE PORT WORK`: to fork a loaded process takes milliseconds, to start one takes seconds.
"""

import os
import signal
import sys

import django


def main() -> None:
    database, port, work = sys.argv[1:]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bureau.settings")
    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.utils import timezone

    from bureau import outbox
    from feedback import invitations

    connection.settings_dict["NAME"] = database
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(port)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    for _line in sys.stdin:
        number = os.fork()
        if number == 0:
            if work == "invitations":
                invitations.do_round(now=timezone.now())
            outbox.send_due()
            os._exit(0)
        print(number, flush=True)


if __name__ == "__main__":
    main()
