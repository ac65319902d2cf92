"""Files: attachments, kept once by content, on disk."""

from __future__ import annotations

from django.apps import AppConfig


class FilesConfig(AppConfig):
    """Content-addressed store, attachments and their download."""

    name = "atalaya.core.files"
    label = "files"
