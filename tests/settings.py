"""The product's settings with a data folder of their own and quick choices."""

import atexit
import os
import shutil
import tempfile

_data = tempfile.mkdtemp(prefix="zhibu-test-")
os.environ["ZHIBU_DATA_DIR"] = _data
os.environ.pop("ZHIBU_KEYS_FILE", None)
atexit.register(shutil.rmtree, _data, ignore_errors=True)

from zhibu.config.settings import *  # noqa: E402, F403

# Hashing passwords well is slow on purpose; tests log in hundreds of times.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Work is done at once: a test looks at what it left behind.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
ALLOWED_HOSTS = ["*"]
# A page of all shared components, for looking at them and for the accessibility check.
INSTALLED_APPS = [*INSTALLED_APPS, "tests.gallery"]  # noqa: F405
