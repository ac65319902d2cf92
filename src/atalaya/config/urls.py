"""Every address of the desk, computed from the folders: a new package needs no line here.

A package's ``console/urls.py`` is mounted under ``/console/``, its ``portal/urls.py`` under ``/``;
their paths start with the package's own word (``tickets/…``). Names read
``console:tickets:page`` and ``portal:tickets:page``; those of the shells themselves
``console:home``. The addresses of a practice that is off do not resolve.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.urls import include, path
from django.urls.exceptions import Resolver404
from django.urls.resolvers import RoutePattern, URLPattern, URLResolver

from atalaya.config import health
from atalaya.kernel.plugs import practice_is_on

Addresses = list[URLPattern | URLResolver]
FACES = ("console", "portal")


class PracticeResolver(URLResolver):
    """The addresses of one practice. While it is off they are unknown: a plain 404."""

    practice = ""

    def resolve(self, path: Any) -> Any:
        if not practice_is_on(self.practice):
            raise Resolver404({"path": path, "tried": []})
        return super().resolve(path)


def mounted(prefix: str, module: str, name: str) -> URLResolver:
    """The addresses of ``module`` under ``prefix``, in the namespace ``name``."""
    urlconf = (import_module(module).urlpatterns, name)
    practice = _practice_of(module)
    if practice is None:
        found: URLResolver = path(prefix, include(urlconf))
        return found
    resolver = PracticeResolver(
        RoutePattern(prefix, is_endpoint=False), urlconf[0], {}, app_name=name, namespace=name
    )
    resolver.practice = practice
    return resolver


def _practice_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[2] if parts[:2] == ["atalaya", "practices"] else None


def face(name: str) -> Addresses:
    """The addresses of a shell: its own, then those of every package that has pages in it."""
    found: Addresses = []
    if _exists(f"atalaya.{name}.urls"):
        found += import_module(f"atalaya.{name}.urls").urlpatterns
    for package in _packages():
        if _exists(f"{package}.{name}.urls"):
            found.append(mounted("", f"{package}.{name}.urls", package.rpartition(".")[2]))
    return found


def _packages() -> Iterable[str]:
    for config in apps.get_app_configs():
        if config.name.startswith(("atalaya.core.", "atalaya.engines.", "atalaya.practices.")):
            yield config.name


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # the folder above it is not there either
        return False


def alone() -> Addresses:
    """Packages with pages outside the shells, which keep their addresses in ``urls.py``."""
    packages = ["atalaya.ui", *_packages(), "atalaya.console.setup"]
    return [
        mounted("", f"{package}.urls", package.rpartition(".")[2])
        for package in packages
        if _exists(f"{package}.urls")
    ]


def api() -> Addresses:
    """The programs' door, when it is there."""
    if not _exists("atalaya.api.urls"):
        return []
    return [path("api/v1/", include(import_module("atalaya.api.urls").urlpatterns))]


urlpatterns: Addresses = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    *alone(),
    *api(),
    path("console/", include((face("console"), "console"))),
    path("", include((face("portal"), "portal"))),
]

handler400 = "atalaya.config.failures.bad_request"
handler403 = "atalaya.config.failures.forbidden"
handler404 = "atalaya.config.failures.not_found"
handler500 = "atalaya.config.failures.broken"
