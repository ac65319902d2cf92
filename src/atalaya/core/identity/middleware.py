"""Who is asking, in which language and time zone, from where: known before any view runs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from asgiref.sync import iscoroutinefunction, sync_to_async
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.decorators import sync_and_async_middleware
from django.utils.functional import SimpleLazyObject
from django.utils.translation.trans_real import parse_accept_lang_header

from atalaya.core.identity.actions import sessions
from atalaya.core.identity.models import OpenSession
from atalaya.core.identity.ports import Request
from atalaya.core.identity.queries import session_that_is_open
from atalaya.core.journal.actions import called_from
from atalaya.core.people.models import NOBODY, Actor, Person
from atalaya.core.people.queries import actor_for
from atalaya.core.preferences.queries import desk, practices_now
from atalaya.kernel.languages import LANGUAGES

Sync = Callable[[HttpRequest], HttpResponse]
Async = Callable[[HttpRequest], Awaitable[HttpResponse]]


@sync_and_async_middleware
def WhoIsAsking(get_response: Sync | Async) -> Sync | Async:  # noqa: N802 - named in settings
    """Set ``person``, ``actor`` and ``open_session``, and speak the person's language.

    A browser session whose row has ended (signed out elsewhere, new password, too old) is
    emptied here. Facts told by the request carry the address it came from.
    """
    if iscoroutinefunction(get_response):

        async def answer_later(given: HttpRequest) -> HttpResponse:
            request = cast(Request, given)
            language, zone = await sync_to_async(introduced)(request)  # both may ask the database
            with speaking(request, language, zone):
                response: HttpResponse = await get_response(request)
            return spoken(response)

        return answer_later

    def answer(given: HttpRequest) -> HttpResponse:
        request = cast(Request, given)
        with speaking(request, *introduced(request)):
            response: HttpResponse = get_response(request)  # type: ignore[assignment]  # the sync branch
        return spoken(response)

    return answer


def recognise(request: Request) -> None:
    """Find out who asks, from the browser's session."""
    practices_now()  # addresses are resolved in the event loop, where it cannot be asked
    found = _session_of(request) if settings.SESSION_COOKIE_NAME in request.COOKIES else None
    if found is None:
        request.person, request.open_session, request.actor = None, None, _guest_of(request)
        return
    person = found.account.person
    request.person, request.open_session, request.user = person, found, found.account
    request.actor = cast(Actor, SimpleLazyObject(lambda: actor_for(person)))
    sessions.note_seen(found, address=request.client_address)


def _guest_of(request: Request) -> Actor:
    """The guest a signed link let in by this browser, while the link is good; else nobody."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return NOBODY
    return sessions.guest_in(request.session) or NOBODY


def _session_of(request: Request) -> OpenSession | None:
    session_id = request.session.get(sessions.SESSION_KEY)
    if session_id is None:
        return None
    found = session_that_is_open(session_id)
    if found is None:
        request.session.flush()
        request.user = AnonymousUser()
    return found


def introduced(request: Request) -> tuple[str, ZoneInfo]:
    """Recognise who asks; returns the language and the zone to speak in."""
    recognise(request)
    return language_for(request), zone_for(request.person)


@contextmanager
def speaking(request: Request, language: str, zone: ZoneInfo) -> Iterator[None]:
    """Inside, texts are in the language and times in the zone of whoever asks."""
    with (
        translation.override(language),
        timezone.override(zone),
        called_from(request.client_address),
    ):
        yield


def spoken(response: HttpResponse) -> HttpResponse:
    """Tell caches that the answer depends on who asks and in which language."""
    patch_vary_headers(response, ("Accept-Language", "Cookie"))
    return response


def language_for(request: Request) -> str:
    """The person's language, else the one chosen in this browser, else the browser's, else ours."""
    if request.person is not None and request.person.language in LANGUAGES:
        return request.person.language
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen in LANGUAGES:
        return chosen
    guest = request.actor.person if request.person is None else None
    if guest is not None and guest.language in LANGUAGES:
        return guest.language
    for wanted, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        code = wanted.split("-")[0]
        if code in LANGUAGES:
            return code
    return desk().language


def zone_for(person: Person | None) -> ZoneInfo:
    """The person's time zone, else that of the desk."""
    for name in (person.zone if person else "", desk().zone):
        if name:
            try:
                return ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError):
                continue
    return ZoneInfo("UTC")
