"""All settings, in the order of Django's documentation.

Without any variable the desk runs on the servers that `bureau.embedded` starts. `DATABASE_URL` set from
outside, or `DEBUG=false`, says "production": then a missing secret stops the start with its name. Pages for developers
come with `DEBUG=1` alone; whoever tries the desk sees the pages that people will see.
`.env.example` lists every variable.
"""

import sys
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from redis.backoff import NoBackoff
from redis.retry import Retry

from bureau.database_roles import needs_owner

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
if (BASE_DIR / ".env").is_file():
    environ.Env.read_env(BASE_DIR / ".env")
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))

# `bureau.embedded` marks the servers it started, so that "DATABASE_URL is set" still means production.
EMBEDDED = env.bool("BUREAU_EMBEDDED", default=False)
PRODUCTION = not env.bool("DEBUG", default=True) or ("DATABASE_URL" in env.ENVIRON and not EMBEDDED)
DEBUG = env.bool("DEBUG", default=False)
TESTING = "pytest" in sys.modules
# Set by bureau/wsgi.py: a page waits for a server some seconds, a worker as long as the work takes.
IS_WEB = env.str("BUREAU_PROCESS", default="") == "web"


def required(name: str, default: str) -> str:
    """A value that production must bring itself; development has a default."""
    value = env.str(name, default="" if PRODUCTION else default)
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. Set it in the environment or in .env (see .env.example).")
    return value


SECRET_KEY = required("SECRET_KEY", "only-for-development-and-tests-never-for-production-0123456789")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("SITE_URL", default="http://localhost:8000")
AGENCY_NAME = env.str("AGENCY_NAME", default="Keskkonnaamet")

INSTALLED_APPS = [
    "bureau.apps.BureauConfig",
    "complaints.apps.ComplaintsConfig",
    "feedback.apps.FeedbackConfig",
    "staff.apps.StaffConfig",
    "quality.apps.QualityConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "csp",
    "django_filters",
    "django_htmx",
    "import_export",
    "pgtrigger",
    "pghistory",
    "template_partials.apps.SimpleAppConfig",
]

MIDDLEWARE = [
    "bureau.middleware.AliveMiddleware",  # before all else, so that it asks nothing of anybody
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "bureau.middleware.NothingKeptMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "bureau.middleware.LanguageMiddleware",
    "bureau.body_limits.BodyLimitMiddleware",
    "bureau.middleware.SignedInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "bureau.middleware.OnlyByFormMiddleware",
    "bureau.second_factor.SecondFactorMiddleware",
    "bureau.middleware.ActorMiddleware",
    # The last: what the others turn away uses no form up.
    "bureau.submissions.SubmissionMiddleware",
]

ROOT_URLCONF = "bureau.urls"
WSGI_APPLICATION = "bureau.wsgi.application"
FORM_RENDERER = "bureau.rendering.FormRenderer"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bureau.context.frame",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": ["template_partials.templatetags.partials", "bureau.templatetags.form_keys"],
        },
    }
]

# --- Data -------------------------------------------------------------------------------------------------------------
# The desk runs as a role that owns nothing; a few commands need the owner (bureau/database_roles.py).
RUNTIME_DATABASE = env.db_url("DATABASE_URL", default="postgresql://localhost/bureau")
AS_OWNER = needs_owner(sys.argv)
if AS_OWNER and not env.str("DATABASE_OWNER_URL", default=""):
    raise ImproperlyConfigured(
        f"{sys.argv[1]} runs as the owner of the database: set DATABASE_OWNER_URL in the environment or in .env (see .env.example)."
    )
DATABASES = {"default": env.db_url("DATABASE_OWNER_URL") if AS_OWNER else dict(RUNTIME_DATABASE)}
DATABASES["default"]["ENGINE"] = "bureau.database"
# What a server or a network that vanished leaves behind is noticed within a minute.
DATABASES["default"].setdefault("OPTIONS", {}).update(
    connect_timeout=2 if IS_WEB else 10, keepalives_idle=20, keepalives_interval=10, keepalives_count=3, tcp_user_timeout=60_000
)  # fmt: skip
if IS_WEB:
    DATABASES["default"]["STILL_AFTER"] = 2
    DATABASES["default"]["STATEMENT_SECONDS"] = env.int("STATEMENT_SECONDS", default=15)
    DATABASES["default"]["OPTIONS"]["options"] = (
        f"-c statement_timeout={DATABASES['default']['STATEMENT_SECONDS']}s -c lock_timeout=5s"
        " -c idle_in_transaction_session_timeout=60s"
    )
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"].setdefault("TEST", {})["NAME"] = "test_bureau" + env.str("TEST_DB_SUFFIX", default="")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
# Several desks, or several test runs, may share one server.
KEY_PREFIX = env.str("KEY_PREFIX", default="bureau")
CACHES = {
    "default": {
        "BACKEND": "bureau.patient_cache.PatientCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": KEY_PREFIX,
        # A test counts on what it kept, however busy the machine.
        "OPTIONS": dict.fromkeys(("socket_timeout", "socket_connect_timeout"), 10 if TESTING else 1)
        | {"retry": Retry(NoBackoff(), 0)},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=10) * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = False

STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": env.str("FILES_DIR", default=str(VAR_DIR / "files"))},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if not PRODUCTION
        else "bureau.static_files.HashedStaticFiles"
    },
}
STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_DIR", default=str(VAR_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
# Looked up when asked for: each test client would else read the whole folder anew.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = not PRODUCTION
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_PERMISSIONS = 0o600
FREE_DISK_MEGABYTES = env.int("FREE_DISK_MEGABYTES", default=200)

# --- Jobs -------------------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default=REDIS_URL)
CELERY_BROKER_TRANSPORT = "bureau.broker_transport:Transport"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = (
    None  # a worker waits for its broker for ever; by default it ends after a hundred tries
)
# The last resort against work that never ends; the worker of long work gives its own on the command line.
CELERY_TASK_SOFT_TIME_LIMIT = env.int("TASK_SECONDS", default=900)
CELERY_TASK_TIME_LIMIT = CELERY_TASK_SOFT_TIME_LIMIT + 60
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than any work; what a killed worker had is found by its row, within a minute (bureau/jobs.py).
    "visibility_timeout": 8 * 3600,
    "global_keyprefix": f"{KEY_PREFIX}:",
    # A page that orders work does not wait for a broker that is away; the sweep orders it again.
    "socket_connect_timeout": 2,
    "socket_timeout": 2 if IS_WEB else 20,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.2,
}
CELERY_TIMEZONE = "Europe/Tallinn"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# --- Language and time ------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "et"
LANGUAGES = [("et", _("Estonian")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["bureau.formats"]
TIME_ZONE = "Europe/Tallinn"
USE_I18N = True
USE_TZ = True

# --- Mail -------------------------------------------------------------------------------------------------------------
# In production letters must leave. Elsewhere nothing goes outside unasked: they lie as files where they can be read.
if PRODUCTION and required("EMAIL_URL", "") or env.str("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_TIMEOUT = 30  # of letters that are sent while a page waits: a new password
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="klienditugi@example.ee")

# --- People -----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "bureau.User"
AUTHENTICATION_BACKENDS = [
    "bureau.permissions.RoleBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if TESTING
    else ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_ADAPTER = "bureau.sign_in.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "bureau.sign_in.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key", "reset_password": "20/m/ip,3/h/key"}
# How many proxies of ours stand before the desk: `bureau.client_address` reads the address that the outermost saw.
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
# Whether everybody who signs in by password must set up a second factor.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=PRODUCTION)
MFA_ADAPTER = "bureau.sign_in.SecondFactorAdapter"
ACCOUNT_FORMS = {
    "login": "bureau.forms.account.SignInForm",
    "reauthenticate": "bureau.forms.account.ReauthenticateForm",
    "reset_password": "bureau.forms.account.AskNewPasswordForm",
    "reset_password_from_key": "bureau.forms.account.SetPasswordForm",
    "change_password": "bureau.forms.account.ChangePasswordForm",
}
MFA_FORMS = {
    "authenticate": "bureau.forms.account.CodeForm",
    "reauthenticate": "bureau.forms.account.CodeAgainForm",
}
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses are entered by the administrator
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Klienditeenindus"
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
SOCIALACCOUNT_ONLY = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_STORE_TOKENS = False
OIDC_PROVIDER_ID = env.str("OIDC_PROVIDER_ID", default="tara")
OIDC_NAME = env.str("OIDC_NAME", default="TARA")
OIDC_SERVER_URL = env.str("OIDC_SERVER_URL", default="")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="")
OIDC_MINIMUM_ACR = env.str("OIDC_MINIMUM_ACR", default="substantial")
SOCIALACCOUNT_PROVIDERS = (
    {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": OIDC_PROVIDER_ID,
                    "name": OIDC_NAME,
                    "client_id": OIDC_CLIENT_ID,
                    "secret": env.str("OIDC_CLIENT_SECRET", default=""),
                    "settings": {
                        "server_url": OIDC_SERVER_URL,
                        "token_auth_method": env.str("OIDC_TOKEN_AUTH_METHOD", default="client_secret_basic"),
                        "scope": env.list("OIDC_SCOPE", default=["openid"]),
                        # TARA advises to read the ID token and not to ask for user info.
                        "fetch_userinfo": False,
                        "oauth_pkce_enabled": env.bool("OIDC_PKCE", default=False),
                    },
                }
            ]
        }
    }
    if OIDC_SERVER_URL
    else {}
)

# --- Security ---------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # The form that begins a sign-in is sent on to the state's service.
        "form-action": [
            SELF,
            *(["{0.scheme}://{0.netloc}".format(urlsplit(OIDC_SERVER_URL))] if OIDC_SERVER_URL else []),
        ],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "bureau.views.errors.csrf_failure"
BEHIND_TLS = env.bool("BEHIND_TLS", default=PRODUCTION)
if BEHIND_TLS:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
if env.bool("TRUST_PROXY_TLS_HEADER", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- History ----------------------------------------------------------------------------------------------------------
PGHISTORY_APPEND_ONLY = True

# --- Log --------------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "bureau.log_secrets.Formatter", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING" if TESTING else "INFO")},
    "loggers": {
        # Named so that no handler of their own writes a line past the formatter above.
        "django": {"level": "INFO"},
        "django.server": {"level": "WARNING", "handlers": ["console"], "propagate": False},
        "gunicorn.error": {"handlers": ["console"], "propagate": False},
        "gunicorn.access": {"handlers": ["console"], "propagate": False},
        "celery.utils.functional": {"level": "WARNING"},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
