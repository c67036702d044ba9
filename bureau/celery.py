"""Celery and its timetable. The timetable stands here, not in the database, so that a change of it is reviewed."""

import logging.config
import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bureau.settings")

app = Celery("bureau")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def log_as_settings_say(**_told) -> None:
    """Without this Celery writes by handlers of its own, past the formatter that cuts secrets out."""
    from django.conf import settings

    logging.config.dictConfig(settings.LOGGING)


app.conf.task_routes = {
    "complaints.tasks.run_import": {"queue": "intake"},
    "bureau.tasks.send_digests": {"queue": "mail"},
    "bureau.tasks.send_outgoing_mail": {"queue": "mail"},
    "bureau.tasks.sweep_outgoing_mail": {"queue": "mail"},
}

# Long work has queues and a worker of its own, so that it holds up neither mail nor the sweeps of every minute.
LONG_QUEUES = ("intake", "reports", "long")
QUICK_QUEUES = ("mail", "default")

app.conf.task_routes |= {
    "bureau.tasks.run_job": {"queue": "long"},
    "complaints.tasks.check_deadlines": {"queue": "reports"},
    "quality.tasks.carry_reports_on": {"queue": "reports"},
}

app.conf.task_routes |= {
    "feedback.tasks.decide_event": {"queue": "mail"},
    "feedback.tasks.send_invitations": {"queue": "mail"},
}

app.conf.task_routes |= {
    "staff.tasks.make_forecasts": {"queue": "reports"},
    "quality.tasks.measure_yesterday": {"queue": "reports"},
    "quality.tasks.measure_months": {"queue": "reports"},
    "quality.tasks.measure_missed": {"queue": "reports"},
}

app.conf.beat_schedule = {
    "improvement actions that are due": {
        "task": "quality.tasks.remind_of_improvements",
        "schedule": crontab(hour="9-16", minute=50),
    },
    "figures of yesterday": {"task": "quality.tasks.measure_yesterday", "schedule": crontab(hour=2, minute=10)},
    "figures of the month": {"task": "quality.tasks.measure_months", "schedule": crontab(hour=2, minute=20)},
    "figures that no night measured": {
        "task": "quality.tasks.measure_missed",
        "schedule": crontab(hour="8-16", minute=25),
    },
    "forecast of the weeks to come": {
        "task": "staff.tasks.make_forecasts",
        "schedule": crontab(hour=4, minute=30, day_of_week=1),
    },
    "forecasts that no night made": {
        "task": "staff.tasks.make_missed_forecasts",
        "schedule": crontab(hour="8-16", minute=45),
    },
    "ask clients: decide, send, remind": {"task": "feedback.tasks.send_invitations", "schedule": 60.0},
    "used tokens lie in no order": {"task": "feedback.tasks.mix_spent_tokens", "schedule": crontab(hour=2, minute=50)},
    "beat is alive": {"task": "bureau.tasks.note_beat", "schedule": 30.0},
    "jobs left behind by a lost worker or broker": {"task": "bureau.tasks.sweep_jobs", "schedule": 15.0},
    "mail left behind by a lost worker or broker": {"task": "bureau.tasks.sweep_outgoing_mail", "schedule": 60.0},
    "history comes under seal": {"task": "bureau.tasks.seal_history", "schedule": 300.0},
    "copies of letters that left long ago": {
        "task": "bureau.tasks.forget_sent_texts",
        "schedule": crontab(hour=2, minute=40),
    },
    "forms sent long ago": {"task": "bureau.tasks.forget_old_submissions", "schedule": crontab(hour=2, minute=45)},
    "claims to addresses of parties": {
        "task": "complaints.tasks.forget_address_claims",
        "schedule": crontab(hour=2, minute=50),
    },
    "count changed days again": {"task": "complaints.tasks.count_changed_days", "schedule": 60.0},
    "every stored date equals the recomputed one": {
        "task": "complaints.tasks.check_deadlines",
        "schedule": crontab(hour=3, minute=10),
    },
    # Only in working hours: the task itself asks the calendar.
    "warn of deadlines": {"task": "complaints.tasks.warn_of_deadlines", "schedule": crontab(hour="8-16", minute=5)},
    "late complaints go up the ladder": {
        "task": "complaints.tasks.escalate_late_complaints",
        "schedule": crontab(hour="8-16", minute=35),
    },
    "reports go on": {"task": "quality.tasks.carry_reports_on", "schedule": crontab(hour="8-16", minute=15)},
    "daily digest of notices": {"task": "bureau.tasks.send_digests", "schedule": crontab(hour="8-16", minute=20)},
    "restrictions that end soon": {
        "task": "complaints.tasks.warn_of_ending_restrictions",
        "schedule": crontab(hour=9, minute=0),
    },
}
