"""Menus are made of what packages plug into them: the rail, settings, what to create."""

from __future__ import annotations

from typing import Any

from atalaya.kernel.plugs import MENU, MenuEntry


def menu_for(place: str, actor: Any) -> list[MenuEntry]:
    """The entries of a menu that this actor may use, in their order."""
    found = [
        entry
        for entry in MENU
        if entry.place == place and (entry.permission is None or actor.may(entry.permission))
    ]
    return sorted(found, key=lambda entry: (entry.order, entry.key))


def is_current(entry: MenuEntry, path: str, address: str) -> bool:
    """Whether the page at ``path`` belongs to the entry whose own address is ``address``."""
    if entry.key.endswith(".home"):
        return path == address
    return path == address or path.startswith(address.rstrip("/") + "/")
