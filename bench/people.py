"""Who asks for the pages: sessions written straight into the database, as after a sign-in."""

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore

from bureau.models import User

DESK_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
FLOOR_BACKEND = "django.contrib.auth.backends.ModelBackend"
CSRF = "b" * 32
EMAILS = {"specialist": "mari.tamm@naide.ee", "head": "jaan.kask@naide.ee", "reader": "tiina.kuusk@naide.ee"}


def cookies_of(role: str, *, backend: str = DESK_BACKEND) -> dict[str, str]:
    user = User.objects.get(email=EMAILS[role])
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = backend
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return {settings.SESSION_COOKIE_NAME: session.session_key, "csrftoken": CSRF}
