"""For tests: quick password hashing, plain static files, and a journal that may be flushed."""

from __future__ import annotations

from atalaya.config.settings.base import *  # noqa: F403 - settings modules inherit this way
from atalaya.config.settings.base import DATABASES

DEBUG = False
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATABASES["default"]["OPTIONS"]["options"] = "-c atalaya.flush=on"
PREFERENCES_FRESH_FOR = 1e9  # a test counts queries, not seconds; fixtures forget between tests
