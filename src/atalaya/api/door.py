"""What every request passes before an operation sees it.

In this order: who asks, how often he may, how large it is, whether it was answered already. The
same door takes what is not there and what a method is not for, so that every refusal has one form.
"""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Callable, Iterator
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from ninja.utils import check_csrf

from atalaya.api.actions import keep_pace, once
from atalaya.api.errors import (
    BodyTooLarge,
    ForgeryToken,
    KeyMissing,
    KeyNotGood,
    MethodUnknown,
    WrongIdempotencyKey,
)
from atalaya.api.preferences import ApiPreferences
from atalaya.api.problems import explained, problem
from atalaya.core.files.preferences import FilePreferences
from atalaya.core.identity.actions.keys import note_key_use
from atalaya.core.identity.ports import Request
from atalaya.core.identity.queries import actor_for_key
from atalaya.core.preferences.queries import preferences_of
from atalaya.kernel.errors import NotFound

View = Callable[..., HttpResponse]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LABEL = re.compile(r"[\x21-\x7e]{1,200}")
ENVELOPE = 64 * 1024  # what multipart adds around files


def door(view: View, *, open_to_all: bool = False) -> View:
    """``view`` behind the door; ``open_to_all`` is for what is no secret (the description)."""

    @functools.wraps(view)
    def enter(given: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        request = cast(Request, given)
        try:
            who = f"address:{request.client_address}" if open_to_all else who_asks(request)
            decided = preferences_of(ApiPreferences)
            keep_pace(who, per_minute=decided.requests_per_minute, burst=decided.burst)
            refuse_large(request)
            answer = _passed(request, who, lambda: view(request, *args, **named))
        except Exception as raised:  # the outermost place of the API: all leave in one form
            return explained(request, raised)
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    enter.csrf_exempt = True  # type: ignore[attr-defined]  # sessions are checked in who_asks
    return enter


def _passed(request: Request, who: str, run: Callable[[], HttpResponse]) -> HttpResponse:
    label = request.headers.get("Idempotency-Key")
    if request.method != "POST" or label is None:
        answer = run()
    else:
        if not LABEL.fullmatch(label):
            raise WrongIdempotencyKey
        answer = once(who, label, fingerprint(request), run)
    if answer.status_code == 405:
        allowed = answer.headers.get("Allow", "")
        answer = problem(request, MethodUnknown(method=request.method))
        answer["Allow"] = allowed
    return answer


def who_asks(request: Request) -> str:
    """Find out who asks, by key or by the browser's session; names him for counting.

    Raises KeyMissing, KeyNotGood, ForgeryToken, TooOften.
    """
    header = request.headers.get("Authorization", "")
    if header:
        scheme, _space, token = header.partition(" ")
        actor = actor_for_key(token.strip()) if scheme.lower() == "bearer" else None
        if actor is None or actor.id is None:
            per_minute = preferences_of(ApiPreferences).refusals_per_minute
            keep_pace(f"wrong:{request.client_address}", per_minute=per_minute, burst=per_minute)
            raise KeyNotGood
        note_key_use(actor.id)
        request.actor, request.person = actor, actor.person
        return f"key:{actor.id}"
    if request.person is None:
        raise KeyMissing
    if request.method not in SAFE and check_csrf(request) is not None:
        raise ForgeryToken
    return f"person:{request.person.pk}"


def refuse_large(request: Request) -> None:
    """Raise BodyTooLarge before a byte of a body is read that is over the limit."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    size = int(length) if str(length).isdigit() else 0
    limit = preferences_of(ApiPreferences).body_kilobytes * 1024
    if request.content_type == "multipart/form-data":
        limit = preferences_of(FilePreferences).largest_megabytes * 1024 * 1024 + ENVELOPE
    if size > limit:
        raise BodyTooLarge(limit=limit)


def fingerprint(request: Request) -> str:
    """A digest of what is asked: method, address and body. Boundaries of multipart do not count."""
    digest = hashlib.sha256()
    for part in (request.method or "", request.get_full_path(), *_body_of(request)):
        piece = part if isinstance(part, bytes) else part.encode()
        digest.update(len(piece).to_bytes(8, "big") + piece)
    return digest.hexdigest()


def _body_of(request: Request) -> Iterator[bytes | str]:
    if request.content_type != "multipart/form-data":
        yield request.body
        return
    for name, values in sorted(request.POST.lists()):
        yield from (name, *values)
    for name in sorted(request.FILES):
        for file in request.FILES.getlist(name):
            yield from (name, file.name or "")
            yield from file.chunks()
            file.seek(0)


def unknown(_request: HttpRequest, **_named: Any) -> HttpResponse:
    """An address under the API where nothing is."""
    raise NotFound
