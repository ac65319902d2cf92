"""The application as a web server takes it: ``atalaya.config.asgi:application``."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

from atalaya.config.bodies import limited
from atalaya.config.environment import environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "atalaya.config.settings.production")  # noqa: TID251 - Django's own door
application = limited(
    get_asgi_application(), most=environment().largest_request_megabytes * 1024 * 1024
)
