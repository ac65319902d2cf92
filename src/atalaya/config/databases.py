"""The database as Django wants it told, from one URL."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from atalaya.config.environment import Environment


def database(environment: Environment) -> dict[str, Any]:
    """Django's settings for ``environment.database_url``: pooled, never persistent (ASGI)."""
    return from_url(environment.database_url, pool=environment.database_pool)


def from_url(url: str, *, pool: int = 0) -> dict[str, Any]:
    """Django's settings for a ``postgresql://`` URL; its query string is passed to libpq.

    ``pool`` is the most connections this process keeps; 0 keeps none. One that the server closed
    meanwhile (it was restarted) is replaced before it is used.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ValueError("DATABASE_URL must start with postgresql://")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or (unquote(parts.hostname) if parts.hostname else "")
    if pool:
        options["pool"] = {"min_size": 1, "max_size": pool, "timeout": 10, "max_idle": 120}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or options.pop("port", "")),
        "OPTIONS": options,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": bool(pool),
        "ATOMIC_REQUESTS": False,
    }
