"""One file of settings. Every value comes from the environment or has a safe default; nothing secret has a default.

Unset DATABASE_URL / REDIS_URL mean the embedded engines of DATA_DIR (see praxis/embedded.py).
"""

from pathlib import Path

import environ
from csp.constants import NONE, SELF

from praxis import engines

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".data"))).resolve()

# --- Who runs this ------------------------------------------------------------------------------------------------
# DEMO is switched on by `make run` only: it fills the demo practice and allows its published password.
DEMO = env.bool("DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or engines.local_secret(DATA_DIR, "secret-key")
# AES-GCM keys for secrets at rest, newest first: "k2:base64,k1:base64".
FIELD_KEYS = env.str("FIELD_KEYS", default="") or engines.local_field_keys(DATA_DIR)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PUBLIC_URL = env.str("PUBLIC_URL", default="")
# What links in mails begin with where PUBLIC_URL is not set: `make run` on this machine.
LOCAL_URL = f"http://localhost:{env.str('PORT', default='') or '8000'}"

INSTALLED_APPS = [
    "praxis.apps.HouseConfig",
    "praxis.core",
    "accounts",
    "scheduling",
    "videosprechstunde",
    "notifications",
    "integrations",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
]

MIDDLEWARE = [
    "praxis.health.probes",
    "praxis.core.middleware.audit_via",
    "praxis.core.middleware.Utf8Only",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.languages.PatientLanguageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.middleware.PracticeScopeMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
]

ROOT_URLCONF = "praxis.urls"
ASGI_APPLICATION = "praxis.asgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- Database and Redis -------------------------------------------------------------------------------------------
DATABASES = {
    "default": environ.Env.db_url_config(env.str("DATABASE_URL", default="") or engines.database_url(DATA_DIR))
}
DATABASES["default"] |= {
    "ENGINE": "django.db.backends.postgresql",
    # Each thread of a web process keeps its connection (praxis.asgi); a command opens one and is gone.
    "CONN_MAX_AGE": None,
}
WEB_THREADS = env.int("WEB_THREADS", default=3)
REDIS_URL = env.str("REDIS_URL", default="") or engines.redis_url(DATA_DIR)
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "praxis"}
}

# A fixed time of day as a default is meant: without this, commands warn of it for ten seconds of each day.
SILENCED_SYSTEM_CHECKS = ["fields.W161"]

# --- Celery: only the motor; work rows in PostgreSQL are the queue -------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"

# --- People and sign-in ---------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.StaffBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "accounts.adapter.StaffAccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# One practice sits behind one address: the limit per address is wide, the limit per account narrow.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "60/m/ip,5/5m/key"}
# How long a sign-in is fresh enough for dangerous steps.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60
MFA_ADAPTER = "accounts.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "accounts.second_factor_forms.CodeForm",
    "reauthenticate": "accounts.second_factor_forms.CodeAgainForm",
    "activate_totp": "accounts.second_factor_forms.NewAppForm",
    "add_webauthn": "accounts.second_factor_forms.NewPasskeyForm",
    "edit_webauthn": "accounts.second_factor_forms.PasskeyNameForm",
    "authenticate_webauthn": "accounts.second_factor_forms.PasskeyForm",
    "reauthenticate_webauthn": "accounts.second_factor_forms.PasskeyAgainForm",
    "login_webauthn": "accounts.second_factor_forms.PasskeyLoginForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
# A clock half a minute off still signs in.
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = {"webauthn_login": "300/m/ip"}
USERSESSIONS_ADAPTER = "accounts.second_factor.SessionsAdapter"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "accounts.passwords.DemoPasswordValidator"},
]

# --- Language and time ------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "de"
# English on the pages that patients read (accounts.languages); `manage.py translations` writes locale/.
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
USE_I18N = True
USE_TZ = True
# Rows are UTC; pages activate the zone of the practice (accounts.middleware).
TIME_ZONE = "Europe/Berlin"

# --- Static files -------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- Security -----------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
HTTPS = env.bool("HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SESSION_ENGINE = "accounts.session_store"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# The GDT page takes 500 files and says so beside the field; only far above that the request itself is refused.
DATA_UPLOAD_MAX_NUMBER_FILES = 2000

# --- REST API -----------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "UNAUTHENTICATED_USER": None,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Praxis",
    "VERSION": "1",
    "DESCRIPTION": "The calendar of a medical practice, for other systems. Errors are problem+json (RFC 9457).",
    "COMPONENT_SPLIT_PATCH": False,
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "ENUM_NAME_OVERRIDES": {
        "AppointmentStatus": "scheduling.models.entry.Status",
        "NewAppointmentStatus": "integrations.api.serializers.NEW_STATUSES",
    },
}

# --- betty24 ------------------------------------------------------------------------------------------------------
# The simulated portal of `make run`; empty elsewhere.
BETTY24_DEMO_URL = env.str("BETTY24_DEMO_URL", default="")
BETTY24_DEMO_KEY = env.str("BETTY24_DEMO_KEY", default="")
# Portals on this machine or in the private network, over plain HTTP too: for simulators only. A command beside
# `make run` knows by the embedded database that it is on such a machine.
BETTY24_ALLOW_PRIVATE_HOSTS = env.bool(
    "BETTY24_ALLOW_PRIVATE_HOSTS", default=DEMO or not env.str("DATABASE_URL", default="")
)
# The same for the service that held the video consultations before (Konto-Migration).
LEGACY_VSS_DEMO_URL = env.str("LEGACY_VSS_DEMO_URL", default="")
LEGACY_VSS_ALLOW_PRIVATE_HOSTS = env.bool("LEGACY_VSS_ALLOW_PRIVATE_HOSTS", default=BETTY24_ALLOW_PRIVATE_HOSTS)

# --- eTermin ------------------------------------------------------------------------------------------------------
# The simulated eTermin of `make run`; empty elsewhere.
ETERMIN_DEMO_URL = env.str("ETERMIN_DEMO_URL", default="")
ETERMIN_DEMO_ID = env.str("ETERMIN_DEMO_ID", default="")
ETERMIN_DEMO_SECRET = env.str("ETERMIN_DEMO_SECRET", default="")
ETERMIN_DEMO_KEY = env.str("ETERMIN_DEMO_KEY", default="")
# How long a web process goes on with what it knows of a connection, as long as the proof fits.
ETERMIN_PLACE_SECONDS = env.float("ETERMIN_PLACE_SECONDS", default=1.0)
# As for betty24: an eTermin on this machine, for the simulator only.
ETERMIN_ALLOW_PRIVATE_HOSTS = env.bool("ETERMIN_ALLOW_PRIVATE_HOSTS", default=BETTY24_ALLOW_PRIVATE_HOSTS)

# --- Downloads ----------------------------------------------------------------------------------------------------
# Where the publisher's signed feed lies, and the file with the publisher's root of trust that came with the contract.
# Without both nothing is looked for. `make run` starts a publisher of its own and names both, also to commands.
DOWNLOADS_URL = env.str("DOWNLOADS_URL", default="") or engines.addresses(DATA_DIR).get("downloads_url", "")
DOWNLOADS_ROOT = env.str("DOWNLOADS_ROOT", default="") or engines.addresses(DATA_DIR).get("downloads_root", "")
DOWNLOADS_DEMO_DIR = DATA_DIR / "publisher"
# Shared by all hosts: the worker writes here, web and worker read.
DOWNLOADS_DIR = Path(env.str("DOWNLOADS_DIR", default=str(DATA_DIR / "downloads")))
DOWNLOADS_QUOTA_MB = env.int("DOWNLOADS_QUOTA_MB", default=500)
DOWNLOADS_ALLOW_PRIVATE_HOSTS = env.bool("DOWNLOADS_ALLOW_PRIVATE_HOSTS", default=BETTY24_ALLOW_PRIVATE_HOSTS)

# --- Video consultation -------------------------------------------------------------------------------------------
# The practice's own relay (coturn with use-auth-secret), for example turns:turn.praxis.example:443?transport=tcp.
# Unset: the two browsers look for each other directly. Never a foreign server by default.
VIDEO_TURN_URLS = env.list("TURN_URLS", default=[])
VIDEO_TURN_SECRET = env.str("TURN_SECRET", default="")
VIDEO_RELAY_ONLY = env.bool("VIDEO_RELAY_ONLY", default=False)
# A LiveKit server as a further video service: wss://…, the page that opens its rooms, key and secret. Off while unset.
LIVEKIT_URL = env.str("LIVEKIT_URL", default="")
LIVEKIT_PAGE = env.str("LIVEKIT_PAGE", default="")
LIVEKIT_API_KEY = env.str("LIVEKIT_API_KEY", default="")
LIVEKIT_API_SECRET = env.str("LIVEKIT_API_SECRET", default="")

EMAIL_URL = env.str("EMAIL_URL", default="consolemail://")
vars().update(environ.Env.email_url_config(EMAIL_URL))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="praxis@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
}
