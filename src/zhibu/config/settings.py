"""Settings, read from the environment; a data folder and nothing else is needed."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from zhibu.config.environment import database, flag, one_of, words
from zhibu.shared.keys import keys_path, load_keys

BASE_DIR = Path(__file__).resolve().parents[3]
DATA_DIR = Path(os.environ.get("ZHIBU_DATA_DIR") or Path.cwd() / "var").resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

SECRET_KEY = load_keys(keys_path(DATA_DIR)).django
DEBUG = flag("ZHIBU_DEBUG")
ALLOWED_HOSTS = words("ZHIBU_HOSTS") or ["localhost", ".localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = words("ZHIBU_ORIGINS")
#: Served over HTTPS (by a proxy in front): cookies then never travel in the clear.
HTTPS = flag("ZHIBU_HTTPS")

# Lowest band first: discovery and tests go by this order.
OUR_APPS = [
    "zhibu.shared",
    "zhibu.audit",
    "zhibu.accounts",
    "zhibu.jobs",
    "zhibu.files",
    "zhibu.packs",
    "zhibu.organization",
    "zhibu.records",
    "zhibu.membership",
    "zhibu.documents",
    "zhibu.ballots",
    "zhibu.procedures",
    "zhibu.meetings",
    "zhibu.standards",
    "zhibu.home",
    "zhibu.portal",
    "zhibu.demo",
]
INSTALLED_APPS = [
    *OUR_APPS,
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "django_tasks",
    "django_tasks_db",
    "template_partials.apps.SimpleAppConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "zhibu.portal.middleware.no_cookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "zhibu.shared.middleware.KeysInReach",
    "zhibu.shared.middleware.private_pages",
    "zhibu.shared.middleware.whole_page_login",
    "zhibu.accounts.middleware.idle_limit",
    "zhibu.accounts.middleware.first_password",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "zhibu.config.urls"
WSGI_APPLICATION = "zhibu.config.wsgi.application"

DATABASES = {"default": database(os.environ.get("ZHIBU_DATABASE_URL", ""), DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
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
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "zhibu.shared.context.frame",
            ],
        },
    }
]

# Log-in
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "zhibu.accounts.backends.Backend",
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "accounts:login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "zhibu.accounts.validators.LengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_COOKIE_AGE = 8 * 60 * 60
#: A session that nobody used for so long ends.
#: Sealed sheets and previews of ended imports are deleted after so many days.
IMPORT_KEEP_DAYS = int(os.environ.get("ZHIBU_IMPORT_KEEP_DAYS") or 30)
IDLE_SECONDS = int(os.environ.get("ZHIBU_IDLE_MINUTES") or 30) * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "zhibu.shared.views.csrf_failure"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
#: One key for an account, so that no other spelling of a phone number gives five more guesses.
AXES_USERNAME_CALLABLE = "zhibu.accounts.selectors.login_key"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "shared/locked.html"
AXES_VERBOSE = False

# What a browser may do with our pages
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 30 * 24 * 60 * 60

# Language and time
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# Static files: hashed and compressed once `zhibu serve` has collected them, else as they lie.
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATIC_COLLECTED = flag("ZHIBU_STATIC_COLLECTED")
WHITENOISE_USE_FINDERS = not STATIC_COLLECTED
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# Uploads and long work
MEDIA_ROOT = DATA_DIR / "files"
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
#: A roll call posts one field per person, and a large branch has hundreds.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# What everybody may read, below /open/
#: How long a cache in between may keep a page; browsers ask each time whether it changed.
PORTAL_CACHE_SECONDS = 60
#: Ask search engines to leave the public pages out.
PORTAL_NOINDEX = flag("ZHIBU_PORTAL_NOINDEX")
#: The portal's own address, if the poster should not name the one it was asked at.
PORTAL_URL = os.environ.get("ZHIBU_PORTAL_URL", "")
#: A village may share one address, so this is generous.
PORTAL_OBJECTIONS_PER_HOUR = int(os.environ.get("ZHIBU_PORTAL_OBJECTIONS_PER_HOUR") or 20)
#: Names in published texts: 张某某 (mou) or 张** (star).
MASK_NAME_STYLE = one_of("ZHIBU_MASK_NAME_STYLE", "mou", "star")
#: The first of these that is installed draws the posters.
PORTAL_FONTS = words("ZHIBU_FONTS") or [
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Noto Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "SimHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Noto Serif CJK SC",
]
PORTAL_FONT_FOLDERS = words("ZHIBU_FONT_FOLDERS")

# Secret ballots
#: Keys of open boxes: one file each, gone when the ballot is closed. Never part of a backup.
BALLOT_KEYS_DIR = Path(os.environ.get("ZHIBU_BALLOT_KEYS_DIR") or DATA_DIR / "ballot-keys")
#: With fewer secret ballots than this any result tells who voted how, so none is shown; never under 2.
BALLOT_LEAST_SHOWN = max(2, int(os.environ.get("ZHIBU_BALLOT_LEAST_SHOWN") or 3))

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "shared/table.html"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
