"""Slots: how a package offers something to machinery that does not know it.

A slot is filled by files with a known name (``permissions.py``, ``panels.py`` …) when the
application starts; nothing else is magic. ``atalaya doctor plugs`` prints who plugged what. What a
practice plugged is left out of every reading while that practice is switched off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Generic, TypeVar

from atalaya.kernel.errors import Words

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])

_slots: dict[str, Slot[Any]] = {}


def _every_practice(_practice: str) -> bool:
    return True


_is_on: Callable[[str], bool] = _every_practice


@dataclass(frozen=True)
class Plugged(Generic[T]):
    """One thing in a slot, with the module that put it there."""

    key: str
    value: T
    module: str

    @property
    def practice(self) -> str | None:
        """The practice it belongs to, or None for what is always there."""
        parts = self.module.split(".")
        return parts[2] if parts[:2] == ["atalaya", "practices"] else None


class Slot(Generic[T]):
    """A typed registry. ``file`` is the well-known module name whose import fills it."""

    def __init__(self, name: str, *, file: str) -> None:
        if name in _slots:
            raise ValueError(f"there is already a slot {name!r}")
        self.name, self.file = name, file
        self._plugged: dict[str, Plugged[T]] = {}
        _slots[name] = self

    def plug(self, key: str, value: T, *, module: str) -> T:
        """Put ``value`` into the slot under ``key``; a second owner of the same key is an error."""
        known = self._plugged.get(key)
        if known is not None and known.module != module:
            raise ValueError(f"{self.name} {key!r} is plugged by {known.module} and by {module}")
        self._plugged[key] = Plugged(key, value, module)
        return value

    def everything(self) -> list[Plugged[T]]:
        """All that is plugged, practices that are off included, in order of registration."""
        return list(self._plugged.values())

    def plugged(self) -> list[Plugged[T]]:
        """What is plugged by the core and by the practices that are on."""
        return [p for p in self._plugged.values() if p.practice is None or _is_on(p.practice)]

    def __iter__(self) -> Iterator[T]:
        return (p.value for p in self.plugged())

    def __contains__(self, key: str) -> bool:
        return self.get(key) is not None

    def get(self, key: str) -> T | None:
        """The value under ``key``, or None if there is none or its practice is off."""
        found = self._plugged.get(key)
        if found is None or (found.practice is not None and not _is_on(found.practice)):
            return None
        return found.value

    def __getitem__(self, key: str) -> T:
        value = self.get(key)
        if value is None:
            raise KeyError(f"no {self.name} {key!r}")
        return value


def slots() -> list[Slot[Any]]:
    """Every slot there is, for ``atalaya doctor plugs`` and the names snapshot."""
    return list(_slots.values())


def decide_practices_by(is_on: Callable[[str], bool]) -> None:
    """Say who knows which practices are on. Called once by the preferences at start."""
    global _is_on  # noqa: PLW0603 - one decision for the whole process
    _is_on = is_on


def practice_is_on(practice: str) -> bool:
    """Whether a practice is switched on."""
    return _is_on(practice)


def load(packages: list[str], *, also: tuple[str, ...] = ()) -> None:
    """Import the well-known files of ``packages``, in their order, so that they fill the slots.

    ``also`` names files that register themselves elsewhere than in a slot.
    """
    loaded: set[str] = set()
    for _round in range(2):  # a well-known file may itself declare a slot
        for file in dict.fromkeys([*(slot.file for slot in slots()), *also]):
            for package in packages:
                name = f"{package}.{file}"
                if name not in loaded and find_spec(name) is not None:
                    import_module(name)
                    loaded.add(name)


# --- permissions: what may be done, in a plain sentence ---


@dataclass(frozen=True)
class Permission:
    """Something a role may allow. ``roles`` are the built-in roles that have it from the start."""

    name: str
    sentence: Words
    roles: tuple[str, ...]


PERMISSIONS: Slot[Permission] = Slot("permission", file="permissions")


def permission(name: str, sentence: Words, *, roles: tuple[str, ...], module: str) -> Permission:
    """Declare a permission (``module=__name__``). Administrators have every one."""
    return PERMISSIONS.plug(name, Permission(name, sentence, roles), module=module)


# --- starters: what is there at first start ---


@dataclass(frozen=True)
class Starter:
    """Makes starting content when the desk is first started; does nothing when it is there."""

    key: str
    order: int
    run: Callable[[], None]


STARTERS: Slot[Starter] = Slot("starter", file="starting")


def starter(key: str, *, order: int) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register a function that creates starting content. It must be safe to run at every start."""

    def register(function: Callable[[], None]) -> Callable[[], None]:
        STARTERS.plug(key, Starter(key, order, function), module=function.__module__)
        return function

    return register


def run_starters() -> None:
    """Run every starter in its order; called after migrations."""
    for entry in sorted(STARTERS.everything(), key=lambda plugged: plugged.value.order):
        entry.value.run()


# --- findings: what is wrong with this installation ---


@dataclass(frozen=True)
class Found:
    """One thing an administrator should know. ``level`` is ``error``, ``warning`` or ``info``."""

    level: str
    sentence: Words
    facts: dict[str, Any] = field(default_factory=dict)
    url: str = ""


@dataclass(frozen=True)
class Finding:
    """A check of this installation's health; returns nothing when all is well."""

    key: str
    sentence: Words
    check: Callable[[], list[Found]]


FINDINGS: Slot[Finding] = Slot("finding", file="health")


def finding(key: str, sentence: Words) -> Callable[[Callable[[], list[Found]]], Finding]:
    """Register a health check under ``key``; ``sentence`` says what it looks at."""

    def register(check: Callable[[], list[Found]]) -> Finding:
        return FINDINGS.plug(key, Finding(key, sentence, check), module=check.__module__)

    return register


# --- menu entries ---


@dataclass(frozen=True)
class MenuEntry:
    """An entry of a menu: ``place`` is ``rail``, ``settings`` or ``portal``."""

    key: str
    place: str
    label: Words
    url: str  # name of the URL
    icon: str
    order: int
    permission: str | None = None
    sentence: Words = ""
    group: str = ""
    badge: Callable[[Any], int] | None = None  # takes the Actor, returns what is actionable


MENU: Slot[MenuEntry] = Slot("menu", file="menu")


def menu(
    key: str,
    *,
    place: str,
    label: Words,
    url: str,
    icon: str,
    order: int,
    module: str,
    permission: str | None = None,
    sentence: Words = "",
    group: str = "",
    badge: Callable[[Any], int] | None = None,
) -> MenuEntry:
    """Add an entry to a menu (``module=__name__``), shown to who holds ``permission``."""
    entry = MenuEntry(key, place, label, url, icon, order, permission, sentence, group, badge)
    return MENU.plug(key, entry, module=module)


# --- verbs: what rules, macros, the palette and decision trees can do ---


@dataclass(frozen=True)
class Verb:
    """Something that can be done to a work item by a rule or an agent.

    ``run(item, by=actor, **settings)`` calls an action; ``settings`` maps names to their types.
    """

    name: str
    label: Words
    run: Callable[..., Any]
    settings: dict[str, str] = field(default_factory=dict)
    permission: str | None = None


VERBS: Slot[Verb] = Slot("verb", file="automations")


def verb(
    name: str,
    label: Words,
    *,
    settings: dict[str, str] | None = None,
    permission: str | None = None,
) -> Callable[[F], F]:
    """Register a verb; the function is called as ``function(item, by=actor, **settings)``."""

    def register(function: F) -> F:
        found = Verb(name, label, function, settings or {}, permission)
        VERBS.plug(name, found, module=function.__module__)
        return function

    return register
