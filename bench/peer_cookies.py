"""Run by a peer's own Python, under its settings: prints the cookies of one signed-in person as JSON."""

import json
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402 - the peer's models are known only now
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402

user = get_user_model().objects.get(username=sys.argv[1])
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.save()
print(json.dumps({settings.SESSION_COOKIE_NAME: session.session_key, settings.CSRF_COOKIE_NAME: "b" * 32}))
