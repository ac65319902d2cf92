"""A program with a key, for tests: JSON in, JSON out."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from django.http import HttpResponse

    from atalaya.core.people.models import Person

ROOT = "/api/v1/"


class Program:
    """Asks the API as a person's key would."""

    def __init__(self, token: str = "") -> None:
        from django.test import Client

        self.client = Client()
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def ask(
        self, method: str, path: str, what: Any = None, *, label: str = "", raw: bytes | None = None
    ) -> HttpResponse:
        """Send a request; ``what`` becomes the JSON body, ``label`` the Idempotency-Key."""
        headers = {**self.headers, **({"Idempotency-Key": label} if label else {})}
        body = raw if raw is not None else b"" if what is None else json.dumps(what).encode()
        return self.client.generic(  # type: ignore[return-value]  # the test client adds attributes
            method, ROOT + path, body, content_type="application/json", headers=headers
        )

    def get(self, path: str, status: int = 200) -> Any:
        """The JSON of a GET that ends with ``status``."""
        return self._json(self.ask("GET", path), status)

    def post(self, path: str, what: Any = None, status: int = 200, *, label: str = "") -> Any:
        """The JSON a POST is answered with."""
        return self._json(self.ask("POST", path, what, label=label), status)

    def patch(self, path: str, what: Any, status: int = 200) -> Any:
        """The JSON a PATCH is answered with."""
        return self._json(self.ask("PATCH", path, what), status)

    def delete(self, path: str, status: int = 204) -> Any:
        """What a DELETE is answered with, usually nothing."""
        return self._json(self.ask("DELETE", path), status)

    @staticmethod
    def _json(answer: HttpResponse, status: int) -> Any:
        assert answer.status_code == status, answer.content.decode()[:2000]
        return json.loads(answer.content) if answer.content else None


@pytest.fixture
def key_of(db: None) -> Callable[..., Program]:
    """``key_of(omar)`` asks with all that Omar may; ``scope`` narrows it."""

    from atalaya.core.identity.actions.keys import make_key
    from atalaya.core.people.models import SYSTEM

    def make(person: Person, *, scope: tuple[str, ...] = ("*",)) -> Program:
        _key, token = make_key(person, by=SYSTEM, label="test", scope=scope, days=1)
        return Program(token)

    return make
