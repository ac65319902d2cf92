"""The application as a web server takes it: ``atalaya.config.asgi:application``."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "atalaya.config.settings.production")  # noqa: TID251 - Django's own door
application = get_asgi_application()
