"""The six steps in their order, and who may take them."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from atalaya.core.identity.errors import SignInNeeded
from atalaya.core.identity.ports import Request
from atalaya.core.identity.queries import is_set_up, link_with
from atalaya.core.people.models import SYSTEM, Actor
from atalaya.kernel.errors import NotFound, Words

TOKEN = "setup"  # noqa: S105 - the name under which the browser's session keeps the set-up token


@dataclass(frozen=True)
class Step:
    """One screen."""

    name: str  # of its address
    label: Words


STEPS = (
    Step("organisation", _("Organisation")),
    Step("administrator", _("Administrator")),
    Step("mail", _("Mail")),
    Step("team", _("Team and calendar")),
    Step("practices", _("What to switch on")),
    Step("demo", _("Ready")),
)


def number_of(name: str) -> int:
    """Which step this is, from 1."""
    return next(index for index, step in enumerate(STEPS, 1) if step.name == name)


def after(name: str) -> str:
    """The step that follows; the administrator is made only once."""
    following = STEPS[number_of(name)].name
    return "mail" if following == "administrator" and is_set_up() else following


def keep_token(request: Request, token: str) -> None:
    """Remember the set-up link in this browser, unreadable where sessions are kept."""
    request.session[TOKEN] = settings.SECRETS.encrypt(token)


def token_of(request: Request) -> str:
    """The set-up token this browser came with, while it is good; else nothing."""
    kept = request.session.get(TOKEN)
    token = str(settings.SECRETS.decrypt(kept)) if kept else ""
    return token if token and link_with(token, "setup") is not None else ""


def acting(request: Request) -> Actor:
    """Who takes a step: an administrator, or before there is one whoever followed the link.

    Raises SignInNeeded, NotAllowed, NotFound.
    """
    if request.person is not None:
        request.actor.must("preferences.change")
        return request.actor
    if is_set_up():
        raise SignInNeeded
    if not token_of(request):
        raise NotFound
    return SYSTEM
