"""Settings that hold everywhere. What an administrator may set is in ``config/environment.py``."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from atalaya.config.databases import database
from atalaya.config.environment import environment
from atalaya.config.packages import installed

PACKAGE = Path(__file__).resolve().parent.parent.parent
ENVIRONMENT = environment()

DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.secret_key
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
CSRF_TRUSTED_ORIGINS = ENVIRONMENT.trusted_origins
# What layers below this one need to know of the environment.
PUBLIC_URL = ENVIRONMENT.public_url
MAIL_PORT = ENVIRONMENT.mail_port
TRUSTED_PROXIES = ENVIRONMENT.trusted_proxies
SECRETS = ENVIRONMENT.secrets  # encrypts what others entrust to us
OUTGOING_NETWORKS = ENVIRONMENT.outgoing_networks  # private networks that may be asked

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    *installed(PACKAGE),
    "atalaya.config.apps.ConfigApp",
]

MIDDLEWARE = [
    "atalaya.config.health.Health",
    "atalaya.config.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "atalaya.config.middleware.RequestContext",
    "atalaya.ui.middleware.VaryOnPartial",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "atalaya.core.identity.middleware.WhoIsAsking",
    "atalaya.config.middleware.Errors",
]

ROOT_URLCONF = "atalaya.config.urls"
ASGI_APPLICATION = "atalaya.config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "atalaya.ui.jinja.Backend",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    },
]

FORM_RENDERER = "atalaya.ui.forms.Renderer"

DATABASES = {"default": database(ENVIRONMENT)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "identity.Account"
AUTHENTICATION_BACKENDS = ["atalaya.core.identity.backends.Accounts"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.data / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
MEDIA_ROOT = ENVIRONMENT.data / "files"

SESSION_ENGINE = "atalaya.core.identity.session_store"
SESSION_COOKIE_NAME = f"atalaya_{ENVIRONMENT.port}"  # several desks on one host keep theirs apart
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 366 * 24 * 3600  # the preference session_days decides, and is at most a year
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = ENVIRONMENT.secure
CSRF_COOKIE_NAME = f"atalaya_csrf_{ENVIRONMENT.port}"
CSRF_COOKIE_HTTPONLY = True  # pages carry the token; no script of ours reads the cookie
CSRF_COOKIE_SECURE = ENVIRONMENT.secure
CSRF_FAILURE_VIEW = "atalaya.config.failures.csrf"
SECURE_HSTS_SECONDS = 31_536_000 if ENVIRONMENT.secure else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.trusted_proxies else None
)
X_FRAME_OPTIONS = "DENY"

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# Mail goes through engines/channels, with its log and retries; Django's own door stays shut.
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"  # every package keeps its jobs in jobs.py

MFA_ADAPTER = "atalaya.core.identity.factors.Adapter"
MFA_TOTP_TOLERANCE = 1  # one step of 30 seconds either way, for phones whose clock is a little off
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"

LOGGING_CONFIG = None  # structlog is set up by config/logs.py
SILENCED_SYSTEM_CHECKS: list[str] = []

PREFERENCES_FRESH_FOR = 2.0  # seconds another process may see an old decision
