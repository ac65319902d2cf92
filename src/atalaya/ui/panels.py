"""Panels: parts of a page that its owner does not know, each loaded by itself.

A package writes `panels.py`:

    @panel("sla.clocks", for_=WorkItem, place="side", order=20,
           title=_("Promises"), icon="hourglass", template="sla/console/_clocks.html")
    def clocks(item: WorkItem, *, actor: Actor) -> dict[str, Any] | None:
        return {"clocks": clocks_of(item)}

The function returns the template's context, or None when there is nothing to show. The page says
`{{ c.panels(item, "side", actor) }}`; every panel has its own address, and one that fails says so
in its own place while the rest of the page stands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from atalaya.kernel.errors import Words
from atalaya.kernel.plugs import Slot

Context = dict[str, Any] | None
Reader = Callable[..., Context]


@dataclass(frozen=True)
class Panel:
    """A panel for one kind of object. ``place`` is a word of the page: ``side``, ``tab`` …"""

    key: str
    for_: type[Model]
    place: str
    order: int
    title: Words
    icon: str
    template: str
    read: Reader
    refresh: tuple[str, ...]
    permission: str | None


PANELS: Slot[Panel] = Slot("panel", file="panels")


def panel(
    key: str,
    *,
    for_: type[Model],
    place: str,
    order: int,
    title: Words,
    template: str,
    icon: str = "info-circle",
    refresh: tuple[str, ...] = ("panels",),
    permission: str | None = None,
) -> Callable[[Reader], Reader]:
    """Register a panel; ``refresh`` names the events after which it is read again."""

    def register(read: Reader) -> Reader:
        found = Panel(key, for_, place, order, title, icon, template, read, refresh, permission)
        PANELS.plug(key, found, module=read.__module__)
        return read

    return register


def panels_for(subject: Model, place: str, actor: Any) -> list[Panel]:
    """The panels of a place on this object's page that this actor may see, in their order."""
    found = [
        panel
        for panel in PANELS
        if panel.place == place
        and isinstance(subject, panel.for_)
        and (panel.permission is None or actor.may(panel.permission, on=subject))
    ]
    return sorted(found, key=lambda one: (one.order, one.key))
