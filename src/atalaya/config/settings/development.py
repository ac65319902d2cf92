"""For ``atalaya dev``: errors in the browser, plain static files."""

from __future__ import annotations

from atalaya.config.settings.base import *  # noqa: F403 - settings modules inherit this way

DEBUG = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
