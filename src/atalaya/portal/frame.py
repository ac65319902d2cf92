"""What stands around every page of the portal: the desk's name, the menu, who is signed in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from atalaya.core.identity.ports import Request
from atalaya.core.people.models import NOBODY, Actor, Person
from atalaya.core.preferences.queries import desk
from atalaya.kernel.errors import Words
from atalaya.ui.menus import is_current, menu_for


@dataclass(frozen=True)
class Place:
    """A line of the menu, or a door on the home page."""

    text: Words
    sentence: Words
    href: str
    icon: str
    current: bool
    badge: int


@dataclass(frozen=True)
class Frame:
    """The frame of one page. Addresses are empty where there is nothing behind them."""

    desk: str
    menu: list[Place]
    person: Person | None
    is_guest: bool
    console: str
    account: str
    sign_in: str
    sign_out: str


def portal_frame(request: HttpRequest) -> Frame:
    """The frame for whoever asks. An error page may come before it is known who that is."""
    known = cast(Request, request)
    person = getattr(known, "person", None)
    actor: Actor = getattr(known, "actor", NOBODY)
    works_here = person is not None and actor.is_agent
    return Frame(
        desk=desk().name or "Atalaya",
        menu=list(places("portal", actor, at=request.path)) if person else [],
        person=person,
        is_guest=actor.kind == "guest",
        console=_address("console:home") if works_here else "",
        account=_address("portal:identity:account"),
        sign_in=f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}",
        sign_out=_address("portal:identity:sign_out"),
    )


def places(place: str, actor: Actor, *, at: str = "") -> Iterator[Place]:
    """The entries of a menu that ``actor`` may use, in their order."""
    for entry in menu_for(place, actor):
        href = _address(entry.url)
        badge = entry.badge(actor) if entry.badge else 0
        current = bool(href) and is_current(entry, at, href)
        yield Place(entry.label, entry.sentence, href, entry.icon, current, badge)


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
