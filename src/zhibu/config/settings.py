"""Settings, read from the environment; a data folder and nothing else is needed."""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[3]
DATA_DIR = Path(os.environ.get("ZHIBU_DATA_DIR", BASE_DIR / "var"))
DATA_DIR.mkdir(parents=True, exist_ok=True)
SECRET_KEY = "unset"
DEBUG = False
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.auth",
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
    "zhibu.meetings",
    "zhibu.standards",
    "zhibu.home",
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATA_DIR / "zhibu.sqlite3"}}
AUTH_USER_MODEL = "accounts.User"
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
