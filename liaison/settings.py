"""One settings file; its defaults are the demo. The environment wins over what the runner wrote to env.json."""

from __future__ import annotations

import json
import os
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import dj_database_url
import django.conf.locale
import django_stubs_ext
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from liaison import secrets_by_file, timetable

# Lets generic Django classes be subscripted at run time, as their types are.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
STATE_DIR = Path(os.environ.get("STATE_DIR") or BASE_DIR / ".state")

try:
    _STATE: dict[str, Any] = json.loads((STATE_DIR / "env.json").read_text())
except (OSError, ValueError):
    _STATE = {}


def _env(name: str, default: str = "") -> str:
    return secrets_by_file.read(os.environ, name) or str(_STATE.get(name) or default)


DEMO = _env("DEMO", "1") != "0"
DEBUG = _env("DEBUG", "0") == "1"
SECRET_KEY = _env("SECRET_KEY", "demo-only-secret" if DEMO else "")
ALLOWED_HOSTS = _env("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in _env("CSRF_TRUSTED_ORIGINS").split(",") if origin]
PORTAL_URL = _env("PORTAL_URL", f"http://127.0.0.1:{_env('PORT', '8000')}")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "template_partials",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "liaison",
    "feeds",
    "notify",
    "corridor",
    "cargo",
    "tickets",
    "api",
    "observatory",
    *(["demo"] if DEMO else []),
]

MIDDLEWARE = [
    "liaison.metering.meter",
    "liaison.logs.log_requests",
    "liaison.browsing.tell_browser",
    "liaison.compressing.compress",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "liaison.origins.remember_origin",
    "liaison.signin.sessions.limit_age",
    "allauth.account.middleware.AccountMiddleware",
    "liaison.languages.language_of_person",
    "liaison.keeping.name_reader",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "liaison.views.refusals.explain_methods",
    "liaison.signin.factors.require_second",
]

ROOT_URLCONF = "liaison.urls"
WSGI_APPLICATION = "liaison.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "liaison.context.portal",
            ]
        },
    }
]

_DATABASE_URL = _env("DATABASE_URL", "postgres://portal@127.0.0.1:5432/portal")
DATABASES = {"default": dj_database_url.parse(_DATABASE_URL, conn_max_age=60, conn_health_checks=True)}
# Behind a pooler that lends a session for a transaction, nothing is left in it for the next.
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = bool(_env("DATABASE_POOLED"))
# Pages ask short questions of much: compiling them, sharing them out or planning them anew takes longer than answering.
_PLANS = "-c jit=off -c max_parallel_workers_per_gather=0 -c plan_cache_mode=force_generic_plan"
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", _PLANS)
# The address that the portal's processes use, where that is another than its owner's; `database_roles` makes its user.
DATABASE_APP_URL = _env("DATABASE_APP_URL")
REDIS_URL = _env("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}


def _celery_broker(url: str) -> str:
    """Celery's spelling of a Redis URL: a unix socket has another scheme and another name for the database."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    database = parts.query.removeprefix("db=") or "0"
    return f"redis+socket://{parts.path}?virtual_host={database}"


CELERY_BROKER_URL = _celery_broker(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 600,
    "socket_connect_timeout": 2,
    "socket_timeout": 30,
    # Whoever rings the bell waits for no second try; workers have their own way of connecting again.
    "max_retries": 0,
}
CELERY_TASK_DEFAULT_QUEUE = "reports"
QUEUES = timetable.QUEUES
CELERY_TASK_ROUTES = timetable.ROUTES
CELERY_BEAT_SCHEDULE_FILENAME = str(STATE_DIR / "beat")
CELERY_BEAT_SCHEDULE = timetable.TIMETABLE
# Who is woken when a delivery is stored, and when outbox rows are written: names, so that nothing is imported.
DELIVERY_BELL = "cargo.tasks.read_delivery"
OUTBOX_BELL = "notify.tasks.send_due"
# Who ends a reader of news whose address is no more.
READER_ENDERS = ["corridor.subscriptions.end_reader", "observatory.readers.end_reader"]
BROWSER_RENEWERS = ["corridor.subscriptions.renew_browser"]
# Who sends a letter to an address.
LETTER_WRITER = "notify.letters.write_letter"
# Who answers what the API is asked about indicators.
INDICATORS = {"every": "observatory.answers.every", "one": "observatory.answers.one"}
# What makes the files that are ordered, by their kind, and what else each app shows of its work in the background.
JOBS, WORK = ["cargo.exports.JOBS", "liaison.exports.JOBS"], ["cargo.uploads.work_of"]
# What apps above the feeds know of each source.
SOURCE_FIGURES = ["cargo.conflicts.FIGURES"]
# What each app holds of a person, how it forgets her, and how long it keeps what is its own.
HOLDINGS = [
    *("liaison.holdings.HELD", "notify.holdings.HELD", "corridor.holdings.HELD", "cargo.holdings.HELD"),
    *("tickets.holdings.HELD", "api.holdings.HELD", "observatory.readers.HELD"),
]
ERASERS = [
    *("liaison.erasure.forget", "notify.holdings.forget", "corridor.holdings.forget", "cargo.holdings.forget"),
    *("tickets.holdings.forget", "api.holdings.forget", "observatory.readers.forget"),
]
RETENTION = [
    *("liaison.retention.RULES", "notify.retention.RULES", "corridor.trail.RULES", "corridor.holdings.RULES"),
    *("cargo.holdings.RULES", "api.holdings.RULES", "cargo.uploads.RULES", "tickets.retention.RULES"),
    "tickets.holdings.RULES",
]
# What each app counts of an organisation for the office's directory.
DIRECTORY_FIGURES = ["cargo.figures.FIGURES", "tickets.figures.FIGURES"]
# What each app knows of the goods on board of ships that call.
CALL_FIGURES = ["cargo.aboard.FIGURES"]
# The people whom a notice of the office concerns, as each app knows them.
ADVISORY_AUDIENCES = ["cargo.affected.AUDIENCE"]

AUTH_USER_MODEL = "liaison.Person"
AUTHENTICATION_BACKENDS = ["liaison.signin.backend.EmailBackend"]
ACCOUNT_ADAPTER = "liaison.signin.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# A firm registers once; a network address may be that of a whole mobile network, an e-mail address is one person's.
ACCOUNT_RATE_LIMITS = {
    "register": "60/h/ip",
    "register_letter": "5/h/key",
    "subscribe": "60/h/ip",
    "subscribe_letter": "3/h/key",
    "subscribe_code": "60/h/ip",
}
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
# A person's address is confirmed before the account is hers, and a new one before it takes the old one's place.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {
    "login": "liaison.signin.forms.LoginForm",
    "request_login_code": "liaison.signin.forms.RequestLoginCodeForm",
    "confirm_login_code": "liaison.signin.forms.ConfirmLoginCodeForm",
    "reauthenticate": "liaison.signin.forms.ReauthenticateForm",
    "add_email": "liaison.signin.forms.AddEmailForm",
    "change_password": "liaison.signin.forms.ChangePasswordForm",
    "reset_password": "liaison.signin.forms.ResetPasswordForm",
    "reset_password_from_key": "liaison.signin.forms.ResetPasswordKeyForm",
}
MFA_ADAPTER = "liaison.signin.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_FORMS = {
    "authenticate": "liaison.signin.forms.AuthenticateForm",
    "reauthenticate": "liaison.signin.forms.ReauthenticateCodeForm",
    "activate_totp": "liaison.signin.forms.ActivateTOTPForm",
    "add_webauthn": "liaison.signin.forms.AddPasskeyForm",
    "authenticate_webauthn": "liaison.signin.forms.PasskeyForm",
    "login_webauthn": "liaison.signin.forms.LoginPasskeyForm",
    "reauthenticate_webauthn": "liaison.signin.forms.ReauthenticatePasskeyForm",
}
# Whether the office, agencies and administrators must have a second factor.
# Who bears it may read /metrics; without one only an administrator who is signed in.
METRICS_TOKEN = _env("METRICS_TOKEN", "demo-metrics" if DEMO else "")
MFA_REQUIRED = _env("MFA_REQUIRED", "0" if DEMO else "1") != "0"
# How many proxies of ours stand before the portal; each adds the address it was asked from to X-Forwarded-For.
TRUSTED_PROXY_COUNT = int(_env("TRUSTED_PROXY_COUNT", "0"))
PASSWORD_RESET_TIMEOUT = 3600
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"liaison.signin.passwords.{name}"} for name in ("LongEnough", "NotHerself", "NotFigures", "Uncommon")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"

# Kinyarwanda has no catalogue in Django, so its name must be made known before LANGUAGES is read.
django.conf.locale.LANG_INFO["rw"] = {
    "bidi": False,
    "code": "rw",
    "name": "Kinyarwanda",
    "name_local": "Ikinyarwanda",
}
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français"), ("rw", "Ikinyarwanda"), ("sw", "Kiswahili")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "liaison.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Africa/Kigali"
FIRST_DAY_OF_WEEK = 1

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Collected and compressed in an image's build; elsewhere the files are served from where they lie.
_collected = BASE_DIR / "static.dist"
STATIC_ROOT = _collected if _collected.is_dir() or "collectstatic" in sys.argv else None
WHITENOISE_USE_FINDERS = STATIC_ROOT is None
WHITENOISE_MAX_AGE = 3600
if STATIC_ROOT is not None:
    STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }

# A delivery's largest size; the web server refuses more before it is read into memory.
DELIVERY_MAX_BYTES = 64 * 1024 * 1024
# Below which folders of this machine sources are taken, with ":" between them; empty: whichever an operator names.
FEEDS_FOLDERS = [folder for folder in _env("FEEDS_FOLDERS").split(":") if folder]
DATA_UPLOAD_MAX_MEMORY_SIZE = DELIVERY_MAX_BYTES
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

_email = urlsplit(_env("EMAIL_URL", "smtp://127.0.0.1:2525"))
# By anymail's name of it ("brevo"), the provider that mail goes by instead, with anymail's own settings of it.
EMAIL_PROVIDER = _env("EMAIL_PROVIDER")
_via = f"anymail.backends.{EMAIL_PROVIDER}" if EMAIL_PROVIDER else "django.core.mail.backends.smtp"
ANYMAIL = secrets_by_file.below(os.environ, "ANYMAIL_", numbers={"REQUESTS_TIMEOUT": 10})
EMAIL_BACKEND = f"{_via}.EmailBackend"
EMAIL_HOST = _email.hostname or "127.0.0.1"
EMAIL_PORT = _email.port or (465 if _email.scheme == "smtps" else 25)
EMAIL_HOST_USER = unquote(_email.username or "")
EMAIL_HOST_PASSWORD = unquote(_email.password or "")
EMAIL_USE_TLS = _email.scheme == "smtp+tls"
EMAIL_USE_SSL = _email.scheme == "smtps"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = _env("DEFAULT_FROM_EMAIL", "KPA Liaison Office Kigali <portal@liaison.example>")

# Where our mail host hands mail in (none: nowhere), what people write to, and under which name it judges senders.
EMAIL_INBOUND_SECRET = _env("EMAIL_INBOUND_SECRET", "demo-mail" if DEMO else "")
EMAIL_INBOUND_ADDRESSES = {
    _env("EMAIL_INBOUND_ADDRESS", "help@liaison.example").lower(),
    DEFAULT_FROM_EMAIL.rpartition("<")[2].strip("<> ").lower(),
}
EMAIL_TRUSTED_HOST = _env("EMAIL_TRUSTED_HOST")
# The end of the address at which a provider of mail says what became of ours (none: nowhere).
EMAIL_REPORT_SECRET = _env("EMAIL_REPORT_SECRET")

# SMS by Africa's Talking; without a key nobody is offered SMS.
AFRICASTALKING_URL = _env("AFRICASTALKING_URL", "https://api.africastalking.com")
AFRICASTALKING_USERNAME = _env("AFRICASTALKING_USERNAME", "sandbox")
AFRICASTALKING_API_KEY = _env("AFRICASTALKING_API_KEY")
AFRICASTALKING_SENDER = _env("AFRICASTALKING_SENDER")
# What SMS may cost in a month, in the currency in which the provider bills; beyond it goes only what is urgent.
SMS_CURRENCY = _env("SMS_CURRENCY", "RWF")
SMS_MONTHLY_BUDGET = Decimal(_env("SMS_MONTHLY_BUDGET", "400000"))
# The ends of the addresses at which the provider hands in texts and reports, and sessions of the menu (none: nowhere).
SMS_INBOUND_SECRET = _env("SMS_INBOUND_SECRET", "demo-sms" if DEMO else "")
USSD_SECRET = _env("USSD_SECRET", "demo-ussd" if DEMO else "")

# WhatsApp by Meta's Cloud API; without a token nothing is sent, without the app's secret nothing is believed.
WHATSAPP_URL = _env("WHATSAPP_URL", "https://graph.facebook.com/v23.0")
WHATSAPP_TOKEN = _env("WHATSAPP_TOKEN")
WHATSAPP_PHONE_NUMBER_ID = _env("WHATSAPP_PHONE_NUMBER_ID", "100000000000000" if DEMO else "")
WHATSAPP_APP_SECRET = _env("WHATSAPP_APP_SECRET", "demo-whatsapp" if DEMO else "")
WHATSAPP_VERIFY_TOKEN = _env("WHATSAPP_VERIFY_TOKEN", "demo-whatsapp" if DEMO else "")
# The approved template for news outside the 24 hours: its first place is the news, its second an address.
WHATSAPP_TEMPLATE = _env("WHATSAPP_TEMPLATE", "portal_news")
# Notifications in browsers; without the key, which `./portal run` makes once, nobody is offered them.
VAPID_PRIVATE_KEY = _env("VAPID_PRIVATE_KEY")
# By which channels people are told beside the inbox.
PERSONAL_CHANNELS = [
    "email",
    *(["push"] if VAPID_PRIVATE_KEY else []),
    *(["whatsapp"] if WHATSAPP_TOKEN else []),
    *(["sms"] if AFRICASTALKING_API_KEY else []),
]
# Where a push service writes when something is wrong with what we send.
VAPID_SUBJECT = _env("VAPID_SUBJECT", f"mailto:{_env('PRIVACY_EMAIL', 'privacy@liaison.example')}")
# The services of the browsers' makers: nothing is sent to any other host. "*." is any host below.
PUSH_SERVICES = _env(
    "PUSH_SERVICES", "fcm.googleapis.com,*.push.services.mozilla.com,*.push.apple.com,*.notify.windows.com"
).split(",")

DEMO_FEED_URL = _env("DEMO_FEED_URL", "http://127.0.0.1:8001/")
DEMO_MAIL_DIR = Path(_env("DEMO_MAIL_DIR", str(STATE_DIR / "mail")))

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_ENGINE = "liaison.signin.store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
# (seconds unused, seconds in all) after which a session ends: for roles in trade, and for all others.
SESSION_AGES = {"trade": (7 * 86_400, 30 * 86_400), "office": (3_600, 12 * 3_600)}
SESSION_COOKIE_AGE = SESSION_AGES["trade"][1]
if not DEMO:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if not DEMO and _env("INSECURE_COOKIES", "0") != "1":
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    LANGUAGE_COOKIE_NAME = "__Host-language"
    SECURE_HSTS_SECONDS, SECURE_HSTS_INCLUDE_SUBDOMAINS = 31_536_000, True
# The proxy leads to https; a program on the portal's own machine, such as a container's health check, needs none.
# Whether a whole domain goes on the browsers' list for ever is for its owner to say.
SILENCED_SYSTEM_CHECKS = ["security.W008", "security.W021"]

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["api.rendering.Json"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "api.negotiation.AlwaysJson",
    "EXCEPTION_HANDLER": "api.problems.handle",
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "KPA Liaison Office Kigali: API",
    "DESCRIPTION": "Consignments, tickets and the state of the corridor for your own programs.",
    "VERSION": "1.4.0",
    "OAS_VERSION": "3.1.0",
    "POSTPROCESSING_HOOKS": ["api.description.calls.complete"],
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
}

# How often one access token may call, all of one organisation, and one network address what is open to everybody.
API_RATE = _env("API_RATE", "600/min")
API_FIRM_RATE = _env("API_FIRM_RATE", "3000/min")
API_OPEN_RATE = _env("API_OPEN_RATE", "3000/min")
# Whether a webhook may lead to this machine: for trying out, never where others can make one.
WEBHOOK_LOOPBACK = _env("WEBHOOK_LOOPBACK", "1" if DEMO else "0") == "1"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "liaison.logs.LineFormatter", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "liaison.logs.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": _env("LOG_FORMAT", "line")}},
    "root": {"handlers": ["console"], "level": _env("LOG_LEVEL", "INFO")},
    "loggers": {
        "httpx": {"level": "WARNING"},
        "django.server": {"level": "WARNING"},
        # A line for each request: where lines are JSON, for a program to read.
        "portal.requests": {"level": "INFO" if _env("LOG_FORMAT") == "json" else "WARNING"},
    },
}
# Where errors are reported, and of how many requests traces are; where traces go by OpenTelemetry, which reads its own
# OTEL_ variables. Neither is loaded unless it is set.
SENTRY_DSN, SENTRY_TRACES = _env("SENTRY_DSN"), float(_env("SENTRY_TRACES", "0"))
OTEL_ENDPOINT = _env("OTEL_EXPORTER_OTLP_ENDPOINT")

# How many open consignments may be alarmed a day: a share of them (5%), or so many (40).
ALARM_BUDGET = _env("ALARM_BUDGET", "5%")
# Where the nightly backup goes, with ":" between folders: the first on this machine, the others away from it, as
# something that is mounted. Without a key (32 bytes in base64) none is made.
BACKUP_FOLDERS = [Path(folder) for folder in _env("BACKUP_FOLDERS").split(":") if folder]
BACKUP_KEY = _env("BACKUP_KEY")
# The newest of so many days, weeks and months are kept.
BACKUP_KEEP = tuple(int(number) for number in _env("BACKUP_KEEP", "7,5,12").split(","))
# Where a dump lies in clear while it is restored; empty: where temporary files do.
BACKUP_WORK = _env("BACKUP_WORK")

# Among how many consignments the benchmarks of pages, figures and forecasts are made.
BENCH_CONSIGNMENTS = int(_env("BENCH_CONSIGNMENTS", "10000"))
BENCH_TICKETS = int(_env("BENCH_TICKETS", "10000"))
# Where people write about their data.
PRIVACY_EMAIL = _env("PRIVACY_EMAIL", "privacy@liaison.example")
OFFICE_NAME = _("KPA Liaison Office Kigali")
# How the office is reached, shown at the foot of each page; without a number none is shown.
OFFICE_EMAIL = _env("EMAIL_INBOUND_ADDRESS", "help@liaison.example").lower()
OFFICE_PHONE = _env("OFFICE_PHONE")
