"""Version 1: the routers of every package that has one, behind one door, with one description."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Router
from ninja.security.base import AuthBase

from atalaya.api.description import described
from atalaya.api.parsing import Reader
from atalaya.api.problems import explained
from atalaya.kernel.errors import NotFound
from atalaya.kernel.plugs import practice_is_on

VERSION = "1.0.0"
ABOUT = (
    "Everything a console can do, for programs. Authenticate with a key "
    "(`Authorization: Bearer atl_…`). Lists page by cursor: pass `next` as `after`. Send an "
    "`Idempotency-Key` with a POST and repeat it as often as needed. Refusals are "
    "`application/problem+json` with a stable `code`."
)


class Key(AuthBase):
    """An API key. The door has checked it; here it is described and asked for."""

    openapi_type = "http"
    openapi_scheme = "bearer"
    openapi_description = "A key made in the console under “API keys”."

    def __call__(self, request: HttpRequest) -> Any:
        return getattr(request, "person", None)


class Version(NinjaAPI):
    """An API whose description leaves out practices that are off."""

    def get_openapi_schema(self, **options: Any) -> Any:
        return described(super().get_openapi_schema(**options))


def while_on(practice: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Operations of a practice that is off are not there."""

    def around(run: Callable[..., Any]) -> Callable[..., Any]:
        def ask(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
            if not practice_is_on(practice):
                return explained(request, NotFound())
            answer: HttpResponse = run(request, *args, **named)
            return answer

        return ask

    return around


@cache
def version_1() -> Version:
    """The API with every router of the tree: a new package needs no line here."""
    api = Version(
        title="Atalaya",
        version=VERSION,
        description=ABOUT,
        docs_url=None,
        urls_namespace="api-v1",
        auth=Key(),
        parser=Reader(),
    )
    api.add_exception_handler(Exception, explained)  # type: ignore[arg-type]  # an instance
    for kind in list(api._exception_handlers):  # noqa: SLF001 - ninja has its own forms for some
        api.add_exception_handler(kind, explained)  # type: ignore[arg-type]  # they are classes
    for package, router in routers():
        parts = package.split(".")
        if parts[1] == "practices":
            router.add_decorator(while_on(parts[2]), mode="view")
        api.add_router("", router, tags=[parts[-1]])
    return api


def routers() -> list[tuple[str, Router]]:
    """Every package's router, lowest package first."""
    found = []
    for config in apps.get_app_configs():
        name = f"{config.name}.api"
        if config.name.startswith("atalaya.") and config.name.count(".") > 1 and find_spec(name):
            found.append((config.name, import_module(name).router))
    return found
